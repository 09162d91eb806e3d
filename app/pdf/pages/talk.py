"""Sheets for talks about reports: one page for each person, as one file."""

from collections.abc import Sequence
from typing import Final

from app.charts.scale import scale_head, statement_row
from app.domain.reports.action_plan import PLAN_WORDS
from app.domain.reports.contents import Conclusion
from app.domain.reports.talk import PURPOSE, TalkSheet
from app.domain.reports.words import day
from app.pdf.engine.document import Document, Imprint, Sheet, columns
from app.pdf.engine.letterhead import PLAIN, Letterhead
from app.pdf.engine.theme import (
    BODY,
    GREY,
    HAIR,
    HEADING,
    NOTE,
    SMALL,
    SMALL_STRONG,
)
from app.pdf.engine.wrapping import wrap

CHART_WIDTH: Final = 150.0
CHART: Final = 28.0
GAP: Final = 22.0
LINE: Final = 21.0
"""Between two lines to write on."""
FOOT: Final = 34.0


def render(sheets: Sequence[TalkSheet], *, letterhead: Letterhead = PLAIN) -> bytes:
    """One sheet, or a booklet of several, as a PDF file; equal sheets give equal bytes."""
    document = Document(_imprint(sheets), letterhead=letterhead)
    for one in sheets:
        _page(document, one)
    return document.finished()


def _imprint(sheets: Sequence[TalkSheet]) -> Imprint:
    first = sheets[0]
    what = first.title if len(sheets) == 1 else f"Talks of {first.reader}"
    return Imprint(
        title=f"{first.report.company} – {first.report.cycle_name} – {what}",
        author=first.report.company,
        header=f"{what}  ·  {first.report.cycle_name}",
        confidentiality=f"Confidential: for {first.reader}, for the talk and for no file",
    )


def _page(document: Document, one: TalkSheet) -> None:
    sheet = document.sheet()
    sheet.title(f"Talk sheet for {one.reader}", one.title)
    sheet.entry = one.report.name
    sheet.y -= 8
    sheet.paragraph(one.report.finding, BODY, after=2)
    sheet.paragraph(one.answered, NOTE, after=8)
    if one.report.said:
        sheet.heading("What is clear", after=4)
        with sheet.listing():
            for said in one.report.said:
                with sheet.item():
                    _conclusion(sheet, one, said)
        sheet.paragraph(one.how_to_read, NOTE, after=4)
    sheet.paragraph(one.report.unseen, NOTE, after=10)
    _plan(sheet, one)
    _questions(sheet, one)
    _agreed(sheet)


def _conclusion(sheet: Sheet, one: TalkSheet, said: Conclusion) -> None:
    """A conclusion in words, with its picture and the hint that belongs to it."""
    line = one.report.line(said.statement)
    width = sheet.width - (CHART_WIDTH + GAP if line else 0)
    top = sheet.y
    if said.title:
        sheet.paragraph(f"{said.kicker}: {said.title}", SMALL_STRONG, width=width, after=0)
    sheet.paragraph(said.words, SMALL, width=width, after=0)
    if line and line.hint:
        sheet.paragraph(f"People who do this {line.hint}", NOTE, width=width, after=0)
    if line:
        left = sheet.right - CHART_WIDTH
        sheet.chart(statement_row(line, width=CHART_WIDTH, height=CHART), left, top)
        sheet.chart(scale_head(width=CHART_WIDTH), left, top + CHART)
        sheet.y = max(sheet.y, top + CHART + 14)
    sheet.y += 4
    sheet.line((sheet.left, sheet.y), (sheet.right, sheet.y), HAIR, 0.4)
    sheet.y += 6


def _plan(sheet: Sheet, one: TalkSheet) -> None:
    name = one.report.name
    if not one.plan:
        sheet.heading(f"What {name} chose", after=1)
        words = f"Nothing is shared with you. That does not say whether {name} chose something."
        sheet.paragraph(words, SMALL, after=10)
        return
    sheet.heading(f"What {name} chose, and shared with you", after=1)
    for item in one.plan:
        sheet.paragraph(item.title, SMALL_STRONG, after=0)
        sheet.paragraph(f"“{item.behaviour}”", SMALL, after=0)
        step = f"{PLAN_WORDS['first_step']}: {item.first_step}"
        sheet.paragraph(step, SMALL, after=0)
        sheet.paragraph(f"{PLAN_WORDS['review_on']} {day(item.review_on)}.", SMALL, after=5)
    sheet.y += 5


def _questions(sheet: Sheet, one: TalkSheet) -> None:
    """Three questions to ask, and beside them two to avoid."""
    (left, width), (right, _) = columns(sheet.left, sheet.width, 2, gap=GAP)
    top = sheet.y
    lowest = _listed(sheet, "Three questions to ask", one.questions, left, width)
    sheet.y = top
    sheet.y = max(lowest, _listed(sheet, "Two sentences to avoid", one.to_avoid, right, width))
    sheet.y += 8


def _listed(sheet: Sheet, heading: str, texts: Sequence[str], left: float, width: float) -> float:
    """A heading with numbered sentences below it; where it ends."""
    sheet.heading(heading, HEADING, x=left, after=3)
    with sheet.listing():
        for number, text in enumerate(texts, start=1):
            with sheet.item():
                sheet.text(left, sheet.y + BODY.size, f"{number}. ", BODY)
                sheet.lines(wrap(text, BODY, width - 16), BODY, x=left + 16)
            sheet.y += 3
    return sheet.y


def _agreed(sheet: Sheet) -> None:
    """Lines to write on down to the foot of the page, where long plans leave room for any."""
    if sheet.room > FOOT + 2 * LINE:
        sheet.heading("What we agreed", after=0)
    while sheet.room > FOOT + LINE:
        sheet.y += LINE
        sheet.line((sheet.left, sheet.y), (sheet.right, sheet.y), GREY, 0.4)
    sheet.y += 10
    sheet.standing(PURPOSE, NOTE)
