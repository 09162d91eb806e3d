"""A new company is led step by step to its first cycle, on every page where it would look."""

from dataclasses import replace
from html import unescape

import pytest

from app.cycles.queries import cycle_by_id
from app.infra import clock
from app.infra.db import transaction
from app.infra.heartbeats import SILENT_AFTER, Sign, beat
from app.lifecycle import due, services
from tests.factories import make_company, make_cycle, make_person


@pytest.fixture(autouse=True)
def worker(app):
    """The worker runs, so that nothing else cannot wait."""
    with transaction():
        beat(Sign.WORKER, next_within=SILENT_AFTER)
    due.do_all()


def page_of(hr, address="/desk"):
    return unescape(hr.get(address).get_data(as_text=True))


def heading_of(page):
    return page.split("<h1>")[1].split("</h1>")[0]


def next_of(page):
    """The step that stands out."""
    return page.split('aria-current="step"')[1].split("</li>")[0]


def make_whole_company():
    for person in make_company(9):
        person.is_hr = False


class TestTheDesk:
    @pytest.mark.parametrize("others", [0, 1, 5])
    def test_of_too_few_people_says_to_bring_them_in(self, hanna, others):
        for _ in range(others):
            make_person()

        page = page_of(hanna)

        assert heading_of(page) == "Next: bring in your people."
        assert "a cycle needs at least 7" in next_of(page)
        assert 'class="button"' in next_of(page)
        assert 'href="/people/import">Bring in your people' in next_of(page)
        assert "Nothing waits for you" not in page

    def test_of_enough_people_says_to_plan(self, hanna):
        make_whole_company()

        page = page_of(hanna)

        assert heading_of(page) == "Next: plan the first cycle."
        assert 'href="/cycles/new">Plan a cycle' in next_of(page)

    def test_with_a_plan_asks_for_a_second_person_of_hr(self, hanna):
        make_whole_company()
        make_cycle(make_people(8))

        page = page_of(hanna)

        assert heading_of(page) == "Next: give the HR role to a second person."
        assert "is to open on" in page

    def test_then_for_a_mail_server(self, hanna):
        make_company(9)

        make_cycle(make_people(8))

        assert "FULL_CIRCLE_SMTP_URL" in next_of(page_of(hanna))

    def test_puts_what_cannot_wait_first(self, hanna):
        make_cycle([make_person()], name="First quarter")

        page = page_of(hanna)

        assert heading_of(page) == "One thing cannot wait. Next: bring in your people."
        assert page.index("What needs doing") < page.index("To your first cycle")
        assert "First quarter cannot open on" in page

    def test_says_nothing_of_them_once_a_cycle_was_opened(self, hanna):
        make_whole_company()
        cycle = make_cycle(make_people(8), opens_at=clock.now())
        with transaction():
            services.open_(cycle_by_id(cycle.id), by=None)

        assert "To your first cycle" not in page_of(hanna)

    def test_where_whoever_begins_is_alone_misses_no_manager(self, hanna):
        assert "no manager who works here" not in page_of(hanna)


class TestWithAMailServer:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, smtp_url="smtp://127.0.0.1:1")

    def test_nothing_is_left_to_do(self, hanna):
        company = make_company(9)
        hugo = next(person for person in company if person.is_hr)
        make_cycle(make_people(8), planned_by_id=hugo.id)

        page = page_of(hanna)

        assert "To your first cycle" not in page


class TestOtherPages:
    @pytest.mark.parametrize("address", ["/cycles", "/cycles/new"])
    def test_say_that_the_company_is_too_small_and_where_people_come_in(self, hanna, address):
        small = page_of(hanna, address)
        make_whole_company()
        enough = page_of(hanna, address)

        assert "1 person is here; a cycle needs at least 7." in small
        assert 'class="button" href="/people/import">Bring in your people' in small
        assert "a cycle needs at least" not in enough

    def test_the_list_of_cycles_offers_people_before_a_plan(self, hanna):
        small = page_of(hanna, "/cycles")
        make_whole_company()

        assert 'class="button quiet"\n         href="/cycles/new"' in small
        assert 'class="button"\n         href="/cycles/new"' in page_of(hanna, "/cycles")


def make_people(count):
    return [make_person() for _ in range(count)]
