"""Who works here: reads for every floor above."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from app.domain.errors import NotFoundError
from app.domain.files.people_changes import BOARD, HR, KnownPerson
from app.domain.names import ListedPerson, folded, labels, shared
from app.infra.db import db
from app.people.department_tree import departments_below, full_department_paths, paths_of
from app.people.models import Person

PAGE: Final = 50
BATCH: Final = 5_000
"""Ids or addresses asked for at once: SQLite takes at most 32,766 values in a statement."""

Thing = TypeVar("Thing")


class PersonState(StrEnum):
    """What HR may filter the list of people by."""

    ACTIVE = "active"
    NO_PASSWORD = "no password yet"  # noqa: S105 - a state, not a secret  # nosec B105
    NO_MANAGER = "no manager"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True)
class PeopleFilter:
    """Which people HR wants to see."""

    text: str = ""
    department_id: int | None = None
    state: PersonState | None = PersonState.ACTIVE


def person_by_email(email: str) -> Person:
    """The person with this e-mail, in whatever case. Raises NotFoundError."""
    found = find_person(email)
    if found is None:
        raise NotFoundError(f"Nobody here has the e-mail {email.strip()}.")
    return found


def find_person(email: str) -> Person | None:
    """The person with this e-mail, in whatever case, or None."""
    return db.session.scalar(select(Person).where(Person.email == email.strip().lower()))


def person_by_id(person_id: int) -> Person:
    """The person with this id. Raises NotFoundError."""
    found = db.session.get(Person, person_id)
    if found is None:
        raise NotFoundError("This person is not in the directory.")
    return found


def active_people() -> list[Person]:
    """Everybody who works here now, by name."""
    return list(db.session.scalars(_by_name().where(Person.is_active)))


def emails_at_work() -> list[str]:
    """The e-mails of everybody who works here, by name."""
    emails = select(Person.email).where(Person.is_active)
    return list(db.session.scalars(emails.order_by(Person.sort_key, Person.id)))


def people_by_ids(ids: Iterable[int]) -> dict[int, Person]:
    """The people with these ids, left or not; unknown ids are left out."""
    return {
        person.id: person
        for part in in_batches(sorted(set(ids)))
        for person in db.session.scalars(select(Person).where(Person.id.in_(part)))
    }


def labels_of(names: Mapping[int, str]) -> dict[int, str]:
    """What a list calls the people with these ids and names, so that no two look alike.

    Names that only one of them has stay as they are; only about the others anything is read.
    """
    alike = shared(names)
    if not alike:
        return dict(names)
    found = people_by_ids(alike)
    paths = paths_of(one.department_id for one in found.values())
    told_apart = labels(
        {
            key: ListedPerson(names[key], one.title, paths[one.department_id], one.email)
            for key, one in found.items()
        }
    )
    return {**names, **told_apart}


def hr_people() -> list[Person]:
    """The active people of HR, by name."""
    return list(db.session.scalars(_by_name().where(Person.is_active, Person.is_hr)))


def reports_of(person: Person) -> list[Person]:
    """The active direct reports of `person`, by name."""
    mine = Person.manager_id == person.id
    return list(db.session.scalars(_by_name().where(Person.is_active, mine)))


def by_department(people: Iterable[Person]) -> list[tuple[str, list[Person]]]:
    """These people below the path of their department, in the order of the paths."""
    people = list(people)
    paths = paths_of(person.department_id for person in people)
    teams: dict[str, list[Person]] = {}
    for person in people:
        teams.setdefault(paths[person.department_id], []).append(person)
    return sorted(teams.items(), key=lambda team: (folded(team[0]), team[0]))


def known_people(order: InstrumentedAttribute[str] = Person.email) -> list[KnownPerson]:
    """The whole directory, left people included, as the people file would say it."""
    paths, manager, second = full_department_paths(), aliased(Person), aliased(Person)
    mine = (Person.email, Person.name, Person.title, Person.department_id, manager.email)
    rows = db.session.execute(
        select(
            *mine,
            Person.joined_on,
            Person.is_active,
            Person.number,
            second.email,
            Person.sits_out_for,
            Person.sits_out_until,
            Person.is_hr,
            Person.is_board,
        )
        .outerjoin(manager, Person.manager_id == manager.id)
        .outerjoin(second, Person.second_manager_id == second.id)
        .order_by(order, Person.email)
    )
    return [
        KnownPerson(
            email,
            name,
            title,
            paths[unit],
            boss,
            joined_on,
            is_active,
            _roles(is_hr, is_board),
            *more,
        )
        for email, name, title, unit, boss, joined_on, is_active, *more, is_hr, is_board in rows
    ]


def _roles(is_hr: bool, is_board: bool) -> frozenset[str]:  # noqa: FBT001 - a row's own columns
    return frozenset(role for role, has in ((HR, is_hr), (BOARD, is_board)) if has)


def people_page(wanted: PeopleFilter, *, page: int) -> Pagination:
    """One page of the people that match `wanted`, by name; a page too far is an empty one."""
    found = _by_name().options(joinedload(Person.department)).where(*_conditions(wanted))
    return db.paginate(found, page=max(page, 1), per_page=PAGE, error_out=False)


def managers_above(person: Person) -> Iterator[Person]:
    """The manager of `person`, theirs, and so on up; ends where the directory holds a loop."""
    seen: set[int] = set()
    above = person.manager_id
    while above is not None and above not in seen:
        seen.add(above)
        manager = db.session.get_one(Person, above)
        yield manager
        above = manager.manager_id


def ids_of(emails: Sequence[str]) -> dict[str, int]:
    """The ids of people by these addresses; unknown addresses are left out."""
    wanted = select(Person.email, Person.id)
    return {
        email: key
        for part in in_batches(emails)
        for email, key in db.session.execute(wanted.where(Person.email.in_(part)))
    }


def _by_name() -> Select[Person]:
    return select(Person).order_by(Person.sort_key, Person.id)


def _conditions(wanted: PeopleFilter) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.text:
        conditions += [_mentions(word) for word in folded(wanted.text).split()]
    if wanted.department_id is not None:
        conditions.append(Person.department_id.in_(departments_below(wanted.department_id)))
    if wanted.state is not None:
        conditions.append(Person.is_active.is_(wanted.state is not PersonState.DEACTIVATED))
    if wanted.state is PersonState.NO_PASSWORD:
        conditions.append(Person.password_hash.is_(None))
    if wanted.state is PersonState.NO_MANAGER:
        conditions.append(_lacks_manager())
    return conditions


def count_everybody() -> int:
    """How many people the directory has, left ones included."""
    return _count()


def count_active() -> int:
    """How many people work here."""
    return _count(Person.is_active.is_(True))


def active_up_to(most: int) -> int:
    """The same, counted up to `most`: mostly it is asked whether there are so few."""
    first = select(Person.id).where(Person.is_active.is_(True)).limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(first)) or 0


def count_without_password() -> int:
    """How many people who work here cannot sign in, since they never set a password."""
    return _count(Person.is_active.is_(True), Person.password_hash.is_(None))


def count_without_manager() -> int:
    """How many people who work here have no manager who does."""
    return _count(Person.is_active.is_(True), _lacks_manager())


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count(Person.id)).where(*conditions)) or 0


def _lacks_manager() -> ColumnElement[bool]:
    """Nobody, or somebody who has left; whoever leads others and has nobody above is the head."""
    manager, report = aliased(Person), aliased(Person)
    has_left = exists().where(manager.id == Person.manager_id, manager.is_active.is_(False))
    leads = exists().where(report.manager_id == Person.id, report.is_active)
    return or_(has_left, Person.manager_id.is_(None) & ~leads)


def _mentions(word: str) -> ColumnElement[bool]:
    columns = (Person.search_text, Person.email)
    return or_(*(column.contains(word, autoescape=True) for column in columns))


def is_named(wanted: str) -> ColumnElement[bool]:
    """True for people in whose name `wanted` occurs; their titles are not looked at."""
    sought = folded(wanted).replace("/", "//").replace("%", "/%").replace("_", "/_")
    return Person.search_text.like(f"%{sought}%\n%", escape="/")


def in_batches(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    """Ids or addresses, so many at once as a statement takes."""
    for start in range(0, len(things), BATCH):
        yield things[start : start + BATCH]
