"""Second managers, leave and contractors of a people list: taken over, shown, put back."""

import pytest

from app.infra import clock
from app.infra.db import db, transaction
from app.people import queries
from app.people.imports import kept_import, proposing, undoing
from tests.factories import LONG_AGO
from tests.features.people.importing import take_over


def today():
    return clock.now().date()


def proposed(content, **answers):
    return proposing.propose(content, today=today(), answers=answers)


HEADER = b"name,email,department,joined,manager,second manager,status\n"
BOSSES = (
    b"Ada A,ada@a.example,Works,2020-01-01,,,active\nCy C,cy@a.example,Works,2020-01-01,,,active\n"
)
CY_LEFT = b"Cy C,cy@a.example,Works,2020-01-01,,,left"


def test_they_are_taken_over_and_back(app):
    line = b"Bo B,bo@a.example,Works,2020-01-01,ada@a.example,%s,%s\n"
    take_over(HEADER + BOSSES + line % (b"", b"active"), today=LONG_AGO)

    take_over(
        HEADER + BOSSES + line % (b"cy@a.example", b"on leave"),
        today=today(),
        answers={"absence": "out"},
    )

    bo = queries.person_by_email("bo@a.example")
    cy = queries.person_by_email("cy@a.example")
    assert (bo.second_manager_id, bo.sits_out_for) == (cy.id, "on leave")
    with transaction():
        undoing.undo(by=None, today=today())
    db.session.expire_all()
    assert (bo.second_manager_id, bo.sits_out_for) == (None, "")


def test_they_are_shown_before_anything_changes(app):
    line = b"Bo B,bo@a.example,Works,2020-01-01,ada@a.example,%s,%s\n"
    take_over(HEADER + BOSSES + line % (b"", b"active"), today=LONG_AGO)

    proposal = proposed(HEADER + BOSSES + line % (b"Cy C", b"on leave"), absence="out")

    (change,) = proposal.preview.changed
    assert {(field.field, field.new) for field in change.fields} == {
        ("second manager", "cy@a.example"),
        ("takes part", "no, on leave"),
    }


def test_they_stay_as_they_are_where_the_file_says_nothing_of_them(app):
    take_over(
        HEADER
        + BOSSES
        + b"Bo B,bo@a.example,Works,2020-01-01,ada@a.example,cy@a.example,contractor\n",
        today=LONG_AGO,
        answers={"absence": "out"},
    )

    plain = b"name,email,department,joined,manager\n" + b"\n".join(
        b",".join(line.split(b",")[:5])
        for line in (BOSSES + b"Bo B,bo@a.example,Works,2020-01-01,ada@a.example,,\n").splitlines()
    )
    again = (
        HEADER
        + BOSSES
        + (b"Bo B,bo@a.example,Works,2020-01-01,ada@a.example,cy@a.example,contractor\n")
    )

    assert proposed(plain).preview.is_empty
    # Who sits out already is not offered once more.
    assert "absence" not in {question.key for question in proposed(again).questions}


def test_a_second_manager_who_manages_already_or_leaves_is_none(app):
    line = b"Bo B,bo@a.example,Works,2020-01-01,ada@a.example,%s,active\n"
    first = proposed(HEADER + BOSSES + line % b"ada@a.example")
    gone = BOSSES.replace(b"Cy C,cy@a.example,Works,2020-01-01,,,active", CY_LEFT)
    second = proposed(HEADER + gone + line % b"cy@a.example")

    assert [row.second_manager for row in first.rows] == [None, None, None]
    assert [row.second_manager for row in second.rows] == [None, None]
    assert "No second manager for these" in " ".join(second.told)


def test_an_import_stays_once_somebody_who_came_is_a_second_manager(app):
    take_over(HEADER + BOSSES, today=LONG_AGO)
    take_over(HEADER + BOSSES + b"Bo B,bo@a.example,Works,2020-01-01,,,active\n", today=today())
    new = queries.person_by_email("bo@a.example")
    queries.person_by_email("ada@a.example").second_manager_id = new.id
    db.session.commit()

    with pytest.raises(kept_import.NothingToUndoError, match="was given a manager who came"):
        undoing.undo(by=None, today=today())
