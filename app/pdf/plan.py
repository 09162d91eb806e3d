"""Page 7: two behaviours to work on, with lines to write on."""

from typing import Final

from app.pdf.document import Document, Sheet
from app.pdf.tags import Tag
from app.pdf.theme import ACCENT, BODY, GREY, HEADING, NOTE, PALE, SMALL_STRONG

INTRODUCTION: Final = (
    "Choose at most two things you will do differently. Small, visible and soon beats large and "
    "later. Talk it over with someone you trust, then tell the people around you what to watch for."
)
FIELDS: Final = (
    ("What I will do differently", "one behaviour that others can see", 1),
    ("In which situation", "when, where and with whom it matters most", 1),
    ("First step in the next two weeks", "something you can finish", 2),
    ("Who helps me", "and what I will ask of them", 1),
    ("How I will notice that it works", "what others will see, hear or say", 1),
    ("I look back on", "a date before the next quarter's review", 1),
)
HINT_GAP: Final = 8.0


def plan_page(document: Document) -> None:
    """Draw two cards with the same questions."""
    sheet = document.sheet()
    sheet.title("Your plan", "Two behaviours until the next quarter")
    sheet.standing(INTRODUCTION, BODY, after=14)
    gap = 16.0
    height = (sheet.room - gap) / 2
    with sheet.listing():
        for number in (1, 2):
            with sheet.item():
                _card(sheet, number, height)
            sheet.y += gap


def _card(sheet: Sheet, number: int, height: float) -> None:
    top = sheet.y
    sheet.rect(sheet.left, top, (sheet.width, height), PALE)
    sheet.rect(sheet.left, top, (2.4, height), ACCENT)
    sheet.text(sheet.left + 18, top + 20, f"{number}. ", HEADING)
    lines = sum(count for _, _, count in FIELDS)
    step = (height - 22) / (lines + len(FIELDS) * 0.55)
    y = top + 12.0
    for label, hint, count in FIELDS:
        y += step * 0.55
        offset = SMALL_STRONG.face.width(label) * SMALL_STRONG.size + HINT_GAP
        with sheet.inside(Tag.P):
            sheet.text(sheet.left + 36, y + 3, f"{label} ", SMALL_STRONG)
            sheet.text(sheet.left + 36 + offset, y + 3, hint, NOTE)
        for _ in range(count):
            y += step
            sheet.line((sheet.left + 36, y), (sheet.right - 18, y), GREY, 0.4)
    sheet.y = top + height
