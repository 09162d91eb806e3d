"""Large people lists that are taken back, for tests: a list, what it changes, and how it is now."""

import pytest
from sqlalchemy import select

from app.infra import audit, clock
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.people import queries
from app.people.imports import undoing
from app.people.large_import import LargeImportPart
from app.people.models import Department, PeopleImport, Person
from tests.factories import LONG_AGO
from tests.features.people.importing import take_over
from tests.features.people.large_lists import KilledError, killed_in, under_way

HEADER = "number,name,email,title,department,manager,joined_on,roles"
HEAD = "0,Hanna Hill,hanna@x.example,HR,People,,2020-01-01,hr"
NAMES = ("ada", "bo", "cy", "dan", "eve", "fay", "gus", "hal")
PEOPLE = 14
"""Touched by the second list: eight known ones and six who come with it."""


def _line(number, name, *, email="", title="Engineer", unit="Works", lead="", roles=""):
    email = email or f"{name}@x.example"
    lead = f"{lead}@x.example" if lead else ""
    return f"{number},{name.title()} Ash,{email},{title},{unit},{lead},2020-01-01,{roles}"


BEFORE = "\n".join(
    [
        *(HEADER, HEAD, _line(1, "ada", title="Head")),
        *(_line(number, name, lead="ada") for number, name in enumerate(NAMES[1:], 2)),
    ]
).encode()
"""Hanna of HR, Ada who leads, and seven others; by their numbers 1 to 8."""
AFTER = "\n".join(
    [
        *(HEADER, HEAD),
        _line(1, "ada", email="ada@y.example", title="Head"),
        _line(3, "bo", title="Chief", lead="ivy", unit="Fresh / Deep"),
        _line(2, "cy", lead="ivy"),
        _line(5, "eve", roles="hr", lead="bo"),
        _line(7, "fay", lead="jon"),
        _line(8, "gus", lead="jon"),
        _line(6, "hal", lead="jon"),
        _line(10, "ivy", unit="Fresh / Deep"),
        _line(11, "jon", lead="ivy", unit="Fresh"),
        _line(12, "kim", lead="jon", unit="Fresh"),
        *(_line(number, name) for number, name in ((13, "lea"), (14, "max"), (15, "nia"))),
    ]
).encode()
"""Ada moves, Bo and Cy swap numbers, Fay, Gus and Hal pass theirs on in a circle, Dan leaves, Eve
comes to HR, six new people come and lead others, in two new departments."""
ADDED = ("ivy", "jon", "kim", "lea", "max", "nia")


def import_the_list():
    """Let the second list be imported; returns how everybody was before it."""
    take_over(BEFORE, today=LONG_AGO)
    rows = everything()
    take_over(AFTER, today=clock.now().date())
    db.session.commit()
    return rows


def everything():
    """Every column of every person and department."""
    db.session.rollback()
    return _rows()


def _rows():
    found = (select(table.__table__).order_by(table.id) for table in (Person, Department))
    return [db.session.execute(one).all() for one in found]


def mails():
    """What was written to whom."""
    rows = select(OutboxMail.to, OutboxMail.subject, OutboxMail.text)
    return sorted(tuple(one) for one in db.session.execute(rows))


def undone_at_once():
    """How everybody is, and which mails there are, after an undo in one act, which is not kept."""
    found = []

    def undo():
        undoing.undo(by=None, today=clock.now().date())
        db.session.flush()
        found.extend([_rows(), mails()])
        raise KilledError

    with pytest.raises(KilledError), transaction():
        undo()
    return found


def undos_in_the_log():
    found = db.session.scalars(select(audit.AuditEntry).filter_by(tag="people:import_undone"))
    return [entry.details for entry in found]


def press(hanna):
    """Ask on the page for taking the import back."""
    return hanna.post("/people/import/undo", {}, page="/people/import")


def is_over():
    """Whether nothing of the work is left, and no import that could be taken back."""
    left = [under_way(), *db.session.query(LargeImportPart), *db.session.query(PeopleImport)]
    return left == [None]


def kill_in(act, monkeypatch, work):
    """Let the process that does `work` die in its act of this number."""
    survive = killed_in(act, monkeypatch)
    with pytest.raises(KilledError):
        work()
    db.session.rollback()
    survive()


def person(name):
    return queries.find_person(f"{name}@x.example")
