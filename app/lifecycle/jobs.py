"""Jobs of a cycle: the count, and a minute's look at what is due."""

from app.infra.jobs import huey, in_app
from app.infra.one_at_a_time import COUNT_LINE, alone
from app.lifecycle import due, mailing, opening, turnout
from app.lifecycle.count import counting
from app.lifecycle.plan import kept_findings


@huey.task(retries=3, retry_delay=60)
@in_app
def count_cycle(cycle_id: int) -> None:
    """Count one cycle that was closed by hand, unless another worker is counting it."""
    with alone(COUNT_LINE, cycle_id) as has_turn:
        if has_turn:
            counting.count_and_forget(cycle_id)


@huey.task()
@in_app
def work_out_plan(cycle_id: int) -> None:
    """Draw the pairs of a large draft once, for everybody who looks at it."""
    kept_findings.work_out(cycle_id)


@huey.task()
@in_app
def open_cycle(cycle_id: int) -> None:
    """Open a large cycle in parts."""
    opening.go_on(cycle_id)


@huey.task()
@in_app
def write_mails(cycle_id: int) -> None:
    """Write very many mails about a cycle in parts."""
    if mailing.go_on(cycle_id):
        write_mails(cycle_id)


@huey.task()
@in_app
def add_up_turnout(cycle_id: int) -> None:
    """Add up once who has sent in a large cycle, for everybody who looks at it."""
    turnout.add_up(cycle_id)


@huey.task()
@in_app
def do_what_is_due() -> None:
    """Open, close, count, finish and purge whatever is due."""
    due.do_all()
    ring_for_mails()


def ring_for_mails() -> None:
    """Let mails be written that wait for it, also after a kill in the middle."""
    for cycle_id in mailing.waiting():
        write_mails(cycle_id)
