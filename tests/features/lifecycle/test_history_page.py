"""A quarter from another tool, brought in from the browser; test_history.py has its numbers."""

import io
from html import unescape
from pathlib import Path

import pytest

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.files.history_file import RATINGS
from app.infra.audit import AuditEntry
from app.infra.db import db
from tests.factories import make_company

PAGE = "/cycles/import"


@pytest.fixture
def people(app):
    return make_company(9)


def ratings_of(people):
    """Everybody gives everybody a four on everything."""
    lines = [",".join(["rater", "subject", *RATINGS])]
    lines += [
        ",".join([rater.email, subject.email, *["4"] * len(RATINGS)])
        for rater in people
        for subject in people
    ]
    return "\n".join(lines).encode()


def bring_in(hr, content, **over):
    fields = {"name": "2025 Q3", "closed_on": "", "version": "1"} | over
    fields["reviews"] = (io.BytesIO(content), "ratings.csv")
    return hr.post(PAGE, fields, follow_redirects=True)


def test_hr_brings_in_a_quarter_and_publishes_it_without_a_shell(people, hanna):
    said = bring_in(hanna, ratings_of(people))

    assert "The quarter is counted. Delete the files now" in said.text
    cycle = db.session.query(Cycle).one()
    assert (cycle.name, cycle.state, cycle.is_imported) == ("2025 Q3", CycleState.CLOSED, True)
    entry = db.session.query(AuditEntry).filter_by(tag="cycle:imported").one()
    assert entry.actor_id == hanna.person.id
    hanna.post(f"/cycles/{cycle.id}/publish")
    assert cycle.state is CycleState.PUBLISHED


def test_every_fault_of_the_file_is_named_and_nothing_changes(people, hanna):
    content = ratings_of(people).replace(b"person003@example.com", b"nobody@example.com")

    said = bring_in(hanna, content)

    assert said.status_code == 422
    assert "nobody@example.com" in unescape(said.text)
    assert db.session.query(Cycle).count() == 0


def test_a_name_that_is_no_quarter_asks_for_the_day(people, hanna):
    said = bring_in(hanna, ratings_of(people), name="The summer one")

    assert said.status_code == 422
    assert "please say on which day it closed" in said.text
    again = bring_in(hanna, ratings_of(people), name="The summer one", closed_on="2025-09-30")
    assert "The quarter is counted." in again.text


@pytest.mark.parametrize(
    ("name", "closed_on", "sentence"),
    [
        ("0000 Q1", "", "please say on which day it closed"),
        ("9999 Q4", "", "please say on which day it closed"),
        ("The oldest one", "0001-01-05", "has closed in 1970 or later"),
    ],
)
def test_a_day_outside_of_our_calendar_is_refused_in_a_sentence(
    people, hanna, name, closed_on, sentence
):
    said = bring_in(hanna, ratings_of(people), name=name, closed_on=closed_on)

    assert said.status_code == 422
    assert sentence in said.text
    assert db.session.query(Cycle).count() == 0


def test_the_ratings_never_touch_the_disk(people, hanna, monkeypatch):
    def refused(*_args, **_kwargs):
        raise AssertionError("an upload was written to the disk")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", refused)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refused)
    large = ratings_of(people) + b"\n" * 600_000

    assert "The quarter is counted." in bring_in(hanna, large).text
    assert not list(Path("/tmp").glob("werkzeug*"))


def test_employees_cannot_bring_in_anything(people, alice):
    assert alice.get(PAGE).status_code == 403
