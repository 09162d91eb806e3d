"""What a questionnaire's words have to keep to, and every fault as a sentence."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from app.domain.scale import OPTIONS, STATEMENTS
from app.questionnaires.rewording import Wording

FEWEST_COMPETENCIES: Final = 3
MOST_COMPETENCIES: Final = 7
MOST_IN_COMPETENCY: Final = 5
LONGEST_TEXT: Final = 110
LONGEST_COMPETENCY: Final = 60
LONGEST_SHORT_NAME: Final = 30
"""What fits into a column of a table and into a headline."""
LONGEST_HINT: Final = 110
LONGEST_LABEL: Final = 20
"""What fits below one of five columns, on a telephone too."""


def wording_faults(statements: Sequence[Wording]) -> list[str]:
    """Everything that is wrong with a wording, one sentence each."""
    if len(statements) != STATEMENTS:
        return [f"A questionnaire has exactly {STATEMENTS} statements, not {len(statements)}."]
    faults = [
        fault
        for number, wording in enumerate(statements, start=1)
        for fault in _statement_faults(number, wording)
    ]
    repeated = _repeated([one.text for one in statements], "say the same")
    named = _repeated([one.short_name for one in statements], "have the same short name")
    return faults + _competency_faults(statements) + repeated + named


def scale_faults(labels: Sequence[str]) -> list[str]:
    """What is wrong with the labels of the scale, one sentence each."""
    if len(labels) != OPTIONS:
        return [f"A scale has exactly {OPTIONS} labels, not {len(labels)}."]
    faults = []
    for option, label in enumerate(labels, start=1):
        if not label:
            faults.append(f"Answer {option} has no label.")
        if len(label) > LONGEST_LABEL:
            faults.append(
                f"The label of answer {option} is longer than {LONGEST_LABEL} characters."
            )
    if len({label.casefold() for label in labels}) < OPTIONS:
        faults.append("Two answers have the same label.")
    return faults


def _statement_faults(number: int, wording: Wording) -> list[str]:
    faults = []
    if not wording.text:
        faults.append(f"Statement {number} is empty.")
    if not wording.short_name:
        faults.append(f"Statement {number} has no short name.")
    for name, words, longest in (
        (f"Statement {number}", wording.text, LONGEST_TEXT),
        (f"The short name of statement {number}", wording.short_name, LONGEST_SHORT_NAME),
        (f"The hint of statement {number}", wording.hint, LONGEST_HINT),
    ):
        if len(words) > longest:
            faults.append(f"{name} is longer than {longest} characters.")
    return faults


def _competency_faults(statements: Sequence[Wording]) -> list[str]:
    groups = groupby(statements, key=lambda one: one.competency)
    sizes = [(name, len(list(members))) for name, members in groups]
    faults: list[str] = []
    if not FEWEST_COMPETENCIES <= len(sizes) <= MOST_COMPETENCIES:
        faults.append(
            f"There are {len(sizes)} competencies; "
            f"there have to be {FEWEST_COMPETENCIES} to {MOST_COMPETENCIES}."
        )
    for number, (name, size) in enumerate(sizes, start=1):
        faults += _one_competency(number, name, size)
    names = [name.casefold() for name, _ in sizes if name]
    if len(set(names)) < len(names):
        faults.append("Two competencies have the same name.")
    return faults


def _one_competency(number: int, name: str, size: int) -> list[str]:
    faults = []
    if not name:
        faults.append(f"Competency {number} has no name.")
    if len(name) > LONGEST_COMPETENCY:
        faults.append(f"Competency {number} is longer than {LONGEST_COMPETENCY} characters.")
    if size > MOST_IN_COMPETENCY:
        faults.append(
            f"Competency {number} holds {size} statements; {MOST_IN_COMPETENCY} are the most."
        )
    return faults


def _repeated(words: Sequence[str], said: str) -> list[str]:
    first: dict[str, int] = {}
    faults = []
    for number, one in enumerate(words, start=1):
        earlier = first.setdefault(one.casefold(), number)
        if one and earlier != number:
            faults.append(f"Statements {earlier} and {number} {said}.")
    return faults
