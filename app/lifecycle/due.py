"""What is due: asked of our own tables every minute, so that nothing depends on the queue.

Each step is one act in its own transaction; a step that fails is logged and tried again
next minute, and does not hold up the others.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import SQLAlchemyError

from app.cycles import queries as cycles
from app.cycles.models import Cycle, Opening
from app.domain.cycle import CycleState
from app.domain.errors import PlanRefusedError, ReviewError
from app.heard.services import mail_leaders
from app.infra import (
    audit,
    audit_checking,
    audit_readings,
    clock,
    failing_steps,
    mail,
    processes,
)
from app.infra.db import db, transaction, wait_in_line
from app.infra.one_at_a_time import COUNT_LINE, alone
from app.infra.settings import settings
from app.lifecycle import opening, reminding, services
from app.lifecycle.count import counting
from app.lifecycle.count.forgetting import finish_forgetting, owed
from app.lifecycle.count.turned_back import look_after_answers
from app.lifecycle.plan import kept_findings, obstacles, planning
from app.people import device_sessions, sign_ins, two_person_requests
from app.people import services as services_of_accounts
from app.people.imports import background, working
from app.people.large_import import is_directory_closed
from app.projects import services as projects
from app.reports import bundling, looking_back
from app.reports.jobs import make_volumes
from app.results import erasing

log = logging.getLogger(__name__)

LATE: Final = timedelta(seconds=45)
"""A worker looks at every whole minute, when cycles are due: HR hears of a late one within one."""


def do_all() -> None:
    """Take every step that is due now."""
    began = clock.now()
    for step in all_steps():
        _carefully(step)
    _forget_what_works_again(began)


def all_steps() -> tuple[Callable[..., object], ...]:
    """Everything that a worker does by itself, in its order."""
    return (
        processes.note,
        look_after_answers,
        open_what_is_due,
        go_on_opening,
        remind_when_planned,
        close_what_is_due,
        count_what_is_closing,
        purge_what_is_due,
        erase_what_is_old,
        erase_what_came_back,
        finish_what_was_interrupted,
        go_on_importing,
        audit_readings.take_up,
        audit.leave_witness,
        check_the_log,
        bundling.forget_old,
        background.forget_old,
        ring_for_reports,
        tell_overdue_projects,
        forget_old_requests,
        forget_old_sign_ins,
        mail_forgotten,
        mail_look_backs,
        mail_leaders,
        mail.forget_old,
    )


def _carefully(step: Callable[..., object], *about: int) -> None:
    """Take a step; one that fails stands on HR's desk until it succeeds."""
    try:
        step(*about)
    except ReviewError as error:
        # The sentence may name people: it stands on HR's desk, which is not everybody's to read.
        log.error("%s was refused; HR reads why on the desk", step.__name__)
        _tell_hr(step.__name__, error.in_full)
    except Exception:  # the next step must still run; the traceback is in the log
        db.session.rollback()
        log.exception("%s failed; it is tried again in a minute", step.__name__)
        _tell_hr(step.__name__, "")


def _tell_hr(name: str, sentence: str) -> None:
    try:
        with transaction():
            failing_steps.note(name, sentence)
    except SQLAlchemyError:  # the database itself fails; /health says so
        log.exception("it could not be noted that %s failed", name)


def _forget_what_works_again(began: datetime) -> None:
    """Take off HR's desk what did not fail in the round that `began` then.

    Asked first: in nearly every round nothing fails, and then nothing is written.
    """
    over = [one.name for one in failing_steps.all_failing() if one.failed_at < began]
    db.session.rollback()
    if over:
        with transaction():
            failing_steps.forget(over)


def open_what_is_due() -> None:
    """Open drafts whose time has come; HR is told once when a plan may not open.

    One that was refused is tried again for a day: what stood in its way may be mended elsewhere.
    """
    now = clock.now()
    is_tried = or_(Cycle.progress == "", Cycle.opens_at >= now - obstacles.OPENING_LATE)
    for cycle_id in _ids(CycleState.DRAFT, Cycle.opens_at <= now, is_tried):
        if not kept_findings.work_out(cycle_id):
            continue  # another worker is at it, and opens the cycle afterwards
        with transaction():
            wait_in_line(services.OPENING_LINE)
            cycle = db.session.get_one(Cycle, cycle_id)
            cycles.lock(cycle)
            if cycle.state is CycleState.DRAFT and not _waits(cycle):
                _open_or_tell(cycle)


def _waits(cycle: Cycle) -> bool:
    """Whether it opens once something else is over that does not need HR.

    A people list that is being written, or, for a day at most, another cycle that is to be closed
    and counted first.
    """
    if is_directory_closed():
        return True
    is_late = clock.now() > cycle.opens_at + obstacles.OPENING_LATE
    return not is_late and obstacles.waited_for(cycle) is not None


def _open_or_tell(cycle: Cycle) -> None:
    open_ = opening.ask if kept_findings.is_large(cycle.id) else services.open_
    try:
        with db.session.begin_nested():
            open_(cycle, by=None)
    except PlanRefusedError as refusal:
        db.session.refresh(cycle)
        if not cycle.progress:
            planning.note_refusal(cycle, refusal.faults)


def go_on_opening() -> None:
    """Open large cycles in parts, also after a kill in the middle."""
    for cycle_id in opening.asked_for():
        _carefully(opening.go_on, cycle_id)


def go_on_importing() -> None:
    """Read or write a large people list, also after a kill in the middle."""
    working.go_on()


def remind_when_planned() -> None:
    """Remind those who have not sent at half time, three days and one day before the close."""
    for cycle_id in _ids(CycleState.OPEN, Cycle.closes_at > clock.now()):
        with transaction():
            reminding.remind_as_planned(db.session.get_one(Cycle, cycle_id))


def close_what_is_due() -> None:
    """Take no more answers once the closing time has passed."""
    for cycle_id in _ids(CycleState.OPEN, Cycle.closes_at <= clock.now()):
        with transaction():
            cycle = db.session.get_one(Cycle, cycle_id)
            cycles.lock(cycle)  # another worker may have closed it a moment ago
            if cycle.state is CycleState.OPEN and cycle.closes_at <= clock.now():
                services.begin_closing(cycle, by=None)


def count_what_is_closing() -> None:
    """Count every cycle that waits for it, also after a crash in the middle of a count."""
    for cycle_id in _ids(CycleState.CLOSING):
        with alone(COUNT_LINE, cycle_id) as has_turn:
            if has_turn:
                _carefully(counting.count_and_forget, cycle_id)


def finish_what_was_interrupted() -> None:
    """Destroy what a count, a purge or an erasing deleted and did not yet get off the disk."""
    for cycle_id in owed():
        with alone(COUNT_LINE, cycle_id) as has_turn:
            if has_turn:
                _carefully(finish_forgetting, cycle_id)


def purge_what_is_due() -> None:
    """Forget who took part once that was kept for long enough after publishing."""
    for cycle in services.due_for_purge():
        with transaction():
            services.purge(cycle)


def erase_what_is_old() -> None:
    """Erase results after the years that the settings give them."""
    for cycle in services.due_for_erasing(years=settings().results_years):
        with transaction():
            services.erase_results(cycle)


def erase_what_came_back() -> None:
    """Erase again what a person had erased, where an older backup was brought back since."""
    is_back = erasing.is_any_back()
    db.session.rollback()
    if is_back:
        with transaction():
            erasing.erase_again()
            bundling.discard_all()  # they may lie in a ZIP that waits to be fetched


def check_the_log() -> None:
    """Walk the log of acts from its beginning, once a day."""
    audit_checking.walk_daily(cycles.log_witnesses())
    db.session.rollback()


def mail_forgotten() -> None:
    """Mail links that were asked for, in small parts, until none is left."""
    is_more = True
    while is_more:
        with transaction():
            answered = services_of_accounts.answer_forgotten()
        is_more = answered == services_of_accounts.LINKS_AT_ONCE


def mail_look_backs() -> None:
    """Write to people whose own date to look back on their plan has come."""
    with transaction():
        looking_back.mail_look_backs()


def forget_old_sign_ins() -> None:
    """Delete what is kept of sign-ins for too long."""
    with transaction():
        sign_ins.forget_old()
        device_sessions.forget_old()


def forget_old_requests() -> None:
    """Delete what waited too long for a second person of HR."""
    with transaction():
        two_person_requests.forget_old()


def overdue() -> list[Cycle]:
    """Cycles that should have opened or closed by now.

    A refused opening is none, and none that waits for another cycle: the desk says both.
    """
    # What a shell planned for a second in between is taken up at the next whole minute.
    limit = (clock.now() - LATE).replace(second=0, microsecond=0)
    is_at_work = select(Opening.cycle_id).where(Opening.cycle_id == Cycle.id).exists()
    planned = Cycle.state == CycleState.DRAFT, Cycle.opens_at <= limit, Cycle.progress == ""
    closing = Cycle.state == CycleState.OPEN, Cycle.closes_at <= limit
    late = select(Cycle).where(or_(and_(*planned, ~is_at_work), and_(*closing)))
    found = db.session.scalars(late.order_by(Cycle.id)).all()
    return [one for one in found if one.state is not CycleState.DRAFT or not _waits(one)]


def tell_overdue_projects() -> None:
    """Mail the owners of projects whose date has passed."""
    with transaction():
        projects.tell_overdue()


def ring_for_reports() -> None:
    """Let reports be put together that wait for it, also after a kill in the middle."""
    if bundling.is_any_waiting():
        make_volumes()


def _ids(state: CycleState, *conditions: object) -> list[int]:
    found = select(Cycle.id).where(Cycle.state == state, *conditions)  # type: ignore[arg-type]
    ids = list(db.session.scalars(found.order_by(Cycle.id)))
    db.session.rollback()
    return ids
