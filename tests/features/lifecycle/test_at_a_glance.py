"""What HR sees at first on a cycle's page and in a plan: what to do, and what matters most."""

from app.assignments.models import Participation
from app.domain.release.policy import ReleasePolicy
from app.infra.db import db, transaction
from app.lifecycle import overview
from app.people.models import Department, Person
from tests.factories import make_questionnaire
from tests.features.lifecycle.drafts_and_forms import make_draft, open_now, plan_form


def text_of(answer):
    return answer.get_data(as_text=True)


def threshold_part(page):
    """The part of a plan's form with the thresholds: how it begins, and what it says."""
    return page.split("The smallest groups whose figures are shown")[0].rsplit("<details", 1)[1]


def test_thresholds_are_folded_until_one_was_raised_or_is_wrong(hanna):
    make_questionnaire()
    plain = text_of(hanna.get("/cycles/new"))
    wrong = text_of(hanna.post("/cycles/new", plan_form(blind_raters="2")))
    raised = make_draft(9, policy_terms=ReleasePolicy(blind_raters=7).as_dict())
    own = text_of(hanna.get(f"/cycles/{raised.id}/edit"))

    assert "open" not in threshold_part(plain)
    assert "as we propose them" in plain
    assert "open" in threshold_part(wrong)
    assert "open" in threshold_part(own)
    assert "as you raised them" in own


def test_departments_are_paged_with_the_lowest_share_first(hanna, monkeypatch):
    monkeypatch.setattr(overview, "DEPARTMENTS_PAGE", 4)
    cycle = open_now(make_draft(12))
    sales = db.session.query(Department).filter_by(name="Sales").one().id
    with transaction():
        for row in db.session.query(Participation).join(
            Person, Person.id == Participation.person_id
        ):
            row.sent = db.session.get_one(Person, row.person_id).department_id != sales

    first = text_of(hanna.get(f"/cycles/{cycle.id}"))
    second = text_of(hanna.get(f"/cycles/{cycle.id}?page=2"))

    assert "Lowest share first: 1 to 4 of 6 departments." in first
    assert first.index(">Sales<") < first.index(">Engineering<")
    assert "Lowest share first: 5 to 6 of 6 departments." in second
    assert "More departments" not in second


def test_what_to_do_stands_above_where_the_cycle_is_on_its_way(hanna):
    cycle = open_now(make_draft(8))

    page = text_of(hanna.get(f"/cycles/{cycle.id}"))

    assert page.index("Remind those who have not sent") < page.index('aria-label="The quarter"')
