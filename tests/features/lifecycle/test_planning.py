from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.cycles.models import Cycle, Pairing, RosterEntry
from app.cycles.queries import cycle_by_id, roster_ids
from app.cycles.services import DraftPlan
from app.domain.cycle import CycleState
from app.domain.errors import NotAllowedError, PlanRefusedError, WrongStateError
from app.domain.release.policy import ReleasePolicy
from app.infra import clock
from app.infra.db import db, transaction
from app.lifecycle.plan import drafting, obstacles, plan_check, planning
from app.people.models import Person
from tests.factories import make_company, make_cycle, make_person, make_questionnaire
from tests.features.lifecycle.drafts_and_forms import confirm_as_shown, make_draft, make_second_hr


def a_plan(**over):
    opens_at = clock.now() + timedelta(days=1)
    values: dict[str, Any] = {
        "name": "2031 Q1",
        "questionnaire_id": over.get("questionnaire_id") or make_questionnaire().id,
        "opens_at": opens_at,
        "closes_at": opens_at + timedelta(days=14),
    }
    return DraftPlan(**(values | over))


def faults_of(cycle):
    return " ".join(plan_check.check_plan(cycle).faults)


def test_a_plan_of_ten_people_may_open(app):
    review = plan_check.check_plan(make_draft(10))

    assert review.faults == ()
    assert review.findings.pairs == 90
    assert review.load.ratings == 90 * 14
    assert not review.needs_confirmation


def test_a_draft_without_people_is_not_opened(app):
    assert "0 people take part; a cycle needs at least 7." in faults_of(make_cycle())


def test_six_people_are_too_few_and_seven_are_enough(app):
    assert "6 people take part" in faults_of(make_draft(6))

    seven = make_cycle([make_person() for _ in range(7)])
    assert "people take part" not in faults_of(seven)


def test_a_subject_with_too_few_blind_raters_is_named(app):
    cycle = make_draft(8, policy_terms=ReleasePolicy(blind_raters=7).as_dict())

    faults = faults_of(cycle)

    assert "Fewer than 7 raters could count for" in faults
    assert "Hugo Hiring" in faults  # the chief, who has no reader, is covered
    assert "Clara Chief" not in faults


def test_new_accounts_do_not_count_as_blind_raters(app):
    make_cycle(state=CycleState.PUBLISHED, opened_on=clock.now().date())
    cycle = make_draft(8)
    for person in db.session.query(Person).order_by(Person.id.desc()).limit(5):
        person.account_made_on = clock.now().date()
    db.session.commit()

    assert "Fewer than 5 raters could count for" in faults_of(cycle)


def test_in_the_very_first_cycle_new_accounts_count_and_hr_is_told(app):
    cycle = make_draft(8)
    for person in db.session.query(Person):
        person.account_made_on = clock.now().date()
    db.session.commit()

    review = plan_check.check_plan(cycle)

    assert review.faults == ()
    assert any("first cycle" in warning for warning in review.warnings)


def test_an_imported_quarter_does_not_use_up_the_exception_of_the_first_cycle(app):
    make_cycle(state=CycleState.PUBLISHED, opened_on=clock.now().date(), is_imported=True)

    assert drafting.worked_out(make_draft(8)).is_first


@pytest.mark.parametrize(
    ("opens", "closes", "fault"),
    [
        (timedelta(days=-3), timedelta(days=-1), "The closing date is in the past."),
        (timedelta(days=-3), timedelta(days=5), "The opening date is in the past."),
        (timedelta(hours=1), timedelta(hours=20), "open for at least one day"),
        (timedelta(hours=-1), timedelta(hours=20), "open for at least one day"),
    ],
)
def test_impossible_dates_are_refused(app, opens, closes, fault):
    now = clock.now()
    cycle = make_draft(8, opens_at=now + opens, closes_at=now + closes)

    assert fault in faults_of(cycle)


def test_history_skips_the_rules_about_dates_only(app):
    past = clock.now() - timedelta(days=300)
    cycle = make_draft(6, opens_at=past, closes_at=past + timedelta(days=14))

    faults = plan_check.check_plan(cycle, from_history=True).faults

    assert not any("date" in fault for fault in faults)
    assert any("6 people take part" in fault for fault in faults)


@pytest.mark.parametrize(
    ("state", "words"), [(CycleState.OPEN, "still open"), (CycleState.CLOSING, "being counted")]
)
def test_one_cycle_runs_at_a_time(app, state, words):
    other, draft = make_cycle(state=state), make_draft(8)

    faults = " ".join(plan_check.check_plan(draft, opens_now=True).faults)

    assert other.name in faults
    assert words in faults


def test_a_cycle_that_is_over_by_then_stands_in_nobodys_way(app):
    other = make_cycle(state=CycleState.OPEN, name="This quarter")

    before = make_draft(8, opens_at=other.closes_at - timedelta(days=1))
    after = make_cycle(db.session.query(Person), opens_at=other.closes_at)

    assert "This quarter is still open until" in faults_of(before)
    assert plan_check.check_plan(after).faults == ()


def test_in_the_first_cycle_no_sentence_speaks_of_the_age_of_accounts(app):
    policy = ReleasePolicy(blind_raters=7).as_dict()
    one = make_draft(8, policy_terms=policy)
    first, counts = plan_check.check_plan(one), obstacles.who_counts(one)
    make_cycle(state=CycleState.PUBLISHED, opened_on=clock.now().date())
    two = make_cycle(db.session.query(Person), policy_terms=policy)
    second = plan_check.check_plan(two)

    assert "30 days" not in " ".join((*first.faults, counts))
    assert "have had their account for 30 days" in " ".join(second.faults)
    assert "have had their account for 30 days" in obstacles.who_counts(two)


def test_a_likely_shortage_of_raters_is_a_warning_that_names_people(app):
    review = plan_check.check_plan(make_draft(7))

    assert review.faults == ()
    assert any("If 80 % of raters send" in warning for warning in review.warnings)


def test_groups_that_never_rate_each_other_are_a_warning(app, monkeypatch):
    draft = make_draft(8)
    assert not any("never rate each other" in one for one in plan_check.check_plan(draft).warnings)

    def in_two_halves(cycle):
        whole = drafting.worked_out(cycle)
        half = {member.person_id for member in whole.members[:4]}
        within = [one for one in whole.pairs if (one.rater in half) == (one.subject in half)]
        return replace(whole, decided_pairs=within)

    monkeypatch.setattr(plan_check, "worked_out", in_two_halves)

    warnings = plan_check.check_plan(draft).warnings

    assert any("Some groups never rate each other" in warning for warning in warnings)


def test_where_hr_reads_reports_its_people_are_no_blind_raters(app):
    company = make_company(9)
    policy = ReleasePolicy(hr_reads_reports=True)
    cycle = make_cycle(company, policy_terms=policy.as_dict())
    hr, head = company[1], company[2]

    readers = drafting.worked_out(cycle).readers

    assert readers[head.id] == {hr.id, company[0].id}
    assert readers[hr.id] == {company[0].id}


def test_where_only_the_person_reads_their_report_managers_are_blind_raters(app):
    company = make_company(9)
    policy = ReleasePolicy(subject_reads_alone=True)
    cycle = make_cycle(company, policy_terms=policy.as_dict())

    draft = drafting.worked_out(cycle)

    assert set(map(len, draft.readers.values())) == {0}
    first = plan_check.check_plan(cycle).findings.forecasts[0]
    assert first.fewest_blind == first.fewest_raters


def test_hr_cannot_read_what_only_the_person_reads():
    with pytest.raises(PlanRefusedError, match="HR cannot read it"):
        ReleasePolicy(subject_reads_alone=True, hr_reads_reports=True)


def test_who_has_no_manager_has_no_second_reader(app):
    company = make_company(9)
    cycle = make_cycle(company)

    assert drafting.worked_out(cycle).readers[company[0].id] == set()


def test_the_pairs_of_the_preview_are_those_of_the_opening(app):
    cycle = make_draft(40, pairing=Pairing.SAMPLE)
    drawn = drafting.worked_out(cycle).pairs

    assert drafting.worked_out(cycle_by_id(cycle.id)).pairs == drawn


def test_people_who_have_left_are_passed_over(app):
    cycle = make_draft(9)
    leaver = db.session.get_one(Person, roster_ids(cycle)[-1])
    leaver.is_active = False
    db.session.commit()

    assert leaver.id not in {member.person_id for member in drafting.roster_members(cycle)}
    with transaction():
        planning.drop_leavers(cycle)
    assert leaver.id not in roster_ids(cycle)


def test_with_two_people_of_hr_an_unconfirmed_plan_does_not_open(app, hanna):
    make_second_hr()
    cycle = make_draft(9, planner=hanna.person)

    review = plan_check.check_plan(cycle)

    assert review.faults == (obstacles.CONFIRMATION_MISSING,)
    assert review.needs_confirmation
    assert review.may_be_confirmed


def test_a_second_person_of_hr_confirms(app, hanna):
    second = make_second_hr()
    cycle = make_draft(9, planner=hanna.person)

    with transaction():
        confirm_as_shown(cycle.id, by=second.id)

    found = cycle_by_id(cycle.id)
    assert plan_check.check_plan(found).faults == ()
    assert found.confirmed_hash == plan_check.check_plan(found).plan_hash
    assert found.confirmed_by_id == second.id


def test_the_planner_cannot_confirm_their_own_plan(app, hanna):
    make_second_hr()
    cycle = make_draft(9, planner=hanna.person)

    with pytest.raises(NotAllowedError, match="somebody else of HR"), transaction():
        confirm_as_shown(cycle.id, by=hanna.person.id)

    assert cycle_by_id(cycle.id).confirmed_hash == ""


def test_a_plan_that_could_not_open_is_not_confirmed(app, hanna):
    second = make_second_hr()
    cycle = make_draft(6, planner=hanna.person)

    with pytest.raises(PlanRefusedError, match="6 people take part"), transaction():
        confirm_as_shown(cycle.id, by=second.id)


@pytest.mark.parametrize("change", ["name", "closes_at", "manager", "wording", "reasons"])
def test_any_change_makes_a_new_confirmation_necessary(app, hanna, change):
    second = make_second_hr()
    cycle = make_draft(9, planner=hanna.person)
    with transaction():
        confirm_as_shown(cycle.id, by=second.id)
    cycle = cycle_by_id(cycle.id)

    if change == "manager":
        db.session.get_one(Person, roster_ids(cycle)[-1]).manager_id = second.id
    elif change == "wording":
        cycle.questionnaire.statements[0].text = "Says something else."
    elif change == "closes_at":
        cycle.closes_at += timedelta(days=1)
    elif change == "reasons":
        cycle.reasons = ["pay"]
    else:
        cycle.name = "Another name"
    db.session.commit()

    assert plan_check.check_plan(cycle).needs_confirmation


def test_changing_a_draft_voids_the_confirmation_and_notes_who_changed_it(app, hanna):
    second = make_second_hr()
    cycle = make_draft(9, planner=hanna.person)
    with transaction():
        confirm_as_shown(cycle.id, by=second.id)

    with transaction():
        plan = a_plan(questionnaire_id=cycle.questionnaire_id, roster=frozenset(roster_ids(cycle)))
        planning.change_draft(cycle_by_id(cycle.id), plan, by=second.id)

    found = cycle_by_id(cycle.id)
    assert found.confirmed_hash == ""
    assert found.planned_by_id == second.id


def test_a_new_draft_keeps_the_whole_plan(app):
    company = make_company(8)
    roster = frozenset(person.id for person in company)

    with transaction():
        cycle = planning.create_draft(a_plan(roster=roster, reasons=("pay",)), by=None)
        cycle_id = cycle.id

    found = cycle_by_id(cycle_id)
    assert found.state is CycleState.DRAFT
    assert frozenset(roster_ids(found)) == roster
    assert found.reasons == ["pay"]


@pytest.mark.parametrize(
    ("over", "fault"),
    [
        ({"name": ""}, "needs a name"),
        ({"name": "x" * 61}, "longer than 60"),
        ({"name": "Taken"}, "There is a cycle called Taken already."),
        ({"sample_size": 7}, "between 8 and 30"),
        ({"reasons": ()}, "between 1 and 20 reasons"),
        ({"reasons": ("pay", "Pay")}, "listed twice"),
        ({"reasons": ("x" * 41,)}, "longer than 40"),
        ({"opens_at": clock.now() - timedelta(days=2)}, "opening date is in the past"),
        ({"closes_at": clock.now() - timedelta(days=2)}, "close before it opens"),
        ({"closes_at": clock.now() + timedelta(days=1, hours=5)}, "at least one day"),
    ],
)
def test_a_faulty_plan_is_refused_and_nothing_is_kept(app, over, fault):
    make_cycle(name="Taken")
    plan = a_plan(**over)

    with pytest.raises(PlanRefusedError, match=fault), transaction():
        planning.create_draft(plan, by=None)

    assert db.session.query(Cycle).count() == 1


def test_the_release_policy_cannot_be_loosened(app):
    with pytest.raises(PlanRefusedError, match="cannot be lower than 5"):
        ReleasePolicy(blind_raters=4)


def test_a_deleted_draft_leaves_nothing(app):
    cycle = make_draft(8)

    with transaction():
        planning.delete_draft(cycle_by_id(cycle.id), by=None)

    assert db.session.query(Cycle).count() == 0
    assert db.session.query(RosterEntry).count() == 0


def test_an_open_cycle_is_neither_changed_nor_deleted(app):
    cycle = make_draft(8, state=CycleState.OPEN)
    plan = a_plan(questionnaire_id=cycle.questionnaire_id)

    for act in (
        lambda found: planning.delete_draft(found, by=None),
        lambda found: planning.change_draft(found, plan, by=None),
        lambda found: planning.confirm(found, by=1, plan=""),
    ):
        with pytest.raises(WrongStateError, match="only a draft"), transaction():
            act(cycle_by_id(cycle.id))

    assert db.session.query(RosterEntry).count() == 8
