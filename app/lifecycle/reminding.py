"""Reminding those who have not sent, each with their own progress."""

from sqlalchemy import select

from app.assignments.models import Assignment
from app.assignments.queries import unsent_people
from app.ballots.queries import keys_of, stored_ballot
from app.cycles.models import Cycle
from app.domain.errors import SealBrokenError
from app.domain.scale import STATEMENTS
from app.infra.db import db
from app.reminders import services as reminders
from app.reminders.services import Progress


def remind_unsent(cycle: Cycle, *, by: int | None) -> int:
    """Remind everybody who has not sent; return how many were written to.

    Raises WrongStateError when the cycle is not open, TooSoonError within 48 hours.
    """
    unsent = unsent_people(cycle)
    started = [person.id for person, has_started in unsent if has_started]
    return reminders.remind(
        cycle,
        [person.id for person, _ in unsent],
        progress=progress_of(cycle, started),
        actor_id=by,
    )


def call_last(cycle: Cycle) -> int:
    """A day before the close, write to those whose complete ballot is still unsent."""
    started = [person.id for person, has_started in unsent_people(cycle) if has_started]
    found = progress_of(cycle, started)
    complete = [person_id for person_id, progress in found.items() if progress.is_complete]
    return reminders.last_call(cycle, complete)


def progress_of(cycle: Cycle, person_ids: list[int]) -> dict[int, Progress]:
    """How far each of these has come; told to nobody but the person in question."""
    if not person_ids:
        return {}
    try:
        keys = keys_of(cycle.id)
    except SealBrokenError:  # the reminder is still true without a number
        return {}
    found = {}
    for person_id in person_ids:
        ballot = stored_ballot(keys, person_id)
        subjects = db.session.scalars(
            select(Assignment.subject_id).where(
                Assignment.cycle_id == cycle.id, Assignment.rater_id == person_id
            )
        ).all()
        answered = sum(
            ballot.rating(subject, statement) is not None
            for subject in subjects
            for statement in range(1, STATEMENTS + 1)
        )
        found[person_id] = Progress(answered=answered, total=len(subjects) * STATEMENTS)
    return found
