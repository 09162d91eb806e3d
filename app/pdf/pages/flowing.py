"""Parts of a report that follow each other on a page while there is room for a beginning."""

from typing import Final

from app.pdf.engine.document import Document, Sheet
from app.pdf.engine.theme import LABEL, LEAD
from app.pdf.engine.wrapping import wrap

BETWEEN: Final = 22.0
HEAD: Final = 42.0
"""What the title of a part takes."""


def part(document: Document, label: str, title: str, *, least: float) -> Sheet:
    """Begin a part of the report: below the last one where `least` points fit, else on a page."""
    sheet = document.sheets[-1]
    if sheet.room < BETWEEN + HEAD + least:
        sheet = document.sheet()
        sheet.title(label, title)
        return sheet
    sheet.y += BETWEEN
    entry = sheet.entry
    sheet.entry = label
    with sheet.tags.title():
        sheet.text(sheet.left, sheet.y + 8, f"{label.upper()} ", LABEL)
        sheet.y += 15
        sheet.lines(wrap(title, LEAD, sheet.width), LEAD, x=sheet.left)
    sheet.y += 6
    if entry:
        sheet.entry = f"{entry}, {label[:1].lower()}{label[1:]}"
    return sheet


def with_room(document: Document, sheet: Sheet, height: float) -> Sheet:
    """`sheet` where so much fits on it, otherwise a fresh one."""
    return sheet if sheet.room >= height else document.sheet()
