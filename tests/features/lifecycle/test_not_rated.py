"""Somebody asks before the opening not to be rated: nobody is asked, and no report is made."""

import pytest
from sqlalchemy import select

from app.assignments.models import Assignment, ChangeKind
from app.assignments.services import PairChange
from app.cycles.models import ReportReader, RosterEntry
from app.cycles.not_rated import ask_not_to_be_rated
from app.cycles.queries import cycle_by_id
from app.cycles.services import DraftPlan, keep_draft
from app.domain.ballot.document import EnpsScoreChange, Own, Rating
from app.domain.errors import NotFoundError, PlanRefusedError
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.lifecycle import services
from app.lifecycle.plan import drafting, findings, kept_findings, planning
from app.people.models import Person
from app.results.models import SelfAnswer, StatementScore, SubjectResult
from tests.browsing import Browser
from tests.factories import make_company, make_cycle
from tests.whole_cycles import answer, close, publish, review_for


@pytest.fixture
def company(app):
    return make_company(14)


@pytest.fixture
def draft(company):
    return make_cycle(company)


@pytest.fixture
def one(app, company, draft):
    """Somebody who works here and leads nobody."""
    return Browser(app, company[9])


def wish(browser, cycle, **fields):
    return browser.post(f"/account/not-rated/{cycle.id}", fields)


def open_now(cycle):
    with transaction():
        services.open_(cycle_by_id(cycle.id), by=None)


def everything(review):
    yield EnpsScoreChange(8)
    yield from (Own(number, 4) for number in range(1, 15))
    for colleague in review.colleagues:
        yield from (Rating(colleague.person_id, number, 4) for number in range(1, 15))


def test_one_press_on_the_own_start_page_is_enough(one, draft):
    assert f"/account/not-rated/{draft.id}" in one.get("/").text

    said = one.post(f"/account/not-rated/{draft.id}", follow_redirects=True).text

    assert "Nobody is asked about you in" in said
    assert "You asked not to be rated in it" in one.get("/").text
    assert not db.session.get_one(RosterEntry, (draft.id, one.person.id)).is_rated
    wish(one, draft, wish="again")
    assert db.session.get_one(RosterEntry, (draft.id, one.person.id)).is_rated


def test_nobody_is_asked_about_them_and_they_still_rate(one, draft, company):
    wish(one, draft)

    open_now(draft)

    mine = Assignment.cycle_id == draft.id
    subjects = set(db.session.scalars(select(Assignment.subject_id).where(mine)))
    raters = set(db.session.scalars(select(Assignment.rater_id).where(mine)))
    assert subjects == {person.id for person in company} - {one.person.id}
    assert one.person.id in raters
    readers = select(ReportReader.reader_id).where(ReportReader.subject_id == one.person.id)
    assert not db.session.scalars(readers).all()


def test_no_report_is_made_and_nothing_of_them_is_kept(app, one, draft, company):
    wish(one, draft)
    open_now(draft)
    for person in company:
        answer(person, everything)
    close(draft.id)
    publish(draft.id)

    for table in (SubjectResult, StatementScore, SelfAnswer):
        found = set(db.session.scalars(select(table.subject_id)))
        assert found == {person.id for person in company} - {one.person.id}
    told = set(db.session.scalars(select(OutboxMail.to).where(OutboxMail.kind == "report_ready")))
    assert one.person.email not in told
    assert company[8].email in told
    assert one.get(f"/reports/{draft.id}/{one.person.id}").status_code == 404


def test_they_are_not_asked_about_themselves_and_read_why(one, draft):
    wish(one, draft)
    open_now(draft)

    tasks = one.get("/review/").text

    assert "/review/self" not in tasks
    assert one.get("/review/self").location == "/review/"
    assert "you asked before the opening not to be rated" in one.get("/review/promise").text
    assert not review_for(one.person).is_rated


def test_hr_alone_reads_who_it_is(one, alice, draft, hanna, company):
    wish(one, draft)

    page = hanna.get(f"/cycles/{draft.id}").text

    assert "Asked not to be rated" in page
    assert one.person.name in page
    for place in ("/", "/review/", "/reports/"):
        assert one.person.name not in Browser(one.application, company[8]).get(place).text
    entries = db.session.scalars(select(AuditEntry)).all()
    assert not any(entry.actor_id == one.person.id for entry in entries)


def test_a_confirmed_plan_stays_confirmed(one, draft):
    before = findings.hash_of(draft, drafting.worked_out(draft))

    wish(one, draft)

    draft = cycle_by_id(draft.id)
    assert findings.hash_of(draft, drafting.worked_out(draft)) == before


def test_hr_cannot_add_a_rater_by_hand(one, draft, company):
    wish(one, draft)
    change = PairChange(company[2].id, one.person.id, ChangeKind.ADD)

    with pytest.raises(PlanRefusedError, match="asked not to be rated"):
        planning.change_pair(cycle_by_id(draft.id), change, by=None)


def test_the_wish_holds_when_hr_changes_the_plan(one, draft, company):
    wish(one, draft)
    cycle = cycle_by_id(draft.id)
    plan = DraftPlan(
        name="Another name",
        questionnaire_id=cycle.questionnaire_id,
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
        roster=frozenset(person.id for person in company[1:]),
    )

    with transaction():
        keep_draft(plan, cycle=cycle, by=None)

    assert not db.session.get_one(RosterEntry, (draft.id, one.person.id)).is_rated


def test_nobody_of_them_counts_as_somebody_who_might_miss_raters(one, draft):
    wish(one, draft)

    found = findings.findings_of(drafting.worked_out(cycle_by_id(draft.id)))

    assert one.person.id not in found.short.ids
    assert one.person.id not in {outlook.subject for outlook in found.at_risk}


def test_a_large_plan_is_worked_out_anew(one, draft, monkeypatch):
    monkeypatch.setattr(kept_findings, "WORKED_OUT_AT_ONCE", 1)
    kept_findings.work_out(draft.id)
    assert kept_findings.known_findings(cycle_by_id(draft.id))

    wish(one, draft)

    assert kept_findings.known_findings(cycle_by_id(draft.id)) is None


def test_after_the_opening_it_is_too_late(one, draft):
    open_now(draft)

    assert wish(one, draft).status_code == 404
    assert "/account/not-rated" not in one.get("/").text
    with pytest.raises(NotFoundError):
        ask_not_to_be_rated(draft.id, one.person.id)


def test_only_whoever_takes_part_has_such_a_page(draft, charlie):
    assert charlie.get(f"/account/not-rated/{draft.id}").status_code == 404
    assert charlie.get("/account/not-rated/99999").status_code == 404


@pytest.mark.parametrize("junk", ["", "x" * 9999, "again ", "\x00"])
def test_whatever_the_wish_says_only_again_takes_it_back(one, draft, junk):
    answered = wish(one, draft, wish=junk)

    assert answered.status_code in {302, 400}
    entry = db.session.get_one(RosterEntry, (draft.id, one.person.id))
    assert entry.is_rated is (answered.status_code == 400)


def test_a_sampled_plan_leaves_them_out_too(app):
    company = make_company(60)
    cycle = make_cycle(company, pairing="sample", sample_size=8)
    person_id = company[30].id
    with transaction():
        ask_not_to_be_rated(cycle.id, person_id)

    plan = drafting.worked_out(cycle_by_id(cycle.id))

    assert person_id not in {pair.subject for pair in plan.pairs}
    assert person_id in {pair.rater for pair in plan.pairs}
    assert isinstance(db.session.get_one(Person, person_id), Person)
