"""The personal report on paper: what it says, how it is made, what it never says."""

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import ImageOps
from pypdf import PageObject, PdfReader

from app.domain.release.policy import Shown
from app.domain.reports.action_plan import PLAN_WORDS, Action, LookBack
from app.domain.reports.words import near_words, number_words, shares_figures
from app.pdf.engine.letterhead import Letterhead
from app.pdf.pages.personal import render
from app.pdf.pages.statements import last_quarter
from tests.samples import SAMPLES, shown, typical

TYPICAL_PAGES = 5
FEWEST_PAGES = 4
MOST_PAGES = 9
COMMENTS = 1
"""Where comments begin in the typical report; pages count from 0."""
FOOTER = 62
"""Points from the lower edge; text of a page ends above."""


@lru_cache(maxsize=8)  # reading takes longer than drawing, and most tests read the same papers
def pages_of(paper: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(paper)).pages]


def fonts_of(page: PageObject) -> list[Any]:
    resources: Any = page["/Resources"]
    return [font.get_object() for font in resources["/Font"].values()]


def content_of(paper: bytes, page: int) -> bytes:
    content = PdfReader(BytesIO(paper)).pages[page].get_contents()
    assert content is not None
    return content.get_data()


def squeezed(text: str) -> str:
    """Text without any white space: how lines are broken does not matter."""
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    return {name: render(make()) for name, make in SAMPLES.items()}


@pytest.mark.parametrize("name", SAMPLES)
def test_equal_reports_give_equal_bytes(papers, name):
    assert render(SAMPLES[name]()) == papers[name]


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "extreme"])
def test_a_report_is_small(papers, name):
    assert len(papers[name]) <= 60_000


def test_a_report_has_as_many_pages_as_there_is_to_say(papers):
    assert len(pages_of(papers["typical"])) == TYPICAL_PAGES
    assert len(pages_of(papers["first_quarter"])) == FEWEST_PAGES
    assert len(pages_of(papers["all_hidden"])) <= FEWEST_PAGES
    assert len(pages_of(papers["two_views"])) <= TYPICAL_PAGES + 1


@pytest.mark.parametrize("name", SAMPLES)
def test_only_the_page_of_the_plan_and_the_one_before_it_may_be_half_empty(papers, name):
    *pages, _, _ = pdfium.PdfDocument(papers[name])

    for page in pages:
        drawn = page.render(scale=0.2, grayscale=True).to_pil()
        text = drawn.crop((0, drawn.height // 10, drawn.width, drawn.height * 9 // 10))
        drawn_on = ImageOps.invert(text).getbbox()
        assert drawn_on
        assert drawn_on[3] > text.height / 2


def test_a_full_report_has_nine_pages_at_most():
    # Two views, four quarters, a plan looked back on, and as much as 24 colleagues write.
    report = SAMPLES["two_views"]()
    (planned,), (past,) = report.plan, report.looking_back
    full = replace(
        report,
        keep=report.keep * 6,
        try_next=report.try_next * 8,
        plan=(planned, planned),
        looking_back=(past, past),
        also=report.said * 2,
    )

    assert len(pages_of(render(full))) <= MOST_PAGES


@pytest.mark.parametrize("paper", ["A4", "letter"])
def test_the_paper_is_the_one_asked_for(paper):
    width, height = {"A4": (595, 842), "letter": (612, 792)}[paper]

    pages = PdfReader(BytesIO(render(typical(), letterhead=Letterhead(paper)))).pages

    assert len(pages) == TYPICAL_PAGES
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {
        (width, height)
    }


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "extreme"])
def test_the_first_page_can_stand_alone(papers, name):
    report = SAMPLES[name]()
    first = squeezed(pages_of(papers[name])[0])

    assert first.index(squeezed(report.name)) < first.index(squeezed(report.finding))
    for one in report.said:
        assert squeezed(one.title) in first
        assert squeezed(one.words) in first
    assert squeezed(report.unseen) in first
    assert squeezed(report.readers) in first


@pytest.mark.parametrize("name", SAMPLES)
def test_everything_that_is_clear_stands_on_paper(papers, name):
    report = SAMPLES[name]()
    text = squeezed("".join(pages_of(papers[name])))

    for one in (*report.said, *report.also):
        assert squeezed(one.words) in text


def test_a_report_with_nothing_clear_shows_the_competencies_first(papers):
    first = squeezed(pages_of(papers["first_quarter"])[0])

    assert all(squeezed(line.name) in first for line in SAMPLES["first_quarter"]().competencies)


@pytest.mark.parametrize("name", ["typical", "first_quarter", "two_views"])
def test_every_statement_stands_with_its_number_as_text(papers, name):
    page = squeezed("".join(pages_of(papers[name])[1:3]))

    for line in SAMPLES[name]().statements:
        assert squeezed(line.text) in page
        assert squeezed(number_words(line.colleagues)) in page
        if isinstance(line.colleagues, Shown):
            assert squeezed(shares_figures(line.colleagues.shares)) in page


def test_hidden_rows_say_why_in_words(papers):
    first, statements, others = [*pages_of(papers["all_hidden"]), ""][:3]

    assert "Fewer than 5 colleagues answered" in first
    assert statements.count("fewer than 5 colleagues answered") == 14
    assert "There is nothing to compare" in statements + others
    assert "Comments are not shown: fewer than 5 colleagues answered" in statements + others


def test_differences_are_told_in_both_directions(papers):
    text = "".join(pages_of(papers["typical"]))

    assert "You rate yourself higher than colleagues do" in text
    assert "Colleagues rate you higher than you do" in text
    assert near_words(typical()) in text


def test_the_first_quarter_has_no_trend_yet(papers):
    assert "OVER TIME" not in "".join(pages_of(papers["first_quarter"]))
    assert "2025 Q4" in "".join(pages_of(papers["typical"]))


def test_the_notes_stand_under_about_these_numbers(papers):
    text = squeezed("".join(pages_of(papers["typical"])))

    assert all(squeezed(note) in text.partition("Aboutthesenumbers")[2] for note in typical().notes)


def test_a_reader_gets_no_cards_to_write_on_for_somebody_else():
    read = replace(typical(), speaks_to_subject=False)

    text = "".join(pages_of(render(read)))

    assert "First step in the next two weeks" not in text
    assert "Alice Example’s answers are higher" in text


def test_all_comments_are_complete_and_in_order(papers):
    report = SAMPLES["extreme"]()
    pages = pages_of(papers["extreme"])[1:-1]
    head = "The Extraordinarily Long-Winded .*\n?"
    footer = re.compile(rf"{head}|Confidential: for .*\n?|page \d+ of \d+|.*2026 Q3\n?")
    text = squeezed("".join(footer.sub("", page) for page in pages))

    assert text.index("Keepdoing") < text.index("Trynextquarter")
    for comment in report.keep[:-1]:
        assert text.count(squeezed(comment.text)) >= 2
    assert len(pages) > 10


def test_a_report_without_comments_says_so(papers):
    assert "Nobody wrote a comment" in "".join(pages_of(papers["first_quarter"]))


def test_the_plan_asks_for_two_behaviours(papers):
    plan = pages_of(papers["typical"])[-1]

    assert "Up to two behaviours" in plan
    for words in PLAN_WORDS.values():
        assert plan.count(words) == 2


@pytest.mark.parametrize("name", SAMPLES)
def test_pages_are_numbered_and_confidential(papers, name):
    pages = pages_of(papers[name])

    for number, page in enumerate(pages, start=1):
        assert f"page {number} of {len(pages)}" in page
        assert "Confidential" in page


@pytest.mark.parametrize("name", SAMPLES)
def test_forbidden_words_are_nowhere(papers, name):
    text = " ".join(pages_of(papers[name])).lower()

    for word in (r"blind spot", r"\brank", r"percentile", r"leniency", r"overall score"):
        assert not re.search(word, text)


@pytest.mark.parametrize("name", SAMPLES)
def test_properties_name_no_ids_and_no_times(papers, name):
    reader = PdfReader(BytesIO(papers[name]))
    report = SAMPLES[name]()
    properties = {key: str(value) for key, value in (reader.metadata or {}).items()}

    assert properties["/Title"] == f"{report.company} – {report.cycle_name} – {report.name}"
    assert properties["/Author"] == report.company
    assert not {"/CreationDate", "/ModDate"} & properties.keys()
    assert "/ID" not in reader.trailer
    assert str(reader.root_object["/Lang"]) == "en-GB"
    assert len(reader.outline) >= 3


LATIN_ONLY = [name for name in SAMPLES if name != "extreme"]


@pytest.mark.parametrize("name", LATIN_ONLY)
def test_every_font_is_embedded_as_a_subset(papers, name):
    for page in PdfReader(BytesIO(papers[name])).pages:
        for kind in fonts_of(page):
            assert re.match(r"/[A-Z]{6}\+SourceSansPro", kind["/BaseFont"]), kind["/BaseFont"]
            assert "/FontFile2" in kind["/FontDescriptor"]


def test_the_persons_own_plan_stands_in_its_card_beside_one_to_write_on(papers):
    plan = squeezed(pages_of(papers["two_views"])[-1])
    (item,) = SAMPLES["two_views"]().plan

    for words in (
        item.text,
        item.behaviour,
        item.situation,
        item.first_step,
        item.helper,
        item.sign,
    ):
        assert squeezed(words) in plan
    assert "14December2026" in plan
    assert plan.count("Firststepinthenexttwoweeks") == 2
    assert "somethingyoucanfinish" in plan


def test_what_was_planned_a_quarter_ago_stands_beside_the_change(papers):
    plan = squeezed(pages_of(papers["two_views"])[-1])
    (past,) = SAMPLES["two_views"]().looking_back

    assert "Plannedin2026Q2" in plan
    assert plan.index(squeezed(past.item.behaviour)) < plan.index(squeezed(past.outcome))


def test_two_long_plans_are_printed_whole_and_nothing_is_left_to_write_on():
    (item,) = SAMPLES["two_views"]().plan
    long = replace(item, situation="so many words " * 21, sign="and signs " * 30)

    pages = pages_of(render(replace(typical(), plan=(long, long))))

    text = squeezed("".join(pages))
    assert text.count(squeezed(long.situation)) == 2
    assert text.count(squeezed(long.sign)) == 2
    assert "somethingyoucanfinish" not in text


def test_a_name_with_a_word_wider_than_the_page_is_set_smaller_and_not_cut():
    name = "Wolfeschlegelsteinhausenbergerdorff"

    cover = pages_of(render(replace(typical(), name=name)))[0]

    assert name in cover


def in_the_footer(paper: bytes) -> list[str]:
    """What stands at the foot of each page below the text."""
    pages = pdfium.PdfDocument(paper)
    return [page.get_textpage().get_text_bounded(bottom=0, top=FOOTER) for page in pages]


@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_no_note_runs_into_the_footer(times):
    report = typical()

    found = in_the_footer(render(replace(report, notes=report.notes * times)))

    assert all(re.fullmatch(r"Confidential: [^\r\n]+ page \d of \d", one) for one in found)


def test_a_competency_shows_the_quarter_before_that_its_chart_shows():
    report = typical()
    whole = report.competencies[1]
    line = next(one for one in report.trend if one.competency == whole.name)
    comparable = tuple(replace(one, previous=shown(3.0)) for one in report.statements)

    assert last_quarter(replace(report, statements=comparable), whole) == line.points[-2].value
    hidden = tuple(replace(one, previous=None) for one in report.statements)
    assert last_quarter(replace(report, statements=hidden), whole) is None


def test_a_plan_of_one_behaviour_never_has_an_empty_form_alone_on_the_last_page():
    item = Action(
        1, "Does it.", "I ask. " * 40, "Now. " * 60, "Go. " * 70, "", "", date(2027, 1, 5)
    )
    past = LookBack("2026 Q2", item, "No change beyond what chance explains.")
    full = replace(typical(), plan=(item,), looking_back=(past, past, past))

    last = PdfReader(BytesIO(render(full))).pages[-1].extract_text()

    assert squeezed("I ask.") in squeezed(last)
