"""Who is written to, and when that was done last."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select, true

from app.assignments.models import Assignment, Participation
from app.cycles.models import Cycle, RosterEntry
from app.domain.reminder_times import PlannedKind
from app.infra.db import db
from app.infra.mail import OutboxMail
from app.people.models import Person
from app.reminders.models import Mailing, MailingKind, ReminderRound, ReminderText, RoundKind

REMINDING: Final = (
    RoundKind.REMINDER,
    RoundKind.HALF_TIME,
    RoundKind.THREE_DAYS,
    RoundKind.LAST_CALL,
)


def last_round(cycle: Cycle, kind: RoundKind) -> datetime | None:
    """When mails of this kind went out last."""
    return db.session.scalar(
        select(func.max(ReminderRound.sent_at)).where(
            ReminderRound.cycle_id == cycle.id, ReminderRound.kind == kind
        )
    )


def last_reminder(cycle: Cycle) -> datetime | None:
    """When people were last reminded, by hand or as planned."""
    return db.session.scalar(
        select(func.max(ReminderRound.sent_at)).where(
            ReminderRound.cycle_id == cycle.id, ReminderRound.kind.in_(REMINDING)
        )
    )


def rounds_of(cycle: Cycle) -> list[ReminderRound]:
    """Every round of mails of the cycle, the first one first."""
    mine = select(ReminderRound).where(ReminderRound.cycle_id == cycle.id)
    return list(db.session.scalars(mine.order_by(ReminderRound.sent_at)))


def texts_of(cycle_id: int) -> dict[PlannedKind, ReminderText]:
    """HR's own words for the planned reminders; a kind that has none is left out."""
    mine = select(ReminderText).where(ReminderText.cycle_id == cycle_id)
    return {one.kind: one for one in db.session.scalars(mine)}


def people_of(cycle: Cycle) -> list[Person]:
    """Everybody on the roster who still works here, by name."""
    return _active(Person.id.in_(_on_roster(cycle)))


ABOUT_UNSENT: Final = (
    MailingKind.REMINDER,
    MailingKind.HALF_TIME,
    MailingKind.THREE_DAYS,
    MailingKind.LAST_CALL,
)
"""Mails that go to those who have not sent."""


def mailings_of(cycle_id: int) -> list[Mailing]:
    """Rounds of mails about a cycle that are still being written."""
    mine = select(Mailing).where(Mailing.cycle_id == cycle_id).order_by(Mailing.kind)
    return list(db.session.scalars(mine))


def readers_of(cycle: Cycle, kind: MailingKind) -> list[Person]:
    """Everybody to whom such a mail goes, by name."""
    return _active(_is_reader(cycle, kind))


def next_readers(cycle: Cycle, kind: MailingKind, *, after: int, most: int) -> list[Person]:
    """The next ones to whom such a mail goes, by id behind `after`: up to `most`."""
    chosen = select(Person).where(Person.is_active, Person.id > after, _is_reader(cycle, kind))
    return list(db.session.scalars(chosen.order_by(Person.id).limit(most)))


def count_readers(cycle: Cycle, kind: MailingKind) -> int:
    """To how many people such a mail goes."""
    chosen = select(func.count(Person.id)).where(Person.is_active, _is_reader(cycle, kind))
    return db.session.scalar(chosen) or 0


def _is_reader(cycle: Cycle, kind: MailingKind) -> ColumnElement[bool]:
    if kind in ABOUT_UNSENT and not cycle.policy.hr_sees_numbers_only:
        return Person.id.in_(_unsent(cycle))
    if kind is MailingKind.REPORT_READY:
        return Person.id.in_(_on_roster(cycle).where(RosterEntry.is_rated))
    return Person.id.in_(_on_roster(cycle))


def _on_roster(cycle: Cycle) -> Select[int]:
    return select(RosterEntry.person_id).where(RosterEntry.cycle_id == cycle.id)


def _unsent(cycle: Cycle) -> Select[int]:
    return select(Participation.person_id).where(
        Participation.cycle_id == cycle.id, Participation.sent.is_(False)
    )


def unsent_among(cycle: Cycle, person_ids: Collection[int]) -> list[Person]:
    """Those of `person_ids` who take part and have not sent."""
    wanted = set(person_ids)
    return [person for person in _active(Person.id.in_(_unsent(cycle))) if person.id in wanted]


def readers_of_reminder(cycle: Cycle, person_ids: Collection[int]) -> list[Person]:
    """To whom a reminder goes, by hand or as planned: those of `person_ids` who have not sent.

    To everybody where HR sees numbers only: a list of mails would tell who has not. Those who
    declined are among them: a list without them would tell who that is.
    """
    if cycle.policy.hr_sees_numbers_only:
        return people_of(cycle)
    return unsent_among(cycle, person_ids)


def colleagues_per_rater(cycle: Cycle, raters: Collection[int] | None = None) -> dict[int, int]:
    """How many colleagues each of the `raters` is asked about, by default each one."""
    some = true() if raters is None else Assignment.rater_id.in_(raters)
    pairs = (
        select(Assignment.rater_id, func.count())
        .where(Assignment.cycle_id == cycle.id, some)
        .group_by(Assignment.rater_id)
    )
    return {row[0]: row[1] for row in db.session.execute(pairs)}


def mails_to_former_addresses(
    numbers: Collection[str] | None,
) -> list[tuple[OutboxMail, Person]]:
    """Mails that did not get through, to people who have another address by now."""
    stuck = (
        select(OutboxMail, Person)
        .join(Person, Person.id == OutboxMail.reader_id)
        .where(OutboxMail.to != Person.email, OutboxMail.text != "", OutboxMail.fault != "")
    )
    if numbers is not None:
        stuck = stuck.where(OutboxMail.message_id.in_(numbers))
    return [(row[0], row[1]) for row in db.session.execute(stuck)]


def _active(condition: ColumnElement[bool]) -> list[Person]:
    chosen = select(Person).where(Person.is_active, condition).order_by(Person.sort_key, Person.id)
    return list(db.session.scalars(chosen))
