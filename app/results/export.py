"""Everything released of a cycle as plain records, for other programs. docs/results.md has names.

Only released rows are read, so nothing is here that no page may show. Names of fields are
stable: a new one may come, none is renamed or changes its meaning.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import select

from app.cycles.models import Cycle, Unit
from app.domain.scale import LABELS, NOT_OBSERVED
from app.infra.bulk import whole_numbers
from app.infra.db import db
from app.people.models import Person
from app.results.exported_cells import (
    KEEP,
    TRY,
    ScoresOfCycle,
    cells_of,
    numbers_of,
    score_fields,
    texts_of,
)
from app.results.models import AboutCycle, AdjustedScore, CompanyScore, SubjectResult
from app.results.queries import totals_of
from app.results.released_cells import adjusted_score, company_score

FORMAT: Final = "full-circle-results/1"
PART: Final = 200
"""Subjects read at once: a large company does not fit into the memory."""

Record = dict[str, Any]


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
    """Every subject's released cells and comments, by e-mail; or `only` these subjects'.

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
    scores = ScoresOfCycle(cycle)
    for begin in range(0, len(subjects), PART):
        yield from _part_of(cycle, subjects[begin : begin + PART], scores)


def _part_of(cycle: Cycle, ids: Sequence[int], scores: ScoresOfCycle) -> Iterator[Record]:
    """The records of these subjects, in their order."""
    people = _people(cycle, ids)
    cells = cells_of(cycle.id, ids)
    texts = texts_of(cycle.id, ids) if cycle.policy.shows_comments else {}
    adjusted = _adjusted(cycle, ids)
    for subject_id in ids:
        yield {
            **people[subject_id],
            "adjusted": adjusted.get(subject_id),
            "statements": scores.statements(cells[subject_id]),
            "second_view": scores.second_view(cells[subject_id]),
            "keep": texts.get((subject_id, KEEP), []),
            "try": texts.get((subject_id, TRY), []),
        }


def _people(cycle: Cycle, ids: Sequence[int]) -> dict[int, Record]:
    columns = (Person.email, Person.name, SubjectResult.unit_number, SubjectResult.raters)
    rows = db.session.execute(
        select(SubjectResult.subject_id, *columns)
        .join(Person, Person.id == SubjectResult.subject_id)
        .where(SubjectResult.cycle_id == cycle.id, SubjectResult.subject_id.in_(ids))
    )
    return {
        key: {"email": email, "name": name, "unit": unit, "raters": raters}
        for key, email, name, unit, raters in rows
    }


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


def _adjusted(cycle: Cycle, ids: Sequence[int]) -> dict[int, Record]:
    columns = (AdjustedScore.mean, AdjustedScore.raters, AdjustedScore.standard_error)
    rows = db.session.execute(
        select(AdjustedScore.subject_id, *columns, AdjustedScore.reliability).where(
            AdjustedScore.cycle_id == cycle.id, AdjustedScore.subject_id.in_(ids)
        )
    )
    found = ((row, adjusted_score(row)) for row in rows)
    return {
        row.subject_id: {
            **numbers_of(score),
            "reliability": row.reliability.value,
            "words": score.text,
        }
        for row, score in found
    }
