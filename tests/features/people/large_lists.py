"""Large people lists for tests: what counts as one, how far one is, and kills in the middle."""

from contextlib import contextmanager

from sqlalchemy import select

from app.infra import audit
from app.infra.db import db
from app.people import uploads
from app.people.department_tree import department_paths
from app.people.imports import acts, background, parts, working
from app.people.large_import import LargeImport
from app.people.models import Person
from tests.features.people.test_import import ANNA, BERT, HANNA, confirm, look

CARL = "Carl Cedar,carl@example.com,Engineer,Company / Works,anna@example.com,2024-03-01,"
LIST = (HANNA, BERT, ANNA, CARL)
NEW = {"bert@example.com", "anna@example.com", "carl@example.com"}


class KilledError(Exception):
    """The process is gone."""


def count_as_large(monkeypatch):
    """Every file counts as a large one, and is written two people at a time."""
    monkeypatch.setattr(background, "AT_ONCE", 10)
    monkeypatch.setattr(parts, "SIZE", 2)
    monkeypatch.setattr(parts, "FEW", 1)
    monkeypatch.setattr(acts, "KEPT_TOGETHER", 3)
    monkeypatch.setattr(acts, "REST", 0)


def look_at_whole(browser):
    look(browser, browser.get("/people/import").text, **{"answer.scope": "whole"})
    working.go_on()
    return browser.get("/people/import").text


def say_yes(browser, page, **over):
    return confirm(browser, page, **{"leaving": "1"} | over)


def under_way():
    db.session.rollback()
    return db.session.get(LargeImport, 1, populate_existing=True)


def files():
    return list(uploads.folder().iterdir()) if uploads.folder().is_dir() else []


def killed_in(act, monkeypatch):
    """Let the process die in its act of this number, before that is committed."""
    real, left = acts.act, [act]

    @contextmanager
    def dying(maker, **how):
        with real(maker, **how):
            yield
            left[0] -= 1
            if left[0] < 0:
                raise KilledError

    monkeypatch.setattr(acts, "act", dying)
    return lambda: monkeypatch.setattr(acts, "act", real)


def directory():
    paths = department_paths()
    people = db.session.scalars(select(Person).order_by(Person.email)).all()
    by_id = {one.id: one.email for one in people}
    return [
        (
            one.email,
            paths[one.department_id],
            by_id.get(one.manager_id or 0),
            one.is_active,
            one.is_hr,
        )
        for one in people
    ]


def imports_in_the_log():
    found = db.session.scalars(select(audit.AuditEntry).filter_by(tag="people:imported"))
    return [entry.details for entry in found]


def form_with_ticket(browser):
    page = browser.get("/people/import").text
    return page.split('name="ticket"')[1].split('value="')[1].split('"')[0]


def _flags(person):
    return person.is_active, person.is_hr
