"""A report's findings: a headline, three conclusions at most, and what could have been seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.plurals import spelled
from app.domain.release.policy import Hidden, Shown
from app.domain.reports.conclusions import OFTEN, Basis, conclusions, ways
from app.domain.reports.contents import Conclusion, StatementLine
from app.domain.reports.noteworthy import Comparison, Noteworthy, is_clear
from app.domain.reports.voice import capitalised
from app.domain.reports.words import one_decimal

MOST_SAID: Final = 3
"""More than three at once are not remembered; the others stand where one looks closer."""
CANNOT: Final = "Smaller differences may be real; it cannot show them."
PLURAL: Final = {
    " stands out": " stand out",
    " is low": " are low",
    " has risen": " have risen",
    " has fallen": " have fallen",
}
MOSTLY: Final = "eight times out of ten"


@dataclass(frozen=True)
class ReportFindings:
    """What is said first, what is said below, and what could have been seen."""

    headline: str
    said: tuple[Conclusion, ...]
    also: tuple[Conclusion, ...]
    unseen: str
    """What else there may be, in plain words."""
    figures: str
    """The same in numbers."""


def findings(seen: Basis, *, answered: int | None) -> ReportFindings:
    """The findings of a report; `answered` is how many colleagues did, None where hidden."""
    found = conclusions(seen)
    said = _chosen(found)
    also = [one for one in found if one not in said]
    headline = _headline([one.clause for one in said]) if said else _nothing(seen.marks)
    if [one.title for one in said] == [headline]:
        said = [replace(one, title="") for one in said]
    figures = could_have_seen(seen.marks, answered)
    unseen = f"{_the_others(seen.lines, found)} {_too_small(answered)}" if figures else ""
    return ReportFindings(headline, tuple(said), tuple(also), unseen, figures)


def _chosen(found: Sequence[Conclusion]) -> list[Conclusion]:
    """Three at most, of different kinds where there are any, in the order of their kinds."""
    rounds: dict[int, int] = {}
    turns = []
    for one in found:
        rounds[one.kind] = rounds.get(one.kind, 0) + 1
        turns.append((rounds[one.kind], one.kind, one))
    first = sorted(turns, key=lambda turn: turn[:2])[:MOST_SAID]
    return [one for _, _, one in sorted(first, key=lambda turn: (turn[1], turn[0]))]


def _headline(clauses: Sequence[str]) -> str:
    """The clauses as one sentence."""
    *others, last = _together(clauses)
    joined = f"{', '.join(others)}, and {last}" if others else last
    return f"{capitalised(joined)}."


def _together(clauses: Sequence[str]) -> list[str]:
    """Clauses that say the same of two things become one: "A and B stand out"."""
    found: dict[str, list[str]] = {}
    for clause in clauses:
        verb = next((verb for verb in PLURAL if clause.endswith(verb)), clause)
        found.setdefault(verb, []).append(clause.removesuffix(verb))
    return [_one_clause(verb, names) for verb, names in found.items()]


def _one_clause(verb: str, names: Sequence[str]) -> str:
    *others, last = names
    if others:
        return f"{', '.join(others)} and {last}{PLURAL[verb]}"
    return f"{last}{verb}" if verb in PLURAL else verb


def _nothing(marks: Noteworthy) -> str:
    if marks.smallest.change is None:
        return "No single behaviour stands out from the others."
    return f"Nothing stands out, and nothing has clearly changed since {marks.since}."


def _the_others(lines: Sequence[StatementLine], found: Sequence[Conclusion]) -> str:
    """What is true of all statements that no conclusion names."""
    named = {one.statement for one in found if one.statement}
    shown = [line for line in lines if isinstance(line.colleagues, Shown)]
    others = [line for line in shown if line.number not in named and not _is_marked(line)]
    if not named or not others:
        return (
            "Nothing else is clear." if found else "No difference is larger than chance explains."
        )
    if len(others) == 1:
        return "The other statement neither stands out nor has clearly changed."
    return (
        f"The other {spelled(len(others))} statements neither stand out nor have clearly changed."
    )


def _too_small(answered: int | None) -> str:
    who = f"with {answered} colleagues, this report" if answered else "this report"
    return f"Smaller differences may be real; {who} cannot show them."


def _is_marked(line: StatementLine) -> bool:
    return any(map(is_clear, (line.stands_out, line.change, line.change_longer)))


def could_have_seen(marks: Noteworthy, answered: int | None) -> str:
    """The smallest differences that this report would mostly have shown; empty without scores."""
    smallest = marks.smallest
    parts = []
    if smallest.change is not None and smallest.overall is not None:
        parts.append(_change(smallest.change, smallest.overall))
    if smallest.apart is not None:
        parts.append(f"a statement {one_decimal(smallest.apart)} apart from the rest")
    if not parts:
        return ""
    who = f"With {answered} colleagues, this" if answered else "This"
    return f"{who} report finds {' and '.join(parts)}, {MOSTLY}."


def smallest_change_words(statement: float, overall: float) -> str:
    """How large a change has to be before it is mostly seen; for HR's page about the numbers."""
    return f"A report finds {_change(statement, overall)}, {MOSTLY}. {CANNOT}"


def _change(statement: float, overall: float) -> str:
    return f"a change of {one_decimal(statement)} in one statement or {one_decimal(overall)} in all"


def overall_change_words(marks: Noteworthy) -> Iterator[str]:
    """How all statements of a team together moved; nothing where they did not clearly."""
    for way, since in ways(marks.of(Comparison.OVERALL), marks.of(Comparison.OVERALL_LONGER)):
        yield f"On the whole, colleagues see these behaviours {OFTEN[way]} {since}."


def without_scores(reason: Hidden) -> ReportFindings:
    """What a report says in which no score is shown."""
    return ReportFindings(f"No scores this quarter: {reason.reason}.", (), (), "", "")
