"""Two quarters of somebody who works on a behaviour, as they, HR and a rater live them."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.domain.ballot.document import Rating
from app.domain.ballot.focus import FocusAnswer, Seen
from app.domain.reports.action_plan import PLAN_WORDS
from app.infra import clock
from app.infra.db import db
from app.people.passwords import hashed
from tests.browser.navigators import PASSWORD, Hr, Rater, Somebody
from tests.factories import make_department, make_person, make_questionnaire
from tests.whole_cycles import AFTER_THE_CLOSE, answer, close, open_cycle, publish

pytestmark = pytest.mark.browser

STATEMENT = 3
HELP = "Half an hour on Mondays without calls."
COLLEAGUES = 12


def rated(review, value):
    return [
        Rating(colleague.person_id, number, value)
        for colleague in review.colleagues
        for number in range(1, 15)
    ]


def seen_more(review):
    """Fours, and for whoever works on something: more."""
    yield from rated(review, 4)
    yield from (FocusAnswer(who, STATEMENT, int(Seen.MORE)) for who in review.focus)


@pytest.fixture
def people(app):
    """Bob and his people: Hanna of HR, Alice, and twelve colleagues; their first quarter is out."""
    department = make_department(name="Operations")
    common = {"department_id": department.id, "password_hash": hashed(PASSWORD)}
    bob = make_person(name="Bob Berger", email="bob@example.com", **common)
    team = [
        make_person(name=name, email=f"{name.split()[0].lower()}@example.com", **more, **common)
        for name, more in (
            ("Hanna Holt", {"manager_id": bob.id, "is_hr": True}),
            ("Alice Aster", {"manager_id": bob.id}),
            *((f"Colleague{n:02d} Cole", {"manager_id": bob.id}) for n in range(COLLEAGUES)),
        )
    ]
    everybody = [bob, *team]
    questionnaire_id = make_questionnaire().id
    with clock.travel(clock.now() - 6 * AFTER_THE_CLOSE):
        cycle_id = open_cycle(everybody, questionnaire_id=questionnaire_id, name="Spring")
        for person in everybody:
            answer(person, lambda review: rated(review, 3))
        close(cycle_id)
        publish(cycle_id)
    db.session.rollback()
    return {person.name.split()[0]: person for person in everybody} | {"cycle": cycle_id}


@pytest.fixture
def sign_in(chromium, address, people):
    """`sign_in(Hr, "Hanna")`: that person in a window of their own."""
    windows = []

    def enter(role, name):
        windows.append(chromium.new_context(base_url=address))
        windows[-1].set_default_timeout(15_000)
        return role(windows[-1], people[name])

    yield enter
    for window in windows:
        window.close()


def choose(alice, cycle_id):
    """Plan a behaviour from the report, and let colleagues be asked about it."""
    alice.page.goto(f"/reports/{cycle_id}/plan/{STATEMENT}")
    for field, words in (
        ("behaviour", "I will say it early."),
        ("situation", "In the Monday round."),
        ("first_step", "Tell Bob."),
        ("sign", "Nobody is surprised."),
    ):
        alice.page.get_by_label(PLAN_WORDS[field]).fill(words)
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    alice.page.get_by_label(PLAN_WORDS["review_on"]).fill(day)
    alice.page.get_by_label("Ask colleagues in the next review").check()
    alice.press("Keep it in my plan")


def plan_with_the_question(hr):
    hr.page.goto("/cycles/new")
    hr.page.get_by_label("Name").fill("Autumn")
    hr.page.get_by_label("Ask colleagues about the behaviours").check()
    hr.press("Save the plan")
    hr.open_now()


def answer_below_the_statement(carl):
    """What is answered is saved as it goes, and there again on the next visit."""
    question = carl.page.get_by_role("group", name="Alice Aster works on this")
    help_field = carl.page.get_by_label("What would help Alice Aster?")
    carl.page.goto(f"/review/statements/{STATEMENT}")
    question.get_by_label("more").check()
    help_field.fill(HELP)
    expect(carl.page.locator("#saving[data-kind=saved]")).to_be_visible()
    carl.page.reload()
    expect(question.get_by_label("more")).to_be_checked()
    expect(help_field).to_have_value(HELP)


def test_a_behaviour_is_chosen_asked_about_and_looked_back_on(people, sign_in, run_jobs):
    first = people.pop("cycle")
    alice, hr = sign_in(Somebody, "Alice"), sign_in(Hr, "Hanna")

    # Alice chooses; half of the quarter is over, so that she is asked how it is going.
    choose(alice, first)
    alice.page.goto("/")
    alice.press("It goes slowly")
    expect(alice.page.get_by_text("Only you see it")).to_be_visible()

    # HR plans the next review with the question; a colleague answers it, the others as well.
    plan_with_the_question(hr)
    carl = sign_in(Rater, "Colleague00")
    answer_below_the_statement(carl)
    for person in people.values():
        answer(person, seen_more)
    db.session.rollback()
    hr.close_now("Autumn")
    assert run_jobs() == 1
    hr.publish("Autumn")

    # Alice reads both scores, what colleagues see, what would help, and what she said herself.
    report = f"/reports/{first + 1}/{people['Alice'].id}"
    alice.page.goto(report)
    main = alice.page.get_by_role("main")
    for words in ("Before, Spring", "After, Autumn", "most say more", "lean to the present", HELP):
        expect(main).to_contain_text(words)
    expect(main).to_contain_text("On the way you said: it goes slowly.")

    # Bob, who reads her report, is told nothing of it: she shares no plan.
    bob = sign_in(Somebody, "Bob")
    bob.page.goto(report)
    expect(bob.page.get_by_role("main")).to_contain_text("Alice Aster")
    expect(bob.page.get_by_role("main")).not_to_contain_text("most say")
    assert [one.faults for one in (alice, hr, carl, bob)] == [[], [], [], []]
