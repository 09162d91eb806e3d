"""Composes a personal report from released cells: what stands out, what differs, what moved.

Sentences are chosen from the data; a claim is made only where chance does not explain it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import sqrt
from typing import Final

from app.domain.release.policy import (
    BOUND,
    NOISE,
    Hidden,
    Reason,
    ReleasePolicy,
    Score,
    Shown,
)
from app.domain.reports.contents import (
    AdjustedOverall,
    CommentText,
    CompetencyLine,
    PersonalReport,
    SecondView,
    StatementLine,
    TrendLine,
    TrendPoint,
)
from app.domain.reports.marks import marks_of_report, self_other_difference
from app.domain.reports.wording import in_order_of
from app.domain.reports.words import agreement_word
from app.domain.statistics.differences import Change, Difference

TREND_CYCLES: Final = 8
MOST_HIGHLIGHTS: Final = 8
MOST_QUOTED: Final = 3


@dataclass(frozen=True)
class Quarter:
    """What was released about one subject in one cycle; every sequence has 14 items."""

    cycle_name: str
    competencies: Sequence[str]
    texts: Sequence[str]
    identities: tuple[str, ...]
    """What each statement is, whatever its number and spelling."""
    colleagues: Sequence[Score]
    own: Sequence[int | None]
    company: Sequence[Score]
    company_own: Sequence[float | None]


@dataclass(frozen=True)
class Cover:
    """Who the report is about, and the frame it is printed in."""

    company: str
    cycle_name: str
    published_on: date
    name: str
    title: str
    department: str
    raters: int | Hidden


@dataclass(frozen=True)
class Comments:
    """Released comments by question."""

    keep: tuple[CommentText, ...]
    try_next: tuple[CommentText, ...]
    hidden: Hidden | None


def compose(
    cover: Cover,
    *,
    current: Quarter,
    history: Sequence[Quarter],
    comments: Comments,
    policy: ReleasePolicy,
    second_view: SecondView | None = None,
    adjusted: AdjustedOverall | Hidden | None = None,
) -> PersonalReport:
    """Put a personal report together.

    `history` holds earlier quarters that the reader may read, oldest first; the newest of
    them is "last quarter".
    """
    answered = None if isinstance(cover.raters, Hidden) else cover.raters
    lines = _statement_lines(current, history[-1] if history else None, answered)
    sentences = _sentences(lines)
    return PersonalReport(
        company=cover.company,
        cycle_name=cover.cycle_name,
        published_on=cover.published_on,
        name=cover.name,
        title=cover.title,
        department=cover.department,
        raters=cover.raters,
        finding=sentences[0] if sentences else _plain_finding(lines, policy),
        highlights=tuple(sentences[1 : MOST_HIGHLIGHTS + 1]),
        statements=lines,
        competencies=tuple(_competency_lines(current)),
        trend=tuple(_trend_lines([*history[-(TREND_CYCLES - 1) :], current])),
        keep=comments.keep,
        try_next=comments.try_next,
        comments_hidden=comments.hidden,
        notes=_notes(cover, lines, policy, adjusted),
        second_view=second_view,
        adjusted=adjusted,
    )


def _statement_lines(
    current: Quarter, last: Quarter | None, answered: int | None
) -> tuple[StatementLine, ...]:
    previous: Sequence[Score | None] = [None] * len(current.texts)
    if last:
        previous = in_order_of(current.identities, last.identities, last.colleagues)
    marks = marks_of_report(
        previous=previous,
        current=current.colleagues,
        own=[_self_other(current, i) for i in range(len(current.texts))],
    )
    return tuple(
        StatementLine(
            number=i + 1,
            competency=current.competencies[i],
            text=current.texts[i],
            colleagues=current.colleagues[i],
            own=current.own[i],
            company=current.company[i],
            previous=previous[i],
            change=marks.changes[i],
            answered=answered,
            stands_out=marks.stands_out[i],
            own_view=marks.own_views[i],
        )
        for i in range(len(current.texts))
    )


def _self_other(quarter: Quarter, i: int) -> Difference | None:
    """How far the subject's answer to statement i lies from colleagues', beyond what is usual."""
    own, colleagues, company = quarter.own[i], quarter.colleagues[i], quarter.company[i]
    if own is None or isinstance(colleagues, Hidden):
        return None
    own_mean = quarter.company_own[i]
    knows_company = own_mean is not None and isinstance(company, Shown)
    gap = own_mean - company.mean if knows_company else 0.0  # type: ignore[union-attr,operator]
    return self_other_difference(own, colleagues, gap)


CLAIMS: Final = (
    ("stands_out", Change.UP, "Colleagues see this more often than your other behaviours"),
    ("stands_out", Change.DOWN, "Colleagues see this less often than your other behaviours"),
    ("change", Change.UP, "Colleagues saw this more often than last quarter"),
    ("change", Change.DOWN, "Colleagues saw this less often than last quarter"),
    ("own_view", Change.UP, "Colleagues see this more positively than you do"),
    ("own_view", Change.DOWN, "Colleagues see this less positively than you do"),
)


def _sentences(lines: Sequence[StatementLine]) -> list[str]:
    """Every claim the data supports, one sentence for all statements with the same mark."""
    claims = [
        (
            opening,
            [line for line in _clearest(lines, direction) if getattr(line, mark) is direction],
        )
        for mark, direction, opening in CLAIMS
    ]
    claims.append(("Colleagues’ opinions differ", _disagreements(lines)))
    return [f"{opening}: {_listed(found)}." for opening, found in claims if found]


def _clearest(lines: Sequence[StatementLine], direction: Change) -> list[StatementLine]:
    """Highest scores first for what is up, lowest first for what is down."""
    shown = [line for line in lines if isinstance(line.colleagues, Shown)]
    sign = -1 if direction is Change.UP else 1

    def place(line: StatementLine) -> float:
        return sign * line.colleagues.mean if isinstance(line.colleagues, Shown) else 0.0

    return sorted(shown, key=place)


def _disagreements(lines: Sequence[StatementLine]) -> list[StatementLine]:
    return [
        line
        for line in lines
        if isinstance(line.colleagues, Shown)
        and line.colleagues.shares
        and agreement_word(line.colleagues.shares) == "opinions differ"
    ]


def _listed(lines: Sequence[StatementLine]) -> str:
    """Up to three statements in quotes; of more, two and how many others carry the same mark."""
    quoted = [f"“{line.text.rstrip('.')}”" for line in lines]
    if len(quoted) > MOST_QUOTED:
        quoted = [*quoted[: MOST_QUOTED - 1], f"{len(quoted) - MOST_QUOTED + 1} others"]
    return " and ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def _plain_finding(lines: Sequence[StatementLine], policy: ReleasePolicy) -> str:
    if all(isinstance(line.colleagues, Hidden) for line in lines):
        return f"No scores this quarter: {policy.words(Reason.FEW_RATERS)}."
    return (
        "No single behaviour stands out: colleagues see you much alike across all statements, "
        "within what chance explains."
    )


def _competency_lines(quarter: Quarter) -> list[CompetencyLine]:
    return [
        CompetencyLine(
            name=name,
            colleagues=_composite([quarter.colleagues[i] for i in places]),
            own=_mean([quarter.own[i] for i in places]),
            company=_mean([_mean_of(quarter.company[i]) for i in places]),
        )
        for name, places in _competencies(quarter)
    ]


def _competencies(quarter: Quarter) -> list[tuple[str, list[int]]]:
    """Competencies in the order of their statements, each with the places of its own."""
    places: dict[str, list[int]] = {}
    for i, name in enumerate(quarter.competencies):
        places.setdefault(name, []).append(i)
    return list(places.items())


def _composite(scores: Sequence[Score]) -> float | Hidden:
    """The mean of released means; hidden as soon as one of them is."""
    for score in scores:
        if isinstance(score, Hidden):
            return score
    return sum(score.mean for score in scores if isinstance(score, Shown)) / len(scores)


def _mean_of(score: Score) -> float | None:
    return score.mean if isinstance(score, Shown) else None


def _mean(values: Sequence[float | None]) -> float | None:
    given = [value for value in values if value is not None]
    return sum(given) / len(given) if given and len(given) == len(values) else None


def _trend_lines(quarters: Sequence[Quarter]) -> list[TrendLine]:
    """One line per competency of the newest quarter; older ones are found by statement."""
    lines, asked_now = [], quarters[-1].identities
    scores = [in_order_of(asked_now, q.identities, q.colleagues) for q in quarters]
    for name, places in _competencies(quarters[-1]):
        composites = [_composite([known[i] for i in places]) for known in scores]
        points = tuple(
            TrendPoint(q.cycle_name, None if isinstance(value, Hidden) else value)
            for q, value in zip(quarters, composites, strict=True)
        )
        lines.append(TrendLine(name, points, _noise(scores, places)))
    return lines


def _noise(quarters: Sequence[Sequence[Score]], places: Sequence[int]) -> float:
    """Half the normal band: 1.96 standard errors of a change of this composite, in points."""
    errors = [sqrt(sum(_error(q[i]) ** 2 for i in places)) / len(places) for q in quarters]
    if len(errors) == 1:
        return 1.96 * errors[0]
    changes = [sqrt(one**2 + other**2) for one, other in pairwise(errors)]
    return 1.96 * max(changes)


def _error(score: Score) -> float:
    return score.standard_error if isinstance(score, Shown) else 0.0


def _notes(
    cover: Cover,
    lines: Sequence[StatementLine],
    policy: ReleasePolicy,
    adjusted: AdjustedOverall | Hidden | None,
) -> tuple[str, ...]:
    if isinstance(cover.raters, Hidden):
        answered = f"Scores are hidden: {cover.raters.reason}."
    else:
        answered = (
            f"{cover.raters} colleagues who cannot read this report answered about you. "
            "Your own answers are in no mean."
        )
    notes = (
        answered,
        "Each score is the average of what colleagues answered, from 1 (almost never) to 5 "
        "(almost always).",
        f"{NOISE} {BOUND}",
        _blurred(lines),
        _adjusted(adjusted),
        "The line through a score is its 95 % interval: how far chance alone may have moved it.",
        "About 1 in 10 reports with no real differences would still show a mark.",
        f"A score needs {policy.blind_raters} colleagues who cannot read this report, a "
        f"distribution {policy.distribution_from} ratings. What is hidden was never stored.",
    )
    return tuple(note for note in notes if note)


def _adjusted(adjusted: AdjustedOverall | Hidden | None) -> str:
    if isinstance(adjusted, Hidden):
        return f"There is no overall score adjusted for strict raters: {adjusted.reason}."
    return adjusted.sentences if adjusted else ""


def _blurred(lines: Sequence[StatementLine]) -> str:
    has_shares = any(isinstance(one.colleagues, Shown) and one.colleagues.shares for one in lines)
    return "The shares of answers are slightly blurred in the same way." if has_shares else ""
