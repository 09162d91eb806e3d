"""The released figures of services as plain records, for other programs."""

from collections.abc import Iterator
from typing import Any

from app.cycles.models import Cycle
from app.cycles.queries import hr_at_opening
from app.domain.enps.score import StanceCounts
from app.domain.release.policy import Hidden, Shown
from app.service_results.queries import comments_about, public_lines, service_lines

Record = dict[str, Any]


def services_of(cycle: Cycle, *, reader_id: int | None = None) -> list[Record]:
    """Every service by name, with its statements, the 0-10 answers and comments in random order.

    For somebody who was not of HR when the cycle opened it holds what everybody sees, and no
    comments; without a `reader_id`, for operators, everything.
    """
    reads_all = reader_id is None or reader_id in hr_at_opening(cycle.id)
    return [
        {
            "service": line.name,
            "is_a_person": line.is_a_person,
            "raters": None if isinstance(line.raters, Hidden) else line.raters,
            "statements": [
                {"text": text, **_score(score)}
                for text, score in zip(line.statements, line.means, strict=True)
            ],
            "help": _helped(line.helped),
            "comments": [one.text for one in comments_about(cycle, line.id)] if reads_all else [],
        }
        for line in (service_lines(cycle) if reads_all else public_lines(cycle))
    ]


def _score(score: Shown | Hidden) -> Record:
    names = ("mean", "raters", "standard_error", "low", "high")
    if isinstance(score, Hidden):
        return {**dict.fromkeys(names), "hidden": score.reason}
    return {**{name: getattr(score, name) for name in names}, "hidden": None}


def _helped(answers: StanceCounts | Hidden) -> Record:
    names = ("respondents", "promoters", "passives", "detractors", "score", "low", "high")
    if isinstance(answers, Hidden):
        return {**dict.fromkeys(names), "hidden": answers.reason}
    low, high = answers.interval
    numbers = (answers.respondents, *answers.shares, answers.score, low, high)
    return {**dict(zip(names, numbers, strict=True)), "hidden": None}


def rows_of(services: list[Record]) -> Iterator[Record]:
    """The same as rows of a table: one for each statement, for the 0-10 answers, each comment."""
    for service in services:
        name = service["service"]
        for line in service["statements"]:
            yield {"kind": "service", "who": name, **line}
        helped = service["help"]
        yield {"kind": "service_help", "who": name, "raters": helped["respondents"], **helped}
        for text in service["comments"]:
            yield {"kind": "service_comment", "who": name, "text": text}
