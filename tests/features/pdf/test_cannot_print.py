"""What may never be printed cannot be printed: the objects given to papers have no place for it.

The list is STATISTICS.md section 2, "internal only": agreement indices, reliability as a number,
ranks and percentiles, anyone's strictness, and what was suppressed. Every number that a report
can hold stands here by name; a new one is added on purpose, after asking whether it may be shown.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest

from app.domain.release.policy import Hidden, Shown
from app.domain.reports.contents import PersonalReport
from app.domain.reports.words import number_words
from tests.samples import SAMPLES

FORBIDDEN = re.compile(
    r"rwg|alpha|rank|percentile|lenien|strict|varianc|deviation|minimum|maximum|median"
    r"|raw|ballot|rater_?id|by_rater|ratings|order"
)
NUMBERS = {
    "CompetencyLine.colleagues",  # mean of two released means
    "CompetencyLine.company",
    "CompetencyLine.own",
    "PersonalReport.raters",  # one total
    "Action.statement",  # the number of the statement somebody works on
    "Conclusion.statement",  # the number of the statement it is about
    "Impression.raters",  # blind ones only
    "Shares.high",  # blurred
    "Shares.low",
    "Shares.middle",
    "Shown.mean",  # with noise in it
    "Shown.raters",  # blind ones only
    "Shown.standard_error",  # of chance, noise and printing
    "StatementLine.answered",  # the same total as PersonalReport.raters
    "StatementLine.number",
    "StatementLine.own",
    "TrendLine.noise",
    "TrendPoint.value",
}
PLAIN = (str, int, float, bool, date, NoneType)


def kinds_in(annotation: Any) -> Iterator[Any]:
    """The types named in an annotation, inside unions and tuples too."""
    parts = [part for part in get_args(annotation) if part is not Ellipsis]
    if not parts:
        yield annotation
    for part in parts:
        yield from kinds_in(part)


def held_by(kind: Any, seen: set[Any]) -> Iterator[tuple[str, Any]]:
    """Every field that an object of this kind may hold, however deep, as (name, type)."""
    if kind in seen or not is_dataclass(kind):
        return
    seen.add(kind)
    name, hints = getattr(kind, "__name__", ""), get_type_hints(kind)
    for field in fields(kind):
        for found in kinds_in(hints[field.name]):
            yield f"{name}.{field.name}", found
            yield from held_by(found, seen)


HELD = sorted(set(held_by(PersonalReport, set())), key=str)


def test_every_number_a_report_can_hold_may_be_shown():
    numbers = {name for name, kind in HELD if kind in {int, float}}

    assert numbers == NUMBERS


def test_no_field_is_named_after_what_may_not_be_printed():
    assert [name for name, _ in HELD if FORBIDDEN.search(name.split(".")[1])] == []


def test_a_report_holds_plain_values_and_dataclasses_only():
    """A dictionary or an array could hold anything."""
    for name, kind in HELD:
        is_plain = kind in PLAIN or is_dataclass(kind) or issubclass(kind, Enum)

        assert is_plain, (name, kind)


def test_what_is_hidden_has_a_reason_and_nothing_else():
    assert [(field.name, field.type) for field in fields(Hidden)] == [("reason", str)]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_mean_has_at_most_one_decimal(name):
    scores = [line.colleagues for line in SAMPLES[name]().statements]

    for score in scores:
        if isinstance(score, Shown):
            assert re.fullmatch(r"\d\.\d", number_words(score))
