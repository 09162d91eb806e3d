"""Own marks and plan: kept for the person, shared only if they choose, erased with the report."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from app.cycles.models import ReportReader
from app.domain.access import Actor
from app.domain.reports.words import day
from app.infra import clock
from app.infra.audit import AuditEntry
from app.infra.db import db
from app.infra.settings import company_day, settings
from app.questionnaires.models import Statement, new_identity
from app.reports.models import ActionMarkRow, PlannedAction
from app.reports.queries import reports_for
from app.reports.volumes import Choice, reports_in
from app.results.dossiers import dossiers
from app.results.services import erase_cycle, erase_subject
from tests.factories import make_cycle
from tests.features.reports.conftest import make_report

SECRET = "I will let the quieter people finish in the Thursday meeting."


def filled(**over):
    return {
        "behaviour": SECRET,
        "situation": "In the Thursday meeting.",
        "first_step": "Tell Bob that I want to.",
        "helper": "Bob gives me a sign.",
        "sign": "People finish their sentences.",
        "review_on": (company_day() + timedelta(days=60)).isoformat(),
    } | over


def plan(reader, cycle, statement, **over):
    address = f"/reports/{cycle.id}/plan/{statement}"
    return reader.post(address, filled(**over))


def mark(reader, cycle, **marks):
    page = f"/reports/{cycle.id}/{reader.person.id}"
    return reader.post(f"/reports/{cycle.id}/marks", marks, page=page)


def report_page(reader, cycle, subject):
    return reader.get(f"/reports/{cycle.id}/{subject.person.id}").text


def items():
    return db.session.scalars(select(PlannedAction).order_by(PlannedAction.statement)).all()


def marks():
    rows = db.session.scalars(select(ActionMarkRow).order_by(ActionMarkRow.statement))
    return {
        row.statement: [name for name in ("works_on", "surprises") if getattr(row, name)]
        for row in rows
    }


def test_ticks_are_kept_and_taken_away_and_one_statement_takes_both(cycle, alice):
    mark(alice, cycle, surprise_2="y", surprise_3="y", work_on_3="y")
    assert marks() == {2: ["surprises"], 3: ["works_on", "surprises"]}

    mark(alice, cycle, work_on_3="y")
    assert marks() == {3: ["works_on"]}
    assert report_page(alice, cycle, alice).count("checked") == 1


def test_a_third_mark_to_work_on_is_refused_and_no_choice_is_lost(cycle, alice):
    plan(alice, cycle, 1)
    mark(alice, cycle, work_on_2="y")

    response = mark(alice, cycle, work_on_2="y", work_on_3="y", surprise_4="y")

    assert response.status_code == 422
    assert "“Work on this” is for 2 statements at most" in response.text
    assert response.text.count("checked") == 3
    assert marks() == {1: ["works_on"], 2: ["works_on"]}
    mark(alice, cycle, work_on_3="y")
    assert marks() == {1: ["works_on"], 3: ["works_on"]}


def test_the_report_leads_from_a_mark_to_the_plan(cycle, alice):
    mark(alice, cycle, work_on_3="y", surprise_5="y")

    page = report_page(alice, cycle, alice)
    assert f"/reports/{cycle.id}/plan/3" in page
    assert "One statement surprises you." in page


def test_without_a_choice_the_fault_stands_at_the_menu_and_the_page_jumps_there(cycle, alice):
    response = alice.get(f"/reports/{cycle.id}/plan")

    assert response.status_code == 422
    menu = response.text[response.text.index('<label for="statement">') :]
    assert "Please choose a statement first." in menu[:400]
    assert "autofocus" in menu[:700]


def test_a_plan_that_goes_on_stands_once_in_full(cycle, alice, bob):
    plan(alice, cycle, 3)
    later = next_quarter(cycle, alice, bob)
    later.questionnaire_id = cycle.questionnaire_id
    db.session.commit()
    assert "on with it" not in report_page(alice, later, alice)

    plan(alice, later, 3)

    page = report_page(alice, later, alice)
    assert "You go on with it: the new plan stands below." in page
    assert f"<summary>The plan of {cycle.name}</summary>" in page
    assert "<title>Before: 3.5, likely" in page


def test_a_plan_is_kept_and_shown(cycle, alice):
    response = plan(alice, cycle, 3)

    assert response.status_code == 302
    assert marks() == {3: ["works_on"]}
    page = alice.get(response.location).text
    assert SECRET in page
    assert "Only you see this." in page


def test_the_page_of_a_plan_names_the_next_review(cycle, alice):
    page = f"/reports/{cycle.id}/plan/3"
    cycle.opens_at = clock.now() - timedelta(days=10)
    db.session.commit()
    about = company_day() - timedelta(days=10) + timedelta(weeks=12)
    assert f"it would open about {day(about)}." in unescape(alice.get(page).text)

    opens_at = clock.now() + timedelta(days=40)
    planned = make_cycle([alice.person], opens_at=opens_at, closes_at=opens_at + timedelta(days=9))
    assert "no date yet" in alice.get(page).text  # a draft that nobody has confirmed is no date
    planned.confirmed_by_id = alice.person.id
    db.session.commit()

    opens_on = opens_at.astimezone(settings().zone).date()
    assert f"The next review opens on {day(opens_on)}" in alice.get(page).text


def test_what_was_planned_can_be_changed(cycle, alice):
    plan(alice, cycle, 3)
    form = alice.get(f"/reports/{cycle.id}/plan/3").text
    assert SECRET in form

    plan(alice, cycle, 3, helper="Nobody any more")
    assert [item.helper for item in items()] == ["Nobody any more"]


def test_a_third_behaviour_is_refused_and_nothing_typed_is_lost(cycle, alice):
    plan(alice, cycle, 1)
    plan(alice, cycle, 2)

    response = plan(alice, cycle, 3, sign="They say so.")

    assert response.status_code == 422
    assert "holds 2 behaviours already" in response.text
    assert "They say so." in response.text
    assert [item.statement for item in items()] == [1, 2]


@pytest.mark.parametrize(
    ("over", "fault"),
    [
        ({"behaviour": "  "}, "Please say what you will do"),
        ({"situation": "  "}, "Please say when it matters."),
        ({"first_step": ""}, "Please name a first step."),
        ({"sign": ""}, "Please say how you will notice."),
        ({"helper": "x" * 301}, "(optional): please use at most 300 characters."),
        ({"review_on": ""}, "Please choose a date."),
        ({"review_on": "soon"}, "I look back on: please enter a date such as 2026-10-05."),
        ({"review_on": "2020-01-01"}, "Please choose a date that is still to come."),
        ({"review_on": "2090-01-01"}, "within the next twelve months"),
    ],
)
def test_a_fault_is_named_and_everything_typed_stays(cycle, alice, over, fault):
    response = plan(alice, cycle, 3, **{"behaviour": SECRET, **over})

    assert response.status_code == 422
    assert fault in response.text
    for name, value in filled(**over).items():
        if name not in {"review_on"} and value.strip():
            assert value in response.text
    assert items() == []


def test_a_date_that_has_passed_meanwhile_may_stay(cycle, alice, at):
    chosen = company_day() + timedelta(days=3)
    plan(alice, cycle, 3, review_on=chosen.isoformat())

    with at(clock.now() + timedelta(days=10)):
        response = plan(alice, cycle, 3, review_on=chosen.isoformat(), sign="Changed later.")

    assert response.status_code == 302
    assert [item.sign for item in items()] == ["Changed later."]


def test_a_planned_statement_keeps_its_mark_until_it_leaves_the_plan(cycle, alice):
    plan(alice, cycle, 3)
    mark(alice, cycle, surprise_4="")
    assert marks() == {3: ["works_on"]}

    alice.post(f"/reports/{cycle.id}/plan/3/drop", page=f"/reports/{cycle.id}/plan/3")
    assert items() == []
    assert marks() == {}
    assert "Nothing chosen yet" in report_page(alice, cycle, alice)


def test_the_bar_leads_to_choosing_until_something_is_chosen_and_then_to_the_plan(cycle, alice):
    def door():
        bar = report_page(alice, cycle, alice).partition('<div class="reach')[2]
        found = re.search(r'id="to-choose".*?>(.*?)</a>', bar, re.DOTALL)
        assert found
        return found[1].strip()

    assert door() == "Choose"
    mark(alice, cycle, work_on_5="y")
    assert door() == "Your plan"
    mark(alice, cycle, work_on_5="")
    assert door() == "Choose"


def test_what_an_operator_writes_for_a_reader_holds_no_shared_plan(cycle, alice, bob):
    # given: the manager reads the shared plan in the own bundle
    plan(alice, cycle, 3, is_shared="y")
    chosen = Choice(cycle.id, [alice.person.id], Actor(bob.person.id))
    (read,) = reports_in(chosen)
    assert read.plan[0].behaviour == SECRET

    (written,) = reports_in(chosen._replace(holds_plans=False))

    assert written == replace(read, plan=())


def test_a_plan_is_its_owners_alone_unless_shared(cycle, alice, bob):
    mark(alice, cycle, surprise_5="y")
    plan(alice, cycle, 3)

    page_of_bob = report_page(bob, cycle, alice)
    assert SECRET not in page_of_bob
    assert "That does not say whether Alice Archer chose something." in page_of_bob

    plan(alice, cycle, 3, is_shared="y")
    page = report_page(bob, cycle, alice)
    assert SECRET in page
    assert "chose to share this" in page
    assert "surprises you" not in page


def test_somebody_of_hr_never_sees_a_plan_not_even_as_the_manager(cycle, alice, bob):
    plan(alice, cycle, 3, is_shared="y")
    bob.person.is_hr = True
    db.session.commit()

    assert SECRET not in report_page(bob, cycle, alice)
    form = alice.get(f"/reports/{cycle.id}/plan/3").text
    assert "read this too" not in form
    found = dossiers(cycle.id, [alice.person.id], reader=Actor(bob.person.id, is_hr=True))
    (report,) = reports_for(found, reader=Actor(bob.person.id, is_hr=True))
    assert report.plan == ()


def test_hr_frozen_as_reader_sees_no_plan(alice, hanna):
    made = make_report(alice.person, reader=hanna.person, hr_reads=True)
    plan(alice, made, 3, is_shared="y")

    page = report_page(hanna, made, alice)
    assert "Alice Archer" in page
    assert SECRET not in page


def test_giving_up_the_hr_role_opens_no_plan(alice, bob, hanna):
    """The owner was asked about the manager alone, and shared with the manager alone."""
    made = make_report(alice.person, reader=bob.person, hr_reads=True)
    made.opened_on = company_day()
    db.session.add(
        ReportReader(cycle_id=made.id, subject_id=alice.person.id, reader_id=hanna.person.id)
    )
    db.session.commit()
    plan(alice, made, 3, is_shared="y")
    later = next_quarter(made, alice, hanna)

    hanna.person.is_hr = False
    hanna.person.lose_hr(company_day())
    db.session.commit()

    assert SECRET in report_page(bob, made, alice)
    assert SECRET not in report_page(hanna, made, alice)
    assert SECRET not in report_page(hanna, later, alice)
    assert "Let Bob Baker read this too" in alice.get(f"/reports/{made.id}/plan/3").text


def test_an_operators_paper_holds_no_plan(cycle, alice):
    plan(alice, cycle, 3, is_shared="y")

    (report,) = reports_for(dossiers(cycle.id, [alice.person.id], reader=None), reader=None)

    assert (report.plan, report.looking_back) == ((), ())


def test_nobody_plans_for_somebody_else(cycle, alice, bob, charlie, hanna):
    for other in (bob, charlie, hanna):
        address = f"/reports/{cycle.id}/plan/3"
        assert other.get(address).status_code == 403
        assert other.post(address, filled()).status_code == 403
        assert other.post(f"/reports/{cycle.id}/marks", {}, page="/reports").status_code == 403
    assert items() == []


def test_a_statement_that_does_not_exist_cannot_be_planned(cycle, alice):
    assert alice.get(f"/reports/{cycle.id}/plan/15").status_code == 404


def next_quarter(cycle, alice, bob):
    later = make_report(alice.person, reader=bob.person)
    later.closes_at = cycle.closes_at + timedelta(days=91)
    later.published_on = date(2027, 1, 5)
    db.session.commit()
    return later


def test_the_next_report_shows_the_plan_beside_the_change(cycle, alice, bob):
    plan(alice, cycle, 3)
    later = next_quarter(cycle, alice, bob)

    page = report_page(alice, later, alice)

    assert f"What you planned in {cycle.name}" in page
    assert SECRET in page
    assert (
        "Colleagues: 3.5 this quarter, 3.5 last quarter: no change beyond what chance explains."
    ) in page
    assert SECRET not in report_page(bob, later, alice)


def test_a_statement_no_longer_asked_is_said_to_be_so(cycle, alice, bob):
    plan(alice, cycle, 3)
    later = next_quarter(cycle, alice, bob)
    asked = select(Statement).where(
        Statement.questionnaire_id == later.questionnaire_id, Statement.number == 3
    )
    db.session.scalars(asked).one().identity = new_identity()
    db.session.commit()

    page = report_page(alice, later, alice)
    assert "no longer asked with that meaning: not comparable" in page
    assert "new wording: not comparable" in page


def test_a_statement_in_another_place_and_spelling_is_still_looked_back_on(cycle, alice, bob):
    plan(alice, cycle, 3)
    later = next_quarter(cycle, alice, bob)
    asked = {one.number: one for one in later.questionnaire.statements}
    third, fifth = asked[3].identity, asked[5].identity
    asked[3].identity = new_identity()
    db.session.flush()
    asked[5].identity, asked[5].text = third, "Does good thing number three."
    db.session.flush()
    asked[3].identity = fifth
    db.session.commit()

    assert "Colleagues: 3.5 this quarter, 3.5 last quarter" in report_page(alice, later, alice)


@pytest.mark.parametrize("erase", ["person", "cycle"])
def test_marks_and_plan_are_erased_with_the_report(cycle, alice, erase):
    plan(alice, cycle, 3)

    if erase == "person":
        erase_subject(alice.person.id, by=None)
    else:
        erase_cycle(cycle.id)
    db.session.commit()

    for table in (ActionMarkRow, PlannedAction):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_planning_leaves_no_word_in_the_log(cycle, alice):
    mark(alice, cycle, surprise_5="y")
    plan(alice, cycle, 3)

    tags = {entry.tag for entry in db.session.scalars(select(AuditEntry))}
    assert tags == {"report:read"}  # the page that the mark was set on
