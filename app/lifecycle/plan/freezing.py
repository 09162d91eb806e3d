"""Writing down what holds from a cycle's opening on: units, roster, pairs, readers, questions.

In no order: the one on disk must not tell in which order people were drawn or planned.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from random import SystemRandom
from typing import Any, Final

import numpy as np
from sqlalchemy import select, update

from app.assignments.models import Assignment, Participation
from app.cycles.models import (
    COMPANY_UNIT,
    AnswerReader,
    Cycle,
    FocusQuestion,
    ReaderRole,
    ReportReader,
    RosterEntry,
    Unit,
)
from app.cycles.queries import roster_ids
from app.domain.pairing.assignment import Pair
from app.infra.bulk import write_columns
from app.infra.db import Base, db
from app.leaders.queries import leader_ids
from app.people.models import Department, Person
from app.people.queries import hr_people

Columns = Mapping[str, Sequence[Any]]
PLACES_AT_ONCE: Final = 5_000
"""People whose units and managers are noted in one statement."""

_random = SystemRandom()


def freeze_units(cycle: Cycle) -> None:
    """Copy the department tree: what HR renames later does not change this cycle."""
    write_columns(Unit, unit_columns(cycle))


def freeze_roster(cycle: Cycle, *, new: AbstractSet[int]) -> None:
    """Note everybody's unit, manager and account age, and that nobody has sent."""
    ids = roster_ids(cycle)
    for part in parts_of(ids, PLACES_AT_ONCE):
        note_places(cycle, part, new=new)
    if ids:
        write_columns(Participation, participation_columns(cycle, ids))


def freeze_pairs(cycle: Cycle, pairs: Sequence[Pair]) -> None:
    """Note who rates whom."""
    if pairs:
        write_columns(Assignment, pair_columns(cycle, pairs))


def freeze_readers(cycle: Cycle, readers: Mapping[int, AbstractSet[int]]) -> None:
    """Note who reads each report beside its subject; `readers` by subject id."""
    if any(readers.values()):
        write_columns(ReportReader, reader_columns(cycle, readers))


def answer_readers(cycle: Cycle) -> set[tuple[int, ReaderRole]]:
    """Who is of HR and, where leaders hear comments, who the leaders are."""
    leaders = leader_ids() if cycle.policy.leaders_hear else ()
    as_hr = {(one.id, ReaderRole.HR) for one in hr_people()}
    return as_hr | {(one, ReaderRole.LEADER) for one in leaders}


def freeze_answer_readers(cycle: Cycle) -> None:
    """Note them: nobody becomes one of them later."""
    db.session.add_all(
        AnswerReader(cycle_id=cycle.id, person_id=person, role=role)
        for person, role in answer_readers(cycle)
    )
    db.session.flush()


def freeze_focus(cycle: Cycle, questions: Iterable[tuple[int, int]]) -> None:
    """Note about whom raters are asked whether they see a behaviour more often, and which."""
    if rows := list(questions):
        write_columns(FocusQuestion, focus_columns(cycle, rows))


def note_places(cycle: Cycle, ids: Sequence[int], *, new: AbstractSet[int]) -> None:
    """Note unit, manager and account age of these people on the roster."""
    mine = RosterEntry.cycle_id == cycle.id
    now = Person.id == RosterEntry.person_id
    every = update(RosterEntry).where(mine, RosterEntry.person_id.in_(ids))
    places = every.values(
        unit_number=select(Person.department_id).where(now).scalar_subquery(),
        manager_id=select(Person.manager_id).where(now).scalar_subquery(),
        is_new=False,
    )
    young = [one for one in ids if one in new]
    are_new = update(RosterEntry).where(mine, RosterEntry.person_id.in_(young)).values(is_new=True)
    for statement in (places, are_new):
        db.session.execute(statement.execution_options(synchronize_session=False))


def unit_columns(cycle: Cycle) -> Columns:
    """The company and every department."""
    tree = select(Department.id, Department.parent_id, Department.name)
    units = [(COMPANY_UNIT, None, "Company")] + [
        (key, parent or COMPANY_UNIT, name) for key, parent, name in db.session.execute(tree)
    ]
    numbers, parents, names = zip(*units, strict=True)
    return _shuffled(cycle, {"number": numbers, "parent_number": parents, "name": names})


def participation_columns(cycle: Cycle, ids: Sequence[int]) -> Columns:
    """Everybody on the roster, none of whom has sent."""
    return _shuffled(cycle, {"person_id": ids, "sent": [False] * len(ids)})


def pair_columns(cycle: Cycle, pairs: Sequence[Pair]) -> Columns:
    """Every pair."""
    return _shuffled(
        cycle,
        {
            "rater_id": [pair.rater for pair in pairs],
            "subject_id": [pair.subject for pair in pairs],
            "relationship": [pair.relationship for pair in pairs],
        },
    )


def reader_columns(cycle: Cycle, readers: Mapping[int, AbstractSet[int]]) -> Columns:
    """Every subject with everybody who reads the report."""
    rows = [(subject, reader) for subject, ids in readers.items() for reader in ids]
    columns = {"subject_id": [row[0] for row in rows], "reader_id": [row[1] for row in rows]}
    return _shuffled(cycle, columns)


def focus_columns(cycle: Cycle, questions: Sequence[tuple[int, int]]) -> Columns:
    """Every subject with the statement that raters are asked about once more."""
    columns = {
        "subject_id": [subject for subject, _ in questions],
        "statement": [number for _, number in questions],
    }
    return _shuffled(cycle, columns)


def parts_of(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """`values` in parts of up to `size`."""
    for begin in range(0, len(values), size):
        yield values[begin : begin + size]


def _shuffled(cycle: Cycle, columns: Columns) -> Columns:
    """The rows of `columns` in a random order, with the cycle that they are of."""
    rows = len(next(iter(columns.values())))
    chance = np.random.default_rng(_random.getrandbits(128))
    order = chance.permutation(rows).tolist()
    mixed = {name: [values[place] for place in order] for name, values in columns.items()}
    return {"cycle_id": [cycle.id] * rows, **mixed}


FROZEN_TABLES: Final[Mapping[type[Base], str]] = {
    Assignment: "rater_id",
    Participation: "person_id",
    ReportReader: "subject_id",
    FocusQuestion: "subject_id",
}
"""Tables with rows of everybody, and the column by which they are deleted in parts."""
