"""Composes a personal report from released cells: what stands out, what differs, what moved.

Sentences are chosen from the data; a claim is made only where chance does not explain it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from app.domain.arrays import Floats
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
)
from app.domain.reports.findings import FindingsBasis, colleagues_view, sentences
from app.domain.reports.measured import Measured, company_of, competencies_of
from app.domain.reports.noteworthy import (
    LONGEST,
    Comparison,
    Noteworthy,
    Tests,
    apart,
    changes,
    low,
    marks_of,
    own_views,
)
from app.domain.reports.trends import Named, trend_lines
from app.domain.scale import HIGHEST, LOWEST, OPTIONS
from app.domain.statistics.contrasts import Average

TREND_CYCLES: Final = 8
MOST_HIGHLIGHTS: Final = 8
MEANING: Final = (
    "A statement stands out or has moved when it did so beside your other statements, by more than "
    "chance explains: how colleagues see you on the whole is judged by itself. “The quarters "
    "before” are the last four at most, as far as they asked the same.",
    "Up to 1 in 10 reports with no real differences would still show a mark.",
)


@dataclass(frozen=True)
class SubjectQuarter:
    """What was released about one subject in one cycle; every sequence has 14 items."""

    cycle_name: str
    competencies: Sequence[str]
    texts: Sequence[str]
    identities: tuple[str, ...]
    """What each statement is, whatever its number and spelling."""
    measured: Measured
    """What colleagues say."""
    own: Sequence[int | None]
    company: Sequence[Score]
    company_own: Sequence[float | None]

    @property
    def colleagues(self) -> Sequence[Score]:
        return self.measured.scores


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
    current: SubjectQuarter,
    history: Sequence[SubjectQuarter],
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
    earlier = [one.measured.as_asked(current.identities, one.identities) for one in history]
    marks = marks_of(_tests(current, earlier))
    lines = _statement_lines(current, earlier[-1].scores if earlier else None, marks, answered)
    said = _sentences(current, lines, marks, policy)
    return PersonalReport(
        company=cover.company,
        cycle_name=cover.cycle_name,
        published_on=cover.published_on,
        name=cover.name,
        title=cover.title,
        department=cover.department,
        raters=cover.raters,
        finding=said[0],
        highlights=tuple(said[1 : MOST_HIGHLIGHTS + 1]),
        statements=lines,
        competencies=tuple(_competency_lines(current)),
        trend=_trend(current, history, earlier),
        keep=comments.keep,
        try_next=comments.try_next,
        comments_hidden=comments.hidden,
        notes=_notes(cover, lines, policy, adjusted),
        second_view=second_view,
        adjusted=adjusted,
    )


def _tests(current: SubjectQuarter, earlier: Sequence[Measured]) -> Tests:
    """Everything that the report compares."""
    now, usual = current.measured.printed, company_of(current.company)
    _, groups = competencies_of(current.competencies)
    tests = apart(now, usual, competencies=groups)
    if earlier:
        before = [one.printed for one in earlier[-LONGEST:]]
        longer = Average(before) if len(before) > 1 else None
        tests |= changes(now, before[-1], longer, competencies=groups)
    if usual is not None:
        tests |= low(now, usual)
    own = np.array([np.nan if answer is None else float(answer) for answer in current.own])
    return tests | own_views(now, own, _usual_gap(current))


def _usual_gap(quarter: SubjectQuarter) -> Floats:
    """By how much own answers usually lie above colleagues' in the company; 0 if not known."""
    pairs = zip(quarter.company_own, quarter.company, strict=True)
    return np.array(
        [
            own - company.mean if own is not None and isinstance(company, Shown) else 0.0
            for own, company in pairs
        ]
    )


def _statement_lines(
    current: SubjectQuarter,
    previous: Sequence[Score] | None,
    marks: Noteworthy,
    answered: int | None,
) -> tuple[StatementLine, ...]:
    return tuple(
        StatementLine(
            number=i + 1,
            competency=current.competencies[i],
            text=current.texts[i],
            colleagues=current.colleagues[i],
            own=current.own[i],
            company=current.company[i],
            previous=previous[i] if previous else None,
            change=marks.of(Comparison.STATEMENT, i),
            change_longer=marks.of(Comparison.STATEMENT_LONGER, i),
            answered=answered,
            stands_out=marks.of(Comparison.APART, i),
            own_view=colleagues_view(marks.of(Comparison.SELF, i)),
        )
        for i in range(len(current.texts))
    )


def _sentences(
    current: SubjectQuarter,
    lines: Sequence[StatementLine],
    marks: Noteworthy,
    policy: ReleasePolicy,
) -> list[str]:
    if all(isinstance(line.colleagues, Hidden) for line in lines):
        return [f"No scores this quarter: {policy.words(Reason.FEW_RATERS)}."]
    names, _ = competencies_of(current.competencies)
    knows_company = company_of(current.company) is not None
    return sentences(FindingsBasis(lines, names, marks, knows_company))


def _trend(
    current: SubjectQuarter, history: Sequence[SubjectQuarter], earlier: Sequence[Measured]
) -> tuple[TrendLine, ...]:
    past = [Named(one.cycle_name, scores) for one, scores in zip(history, earlier, strict=True)]
    return trend_lines(
        current.competencies,
        [*past[-(TREND_CYCLES - 1) :], Named(current.cycle_name, current.measured)],
    )


def _competency_lines(quarter: SubjectQuarter) -> list[CompetencyLine]:
    return [
        CompetencyLine(
            name=name,
            colleagues=_composite([quarter.colleagues[i] for i in places]),
            own=_mean([quarter.own[i] for i in places]),
            company=_mean([_mean_of(quarter.company[i]) for i in places]),
        )
        for name, places in _competencies(quarter)
    ]


def _competencies(quarter: SubjectQuarter) -> list[tuple[str, list[int]]]:
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
        f"Each score is the average of what colleagues answered, from 1 ({LOWEST}) to {OPTIONS} "
        f"({HIGHEST}).",
        f"{NOISE} {BOUND}",
        _blurred(lines),
        _adjusted(adjusted),
        "The line through a score is its 95 % interval: how far chance alone may have moved it.",
        *MEANING,
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
