"""Every way to become somebody else × every act that needs two people of HR."""

import ast
import re
from datetime import timedelta
from itertools import product

import pytest

from app.cycles.queries import cycle_by_id
from app.domain.errors import NotFoundError, ReviewError
from app.infra import clock
from app.infra.db import db, transaction
from app.people import services, two_person_requests
from app.people.imports import proposing
from app.people.models import Act, Person
from tests.browsing import Browser
from tests.commands import commands_of
from tests.factories import make_person
from tests.features.lifecycle.drafts_and_forms import (
    make_second_hr,
)
from tests.features.people.test_account_theft import mails_to
from tests.features.people.test_directory import as_typed
from tests.features.people.two_person_acts import ACTS, ChangeAddress, Plan, TakeBack
from tests.features.people.ways import NO_DOOR, NO_WAY, WAYS, file_with, make_scene
from tests.guards.places import functions, name, python_files
from tests.nightly_sizes import IS_NIGHTLY, IS_POSTGRESQL

HOLDERS = {"is_active", "email", "number", "is_hr", "is_board", "password_hash", "mark"}
"""Who an account is, what it may do, and who gets into it."""

PRODUCT = [
    (way, act, (row - column) % len(ACTS) == 0)
    for (row, way), (column, act) in product(enumerate(WAYS), enumerate(ACTS))
]
"""Each way with each act, and whether it is among the few in which each stands once at least."""
PAIRS = [
    pytest.param(way, act, marks=() if is_one_of_few else pytest.mark.slow)
    for way, act, is_one_of_few in PRODUCT
    if is_one_of_few or IS_NIGHTLY or not IS_POSTGRESQL
]
"""On PostgreSQL the few are all that it may change."""

CONFIRM = re.compile(r'href="(/cycles/\d+/confirm[^"]*)"')


def hidden_in(page, name):
    """What a form of `page` sends along."""
    found = re.search(rf'type="hidden"\s+name="{name}"\s+value="([^"]*)"', page.text)
    assert found, f"no form carries {name}"
    return found[1]


@pytest.fixture
def scene(app, hanna):
    return make_scene(app, hanna, make_second_hr())


@pytest.mark.parametrize(("way", "act"), PAIRS)
def test_whoever_became_somebody_else_is_no_second_person(scene, way, act):
    asked = ACTS[act](scene)
    second = WAYS[way].go(scene)
    db.session.rollback()

    if second is not None:
        with pytest.raises(ReviewError), transaction():
            asked.agree(second)

    db.session.rollback()
    assert not asked.is_done()


@pytest.mark.parametrize("act", ACTS)
def test_control_somebody_else_of_hr_is_a_second_person(scene, act):
    asked = ACTS[act](scene)

    with transaction():
        asked.agree(scene.henry)

    assert asked.is_done()


def test_no_way_and_no_act_is_left_out_of_the_few():
    few = [(way, act) for way, act, is_one_of_few in PRODUCT if is_one_of_few]

    assert {way for way, _ in few} == set(WAYS)
    assert {act for _, act in few} == set(ACTS)


def test_every_act_that_needs_two_is_in_the_table():
    # A manager asks a department's question: unit_questions/test_asking.py looks at who confirms.
    assert set(ACTS) == set(Act) - {Act.UNIT_QUESTION}


def test_every_function_that_changes_who_holds_an_account_is_in_the_table():
    found = {
        f"{name(file)}: {function.name}"
        for file in python_files("app")
        for function in functions(file)
        if touched(function) & HOLDERS
    }

    assert found == {place for way in WAYS.values() for place in way.through} | NO_WAY.keys()


def test_every_door_to_an_account_is_in_the_table(app):
    routes = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("people.")
        and ("POST" in (rule.methods or set()) or leads_to_a_provider(app, rule.endpoint))
    }
    commands = {f"flask {one}" for one in commands_of(app) if one.startswith("people ")}

    assert (
        routes | commands == {door for way in WAYS.values() for door in way.doors} | NO_DOOR.keys()
    )


def leads_to_a_provider(app, endpoint):
    """Whether an address is one of those by which people come and go by providers."""
    return app.view_functions[endpoint].__module__.endswith("views_single_sign_on")


def touched(function):
    """Names of a person's columns that `function` writes: set, given to a statement or a row."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        elif isinstance(node, ast.Call) and writes(node):
            found |= {one.arg for one in node.keywords if one.arg}
        elif isinstance(node, ast.Dict) and {"name", "department_id"} <= keys(node):
            found |= keys(node)  # a row of people
    return found


def writes(call):
    called = ast.unparse(call.func)
    return called.endswith(".values") or called == "Person"


def keys(node):
    return {one.value for one in node.keys if isinstance(one, ast.Constant)}


def test_an_account_that_is_not_guarded_needs_nobody_else(scene, alice):
    page = f"/people/{alice.person.id}"

    scene.hanna.post(page, as_typed(alice.person, email="alice.new@example.com"))

    assert alice.person.email == "alice.new@example.com"


def test_whoever_led_somebody_until_lately_is_guarded_still(scene):
    report = db.session.query(Person).filter_by(manager_id=scene.manager.id).one()
    scene.hanna.post(f"/people/{report.id}", as_typed(report, manager=""))

    asked = ChangeAddress(scene)

    assert report.manager_id is None
    assert not asked.is_done()


def test_taking_the_roles_away_in_the_same_form_does_not_open_the_address(scene):
    page = f"/people/{scene.henry.id}"

    scene.hanna.post(page, as_typed(scene.henry, is_hr="", email="hanna+henry@example.com"))

    assert (scene.henry.is_hr, scene.henry.email) == (False, "henry@example.com")


def test_a_single_person_of_hr_changes_a_managers_address_alone(hanna):
    manager = make_person(name="Mara Manager", email="mara@example.com")
    make_person(manager_id=manager.id)

    hanna.post(f"/people/{manager.id}", as_typed(manager, email="mara.new@example.com"))

    assert manager.email == "mara.new@example.com"


def test_a_people_file_that_takes_a_guarded_account_back_is_refused_in_words(scene):
    proposal = proposing.propose(file_with(scene.greta), today=clock.now().date())

    with pytest.raises(proposing.FileRefusedError, match="two people of HR agree"):
        proposal.refuse_faults()


def test_the_role_given_back_after_a_gap_does_not_make_an_old_holder_new(scene):
    henry = scene.henry
    henry.is_hr, henry.hr_until = False, clock.now().date()
    db.session.commit()
    with transaction():
        services.make_hr(henry, by=None)
    asked = Plan(scene)

    with transaction():
        asked.agree(henry)

    assert asked.is_done()


def test_a_link_weighs_for_three_days_only(scene, at):
    asked = TakeBack(scene)
    WAYS["a link sent by HR"].go(scene)

    with at(clock.now() + timedelta(days=3)), transaction():
        asked.agree(scene.henry)

    assert asked.is_done()


class TestThePages:
    def test_both_see_what_waits_and_the_desk_leads_there(self, app, scene):
        ChangeAddress(scene)
        henry = Browser(app, scene.henry)

        assert "Hanna Hill needs your word: to change the e-mail address" in henry.get("/desk").text
        listed = henry.get("/cycles/requests").text
        assert "Hanna Hill asked to change the e-mail address of Mara Manager to" in listed
        assert "You asked to change" in scene.hanna.get("/cycles/requests").text
        page = f"/people/{scene.manager.id}"
        assert "Agree to hanna+mara@example.com" in henry.get(page).text
        assert "Agree to" not in scene.hanna.get(page).text
        henry.post(f"{page}/address", {"address": hidden_in(henry.get(page), "address")}, page=page)
        assert scene.manager.email == "hanna+mara@example.com"
        assert "Nothing waits at the moment." in henry.get("/cycles/requests").text

    def test_who_may_agree_and_the_owner_are_mailed(self, scene):
        ChangeAddress(scene)

        assert [mail.subject for mail in mails_to("henry@example.com")] == [
            "Hanna Hill needs a second person of HR in Full Circle"
        ]
        (told,) = mails_to("mara@example.com")
        assert "to hanna+mara@example.com" in told.text

    def test_a_request_is_refused_with_a_word(self, app, scene):
        asked = ChangeAddress(scene)
        henry = Browser(app, scene.henry)
        request = two_person_requests.find(Act.CHANGE_ADDRESS, scene.manager.id)
        assert request

        henry.post(f"/cycles/requests/{request.id}/refuse", {"word": "Mara knows nothing of it."})

        (told,) = mails_to("hanna@example.com")
        assert "Henry Hart wrote: Mara knows nothing of it." in told.text
        assert two_person_requests.find(Act.CHANGE_ADDRESS, scene.manager.id) is None
        assert "refused another e-mail address of Mara Manager" in henry.get("/audit").text
        assert not asked.is_done()

    def test_what_was_replaced_after_it_was_shown_is_not_agreed_to(self, app, scene):
        """Else who asks would put their own address there the moment before."""
        asked, henry = ChangeAddress(scene), Browser(app, scene.henry)
        page = f"/people/{asked.person.id}"
        shown = hidden_in(henry.get(page), "address")
        scene.hanna.post(page, as_typed(asked.person, email="hanna+other@example.com"))

        answer = henry.post(f"{page}/address", {"address": shown}, page=page)

        assert answer.status_code == 409
        assert "Another address is asked for by now: hanna+other@example.com." in answer.text
        assert not asked.is_done()
        now = hidden_in(henry.get(page), "address")
        henry.post(f"{page}/address", {"address": now}, page=page)
        assert asked.person.email == now == "hanna+other@example.com"

    def test_a_plan_that_was_changed_after_it_was_shown_is_not_confirmed(self, app, scene):
        plan, henry = Plan(scene), Browser(app, scene.henry)
        page = CONFIRM.findall(henry.get(f"/cycles/{plan.cycle.id}").text)[0]
        shown = hidden_in(henry.get(page), "plan")
        cycle_by_id(plan.cycle.id).name = "Another plan"
        db.session.commit()

        for sent in ({"plan": shown}, {}):
            answer = henry.post(page, sent)
            assert answer.status_code == 422
            assert "This plan was changed since you looked at it." in answer.text
            assert not plan.is_done()

        # Whoever was on the plan's page while it changed is not asked about the new one either.
        assert hidden_in(henry.get(page), "plan") == shown
        page = CONFIRM.findall(henry.get(f"/cycles/{plan.cycle.id}").text)[0]
        henry.post(page, {"plan": hidden_in(henry.get(page), "plan")})
        assert plan.is_done()

    def test_a_plan_that_is_confirmed_by_now_is_refused_by_nobody(self, app, scene):
        """Else the log would say that it was refused, and it would open all the same."""
        plan, henry = Plan(scene), Browser(app, scene.henry)
        request = two_person_requests.find(Act.PLAN, plan.cycle.id)
        assert request
        page = f"/cycles/requests/{request.id}/refuse"
        assert henry.get(page).status_code == 200
        with transaction():
            plan.agree(scene.henry)

        for browser in (henry, scene.hanna):
            assert browser.post(page).status_code == 404

        assert plan.is_done()
        assert "refused the plan" not in henry.get("/audit").text

    def test_what_was_agreed_to_meanwhile_is_not_refused_as_well(self, scene):
        asked = TakeBack(scene)
        request = two_person_requests.find(Act.TAKE_BACK, asked.board.id)
        assert request
        with transaction():
            asked.agree(scene.henry)

        with pytest.raises(NotFoundError, match="Nobody asks for this any more"), transaction():
            two_person_requests.refuse(request, by=scene.henry.id, to="take her back", word="")

        assert asked.is_done()

    def test_a_refused_plan_is_saved_again_before_anybody_confirms_it(self, app, scene):
        plan = Plan(scene)
        request = two_person_requests.find(Act.PLAN, plan.cycle.id)
        assert request
        Browser(app, scene.henry).post(f"/cycles/requests/{request.id}/refuse")

        for person in (scene.hanna.person, scene.henry):
            with pytest.raises(ReviewError, match="somebody of HR refused it"):
                plan.agree(person)

    def test_what_waited_too_long_is_void(self, scene, at):
        asked = TakeBack(scene)

        with at(clock.now() + timedelta(days=15)), transaction():
            two_person_requests.forget_old()
            asked.agree(scene.henry)

        assert not asked.is_done()
