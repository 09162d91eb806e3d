"""Papers for a works council: the chapters of a plan's description, below each other."""

from typing import Final

from app.domain.reports.council import Chapter, Part, PlanFacts, Row, papers_of
from app.pdf.engine.document import Document, Sheet
from app.pdf.engine.letterhead import PLAIN, Letterhead
from app.pdf.engine.tables import plain_imprint
from app.pdf.engine.theme import BODY, BODY_STRONG, HAIR, NOTE
from app.pdf.engine.wrapping import wrapped

TERM: Final = 150.0
GAP: Final = 14.0
PADDING: Final = 5.0
LEAST: Final = 60.0
"""So much room a heading wants below itself, or it begins a new page."""


def render(plan: PlanFacts, *, letterhead: Letterhead = PLAIN) -> bytes:
    """The papers as a PDF file on `letterhead`; equal plans give equal bytes."""
    imprint = plain_imprint(
        plan.company,
        plan.cycle_name,
        "For the works council",
        readers="Filled from the plan; holds nothing about a single person",
    )
    document = Document(imprint, letterhead=letterhead)
    for chapter in papers_of(plan):
        _chapter(document, chapter)
    return document.finished()


def _chapter(document: Document, chapter: Chapter) -> None:
    document.sheet().title(chapter.label, chapter.title)
    for part in chapter.parts:
        _part(document, part)


def _part(document: Document, part: Part) -> None:
    sheet = document.sheets[-1]
    if sheet.room < LEAST:
        sheet = document.sheet()
    if part.heading:
        sheet.heading(part.heading, after=4)
    for sentence in part.sentences:
        sheet = _with_room(document, _height(sentence, sheet.width))
        sheet.paragraph(sentence, BODY)
    if part.rows:
        _rows(document, part)
    document.sheets[-1].y += 8


def _rows(document: Document, part: Part) -> None:
    sheet = document.sheets[-1]
    with sheet.table():
        _head(sheet, part.heads)
        for term, text in part.rows:
            width = sheet.width - TERM - GAP
            lines = max(_height(text, width), _height(term, TERM))
            if document.sheets[-1].room < lines + 2 * PADDING:
                with document.sheet().artifact():
                    _head(document.sheets[-1], part.heads)
            sheet = document.sheets[-1]
            _row(sheet, (term, text), lines)


def _head(sheet: Sheet, heads: Row) -> None:
    top = sheet.y
    with sheet.row():
        with sheet.head():
            sheet.text(sheet.left, top + 10, heads[0], NOTE)
        with sheet.head():
            sheet.text(sheet.left + TERM + GAP, top + 10, heads[1], NOTE)
    sheet.y = top + 16


def _row(sheet: Sheet, row: Row, height: float) -> None:
    top = sheet.y
    sheet.line((sheet.left, top), (sheet.right, top), HAIR, 0.5)
    with sheet.row():
        with sheet.head("Row"):
            sheet.y = top + PADDING
            sheet.paragraph(row[0], BODY_STRONG, width=TERM, after=0)
        with sheet.cell():
            sheet.y = top + PADDING
            left = sheet.left + TERM + GAP
            sheet.paragraph(row[1], BODY, x=left, width=sheet.right - left, after=0)
    sheet.y = top + height + 2 * PADDING


def _with_room(document: Document, height: float) -> Sheet:
    sheet = document.sheets[-1]
    return sheet if sheet.room >= height else document.sheet()


def _height(text: str, width: float) -> float:
    return len(wrapped(text, BODY, width)) * BODY.leading
