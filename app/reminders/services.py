"""Writing to people about a cycle: messages go to the outbox with the act they belong to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from app.cycles.models import Cycle
from app.cycles.queries import lock, roster_size
from app.domain.cycle import CycleState
from app.domain.durations import REMINDERS_APART
from app.domain.errors import ReviewError, WrongStateError
from app.domain.projects.said_and_done import one_after_another
from app.domain.reminder_times import PlannedKind
from app.infra import audit, clock, mail, mail_health
from app.infra.db import db
from app.infra.pages import moment
from app.people.account_ownership import note_links_given
from app.people.models import Person
from app.people.queries import hr_people
from app.projects.queries import said_and_done
from app.reminders import messages, queries, schedule
from app.reminders.models import Mailing, MailingKind, ReminderRound, RoundKind
from app.reminders.schedule import ReminderWords

BETWEEN_WARNINGS: Final = timedelta(hours=24)


class TooSoonError(ReviewError):
    """People were reminded a short time ago."""


@dataclass(frozen=True)
class RaterProgress:
    """How far a rater has come: steps answered of all."""

    answered: int
    total: int
    has_declined: bool = False
    """Asked for no more reminders: theirs is kept back."""

    @property
    def is_complete(self) -> bool:
        return 0 < self.total == self.answered


WRITTEN_AT_ONCE: Final = 1_000
"""With more people on the roster mails are written in parts."""
WITH_LINKS: Final = (MailingKind.INVITATION, MailingKind.EXTENDED)
"""They give a link to whoever has no password."""
MOST_DONE: Final = 3
"""So many improvements an invitation tells of, the newest first."""


def invite_all(cycle: Cycle) -> int:
    """Invite everybody on the roster of the cycle that just opened; return how many.

    Whoever has no password gets a link to set one, until the close.
    """
    return _write(cycle, MailingKind.INVITATION)


def announce_extension(cycle: Cycle) -> int:
    """Tell everybody on the roster that the cycle closes later; return how many."""
    _note(cycle, RoundKind.EXTENDED)
    return _write(cycle, MailingKind.EXTENDED)


def announce_reports(cycle: Cycle) -> int:
    """Tell everybody of whom a report was made that it can be read; return how many."""
    return _write(cycle, MailingKind.REPORT_READY)


def is_many(cycle: Cycle) -> bool:
    """Whether mails to everybody are written in parts, and not in the act they belong to."""
    return roster_size(cycle) > WRITTEN_AT_ONCE


def _write(cycle: Cycle, kind: MailingKind) -> int:
    """Write to everybody now, or where that is very many let it be done in parts."""
    if is_many(cycle):
        return write_later(cycle, kind)
    people = queries.readers_of(cycle, kind)
    if kind in WITH_LINKS:
        note_links_given(people, cycle_id=cycle.id)
    mails = composed(cycle, kind, people, progress={})
    mail.post(*mails)
    return len(mails)


def write_later(cycle: Cycle, kind: MailingKind) -> int:
    """Let such mails be written in parts, from the first one; return how many."""
    total = queries.count_readers(cycle, kind)
    known = db.session.get(Mailing, (cycle.id, kind))
    if known is not None:
        db.session.delete(known)
        db.session.flush()
    db.session.add(Mailing(cycle_id=cycle.id, kind=kind, total=total))
    db.session.flush()
    return total


def composed(
    cycle: Cycle,
    kind: MailingKind,
    readers: Sequence[Person],
    *,
    progress: Mapping[int, RaterProgress],
) -> list[mail.Message]:
    """The mail of this kind to each of `readers`; a reminder says the reader's `progress`."""
    if kind is MailingKind.INVITATION:
        asked = queries.colleagues_per_rater(cycle, [person.id for person in readers])
        done = one_after_another([one.told for one in said_and_done()[:MOST_DONE]])
        return [
            messages.invitation(person, cycle, colleagues=asked.get(person.id, 0), done=done)
            for person in readers
        ]
    if kind is MailingKind.REMINDER:
        return [_reminder(person, cycle, progress.get(person.id)) for person in readers]
    if kind in PlannedKind:
        word = PlannedKind(kind.value)
        words = schedule.words_of(cycle)[word]
        return [
            planned(person, cycle, word, words, known=progress.get(person.id)) for person in readers
        ]
    compose = messages.extended if kind is MailingKind.EXTENDED else messages.report_ready
    return [compose(person, cycle) for person in readers]


def remind(
    cycle: Cycle,
    person_ids: Collection[int],
    *,
    progress: Mapping[int, RaterProgress] | None = None,
    by: int | None = None,
) -> int:
    """Remind those of `person_ids` who have not sent; return how many were written to.

    Among them those who declined, whose mail is kept back. With `progress` a mail says how far its
    reader has come. Raises WrongStateError when the cycle is not open and TooSoonError within
    REMINDERS_APART of the last one.
    """
    if cycle.state is not CycleState.OPEN:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; only an open cycle has reminders.")
    lock(cycle)
    _refuse_pestering(cycle)
    known = progress or {}
    if is_many(cycle):
        sent = write_later(cycle, MailingKind.REMINDER)
    else:
        sent = _post(
            _reminder(person, cycle, known.get(person.id))
            for person in queries.readers_of_reminder(cycle, person_ids)
        )
    _note(cycle, RoundKind.REMINDER)
    audit.record("cycle:reminded", actor_id=by, cycle_id=cycle.id)
    return sent


def send_planned(
    cycle: Cycle,
    person_ids: Collection[int],
    *,
    progress: Mapping[int, RaterProgress] | None = None,
) -> int:
    """Write the planned reminder that is due to those of `person_ids` who have not sent.

    Once for each closing date, whether or not anybody was to be written to. With `progress` a mail
    tells its reader how far they have come. Returns how many were written to.
    """
    lock(cycle)
    kind = schedule.due_kind(cycle)
    if kind is None:
        return 0
    words = schedule.words_of(cycle)[kind]
    _note(cycle, RoundKind(kind.value))
    if is_many(cycle):
        return write_later(cycle, MailingKind(kind.value))
    known = progress or {}
    return _post(
        planned(person, cycle, kind, words, known=known.get(person.id))
        for person in queries.readers_of_reminder(cycle, person_ids)
    )


def planned(
    person: Person,
    cycle: Cycle,
    kind: PlannedKind,
    words: ReminderWords,
    *,
    known: RaterProgress | None = None,
) -> mail.Message:
    """The planned reminder of this kind to `person`, in HR's words where there are any."""
    own = {"own_subject": words.subject, "opening": words.opening}
    if kind is PlannedKind.LAST_CALL:
        call = messages.last_call(person, cycle, is_complete=_is_complete(cycle, known), **own)
        return replace(call, is_kept_back=known is not None and known.has_declined)
    return _reminder(person, cycle, known, **own)


def warn_refused(cycle: Cycle, faults: Sequence[str]) -> int:
    """Tell HR, at most once a day, that the cycle did not open, and why; return how many."""
    lock(cycle)
    before = queries.last_round(cycle, RoundKind.REFUSED)
    if before and clock.now() < before + BETWEEN_WARNINGS:
        return 0
    _note(cycle, RoundKind.REFUSED)
    return _post(messages.plan_refused(person, cycle, faults) for person in hr_people())


def send_again(numbers: Collection[str] | None, *, by: int | None) -> int:
    """Let these mails, by default all that did not get through, be tried at once.

    They go to the address that their reader has now, an invitation with a link that works now.
    Returns how many of them HR may know of.
    """
    mail_health.try_now()
    _correct_addresses(numbers)
    again = mail.send_again(numbers)
    if again:
        audit.record("mail:sent_again", actor_id=by, mails=again)
    return again


def take_off(numbers: Collection[str] | None, *, by: int | None) -> int:
    """Take these mails, by default all, that nobody got off HR's list; return how many it had."""
    gone = mail.take_off(numbers)
    if gone:
        audit.record("mail:taken_off", actor_id=by, mails=gone)
    return gone


def _correct_addresses(numbers: Collection[str] | None) -> None:
    for stuck, person in queries.mails_to_former_addresses(numbers):
        if not stuck.holds_link:
            stuck.to = person.email
        elif stuck.cycle_id is not None:
            fresh = _composed_anew(stuck.kind, person, db.session.get_one(Cycle, stuck.cycle_id))
            stuck.to, stuck.text, stuck.html = fresh.to, fresh.text, fresh.html
    db.session.flush()


def _composed_anew(kind: str, person: Person, cycle: Cycle) -> mail.Message:
    """The mail about a cycle that holds a link: a new address has ended the one it held."""
    if kind == "extended":
        return messages.extended(person, cycle)
    asked = queries.colleagues_per_rater(cycle).get(person.id, 0)
    return messages.invitation(person, cycle, colleagues=asked)


def _reminder(
    person: Person, cycle: Cycle, known: RaterProgress | None, **own: Any
) -> mail.Message:
    if known is None or cycle.policy.hr_sees_numbers_only:
        return messages.reminder(person, cycle, **own)
    reminder = messages.reminder(
        person,
        cycle,
        answered=known.answered,
        total=known.total,
        is_complete=known.is_complete,
        **own,
    )
    return replace(reminder, is_kept_back=known.has_declined)


def _refuse_pestering(cycle: Cycle) -> None:
    before = queries.last_reminder(cycle)
    if before and clock.now() < before + REMINDERS_APART:
        raise TooSoonError(
            f"The last reminder went out on {moment(before)}; the next one is possible "
            f"from {moment(before + REMINDERS_APART)}."
        )


def _is_complete(cycle: Cycle, known: RaterProgress | None) -> bool:
    """Whether a mail may say so: where HR sees numbers only, all mails are alike."""
    return known is not None and known.is_complete and not cycle.policy.hr_sees_numbers_only


def _note(cycle: Cycle, kind: RoundKind) -> None:
    noted = ReminderRound(
        cycle_id=cycle.id, kind=kind, sent_at=clock.now(), closes_at=cycle.closes_at
    )
    db.session.add(noted)


def _post(composed: Iterable[mail.Message]) -> int:
    ready = list(composed)
    mail.post(*ready)
    return len(ready)
