"""Reminding those who have not sent, each with their own progress; whoever declined is spared."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import select

from app.assignments.models import Assignment
from app.assignments.queries import unsent_people
from app.ballots.models import SealedBallot
from app.ballots.queries import keys_of, stored_ballot
from app.cycles.models import Cycle
from app.domain.ballot.document import Ballot
from app.domain.ballot.encoding import decode
from app.domain.durations import REMINDERS_APART
from app.domain.scale import STATEMENTS
from app.infra import clock
from app.infra.db import db
from app.infra.keys import CycleKeys, key_folder
from app.people.models import Person
from app.reminders import schedule
from app.reminders import services as reminders
from app.reminders.queries import last_reminder
from app.reminders.services import RaterProgress

BALLOTS_AT_ONCE: Final = 500
RATERS_AT_ONCE: Final = 5_000


def remind_unsent(cycle: Cycle, *, by: int | None) -> None:
    """Remind everybody who has not sent; of whoever declined the mail is kept back unseen.

    Raises WrongStateError when the cycle is not open, TooSoonError too soon after the last one,
    and SealBrokenError while nobody's answers can be read.
    """
    if reminders.is_many(cycle):
        reminders.remind(cycle, (), by=by)
        return
    waited_for = _waited_for(cycle)
    reminders.remind(cycle, waited_for, progress=waited_for, by=by)


def remind_as_planned(cycle: Cycle) -> None:
    """Write the planned reminder that is due to everybody who has not sent.

    Also to whoever has answered everything: who saw that only some got a mail would know of them.
    Raises SealBrokenError while nobody's answers can be read; it is written once they can.
    """
    if schedule.due_kind(cycle) is None:
        return
    waited_for = {} if reminders.is_many(cycle) else _waited_for(cycle)
    reminders.send_planned(cycle, waited_for, progress=waited_for)


def _waited_for(cycle: Cycle) -> dict[int, RaterProgress]:
    """Who has not sent, by id, with how far each has come and whether they declined.

    Nobody where HR sees numbers only: then everybody is written to in the same words.
    """
    if cycle.policy.hr_sees_numbers_only:
        return {}
    return progress_of(cycle, [person.id for person in unsent_people(cycle)])


def not_before(cycle: Cycle) -> datetime | None:
    """When the next reminder is possible, if that is not now."""
    last = last_reminder(cycle)
    return last + REMINDERS_APART if last and clock.now() < last + REMINDERS_APART else None


def progress_of(cycle: Cycle, person_ids: Collection[int]) -> dict[int, RaterProgress]:
    """How far each of these has come, and who declined; told to nobody but that person.

    Raises SealBrokenError where ballots cannot be read: then nobody could send either.
    """
    if not person_ids:
        return {}
    keys, subjects = keys_of(cycle.id), _subjects_of(cycle, person_ids)
    return {
        person_id: _progress(ballot, subjects[person_id])
        for person_id, ballot in stored_ballots(keys, person_ids)
    }


def stored_ballots(keys: CycleKeys, person_ids: Iterable[int]) -> Iterator[tuple[int, Ballot]]:
    """Everybody's ballot, opened, with one query for hundreds of them.

    Raises SealBrokenError when one was altered, or is not the one that was saved last.
    """
    noted, open_one = key_folder().saves(keys.cycle_id).counts(), keys.opener()
    places = [(person_id, keys.locator(person_id)) for person_id in person_ids]
    box = select(SealedBallot.locator, SealedBallot.sealed).where(
        SealedBallot.cycle_id == keys.cycle_id
    )
    for begin in range(0, len(places), BALLOTS_AT_ONCE):
        part = places[begin : begin + BALLOTS_AT_ONCE]
        among = SealedBallot.locator.in_([locator for _, locator in part])
        found = {row[0]: row[1] for row in db.session.execute(box.where(among))}
        for person_id, locator in part:
            sealed = found.get(locator)
            ballot = decode(open_one(locator, sealed)) if sealed else Ballot()
            if ballot.saves < noted.get(locator, 0):  # perhaps saved while we looked
                ballot = stored_ballot(keys, person_id)
            yield person_id, ballot


def _subjects_of(cycle: Cycle, raters: Collection[int]) -> dict[int, list[int]]:
    """Whom each of these raters is asked about: only people who still work here."""
    subjects: dict[int, list[int]] = defaultdict(list)
    every = sorted(raters)
    for begin in range(0, len(every), RATERS_AT_ONCE):
        part = every[begin : begin + RATERS_AT_ONCE]
        rows = db.session.execute(
            select(Assignment.rater_id, Assignment.subject_id)
            .join(Person, Person.id == Assignment.subject_id)
            .where(Assignment.cycle_id == cycle.id, Assignment.rater_id.in_(part), Person.is_active)
        )
        for rater, subject in rows:
            subjects[rater].append(subject)
    return subjects


def _progress(ballot: Ballot, subjects: Collection[int]) -> RaterProgress:
    """As the rater's own pages count: who was not worked with is not asked about."""
    answered = total = 0
    for subject in subjects:
        given = [value for value in ballot.answers.get(subject, ()) if value is not None]
        answered += len(given)
        total += len(given) if subject in ballot.away else STATEMENTS
    return RaterProgress(answered=answered, total=total, has_declined=ballot.declined)
