"""What a list that lacks people does, who is one person with a new address, and taking it back."""

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from app.infra import clock
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.people import queries, services
from app.people.imports import kept_import, proposing, undoing
from app.people.models import ColumnMapping, Department, PeopleImport, Person
from tests.browsing import Browser
from tests.factories import LONG_AGO, make_cycle, make_person
from tests.features.people.form_of import form_of
from tests.features.people.importing import take_over

CASES = Path(__file__).parent / "files" / "cases"
FULL = (CASES / "07-cut-off-file" / "full-40.csv").read_bytes()
CUT = (CASES / "07-cut-off-file" / "cut-after-25.csv").read_bytes()
BEFORE = (CASES / "08-email-change" / "before.csv").read_bytes()


def today():
    return clock.now().date()


def proposed(content, **answers):
    return proposing.propose(content, today=today(), answers=answers)


def upload(browser, content, name="people.csv"):
    data = {"file": (BytesIO(content), name)}
    return browser.post("/people/import", data, content_type="multipart/form-data")


def send(browser, page, **over):
    return browser.post("/people/import/check", form_of(page) | over, page="/people/import")


def active():
    return set(db.session.scalars(select(Person.email).where(Person.is_active)))


@pytest.fixture
def mara(app):
    """The HR person of the case files, and everybody in the full one, signed in nowhere."""
    take_over(FULL, today=LONG_AGO)
    return queries.person_by_email("mara.quell@case.example")


@pytest.fixture
def hr(app, mara):
    db.session.commit()
    return Browser(app, mara)


class TestACutOffFile:
    def test_asks_whether_it_is_the_whole_company(self, mara):
        proposal = proposed(CUT)

        assert [question.key for question in proposal.open] == ["scope"]
        assert proposal.leaving_count == 0, "until somebody says so nobody leaves"

    def test_changes_nobody_as_additions_and_changes(self, mara):
        take_over(CUT, today=today(), answers={"scope": "part"})

        assert len(active()) == 40

    def test_needs_the_number_of_leavers_on_the_page(self, hr):
        page = upload(hr, CUT).text
        assert "Of 40 people in the directory 15 are not in this file." in page
        seen = send(hr, page, **{"answer.scope": "whole"}).text
        assert "15 people would leave. If that is right, write the number here." in seen

        refused = send(hr, seen, act="import", leaving="14")

        assert refused.status_code == 409
        assert len(active()) == 40
        assert send(hr, refused.text, act="import", leaving="15").location == "/people"
        assert len(active()) == 25

    def test_shows_what_an_answer_does_before_it_is_done(self, hr):
        page = upload(hr, CUT).text

        response = send(hr, page, act="import", leaving="15", **{"answer.scope": "whole"})

        assert "With these answers something else will happen." in response.text
        assert len(active()) == 40

    def test_shows_which_departments_lose_people(self, hr):
        seen = send(hr, upload(hr, CUT).text, **{"answer.scope": "whole"}).text

        assert "Who would be left" in seen or "Share that stays" in seen

    def test_one_missing_person_of_many_is_no_harm(self, mara):
        content = FULL.replace(b"Person 00039,p00039@case.example", b"").rsplit(b"\n", 2)[0]

        proposal = proposed(content)

        assert (proposal.open, proposal.leaving_count, proposal.is_harmful) == ((), 1, False)


class TestANewAddress:
    def test_of_the_same_name_is_offered_as_one_person(self, app):
        take_over(BEFORE, today=LONG_AGO)
        p3 = queries.person_by_email("p00003@case.example").id

        take_over(
            (CASES / "08-email-change" / "after-same-name.csv").read_bytes(),
            today=today(),
            answers={"same.p00003caseexample": "one"},
        )

        person = db.session.get_one(Person, p3)
        assert (person.email, person.is_active) == ("p.three@case.example", True)
        assert person.account_made_on == LONG_AGO
        assert len(active()) == 7

    def test_of_another_name_is_asked_by_manager_and_department(self, app):
        take_over(BEFORE, today=LONG_AGO)
        after = (CASES / "08-email-change" / "after.csv").read_bytes()

        (question,) = proposed(after).open

        assert question.key == "same.p00003caseexample"
        assert question.preset == "", "a weak sign has no preset"

    def test_tells_the_old_mailbox_and_ends_sessions(self, app):
        take_over(BEFORE, today=LONG_AGO)
        before = queries.person_by_email("p00003@case.example").session_epoch

        take_over(
            (CASES / "08-email-change" / "after-same-name.csv").read_bytes(),
            today=today(),
            answers={"same.p00003caseexample": "one"},
        )

        person = queries.person_by_email("p.three@case.example")
        assert person.session_epoch > before
        told = db.session.scalars(select(OutboxMail.to)).all()
        assert "p00003@case.example" in told

    def test_as_two_people_lets_one_go(self, app):
        take_over(BEFORE, today=LONG_AGO)

        take_over(
            (CASES / "08-email-change" / "after-same-name.csv").read_bytes(),
            today=today(),
            answers={"same.p00003caseexample": "two", "scope": "whole"},
        )

        assert not queries.person_by_email("p00003@case.example").is_active

    def test_is_known_by_the_number_without_a_question(self, app):
        header = b"number,name,email,department,joined\n"
        take_over(header + b"007,Ada Kowal,ada@a.example,Works,2020-01-01\n", today=LONG_AGO)
        ada = queries.person_by_email("ada@a.example").id

        content = header + b"7,Ada Kowal,ada@b.example,Works,2020-01-01\n"
        assert proposed(content).open == ()
        take_over(content, today=today())

        person = db.session.get_one(Person, ada)
        assert (person.email, person.number) == ("ada@b.example", "007")

    def test_with_a_number_and_another_name_is_asked(self, app):
        header = b"number,name,email,department,joined\n"
        take_over(header + b"007,Ada Kowal,ada@a.example,Works,2020-01-01\n", today=LONG_AGO)

        proposal = proposed(header + b"007,Bo Lind,bo@b.example,Works,2020-01-01\n")

        assert "same.adaaexample" in [question.key for question in proposal.open]

    def test_of_a_manager_waits_for_two_people_of_hr(self, app):
        make_person(email="second@case.example", is_hr=True)
        take_over(FULL + b"Second,second@case.example,HR,Works,,2020-01-01,hr\n", today=LONG_AGO)
        moved = FULL.replace(b"p00001@case.example", b"boss.new@case.example")

        proposal = proposed(
            moved + b"Second,second@case.example,HR,Works,,2020-01-01,hr\n",
            **{"same.p00001caseexample": "one"},
        )

        assert "two people of HR agree" in str(proposal.faults[0])


class TestUndo:
    def test_puts_everybody_back_as_old_as_they_were(self, mara):
        p30 = queries.person_by_email("p00030@case.example")
        make_sure = (p30.account_made_on, p30.title)
        take_over(CUT + b"New One,new@case.example,Role,Fresh,,2026-01-01,\n", today=today())
        assert len(active()) == 26

        with transaction():
            undoing.undo(by=None, today=today())

        db.session.expire_all()
        assert len(active()) == 40
        assert (p30.account_made_on, p30.title, p30.is_active) == (*make_sure, True)
        assert queries.find_person("new@case.example") is None
        assert db.session.scalar(select(Department).where(Department.name == "Fresh")) is None
        assert db.session.scalars(select(PeopleImport)).all() == []

    def test_on_the_page_says_what_was_done(self, hr):
        take_over(CUT, today=today())
        assert "It can be taken back as a whole" in hr.get("/people/import").text

        hr.post("/people/import/undo", {}, page="/people/import")

        assert len(active()) == 40

    def test_puts_swapped_numbers_and_addresses_back(self, app):
        header = b"number,name,email,department,joined\n"
        take_over(
            header
            + b"1,Ada A,ada@a.example,Works,2020-01-01\n2,Bo B,bo@a.example,Works,2020-01-01\n",
            today=LONG_AGO,
        )
        take_over(
            header
            + b"2,Ada A,ada@a.example,Works,2020-01-01\n1,Bo B,bo@a.example,Works,2020-01-01\n",
            today=today(),
        )
        assert queries.person_by_email("ada@a.example").number == "2"

        with transaction():
            undoing.undo(by=None, today=today())

        db.session.expire_all()
        assert queries.person_by_email("ada@a.example").number == "1"

    @pytest.mark.parametrize("built", ["changed", "password", "roster", "report"])
    def test_says_why_it_cannot_be_done_any_more(self, mara, built):
        take_over(FULL + b"New One,new@case.example,Role,Works,,2026-01-01,\n", today=today())
        new = queries.person_by_email("new@case.example")
        if built == "changed":
            new.title = "Chief"
        elif built == "password":
            new.password_hash = "x"
        elif built == "roster":
            make_cycle([new])
        else:
            queries.person_by_email("p00030@case.example").manager_id = new.id
        db.session.commit()

        with pytest.raises(kept_import.NothingToUndoError, match="can no longer be taken back"):
            undoing.undo(by=None, today=today())

    def test_is_for_the_last_import_only_and_for_thirty_days(self, mara, at):
        take_over(CUT, today=today())

        last = undoing.last_import(today=today())
        assert last is not None
        assert last.deactivated == 15
        assert undoing.last_import(today=today() + kept_import.KEPT_FOR * 2) is None

    def test_of_a_role_that_came_notes_that_it_ended(self, mara):
        given = FULL.replace(b"2021-01-01,", b"2021-01-01,hr", 1)
        take_over(given, today=today())
        p1 = queries.person_by_email("p00001@case.example")
        assert p1.is_hr

        with transaction():
            undoing.undo(by=None, today=today())

        db.session.refresh(p1)
        assert (p1.is_hr, p1.hr_until) == (False, today())


class TestColumns:
    LIST = b"Kollege,Kontakt,Abteilung,Eintritt\nAda Kowal,ada@a.example,Works,2020-01-01\n"

    def test_that_are_unknown_are_asked_for_and_remembered(self, hr):
        page = upload(hr, self.LIST).text
        assert "Please say which column holds the work e-mail and the name." in page

        mapped = {"map.kollege": "name", "map.kontakt": "email", "answer.scope": "part"}
        seen = send(hr, page, **mapped).text
        assert send(hr, seen, act="import").location == "/people"

        assert queries.find_person("ada@a.example") is not None
        assert db.session.scalars(select(ColumnMapping)).one()
        assert proposed(self.LIST.replace(b"Kowal", b"Koval"), scope="part").is_ready

    def test_that_are_ignored_show_no_value(self, hr):
        content = b"Name,E-Mail,Abteilung,Gehalt\nAda Kowal,ada@a.example,Works,98765\n"

        page = upload(hr, content).text

        assert "Gehalt" in page
        assert "98765" not in re.sub(r'name="ticket"[^>]*', "", page)

    def test_that_are_not_known_on_the_command_line_name_the_option(self, app, tmp_path):
        (tmp_path / "list.csv").write_bytes(b"ada@a.example,Ada\nbo@a.example,Bo\n")
        run = app.test_cli_runner()

        told = run.invoke(args=["people", "import", str(tmp_path / "list.csv"), "--yes"])
        assert told.exit_code == 1
        assert "--map '#2=name'" in told.stderr

        done = run.invoke(
            args=[
                *("people", "import", str(tmp_path / "list.csv"), "--yes"),
                *("--map", "#2=name", "--answer", "joined=2026-01-01"),
                *("--answer", "department=Works"),
            ]
        )
        assert "2 added" in done.stdout, done.output


class TestTheCommand:
    @pytest.fixture
    def run(self, app, mara, tmp_path):
        def invoke(*words, content=CUT):
            db.session.commit()
            (tmp_path / "list.csv").write_bytes(content)
            told = app.test_cli_runner().invoke(
                args=["people", words[0], str(tmp_path / "list.csv"), *words[1:]]
            )
            db.session.rollback()
            db.session.expire_all()
            return told

        return invoke

    def test_tells_its_questions_with_their_answers(self, run):
        told = run("import", "--yes")

        assert told.exit_code == 1
        assert "--answer scope=part" in told.stderr
        assert len(active()) == 40

    def test_needs_the_number_of_leavers_with_yes(self, run):
        told = run("import", "--yes", "--whole")
        assert "say so: --leaving 15" in told.stderr

        assert run("import", "--yes", "--whole", "--leaving", "15").exit_code == 0
        assert len(active()) == 25

    def test_takes_it_back(self, app, run):
        run("import", "--yes", "--whole", "--leaving", "15")

        told = app.test_cli_runner().invoke(args=["people", "undo-import"])

        assert "15 active again" in told.stdout
        db.session.rollback()
        assert len(active()) == 40

    @pytest.mark.parametrize(
        ("words", "content", "status", "code"),
        [
            ((), FULL, "unchanged", 0),
            ((), CUT, "questions", 4),
            (("--whole",), CUT, "harm", 5),
            (("--whole", "--leaving", "15"), CUT, "done", 0),
            (("--part",), CUT, "unchanged", 0),
            ((), FULL.replace(b"2021-01-01", b"soon", 1), "refused", 3),
        ],
    )
    def test_syncs_with_a_result_for_programs(self, run, words, content, status, code):
        told = run("sync", *words, content=content)

        result = json.loads(told.stdout)
        assert (result["status"], told.exit_code) == (status, code)
        assert len(active()) == (25 if status == "done" else 40)


def test_a_turned_column_never_removes_everybody(mara):
    lines = ["name,email,department,joined,Ausgetreten"]
    lines += [f"{p.name},{p.email},Works,2020-01-01,nein" for p in queries.active_people()]

    proposal = proposed("\n".join(lines).encode())

    assert proposal.leaving_count == 0


def test_leavers_in_the_file_who_are_many_have_to_be_named_too(mara):
    lines = ["name,email,department,joined,Status"]
    lines += [f"{p.name},{p.email},Works,2020-01-01,inactive" for p in queries.active_people()]
    lines[1] = lines[1].replace("inactive", "active")

    proposal = proposed("\n".join(lines).encode())

    assert proposal.is_harmful


def test_a_hand_made_change_after_the_import_is_kept_from_undo(mara):
    take_over(CUT, today=today())
    with transaction():
        services.reactivate(queries.person_by_email("p00039@case.example"), by=mara.id)

    last = undoing.last_import(today=today())
    assert last is not None
    assert "was changed since" in last.obstacle
