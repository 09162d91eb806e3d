from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app.domain.errors import NotFoundError
from app.infra import audit
from app.infra.db import db
from app.infra.mail import OutboxMail
from app.people import messages, queries
from app.people.department_tree import department_paths, full_department_paths
from app.people.models import Department, Person
from tests.browsing import Browser
from tests.factories import make_company, make_department, make_person

PAGES = ["/people", "/people/new", "/people/import", "/people/1", "/people/1/deactivate"]
ACTS = [
    "/people/new",
    "/people/import",
    "/people/import/check",
    "/people/import/forget",
    "/people/import/undo",
    "/people/import/undo/forget",
    "/people/1",
    "/people/1/deactivate",
    "/people/1/reactivate",
    "/people/1/password-link",
]


def typed(**over):
    return {
        "name": "Nora North",
        "email": "Nora@Example.com",
        "title": "Analyst",
        "department": "People",
        "manager": "",
        "joined_on": "2024-03-31",
    } | over


def as_typed(person, **over):
    manager = db.session.get(Person, person.manager_id) if person.manager_id else None
    own = {
        "name": person.name,
        "email": person.email,
        "title": person.title,
        "department": " / ".join(full_department_paths()[person.department_id]),
        "manager": manager.email if manager else "",
        "joined_on": person.joined_on.isoformat(),
    }
    roles = {"is_hr": "y"} if person.is_hr else {}
    return own | roles | over


def tags():
    return list(db.session.scalars(select(audit.AuditEntry.tag)))


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_the_directory_are_for_hr_only(client, alice, bob, page):
    assert alice.get(page).status_code == 403
    assert bob.get(page).status_code == 403
    assert client.get(page).location.startswith("/sign-in?next=")


@pytest.mark.parametrize("address", ACTS)
def test_acts_in_the_directory_are_for_hr_only(client, alice, bob, address):
    assert alice.post(address, typed()).status_code == 403
    assert client.post(address, typed()).status_code == 302
    assert db.session.query(Person).count() == 2
    assert tags() == []


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_the_directory_open_for_hr(hanna, page):
    assert hanna.get(page).status_code == 200


def test_an_unknown_person_is_not_found(hanna):
    assert hanna.get("/people/999").status_code == 404
    assert hanna.post("/people/999/deactivate", page="/people").status_code == 404


def test_the_list_holds_fifty_people_a_page(hanna):
    make_company(60)

    first, second = hanna.get("/people"), hanna.get("/people?page=2")

    assert first.text.count('scope="row"') == 50
    assert second.text.count('scope="row"') == 11
    assert "61 people" in first.text


@pytest.mark.parametrize("page", ["0", "-1", "99", "x"])
def test_a_page_number_out_of_range_does_no_harm(hanna, page):
    assert hanna.get(f"/people?page={page}").status_code == 200


@pytest.mark.parametrize("word", ["alice", "ARCHER", "alice@ex", "engin"])
def test_people_are_found_by_name_email_or_title(hanna, alice, charlie, word):
    text = hanna.get(f"/people?q={word}").text

    assert "Alice Archer" in text
    assert "Charlie Cole" not in text


def test_letters_with_dots_are_found_in_either_case(hanna):
    make_person(name="Özlem Ünal")

    assert "Özlem" in hanna.get("/people?q=öz").text
    assert "Özlem" in hanna.get("/people?q=ÜNAL").text


def test_a_percent_sign_is_looked_for_as_such(hanna, alice):
    assert "Nobody matches" in hanna.get("/people?q=%25").text


def test_a_department_holds_the_people_of_its_parts(hanna, charlie):
    company = make_department(name="Company")
    part = make_department(name="Part", parent_id=company.id)
    make_person(name="Deep Diver", department_id=part.id)

    text = hanna.get(f"/people?department={company.id}").text

    assert "Deep Diver" in text
    assert "Charlie Cole" not in text


def test_states_are_told_apart(hanna, alice, charlie):
    alice.person.is_active = False
    charlie.person.password_hash = "x"

    everybody = hanna.get("/people?state=").text
    gone = hanna.get("/people?state=deactivated").text
    waiting = hanna.get("/people?state=no+password+yet").text

    assert "Alice Archer" in everybody
    assert "Alice Archer" not in hanna.get("/people").text
    assert "Alice Archer" in gone
    assert "Charlie Cole" not in gone
    assert "Charlie Cole" not in waiting
    assert "Hanna Hill" in waiting


def test_a_new_person_is_added_with_an_email_in_lower_case(hanna, alice):
    response = hanna.post("/people/new", typed(manager="ALICE@example.com"))

    nora = queries.person_by_email("nora@example.com")
    assert response.location == f"/people/{nora.id}"
    assert (nora.name, nora.manager_id) == ("Nora North", alice.person.id)
    assert nora.is_active
    assert tags() == ["person:added"]


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"name": " "}, "Please enter a name."),
        ({"email": "nora"}, "Please enter an e-mail address such as"),
        ({"email": "HANNA@example.com"}, "Hanna Hill has the e-mail hanna@example.com already"),
        ({"department": "Nowhere"}, "There is no such department yet."),
        ({"department": "People / "}, "names between the"),
        ({"manager": "who@example.com"}, "Nobody who works here has the e-mail who@example.com."),
        ({"joined_on": "soon"}, "Please enter a date such as 2026-10-05."),
        ({"joined_on": "2999-01-01"}, "a date at most one year ahead"),
        ({"title": "x" * 121}, "Please use at most 120 characters."),
    ],
)
def test_a_person_with_a_fault_is_not_added_and_nothing_typed_is_lost(hanna, over, sentence):
    response = hanna.post("/people/new", typed(title="Chief of tests") | over)

    assert sentence in response.text.replace("&#34;", '"')
    assert over.get("title", "Chief of tests") in response.text
    assert db.session.query(Person).count() == 1
    assert db.session.query(Department).count() == 1
    assert tags() == []


def test_a_new_department_is_made_once_it_is_confirmed(hanna):
    hanna.post("/people/new", typed(department="People / Pay", is_new_department="y"))

    assert ("People", "Pay") in full_department_paths().values()


def test_a_person_is_changed(hanna, alice, charlie):
    person = alice.person

    response = hanna.post(
        f"/people/{person.id}", as_typed(person, title="Lead", manager="charlie@example.com")
    )

    assert response.status_code == 302
    assert (person.title, person.manager_id) == ("Lead", charlie.person.id)
    entry = db.session.scalars(select(audit.AuditEntry)).one()
    assert entry.tag == "person:changed"
    assert entry.details == {"person_id": person.id, "fields": ["title", "manager_id"]}


def test_saving_without_a_change_is_no_act(hanna, alice):
    response = hanna.post(
        f"/people/{alice.person.id}", as_typed(alice.person), follow_redirects=True
    )

    assert "Nothing was different." in response.text
    assert tags() == []


@pytest.mark.parametrize(
    ("manager", "sentence"),
    [
        ("alice@example.com", "loop of managers: Bob Baker → Alice Archer → Bob Baker"),
        ("bob@example.com", "Nobody manages themselves."),
        ("gone@example.com", "Nobody who works here has the e-mail gone@example.com."),
    ],
)
def test_an_impossible_manager_is_refused(hanna, bob, alice, manager, sentence):
    make_person(email="gone@example.com", is_active=False)

    response = hanna.post(f"/people/{bob.person.id}", as_typed(bob.person, manager=manager))

    assert sentence in response.text
    assert bob.person.manager_id is None


def test_an_email_taken_in_another_case_is_refused(hanna, alice):
    response = hanna.post(
        f"/people/{alice.person.id}", as_typed(alice.person, email="Hanna@Example.com")
    )

    assert "upper and lower case do not count" in response.text
    assert alice.person.email == "alice@example.com"


def test_an_email_may_change_its_case_only(hanna, alice):
    hanna.post(f"/people/{alice.person.id}", as_typed(alice.person, email="ALICE@example.com"))

    assert alice.person.email == "alice@example.com"


def test_the_last_person_of_hr_keeps_the_role(hanna):
    person = hanna.person
    without = {key: text for key, text in as_typed(person).items() if key != "is_hr"}

    response = hanna.post(f"/people/{person.id}", without)

    assert "is the only active person of HR" in response.text
    assert person.is_hr


def test_the_last_person_of_hr_is_not_deactivated(hanna):
    make_person(is_hr=True, is_active=False)

    response = hanna.post(
        f"/people/{hanna.person.id}/deactivate", page=f"/people/{hanna.person.id}"
    )

    assert response.status_code == 409
    assert "is the only active person of HR" in response.text
    assert hanna.person.is_active


def test_deactivating_asks_once_and_says_what_will_happen(hanna, alice, bob):
    page = hanna.get(f"/people/{bob.person.id}/deactivate").text

    assert "Bob Baker is signed out everywhere and can no longer sign in." in page
    assert "What was sent in an open review still counts" in page
    assert "Alice Archer" in page
    assert bob.person.is_active


def test_nobody_is_deactivated_twice(hanna, alice):
    alice.person.is_active = False

    response = hanna.get(f"/people/{alice.person.id}/deactivate")

    assert response.location == f"/people/{alice.person.id}"


def test_deactivating_oneself_is_warned_about(hanna):
    assert "This is you" in hanna.get(f"/people/{hanna.person.id}/deactivate").text


def test_deactivating_ends_every_session_and_link(hanna, alice):
    person = alice.person
    link = messages.link_to_set_password(person)

    hanna.post(f"/people/{person.id}/deactivate", page=f"/people/{person.id}")

    assert not person.is_active
    assert alice.get("/password/change").status_code == 302
    hanna.post(f"/people/{person.id}/reactivate", page=f"/people/{person.id}")
    assert person.is_active
    assert alice.get("/password/change").status_code == 302, "the old session stays ended"
    assert alice.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 410
    assert tags() == ["person:deactivated", "person:reactivated"]


def test_deactivating_a_manager_asks_for_a_new_one(hanna, alice, bob):
    response = hanna.post(
        f"/people/{bob.person.id}/deactivate",
        page=f"/people/{bob.person.id}",
        follow_redirects=True,
    )

    assert "Please give a new manager to Alice Archer." in response.text


def test_hr_sends_a_link_without_seeing_it(hanna, alice, client):
    response = hanna.post(
        f"/people/{alice.person.id}/password-link",
        page=f"/people/{alice.person.id}",
        follow_redirects=True,
    )

    mail = db.session.scalars(select(OutboxMail)).one()
    link = next(word for word in mail.text.split() if "/password/set/" in word)
    assert mail.to == "alice@example.com"
    assert client.get(urlsplit(link).path).status_code == 200
    assert link not in response.text
    assert tags() == ["person:password_link"]


def test_nobody_who_left_is_sent_a_link(hanna, alice):
    alice.person.is_active = False

    response = hanna.post(f"/people/{alice.person.id}/password-link", page="/people/new")

    assert response.status_code == 409
    assert db.session.query(OutboxMail).count() == 0


def test_a_form_without_its_token_changes_nothing(app, hanna, alice):
    class Forger(Browser):
        def token_of(self, page):
            return ""

    response = Forger(app, hanna.person).post(f"/people/{alice.person.id}/deactivate")

    assert response.status_code == 400
    assert alice.person.is_active


def test_people_are_found_for_the_floors_above(app):
    chief, hr, *others = make_company(9)
    others[0].is_active = False
    db.session.commit()

    assert queries.person_by_email(" PERSON003@example.com ").name == "Person 003"
    assert others[0] not in queries.active_people()
    assert [person.name for person in queries.active_people()][:2] == [chief.name, hr.name]
    assert queries.hr_people() == [hr]
    assert hr in queries.reports_of(chief)
    assert others[0] not in queries.reports_of(chief)
    assert queries.people_by_ids([chief.id, others[0].id, 999]) == {
        chief.id: chief,
        others[0].id: others[0],
    }


def test_an_unknown_email_is_told_in_a_sentence(app):
    with pytest.raises(NotFoundError, match=r"Nobody here has the e-mail x@example\.com\."):
        queries.person_by_email("x@example.com")


def test_department_paths_leave_out_the_company_that_all_share(app):
    company = make_department(name="Company")
    operations = make_department(name="Operations", parent_id=company.id)
    support = make_department(name="Support", parent_id=operations.id)

    assert department_paths() == {
        company.id: "Company",
        operations.id: "Operations",
        support.id: "Operations / Support",
    }
    other = make_department(name="Sister company")
    assert department_paths()[support.id] == "Company / Operations / Support"
    assert department_paths()[other.id] == "Sister company"


def test_letters_that_no_typeface_has_are_named_when_a_person_is_typed(hanna):
    answer = hanna.post("/people/new", typed(name="吉野 \U00020bb7"), page="/people/new")
    odd = hanna.get(answer.location).text
    answer = hanna.post(
        "/people/new", typed(name="สมชาย", email="thai@example.com"), page="/people/new"
    )
    thai = hanna.get(answer.location).text

    assert "printed reports show their code in brackets instead: \U00020bb7 (U+20BB7)." in odd
    assert "printed reports" not in thai
