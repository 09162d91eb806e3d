"""Page 1, which can stand alone: whose report, what is clear, and what could have been seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.charts.keys import keys
from app.charts.scale import competency_dots, scale_head, statement_row
from app.domain.plurals import counted
from app.domain.release.policy import Hidden
from app.domain.reports.contents import Conclusion, PersonalReport
from app.domain.reports.voice import capitalised
from app.domain.reports.words import competency_words, day, reason_words
from app.domain.scale import key
from app.pdf.engine.document import Document, Sheet, bullet_list, columns
from app.pdf.engine.tags import Element, Tag
from app.pdf.engine.theme import (
    BODY,
    HAIR,
    HEADING,
    LABEL,
    NOTE,
    SMALL,
    SMALLER_TITLE,
    TITLE,
)
from app.pdf.engine.wrapping import balanced, shortened, wrap
from app.pdf.pages.flowing import with_room

CHART_WIDTH: Final = 170.0
CHART: Final = 30.0
GAP: Final = 24.0
LONGEST_TITLE: Final = 3
ENTRY: Final = 14.0
BELOW: Final = 160.0
"""What the key of the pictures takes, with the list of pages beside it."""


@dataclass(frozen=True)
class ContentsPlace:
    """Where the list of pages goes, which is known when all pages are there; and what is left."""

    sheet: Sheet
    element: Element
    top: float
    also: tuple[Conclusion, ...] = ()
    """What else is clear, where the first page has no room for it."""


def first_page(document: Document, report: PersonalReport) -> ContentsPlace:
    """Draw it, and return the place of the list of pages, which `contents` fills at the end."""
    sheet = document.sheet()
    _opening(sheet, report)
    sheet = _said(document, sheet, report)
    left = report.also
    if left and sheet.room >= also_height(sheet, left) + BELOW:
        also_list(sheet, left)
        left = ()
    place = _below(document, sheet, report)
    return replace(place, also=left)


def _opening(sheet: Sheet, report: PersonalReport) -> None:
    sheet.entry = "What colleagues say"
    about = f"Report of {report.cycle_name}"
    sheet.paragraph(shortened(about, LABEL, sheet.width), LABEL, after=2)
    with sheet.tags.title():
        name = wrap(report.name, TITLE, sheet.width)
        sheet.lines(name[:LONGEST_TITLE], TITLE, x=sheet.left)
    facts = (report.title, report.department, f"published {day(report.published_on)}")
    line = "  ·  ".join(part for part in facts if part)
    sheet.paragraph(shortened(line, NOTE, sheet.width), NOTE, after=12)
    with sheet.tags.heading():
        style = TITLE if len(wrap(report.finding, TITLE, sheet.width)) <= 2 else SMALLER_TITLE
        sheet.lines(balanced(report.finding, style, sheet.width), style, x=sheet.left)
    sheet.y += 6
    answered = (
        f"{capitalised(reason_words(report.raters))}."
        if isinstance(report.raters, Hidden)
        else f"{counted(report.raters, 'colleague')} answered."
    )
    sheet.paragraph(f"{answered} {report.readers}".strip(), BODY, after=10)


def _said(document: Document, sheet: Sheet, report: PersonalReport) -> Sheet:
    """Up to three conclusions, each with its picture, and what could have been seen."""
    sheet.rule(after=10)
    if report.said:
        with sheet.listing():
            for one in report.said:
                sheet = with_room(document, sheet, _height(sheet, one))
                with sheet.item():
                    _conclusion(sheet, report, one)
    if not report.said and report.unseen:
        _competencies(sheet, report)
    if report.unseen:
        sheet = with_room(document, sheet, 60)
        sheet.heading("What else there may be", after=1)
        sheet.paragraph(report.unseen, BODY, after=10)
    return sheet


def also_height(sheet: Sheet, found: Sequence[Conclusion]) -> float:
    """How much height `also_list` takes."""
    lines = sum(len(wrap(also_words(one), SMALL, sheet.width - 18)) for one in found)
    return HEADING.leading + lines * SMALL.leading + len(found) * 4 + 7


def also_words(one: Conclusion) -> str:
    """A conclusion in one line."""
    return f"{one.kicker}: {one.title} {one.words}"


def also_list(sheet: Sheet, found: Sequence[Conclusion]) -> None:
    """What else is clear, in small print."""
    sheet.heading("Also clear", after=1)
    bullet_list(sheet, tuple(map(also_words, found)), SMALL)
    sheet.y += 6


def _competencies(sheet: Sheet, report: PersonalReport) -> None:
    """Where nothing is clear, the competencies as they are: words, numbers, pictures."""
    left = sheet.right - CHART_WIDTH
    with sheet.listing():
        for line in report.competencies:
            with sheet.item():
                top = sheet.y
                sheet.text(sheet.left, top + 13, f"{line.name} ", BODY)
                sheet.text(sheet.left, top + 25, competency_words(line, report.voice), NOTE)
                sheet.chart(competency_dots(line, width=CHART_WIDTH, height=CHART), left, top)
            sheet.y = top + CHART
            sheet.line((sheet.left, sheet.y), (sheet.right, sheet.y), HAIR, 0.4)
    sheet.chart(scale_head(width=CHART_WIDTH), left, sheet.y)
    sheet.y += 26


def _words_width(sheet: Sheet, one: Conclusion) -> float:
    return sheet.width - (CHART_WIDTH + GAP if one.statement else 0)


def _height(sheet: Sheet, one: Conclusion) -> float:
    width = _words_width(sheet, one)
    title = len(wrap(one.title, HEADING, width)) * HEADING.leading if one.title else 0
    words = len(wrap(one.words, BODY, width)) * BODY.leading if one.words else 0
    return max(LABEL.leading + title + words, CHART + 24) + 14


def _conclusion(sheet: Sheet, report: PersonalReport, one: Conclusion) -> None:
    top, width = sheet.y, _words_width(sheet, one)
    bottom = top + _height(sheet, one)
    sheet.paragraph(one.kicker.upper(), LABEL, after=1)
    if one.title:
        sheet.paragraph(one.title, HEADING, width=width, after=1)
    if one.words:
        sheet.paragraph(one.words, BODY, width=width, after=0)
    line = report.line(one.statement)
    if line:
        left = sheet.right - CHART_WIDTH
        sheet.chart(statement_row(line, width=CHART_WIDTH, height=CHART), left, top + 4)
        sheet.chart(scale_head(width=CHART_WIDTH), left, top + 4 + CHART)
    sheet.y = bottom
    sheet.line((sheet.left, bottom - 7), (sheet.right, bottom - 7), HAIR, 0.4)


def _below(document: Document, sheet: Sheet, report: PersonalReport) -> ContentsPlace:
    """How to read the pictures, and beside it what stands on the other pages."""
    sheet = with_room(document, sheet, BELOW)
    sheet.y = document.height - document.margins[1] - BELOW
    sheet.rule(after=12)
    (left, width), _ = columns(sheet.left, sheet.width, 2, gap=34)
    sheet.heading("HOW TO READ THE PICTURES", LABEL, after=6)
    with sheet.listing():
        for chart, words in keys():
            with sheet.item():
                sheet.chart(chart, left, sheet.y - 2)
                sheet.standing(words, SMALL, x=left + 38, width=width - 38, after=4)
    sheet.standing(key("   ·   ", report.labels), NOTE, x=left, width=sheet.width, after=0)
    top = document.height - document.margins[1] - BELOW + 12
    sheet.y = document.height - document.margins[1]  # what follows begins on a page of its own
    return ContentsPlace(sheet, sheet.inside(Tag.CONTENTS), top)


def contents(document: Document, place: ContentsPlace) -> None:
    """Fill the first page's list of pages: each entry leads to its page."""
    first = place.sheet
    entries = [(n, sheet) for n, sheet in enumerate(document.sheets, start=1) if sheet.entry][1:]
    left, width = columns(first.left, first.width, 2, gap=34)[1]
    first.y = place.top
    with place.element:
        for number, sheet in entries:
            with (
                first.inside(Tag.ENTRY),
                first.link(sheet, left, first.y, (width, ENTRY), f"{sheet.entry}, page {number}"),
            ):
                words = shortened(f"{capitalised(sheet.entry)} ", NOTE, width - 20)
                first.text(left, first.y + 10, words, NOTE)
                first.text_right(left + width, first.y + 10, str(number), NOTE)
            first.y += ENTRY
