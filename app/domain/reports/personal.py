"""Composes a personal report from released cells: what stands out, what differs, what moved.

Sentences are chosen from the data; a claim is made only where chance does not explain it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np

from app.domain.arrays import Floats
from app.domain.release.policy import (
    BOUND,
    Hidden,
    Reason,
    ReleasePolicy,
    Score,
    Shown,
    noise_with,
)
from app.domain.reports.conclusions import Basis, colleagues_view
from app.domain.reports.contents import (
    AdjustedOverall,
    CommentText,
    CompetencyLine,
    PersonalReport,
    SecondView,
    StatementLine,
    TrendLine,
)
from app.domain.reports.findings import ReportFindings, findings, without_scores
from app.domain.reports.measured import Measured, company_of, competencies_of, means_of
from app.domain.reports.noteworthy import (
    FAR,
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
from app.domain.reports.voice import Voice
from app.domain.scale import DEFAULT_LABELS, OPTIONS
from app.domain.statistics.contrasts import Average
from app.domain.statistics.sign_pattern import signs

TREND_CYCLES: Final = 8
FIRST: Final = "There is nothing to compare with yet: the next report can show what has changed."
MEANING: Final = (
    "A statement stands out or has moved when it did so beside the other statements, by more than "
    "chance explains: how colleagues see the person on the whole is judged by itself. “The "
    "quarters before” are the last four at most, as far as they asked the same.",
    "A low score stands apart from the other statements and lies below the company’s, or lies "
    f"clearly more than {FAR} below the company’s by itself.",
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
    short_names: Sequence[str] = ()
    hints: Sequence[str] = ()
    """Empty, or one for each statement."""
    labels: Sequence[str] = DEFAULT_LABELS
    """The words for the answers 1 to 5."""

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
    readers: str = ""
    """Who reads it, in complete sentences."""
    is_own: bool = True
    """Whether the report speaks to its subject; otherwise it speaks about them."""

    @property
    def voice(self) -> Voice:
        return Voice(self.name, self.is_own)

    @property
    def facts(self) -> dict[str, Any]:
        """What the report says of itself, by the names of its fields."""
        return {
            "company": self.company,
            "cycle_name": self.cycle_name,
            "published_on": self.published_on,
            "name": self.name,
            "title": self.title,
            "department": self.department,
            "raters": self.raters,
            "readers": self.readers,
            "speaks_to_subject": self.is_own,
        }


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
    found = _findings(current, lines, marks, cover, policy)
    return PersonalReport(
        **cover.facts,
        finding=found.headline,
        said=found.said,
        also=found.also,
        unseen=found.unseen,
        statements=lines,
        competencies=tuple(_competency_lines(current)),
        trend=_trend(current, history, earlier),
        keep=comments.keep,
        try_next=comments.try_next,
        comments_hidden=comments.hidden,
        notes=_notes(cover, lines, policy, adjusted, labels=current.labels, figures=found.figures),
        second_view=second_view,
        adjusted=adjusted,
        labels=tuple(current.labels),
        whole=marks.of(Comparison.OVERALL),
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
    return tests | own_views(now, _own(current), _usual_gap(current))


def _own(quarter: SubjectQuarter) -> Floats:
    """The own answers, NaN where there is none."""
    return np.array([np.nan if answer is None else float(answer) for answer in quarter.own])


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
            below_company=marks.of(Comparison.BELOW, i),
            short_name=current.short_names[i] if current.short_names else "",
            hint=current.hints[i] if current.hints else "",
        )
        for i in range(len(current.texts))
    )


def _findings(
    current: SubjectQuarter,
    lines: Sequence[StatementLine],
    marks: Noteworthy,
    cover: Cover,
    policy: ReleasePolicy,
) -> ReportFindings:
    if all(isinstance(line.colleagues, Hidden) for line in lines):
        return without_scores(Hidden(policy.words(Reason.FEW_RATERS)))
    names, _ = competencies_of(current.competencies)
    leaning = signs(_own(current) - means_of(current.colleagues), _usual_gap(current))
    basis = Basis(
        lines,
        names,
        marks,
        knows_company=company_of(current.company) is not None,
        own_higher=int((leaning > 0).sum()),
        own_lower=int((leaning < 0).sum()),
        voice=cover.voice,
    )
    found = findings(basis, answered=None if isinstance(cover.raters, Hidden) else cover.raters)
    if Comparison.OVERALL in marks.by_kind:
        return found
    return replace(found, unseen=f"{found.unseen} {FIRST}".strip())


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
    *,
    labels: Sequence[str],
    figures: str,
) -> tuple[str, ...]:
    if isinstance(cover.raters, Hidden):
        answered = f"Scores are hidden: {cover.raters.reason}."
    else:
        answered = (
            f"{cover.raters} colleagues who cannot read this report answered about "
            f"{cover.voice.you}. Own answers are in no mean."
        )
    notes = (
        answered,
        f"Each score is the average of what colleagues answered, from 1 ({labels[0]}) to {OPTIONS} "
        f"({labels[-1]}).",
        "" if isinstance(cover.raters, Hidden) else f"{noise_with(cover.raters)} {BOUND}",
        _blurred(lines),
        _adjusted(adjusted, cover.voice),
        "The line through a score is its likely range: it holds the true average in 95 of 100 "
        "cases, noise included.",
        figures,
        *MEANING,
        f"A score needs {policy.blind_raters} colleagues who cannot read this report, a "
        f"distribution {policy.distribution_from} ratings. What is hidden was never stored.",
    )
    return tuple(note for note in notes if note)


def _adjusted(adjusted: AdjustedOverall | Hidden | None, voice: Voice) -> str:
    if isinstance(adjusted, Hidden):
        return f"There is no overall score adjusted for strict raters: {adjusted.reason}."
    return adjusted.sentences(voice.your) if adjusted else ""


def _blurred(lines: Sequence[StatementLine]) -> str:
    has_shares = any(isinstance(one.colleagues, Shown) and one.colleagues.shares for one in lines)
    return "The shares of answers are slightly blurred in the same way." if has_shares else ""
