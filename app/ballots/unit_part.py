"""The part of the page about working here in which managers ask their department."""

from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from app.ballots.further_words import NOTHING, chosen_words
from app.ballots.pages import Typed, shown, versions_beside
from app.ballots.queries import Review
from app.ballots.scale_rows import EARLIER_MARK, OPEN_MARK
from app.cycles.models import Cycle
from app.domain import limits
from app.domain.ballot.document import (
    EARLIER,
    FURTHER_WORDS,
    Change,
    Chosen,
    FurtherAnswer,
    FurtherText,
)
from app.domain.ballot.versions import WrittenText, fingerprint
from app.domain.unit_questions.asked import UnitQuestion
from app.infra.forms import clean_text
from app.people.queries import people_by_ids
from app.unit_questions.queries import questions_to


@dataclass(frozen=True)
class UnitPart:
    """One question of a department, and what the rater has answered."""

    question: UnitQuestion
    asker: str
    """The name of the manager who asks."""
    value: int | None
    words: str
    is_earlier: bool
    """Whether it was answered before a password reset, so that it is not shown."""
    beside: tuple[WrittenText, ...]
    """Other versions of the words, saved by pages that did not know them."""


def unit_parts(review: Review, typed: Typed | None = None) -> tuple[UnitPart, ...]:
    """Every question that the rater is asked; what was typed on a faulty page wins."""
    askers = people_by_ids(one.manager_id for one in review.unit_questions)
    ballot = review.ballot
    return tuple(
        UnitPart(
            one,
            askers[one.manager_id].name,
            None if one.is_in_words else shown(typed, one.key, ballot.further.get(one.key)),
            (typed or {}).get(one.key, ballot.further_texts.get(one.key, "")),
            ballot.further.get(one.key) == EARLIER or f"{FURTHER_WORDS}{one.key}" in ballot.veiled,
            versions_beside(review, f"{FURTHER_WORDS}{one.key}"),
        )
        for one in review.unit_questions
    )


def parts_for(cycle: Cycle, person_id: int) -> list[UnitPart]:
    """What somebody is asked in an open cycle, for the promise; without what they answered."""
    asked = questions_to(cycle.id, cycle.frozen_hash, person_id)
    askers = people_by_ids(one.manager_id for one in asked)
    return [
        UnitPart(one, askers[one.manager_id].name, None, "", is_earlier=False, beside=())
        for one in asked
    ]


def unit_marks(review: Review) -> Iterator[str]:
    """What the page remembers of each question, in their order."""
    for one in review.unit_questions:
        if one.is_in_words:
            yield fingerprint(review.ballot.further_texts.get(one.key, ""))
        else:
            value = review.ballot.further.get(one.key)
            yield OPEN_MARK if value is None else EARLIER_MARK if value == EARLIER else str(value)


def read_unit_part(
    form: MultiDict[str, str], review: Review, was: list[str]
) -> tuple[list[Change], list[str]]:
    """What differs from what the page showed, and every fault; `was` is empty without a memory."""
    changes: list[Change] = []
    faults: list[str] = []
    for place, one in enumerate(review.unit_questions):
        if one.key in form:
            read = _read_words if one.is_in_words else _read_number
            read(changes, faults, one, (form[one.key], was[place] if was else None))
    found = chosen_words(form)
    if found and found[0] in review.further_questions.texts:
        cell = f"{FURTHER_WORDS}{found[0]}"
        changes.append(Chosen(cell, found[1], is_wanted="use" in form))
    cleared = form.get("clear", "")
    if any(one.key == cleared and not one.is_in_words for one in review.unit_questions):
        changes.append(FurtherAnswer(cleared, None))
    return changes, faults


def _read_number(
    changes: list[Change], faults: list[str], one: UnitQuestion, cell: tuple[str, str | None]
) -> None:
    given, base = cell
    if given not in {str(option) for option in one.options}:
        faults.append(f"“{one.text}”: “{given}” is not an answer on this scale.")
    elif given != base:
        changes.append(FurtherAnswer(one.key, int(given)))


def _read_words(
    changes: list[Change], faults: list[str], one: UnitQuestion, cell: tuple[str, str | None]
) -> None:
    text, base = clean_text(cell[0]) or "", cell[1]
    if len(text) > limits.COMMENT:
        faults.append(
            f"“{one.text}”: your answer has {len(text):,} characters; {limits.COMMENT:,} fit."
        )
    elif base is None or base != fingerprint(text):
        changes.append(FurtherText(one.key, text, NOTHING if base is None else base))
