"""One mail on each working day: three comments by lot, none twice and none lost."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain.errors import PlanRefusedError
from app.domain.release.policy import ReleasePolicy
from app.heard import queries, services
from app.heard.services import mail_leaders
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.leaders.models import MailedComment
from app.lifecycle.services import erase_results
from app.results.models import CompanyScore
from tests.factories import keep, make_person
from tests.features.enps.test_company_page import text_of
from tests.features.heard.comments_of_a_quarter import (
    choose_leaders,
    note_leader,
    published_quarter,
    service_words,
)
from tests.services_in_the_house import name_service

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
A_DAY = timedelta(days=1)


@pytest.fixture
def bea(app):
    return make_person(name="Bea Board", title="Chair", is_board=True)


def mails():
    db.session.rollback()
    waiting = select(OutboxMail).where(OutboxMail.kind == "leaders_hear").order_by(OutboxMail.id)
    return list(db.session.scalars(waiting))


def mailed_on(*moments):
    """What went out on these days, mail by mail."""
    for moment in moments:
        with clock.travel(moment):
            mail_leaders()
    return mails()


def said_in(mail):
    return {line.strip("“”") for line in mail.text.splitlines() if line.startswith("“")}


def test_on_a_working_day_each_leader_is_mailed_three_comments_once(bea):
    published_quarter(9)
    other = make_person(is_board=True)
    choose_leaders(bea, other)

    sent = mailed_on(MONDAY, MONDAY, MONDAY + timedelta(hours=5))

    assert sorted(mail.to for mail in sent) == sorted([bea.email, other.email])
    assert all(len(said_in(mail)) == 3 for mail in sent)
    assert "Working here, " in sent[0].text


@pytest.mark.parametrize(
    ("moment", "choice"),
    [
        (MONDAY + 5 * A_DAY, {}),
        (MONDAY - timedelta(hours=3), {}),
        (MONDAY, {"days": frozenset({1, 2})}),
        (MONDAY, {"days": frozenset()}),
        (MONDAY, {"is_paused": True}),
    ],
    ids=["saturday", "before eight", "another day", "no day", "paused"],
)
def test_no_mail_goes_out_on_another_day_or_before_eight(bea, moment, choice):
    published_quarter(9)
    choose_leaders(bea, **choice)

    assert mailed_on(moment) == []


def test_every_comment_comes_once_before_any_comes_again(bea):
    published_quarter(12)
    choose_leaders(bea)

    days = [MONDAY + n * A_DAY for n in (0, 1, 2, 3, 4, 7, 8, 9)]
    sent = [said_in(mail) for mail in mailed_on(*days)]

    assert len(set().union(*sent[:4])) == 12
    assert len(set().union(*sent[4:])) == 12


def test_a_new_quarter_joins_the_round_and_nothing_is_heard_twice_meanwhile(bea):
    published_quarter(5)
    choose_leaders(bea)
    first = mailed_on(MONDAY)
    published_quarter(5)

    sent = mailed_on(MONDAY + A_DAY, MONDAY + 2 * A_DAY)

    assert len(first) == 1
    assert len(set().union(*map(said_in, sent))) == 9


def test_four_comments_of_a_quarter_are_too_few(bea):
    published_quarter(4)
    choose_leaders(bea)

    assert mailed_on(MONDAY) == []
    published_quarter(5)
    assert all("Q2" in one for one in said_in(mailed_on(MONDAY)[0]))


def test_what_was_written_under_terms_that_did_not_say_so_is_never_mailed(bea):
    published_quarter(30, policy=ReleasePolicy())
    choose_leaders(bea)

    assert mailed_on(MONDAY) == []


def test_what_is_said_of_a_service_goes_only_to_leaders_of_the_opening(bea):
    cycle, late = published_quarter(2), make_person(is_board=True)
    service_words(cycle, name_service("IT support", bea), [1, 2, 3], 7)
    note_leader(cycle, bea)

    assert len(queries.comments_for(bea.id)) == 9
    assert queries.comments_for(late.id) == []


def test_a_service_that_is_really_a_person_is_left_out(bea):
    cycle = published_quarter(5)
    service_words(cycle, name_service("Payroll", bea), [1, 2], 7)
    note_leader(cycle, bea)

    assert {one.about for one in queries.comments_for(bea.id)} == {queries.ABOUT_COMPANY}


def test_only_who_still_leads_or_is_of_the_board_is_mailed(bea):
    published_quarter(9)
    choose_leaders(bea)
    bea.is_board = False
    db.session.commit()

    assert mailed_on(MONDAY) == []


def test_nobody_else_can_be_chosen(app):
    with pytest.raises(PlanRefusedError, match="leads nobody"):
        choose_leaders(make_person())


@pytest.mark.parametrize("step", ["post", "_drawn"])
def test_a_kill_in_the_middle_loses_no_comment_and_sends_none_twice(bea, monkeypatch, step):
    published_quarter(9)
    choose_leaders(bea)
    real = getattr(services, step)

    def killed(*values):
        real(*values)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(services, step, killed)
        with pytest.raises(KeyboardInterrupt):
            mailed_on(MONDAY)
    db.session.rollback()
    assert db.session.query(MailedComment).count() == 0
    assert mails() == []

    assert len(mailed_on(MONDAY, MONDAY)) == 1
    assert db.session.query(MailedComment).count() == 3


def test_hr_cannot_read_in_the_outbox_what_leaders_hear(bea, hanna):
    published_quarter(9)
    choose_leaders(bea)
    (mail,) = mailed_on(MONDAY)

    page = text_of(hanna.get("/outbox"))
    assert not [one for one in said_in(mail) if one in page]
    assert bea.email not in page


def erase(cycle, _leader):
    keep(CompanyScore(cycle_id=cycle.id, statement=1, mean=3.8, raters=90, standard_error=0.1))
    with transaction():
        erase_results(cycle)


def choose_others(_cycle, _leader):
    choose_leaders(make_person(is_board=True))


def pause(_cycle, leader):
    choose_leaders(leader, is_paused=True)


def leave_the_board(_cycle, leader):
    leader.is_board = False
    db.session.commit()
    with clock.travel(MONDAY + A_DAY):
        mail_leaders()


@pytest.mark.parametrize("end", [erase, choose_others, pause, leave_the_board])
def test_a_mail_that_waits_is_taken_back_with_what_it_says_or_whom_it_is_for(bea, end):
    cycle = published_quarter(9)
    choose_leaders(bea)
    assert len(mailed_on(MONDAY)) == 1

    end(cycle, bea)

    assert mails() == []


def test_a_mail_to_somebody_who_stays_a_leader_is_not_taken_back(bea):
    published_quarter(9)
    choose_leaders(bea)
    (before,) = mailed_on(MONDAY)

    choose_leaders(bea, make_person(is_board=True))

    assert mails() == [before]
