"""What colleagues wrote, word for word, on as many pages as it takes."""

from typing import Final

from app.domain.reports.contents import CommentText, PersonalReport
from app.domain.reports.words import reason_words
from app.pdf.engine.document import Document, Sheet
from app.pdf.engine.theme import ACCENT, BODY, NOTE
from app.pdf.engine.wrapping import wrap
from app.pdf.pages.flowing import part, with_room

SECTIONS: Final = ("Keep doing", "Try next quarter")
EXPLAINED: Final = (
    "Word for word, in random order. Who wrote what is stored nowhere; a writing style can still "
    "be recognised, so please do not guess."
)
NONE: Final = "Nobody wrote a comment this quarter."
INDENT: Final = 14.0
GAP: Final = 9.0
FEWEST_LINES: Final = 2
"""A comment begins on a page only where this many of its lines fit."""


def comments_part(document: Document, report: PersonalReport) -> None:
    """Draw all comments, "keep doing" before "try next quarter"."""
    is_empty = report.comments_hidden or not (report.keep or report.try_next)
    least = (1 if is_empty else 5) * BODY.leading
    sheet = part(document, "Comments", "What colleagues wrote", least=least)
    if is_empty:
        hidden = report.comments_hidden
        words = f"Comments are not shown: {reason_words(hidden)}." if hidden else NONE
        sheet.paragraph(words, BODY)
        return
    sheet.standing(EXPLAINED, NOTE, after=12)
    for heading, comments in zip(SECTIONS, (report.keep, report.try_next), strict=True):
        if comments:
            sheet = _section(document, sheet, heading, comments)


def _section(
    document: Document, sheet: Sheet, heading: str, comments: tuple[CommentText, ...]
) -> Sheet:
    sheet = with_room(document, sheet, 24 + FEWEST_LINES * BODY.leading)
    sheet.heading(heading, after=6)
    with sheet.listing():
        for comment in comments:
            with sheet.item():
                sheet = _comment(document, sheet, comment.text)
    sheet.y += 8
    return sheet


def _comment(document: Document, sheet: Sheet, text: str) -> Sheet:
    """One comment beside its accent stroke; a long one flows on to the next page."""
    lines = wrap(text, BODY, sheet.width - INDENT)
    least = min(len(lines), FEWEST_LINES)
    sheet = with_room(document, sheet, least * BODY.leading)
    while lines:
        fitting = max(1, int((sheet.room + 1) // BODY.leading))
        part, lines = lines[:fitting], lines[fitting:]
        _part(sheet, part)
        if lines:
            sheet = document.sheet()
    sheet.y += GAP
    return sheet


def _part(sheet: Sheet, lines: list[str]) -> None:
    top = sheet.y
    sheet.lines(lines, BODY, x=sheet.left + INDENT, right=sheet.right)
    sheet.line((sheet.left + 1, top + 1.5), (sheet.left + 1, sheet.y - 1.5), ACCENT, 1.6)
