import re
from datetime import UTC, datetime, timedelta

import pytest

from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id, roster_ids
from app.domain.cycle import CycleState
from app.domain.release.policy import ReleasePolicy
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.infra.pages import moment
from app.lifecycle import services
from app.lifecycle.plan import drafting, plan_check
from tests.factories import make_company, make_cycle, make_questionnaire
from tests.features.lifecycle.drafts_and_forms import (
    make_draft,
    make_second_hr,
    open_now,
    plan_form,
)


def text_of(answer):
    return answer.get_data(as_text=True)


def test_a_first_plan_comes_with_everything_proposed(hanna):
    page = text_of(hanna.get("/cycles/new"))

    assert f'value="{clock.now().year}' in page or f'value="{clock.now().year + 1}' in page
    assert "Full Circle, version 1" in page
    assert "flexibility" in page
    assert "T09:00" in page
    assert "T18:00" in page


def test_the_days_proposed_follow_every_cycle_that_is_planned_or_open(hanna):
    def proposed():
        return re.findall(r'value="(\d{4}-\d\d-\d\dT[\d:]+)', text_of(hanna.get("/cycles/new")))

    opened = datetime(2031, 3, 3, 8, tzinfo=UTC)  # for two weeks, until a Monday
    make_cycle(state=CycleState.OPEN, opens_at=opened)
    assert proposed() == ["2031-06-02T09:00", "2031-06-20T18:00"], "a quarter later"

    make_cycle(opens_at=opened + timedelta(days=30))
    assert proposed() == ["2031-06-30T09:00", "2031-07-18T18:00"]

    make_cycle(opens_at=opened, closes_at=opened + timedelta(days=140))
    assert proposed() == ["2031-07-28T09:00", "2031-08-15T18:00"], "not before the last one closes"


def test_a_saved_plan_holds_everyone_but_those_left_out(hanna):
    make_questionnaire()
    company = make_company(9)

    answer = hanna.post("/cycles/new", plan_form(left_out=[str(company[3].id)]))

    (cycle,) = db.session.query(Cycle)
    assert answer.location == f"/cycles/{cycle.id}"
    assert cycle.state is CycleState.DRAFT
    assert cycle.reasons == ["pay", "growth"]
    assert cycle.planned_by_id == hanna.person.id
    assert company[3].id not in roster_ids(cycle)
    assert len(roster_ids(cycle)) == 9  # hanna takes part as well


@pytest.mark.parametrize(
    ("over", "fault"),
    [
        ({"name": " "}, "Please give the cycle a name."),
        ({"opens_at": "soon"}, "please enter date and time"),
        ({"closes_at": ""}, "Please say when it closes."),
        ({"opens_at": "2020-01-06T09:00", "closes_at": "2020-01-20T09:00"}, "in the past"),
        ({"sample_size": "7"}, "The sample takes 8 to 30 colleagues."),
        ({"sample_size": "9" * 400}, "The sample takes 8 to 30 colleagues."),
        ({"blind_raters": "9" * 5000}, "please enter a whole number"),
        ({"sample_size": "many"}, "please enter a whole number"),
        ({"blind_raters": "4"}, "cannot be lower than 5"),
        ({"pairing": "friends"}, "Who rates whom: please choose one of those offered."),
        ({"reasons": ""}, "between 1 and 20 reasons"),
    ],
)
def test_a_faulty_plan_is_shown_again_with_everything_that_was_typed(hanna, over, fault):
    make_questionnaire()

    answer = hanna.post("/cycles/new", plan_form(**{"name": "Typed name"} | over))

    assert answer.status_code == 422
    assert fault in text_of(answer)
    assert 'value="Typed name"' in text_of(answer) or "name" in over
    assert db.session.query(Cycle).count() == 0


def test_a_draft_is_changed_on_its_page(hanna):
    cycle = make_draft(8, planner=hanna.person)

    hanna.post(f"/cycles/{cycle.id}/edit", plan_form(name="Changed name"))

    assert cycle_by_id(cycle.id).name == "Changed name"


def test_a_draft_page_shows_what_stands_against_it(hanna):
    cycle = make_draft(6)

    page = text_of(hanna.get(f"/cycles/{cycle.id}"))

    assert "This plan cannot open yet" in page
    assert "6 people take part; a cycle needs at least 7." in page
    assert "Open now" not in page


def test_a_draft_page_shows_the_load_and_the_expected_raters(hanna):
    cycle = make_draft(10)

    page = text_of(hanna.get(f"/cycles/{cycle.id}"))

    assert "11 for the median person" in page
    assert "1,260" in page
    assert "80 %" in page


def test_opening_is_asked_once_and_invites_everybody(hanna):
    cycle = make_draft(8)

    page = text_of(hanna.get(f"/cycles/{cycle.id}/open"))
    hanna.post(f"/cycles/{cycle.id}/open")

    assert "8 people are invited" in page
    assert cycle_by_id(cycle.id).state is CycleState.OPEN
    assert cycle_by_id(cycle.id).questionnaire.is_frozen
    assert db.session.query(OutboxMail).count() == 8


def test_a_double_click_on_open_opens_once_and_gets_a_sentence(hanna):
    cycle = make_draft(8)
    hanna.post(f"/cycles/{cycle.id}/open")

    again = hanna.post(f"/cycles/{cycle.id}/open", page="/cycles/new")

    assert again.status_code == 409
    assert "is open already" in text_of(again)
    assert db.session.query(OutboxMail).count() == 8


def test_the_loser_of_a_race_to_open_gets_a_sentence(hanna, monkeypatch):
    cycle = make_draft(8)
    plain = drafting.count_members

    def overtaken(found):
        monkeypatch.setattr(drafting, "count_members", plain)
        members = plain(found)
        with transaction():
            services.open_(cycle_by_id(found.id), by=None)
        return members

    token = hanna.token_of("/cycles/new")
    monkeypatch.setattr(drafting, "count_members", overtaken)
    answer = hanna.open(f"/cycles/{cycle.id}/open", method="POST", data={"csrf_token": token})

    assert answer.status_code == 409
    assert "cannot become open" in text_of(answer)
    assert db.session.query(OutboxMail).count() == 8


def test_a_refused_opening_says_why_and_changes_nothing(hanna):
    cycle = make_draft(6)

    answer = hanna.post(f"/cycles/{cycle.id}/open")

    assert answer.status_code == 422
    assert "6 people take part" in text_of(answer)
    assert cycle_by_id(cycle.id).state is CycleState.DRAFT
    assert db.session.query(OutboxMail).count() == 0


def test_the_second_person_of_hr_is_asked_to_confirm(hanna):
    planner = make_second_hr()
    cycle = make_draft(8, planner=planner)

    assert "Confirm the plan" in text_of(hanna.get(f"/cycles/{cycle.id}"))
    plan = plan_check.check_plan(cycle).plan_hash
    hanna.post(f"/cycles/{cycle.id}/confirm", {"plan": plan})

    page = text_of(hanna.get(f"/cycles/{cycle.id}"))
    assert "confirmed by Hanna Hill" in page
    assert "This plan is ready" in page


def test_the_planner_is_not_offered_to_confirm_and_is_refused(hanna):
    make_second_hr()
    cycle = make_draft(8, planner=hanna.person)

    page = text_of(hanna.get(f"/cycles/{cycle.id}"))
    answer = hanna.post(f"/cycles/{cycle.id}/confirm")

    assert "Confirm the plan" not in page
    assert answer.status_code == 403
    assert cycle_by_id(cycle.id).confirmed_by_id is None


def test_a_draft_is_deleted_after_asking(hanna):
    cycle = make_draft(8)

    assert "gone for good" in text_of(hanna.get(f"/cycles/{cycle.id}/delete"))
    assert db.session.query(Cycle).count() == 1
    hanna.post(f"/cycles/{cycle.id}/delete")

    assert db.session.query(Cycle).count() == 0


def test_extending_moves_the_closing_date_and_tells_everybody(hanna):
    cycle = open_now(make_draft(8))
    before = cycle.closes_at

    page = text_of(hanna.get(f"/cycles/{cycle.id}/extend"))
    assert cycle_by_id(cycle.id).closes_at == before
    hanna.post(f"/cycles/{cycle.id}/extend", {"closes_at": later(30)})

    assert "Everybody is told the new date by e-mail." in page
    assert cycle_by_id(cycle.id).closes_at > before
    assert db.session.query(OutboxMail).count() == 16


def later(days):
    return f"{clock.now() + timedelta(days=days):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("typed", ["", "soon", "2020-01-01T09:00", later(90), "9999-12-31T23:59"])
def test_a_closing_date_that_is_not_later_or_far_too_late_is_refused(hanna, typed):
    cycle = open_now(make_draft(8))
    before = cycle.closes_at

    answer = hanna.post(f"/cycles/{cycle.id}/extend", {"closes_at": typed})

    assert answer.status_code == 422
    assert cycle_by_id(cycle.id).closes_at == before


def test_closing_is_asked_once_counted_by_the_worker_and_then_published(hanna, run_jobs):
    cycle = open_now(make_draft(8))

    assert "0 of 8 people have sent" in text_of(hanna.get(f"/cycles/{cycle.id}/close"))
    hanna.post(f"/cycles/{cycle.id}/close")
    waiting = text_of(hanna.get(f"/cycles/{cycle.id}"))
    run_jobs()
    assert cycle_by_id(cycle.id).state is CycleState.CLOSED
    assert "Publish" in text_of(hanna.get(f"/cycles/{cycle.id}"))
    assert "managers those of their people" in text_of(hanna.get(f"/cycles/{cycle.id}/publish"))
    assert cycle_by_id(cycle.id).state is CycleState.CLOSED
    hanna.post(f"/cycles/{cycle.id}/publish")

    assert 'http-equiv="refresh"' in waiting
    assert "Waiting for the count to start" in waiting
    assert cycle_by_id(cycle.id).state is CycleState.PUBLISHED
    assert "Reports can be read since" in text_of(hanna.get(f"/cycles/{cycle.id}"))


def test_steps_out_of_turn_are_refused_with_a_sentence(hanna):
    cycle = make_draft(8)

    for step in ("close", "extend", "publish", "remind"):
        answer = hanna.get(f"/cycles/{cycle.id}/{step}")
        assert answer.status_code == 409
        assert "is still a draft" in text_of(answer)


def test_an_open_cycle_shows_participation_and_who_lacks_raters(hanna):
    cycle = open_now(make_draft(12))
    half = cycle.opens_at + (cycle.closes_at - cycle.opens_at) / 2

    early = text_of(hanna.get(f"/cycles/{cycle.id}"))
    with clock.travel(half):
        hanna.sign_in(hanna.person)
        page = text_of(hanna.get(f"/cycles/{cycle.id}"))

    assert "would stay hidden" not in early
    assert f"Shown from {moment(half)} on, half of the time" in early
    assert "Shown from" not in page
    assert "0 of 12" in page
    assert "the scores of 12 people would stay hidden" in page
    assert "Support" in page
    assert cycle.frozen_hash in page


def test_a_reminder_is_previewed_and_goes_to_those_who_have_not_sent(hanna):
    cycle = open_now(make_draft(8))
    before = db.session.query(OutboxMail).count()

    page = text_of(hanna.get(f"/cycles/{cycle.id}/remind"))
    hanna.post(f"/cycles/{cycle.id}/remind")

    assert "Nobody has been reminded yet." in page
    assert "8 people" in page
    assert db.session.query(OutboxMail).count() == before + 8


def test_a_second_reminder_within_48_hours_is_refused(hanna):
    cycle = open_now(make_draft(8))
    hanna.post(f"/cycles/{cycle.id}/remind")
    before = db.session.query(OutboxMail).count()

    page = text_of(hanna.get(f"/cycles/{cycle.id}/remind"))
    hanna.post(f"/cycles/{cycle.id}/remind")

    assert "The next reminder is possible from" in page
    assert "Send the reminder" not in page
    assert db.session.query(OutboxMail).count() == before


def test_a_pair_is_changed_and_restored_by_hand(hanna):
    company = make_company(9)
    cycle = make_cycle(company)
    chosen = {"rater_id": company[3].id, "subject_id": company[4].id, "kind": "remove"}

    hanna.post(f"/cycles/{cycle.id}/pairs", chosen)
    assert len(drafting.worked_out(cycle).pairs) == 71
    assert "is taken away" in text_of(hanna.get(f"/cycles/{cycle.id}"))
    hanna.post(f"/cycles/{cycle.id}/pairs/{company[4].id}/restore", page=f"/cycles/{cycle.id}")

    assert len(drafting.worked_out(cycle).pairs) == 72


def test_both_people_of_a_pair_are_found_by_a_part_of_their_names(hanna):
    company = make_company(40)
    cycle = make_cycle(company)

    empty = text_of(hanna.get(f"/cycles/{cycle.id}/pairs"))
    found = text_of(hanna.get(f"/cycles/{cycle.id}/pairs?subject=CLARA&rater=person"))

    assert company[0].name not in empty
    assert company[5].name not in empty
    assert f'name="subject_id" value="{company[0].id}"' in " ".join(found.split())
    assert found.count('name="rater_id"') == 20
    assert "and 18 more: type more of the name." in found
    assert "Rated by" not in found


def test_who_rates_somebody_is_shown_only_where_the_plan_says_so(hanna):
    company = make_company(9)
    policy = ReleasePolicy(hr_sees_pairs=True)
    cycle = make_cycle(company, policy_terms=policy.as_dict())

    page = text_of(hanna.get(f"/cycles/{cycle.id}/pairs?subject=clara&rater=hugo"))

    assert f"Rated by {company[1].name}, {company[2].name}" in " ".join(page.split())


def test_a_pair_that_is_not_offered_is_refused(hanna):
    cycle = make_cycle(make_company(9))

    answer = hanna.post(
        f"/cycles/{cycle.id}/pairs", {"rater_id": 9999, "subject_id": "x", "kind": "remove"}
    )
    other = hanna.post(
        f"/cycles/{cycle.id}/pairs", {"rater_id": 9**30, "subject_id": 2, "kind": "remove"}
    )

    assert (answer.status_code, other.status_code) == (422, 422)
    assert "Subject: please choose one of those offered." in text_of(answer)
    assert "Both people have to take part in the cycle." in text_of(other)
    assert len(drafting.worked_out(cycle).pairs) == 72


def test_a_cycle_that_does_not_exist_is_not_found(hanna):
    for page in ("", "/edit", "/open", "/close", "/publish", "/pairs"):
        assert hanna.get(f"/cycles/77{page}").status_code == 404


PAGES = ("", "/new", "/1", "/1/edit", "/1/confirm", "/1/open", "/1/extend", "/1/close")
MORE = ("/1/publish", "/1/remind", "/1/delete", "/1/pairs")


@pytest.mark.parametrize("page", PAGES + MORE)
def test_nobody_but_hr_runs_cycles(client, alice, bob, page):
    make_draft(8)

    for person in (alice, bob):
        assert person.get(f"/cycles{page}").status_code == 403
        assert page in {"", "/1"} or person.post(f"/cycles{page}").status_code == 403
    assert client.get(f"/cycles{page}").status_code == 302
    assert cycle_by_id(1).state is CycleState.DRAFT
