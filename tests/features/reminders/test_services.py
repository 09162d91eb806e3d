"""Who is written to, and how often."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.assignments.models import Assignment, Participation
from app.domain.cycle import CycleState
from app.domain.errors import WrongStateError
from app.domain.pairing.assignment import Relationship
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.reminders import services
from app.reminders.services import RaterProgress, TooSoonError
from tests.factories import make_company, make_cycle

MONDAY = datetime(2026, 9, 21, 8, tzinfo=UTC)


@pytest.fixture
def company(app):
    return make_company(8)


@pytest.fixture
def cycle(company):
    """An open cycle; company[2] has sent, nobody else."""
    made = make_cycle(people=company, opens_at=MONDAY, state=CycleState.OPEN)
    db.session.add_all(
        Participation(cycle_id=made.id, person_id=person.id, sent=place == 2)
        for place, person in enumerate(company)
    )
    db.session.commit()
    return made


def outbox() -> dict[str, str]:
    """Texts by address."""
    return {mail.to: mail.text for mail in db.session.scalars(select(OutboxMail))}


def remind(cycle, people, **more):
    with transaction():
        return services.remind(cycle, [person.id for person in people], **more)


def test_everybody_on_the_roster_is_invited_with_their_own_number(cycle, company):
    pair = {"cycle_id": cycle.id, "rater_id": company[3].id, "relationship": Relationship.PEER}
    db.session.add_all(
        Assignment(subject_id=person.id, **pair) for person in company if person is not company[3]
    )
    db.session.commit()

    with transaction():
        services.invite_all(cycle)

    assert outbox().keys() == {person.email for person in company}
    assert "what you saw 7 colleagues do" in outbox()[company[3].email]


def test_somebody_who_left_is_not_written_to(cycle, company):
    company[4].is_active = False
    db.session.commit()

    with transaction():
        services.announce_extension(cycle)

    assert company[4].email not in outbox()
    assert len(outbox()) == 7


def test_the_report_goes_to_everybody_on_the_roster(cycle, company):
    with transaction():
        count = services.announce_reports(cycle)

    assert count == len(outbox()) == 8


def test_only_those_are_reminded_who_have_not_sent(cycle, company):
    count = remind(cycle, company)

    assert count == 7
    assert company[2].email not in outbox()


def test_only_those_are_reminded_who_were_asked_for(cycle, company):
    remind(cycle, company[2:4])

    assert outbox().keys() == {company[3].email}


def test_a_reminder_tells_each_reader_their_own_progress(cycle, company):
    remind(cycle, company[3:5], progress={company[3].id: RaterProgress(answered=17, total=24)})

    assert "17 of 24 answered" in outbox()[company[3].email]
    assert "waiting for you" in outbox()[company[4].email]


def test_a_second_reminder_within_48_hours_is_refused(cycle, company, at):
    with at(MONDAY):
        remind(cycle, company)

    with at(MONDAY + timedelta(hours=47, minutes=59)), pytest.raises(TooSoonError) as refusal:
        remind(cycle, company)

    assert "Monday 21 September 2026, 10:00" in str(refusal.value)
    assert "Wednesday 23 September 2026, 10:00" in str(refusal.value)
    assert len(db.session.scalars(select(OutboxMail)).all()) == 7


def test_after_48_hours_a_reminder_is_possible_again(cycle, company, at):
    with at(MONDAY):
        remind(cycle, company)

    with at(MONDAY + timedelta(hours=48)):
        assert remind(cycle, company) == 7


def test_a_reminder_that_reached_nobody_counts_as_one(cycle, company):
    """Otherwise HR could tell that all who have not sent declined."""
    assert remind(cycle, [company[2]]) == 0

    with pytest.raises(TooSoonError):
        remind(cycle, company)


def test_a_reminder_of_another_cycle_does_not_count(cycle, company):
    other = make_cycle(people=company, state=CycleState.OPEN)
    remind(cycle, company)

    assert remind(other, company) == 0  # nobody takes part there, and nothing is refused


def test_a_draft_has_no_reminders(company):
    draft = make_cycle(people=company)

    with pytest.raises(WrongStateError):
        remind(draft, company)


def test_a_reminder_is_noted_in_the_audit_log_without_names_and_numbers(cycle, company):
    remind(cycle, company, by=company[1].id)

    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.tag == "cycle:reminded"
    assert entry.details == {"cycle_id": cycle.id}
    assert entry.actor_id == company[1].id


def test_a_planned_reminder_goes_out_once_and_only_to_who_has_not_sent(cycle, company, at):
    for _ in range(2):
        with at(cycle.closes_at - timedelta(hours=23)), transaction():
            services.send_planned(cycle, [person.id for person in company[2:5]])

    mails = db.session.scalars(select(OutboxMail)).all()
    assert sorted(mail.to for mail in mails) == sorted(person.email for person in company[3:5])


def test_hr_is_told_of_a_refused_plan_once_a_day(company, at):
    draft = make_cycle(people=company)

    counts = []
    for hours in (0, 1, 23, 24):
        with at(MONDAY + timedelta(hours=hours)), transaction():
            counts.append(services.warn_refused(draft, ["The plan has a fault."]))

    assert counts == [1, 0, 0, 1]
    assert outbox().keys() == {company[1].email}


def test_nothing_is_posted_when_the_act_fails(cycle):
    def failing_act():
        with transaction():
            services.invite_all(cycle)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_act()

    assert outbox() == {}
