"""Looking at a plan's review as an employee will see it, before it opens."""

import re

import pytest

from app.assignments.models import Assignment, Participation
from app.ballots.models import SealedBallot
from app.domain.release.policy import ReleasePolicy
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.leaders.services import LeaderChoice, choose
from app.people.models import Person
from tests.factories import make_company, make_cycle, make_person

PAGES = ["", "colleagues", "self", "statements/1", "statements/14", "people/5", "comments"]
PAGES += ["recommend", "check", "rather-not", "done", "promise"]


@pytest.fixture
def draft(app):
    return make_cycle(make_company(12))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_shown_with_invented_colleagues_and_leads_nowhere_else(hanna, draft, page):
    address = f"/cycles/{draft.id}/preview"
    names = [person.name for person in db.session.query(Person) if person.name != "Hanna HR"]

    answer = hanna.get(f"{address}/{page}".rstrip("/"))

    html = answer.text
    main = html[html.index("<main") : html.index("</main>")]
    assert answer.status_code == 200
    assert "This is how an employee sees" in main
    assert not re.search(r'(?:href|action)="/review', main)
    assert 'method="post"' not in main
    assert "/review/save" not in html
    assert not any(name in main for name in names)
    if page not in {"", "self", "recommend", "rather-not", "check", "promise"}:
        assert " Example" in main


def test_its_buttons_lead_through_the_whole_review_and_save_nothing(hanna, draft):
    url, visited = f"/cycles/{draft.id}/preview", []
    while not url.endswith("/check"):
        visited.append(url)
        url = hanna.get(f"{url}?go=next&r1=4").location
    sent = hanna.get(f"{url}?csrf_token=any").location

    assert len(visited) == 19
    assert sent.endswith("/preview/done")
    assert "Thank you. Your ballot is sent." in hanna.get(sent).text
    assert not any(db.session.query(t).count() for t in (SealedBallot, Assignment, Participation))


def test_the_invitation_is_shown_as_it_will_be_sent(hanna, alice, draft):
    page = hanna.get(f"/cycles/{draft.id}/preview-invitation").text

    assert f"{draft.name}: your colleagues would like to hear from you" in page
    assert "you saw 5 colleagues do" in page
    assert "two numbers stand here once the review has opened" in page
    assert alice.get(f"/cycles/{draft.id}/preview-invitation").status_code == 403
    assert not db.session.query(OutboxMail).count()


def test_the_promise_says_what_this_plan_promises(hanna, draft):
    draft.policy_terms = ReleasePolicy(blind_raters=7, hr_sees_numbers_only=True).as_dict()
    db.session.commit()

    page = hanna.get(f"/cycles/{draft.id}/preview/promise").text

    assert "at least 7 colleagues answered" in page
    assert "HR sees how many have sent, in numbers" in page
    assert "made when the review opens" in page
    assert "Yours is read by you and Ada Example" in page


def test_only_a_draft_has_a_preview_and_only_these_pages(hanna, alice, draft):
    assert hanna.get(f"/cycles/{draft.id}/preview/statements/15").status_code == 404
    assert hanna.get(f"/cycles/{draft.id}/preview/people/0").status_code == 404
    assert hanna.get(f"/cycles/{draft.id}/preview/anything").status_code == 404
    assert alice.get(f"/cycles/{draft.id}/preview").status_code == 403


def test_the_promise_of_a_plan_names_the_leaders_who_would_hear_comments(hanna, draft):
    leader = make_person(name="Bea Board", is_board=True)
    with transaction():
        choose(LeaderChoice((leader.email,), frozenset({0})), by=None)
        draft.policy_terms = ReleasePolicy(leaders_hear=True).as_dict()

    page = " ".join(hanna.get(f"/cycles/{draft.id}/preview/promise").text.split())

    assert "drawn by lot, to leaders whom HR has chosen" in page
    assert "Bea Board" in page
