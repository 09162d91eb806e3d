"""Page 1: whose report it is, who stands behind it, and how to read it."""

from typing import Final

from app.charts.keys import keys
from app.domain.release.policy import Hidden
from app.domain.reports.contents import PersonalReport
from app.domain.reports.words import day, reason_words
from app.domain.scale import key
from app.pdf.engine.document import LEFT, Document, Sheet, columns
from app.pdf.engine.tags import Element, Tag
from app.pdf.engine.theme import (
    ACCENT,
    BODY,
    DISPLAY,
    FIGURE,
    HAIR,
    HEADING,
    LABEL,
    LEAD,
    LIGHT,
    NOTE,
    REGULAR,
    SOFT,
    STRONG,
    Style,
)
from app.pdf.engine.wrapping import shortened, width_of, wrap

SMALLER_NAME: Final = Style(LIGHT, 23, 29)
COMPANY: Final = Style(STRONG, 11, 14, ACCENT)
PERSON: Final = Style(REGULAR, 12, 17, SOFT)
CYCLE: Final = Style(STRONG, 13, 17, ACCENT)
SCALE: Final = key("   ·   ")
CONFIDENTIAL: Final = (
    "This report is for you and for the readers who were announced to every rater when the cycle "
    "opened, and for nobody else.",
    "Your colleagues' answers were sealed, counted and then destroyed. Nobody can find out who "
    "answered what: it is stored nowhere. Numbers with too few answers behind them are left out.",
)
LONGEST_NAME: Final = 3
GUIDE_HEIGHT: Final = 318.0
ENTRY: Final = 15.0
GAP: Final = 34.0


def cover_page(document: Document, report: PersonalReport) -> Element:
    """Draw the cover; the lower third stands at a fixed place whatever the name's length.

    Returns the place of the contents, which `contents` fills when all pages are there.
    """
    sheet = document.sheet()
    sheet.entry = "Cover"
    sheet.rect(LEFT, 72, (34, 3), ACCENT)
    sheet.text(LEFT, 96, shortened(report.company, COMPANY, sheet.width), COMPANY)
    sheet.y = 176
    _person(sheet, report)
    _raters(sheet, report)
    contents = sheet.inside(Tag.CONTENTS)
    sheet.y = document.height - GUIDE_HEIGHT
    sheet.rule(after=18)
    _reading_guide(sheet)
    return contents


def _person(sheet: Sheet, report: PersonalReport) -> None:
    sheet.paragraph("Personal report", PERSON, after=4)
    _name(sheet, report.name)
    sheet.y += 6
    place = "  ·  ".join(part for part in (report.title, report.department) if part)
    sheet.paragraph(shortened(place, PERSON, sheet.width), PERSON, after=12)
    sheet.paragraph(report.cycle_name, CYCLE, after=0)
    sheet.paragraph(f"published {day(report.published_on)}", NOTE, after=30)


def _name(sheet: Sheet, name: str) -> None:
    """The name, smaller where a word of it would not fit on a line; at most three lines."""
    widest = max(width_of(word, DISPLAY) for word in name.split(" "))
    style = DISPLAY if widest <= sheet.width else SMALLER_NAME
    lines = wrap(name, style, sheet.width)
    if len(lines) > LONGEST_NAME:
        rest = "".join(lines[LONGEST_NAME - 1 :])
        lines = [*lines[: LONGEST_NAME - 1], shortened(rest, style, sheet.width)]
    with sheet.tags.title():
        sheet.lines(lines, style, x=sheet.left)


def _raters(sheet: Sheet, report: PersonalReport) -> None:
    """The one total of colleagues, or why there is none."""
    if isinstance(report.raters, Hidden):
        reason = f"{reason_words(report.raters).capitalize()}."
        sheet.paragraph(reason, LEAD, width=columns(sheet.left, sheet.width, 2, gap=GAP)[0][1])
        return
    number = str(report.raters)
    beside = sheet.left + width_of(number, FIGURE) + 14
    with sheet.inside(Tag.P):
        sheet.text(sheet.left, sheet.y + 40, f"{number} ", FIGURE)
        sheet.text(beside, sheet.y + 26, "colleagues answered ", HEADING)
        sheet.text(beside, sheet.y + 40, "the questions about you", BODY)


def contents(document: Document, place: Element) -> None:
    """Fill the cover's list of pages: each entry leads to its page."""
    cover = document.sheets[0]
    entries = [
        (number, sheet) for number, sheet in enumerate(document.sheets[1:], start=2) if sheet.entry
    ]
    left, width = columns(cover.left, cover.width, 2, gap=GAP)[1]
    cover.y = document.height - GUIDE_HEIGHT - 22 - len(entries) * ENTRY
    with place:
        for number, sheet in entries:
            with (
                cover.inside(Tag.ENTRY),
                cover.link(sheet, left, cover.y, (width, ENTRY), f"{sheet.entry}, page {number}"),
            ):
                cover.text(left, cover.y + 10.5, f"{sheet.entry} ", NOTE)
                cover.text_right(left + width, cover.y + 10.5, str(number), NOTE)
            cover.y += ENTRY
            cover.line((left, cover.y), (left + width, cover.y), HAIR, 0.4)


def _reading_guide(sheet: Sheet) -> None:
    top = sheet.y
    (left, width), (right, right_width) = columns(sheet.left, sheet.width, 2, gap=GAP)
    sheet.heading("HOW TO READ THE CHARTS", LABEL, after=9)
    with sheet.listing():
        for chart, words in keys():
            with sheet.item():
                sheet.chart(chart, left, sheet.y - 1)
                sheet.standing(words, NOTE, x=left + 40, width=width - 40, after=5)
    lowest = sheet.y
    sheet.y = top
    sheet.heading("CONFIDENTIAL", LABEL, x=right, after=9)
    for paragraph in CONFIDENTIAL:
        sheet.standing(paragraph, NOTE, x=right, width=right_width, after=6)
    sheet.y = lowest + 4
    sheet.rule(after=7)
    sheet.standing(SCALE, NOTE)
