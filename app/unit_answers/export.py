"""Released answers to departments' questions as records and tables, for other programs.

What is hidden on the page is hidden here: both are made from the same released rows.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any, Final

from app.cycles.models import Cycle
from app.domain.enps.score import StanceCounts
from app.domain.release.policy import Hidden, Shown
from app.domain.unit_questions.asked import UnitQuestion
from app.infra.spreadsheets import FileTable, write_sheets, write_values
from app.unit_answers.queries import access_to, answer_line
from app.unit_questions.queries import frozen_questions

Record = dict[str, Any]
NUMBERS: Final = (
    *("mean", "raters", "standard_error", "low", "high"),
    *("respondents", "promoters", "passives", "detractors", "score"),
)
"""Of a question from 1 to 5 the first, of one from 0 to 10 the last; both have a range."""


def unit_answers_of(cycle: Cycle, *, reader_id: int | None = None) -> list[Record]:
    """Every question of a department that `reader_id` asked, or all of them for HR of the opening.

    Without a `reader_id`, for operators, all of them.
    """
    return [
        record_of(cycle, one)
        for one in frozen_questions(cycle.id)
        if reader_id is None or _reads(reader_id, cycle, one)
    ]


def _reads(reader_id: int, cycle: Cycle, question: UnitQuestion) -> bool:
    access = access_to(cycle, question)
    return reader_id in access.reader_ids or reader_id in access.hr_ids


def record_of(cycle: Cycle, question: UnitQuestion) -> Record:
    """One question with what was released; words are in random order."""
    line = answer_line(cycle, question)
    return {
        "unit": question.unit,
        "department": question.unit_name,
        "question": question.text,
        "answered": question.kind.value,
        **dict.fromkeys(NUMBERS),
        **_figures(line.now),
        "hidden": line.hidden or None,
        "words": [] if line.hidden else list(line.words),
    }


def _figures(released: Shown | Hidden | StanceCounts | None) -> Record:
    if isinstance(released, Shown):
        return {name: getattr(released, name) for name in NUMBERS[:5]}
    if isinstance(released, StanceCounts):
        low, high = released.interval
        sides = dict(zip(NUMBERS[6:9], released.shares, strict=True))
        counts = {"respondents": released.respondents, "score": released.score}
        return {**counts, **sides, "low": low, "high": high}
    return {}


def rows_of(records: list[Record]) -> Iterator[Record]:
    """The same as rows of a table: one for each question, and one for each answer in words."""
    for one in records:
        who, text = one["department"], one["question"]
        raters = one["raters"] or one["respondents"]
        yield {**one, "kind": "unit_question", "who": who, "text": text, "raters": raters}
        for said in one["words"]:
            yield {"kind": "unit_answer", "who": who, "text": said}


def tables_of(record: Record) -> list[FileTable]:
    """One question as tables for a spreadsheet."""
    heads = ("Question", "Department", "Answered", *NUMBERS, "Not shown")
    named = (record["question"], record["department"], record["answered"])
    row = (*named, *(record[name] for name in NUMBERS), record["hidden"])
    words = FileTable("In words", ("Answer",), [(one,) for one in record["words"]])
    return [FileTable("Question", heads, [row]), *([words] if record["words"] else [])]


def write_record(record: Record, file: IO[bytes]) -> None:
    """One question as a JSON document."""
    file.write(json.dumps(record, ensure_ascii=False, indent=1).encode() + b"\n")


WRITERS: Final[Mapping[str, Callable[[Record, IO[bytes]], None]]] = {
    "json": write_record,
    "csv": lambda record, file: write_values(tables_of(record), file),
    "xlsx": lambda record, file: write_sheets(tables_of(record), file),
}
"""By the end of the file's name."""
