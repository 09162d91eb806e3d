"""What is due: asked of our own tables every minute, so that nothing depends on the queue.

Each step is one act in its own transaction; a step that fails is logged and tried again
next minute, and does not hold up the others.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from app.cycles import queries as cycles
from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.errors import PlanRefusedError, ReviewError
from app.infra import audit, audit_checking, audit_readings, clock, mail, processes
from app.infra.db import db, transaction
from app.infra.settings import settings
from app.lifecycle import reminding, services
from app.lifecycle.count import counting
from app.lifecycle.count.forgetting import finish_forgetting, owed
from app.lifecycle.plan import planning
from app.people import services as services_of_accounts
from app.people import sign_ins, two_person_requests
from app.reports import bundling
from app.reports.jobs import make_volumes

log = logging.getLogger(__name__)

LAST_CALL_BEFORE: Final = timedelta(hours=24)


def do_all() -> None:
    """Take every step that is due now."""
    for step in (
        processes.note,
        open_what_is_due,
        call_for_the_last_time,
        close_what_is_due,
        count_what_is_closing,
        purge_what_is_due,
        erase_what_is_old,
        finish_what_was_interrupted,
        audit_readings.take_up,
        audit.leave_witness,
        check_the_log,
        bundling.forget_old,
        ring_for_reports,
        forget_old_requests,
        forget_old_sign_ins,
        mail_forgotten,
        mail.forget_old,
        mail.deliver,
    ):
        _carefully(step)


def _carefully(step: Callable[..., object], *about: int) -> None:
    try:
        step(*about)
    except ReviewError as error:
        log.error("%s: %s", step.__name__, error.in_full)
    except Exception:  # the next step must still run; the traceback is in the log
        db.session.rollback()
        log.exception("%s failed; it is tried again in a minute", step.__name__)


def open_what_is_due() -> None:
    """Open drafts whose time has come; HR is told once when a plan may not open."""
    for cycle_id in _ids(CycleState.DRAFT, Cycle.opens_at <= clock.now()):
        with transaction():
            cycle = db.session.get_one(Cycle, cycle_id)
            if cycle.state is CycleState.DRAFT and not cycle.progress:
                _open_or_tell(cycle)


def _open_or_tell(cycle: Cycle) -> None:
    try:
        with db.session.begin_nested():
            services.open_(cycle, by=None)
    except PlanRefusedError as refusal:
        db.session.refresh(cycle)
        planning.note_refusal(cycle, refusal.faults)


def call_for_the_last_time() -> None:
    """A day before the close, remind those who have answered everything and not sent."""
    soon = clock.now() + LAST_CALL_BEFORE
    for cycle_id in _ids(CycleState.OPEN, Cycle.closes_at <= soon, Cycle.closes_at > clock.now()):
        with transaction():
            reminding.call_last(db.session.get_one(Cycle, cycle_id))


def close_what_is_due() -> None:
    """Take no more answers once the closing time has passed."""
    for cycle_id in _ids(CycleState.OPEN, Cycle.closes_at <= clock.now()):
        with transaction():
            cycle = db.session.get_one(Cycle, cycle_id)
            if cycle.state is CycleState.OPEN and cycle.closes_at <= clock.now():
                services.begin_closing(cycle, by=None)


def count_what_is_closing() -> None:
    """Count every cycle that waits for it, also after a crash in the middle of a count."""
    for cycle_id in _ids(CycleState.CLOSING):
        _carefully(counting.count_and_forget, cycle_id)


def finish_what_was_interrupted() -> None:
    """Destroy what a count, a purge or an erasing deleted and did not yet get off the disk."""
    for cycle_id in owed():
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


def check_the_log() -> None:
    """Walk the log of acts from its beginning, once a day."""
    audit_checking.walk_daily(cycles.log_witnesses())
    db.session.rollback()


def mail_forgotten() -> None:
    """Mail links that were asked for, where the queue lost the job."""
    with transaction():
        services_of_accounts.answer_forgotten()


def forget_old_sign_ins() -> None:
    """Delete what is kept of sign-ins for too long."""
    with transaction():
        sign_ins.forget_old()


def forget_old_requests() -> None:
    """Delete what waited too long for a second person of HR."""
    with transaction():
        two_person_requests.forget_old()


def ring_for_reports() -> None:
    """Let reports be put together that wait for it, also after a kill in the middle."""
    if bundling.is_any_waiting():
        make_volumes()


def _ids(state: CycleState, *conditions: object) -> list[int]:
    found = select(Cycle.id).where(Cycle.state == state, *conditions)  # type: ignore[arg-type]
    ids = list(db.session.scalars(found.order_by(Cycle.id)))
    db.session.rollback()
    return ids
