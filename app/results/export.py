"""Everything released of a cycle as plain records, for other programs. docs/results.md has names.

Only released rows are read, so nothing is here that no page may show. Names of fields are
stable: a new one may come, none is renamed or changes its meaning.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, select

from app.cycles.models import Cycle, Unit
from app.domain.release.policy import Shown
from app.domain.scale import LABELS, NOT_OBSERVED
from app.infra.bulk import plain_rows, whole_numbers
from app.infra.db import db
from app.people.models import Person
from app.results.exported_cells import (
    COLLEAGUES,
    KEEP,
    OTHERS,
    OWN,
    REPORTS,
    STATEMENT,
    TRY,
    VIEW,
    CellRow,
    ScoresAs,
    cells_of,
    every_statement,
    numbers_of,
    score_fields,
    texts_of,
)
from app.results.models import AboutCycle, AdjustedScore, CompanyScore, SubjectResult
from app.results.queries import totals_of
from app.results.released_cells import company_score

FORMAT: Final = "full-circle-results/1"
PART: Final = 500
"""Subjects read at once: a large company does not fit into the memory."""

Record = dict[str, Any]
AdjustedRow = tuple[float, int, float, str]
"""An overall score that allows for how strict raters are: mean, raters, its error, reliability."""


@dataclass(frozen=True, slots=True)
class ExportedSubject:
    """What was released about somebody, as it was read."""

    email: str
    name: str
    unit: int
    raters: int | None
    adjusted: AdjustedRow | None
    views: int
    """Two where direct reports have a view of their own."""
    colleagues: Sequence[CellRow]
    """A row for each statement."""
    second_view: Sequence[CellRow]
    """Direct reports, then everyone else; nothing unless both were released."""
    keep: Sequence[str]
    try_: Sequence[str]


def head_of(cycle: Cycle) -> Record:
    """What the cycle was, its rules in numbers and words, and the company as a whole."""
    return {
        "format": FORMAT,
        "cycle": {
            "name": cycle.name,
            "state": cycle.state.value,
            "imported": cycle.is_imported,
            "opened_on": _day(cycle.opened_on),
            "closed_on": _day(cycle.closed_on),
            "published_on": _day(cycle.published_on),
            "frozen_hash": cycle.frozen_hash,
        },
        "policy": {"terms": cycle.policy.as_dict(), "promise": cycle.policy.promise("")},
        "scale": _scale(cycle),
        "statements": [
            {
                "statement": one.number,
                "identity": one.identity,
                "competency": one.competency,
                "text": one.text,
                "short_name": one.short_name,
                "hint": one.hint,
            }
            for one in cycle.questionnaire.statements
        ],
        "participation": _participation(cycle),
        "about": _about(cycle),
        "company": list(_company(cycle)),
        "units": [
            {"unit": unit.number, "parent": unit.parent_number, "name": unit.name}
            for unit in db.session.scalars(
                select(Unit).where(Unit.cycle_id == cycle.id).order_by(Unit.number)
            )
        ],
    }


def persons_of(cycle: Cycle, *, only: Collection[int] | None = None) -> Iterator[Record]:
    """Every subject's released cells and comments, by e-mail; or `only` these subjects'."""
    scores = ScoresAs(cycle, dict)
    for subject in subjects_of(cycle, only=only):
        rated = scores.of(subject.colleagues, views=subject.views)
        second = scores.of(subject.second_view)
        yield {
            "email": subject.email,
            "name": subject.name,
            "unit": subject.unit,
            "raters": subject.raters,
            "adjusted": adjusted_record(subject.adjusted) if subject.adjusted else None,
            "statements": [
                {"statement": row[STATEMENT], **score, "own": row[OWN]} for row, score in rated
            ],
            "second_view": [
                {"view": row[VIEW], "statement": row[STATEMENT], **score} for row, score in second
            ],
            "keep": subject.keep,
            "try": subject.try_,
        }


def subjects_of(cycle: Cycle, *, only: Collection[int] | None = None) -> Iterator[ExportedSubject]:
    """The same as it was read, for files of very many people.

    Only their ids are held at once; everything else is read in parts.
    """
    by_email = (
        select(SubjectResult.subject_id)
        .join(Person, Person.id == SubjectResult.subject_id)
        .where(SubjectResult.cycle_id == cycle.id)
        .order_by(Person.email)
    )
    subjects: list[int] = whole_numbers(by_email)[:, 0].tolist()
    if only is not None:
        wanted = frozenset(only)
        subjects = [one for one in subjects if one in wanted]
    for begin in range(0, len(subjects), PART):
        yield from _part_of(cycle, subjects[begin : begin + PART])


def _part_of(cycle: Cycle, ids: Sequence[int]) -> Iterator[ExportedSubject]:
    """These subjects, in their order."""
    people = _people(cycle.id, ids)
    cells = cells_of(cycle.id, ids)
    texts = texts_of(cycle.id, ids) if cycle.policy.shows_comments else {}
    for key in ids:
        email, name, unit, raters, *adjusted = people[key]
        reports, others = cells.get((key, REPORTS), []), cells.get((key, OTHERS), [])
        yield ExportedSubject(
            email=email,
            name=name,
            unit=unit,
            raters=raters,
            adjusted=None if adjusted[0] is None else tuple(adjusted),
            views=2 if reports else 1,
            colleagues=every_statement(cells.get((key, COLLEAGUES), [])),
            second_view=[*reports, *others] if reports and others else [],
            keep=texts.get((key, KEEP), []),
            try_=texts.get((key, TRY), []),
        )


def _people(cycle_id: int, ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """By id: who each is, how many rated them, and their adjusted score."""
    theirs = and_(
        AdjustedScore.cycle_id == SubjectResult.cycle_id,
        AdjustedScore.subject_id == SubjectResult.subject_id,
    )
    query = (
        select(
            SubjectResult.subject_id,
            Person.email,
            Person.name,
            SubjectResult.unit_number,
            SubjectResult.raters,
            AdjustedScore.mean,
            AdjustedScore.raters,
            AdjustedScore.standard_error,
            AdjustedScore.reliability,
        )
        .join(Person, Person.id == SubjectResult.subject_id)
        .outerjoin(AdjustedScore, theirs)
        .where(SubjectResult.cycle_id == cycle_id, SubjectResult.subject_id.in_(ids))
    )
    return {row[0]: row[1:] for rows in plain_rows(query) for row in rows}


def adjusted_record(row: AdjustedRow) -> Record:
    """An adjusted score as fields."""
    mean, raters, standard_error, reliability = row
    score = Shown(mean, raters, standard_error)
    return {**numbers_of(score), "reliability": reliability, "words": score.text}


def _scale(cycle: Cycle) -> Record:
    """Every answer with its label in this cycle."""
    labels = enumerate(cycle.questionnaire.scale_labels, start=1)
    return {str(NOT_OBSERVED): LABELS[NOT_OBSERVED]} | {
        str(option): label for option, label in labels
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _participation(cycle: Cycle) -> Record | None:
    totals = totals_of(cycle.id)
    if totals is None:
        return None
    names = ("invited", "sent", "counted")
    return {name: getattr(totals, name) for name in names}


def _about(cycle: Cycle) -> Record | None:
    row = db.session.get(AboutCycle, cycle.id)
    if row is None:
        return None
    return {
        "adjustment": row.adjustment.value,
        "between_raters": row.between_raters,
        "within_raters": row.within_raters,
        "share_rater": row.share_rater,
        "share_person": row.share_person,
        "share_rest": row.share_rest,
        "reliability": row.reliability,
        "uniform_ballots": row.uniform,
        "inconsistent_ballots": row.inconsistent,
    }


def _company(cycle: Cycle) -> Iterator[Record]:
    rows = db.session.scalars(
        select(CompanyScore)
        .where(CompanyScore.cycle_id == cycle.id)
        .order_by(CompanyScore.statement)
    )
    for row in rows:
        score = score_fields(company_score(row, cycle.policy))
        yield {"statement": row.statement, **score, "own_mean": row.own_mean}
