"""What is kept about somebody, as one file for them, and their reports erased at their wish."""

import io
import json
import zipfile

import pytest

from app.domain.ballot.document import Comment, Rating
from app.infra import clock
from app.infra.audit import AuditEntry
from app.infra.db import db
from app.people import passwords
from app.reports.models import ActionMarkRow
from app.results.models import SubjectResult
from tests.browsing import Browser
from tests.factories import keep
from tests.whole_cycles import answer, close, make_team, open_cycle, publish


def everything(review):
    for colleague in review.colleagues:
        yield from (Rating(colleague.person_id, s, 4) for s in range(1, 15))
        yield Comment(colleague.person_id, "keep", "Please go on.")


@pytest.fixture
def team(app):
    return make_team(8)


@pytest.fixture
def cycle_id(team):
    """A published cycle in which everybody answered."""
    cycle_id = open_cycle(team)
    for person in team:
        answer(person, everything)
    close(cycle_id)
    publish(cycle_id)
    return cycle_id


def taken_by(browser):
    found = browser.get("/account/data/file")
    assert found.status_code == 200
    return zipfile.ZipFile(io.BytesIO(found.data))


def test_the_file_holds_account_reports_plan_log_and_papers(app, team, cycle_id):
    me = Browser(app, team[1])
    key = {"cycle_id": cycle_id, "subject_id": me.person.id, "statement": 3}
    keep(ActionMarkRow(**key, works_on=True))

    with taken_by(me) as file:
        names = file.namelist()
        told = json.loads(file.read("about-you.json"))

    assert told["account"]["e-mail"] == me.person.email
    assert told["account"]["manager"] == "Mona Manager"
    (report,) = told["reports"]
    assert report["email"] == me.person.email
    assert report["keep"] == ["Please go on."] * 7
    assert report["read_by"] == ["Mona Manager"]
    assert told["cycles"] == [{"cycle": "Q1 2026", "sent": True}]
    assert told["plans"][0]["marks"] == {"3": ["work_on"]}
    assert [name.endswith(".pdf") for name in names] == [False, True]


def test_the_file_tells_of_nobody_else(app, team, cycle_id):
    with taken_by(Browser(app, team[1])) as file:
        told = file.read("about-you.json").decode()

    assert not [one.email for one in team if one is not team[1] and one.email in told]


def test_nothing_is_read_in_it_before_it_is_published(app, team):
    cycle_id = open_cycle(team)
    for person in team:
        answer(person, everything)
    close(cycle_id)

    with taken_by(Browser(app, team[1])) as file:
        told = json.loads(file.read("about-you.json"))
        names = file.namelist()

    assert told["reports"] == [{"cycle": "Q1 2026", "note": "counted, not published yet"}]
    assert names == ["about-you.json"]


def test_reports_are_erased_at_the_persons_own_wish_and_the_log_says_so(app, team, cycle_id):
    me = Browser(app, team[1])
    assert "Your report of Q1 2026" in me.get("/account/data/erase").text

    me.post("/account/data/erase", {"is_sure": "y"})

    left = db.session.query(SubjectResult.subject_id).all()
    assert (me.person.id,) not in left
    assert len(left) == 7
    entry = db.session.query(AuditEntry).filter_by(tag="report:erased").one()
    assert (entry.actor_id, entry.details) == (me.person.id, {"reports": 1})
    assert me.get(f"/reports/{cycle_id}/{me.person.id}").status_code == 404


def test_without_the_tick_nothing_is_erased(app, team, cycle_id):
    me = Browser(app, team[1])

    asked = me.post("/account/data/erase")

    assert "Please tick the box if you are sure." in asked.text
    assert db.session.query(SubjectResult).count() == 8


def test_an_account_in_new_hands_takes_and_erases_nothing(app, team, cycle_id):
    me = Browser(app, team[1])
    me.person.handed_over_on = clock.now().date()

    assert me.get("/account/data/file").status_code == 403
    assert me.post("/account/data/erase", {"is_sure": "y"}, page="/").status_code == 403
    assert db.session.query(SubjectResult).count() == 8


def test_erasing_asks_for_the_password_when_it_was_given_some_time_ago(app, team, cycle_id):
    me = Browser(app, team[1])
    me.person.password_hash = passwords.hashed("four quiet rivers")
    db.session.commit()
    me.gives_password = False
    sure = {"is_sure": "y"}

    asked = me.post("/account/data/erase", sure)
    before = db.session.query(SubjectResult).count()
    done = me.post("/account/data/erase", sure | {"password_again": "four quiet rivers"})

    assert (asked.status_code, before) == (401, 8)
    assert done.status_code == 302
    assert db.session.query(SubjectResult).count() == 7


def test_the_log_tells_that_the_reports_in_the_file_were_taken(app, team, cycle_id):
    me = Browser(app, team[1])

    taken_by(me)

    entry = db.session.query(AuditEntry).filter_by(tag="report:downloaded").one()
    assert entry.actor_id == me.person.id
    assert entry.details == {"cycle_id": cycle_id, "kind": "personal"}


def test_hr_erases_reports_of_somebody_who_has_left_and_of_nobody_else(app, team, cycle_id, hanna):
    leaver, stays = team[1], team[2]
    leaver.is_active = False

    refused = hanna.post(f"/people/{stays.id}/erase-reports", {"is_sure": "y"}, page="/desk")
    hanna.post(f"/people/{leaver.id}/erase-reports", {"is_sure": "y"})

    assert refused.status_code == 409
    left = {row[0] for row in db.session.query(SubjectResult.subject_id)}
    assert leaver.id not in left
    assert stays.id in left


class TestResultsTakenAlong:
    def test_hr_gets_company_figures_and_only_persons_whose_reports_they_read(
        self, app, team, cycle_id, hanna
    ):
        sheet = hanna.get(f"/reports/{cycle_id}/results.xlsx")
        text = hanna.get(f"/reports/{cycle_id}/results.csv").text

        assert sheet.status_code == 200
        assert sheet.data.startswith(b"PK")
        assert "company" in text
        assert not [one.email for one in team if one.email in text]
        tags = [
            entry.details["kind"]
            for entry in db.session.query(AuditEntry).filter_by(tag="results:exported")
        ]
        assert tags == ["xlsx", "csv"]

    def test_hr_who_reads_somebodys_report_finds_them_in_it(self, app, team, cycle_id):
        manager = team[0]
        manager.is_hr = True

        text = Browser(app, manager).get(f"/reports/{cycle_id}/results.csv").text

        assert team[1].email in text

    def test_nothing_leaves_before_publishing(self, app, team, hanna):
        cycle_id = open_cycle(team)

        assert hanna.get(f"/reports/{cycle_id}/results.csv").status_code == 409

    def test_another_kind_of_file_is_not_found(self, cycle_id, hanna):
        assert hanna.get(f"/reports/{cycle_id}/results.exe").status_code == 404
