"""A wanted rater cannot be drawn by trying: the same people give the same pairs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.cycles.models import Cycle, DrawSecret, Pairing
from app.cycles.queries import cycle_by_id
from app.cycles.services import DraftPlan
from app.infra import clock
from app.infra.db import db, transaction
from app.lifecycle import services
from app.lifecycle.plan import drafting, drawing, planning
from tests.browsing import Browser
from tests.factories import make_company, make_questionnaire
from tests.features.lifecycle.drafts_and_forms import make_second_hr


@pytest.fixture
def company(app, hanna):
    people = make_company(40)
    people[1].is_hr = False
    db.session.commit()
    return people


@pytest.fixture
def plan(company):
    opens_at = clock.now() + timedelta(days=2)
    return DraftPlan(
        name="2031 Q1",
        questionnaire_id=make_questionnaire().id,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=14),
        roster=frozenset(person.id for person in company),
        pairing=Pairing.SAMPLE,
    )


def pairs_of(plan, by=None):
    """The pairs of a new draft of `plan`, which is deleted again."""
    with transaction():
        cycle = planning.create_draft(plan, by=by)
        pairs = drafting.worked_out(cycle).pairs
        planning.delete_draft(cycle, by=by)
    return pairs


def drafted(plan, by=None):
    with transaction():
        return planning.create_draft(plan, by=by).id


def test_drafts_deleted_and_made_anew_have_the_same_pairs_whoever_plans(plan, hanna):
    first = pairs_of(plan)

    again = [pairs_of(plan, by=hanna.person.id) for _ in range(5)]

    assert again == [first] * 5


@pytest.mark.parametrize("days", [0, 3])
def test_another_name_or_another_date_draws_nothing_anew(plan, days):
    first = pairs_of(plan)
    later = plan.opens_at + timedelta(days=days)

    assert pairs_of(replace(plan, name=f"Another {days}", opens_at=later)) == first


def test_other_people_draw_anew_and_the_second_person_sees_who_and_how_often(
    app, plan, hanna, company
):
    henry = make_second_hr()
    fewer = replace(plan, roster=plan.roster - {company[9].id})
    pairs_of(plan, by=hanna.person.id)
    assert pairs_of(fewer, by=henry.id) != pairs_of(plan, by=hanna.person.id)
    cycle_id = drafted(replace(plan, sample_size=11), by=hanna.person.id)

    noted = [(draw.by, draw.people) for draw in drawing.noted_draws()]

    assert noted == [("Hanna Hill", 40), ("Henry Hart", 39), ("Hanna Hill", 40)]
    page = Browser(app, henry).get(f"/cycles/{cycle_id}").text
    assert "3 times, each time for other people" in " ".join(page.split())
    assert "Henry Hart, " in page
    asked = Browser(app, henry).get(f"/cycles/{cycle_id}/confirm").text
    assert "pairs were drawn 3 times" in asked
    assert "let pairs of 39 people be drawn" in hanna.get("/audit").text


def test_another_department_is_noted_before_a_refusal_tells_a_pair(plan, hanna, company):
    cycle_id = drafted(plan, by=hanna.person.id)
    company[9].department_id = company[3].department_id
    db.session.commit()
    form = {"kind": "add", "rater_id": company[9].id, "subject_id": company[9].id}

    refused = hanna.post(f"/cycles/{cycle_id}/pairs", form)

    assert refused.status_code == 422
    assert len(drawing.noted_draws()) == 2


def test_nobody_without_the_secrets_can_try_the_draw_elsewhere(app, plan):
    first = pairs_of(plan)
    db.session.get_one(DrawSecret, drawing.THE_ONLY_ROW).secret = b"another" * 4
    db.session.commit()

    assert pairs_of(plan) != first


def test_an_opening_forgets_what_its_pairs_followed_from(plan):
    cycle_id = drafted(plan)
    first = drafting.worked_out(cycle_by_id(cycle_id)).pairs
    kept = db.session.get_one(DrawSecret, drawing.THE_ONLY_ROW).secret

    with transaction():
        services.open_(cycle_by_id(cycle_id), by=None)

    assert db.session.get_one(DrawSecret, drawing.THE_ONLY_ROW).secret != kept
    assert drafting.worked_out(db.session.get_one(Cycle, cycle_id)).pairs != first
    assert drawing.noted_draws() == []


def test_where_everyone_rates_everyone_nothing_is_drawn(plan):
    drafted(replace(plan, pairing=Pairing.EVERYONE))

    assert drawing.noted_draws() == []


def test_a_second_first_draft_at_the_same_moment_keeps_the_secret_of_the_first(app):
    with transaction():
        drawing.ensure_secret()
        first = db.session.get_one(DrawSecret, 1).secret

        drawing.ensure_secret()

    assert db.session.get_one(DrawSecret, 1).secret == first
