"""A quarter from start to finish, as HR, three employees and a manager live it."""

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy import select

from app.domain.ballot.document import Rating
from app.infra.db import db
from app.people.passwords import hashed
from app.results.models import StatementScore
from tests.browser.navigators import PASSWORD, Hr, Rater, Reader
from tests.factories import make_department, make_person
from tests.whole_cycles import answer

pytestmark = pytest.mark.browser

PRAISE = "Your handovers are so complete that nobody has to call you back."


@pytest.fixture
def people(app):
    """Ten people: a manager, HR, and eight who report to the manager."""
    department = make_department(name="Operations")
    secret = hashed(PASSWORD)
    common = {"department_id": department.id, "password_hash": secret}
    bob = make_person(name="Bob Berger", email="bob@example.com", **common)
    hanna = make_person(
        name="Hanna Holt", email="hanna@example.com", manager_id=bob.id, is_hr=True, **common
    )
    names = ("Alice Aster", "Carl Conrad", "Dora Dietz", "Emil Ernst", "Fritz Falk", "Gina Gold")
    team = [
        make_person(
            name=name, email=f"{name.split()[0].lower()}@example.com", manager_id=bob.id, **common
        )
        for name in names
    ]
    return {person.name.split()[0]: person for person in (bob, hanna, *team)}


def fill_in(rater, *, option, besides=None):
    """Go through all pages of the review and send."""
    rater.begin()
    rater.next()
    rater.rate_everybody(option)  # about themselves
    rater.next()
    for number in range(1, 15):
        expect(rater.page.get_by_text(f"Statement {number} of 14")).to_be_visible()
        rater.rate_everybody(option, besides=besides if number == 1 else None)
        rater.next()
    if rater.heading() == "A few words, if you like":
        rater.say("Alice Aster", keep=PRAISE) if option == 4 else None
        rater.next()
    rater.answer_the_last_question(9, "colleagues")
    rater.next()
    assert rater.heading() == "Check and send"
    rater.send()
    expect(rater.page.get_by_role("heading", level=1)).to_contain_text("ent")


def test_a_quarter_ends_with_a_report_in_the_managers_hands(
    chromium, address, people, run_jobs, tmp_path
):
    def window():
        context = chromium.new_context(base_url=address, accept_downloads=True)
        context.set_default_timeout(15_000)
        return context

    # HR plans a cycle and opens it.
    hr = Hr(window(), people["Hanna"])
    hr.plan("Autumn")
    hr.open_now()

    # Three employees fill in the whole review, one of them coming back after a break.
    carl = Rater(window(), people["Carl"])
    fill_in(carl, option=4, besides={"Alice Aster": 5})
    dora = Rater(window(), people["Dora"])
    dora.begin()
    dora.did_not_work_with("Gina Gold")
    dora.next()
    dora.sign_out()
    dora = Rater(window(), people["Dora"])
    fill_in(dora, option=3)
    alice = Rater(window(), people["Alice"])
    fill_in(alice, option=5)

    # The others send as well; their answers are set by hand.
    for name in ("Bob", "Hanna", "Emil", "Fritz", "Gina"):
        answer(
            people[name],
            lambda review: [
                Rating(colleague.person_id, s, 4)
                for colleague in review.colleagues
                for s in range(1, 15)
            ],
        )
    db.session.rollback()

    # HR closes; the ballots are counted and forgotten; HR publishes.
    hr.close_now("Autumn")
    assert run_jobs() == 1
    hr.publish("Autumn")

    # The manager downloads the report of one of their people.
    bob = Reader(window(), people["Bob"])
    file = bob.download("Alice Aster", "Autumn", tmp_path)

    assert file.name.endswith("Autumn - Alice Aster.pdf")
    text = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(file).pages)
    assert "Alice Aster" in text
    assert "Autumn" in text
    assert "6 colleagues answered" in text
    assert PRAISE in text
    released = db.session.scalars(
        select(StatementScore.mean).where(StatementScore.subject_id == people["Alice"].id)
    ).all()
    assert len(released) == 14
    assert [mean for mean in released if f"{mean:.1f}" not in text] == []
    for somebody in (hr, carl, dora, alice, bob):
        assert somebody.faults == []
