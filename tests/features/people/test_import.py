import re
from io import BytesIO

import pytest
from sqlalchemy import select

from app.infra import audit
from app.infra.db import db, is_sqlite
from app.people import queries
from app.people.department_tree import department_paths
from app.people.imports import writing
from app.people.models import Person
from app.people.uploads import Tickets, UploadGoneError
from tests.browsing import Browser
from tests.domain.test_people_file import large_file
from tests.factories import make_person
from tests.features.people.form_of import form_of
from tests.nightly_sizes import IS_NIGHTLY

HEADER = "name,email,title,department,manager,joined_on,roles"
HANNA = "Hanna Hill,hanna@example.com,HR partner,People,,2020-01-01,hr"
BERT = "Bert Birke,bert@example.com,Head,Company / Operations,,2020-01-01,"
ANNA = "Anna Ahorn,Anna@example.com,Engineer,Company / Operations,bert@example.com,31.03.2024,"


def content(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def upload(browser, *lines: str, file: bytes | None = None):
    data = {"file": (BytesIO(file or content(*lines)), "people.csv")}
    return browser.post("/people/import", data, content_type="multipart/form-data")


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    assert found, f"no hidden {name}"
    return found.group(1)


def confirm(browser, page: str, **over):
    """Send the form as it is on `page`, with `over` filled in; "scope" and the like are answers."""
    data = form_of(page) | {"act": "import"}
    return browser.post("/people/import/check", data | over, page="/people/import")


def look(browser, page: str, **over):
    return browser.post("/people/import/check", form_of(page) | over, page="/people/import")


def confirm_one_leaving(browser, page: str):
    """Say that the file is the whole company, look, and name the one who leaves."""
    seen = look(browser, page, **{"answer.scope": "whole"}).text
    return confirm(browser, seen, leaving="1")


def entries():
    found = db.session.scalars(select(audit.AuditEntry))
    return [(entry.tag, entry.details) for entry in found]


def emails(**over):
    return set(db.session.scalars(select(Person.email).filter_by(**over)))


@pytest.fixture
def written(app, tmp_path):
    """Write a people file and return its name."""

    def write(*lines: str, file: bytes | None = None) -> str:
        path = tmp_path / "people.csv"
        path.write_bytes(file or content(*lines))
        return str(path)

    return write


@pytest.fixture
def run(app):
    """Run `flask people …`."""

    def invoke(*words: str):
        db.session.commit()
        result = app.test_cli_runner().invoke(args=["people", *words])
        db.session.rollback()
        db.session.expire_all()
        return result

    return invoke


def test_a_preview_shows_everything_and_changes_nothing(hanna, charlie):
    page = upload(hanna, HANNA.replace("HR partner", "Head of HR"), BERT, ANNA).text

    assert "Nothing has been changed yet." in page
    for text in ("Bert Birke", "anna@example.com", "Head of HR", "Charlie Cole", "Company / Opera"):
        assert text in page
    assert emails() == {"hanna@example.com", "charlie@example.com"}
    assert entries() == []


def test_a_confirmed_file_becomes_the_directory(hanna, charlie):
    response = confirm_one_leaving(hanna, upload(hanna, HANNA, BERT, ANNA).text)

    assert response.location == "/people"
    anna = queries.person_by_email("anna@example.com")
    assert anna.manager_id == queries.person_by_email("bert@example.com").id
    assert department_paths()[anna.department_id] == "Company / Operations"
    assert (anna.is_active, anna.password_hash, anna.session_epoch) == (True, None, 0)
    assert emails(is_active=False) == {"charlie@example.com"}
    assert entries() == [("people:imported", {"added": 2, "changed": 0, "deactivated": 1})]


def test_the_same_file_again_has_nothing_to_do(hanna):
    confirm(hanna, upload(hanna, HANNA, BERT, ANNA).text)

    assert "there is nothing to do" in upload(hanna, HANNA, BERT, ANNA).text


def test_managers_in_any_order_of_the_file_arrive(hanna):
    confirm(hanna, upload(hanna, ANNA, BERT, HANNA).text)

    anna = queries.person_by_email("anna@example.com")
    assert anna.manager_id == queries.person_by_email("bert@example.com").id


def test_people_in_the_file_again_come_back_without_their_old_sessions(hanna, charlie):
    confirm_one_leaving(hanna, upload(hanna, HANNA).text)
    assert not charlie.person.is_active

    page = upload(hanna, HANNA, "Charlie Cole,charlie@example.com,Seller,Sales,,2020-01-01,").text
    confirm(hanna, page)

    assert charlie.person.is_active
    assert charlie.get("/password/change").status_code == 302


def test_managers_may_change_places(hanna, alice, bob):
    rows = (
        HANNA,
        "Alice Archer,alice@example.com,Engineer,Engineering,,2020-01-01,",
        "Bob Baker,bob@example.com,Head,Engineering,alice@example.com,2020-01-01,",
    )

    confirm(hanna, upload(hanna, *rows).text)

    assert alice.person.manager_id is None
    assert bob.person.manager_id == alice.person.id


def test_a_file_with_faults_is_refused_whole_with_all_of_them(hanna):
    response = upload(hanna, HANNA, BERT, ANNA.replace("31.03.2024", "soon"), BERT + "boss")

    assert response.status_code == 422
    assert "2 things in this file need a change." in response.text
    assert "line 4, joined_on &#39;soon&#39;: expected a date such as" in response.text
    assert "line 5, roles &#39;boss&#39;: expected hr, board" in response.text
    assert emails() == {"hanna@example.com"}


@pytest.mark.parametrize("file", [b"\n", b"PK\x03\x04", b"\xff\xfe\x00", b"name\nAnna\n"])
def test_a_file_that_is_no_people_file_is_refused(hanna, file):
    assert upload(hanna, file=file).status_code == 422
    assert emails() == {"hanna@example.com"}


def test_no_file_at_all_is_asked_for(hanna):
    assert "Please choose a file." in hanna.post("/people/import", {}).text


def test_a_file_without_anybody_of_hr_is_refused(hanna):
    response = upload(hanna, HANNA.removesuffix("hr"), BERT)

    assert "at least one person with the role hr" in response.text
    assert hanna.person.is_hr


def test_hr_is_warned_when_they_are_not_in_the_file_themselves(hanna):
    page = look(hanna, upload(hanna, BERT + "hr").text, **{"answer.scope": "whole"}).text

    assert "You are not in this file yourself" in page


def test_what_looks_like_html_or_a_formula_is_shown_as_text(hanna):
    page = upload(hanna, HANNA, BERT.replace("Bert Birke", "=1+1 <b>Bert</b>")).text

    assert "=1+1 &lt;b&gt;Bert&lt;/b&gt;" in page


def test_a_yes_to_an_outdated_preview_is_refused_and_shows_the_new_one(hanna, charlie):
    page = look(hanna, upload(hanna, HANNA, BERT).text, **{"answer.scope": "whole"}).text
    charlie.person.title = "Changed meanwhile"

    response = confirm(hanna, page, leaving="1")

    assert response.status_code == 409
    assert "Somebody changed the directory since this preview." in response.text
    assert emails(is_active=True) == {"hanna@example.com", "charlie@example.com"}
    assert confirm(hanna, response.text, leaving="1").location == "/people"


def test_a_preview_of_somebody_else_cannot_be_confirmed(app, hanna):
    page = upload(hanna, HANNA, BERT).text
    other = Browser(app, make_person(is_hr=True))

    response = confirm(other, page)

    assert response.status_code == 409
    assert "no longer here" in response.text
    assert "bert@example.com" not in emails()


@pytest.mark.parametrize(
    "ticket", ["", "nonsense", "large-../../secret", "large-\u00e4", "large-" + "0" * 32]
)
def test_an_invented_ticket_imports_nothing(hanna, ticket):
    response = confirm(hanna, upload(hanna, HANNA, BERT).text, ticket=ticket)

    assert response.status_code == 409
    assert "Please choose it once more." in response.text
    assert emails() == {"hanna@example.com"}


def test_uploads_belong_to_one_person():
    mine, yours = (Tickets(secret="s", owner_id=one) for one in (1, 2))
    ticket = mine.keep(b"\xff\x00small")

    assert mine.fetch(ticket) == b"\xff\x00small"
    with pytest.raises(UploadGoneError):
        yours.fetch(ticket)


def test_the_command_imports_a_file(run, written):
    result = run("import", written(HANNA, BERT, ANNA), "--yes")

    assert result.exit_code == 0, result.output
    assert "Added: 3" in result.stdout
    assert "3 added, 0 changed, 0 deactivated" in result.stdout
    assert emails() == {"hanna@example.com", "bert@example.com", "anna@example.com"}
    assert entries()[0][0] == "people:imported"


def test_a_dry_run_tells_and_changes_nothing(run, written, charlie):
    result = run("import", written(HANNA), "--dry-run", "--whole")

    assert result.exit_code == 0
    assert "Deactivated: 1" in result.stdout
    assert "Nothing was changed" in result.stdout
    assert emails(is_active=True) == {"charlie@example.com"}


def test_the_command_tells_every_fault_on_its_own_line(run, written):
    result = run(
        "import", written(HANNA, ANNA.replace("31.03", "31.13"), BERT.replace("Bert", "\x07"))
    )

    assert result.exit_code == 1
    assert result.stdout == ""
    told = result.stderr.splitlines()
    assert told[0] == (
        "line 3, joined_on '31.13.2024': expected a date such as 2024-03-31 or 31.03.2024"
    )
    assert told[1].startswith("line 4, name ")
    assert told[2] == "Error: people.csv was refused because of 2 faults; nothing was changed."
    assert emails() == set()


def test_a_first_import_without_hr_says_how_to_get_one(run, written):
    result = run("import", written(BERT), "--yes")

    assert result.exit_code == 0
    assert "flask people make-hr EMAIL" in result.stderr


def test_the_list_holds_everybody_who_works_here(run, hanna, charlie):
    charlie.person.is_active = False

    assert run("list").stdout == "Hanna Hill\thanna@example.com\tPeople\thr\n"
    assert "Charlie Cole\tcharlie@example.com\tSales\tdeactivated" in run("list", "--all").stdout


def test_the_command_prints_a_link_that_sets_a_password(run, client, alice):
    result = run("password", "ALICE@example.com")

    link = result.stdout.strip()
    assert link.startswith("http://127.0.0.1:8000/password/set/")
    page = client.get(link.removeprefix("http://127.0.0.1:8000"))
    assert "For Alice Archer" in page.text


def test_the_command_gives_the_hr_role_once(run, alice):
    assert run("make-hr", "alice@example.com").stdout == "Alice Archer has the HR role.\n"
    run("make-hr", "alice@example.com")

    assert alice.person.is_hr
    assert [tag for tag, _details in entries()] == ["person:changed"]


def test_nobody_who_left_gets_the_hr_role(run, alice):
    alice.person.is_active = False

    assert run("make-hr", "alice@example.com").exit_code == 1
    assert not alice.person.is_hr


def test_an_import_that_fails_half_way_changes_nothing(run, written, charlie, monkeypatch):
    def fail(*_what):
        raise RuntimeError("power cut")

    monkeypatch.setattr(writing, "_note_hr", fail)

    result = run("import", written(HANNA, BERT), "--yes", "--whole", "--leaving", "1")

    assert result.exit_code == 1
    assert emails() == {"charlie@example.com"}


@pytest.mark.slow
def test_very_many_people_are_imported(run, written):
    # More than SQLite takes values in one statement (32,766), and many times PostgreSQL's rows.
    people = 100_000 if IS_NIGHTLY else 33_000 if is_sqlite() else 10_000
    name = written(file=large_file(people))

    result = run("import", name, "--yes")

    assert result.exit_code == 0, result.output
    assert db.session.query(Person).count() == people


def test_letters_that_no_typeface_has_are_named_before_anybody_is_taken_over(hanna):
    odd = "吉野 \U00020bb7,odd@example.com,Engineer,Company,,2024-03-01,"
    thai = "สมชาย ใจดี,thai@example.com,Engineer,Company,,2024-03-01,"

    page = upload(hanna, HANNA, odd, thai).text

    assert "No typeface has these letters" in page
    assert "\U00020bb7 (U+20BB7). This is about 吉野 \U00020bb7 (odd@example.com)." in page
    assert "thai@example.com)" not in page


def test_a_list_that_papers_can_print_is_shown_without_a_word_about_letters(hanna):
    assert "No typeface" not in upload(hanna, HANNA, BERT).text
