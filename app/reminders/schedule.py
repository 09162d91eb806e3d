"""The planned reminders of a cycle: when each goes out, in whose words, and which one is due."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from app.cycles.models import Cycle
from app.domain.reminder_times import APART, PlannedKind, planned_reminders
from app.infra import clock, company
from app.infra.db import db
from app.infra.settings import settings
from app.reminders import queries
from app.reminders.models import ReminderText, RoundKind


@dataclass(frozen=True)
class ReminderWords:
    """How HR wants one planned reminder to be; without words of its own it says ours."""

    is_on: bool = True
    subject: str = ""
    opening: str = ""


@dataclass(frozen=True)
class ScheduledReminder:
    """One planned reminder as HR sees it."""

    kind: PlannedKind
    at: datetime | None
    """None where the review is too short for it."""
    words: ReminderWords
    sent_at: datetime | None
    """When it went out for the present closing date."""


def words_of(cycle: Cycle) -> dict[PlannedKind, ReminderWords]:
    """The words of every planned reminder."""
    kept = queries.texts_of(cycle.id)
    return {
        kind: ReminderWords(kept[kind].is_on, kept[kind].subject, kept[kind].opening)
        if kind in kept
        else ReminderWords()
        for kind in PlannedKind
    }


def keep_words(cycle: Cycle, words: Mapping[PlannedKind, ReminderWords]) -> None:
    """Keep how HR wants the planned reminders of this cycle to be, and those of the next plans."""
    _write(cycle, words)
    keep_words_of_company(words)


def _write(cycle: Cycle, words: Mapping[PlannedKind, ReminderWords]) -> None:
    kept = queries.texts_of(cycle.id)
    for kind, wanted in words.items():
        text = kept.get(kind)
        if text is None:
            text = ReminderText(cycle_id=cycle.id, kind=kind)
            db.session.add(text)
        text.is_on, text.subject, text.opening = wanted.is_on, wanted.subject, wanted.opening
    db.session.flush()


def words_of_company() -> dict[PlannedKind, ReminderWords]:
    """The words with which every new plan begins."""
    kept: dict[str, Any] = json.loads(company.values().get(company.REMINDERS, "{}"))
    return {kind: ReminderWords(**kept.get(kind.value, {})) for kind in PlannedKind}


def keep_words_of_company(words: Mapping[PlannedKind, ReminderWords]) -> bool:
    """Let new plans begin with these words; False where they do already."""
    before = words_of_company()
    if before | dict(words) == before:
        return False
    said = {kind.value: asdict(one) for kind, one in (before | dict(words)).items()}
    company.save({company.REMINDERS: json.dumps(said, ensure_ascii=False)})
    return True


def take_over_words(cycle: Cycle) -> None:
    """Begin a plan with the words of the company, where it has some."""
    words = words_of_company()
    if any(one != ReminderWords() for one in words.values()):
        _write(cycle, words)


def forget_words(cycle: Cycle) -> None:
    """Forget them with their draft."""
    db.session.execute(delete(ReminderText).where(ReminderText.cycle_id == cycle.id))


def scheduled(cycle: Cycle) -> list[ScheduledReminder]:
    """Every planned reminder, in the order of their times."""
    words, sent = words_of(cycle), _sent_for_this_close(cycle)
    times = _times(cycle)
    return [
        ScheduledReminder(kind, times.get(kind), words[kind], sent.get(kind))
        for kind in PlannedKind
    ]


def due_kind(cycle: Cycle) -> PlannedKind | None:
    """Which planned reminder is to go out now; None where none is.

    Of several whose time has passed only the latest is, for whatever reason it was missed. The
    last call and the one three days before follow every new closing date; half time comes once,
    and not where people were reminded already. But for the last call, nobody is written to again
    within a day.
    """
    now = clock.now()
    passed = [kind for kind, at in _times(cycle).items() if at <= now < cycle.closes_at]
    kind = passed[-1] if passed else None
    if kind is None or not words_of(cycle)[kind].is_on or kind in _sent_for_this_close(cycle):
        return None
    if kind is PlannedKind.LAST_CALL:
        return kind
    rounds = [one for one in queries.rounds_of(cycle) if one.kind is not RoundKind.REFUSED]
    if any(now - one.sent_at < APART for one in rounds):
        return None
    was_reminded = any(one.kind in queries.REMINDING for one in rounds)
    return None if kind is PlannedKind.HALF_TIME and was_reminded else kind


def _times(cycle: Cycle) -> dict[PlannedKind, datetime]:
    planned = planned_reminders(cycle.opens_at, cycle.closes_at, settings().zone)
    return {one.kind: one.at for one in planned}


def _sent_for_this_close(cycle: Cycle) -> dict[PlannedKind, datetime]:
    kinds = {RoundKind(kind.value): kind for kind in PlannedKind}
    return {
        kinds[one.kind]: one.sent_at
        for one in queries.rounds_of(cycle)
        if one.kind in kinds and one.closes_at == cycle.closes_at
    }
