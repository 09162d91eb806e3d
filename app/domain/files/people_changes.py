"""What a new people file would change: who comes, who changes, who goes."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

HR: Final = "hr"
BOARD: Final = "board"
ROLES: Final = (HR, BOARD)
NOBODY: Final = "nobody"


class WantedPerson(Protocol):
    """A person as the file wants them; `roles` is None where the file is silent about roles."""

    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def department(self) -> tuple[str, ...]: ...
    @property
    def manager(self) -> str | None: ...
    @property
    def joined_on(self) -> date: ...
    @property
    def roles(self) -> frozenset[str] | None: ...
    @property
    def number(self) -> str | None: ...
    @property
    def known_by(self) -> str: ...
    @property
    def second_manager(self) -> str | None: ...
    @property
    def sits_out(self) -> str: ...


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as the directory has them; e-mails are in lower case."""

    email: str
    name: str
    title: str
    department: tuple[str, ...]
    manager: str | None
    joined_on: date
    is_active: bool = True
    roles: frozenset[str] = frozenset()
    number: str | None = None
    second_manager: str | None = None
    sits_out: str = ""
    """Why they take part in no cycle."""
    sits_out_until: date | None = None

    def sits_out_on(self, day: date) -> bool:
        """Whether they take part in no cycle that opens on `day`."""
        return bool(self.sits_out) and not (self.sits_out_until and self.sits_out_until < day)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as words for a reader."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PersonChange:
    """Somebody who stays (or comes back) and is changed."""

    email: str
    name: str
    fields: tuple[FieldChange, ...]
    known_by: str = ""
    """The address the directory has now."""

    @property
    def comes_back(self) -> bool:
        return any(field.field == "state" for field in self.fields)


@dataclass(frozen=True, slots=True)
class PersonAndDepartment:
    """Somebody who is added or goes."""

    email: str
    name: str
    department: str


@dataclass(frozen=True)
class Preview:
    """Everything that taking over a file would do."""

    added: tuple[PersonAndDepartment, ...]
    changed: tuple[PersonChange, ...]
    deactivated: tuple[PersonAndDepartment, ...]
    unchanged_count: int
    new_departments: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.deactivated)


def compare(
    current: Sequence[KnownPerson],
    wanted: Sequence[WantedPerson],
    *,
    departments: Iterable[tuple[str, ...]] = (),
    leaving: Iterable[str] | None = None,
) -> Preview:
    """What must happen to `current` so that the directory says what `wanted` says.

    `departments` are those that exist already, also where nobody works in them. `leaving` are
    the addresses of those who go; by default everybody who is not wanted.
    """
    known = {person.email: person for person in current}
    staying = {row.known_by for row in wanted}
    renamed = {row.known_by: row.email for row in wanted if row.known_by != row.email}
    added = tuple(_named(row) for row in wanted if row.known_by not in known)
    changes = [
        PersonChange(row.email, row.name, fields, row.known_by)
        for row in wanted
        if row.known_by in known
        and (fields := tuple(_field_changes(known[row.known_by], row, renamed)))
    ]
    gone = {p.email for p in current} - staying if leaving is None else set(leaving) - staying
    existing = {*departments, *(person.department for person in current)}
    return Preview(
        added=added,
        changed=tuple(changes),
        deactivated=tuple(_named(p) for p in current if p.is_active and p.email in gone),
        unchanged_count=len(wanted) - len(added) - len(changes),
        new_departments=tuple(_new_departments(existing, wanted)),
    )


def hr_remains(
    current: Sequence[KnownPerson],
    wanted: Sequence[WantedPerson],
    *,
    leaving: Iterable[str] | None = None,
) -> bool:
    """Whether a company that has active HR people still has one afterwards."""
    had = {person.email: person.is_active and HR in person.roles for person in current}
    if not any(had.values()):
        return True
    of_hr = {person.email for person in current if HR in person.roles}
    here = {row.known_by for row in wanted}
    stay = set() if leaving is None else {e for e, has in had.items() if has} - set(leaving) - here
    return bool(stay) or any(
        row.known_by in of_hr if row.roles is None else HR in row.roles for row in wanted
    )


def loops(managers: Mapping[str, str | None]) -> list[list[str]]:
    """Every circle of people who manage each other, each from its alphabetically first member.

    Linear: each person is walked over once, whatever the shape of the company.
    """
    found: list[list[str]] = []
    walk_of: dict[str, int] = {}
    for walk, start in enumerate(managers):
        trail: list[str] = []
        here: str | None = start
        while here is not None and here in managers and here not in walk_of:
            walk_of[here] = walk
            trail.append(here)
            here = managers[here]
        if here is not None and walk_of.get(here) == walk:
            found.append(_from_first(trail[trail.index(here) :]))
    return found


def fingerprint(current: Sequence[KnownPerson]) -> str:
    """A short text that differs as soon as anything in the directory differs."""
    digest = hashlib.sha256()
    for person in sorted(current, key=lambda someone: someone.email):
        parts = [
            person.email,
            person.name,
            person.title,
            *person.department,
            person.manager or "",
            person.joined_on.isoformat(),
            str(person.is_active),
            person.number or "",
            person.second_manager or "",
            person.sits_out,
            str(person.sits_out_until or ""),
            *sorted(person.roles),
        ]
        digest.update("\x1f".join(parts).encode() + b"\x1e")
    return digest.hexdigest()


def spelled(path: tuple[str, ...]) -> str:
    """A department path as people read it."""
    return " / ".join(path)


def _named(person: WantedPerson | KnownPerson) -> PersonAndDepartment:
    return PersonAndDepartment(person.email, person.name, spelled(person.department))


def _field_changes(
    old: KnownPerson, new: WantedPerson, renamed: Mapping[str, str]
) -> Iterator[FieldChange]:
    if not old.is_active:
        yield FieldChange("state", "deactivated", "active")
    led_by = [
        renamed.get(boss, boss) if boss else None for boss in (old.manager, old.second_manager)
    ]
    before = _as_words(old, old.roles, led_by)
    after = _as_words(new, new.roles, [new.manager, new.second_manager])
    for field, value in after.items():
        if before[field] != value and value is not None:
            yield FieldChange(field, before[field] or "", value)
    if new.sits_out:
        yield FieldChange("takes part", "yes", f"no, {new.sits_out}")


def _as_words(
    person: WantedPerson | KnownPerson,
    roles: frozenset[str] | None,
    led_by: Sequence[str | None],
) -> dict[str, str | None]:
    return {
        "name": person.name,
        "email": person.email,
        "number": person.number,
        "title": person.title,
        "department": spelled(person.department),
        "manager": led_by[0] or NOBODY,
        "second manager": led_by[1] or NOBODY,
        "joined_on": person.joined_on.isoformat(),
        "roles": None if roles is None else " ".join(r for r in ROLES if r in roles),
    }


def _new_departments(
    existing: set[tuple[str, ...]], wanted: Sequence[WantedPerson]
) -> Iterator[str]:
    known = {path[:depth] for path in existing for depth in range(1, len(path) + 1)}
    for path in dict.fromkeys(row.department for row in wanted):
        for depth in range(1, len(path) + 1):
            if path[:depth] not in known:
                known.add(path[:depth])
                yield spelled(path[:depth])


def _from_first(circle: list[str]) -> list[str]:
    first = circle.index(min(circle))
    return circle[first:] + circle[:first]
