"""An improvement about a team's statement: its figure is followed, and is the manager's alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.projects.effect import PrintedFigure, Verdict
from app.domain.projects.steps import ProjectState
from app.enps.figures import history_of_figures, named_team_figures
from app.infra.db import db, transaction
from app.infra.settings import company_day
from app.people.models import Person
from app.projects import services
from app.projects.models import Project, ProjectOutcome
from app.projects.services import PlannedProject
from tests.browsing import Browser
from tests.features.enps.test_company_page import text_of
from tests.features.projects.test_projects import FORM, UNDER_WAY, begin, move
from tests.features.projects.test_sources import form_of
from tests.features.reports.test_overviews import play


@pytest.fixture
def team(app, settings, scenes):
    """Somebody who leads eleven others, all with released scores."""
    scenes.begin("twelve people's quarter", settings, play)
    return db.session.scalars(select(Person).order_by(Person.id)).all()


def newest():
    return db.session.scalars(select(Cycle)).one()


def key_of(manager):
    identity = newest().questionnaire.statements[0].identity
    return f"team:{manager.id}:{identity}"


def test_a_manager_begins_one_from_a_statement_about_their_team(app, team):
    manager = Browser(app, team[0])
    key = key_of(team[0])

    report = manager.get(f"/reports/{newest().id}/team/{team[0].id}").text
    page = form_of(manager, key)
    manager.post(f"/projects/new?from={key}", FORM | {"owner": team[0].email, "figure": key})

    assert f"/projects/new?from={key}" in report
    assert f'<option selected value="{key}">' in page.text
    assert db.session.scalars(select(Project.figure)).all() == [key]


def test_nobody_else_is_offered_or_takes_a_figure_of_that_team(app, team, hanna):
    key = key_of(team[0])

    assert form_of(hanna, key).status_code == 403
    assert form_of(Browser(app, team[1]), key).status_code == 403
    refused = hanna.post("/projects/new", FORM | {"owner": team[1].email, "figure": key})
    assert refused.status_code == 422
    assert db.session.query(Project).count() == 0


def test_a_team_too_small_for_a_report_has_no_figures(app, team):
    with transaction():
        for one in team[3:]:
            one.manager_id = None

    assert named_team_figures(newest(), team[1]) == {}


def test_the_figure_of_a_team_is_followed_once_a_project_has_begun(app, team):
    key = key_of(team[0])
    assert key not in history_of_figures(newest())

    move(begin(team[0], figure=key, figure_name="My team: helps"), *UNDER_WAY)

    ((closed_on, measured),) = history_of_figures(newest())[key]
    assert closed_on == newest().closes_at.date()
    assert 1 <= measured.value <= 5


def looked_at(team):
    """A project about the team whose figure has clearly moved."""
    key = key_of(team[0])
    project_id = begin(team[0], figure=key, figure_name="My team: helps")
    move(project_id, *UNDER_WAY)
    day = company_day()
    history = {
        key: [
            (day - timedelta(days=100), PrintedFigure(3.1, 0.1)),
            (day + timedelta(days=1), PrintedFigure(4.4, 0.1)),
        ]
    }
    with transaction():
        services.look_at_figures(newest().id, history)
    return project_id


def test_what_became_of_it_is_shown_to_whoever_leads_the_team_alone(app, team, hanna):
    project_id = looked_at(team)

    mine = text_of(Browser(app, team[0]).get(f"/projects/{project_id}"))
    others = [text_of(one.get(f"/projects/{project_id}")) for one in (Browser(app, team[1]), hanna)]

    assert db.session.get_one(ProjectOutcome, (project_id, newest().id)).verdict is Verdict.MOVED
    assert "It moved. My team: helps: 3.1 before, 4.4 since, each the mean" in mine
    for page in (*others, text_of(hanna.get("/company")), text_of(hanna.get("/projects"))):
        assert "only whoever leads the team sees it" in page
        assert "3.1" not in page.split("How we work together")[0]
        assert "It moved" not in page


def test_what_was_seen_of_a_teams_figure_does_not_stand_below_another(app, team, hanna):
    project_id = looked_at(team)

    with transaction():
        plan = PlannedProject(
            "Notes", "Late.", "By noon.", team[0].email, company_day(), "score", "eNPS"
        )
        project = db.session.get_one(Project, project_id)
        services.keep_project(plan, project=project, by=team[0].id)

    assert db.session.query(ProjectOutcome).count() == 0
    assert "4.4" not in text_of(hanna.get(f"/projects/{project_id}"))


def test_a_project_is_not_looked_at_before_a_review_has_closed_since(app, team):
    project_id = begin(team[0])
    move(project_id, *UNDER_WAY, ProjectState.DONE)
    with transaction():
        db.session.get_one(Project, project_id).begun_on = company_day() + timedelta(days=1)
    browser = Browser(app, team[0])

    refused = browser.post(f"/projects/{project_id}/move", {"state": "looked at"})

    assert refused.status_code == 409
    assert "It is looked at" not in text_of(browser.get(f"/projects/{project_id}"))
    with transaction():
        db.session.get_one(Project, project_id).begun_on = newest().closes_at.date()
    assert "It is looked at" in text_of(browser.get(f"/projects/{project_id}"))
    browser.post(f"/projects/{project_id}/move", {"state": "looked at"})
    assert db.session.get_one(Project, project_id).state is ProjectState.LOOKED_AT
