"""The personal report on paper: what it says, how it is made, what it never says."""

import re
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
import pytest
from pypdf import PageObject, PdfReader

from app.domain.release.policy import Shown
from app.domain.reports.words import gap_words, number_words, shares_figures
from app.pdf.pages.personal import render
from tests.samples import SAMPLES, typical

SMALLEST_PAGES = 7
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


def test_a_typical_report_has_seven_pages(papers):
    assert len(pages_of(papers["typical"])) == SMALLEST_PAGES
    assert len(pages_of(papers["all_hidden"])) == SMALLEST_PAGES
    assert len(pages_of(papers["two_views"])) == SMALLEST_PAGES + 1


@pytest.mark.parametrize("paper", ["A4", "letter"])
def test_the_paper_is_the_one_asked_for(paper):
    width, height = {"A4": (595, 842), "letter": (612, 792)}[paper]

    pages = PdfReader(BytesIO(render(typical(), paper=paper))).pages

    assert len(pages) == SMALLEST_PAGES
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {
        (width, height)
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_the_summary_begins_with_the_finding(papers, name):
    summary = squeezed(pages_of(papers[name])[1])

    assert squeezed(SAMPLES[name]().finding) in summary
    for sentence in SAMPLES[name]().highlights:
        assert squeezed(sentence) in summary


@pytest.mark.parametrize("name", ["typical", "first_quarter", "two_views"])
def test_every_statement_stands_with_its_number_as_text(papers, name):
    page = squeezed(pages_of(papers[name])[2])

    for line in SAMPLES[name]().statements:
        assert squeezed(line.text) in page
        assert squeezed(number_words(line.colleagues)) in page
        if isinstance(line.colleagues, Shown):
            assert squeezed(shares_figures(line.colleagues.shares)) in page


def test_hidden_rows_say_why_in_words(papers):
    cover, summary, statements, differences, _, comments, _ = pages_of(papers["all_hidden"])

    assert "Fewer than 5 colleagues answered" in cover
    assert "fewer than 5 colleagues answered" in summary
    assert statements.count("fewer than 5 colleagues answered") == 14
    assert "There is nothing to compare" in differences
    assert "fewer than 5 colleagues answered" in comments


def test_differences_are_told_in_both_directions(papers):
    page = pages_of(papers["typical"])[3]

    assert "You rate yourself higher than colleagues do" in page
    assert "Colleagues rate you higher than you do" in page
    for line in typical().differences:
        assert gap_words(line) in page


def test_the_first_quarter_has_no_trend_yet(papers):
    assert "Your trend begins with the next one" in pages_of(papers["first_quarter"])[4]
    assert "2025 Q4" in pages_of(papers["typical"])[4]


def test_the_notes_stand_under_about_these_numbers(papers):
    page = squeezed(pages_of(papers["typical"])[4])

    assert "Aboutthesenumbers" in page
    assert all(squeezed(note) in page for note in typical().notes)


def test_all_comments_are_complete_and_in_order(papers):
    report = SAMPLES["extreme"]()
    pages = pages_of(papers["extreme"])[5:-1]
    footer = re.compile(r"Confidential: for .*\n?|page \d+ of \d+|.*2026 Q3\n?")
    text = squeezed("".join(footer.sub("", page) for page in pages))

    assert text.index("Keepdoing") < text.index("Trynextquarter")
    for comment in report.keep[:-1]:
        assert text.count(squeezed(comment.text)) >= 2
    assert len(pages) > 10


def test_a_report_without_comments_says_so(papers):
    assert "Nobody wrote a comment" in pages_of(papers["first_quarter"])[5]


def test_the_plan_asks_for_two_behaviours(papers):
    plan = pages_of(papers["typical"])[-1]

    assert "Up to two behaviours" in plan
    for words in ("First step in the next two weeks", "Who helps me", "I look back on"):
        assert plan.count(words) == 2


@pytest.mark.parametrize("name", SAMPLES)
def test_pages_are_numbered_and_confidential(papers, name):
    pages = pages_of(papers[name])

    for number, page in enumerate(pages[1:], start=2):
        assert f"page {number} of {len(pages)}" in page
        assert "Confidential" in page


@pytest.mark.parametrize("name", SAMPLES)
def test_forbidden_words_are_nowhere(papers, name):
    text = " ".join(pages_of(papers[name])).lower()

    for word in (r"blind spot", r"\brank", r"percentile", r"leniency", r"overall score"):
        assert not re.search(word, text)


def test_cover_and_summary_carry_no_overall_grade(papers):
    cover = pages_of(papers["typical"])[0]

    assert not re.search(r"\d\.\d", cover)


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
    assert len(reader.outline) >= SMALLEST_PAGES


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

    for words in (item.text, item.situation, item.first_step, item.helper, item.sign):
        assert squeezed(words) in plan
    assert "14December2026" in plan
    assert plan.count("Firststepinthenexttwoweeks") == 2
    assert "somethingyoucanfinish" in plan


def test_what_was_planned_a_quarter_ago_stands_beside_the_change(papers):
    plan = squeezed(pages_of(papers["two_views"])[-1])
    (past,) = SAMPLES["two_views"]().looking_back

    assert "Whatyouplannedin2026Q2" in plan
    assert plan.index(squeezed(past.item.situation)) < plan.index(squeezed(past.outcome))


def test_two_long_plans_are_printed_whole_and_nothing_is_left_to_write_on():
    (item,) = SAMPLES["two_views"]().plan
    long = replace(item, situation="so many words " * 21, sign="and signs " * 30)

    pages = pages_of(render(replace(typical(), plan=(long, long))))

    text = squeezed("".join(pages[6:]))
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

    cover, *others = in_the_footer(render(replace(report, notes=report.notes * times)))

    assert cover == ""
    assert all(re.fullmatch(r"Confidential: [^\r\n]+ page \d of \d", found) for found in others)
