"""Invented companies of any size: units in three levels, heads at each, everybody in a team."""

from datetime import date, timedelta
from random import Random
from typing import Final, NamedTuple

from sqlalchemy import func, select, text

from app.cli.demo_company import AREAS, DOMAIN, FIRST, LAST, PASSWORD, TITLES, plain
from app.infra.bulk import write_columns
from app.infra.db import db, is_sqlite
from app.people.credentials import mark_for
from app.people.models import Department, Person
from app.people.name_order import search_text, sort_key
from app.people.passwords import hashed

TEAM: Final = 9
"""Members that a team has beside its head."""
BRANCHES: Final = 8
"""Teams in a department, and departments in a division."""
HR_EVERY: Final = 400
BOARD: Final = 3
OLDEST_DAYS, NEWEST_DAYS = 4_000, 120


class Staff(NamedTuple):
    """One line of an invented company; `department` and `manager` count from 0."""

    title: str
    department: int
    manager: int | None


class Company(NamedTuple):
    """The units with the place of the one above each, and the people."""

    units: list[tuple[str, int | None]]
    staff: list[Staff]


def company_of(people: int, *, random: Random) -> Company:
    """A director, heads of divisions, departments and teams, and members to fill `people` lines."""
    teams = max(1, people // (TEAM + 2))
    company = Company([("Nordlicht", None)], [Staff("Managing director", 0, None)])
    upper = _level(company, "Division", "Head of division", [(0, 0)], -(-teams // BRANCHES**2))
    upper = _level(company, "Department", "Head of department", upper, -(-teams // BRANCHES))
    upper = _level(company, "Team", "Team lead", upper, teams)
    for number in range(people - len(company.staff)):
        unit, head = upper[number % len(upper)]
        company.staff.append(Staff(random.choice(TITLES), unit, head))
    return Company(company.units, company.staff[:people])


def _level(
    company: Company, kind: str, title: str, above: list[tuple[int, int]], wanted: int
) -> list[tuple[int, int]]:
    """Add `wanted` units below those `above`, each with its head; both as (unit, head)."""
    made = []
    for number in range(wanted):
        unit, head = above[number % len(above)]
        made.append((len(company.units), len(company.staff)))
        name = f"{AREAS[number % len(AREAS)]} {kind} {number // len(AREAS) + 1}"
        company.units.append((name, unit))
        company.staff.append(Staff(title, made[-1][0], head))
    return made


def names_of(people: int, *, random: Random) -> list[str]:
    """Names as a large company has them: some with a second first name, very few twice."""
    most = len(FIRST) * len(LAST) * len(FIRST)
    picks = random.sample(range(most), people) if people <= most else range(people)
    return [_name(pick % most) for pick in picks]


def _name(pick: int) -> str:
    pick, first = divmod(pick, len(FIRST))
    second, last = divmod(pick, len(LAST))
    middle = f" {FIRST[second]}" if second and second != first else ""
    return f"{FIRST[first]}{middle} {LAST[last]}"


def move_in_many(people: int, *, today: date, random: Random) -> list[int]:
    """Add an invented company to an empty directory; return everybody's id, in order.

    Everybody has the demo password. Rows are written past the bookkeeping for each of them.
    """
    company = company_of(people, random=random)
    units = range(1, len(company.units) + 1)
    _write_units(company, units)
    names = names_of(people, random=random)
    ids = range(1, people + 1)
    titles = [one.title for one in company.staff]
    joined = [random.randint(NEWEST_DAYS + 30, OLDEST_DAYS) for _ in ids]
    password_hash = hashed(PASSWORD)
    same = {
        "password_hash": password_hash,
        "account_made_on": (today - timedelta(days=NEWEST_DAYS)).isoformat(),
        "is_active": True,
        "credential_epoch": 0,
        "session_epoch": 0,
    }
    columns = {
        "id": ids,
        "name": names,
        "sort_key": [sort_key(name) for name in names],
        "search_text": [search_text(*pair) for pair in zip(names, titles, strict=True)],
        "email": _addresses(names),
        "title": titles,
        "department_id": [units[one.department] for one in company.staff],
        "manager_id": [None if one.manager is None else ids[one.manager] for one in company.staff],
        "joined_on": [(today - timedelta(days=days)).isoformat() for days in joined],
        "is_hr": [place % HR_EVERY == 2 for place in range(people)],
        "is_board": [place < BOARD for place in range(people)],
        # Without it nobody could read what they answer.
        "credential_mark": [mark_for(one, password_hash, 0) for one in ids],
    }
    write_columns(Person, columns | {name: [value] * people for name, value in same.items()})
    for table in (Department, Person):
        _count_on(table)
    return list(ids)


def _write_units(company: Company, ids: range) -> None:
    above = [None if up is None else ids[up] for _, up in company.units]
    names = [name for name, _ in company.units]
    write_columns(Department, {"id": ids, "name": names, "parent_id": above})


def _addresses(names: list[str]) -> list[str]:
    """An address for each name; the second of one name has a number in it."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        address = ".".join(plain(part) for part in name.split())
        seen[address] = seen.get(address, 0) + 1
        number = seen[address] if seen[address] > 1 else ""
        found.append(f"{address}{number}@{DOMAIN}")
    return found


def _count_on(table: type[Department] | type[Person]) -> None:
    """Let the numbers of later rows begin behind those that were given here."""
    if is_sqlite():
        return
    last = select(func.max(table.id)).scalar_subquery()
    sequence = func.pg_get_serial_sequence(table.__tablename__, text("'id'"))
    db.session.execute(select(func.setval(sequence, last)))
