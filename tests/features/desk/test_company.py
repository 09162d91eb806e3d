"""Settings of the company: HR sets them on a page, the environment wins, and harm needs two."""

import io
import struct
import zlib
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader

from app import create_app
from app.domain import colours
from app.domain.reminder_times import PlannedKind
from app.infra import company, logo_cleaning
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.logo_cleaning import LogoRefusedError, cleaned
from app.infra.settings import settings as current
from app.reminders import queries, schedule
from tests.browsing import Browser
from tests.factories import make_company, make_cycle, make_person

PAGE = "/desk/company"
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="steal()">
<script>steal()</script><a href="https://elsewhere.example"><path d="M0 0"/></a>
<rect width="9" height="9" fill="#14566a"/></svg>"""


def a_png(size=(900, 300)):
    """A picture with a text field in it."""
    told = PngInfo()
    told.add_text("Comment", "made at home")
    out = io.BytesIO()
    Image.new("RGB", size, "#14566a").save(out, "PNG", pnginfo=told)
    return out.getvalue()


def a_svg(inside):
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>'.encode()


def filters_inside_filters(depth):
    """What ends the process that draws it."""
    blur = '<filter id="f"><feGaussianBlur stdDeviation="5"/></filter>'
    opened = '<g filter="url(#f)">' * depth
    return f'{blur}{opened}<rect width="9" height="9"/>' + "</g>" * depth


def claiming(png, side):
    """The same file with a head that says it has so many pixels a side."""
    head = b"IHDR" + struct.pack(">II", side, side) + png[24:29]
    return png[:12] + head + struct.pack(">I", zlib.crc32(head)) + png[33:]


def save(hr, **over):
    fields = {
        "company_name": "Nordlicht Hosting",
        "colour": "",
        "timezone": "Europe/Berlin",
        "paper": "A4",
        "mail_from": "Full Circle <full-circle@localhost>",
        "results_years": "3",
    }
    return hr.post(PAGE, fields | over, follow_redirects=True)


def test_what_hr_sets_holds_at_once_and_in_other_processes(hanna, settings):
    save(hanna, timezone="Asia/Tokyo", paper="letter")

    assert (current().company_name, current().timezone, current().paper) == (
        "Nordlicht Hosting",
        "Asia/Tokyo",
        "letter",
    )
    assert "Nordlicht Hosting" in hanna.get("/").text
    other = create_app(settings, testing=True)
    assert other.config["SETTINGS"].timezone == "Asia/Tokyo"
    with other.app_context():
        db.engine.dispose()
    entry = db.session.query(AuditEntry).filter_by(tag="company:changed").one()
    assert entry.details == {"settings": ["company_name", "paper", "timezone"]}


class TestWhereTheEnvironmentSaysSomething:
    @pytest.fixture
    def settings(self, settings):
        given = frozenset({"company_name"})
        return replace(settings, company_name="From Outside", given=given)

    def test_it_wins_and_the_page_says_so(self, hanna):
        page = unescape(hanna.get(PAGE).text)
        save(hanna, company_name="From Inside", paper="letter")

        assert "Set by whoever runs Full Circle (FULL_CIRCLE_COMPANY)" in page
        assert (current().company_name, current().paper) == ("From Outside", "letter")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"mail_from": "nobody"}, "Please give one mailbox"),
        ({"colour": "red"}, "Please write the colour as #"),
        ({"colour": "#ffee88"}, "Words in this colour could not be read: its contrast is 1."),
        ({"results_years": "0"}, "Please give a number from 1 to 100."),
        ({"company_name": "x" * 101}, "Please use one line of at most 100 characters."),
    ],
)
def test_a_wrong_setting_is_refused_with_all_the_others(hanna, wrong, sentence):
    said = save(hanna, **{"paper": "letter"} | wrong)

    assert said.status_code == 422
    assert sentence in unescape(said.text)
    assert current().paper == "A4"


def test_the_colour_is_a_style_sheet_in_which_words_can_be_read(hanna):
    save(hanna, colour="#7a1f5c")

    page = hanna.get("/").text
    style = hanna.get("/company.css").text
    assert "/company.css?v=" in page
    assert "--accent:light-dark(#7a1f5c,#" in style
    dark = colours.for_the_dark("#7a1f5c")
    assert colours.contrast(dark, colours.NIGHT) >= colours.READABLE
    for colour, night in (("#7a1f5c", False), (dark, True)):
        assert colours.contrast(colours.on_top_of(colour), colour) >= colours.READABLE
        wash = colours.washed(colour, is_dark=night)
        assert colours.contrast(wash, colour) >= colours.READABLE


def test_without_a_colour_pages_ask_for_no_style_sheet(hanna):
    assert "company.css" not in hanna.get("/").text


class TestTheLogo:
    def send(self, hr, content):
        return save(hr, logo=(io.BytesIO(content), "logo"))

    def test_a_drawing_is_served_without_whatever_is_no_drawing(self, hanna, client):
        self.send(hanna, SVG)

        served = client.get("/company-logo")
        assert served.mimetype == "image/svg+xml"
        assert b"<rect" in served.data
        assert not [one for one in (b"script", b"onload", b"elsewhere") if one in served.data]
        assert "sandbox" in served.headers["Content-Security-Policy"]
        assert 'class="logo"' in hanna.get("/").text

    def test_a_png_is_drawn_anew_and_made_small(self, hanna, client):
        self.send(hanna, a_png())

        served = client.get("/company-logo").data
        picture = Image.open(io.BytesIO(served))
        assert max(picture.size) == 512
        assert b"made at home" not in served

    @pytest.mark.parametrize("content", [SVG, a_png()], ids=["svg", "png"])
    def test_it_is_on_papers_in_the_companys_colour(self, hanna, content):
        cycle = make_cycle(make_company(8))
        save(hanna, colour="#7a1f5c", logo=(io.BytesIO(content), "logo"))

        paper = hanna.get(f"/cycles/{cycle.id}/works-council.pdf").data

        page: Any = PdfReader(io.BytesIO(paper)).pages[0]
        assert "Nordlicht Hosting" in page.extract_text()
        assert page["/Resources"]["/ColorSpace"]["/Accent"][3].original_bytes == bytes.fromhex(
            "7a1f5c"
        )
        logo = page["/Resources"]["/XObject"]["/Logo"]
        assert logo.get_data()[:3] == bytes.fromhex("14566a")
        assert logo["/Height"] == 132

    def test_letters_of_a_drawing_are_drawn_alike_on_every_machine(self):
        drawn = cleaned(a_svg('<text x="1" y="8" font-family="Nowhere">N</text>')).on_paper

        assert Image.open(io.BytesIO(drawn)).size == (97, 118)

    def test_it_can_be_taken_away(self, hanna, client):
        self.send(hanna, a_png())
        save(hanna, drops_logo="y")

        assert client.get("/company-logo").status_code == 404

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"GIF89a", "A logo is a PNG or an SVG file."),
            (b"\x89PNG\r\n\x1a\nnonsense", "This PNG file is damaged."),
            (b"<svg", "This SVG file is damaged."),
            (a_png((5_000, 1)), "A logo may have 4000 pixels a side at most."),
            (claiming(a_png(), 10_000), "A logo may have 4000 pixels a side at most."),
            (claiming(a_png(), 2**31 - 1), "A logo may have 4000 pixels a side at most."),
            (b"x" * 600_000, "A logo may have 512 KB at most."),
            (a_svg('<image href="/srv/secret.png" width="9" height="9"/>'), "in place of shapes"),
            (a_svg('<rect width="9" height="9" fill="#fff"/>'), "can be seen on white paper"),
            (a_svg(""), "can be seen on white paper"),
            (a_svg(filters_inside_filters(300)), "This SVG file cannot be drawn."),
        ],
    )
    def test_another_file_is_refused_in_a_sentence(self, content, sentence):
        with pytest.raises(LogoRefusedError, match=sentence):
            cleaned(content)

    def test_a_drawing_that_takes_for_ever_is_given_up(self, monkeypatch):
        monkeypatch.setattr(logo_cleaning, "PATIENCE", 0.01)

        with pytest.raises(LogoRefusedError, match="cannot be drawn"):
            cleaned(SVG)


class TestAShorterTimeForResults:
    def test_is_set_by_one_person_where_hr_is_one(self, hanna):
        save(hanna, results_years="1")

        assert current().results_years == 1

    def test_waits_for_the_second_person_where_hr_has_two(self, app, hanna):
        henry = Browser(app, make_person(name="Henry Hall", email="henry@example.com", is_hr=True))

        said = save(hanna, results_years="1", paper="letter")

        assert "waits until a second person of HR agrees" in said.text
        assert (current().results_years, current().paper) == (3, "letter")
        assert "to keep results for 1 year only" in henry.get("/desk").text
        henry.post("/desk/company/shorten", {"word": "Yes."})
        assert current().results_years == 1

    def test_a_longer_time_needs_nobody_else(self, app, hanna):
        make_person(is_hr=True)

        save(hanna, results_years="7")

        assert current().results_years == 7


def test_only_hr_sets_anything(alice):
    assert alice.get(PAGE).status_code == 403
    assert alice.post(PAGE, {"paper": "letter"}, page="/").status_code == 403
    assert company.values() == {}


def test_hr_says_who_needs_a_second_factor_and_it_is_written_down(hanna):
    save(hanna, second_factor=["managers", "board"])

    assert current().factor_roles == {"board", "managers"}
    (entry,) = db.session.query(AuditEntry).filter_by(tag="company:changed")
    assert "second_factor" in str(entry.details)
    assert "who needs a second factor" in hanna.get("/audit").text
    assert hanna.get(PAGE).text.count("checked") == 2

    save(hanna)
    assert current().factor_roles == frozenset()


def test_hr_who_has_none_and_requires_one_of_hr_sets_it_up_next(hanna):
    save(hanna, second_factor=["hr"])

    assert hanna.get(PAGE).location.startswith("/sign-in")


def test_an_invented_role_is_refused(hanna):
    answer = save(hanna, second_factor=["employees"])

    assert "Please choose one of those offered." in answer.text or answer.status_code == 422
    assert current().factor_roles == frozenset()


TEXTS = "/desk/company/reminders"


def typed(**over):
    return {f"{kind}_is_on": "y" for kind in PlannedKind} | over


class TestTextsOfReminders:
    def test_the_next_plan_begins_with_them(self, hanna):
        hanna.post(TEXTS, typed(last_call_subject="Tomorrow it closes", half_time_opening="Hello!"))

        cycle = make_cycle(make_company(8))
        with transaction():
            schedule.take_over_words(cycle)

        words = schedule.words_of(cycle)
        assert words[PlannedKind.LAST_CALL].subject == "Tomorrow it closes"
        assert words[PlannedKind.HALF_TIME].opening == "Hello!"
        assert "Tomorrow it closes" in hanna.get(TEXTS).text
        entry = db.session.query(AuditEntry).filter_by(tag="company:changed").one()
        assert entry.details == {"settings": ["reminder_texts"]}

    def test_what_is_saved_for_a_plan_is_kept_for_the_next_ones(self, hanna):
        cycle = make_cycle(make_company(8))

        hanna.post(f"/cycles/{cycle.id}/reminders", typed(three_days_subject="Three days"))

        assert schedule.words_of_company()[PlannedKind.THREE_DAYS].subject == "Three days"
        assert "Three days" in hanna.get(TEXTS).text

    def test_one_that_is_off_stays_off(self, hanna):
        texts = typed()
        del texts["half_time_is_on"]
        hanna.post(TEXTS, texts)

        cycle = make_cycle(make_company(8))
        with transaction():
            schedule.take_over_words(cycle)

        assert not schedule.words_of(cycle)[PlannedKind.HALF_TIME].is_on
        assert schedule.words_of(cycle)[PlannedKind.LAST_CALL].is_on

    def test_too_long_a_text_is_refused_and_keeps_the_others(self, hanna):
        answer = hanna.post(TEXTS, typed(last_call_opening="x" * 1001, half_time_subject="Half"))

        assert answer.status_code == 422
        assert schedule.words_of_company()[PlannedKind.HALF_TIME].subject == ""

    def test_a_plan_without_own_texts_keeps_ours(self, hanna):
        cycle = make_cycle(make_company(8))
        with transaction():
            schedule.take_over_words(cycle)

        assert not queries.texts_of(cycle.id)
