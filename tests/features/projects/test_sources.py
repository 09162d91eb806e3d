"""What an improvement is begun from: by its key, with its own words, by who may."""

import html
import re
from urllib.parse import quote

import pytest
from sqlalchemy import select

from app.domain.cycle import CycleState
from app.enps.models import EnpsComment
from app.infra.db import db
from app.people.models import Person
from app.projects.models import Project
from app.service_results.models import ServiceComment
from tests.browsing import Browser
from tests.factories import make_person
from tests.features.enps.counted_cycles import answers, make_counted_cycle, release_service
from tests.features.enps.test_company_page import text_of
from tests.features.projects.test_projects import FORM
from tests.services_in_the_house import name_service

STATEMENT = f"statement:{1:032x}"


@pytest.fixture
def comment(app):
    """The key of the only comment of the newest quarter."""
    make_counted_cycle(comments=["Decisions reach us late."])
    return f"comment:{db.session.scalar(select(EnpsComment.id))}"


@pytest.fixture
def service(app):
    """A service with figures and a comment."""
    owner = make_person(name="Olga Owner")
    found = name_service("IT support", owner)
    release_service(make_counted_cycle(), found, words=["The second answer takes days."])
    return found


def form_of(browser, source):
    return browser.get("/projects/new", query_string={"from": source})


def begin(browser, source, **over):
    """Send the form as it comes, with what only a person can say."""
    address = f"/projects/new?from={quote(source)}"
    figure = re.search(r'<option selected value="([^"]+)"', form_of(browser, source).text)
    words = {"owner": browser.person.email}
    if figure:
        words["figure"] = html.unescape(figure.group(1))
    return browser.post(address, FORM | words | over)


def test_a_comment_gives_its_words_and_says_below_itself_what_it_became(bob, alice, comment):
    page = form_of(bob, comment)

    begin(bob, comment)

    assert "Decisions reach us late." in text_of(page)
    assert "It comes from: a comment about the company." in text_of(page)
    assert "Became an improvement: Notes by noon" in text_of(alice.get("/company"))
    assert db.session.scalars(select(Project.source)).all() == [comment]


def test_a_departments_improvement_stands_below_the_comment_for_that_department_only(
    bob, alice, charlie, comment
):
    begin(bob, comment, department=str(bob.person.department_id))

    assert "Became an improvement" in text_of(alice.get("/company"))
    assert "Became an improvement" not in text_of(charlie.get("/company"))


@pytest.mark.parametrize(
    ("source", "said", "figure"),
    [
        (STATEMENT, "“Does good thing number 1.” The company’s mean is 3.8.", STATEMENT),
        (
            "reason:detractor:workload",
            "“workload”, named by 100 % of those who answer 0 to 6.",
            "reason:detractor:workload",
        ),
    ],
)
def test_a_statement_and_a_reason_give_their_words_and_their_figure(hanna, source, said, figure):
    make_counted_cycle()

    page = form_of(hanna, source)

    assert said in text_of(page)
    assert f'<option selected value="{figure}">' in page.text


def test_a_reason_of_those_who_are_unhappy_is_to_be_named_less_often(hanna):
    make_counted_cycle()

    wanted = 'checked id="wants-1"'
    assert wanted in form_of(hanna, "reason:detractor:workload").text
    assert wanted not in form_of(hanna, "reason:promoter:colleagues").text


def test_a_services_statement_gives_its_figure(hanna, service):
    key = f"service:{service.id}:They answer quickly"

    page = form_of(hanna, key)

    assert "IT support, “They answer quickly” Its users’ mean is 3.2." in text_of(page)
    assert f'<option selected value="{key}">' in page.text


def test_whoever_answers_for_a_service_begins_one_from_it_and_from_its_comments(
    app, service, alice, bob
):
    owner = Browser(app, db.session.get_one(Person, service.owner_id))
    words = f"service_comment:{db.session.scalar(select(ServiceComment.id))}"

    begun = begin(owner, words)

    assert begun.status_code == 302
    assert form_of(owner, f"service:{service.id}").status_code == 200
    assert owner.get("/projects/new").status_code == 403
    assert form_of(alice, words).status_code == 403
    assert form_of(bob, words).status_code == 403
    assert "The second answer takes days." not in text_of(bob.get("/services"))


def test_nobody_else_begins_one_from_what_everybody_reads(alice, comment):
    assert form_of(alice, comment).status_code == 403
    assert begin(alice, comment).status_code == 403
    assert "Act on this" not in alice.get("/company").text
    assert db.session.query(Project).count() == 0


@pytest.mark.parametrize(
    "junk",
    [
        "comment:",
        "comment:0",
        "comment:\u2028<b>",
        "statement:x",
        "statement:" + "9" * 400,
        "reason:",
        "reason:detractor:",
        "reason:passive:workload",
        "reason:detractor:<script>",
        "service:x",
        "service:99999999999999999999",
        "service:1:",
        "service_comment:x",
        "team:1:x",
        "nonsense",
        ":",
    ],
)
def test_what_nobody_said_is_not_found(hanna, comment, junk):
    assert form_of(hanna, junk).status_code == 404
    assert hanna.post(f"/projects/new?from={quote(junk)}", FORM).status_code == 404
    assert db.session.query(Project).count() == 0


def test_words_in_an_address_come_into_no_form(hanna, comment):
    page = hanna.get("/projects/new?said=You+are+all+fired.&figure=score")

    assert "fired" not in page.text


def test_pages_of_the_newest_quarter_lead_to_the_form_for_whoever_may(hanna, alice, comment):
    earlier = make_counted_cycle(answers(1, promoters=40), quarters_ago=2)

    newest = hanna.get("/company").text

    for source in (comment, STATEMENT, "reason:promoter:colleagues"):
        assert f"/projects/new?from={source}" in newest
    assert "/projects/new?from=" not in hanna.get(f"/company/{earlier.id}").text
    assert "/projects/new?from=" not in alice.get("/company").text


def test_a_quarter_that_is_not_published_gives_no_comment(hanna, app):
    make_counted_cycle(comments=["Too early."], state=CycleState.CLOSED)

    assert form_of(hanna, f"comment:{db.session.scalar(select(EnpsComment.id))}").status_code == 404


def test_changing_an_improvement_keeps_where_it_comes_from(hanna, comment):
    begin(hanna, comment)
    project = db.session.scalars(select(Project)).one()

    hanna.post(f"/projects/{project.id}/edit", FORM | {"owner": hanna.person.email, "title": "New"})

    assert (project.title, project.source) == ("New", comment)
