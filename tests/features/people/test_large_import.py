"""A large people list is read and written by a job, and HR sees how far it is."""

import os
from datetime import timedelta

import pytest

from app.domain.errors import NotAllowedError
from app.infra import clock, heartbeats
from app.infra.db import db, transaction
from app.infra.heartbeats import Sign
from app.people import large_import, queries, services, two_person_requests, uploads
from app.people.department_tree import department_paths
from app.people.imports import background, proposing, undoing, working
from app.people.imports.parts import PartKind
from app.people.imports.writing import Writer
from app.people.large_import import LargeImport, LargeImportPart
from app.people.models import Act
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.people.form_of import form_of
from tests.features.people.large_lists import (
    LIST,
    NEW,
    KilledError,
    directory,
    files,
    form_with_ticket,
    imports_in_the_log,
    look_at_whole,
    say_yes,
    under_way,
)
from tests.features.people.test_import import ANNA, BERT, HANNA, content, emails, upload

pytestmark = pytest.mark.usefixtures("large_lists")


def test_the_whole_way_of_a_large_list(hanna, charlie):
    answer = upload(hanna, *LIST)

    assert answer.location == "/people/import"
    assert "Step 1 of 2: reading the file" in hanna.get("/people/import").text
    (kept,) = files()
    assert kept.stat().st_mode & 0o077 == uploads.folder().stat().st_mode & 0o077 == 0
    working.go_on()
    page = look_at_whole(hanna)
    for text in ("This is what will change.", "Bert Birke", "1 person would leave", "Add 3"):
        assert text in page
    assert emails() == {"hanna@example.com", "charlie@example.com"}

    assert say_yes(hanna, page).location == "/people/import"
    assert "The list is being prepared" in hanna.get("/people/import").text
    working.go_on()

    assert "The last import" in hanna.get("/people/import").text
    assert emails(is_active=True) == {"hanna@example.com", *NEW}
    anna = queries.person_by_email("anna@example.com")
    assert department_paths()[anna.department_id] == "Company / Operations"
    assert anna.manager_id == queries.person_by_email("bert@example.com").id
    assert imports_in_the_log() == [{"added": 3, "changed": 0, "deactivated": 1}]
    assert (files(), under_way()) == ([], None)


def test_it_can_be_taken_back_as_a_whole(hanna, shown):
    before = directory()
    say_yes(hanna, shown)
    working.go_on()

    with transaction():
        undoing.undo(by=None, today=clock.now().date())

    assert directory() == before
    assert set(department_paths().values()) == {"People", "Sales"}


def test_a_change_between_preview_and_yes_shows_a_new_preview(hanna, shown, charlie):
    charlie.person.title = "Changed meanwhile"
    db.session.commit()

    say_yes(hanna, shown)
    working.go_on()

    page = hanna.get("/people/import").text
    assert "Somebody changed the directory since this preview." in page
    assert "bert@example.com" not in emails()
    say_yes(hanna, page)
    working.go_on()
    assert emails() >= NEW


def test_a_change_before_the_directory_is_closed_shows_a_new_preview(
    hanna, shown, charlie, monkeypatch
):
    real = large_import.wait_for_directory

    def wait():
        real()
        queries.person_by_email("charlie@example.com").title = "Changed at the last moment"

    monkeypatch.setattr("app.people.imports.working.wait_for_directory", wait)
    say_yes(hanna, shown)
    working.go_on()

    page = hanna.get("/people/import").text
    assert "Somebody changed the directory since this preview." in page
    assert "bert@example.com" not in emails()
    assert db.session.query(LargeImportPart).all() == []
    with transaction():
        services.lock_directory()


def test_another_number_of_leavers_is_asked_for_again(hanna, shown):
    say_yes(hanna, shown, leaving="2")
    working.go_on()

    assert "please write this number into the field" in hanna.get("/people/import").text
    assert "bert@example.com" not in emails()


def test_two_people_of_hr_see_the_same_and_either_goes_on(app, hanna, shown):
    greta = Browser(app, make_person(name="Greta Gold", is_hr=True))
    db.session.commit()

    page = greta.get("/people/import").text

    assert "Hanna Hill chose this list." in page
    assert form_of(page) == form_of(shown)
    say_yes(greta, page)
    assert "The list is being prepared" in hanna.get("/people/import").text
    second = say_yes(hanna, shown)
    assert second.status_code == 409
    assert "Somebody has gone on with this list meanwhile." in second.text


def test_one_list_is_imported_at_a_time(hanna, shown, monkeypatch):
    assert upload(hanna, HANNA).status_code == 409
    monkeypatch.setattr(background, "AT_ONCE", 10_000)

    small = upload(hanna, HANNA)

    assert small.status_code == 409
    assert "Another people list is being imported." in small.text
    assert len(files()) == 1


def test_two_who_choose_a_list_at_once_leave_one_and_no_file_of_the_other(hanna, monkeypatch):
    upload(hanna, *LIST)
    monkeypatch.setattr(background, "current", lambda: None)
    with transaction():
        first = db.session.get_one(LargeImport, 1).file_name
    monkeypatch.undo()

    with pytest.raises(background.ImportUnderWayError), transaction():
        background.ask(uploads.keep_file(b"x"), by=hanna.person.id)

    assert under_way().file_name == first


def test_a_list_can_be_forgotten_until_it_is_written(hanna, monkeypatch):
    upload(hanna, *LIST)
    ticket = form_with_ticket(hanna)

    answer = hanna.post("/people/import/forget", {"ticket": ticket}, page="/people/import")

    assert answer.location == "/people/import"
    assert "Choose the list that your HR system exports" in hanna.get("/people/import").text
    assert (files(), under_way()) == ([], None)
    working.go_on()
    assert emails() == {"hanna@example.com"}


def test_a_job_whose_list_is_forgotten_meanwhile_stops(hanna, monkeypatch):
    upload(hanna, *LIST)
    real = proposing.propose

    def propose(content, **more):
        with transaction():
            background.cancel(under_way().file_name)
        return real(content, **more)

    monkeypatch.setattr(proposing, "propose", propose)

    working.go_on()

    assert (files(), under_way()) == ([], None)


def test_a_list_that_is_left_alone_is_forgotten_after_two_hours(hanna, shown):
    with clock.travel(clock.now() + uploads.KEPT_FOR):
        assert "Choose the list" in hanna.get("/people/import").text
        background.forget_old()

    assert (files(), under_way()) == ([], None)


def test_a_file_that_no_import_names_is_deleted(hanna, shown):
    name = uploads.keep_file(b"left by a kill between the file and its row")
    background.forget_old()
    assert len(files()) == 2
    past = (clock.now() - timedelta(hours=1)).timestamp()
    for file in files():
        os.utime(file, (past, past))

    background.forget_old()

    assert [file.stem for file in files()] == [under_way().file_name] != [name]


def test_a_lost_file_is_said(hanna):
    upload(hanna, *LIST)
    uploads.forget_file(under_way().file_name)

    working.go_on()

    assert "Please choose it once more." in hanna.get("/people/import").text


def test_every_fault_of_a_large_list_is_shown(hanna):
    upload(hanna, HANNA, ANNA.replace("31.03.2024", "soon"), BERT + "boss")
    working.go_on()

    page = hanna.get("/people/import").text
    assert "2 things in this file need a change." in page
    assert "line 3, joined_on &#39;soon&#39;" in page
    assert "line 4, roles &#39;boss&#39;" in page
    say_yes(hanna, page)
    working.go_on()
    assert "Some things are still open." in hanna.get("/people/import").text
    assert emails() == {"hanna@example.com"}


@pytest.mark.parametrize("file", [b"\n" * 20, b"PK\x03\x04" * 9, b"\xff\xfe\x00" * 9])
def test_a_large_file_that_is_no_list_is_refused(hanna, file):
    upload(hanna, file=file)
    working.go_on()

    assert "This file cannot be imported as it is." in hanna.get("/people/import").text


def test_without_a_worker_the_page_says_so(hanna):
    upload(hanna, *LIST)
    assert "the worker does not run" in hanna.get("/people/import").text
    with transaction():
        heartbeats.beat(Sign.WORKER, next_within=heartbeats.SILENT_AFTER)

    assert "the worker does not run" not in hanna.get("/people/import").text


def test_a_small_file_is_read_at_once_unless_the_directory_is_large(hanna, monkeypatch):
    monkeypatch.setattr(background, "AT_ONCE", 10_000)
    assert "This is what will change." in upload(hanna, HANNA, BERT).text
    monkeypatch.setattr(background, "PEOPLE_AT_ONCE", 0)

    assert upload(hanna, HANNA, BERT).location == "/people/import"


def test_what_is_not_needed_is_not_kept(hanna):
    """Pay stands in the file only, and that is deleted once it has been read for the last time."""
    lines = content(*LIST).decode().splitlines()
    file = "\n".join([lines[0] + ",pay", *(line + ",98765" for line in lines[1:])]).encode()
    upload(hanna, file=file)
    working.go_on()

    say_yes(hanna, hanna.get("/people/import").text)
    assert "98765" not in hanna.get("/people/import").text
    working.go_on()

    assert emails() >= NEW
    assert files() == []


def test_nobody_acts_alone_while_a_list_takes_the_role_from_the_other_one(hanna, monkeypatch):
    """Roles are taken first; that somebody had one until today is noted in a later part."""
    henry = make_person(name="Henry Holt", email="henry@example.com", is_hr=True)
    db.session.commit()
    upload(hanna, HANNA, "Henry Holt,henry@example.com,Employee,People,,2020-01-01,")
    working.go_on()
    say_yes(hanna, look_at_whole(hanna), leaving="0")
    write = Writer.write

    def killed_before_that_is_noted(writer, part):
        if part.kind is PartKind.HR:
            raise KilledError
        write(writer, part)

    def settle():
        with transaction():
            return two_person_requests.settle(Act.END, 1, by=hanna.person.id, to="end it")

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "write", killed_before_that_is_noted)
        with pytest.raises(KilledError):
            working.go_on()
    assert (henry.is_hr, henry.hr_until) == (False, None)
    with pytest.raises(NotAllowedError, match="is being written"):
        settle()

    working.go_on()

    assert not settle()  # it is asked of Henry, who was of HR until lately
