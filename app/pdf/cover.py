"""Page 1: whose report it is, who stands behind it, and how to read it."""

from typing import Final

from app.charts.keys import keys
from app.domain.release import Hidden
from app.domain.reporting import PersonalReport
from app.domain.words import reason_words
from app.infra.pages import day
from app.pdf.document import LEFT, Document, Sheet, columns
from app.pdf.theme import (
    ACCENT,
    BODY,
    DISPLAY,
    FIGURE,
    HAIR,
    HEADING,
    LABEL,
    LEAD,
    NOTE,
    REGULAR,
    SOFT,
    STRONG,
    Style,
)
from app.pdf.wrapping import shortened, wrap

COMPANY: Final = Style(STRONG, 11, 14, ACCENT)
PERSON: Final = Style(REGULAR, 12, 17, SOFT)
CYCLE: Final = Style(STRONG, 13, 17, ACCENT)
SCALE: Final = "1 almost never   ·   2 rarely   ·   3 sometimes   ·   4 often   ·   5 almost always"
CONFIDENTIAL: Final = (
    "This report is for you and for the readers who were announced to every rater when the cycle "
    "opened, and for nobody else.",
    "Your colleagues' answers were sealed, counted and then destroyed. Nobody can find out who "
    "answered what: it is stored nowhere. Numbers with too few answers behind them are left out.",
)
LONGEST_NAME = 3


def cover_page(document: Document, report: PersonalReport) -> None:
    """Draw the cover; the lower third stands at a fixed place whatever the name's length."""
    sheet = document.sheet()
    sheet.entry = "Cover"
    sheet.rect(LEFT, 72, (34, 3), ACCENT)
    sheet.text(LEFT, 96, shortened(report.company, COMPANY, sheet.width), COMPANY)
    sheet.y = 176
    _person(sheet, report)
    _raters(sheet, report)
    sheet.y = document.height - 318
    sheet.rule(after=18)
    _reading_guide(sheet)


def _person(sheet: Sheet, report: PersonalReport) -> None:
    sheet.paragraph("Personal report", PERSON, after=4)
    name = wrap(report.name, DISPLAY, sheet.width)
    if len(name) > LONGEST_NAME:
        rest = " ".join(name[LONGEST_NAME - 1 :])
        name = [*name[: LONGEST_NAME - 1], shortened(rest, DISPLAY, sheet.width)]
    sheet.lines(name, DISPLAY, x=sheet.left)
    sheet.y += 6
    place = "  ·  ".join(part for part in (report.title, report.department) if part)
    sheet.paragraph(shortened(place, PERSON, sheet.width), PERSON, after=12)
    sheet.paragraph(report.cycle_name, CYCLE, after=0)
    sheet.paragraph(f"published {day(report.published_on)}", NOTE, after=30)


def _raters(sheet: Sheet, report: PersonalReport) -> None:
    """The one total of colleagues, or why there is none."""
    if isinstance(report.raters, Hidden):
        sheet.paragraph(f"{reason_words(report.raters).capitalize()}.", LEAD)
        return
    number = str(report.raters)
    sheet.text(sheet.left, sheet.y + 40, number, FIGURE)
    beside = sheet.left + FIGURE.face.width(number) * FIGURE.size + 14
    sheet.text(beside, sheet.y + 26, "colleagues answered", HEADING)
    sheet.text(beside, sheet.y + 40, "the questions about you", BODY)


def _reading_guide(sheet: Sheet) -> None:
    top = sheet.y
    (left, width), (right, right_width) = columns(sheet.left, sheet.width, 2, gap=34)
    sheet.text(left, top + 8, "HOW TO READ THE CHARTS", LABEL)
    sheet.y = top + 20
    for chart, words in keys():
        sheet.chart(chart, left, sheet.y - 1)
        sheet.paragraph(words, NOTE, x=left + 40, width=width - 40, after=5)
    lowest = sheet.y
    sheet.y = top
    sheet.text(right, top + 8, "CONFIDENTIAL", LABEL)
    sheet.y = top + 20
    for paragraph in CONFIDENTIAL:
        sheet.paragraph(paragraph, NOTE, x=right, width=right_width, after=6)
    sheet.y = lowest + 4
    sheet.line((sheet.left, sheet.y), (sheet.right, sheet.y), HAIR, 0.5)
    sheet.text(sheet.left, sheet.y + 16, SCALE, NOTE)
