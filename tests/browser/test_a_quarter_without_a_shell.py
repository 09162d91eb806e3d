"""A whole quarter from an empty database: two people of HR, an employee, and no shell.

Whoever runs Full Circle named the first person of HR in the settings, and a worker is there.
"""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from app.cycles.queries import cycle_by_name
from app.domain.ballot.document import Rating
from app.domain.cycle import CycleState
from app.infra import heartbeats
from app.infra.db import db, transaction
from app.infra.heartbeats import Sign
from app.infra.mail import OutboxMail
from app.lifecycle import due
from app.people.models import Person
from tests.browser.navigators import PASSWORD, Hr, Rater, Reader
from tests.browser.test_a_quarter import fill_in
from tests.whole_cycles import answer

pytestmark = pytest.mark.browser

NAMES = ("Alice Aster", "Carl Conrad", "Dora Dietz", "Emil Ernst", "Fritz Falk", "Gina Gold")
LINK = re.compile(r"https?://[^/\s]+(/password/set/\S+)")
CYCLE = "2031 Q1"


@pytest.fixture
def settings(settings):
    return replace(settings, first_hr="Hanna Holt <hanna@example.com>")


def address_of(name):
    return f"{name.split()[0].lower()}@example.com"


def people_file():
    """What the company's list of people says; Henry is of HR too."""
    rows = ["name,email,title,department,manager,joined_on,roles"]
    rows += [
        "Bob Berger,bob@example.com,Head,Operations,,2020-01-01,board",
        "Hanna Holt,hanna@example.com,HR,Operations,bob@example.com,2020-01-01,hr",
        "Henry Hall,henry@example.com,HR,Operations,bob@example.com,2020-01-01,hr",
    ]
    rows += [
        f"{name},{address_of(name)},Engineer,Operations,bob@example.com,2020-01-01,"
        for name in NAMES
    ]
    return "\n".join(rows).encode()


def work():
    """A minute of the worker."""
    with transaction():
        heartbeats.beat(Sign.WORKER, next_within=heartbeats.SILENT_AFTER)
    due.do_all()
    db.session.rollback()


def set_first_password(window, email):
    """Follow the newest link that was mailed, choose a password, and go away again."""
    db.session.rollback()
    mails = db.session.query(OutboxMail).filter_by(to=email).order_by(OutboxMail.id.desc())
    link = next(found[1] for mail in mails if (found := LINK.search(mail.text)))
    page = window.new_page()
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("Your password is set.")).to_be_visible()
    page.close()
    db.session.rollback()
    return db.session.query(Person).filter_by(email=email).one()


def import_people(hr):
    hr.page.goto("/people/import")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": people_file()}
    hr.page.locator("input[type=file]").set_input_files(file)
    hr.page.locator("main form button[type=submit]").first.click()
    expect(hr.page.get_by_text("Nothing has been changed yet.")).to_be_visible()
    hr.page.locator("button[name=act][value=import]").click()
    expect(hr.page.get_by_role("status").first).to_be_visible()


def decide(hr, sentence):
    """Read on the desk what somebody else of HR asks for, and go on to it."""
    hr.page.goto("/desk")
    expect(hr.page.get_by_text(sentence)).to_be_visible()
    hr.follow("Read and decide")


def say_yes(hr, word):
    """On the page that says what will happen."""
    expect(hr.page.get_by_text("What will happen")).to_be_visible()
    hr.page.locator("input[name=word]").fill(word)
    hr.page.locator("main form button[type=submit]").first.click()
    expect(hr.page.get_by_role("status").first).to_be_visible()


def all_fours(review):
    return [
        Rating(colleague.person_id, s, 4) for colleague in review.colleagues for s in range(1, 15)
    ]


STRICT = ("Only the person reads their report", "HR sees how many have sent, and not who")
"""What a works council may ask for."""


@pytest.fixture
def window(chromium, address):
    """Makes windows, each of somebody else."""

    def make():
        context = chromium.new_context(base_url=address, accept_downloads=True)
        context.set_default_timeout(15_000)
        return context

    return make


def begin(window):
    """Two people of HR and an employee, signed in: one from the settings, two from a file."""
    hanna = Hr(window(), set_first_password(window(), "hanna@example.com"))
    work()
    import_people(hanna)
    hanna.page.goto("/desk")
    hanna.press("Send all of them a link")
    expect(hanna.page.get_by_text("8 links are on the way")).to_be_visible()
    work()
    henry = Hr(window(), set_first_password(window(), "henry@example.com"))
    return hanna, henry, Rater(window(), set_first_password(window(), "alice@example.com"))


def plan_and_open(hanna, henry, terms):
    """One plans; the other one reads of it on the desk and confirms; the first one opens."""
    hanna.page.goto("/cycles/new")
    hanna.page.get_by_label("Name").first.fill(CYCLE)
    for label in terms:
        hanna.page.get_by_label(label).evaluate("(box) => box.click()")
    hanna.press("Save the plan")
    decide(henry, f"Hanna Holt needs your word: to confirm the plan of {CYCLE}")
    henry.follow("Confirm the plan …")
    say_yes(henry, "Fine with me.")
    hanna.page.goto("/cycles")
    hanna.follow(CYCLE)
    hanna.open_now()


def close_and_publish(hanna, henry):
    """Both of HR close early; the worker counts; the desk says what comes next."""
    hanna.page.goto("/cycles")
    hanna.follow(CYCLE)
    hanna.follow("Close now …")
    say_yes(hanna, "The office moves next week.")
    decide(henry, "The office moves next week.")
    say_yes(henry, "Good.")
    work()
    assert cycle_by_name(CYCLE).state is CycleState.CLOSED
    db.session.rollback()
    hanna.page.goto("/desk")
    expect(hanna.page.get_by_text(f"{CYCLE} is counted and not published")).to_be_visible()
    hanna.follow("Publish …")
    hanna.page.locator("main form button[type=submit]").first.click()
    expect(hanna.page.get_by_text(f"{CYCLE} is published.")).to_be_visible()


def take_along(somebody, page, link):
    """The name of the file that a link on a page gives."""
    somebody.page.goto(page)
    with somebody.page.expect_download() as download:
        somebody.follow(link)
    return download.value.suggested_filename


@pytest.mark.parametrize("terms", [(), STRICT], ids=["usual", "strict"])
def test_a_quarter_runs_from_an_empty_database_without_a_shell(window, terms):
    hanna, henry, alice = begin(window)
    plan_and_open(hanna, henry, terms)

    fill_in(alice, option=5)
    for person in db.session.query(Person).filter(Person.email != "alice@example.com").all():
        answer(person, all_fours)
    db.session.rollback()

    # Where HR sees numbers only, no page of theirs leads to names.
    hanna.page.goto("/desk")
    expect(hanna.page.get_by_text("Who has not")).to_have_count(0 if terms else 1)
    close_and_publish(hanna, henry)

    # Her manager finds her report, unless she alone reads it.
    bob = Reader(window(), set_first_password(window(), "bob@example.com"))
    bob.page.goto("/reports")
    hers = bob.page.get_by_role("link", name=f"PDF of Alice Aster, {CYCLE}")
    expect(hers).to_have_count(0 if terms else 1)
    alice.page.goto("/")
    expect(alice.page.get_by_role("link", name="Read your report").first).to_be_visible()
    mine = take_along(alice, "/account/data", "Take it along as a file")
    assert mine == "What is kept about me.zip"
    cycle_page = f"/cycles/{cycle_by_name(CYCLE).id}"
    assert take_along(hanna, cycle_page, "as a spreadsheet").endswith(".xlsx")
    for somebody in (hanna, henry, alice, bob):
        assert somebody.faults == []
