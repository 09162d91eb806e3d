"""Everything released of a cycle as rows with the same columns: the company, units, people."""

from collections.abc import Collection, Iterator
from operator import itemgetter
from typing import Any, Final

from app.cycles.models import Cycle
from app.enps.export import enps_of
from app.results.export import head_of, persons_of
from app.results.exported_cells import COLLEAGUES
from app.service_results.export import rows_of as service_rows
from app.service_results.export import services_of
from app.unit_answers.export import rows_of as unit_answer_rows
from app.unit_answers.export import unit_answers_of

COLUMNS: Final = (
    "cycle",
    "kind",
    "who",
    "view",
    "statement",
    "mean",
    "low",
    "high",
    "standard_error",
    "share_low",
    "share_middle",
    "share_high",
    "own",
    "raters",
    "reliability",
    "more",
    "same",
    "less",
    "promoters",
    "passives",
    "detractors",
    "score",
    "mentions",
    "hidden",
    "text",
)
FIGURES: Final = COLUMNS[COLUMNS.index("mean") : COLUMNS.index("own")]
BEFORE_OWN: Final = itemgetter(*FIGURES)
NO_FIGURES: Final = (None,) * (COLUMNS.index("hidden") - COLUMNS.index("reliability"))
"""What a score leaves empty between its raters and its reason."""
COMMENTS: Final = ("keep", "try")
"""Fields of a person that hold comments; each is a kind of row."""
KEPT: Final = 1000
"""Different things that are put into words once."""
Record = dict[str, Any]
Row = list[Any]
"""A cell for each column."""
Only = Collection[int] | None
"""The subjects that are written; None for all of them, which is for operators.

The services, and the questions of departments, are those that `reader_id` may read, by default all.
"""


def rows_of(cycle: Cycle, *, only: Only = None, reader_id: int | None = None) -> Iterator[Row]:
    """Every released value of the company, of its units and of each person, as a row."""
    yield from rows_before_persons(cycle, reader_id=reader_id)
    for person in persons_of(cycle, only=only):
        yield from _person_rows(cycle.name, person)


def rows_before_persons(cycle: Cycle, *, reader_id: int | None) -> Iterator[Row]:
    """What was released of the company, of units and of services, as rows."""
    for record in _few(cycle, reader_id=reader_id):
        yield _row(cycle.name, record)


def _row(cycle_name: str, record: Record) -> Row:
    """The fields of a record that are columns."""
    return [cycle_name, *map(record.get, COLUMNS[1:])]


def _few(cycle: Cycle, *, reader_id: int | None) -> Iterator[Record]:
    """What was released of the company, of units and of services."""
    head = head_of(cycle)
    names = {unit["unit"]: unit["name"] for unit in head["units"]}
    for line in head["company"]:
        yield line | {"kind": "company", "own": line["own_mean"]}
    yield from _enps(enps_of(cycle), names)
    yield from service_rows(services_of(cycle, reader_id=reader_id))
    yield from unit_answer_rows(unit_answers_of(cycle, reader_id=reader_id))


def _enps(enps: Record, names: dict[int, str]) -> Iterator[Record]:
    for unit in enps["units"]:
        name = names.get(unit["unit"], "")
        yield unit | {"kind": "enps", "who": name, "raters": unit["respondents"]}
    for line in enps["reasons"]:
        yield {
            "kind": "enps_reason",
            "who": line["side"],
            "text": line["reason"],
            "mentions": line["mentions"],
        }
    if direct := enps["direct"]:
        yield direct | {"kind": "enps_direct", "raters": direct["respondents"]}
    for text in enps["comments"]:
        yield {"kind": "enps_comment", "text": text}


def _person_rows(cycle_name: str, person: Record) -> Iterator[Row]:
    who = person["email"]
    yield _row(cycle_name, {"kind": "person", "who": who, "raters": person["raters"]})
    if person["adjusted"]:
        yield _row(cycle_name, person["adjusted"] | {"kind": "adjusted", "who": who})
    for line in person["statements"]:
        yield [cycle_name, "statement", who, COLLEAGUES, *_score_cells(line)]
    for line in person["second_view"]:
        yield [cycle_name, "statement", who, line["view"], *_score_cells(line)]
    for kind in COMMENTS:
        for text in person[kind]:
            yield _row(cycle_name, {"kind": kind, "who": who, "text": text})


def _score_cells(line: Record) -> Row:
    """What a score's line holds from its statement on, as in COLUMNS."""
    return [line["statement"], *BEFORE_OWN(line), line.get("own"), *after_own(line)]


def after_own(score: Record) -> tuple[Any, ...]:
    """What the row of a score holds behind the subject's own answer."""
    return (score["raters"], *NO_FIGURES, score["hidden"], None)
