"""Looking back on a plan: a question at half time, and one mail on the date people set."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from app.domain.durations import HALF_QUARTER
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.infra.settings import settings as app_settings
from app.lifecycle import due
from app.reports.models import PlannedAction
from tests.features.reports.conftest import make_report
from tests.features.reports.test_plan import SECRET, plan, report_page

NOON = time(12)


@pytest.fixture
def days():
    """`with days(45):` it is noon, so many days after alice's report was published."""

    def later(number, hour=NOON):
        return clock.travel(datetime.combine(PUBLISHED, hour, app_settings().zone) + number * DAY)

    return later


DAY = timedelta(days=1)
HALF = HALF_QUARTER.days


@pytest.fixture
def cycle(alice, bob):
    """A quarter of alice, published on the fifth of October, in which she plans for statement 3."""
    made = make_report(alice.person, reader=bob.person)
    with clock.travel(datetime.combine(PUBLISHED, NOON, app_settings().zone)):
        plan(alice, made, 3, review_on=(PUBLISHED + 60 * DAY).isoformat(), is_shared="y")
    return made


PUBLISHED = date(2026, 10, 5)


def start(reader):
    return " ".join(reader.get("/").text.split())


def say(reader, cycle, going, statement=3):
    return reader.post(
        f"/reports/{cycle.id}/plan/{statement}/going", {"going": going}, page="/password/change"
    )


def row():
    return db.session.scalars(select(PlannedAction)).one()


def mails():
    db.session.rollback()
    return [one for one in db.session.scalars(select(OutboxMail)) if "look back" in one.subject]


def test_at_half_time_its_owner_is_asked_how_it_is_going(cycle, alice, bob, days):
    with days(HALF - 1):
        assert "How is it going?" not in start(alice)
    with days(HALF):
        page = start(alice)
        assert "You look back on 4 December 2026. Until then you planned:" in page
        assert SECRET in page
        assert "How is it going?" not in start(bob)


@pytest.mark.parametrize(
    ("going", "words"),
    [("well", "it goes well"), ("slowly", "it goes slowly"), ("not_yet", "not begun yet")],
)
def test_one_answer_is_kept_and_the_question_goes(cycle, alice, days, going, words):
    with days(HALF):
        assert say(alice, cycle, going).location == "/"
        assert "How is it going?" not in start(alice)

    later = make_report(alice.person)
    later.questionnaire_id = cycle.questionnaire_id
    later.closes_at = cycle.closes_at + timedelta(days=90)
    db.session.commit()
    assert f"On the way you said: {words}." in " ".join(report_page(alice, later, alice).split())


def test_what_was_said_is_nobody_elses_not_even_a_managers_with_whom_the_plan_is_shared(
    cycle, alice, bob, days
):
    with days(HALF):
        say(alice, cycle, "slowly")
    later = make_report(alice.person, reader=bob.person)
    later.questionnaire_id = cycle.questionnaire_id
    later.closes_at = cycle.closes_at + timedelta(days=90)
    db.session.commit()

    page = report_page(bob, later, alice)

    assert SECRET in page
    assert "On the way" not in page


def test_on_the_date_they_set_it_is_asked_once_more(cycle, alice, days):
    with days(HALF):
        say(alice, cycle, "slowly")
    with days(60):
        assert "You wanted to look back on 4 December 2026." in start(alice)
        say(alice, cycle, "well")
        assert "How is it going?" not in start(alice)
    assert row().going == "well"


def test_nonsense_is_no_answer(cycle, alice, days):
    with days(HALF):
        assert say(alice, cycle, "brilliantly").status_code == 400
        assert say(alice, cycle, "well", statement=4).status_code == 404
    assert row().going is None


def test_with_the_next_report_the_question_is_over(cycle, alice, days):
    later = make_report(alice.person)
    later.closes_at = cycle.closes_at + timedelta(days=90)
    db.session.commit()

    with days(HALF):
        assert "How is it going?" not in start(alice)


def test_on_the_date_they_set_one_mail_goes_to_them_without_a_word_of_the_plan(cycle, alice, days):
    with days(60):
        due.mail_look_backs()
        due.mail_look_backs()

    (mail,) = mails()
    assert mail.to == alice.person.email
    assert mail.is_personal
    for words in (SECRET, "Does good thing", cycle.name, f"/{cycle.id}/"):
        assert words not in mail.subject + mail.text + mail.html
    assert f"How is it going? {app_settings().base_url}/\n" in mail.text


@pytest.mark.parametrize(("day", "hour"), [(59, NOON), (60, time(8, 59))])
def test_not_before_that_morning(cycle, days, day, hour):
    with days(day, hour):
        due.mail_look_backs()

    assert mails() == []


def test_two_behaviours_for_one_day_are_one_mail(cycle, alice, days):
    with days(1):
        plan(alice, cycle, 5, review_on=(PUBLISHED + 60 * DAY).isoformat())

    with days(61):  # a day late, after a weekend without a worker
        due.mail_look_backs()

    assert len(mails()) == 1


def test_another_date_is_another_mail(cycle, alice, days):
    with days(60):
        due.mail_look_backs()
        plan(alice, cycle, 3, review_on=(PUBLISHED + 70 * DAY).isoformat())
        due.mail_look_backs()
    assert len(mails()) == 1

    with days(70):
        due.mail_look_backs()
    assert len(mails()) == 2


def test_who_has_left_gets_none(cycle, alice, days):
    with transaction():
        alice.person.is_active = False

    with days(60):
        due.mail_look_backs()

    assert mails() == []


def test_once_the_next_report_is_out_no_mail_is_needed(cycle, alice, days):
    later = make_report(alice.person)
    later.closes_at = cycle.closes_at + timedelta(days=90)
    db.session.commit()

    with days(60):
        due.mail_look_backs()

    assert mails() == []
