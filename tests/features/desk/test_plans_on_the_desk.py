"""A plan that cannot open is told on the desk, also while another cycle is open."""

from datetime import timedelta
from html import unescape

import pytest

from app.domain.release.policy import ReleasePolicy
from app.infra import clock
from app.infra.db import db
from app.infra.heartbeats import SILENT_AFTER, Sign, beat
from app.infra.pages import moment
from app.lifecycle import due
from app.lifecycle.plan import kept_findings
from tests.browsing import Browser
from tests.factories import make_company, make_cycle, make_person
from tests.whole_cycles import make_team, open_cycle

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def worker(app):
    beat(Sign.WORKER, next_within=SILENT_AFTER)
    db.session.commit()
    due.do_all()


def desk_of(hr):
    return unescape(hr.get("/desk").get_data(as_text=True))


def make_small_company():
    for person in (company := make_company(9)):
        person.is_hr = False
    db.session.commit()
    return company


def test_a_plan_of_too_few_people_is_told_while_another_cycle_is_open(hanna):
    people = make_team(8)
    open_cycle([*people, hanna.person], name="This quarter")
    draft = make_cycle(people[:3], name="Next quarter", opens_at=clock.now() + 20 * DAY)

    page = desk_of(hanna)

    assert f"Next quarter cannot open on {moment(draft.opens_at)}" in page
    assert "3 people take part; a cycle needs at least 7." in page
    assert f'href="/cycles/{draft.id}/edit">Change the plan' in page
    assert "One thing cannot wait" in page  # the mails, but not yet the plan
    assert page.index("Can wait until tomorrow") < page.index("Next quarter cannot open")


def test_within_a_week_of_its_opening_it_cannot_wait(hanna):
    people = make_small_company()
    make_cycle(people[:3], name="Next quarter", opens_at=clock.now() + 6 * DAY)

    page = desk_of(hanna)

    assert "One thing cannot wait" in page
    assert page.index("Next quarter cannot open") < page.index("Can wait until tomorrow")


def test_a_plan_that_nobody_confirms_cannot_wait_once_it_is_near(hanna, app):
    people = make_small_company()
    henry = Browser(app, make_person(name="Henry Hall", email="henry@example.com", is_hr=True))
    far = make_cycle(people, planned_by_id=hanna.person.id, opens_at=clock.now() + 30 * DAY)
    assert "One thing cannot wait" not in desk_of(hanna)

    far.opens_at = clock.now() + 2 * DAY
    db.session.commit()

    page = desk_of(hanna)
    assert "One thing cannot wait" in page
    assert f"Without that it does not open on {moment(far.opens_at)}." in page
    assert "cannot open on" not in page
    assert "Hanna Hill needs your word" in desk_of(henry)


def test_a_plan_that_was_refused_by_the_second_person_is_told(hanna, app):
    people = make_small_company()
    henry = Browser(app, make_person(name="Henry Hall", email="henry@example.com", is_hr=True))
    draft = make_cycle(people, planned_by_id=hanna.person.id, opens_at=clock.now() + 30 * DAY)
    href = desk_of(henry).split("/cycles/requests/")[1].split("/refuse")[0]

    henry.post(f"/cycles/requests/{href}/refuse", {"word": "Not in the holidays."})

    page = desk_of(hanna)
    assert "A second person of HR has to confirm this plan before it opens" in page
    assert f'href="/cycles/{draft.id}/edit">Change the plan' in page


def test_a_plan_that_nothing_stands_in_the_way_of_is_not_mentioned(hanna):
    make_cycle(make_small_company(), name="Next quarter")

    assert "cannot open" not in desk_of(hanna)


class TestALargePlan:
    """Nobody waits on the desk while its pairs are drawn."""

    @pytest.fixture(autouse=True)
    def many(self, monkeypatch):
        monkeypatch.setattr(kept_findings, "WORKED_OUT_IN_PASSING", 8)

    def test_is_worked_out_by_a_job_for_the_desk(self, hanna, run_jobs):
        policy = ReleasePolicy(blind_raters=8).as_dict()
        make_cycle(make_small_company(), name="Next quarter", policy_terms=policy)
        before = desk_of(hanna)
        run_jobs()

        assert "Next quarter cannot open" not in before
        assert "Fewer than 8 raters could count for" in desk_of(hanna)

    def test_says_at_once_what_needs_no_pairs(self, hanna, monkeypatch):
        monkeypatch.setattr(kept_findings, "LOOKED_UP_IN_PASSING", 8)
        open_cycle([*make_team(8), hanna.person], name="This quarter")
        company = make_small_company()
        make_cycle(company, name="Next quarter", opens_at=clock.now() + DAY)

        assert "This quarter is still open until" in desk_of(hanna)
