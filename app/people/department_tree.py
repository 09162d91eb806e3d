"""The tree of departments: paths from the root down, and which of very many are offered."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import select

from app.domain.names import folded
from app.infra.db import LARGEST_ID, db
from app.people.models import PATH_SEPARATOR, Department

MOST_OFFERED: Final = 300
"""So many departments are offered to choose from; of more the uppermost ones."""
AT_ONCE: Final = 5_000
"""Ids asked for at once: SQLite takes at most 32,766 values in a statement."""

Path = tuple[str, ...]
Known = Mapping[int, tuple[int | None, str]]
"""Parent and name of each department."""


def full_department_paths() -> dict[int, Path]:
    """Each department's names from the root down."""
    rows = db.session.execute(select(Department.id, Department.parent_id, Department.name))
    known = {key: (parent, name) for key, parent, name in rows}
    return {key: _path(key, known) for key in known}


def department_paths() -> dict[int, str]:
    """Each department's path as people say it: without the company that all share."""
    return _as_said(full_department_paths())


def paths_of(department_ids: Iterable[int]) -> dict[int, str]:
    """The same of these departments only, without reading any others."""
    return _as_said(full_paths_of(department_ids))


def full_paths_of(department_ids: Iterable[int]) -> dict[int, Path]:
    """The names of these departments from the root down.

    A statement for each level of the tree, however many departments there are.
    """
    wanted = set(department_ids)
    known: dict[int, tuple[int | None, str]] = {}
    level = wanted
    while level:
        found = _departments_with(level)
        known |= found
        level = {parent for parent, _ in found.values() if parent is not None} - known.keys()
    return {key: _path(key, known) for key in wanted & known.keys()}


def offered_departments() -> dict[int, Path]:
    """Every department, or where there are very many the uppermost levels that fit."""
    inside = Department.parent_id.is_(None)
    known: dict[int, tuple[int | None, str]] = {}
    while True:
        columns = select(Department.id, Department.parent_id, Department.name)
        fits = MOST_OFFERED - len(known)
        rows = db.session.execute(columns.where(inside).order_by(Department.id).limit(fits + 1))
        level = {key: (parent, name) for key, parent, name in rows}
        if not level or (len(level) > fits and known):
            return {key: _path(key, known) for key in known}
        known |= dict(list(level.items())[:fits])
        inside = Department.parent_id.in_(level.keys())


def department_choices(*chosen: int) -> list[tuple[int, str]]:
    """The offered departments and those `chosen` already, with their paths, in their order."""
    offered = offered_departments()
    more = full_paths_of(key for key in chosen if key and key not in offered)
    said = _as_said({**offered, **more})
    return sorted(said.items(), key=lambda one: (folded(one[1]), one[1]))


def department_at(path: Path) -> int | None:
    """The department whose names from the root down are `path`."""
    here: int | None = None
    for name in path:
        found = select(Department.id).where(
            Department.name == name, Department.parent_id.is_not_distinct_from(here)
        )
        here = db.session.scalar(found.order_by(Department.id).limit(1))
        if here is None:
            return None
    return here


def departments_below(department_id: int) -> set[int]:
    """A department and everything inside it."""
    found: set[int] = set()
    level = set(_departments_with({department_id}))
    while level:
        found |= level
        inside = [
            select(Department.id).where(Department.parent_id.in_(part)) for part in _parts(level)
        ]
        level = {key for part in inside for key in db.session.scalars(part)} - found
    return found


def _departments_with(ids: Iterable[int]) -> dict[int, tuple[int | None, str]]:
    """Those that there are; what an address asks for may be larger than any number in a row."""
    columns = select(Department.id, Department.parent_id, Department.name)
    return {
        key: (parent, name)
        for part in _parts(key for key in ids if 0 < key <= LARGEST_ID)
        for key, parent, name in db.session.execute(columns.where(Department.id.in_(part)))
    }


def _parts(ids: Iterable[int]) -> list[list[int]]:
    every = sorted(ids)
    return [every[begin : begin + AT_ONCE] for begin in range(0, len(every), AT_ONCE)]


def _path(key: int | None, known: Known) -> Path:
    names: list[str] = []
    while key is not None:
        key, name = known[key]
        names.append(name)
    return tuple(reversed(names))


def _as_said(paths: Mapping[int, Path]) -> dict[int, str]:
    roots = select(Department.name).where(Department.parent_id.is_(None)).distinct().limit(2)
    cut = 1 if len(db.session.scalars(roots).all()) == 1 else 0
    return {key: PATH_SEPARATOR.join(path[cut:] or path) for key, path in paths.items()}
