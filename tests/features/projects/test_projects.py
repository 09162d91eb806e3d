"""Improvement projects: begun, moved on, held against their figures, told to everybody."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.enps.score import StanceCounts
from app.domain.projects.effect import PrintedFigure, Verdict
from app.domain.projects.steps import ProjectState
from app.enps.board import board_report
from app.enps.figures import history_of_figures, named_figures
from app.enps.models import EnpsComment
from app.enps.queries import company_figures
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.infra.settings import company_day
from app.projects import services
from app.projects.models import Project, ProjectOutcome
from app.projects.queries import lines_of
from app.projects.services import PlannedProject
from app.reminders.services import invite_all
from tests.browsing import Browser
from tests.factories import make_cycle, make_person
from tests.features.enps.counted_cycles import answers, make_counted_cycle
from tests.features.enps.test_company_page import text_of

FIGURE = f"statement:{1:032x}"
FORM = {
    "title": "Notes by noon",
    "you_said": "Decisions reach us late.",
    "we_did": "Notes of the Monday round go to everybody by noon.",
    "due_on": "2030-01-31",
    "figure": FIGURE,
    "wants": "more",
    "department": "0",
}


def begin(owner, **over):
    values = {
        "title": "Notes by noon",
        "you_said": "Decisions reach us late.",
        "we_did": "Notes go to everybody.",
        "owner": owner.email,
        "due_on": date(2030, 1, 31),
        "figure": FIGURE,
        "figure_name": "Decides early.",
    }
    with transaction():
        project = services.keep_project(PlannedProject(**(values | over)), by=owner.id)
        return project.id


def move(project_id, *states):
    with transaction():
        project = db.session.get_one(Project, project_id)
        for state in states:
            services.move_on(project, state, by=project.owner_id)


UNDER_WAY = (ProjectState.AGREED, ProjectState.UNDER_WAY)


def test_hr_begins_a_project_from_a_comment_and_everybody_sees_it(hanna, alice):
    make_counted_cycle(comments=["Decisions reach us late."])
    (comment,) = db.session.scalars(select(EnpsComment.id))
    address = f"/projects/new?from=comment:{comment}"
    page = hanna.get(address).get_data(as_text=True)

    hanna.post(address, FORM | {"owner": alice.person.email})

    assert "Decisions reach us late." in page
    (project,) = db.session.scalars(select(Project))
    assert (project.owner_id, project.figure_name) == (
        alice.person.id,
        "Does good thing number 1.",
    )
    assert "Notes by noon" in text_of(alice.get("/projects"))


def test_an_employee_begins_no_project_and_changes_only_their_own(alice, charlie):
    make_counted_cycle()
    project_id = begin(alice.person)

    assert charlie.get("/projects/new").status_code == 403
    assert charlie.get(f"/projects/{project_id}/edit").status_code == 403
    assert alice.get(f"/projects/{project_id}/edit").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("owner", "nobody@example.com", "Nobody here has the e-mail nobody@example.com."),
        ("figure", "statement:x", "choose one of those offered"),
        ("due_on", "", "Say by when."),
        ("title", "", "The project needs a title."),
    ],
)
def test_a_project_that_does_not_fit_is_refused(hanna, field, value, sentence):
    make_counted_cycle()

    response = hanna.post("/projects/new", FORM | {"owner": hanna.person.email, field: value})

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert db.session.query(Project).count() == 0


def test_a_departments_project_is_seen_there_and_by_hr_only(alice, bob, charlie, hanna):
    project_id = begin(bob.person, department_id=bob.person.department_id)

    seen = [one.get(f"/projects/{project_id}").status_code for one in (alice, bob, hanna, charlie)]
    assert seen == [200, 200, 200, 403]
    assert "Notes by noon" not in text_of(charlie.get("/projects"))


def test_its_owner_moves_a_project_on_and_writes_notes(alice):
    project_id = begin(alice.person)

    alice.post(f"/projects/{project_id}/move", {"state": "agreed"})
    alice.post(f"/projects/{project_id}/move", {"state": "under way"})
    skipped = alice.post(f"/projects/{project_id}/move", {"state": "looked at"})
    alice.post(f"/projects/{project_id}/note", {"text": "The first notes went out."})

    assert skipped.status_code == 409
    project = db.session.get_one(Project, project_id)
    assert (project.state, project.begun_on) == (ProjectState.UNDER_WAY, company_day())
    assert "The first notes went out." in text_of(alice.get(f"/projects/{project_id}"))


def test_an_overdue_project_is_told_to_its_owner_once(alice):
    project_id = begin(alice.person, due_on=company_day() - timedelta(days=1))

    for _ in range(2):
        with transaction():
            services.tell_overdue()

    (mail,) = db.session.scalars(select(OutboxMail))
    assert mail.to == alice.person.email
    assert "“Notes by noon” was to be done by" in mail.text
    assert f"/projects/{project_id}" in mail.text


def test_a_done_project_is_not_overdue(alice):
    project_id = begin(alice.person, due_on=company_day() - timedelta(days=1))
    move(project_id, *UNDER_WAY, ProjectState.DONE)

    with transaction():
        services.tell_overdue()

    assert db.session.query(OutboxMail).count() == 0


def history(now: float, *, others=(3.5,)):
    """Two quarters before today and one after, of our figure and of others."""
    day = company_day()
    days = (day - timedelta(days=200), day - timedelta(days=100), day + timedelta(days=1))
    figures = {FIGURE: (3.1, 3.1, now)}
    figures |= {f"statement:other{n}": (3.5, 3.5, value) for n, value in enumerate(others)}
    return {
        key: [(on, PrintedFigure(value, 0.1)) for on, value in zip(days, values, strict=True)]
        for key, values in figures.items()
    }


def test_after_a_cycle_a_project_is_held_against_its_figure(alice):
    cycle = make_counted_cycle()
    project_id = begin(alice.person)
    move(project_id, *UNDER_WAY)

    with transaction():
        services.look_at_figures(cycle.id, history(3.9, others=(3.5, 4.2, 3.4)))

    outcome = db.session.get_one(ProjectOutcome, (project_id, cycle.id))
    assert (outcome.before, outcome.now, outcome.verdict) == (3.1, 3.9, Verdict.MOVED)
    page = text_of(alice.get(f"/projects/{project_id}"))
    assert (
        "It moved. Decides early: 3.1 before, 3.9 since, each the mean of up to four quarters, "
        f"until {cycle.name}. More than chance explains." in page
    )
    assert "of 3 figures of this kind that nobody worked on, 1 moved as much" in page


def test_the_page_of_a_quarter_does_not_know_what_came_after_it(app, alice):
    board = Browser(app, make_person(name="Bea Board", is_board=True))
    then, now = make_counted_cycle(quarters_ago=1), make_counted_cycle()
    project_id = begin(alice.person)
    move(project_id, *UNDER_WAY)
    with transaction():
        services.look_at_figures(now.id, history(3.9))

    for reader, path in ((alice, "company"), (board, "board")):
        earlier, newest = (text_of(reader.get(f"/{path}/{one.id}")) for one in (then, now))
        assert "To be seen after a review" in earlier
        assert "3.9 since" not in earlier
        assert "3.9 since" in newest
        assert f"until {now.name}" in newest
    assert "3.9 since" not in alice.get(f"/company/{then.id}/figures.csv").text
    assert not board_report(then).projects[0].verdict


def test_a_project_tells_the_printed_scores_and_their_printed_range(alice):
    make_counted_cycle(answers(1, promoters=5, passives=12, detractors=6), quarters_ago=1)
    newest = make_counted_cycle(answers(1, promoters=4, passives=11, detractors=8))
    project_id = begin(alice.person, figure="score", figure_name="eNPS")
    move(project_id, *UNDER_WAY)
    with transaction():
        db.session.get_one(Project, project_id).begun_on = newest.closes_at.date()
        services.look_at_figures(newest.id, history_of_figures(newest))

    outcome = db.session.get_one(ProjectOutcome, (project_id, newest.id))
    shown = company_figures(newest).answers

    assert isinstance(shown, StanceCounts)
    assert (outcome.before, outcome.now) == (-4, shown.score) == (-4, -18)
    assert (round(outcome.low), round(outcome.high)) == shown.interval
    assert "\u22124 before, \u221218 since" in text_of(alice.get("/company"))


def test_no_change_comes_with_the_smallest_that_would_have_been_seen(alice):
    cycle = make_counted_cycle()
    project_id = begin(alice.person)
    move(project_id, *UNDER_WAY)

    with transaction():
        services.look_at_figures(cycle.id, history(3.2))

    page = text_of(alice.get(f"/projects/{project_id}"))
    assert "No change that could be seen." in page
    assert "A change of 0.3 would have been seen in four of five cases." in page


def test_a_project_that_has_not_begun_is_held_against_nothing(alice):
    cycle = make_counted_cycle()
    begin(alice.person)

    with transaction():
        services.look_at_figures(cycle.id, history(3.9))

    assert db.session.query(ProjectOutcome).count() == 0


def test_what_was_said_and_done_stands_on_the_company_page_in_mail_and_for_the_board(app, alice):
    cycle = make_counted_cycle()
    project_id = begin(alice.person)
    begin(alice.person, title="Only proposed")
    move(project_id, *UNDER_WAY)
    plan = make_cycle([alice.person])

    with transaction():
        invite_all(plan)

    company = text_of(alice.get("/company"))
    board = text_of(Browser(app, make_person(is_board=True)).get("/board"))
    (mail,) = db.session.scalars(select(OutboxMail))
    sentence = "You said: Decisions reach us late. We do: Notes go to everybody."
    assert "You said Decisions reach us late. We do Notes go to everybody." in company
    assert "Only proposed" not in company
    assert "You said Decisions reach us late. We do Notes go to everybody." in board
    assert sentence in mail.text
    assert [one.in_one for one in board_report(cycle).projects] == [sentence]


def test_what_is_late_is_told_to_the_board_until_it_is_done(alice):
    cycle = make_counted_cycle()
    late, due_on = begin(alice.person), company_day() - timedelta(days=12)
    done = begin(alice.person, title="Done in time or not")
    move(late, *UNDER_WAY)
    move(done, *UNDER_WAY, ProjectState.DONE)
    with transaction():
        for one in (late, done):
            db.session.get_one(Project, one).due_on = due_on

    told = {one.title: one.due_before for one in board_report(cycle).projects}

    assert [one for one in told.values() if one] == [due_on]
    assert told["Done in time or not"] is None


def test_figures_are_offered_by_name_and_followed_over_the_quarters(app):
    make_counted_cycle(quarters_ago=1)
    newest = make_counted_cycle()

    names = named_figures(newest)
    followed = history_of_figures(newest)

    assert names["score"] == "eNPS"
    assert names[FIGURE] == "Does good thing number 1."
    assert any(key.startswith("reason:") for key in names)
    assert [len(followed[key]) for key in ("score", FIGURE)] == [2, 2]
    assert followed["score"][0][0] < clock.now().date()
    assert db.session.query(Cycle).count() == 2


def test_a_line_of_a_project_needs_no_outcome(alice):
    project = db.session.get_one(Project, begin(alice.person))

    (line,) = lines_of([project])

    assert (line.verdict, line.beside, line.owner) == ("", "", alice.person.name)


def test_what_became_of_one_figure_stands_once_below_all_that_were_to_move_it(alice):
    cycle = make_counted_cycle()
    for title in ("Notes by noon", "Fewer meetings"):
        move(begin(alice.person, title=title), *UNDER_WAY)
    with transaction():
        services.look_at_figures(cycle.id, history(3.2))

    page = text_of(alice.get("/company"))

    assert page.count("No change that could be seen.") == 1
    assert "Both No change that could be seen." in page
    assert page.count("You said Decisions reach us late.") == 2


def test_what_is_late_is_late_for_the_board_as_well(app, alice):
    make_counted_cycle()
    move(begin(alice.person, due_on=company_day() - timedelta(days=3)), *UNDER_WAY)
    board = Browser(app, make_person(is_board=True))

    for address in ("/company", "/board"):
        assert "3 days late" in text_of(board.get(address))
    assert "One improvement. One is late." in text_of(board.get("/board"))
