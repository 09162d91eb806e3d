"""Invented people: a company of 25 with names of its own, and larger ones by combination."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from sqlalchemy import select

from app.infra.db import db
from app.people.models import Department, Person
from app.people.passwords import hashed

PASSWORD: Final = "a-full-circle-demo"  # noqa: S105 - printed on purpose, for the demo only
DOMAIN: Final = "nordlicht.example"
TEAM_OF: Final = 12


@dataclass(frozen=True)
class Invented:
    """One line of an invented company; `manager` is the line number of the manager."""

    name: str
    title: str
    department: str
    manager: int | None
    is_hr: bool = False
    is_board: bool = False

    @property
    def email(self) -> str:
        return f"{'.'.join(plain(part) for part in self.name.split())}@{DOMAIN}"


def plain(name: str) -> str:
    """A name as it stands in an e-mail address."""
    letters = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "ø": "o", "ł": "l", "ş": "s"}
    return "".join(letters.get(letter, letter) for letter in name.lower() if letter not in "’'-")


CARE, TECH, OPS = "Customer Care", "Engineering", "Operations"
SALES, FINANCE = "Sales and Marketing", "Finance and People"

NORDLICHT: Final = (
    Invented("Marit Solheim", "Managing director", FINANCE, None, is_board=True),
    Invented("Jonas Feldmann", "Head of customer care", CARE, 0),
    Invented("Ines Carvalho", "Head of engineering", TECH, 0),
    Invented("Tomasz Wrona", "Head of operations", OPS, 0),
    Invented("Clara Lindqvist", "Head of sales", SALES, 0),
    Invented("Hanna Brandt", "People partner", FINANCE, 0, is_hr=True),
    Invented("Alice Okafor", "Support specialist", CARE, 1),
    Invented("Samir Haddad", "Support specialist", CARE, 1),
    Invented("Lea Baumann", "Onboarding specialist", CARE, 1),
    Invented("Peter Novak", "Second-level support", CARE, 1),
    Invented("Yuki Tanabe", "Support specialist", CARE, 1),
    Invented("Mehmet Aydin", "Senior developer", TECH, 2),
    Invented("Freya Holm", "Developer", TECH, 2),
    Invented("Rafael Duarte", "Developer", TECH, 2),
    Invented("Nadia Rahimi", "Product designer", TECH, 2),
    Invented("Oskar Jensen", "Test engineer", TECH, 2),
    Invented("Bea Moretti", "Developer", TECH, 2),
    Invented("Karl Winter", "Systems engineer", OPS, 3),
    Invented("Amina Diallo", "Systems engineer", OPS, 3),
    Invented("Viktor Lund", "Network engineer", OPS, 3),
    Invented("Sofia Pappas", "Data centre technician", OPS, 3),
    Invented("Daniel Brooks", "Account manager", SALES, 4),
    Invented("Mila Horvat", "Content editor", SALES, 4),
    Invented("Emil Sauer", "Account manager", SALES, 4),
    Invented("Greta Vogel", "Payroll and people", FINANCE, 0, is_hr=True),
)


def _names(*lines: str) -> tuple[str, ...]:
    return tuple(" ".join(lines).split())


FIRST: Final = _names(
    "Ada Alma Anton Aram Astrid Bruno Carla Dario Dina Edith Elias Enzo Erik Fatima Felix Fiona ",
    "Gabriel Hugo Ida Igor Irene Jakob Jana Joel Judith Kaan Kira Lars Laura Leon Lina Luca Lucia ",
    "Malik Marco Maya Mikael Mira Nico Nils Noor Olga Omar Paula Pia Ravi Rosa Ruben Salma Selma ",
    "Stefan Tara Theo Timo Uma Vera Wanda Yara Yusuf Zoe",
)
LAST: Final = _names(
    "Ahlberg Akin Albers Amari Arslan Bakker Berger Bianchi Boateng Brandao Castell Conti Dahl ",
    "Demir Eberle Eklund Engel Farkas Ferrari Fischer Fuchs Garcia Greco Haas Hansen Hartmann ",
    "Ibrahim Ivanov Jansen Kaya Keller Kowal Kruse Larsen Lorenz Maier Marin Mensah Moreau Nagy ",
    "Nielsen Olsen Ortega Petrov Popov Reiter Ricci Roth Santos Schulz Silva Sommer Suzuki Torres ",
    "Urban Vargas Weber Wolff Yilmaz Zeller",
)
TITLES: Final = ("Specialist", "Analyst", "Engineer", "Coordinator", "Consultant", "Designer")
AREAS: Final = ("Care", "Product", "Platform", "Sales", "Finance", "Logistics", "Quality", "Data")


def invented_company(people: int, *, random: Random) -> list[Invented]:
    """A company of `people`: a director, heads of teams of about twelve, and their members.

    Raises ValueError when more people are wanted than there are combinations of names.
    """
    if people > len(FIRST) * len(LAST):
        raise ValueError(f"There are names for {len(FIRST) * len(LAST):,} people.")
    picks = random.sample(range(len(FIRST) * len(LAST)), people)
    names = [f"{FIRST[pick % len(FIRST)]} {LAST[pick // len(FIRST)]}" for pick in picks]
    teams = max(1, round(people / TEAM_OF))
    company = [Invented(names[0], "Managing director", _team(0), None, is_board=True)]
    company += [
        Invented(names[1 + team], "Team lead", _team(team), 0, is_hr=team == 0)
        for team in range(min(teams, people - 1))
    ]
    for number in range(len(company), people):
        team = number % teams
        company.append(Invented(names[number], random.choice(TITLES), _team(team), 1 + team))
    return company


def _team(number: int) -> str:
    area = AREAS[number % len(AREAS)]
    return area if number < len(AREAS) else f"{area} {number // len(AREAS) + 1}"


def move_in(company: tuple[Invented, ...] | list[Invented], *, today: date) -> list[Person]:
    """Add the departments and people of an invented company; everybody has the demo password."""
    names = list(dict.fromkeys(line.department for line in company))
    db.session.add_all(Department(name=name) for name in names)
    db.session.flush()
    departments = {
        department.name: department.id for department in db.session.scalars(select(Department))
    }
    secret = hashed(PASSWORD)
    people = [
        Person(
            name=line.name,
            email=line.email,
            title=line.title,
            department_id=departments[line.department],
            joined_on=today - timedelta(days=400 + 37 * number % 900),
            account_made_on=today - timedelta(days=120),
            is_hr=line.is_hr,
            is_board=line.is_board,
            password_hash=secret,
        )
        for number, line in enumerate(company)
    ]
    db.session.add_all(people)
    db.session.flush()
    for person, line in zip(people, company, strict=True):
        person.manager_id = None if line.manager is None else people[line.manager].id
    db.session.flush()
    return people
