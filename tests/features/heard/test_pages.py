"""Leaders browse comments and mark them; everybody sees below a comment who has heard it."""

import re
from datetime import UTC, date, datetime, time

import pytest

from app.domain.release.policy import ReleasePolicy
from app.infra.db import db, transaction
from app.leaders.models import CommentMark, MailedComment
from app.leaders.queries import leader_ids, mail_plan
from app.leaders.services import erase_cycle
from tests.browsing import Browser
from tests.factories import keep, make_person
from tests.features.enps.test_company_page import text_of
from tests.features.heard.comments_of_a_quarter import (
    choose_leaders,
    note_leader,
    published_quarter,
    service_words,
)
from tests.services_in_the_house import name_service

HEAD = re.compile(r"<h2[^>]*>([^<]+)</h2>")
KEY = re.compile(r'<li id="c([0-9a-f]{32})"')


@pytest.fixture
def bea(app):
    browser = Browser(app, make_person(name="Bea Board", title="Chair", is_board=True))
    choose_leaders(browser.person)
    return browser


def first_comment(cycle):
    return f"{cycle.id:016x}{0:016x}"


def mark(browser, comment_id, what):
    return browser.post(f"/heard/{comment_id}/mark", {"mark": what}, page="/heard")


def test_a_leader_reads_every_comment_and_marks_one(bea, alice):
    cycle = published_quarter(6)
    key = first_comment(cycle)

    assert "Company Q1 2026 5." in text_of(bea.get("/heard"))
    mark(bea, key, "read")

    (kept,) = db.session.query(CommentMark).all()
    assert (kept.comment_id, kept.is_thanked) == (key, False)
    page = text_of(alice.get(f"/company/{cycle.id}/comments"))
    assert "Company Q1 2026 0. Read by Bea Board (Chair)." in page
    assert page.count("Read by") == 1


def test_thank_you_is_shown_to_everybody_on_the_kept_page_of_the_company_too(bea, alice):
    cycle = published_quarter(6)
    before = text_of(alice.get(f"/company/{cycle.id}"))

    mark(bea, first_comment(cycle), "thank")

    after = text_of(alice.get(f"/company/{cycle.id}"))
    assert "Bea Board" not in before
    assert "Bea Board (Chair) has read it and says thank you." in after


def test_comments_stand_by_quarter_on_short_pages_each_once(app, bea):
    older, newer = published_quarter(6), published_quarter(9)
    for cycle, day in ((older, date(2027, 4, 1)), (newer, date(2027, 7, 1))):
        cycle.name, cycle.closes_at = f"Quarter to {day}", datetime.combine(day, time(9), UTC)
    mailed = f"{newer.id:016x}{3:016x}"
    row = MailedComment(
        comment_id=mailed, person_id=bea.person.id, cycle_id=newer.id, is_newest=True
    )
    keep(row)

    first, second = (bea.get(f"/heard?page={page}").get_data(as_text=True) for page in (1, 2))

    heads = [HEAD.findall(page) for page in (first, second)]
    assert heads == [["From your last mail", newer.name, older.name], [older.name]]
    shown = [KEY.findall(page) for page in (first, second)]
    assert [len(ids) for ids in shown] == [1 + 12, 2]
    assert shown[0][0] == mailed
    assert len(set(shown[0] + shown[1])) == 15


def test_a_mark_can_be_taken_back(bea, alice):
    cycle = published_quarter(6)
    mark(bea, first_comment(cycle), "thank")

    mark(bea, first_comment(cycle), "nothing")

    assert "Bea Board" not in text_of(alice.get(f"/company/{cycle.id}"))


def test_a_comment_about_a_service_shows_its_marks_where_it_is_read(app, bea):
    cycle = published_quarter(5)
    owner = make_person(name="Olga Owner")
    it = name_service("IT support", owner)
    service_words(cycle, it, [owner.id, *(make_person().id for _ in range(2))], 5)
    note_leader(cycle, bea.person)
    key = f"5{it.id:015x}{cycle.id:08x}{0:08x}"

    mark(bea, key, "read")

    (kept,) = db.session.query(CommentMark).all()
    assert kept.comment_id == key


@pytest.mark.parametrize("what", ["", "burn", "read'--"])
def test_only_the_three_marks_are_taken(bea, what):
    cycle = published_quarter(6)

    assert mark(bea, first_comment(cycle), what).status_code == 400
    assert mark(bea, "0" * 32, "read").status_code == 404
    assert db.session.query(CommentMark).count() == 0


def test_what_a_leader_may_not_hear_cannot_be_marked(bea):
    cycle = published_quarter(6, policy=ReleasePolicy())

    assert mark(bea, first_comment(cycle), "read").status_code == 404


def test_a_leader_without_the_role_reads_nothing_any_more(bea):
    published_quarter(6)
    bea.person.is_board = False
    db.session.commit()

    assert bea.get("/heard").status_code == 403
    assert leader_ids() == frozenset()


def test_hr_chooses_leaders_days_and_a_pause(hanna, alice):
    bea, lead = make_person(is_board=True), make_person()
    alice.person.manager_id = lead.id
    db.session.commit()

    hanna.post(
        "/heard/leaders",
        {"leaders": f"{bea.email}\n{lead.email}", "days": ["0", "4"], "is_paused": "y"},
    )

    assert leader_ids() == {bea.id, lead.id}
    assert (mail_plan().days, mail_plan().is_paused) == ([0, 4], True)
    typed = {"leaders": f"{alice.person.email} who@example.com", "days": ["0"]}
    refused = hanna.post("/heard/leaders", typed)
    assert refused.status_code == 422
    assert "Alice Archer is not of the board and leads nobody" in text_of(refused)
    assert "Nobody here has the e-mail who@example.com." in text_of(refused)
    assert leader_ids() == {bea.id, lead.id}


def test_with_the_results_of_a_quarter_its_marks_are_erased(bea):
    cycle = published_quarter(6)
    mark(bea, first_comment(cycle), "read")

    with transaction():
        erase_cycle(cycle.id)

    assert db.session.query(CommentMark).count() == 0


def test_a_leader_acts_on_what_they_heard_and_nobody_of_the_board_reads_it_that_way(app, bea):
    cycle = published_quarter(5)
    owner = make_person(name="Olga Owner")
    it = name_service("IT support", owner)
    service_words(cycle, it, [owner.id, *(make_person().id for _ in range(2))], 5)
    note_leader(cycle, bea.person)
    other = Browser(app, make_person(is_board=True))
    address = f"/projects/new?from=service_comment:5{it.id:015x}{cycle.id:08x}{0:08x}"

    assert address in bea.get("/heard").get_data(as_text=True)
    assert bea.get(address).status_code == 200
    assert other.get(address).status_code == 403
