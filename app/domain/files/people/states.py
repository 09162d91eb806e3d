"""Who works here according to the file: status words, turned columns, days of leaving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.files.people.questions import AnswerChoice, Asking, Question, key_of
from app.domain.files.people.words import plain, values

ACTIVE: Final = "active"
GONE: Final = "gone"
LEAVE: Final = "on leave"
CONTRACTOR: Final = "contractor"
UNKNOWN: Final = "unknown"
STATE_FIELDS: Final = ("status", "active", "gone")
STILL_HERE: Final = "ended.active"


@dataclass(frozen=True)
class State:
    """What one line says about whether somebody works here."""

    is_active: bool
    absence: str = ""
    """ "on leave" or "contractor" where the file says so."""
    ended_on: date | None = None
    is_contradictory: bool = False
    """Called active, yet with a day of leaving that has passed."""


def meaning(word: str) -> str:
    """What a word in a status column says; `UNKNOWN` for one that is in no list."""
    key = plain(word).strip(" .!*")
    if not key:
        return ""
    for group, said in (("active", ACTIVE), ("gone", GONE), ("contractor", CONTRACTOR)):
        if key in values(group):
            return said
    if key.endswith(" leave") or any(
        key == leave or key.startswith(f"{leave} ") for leave in values("leave")
    ):
        return LEAVE
    return UNKNOWN


def unknown_words(column: str, header: str, words: Sequence[str], asking: Asking) -> dict[str, str]:
    """What each unknown word of a status column means; one question a word."""
    found = {}
    for word in dict.fromkeys(words):
        if meaning(word) == UNKNOWN:
            question = Question(
                key_of("status", word),
                f"What does “{word}” mean in “{header}”?",
                (AnswerChoice(ACTIVE, "works here"), AnswerChoice(GONE, "has left")),
            )
            found[word] = asking.ask(question) or ACTIVE
    return found


def state_of(
    cells: Mapping[str, str],
    *,
    marks: Sequence[str],
    words: Mapping[str, str],
    joined_on: date | None,
    left_on: date | None,
    today: date,
) -> State:
    """Whether the person of one line works here."""
    said = [_said(field, cells[field], words) for field in STATE_FIELDS if cells.get(field)]
    kind = meaning(cells.get("kind", ""))
    noted = [meaning(mark) for mark in marks]
    if not said and kind == GONE:
        said = [GONE]
    if "c" in {plain(mark) for mark in marks}:
        noted.append(CONTRACTOR)
    absence = next((word for word in (LEAVE, CONTRACTOR) if word in {*said, kind, *noted}), "")
    ended = left_on if left_on and left_on < today else None
    if ended and joined_on and joined_on > ended:
        ended = None  # came back after that
    if GONE in said or (not said and GONE in noted):
        return State(is_active=False, ended_on=ended)
    if ended:
        is_called_active = any(word in {ACTIVE, LEAVE} for word in said)
        return State(is_called_active, absence, ended, is_contradictory=is_called_active)
    return State(is_active=True, absence=absence)


def _said(field: str, word: str, words: Mapping[str, str]) -> str:
    if field == "gone":
        return GONE if plain(word).strip(" .") in values("yes_turned") else ACTIVE
    found = meaning(word)
    return words.get(word, ACTIVE) if found == UNKNOWN else found


def ended_question(people: Sequence[str]) -> Question:
    """Whether people who are called active, but have an end that has passed, still work here."""
    return Question(
        "ended",
        "These are called active, yet their day of leaving has passed. Do they still work here?",
        (AnswerChoice("left", "No, they have left"), AnswerChoice("active", "Yes, they work here")),
        concerned=tuple(people),
    )
