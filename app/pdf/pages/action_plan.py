"""The last page: what was planned a quarter ago, and up to two behaviours for the next one.

What the person has planned stands in the cards; a card without a plan has lines to write on.
"""

from dataclasses import dataclass
from typing import Final

from app.charts.scale import before_after, scale_head
from app.domain import limits
from app.domain.plurals import spelled
from app.domain.release.policy import Score
from app.domain.reports.action_plan import PLAN_HINTS, PLAN_WORDS, Action
from app.domain.reports.contents import PersonalReport
from app.domain.reports.words import day, score_with_range
from app.pdf.engine.document import Document, Sheet
from app.pdf.engine.tags import Tag
from app.pdf.engine.theme import ACCENT, BODY, BODY_STRONG, GREY, HEADING, NOTE, PALE, SMALL_STRONG
from app.pdf.engine.wrapping import width_of, wrap

INTRODUCTION: Final = (
    f"Choose at most {spelled(limits.PLANNED)} things you will do differently. Small, visible "
    "and soon beats large and later. Talk it over with someone you trust, then tell the people "
    "around you what to watch for."
)
LINES: Final = {"first_step": 2}
"""Lines to write on in a blank card; one where nothing is said."""
TITLES: Final = (
    f"Up to {spelled(limits.PLANNED)} behaviours until the next quarter",
    "One behaviour until the next quarter",
    f"{spelled(limits.PLANNED).capitalize()} behaviours until the next quarter",
)
"""By how many are planned; for the others there are lines to write on."""
CHART_WIDTH: Final = 170.0
CHART: Final = 26.0
HINT_GAP: Final = 8.0
GAP: Final = 16.0
INDENT: Final = 36.0
LOWEST_BLANK: Final = 235.0
"""Below this height a card has no room to write in."""
HIGHEST_BLANK: Final = 310.0


def action_plan_page(document: Document, report: PersonalReport) -> None:
    """Draw the last quarter's plan beside the change, then two cards, filled or blank."""
    voice = report.voice
    if not voice.speaks_to_subject and not report.plan and not report.looking_back:
        return
    sheet = document.sheet()
    label = voice.choose("Your plan", "What {name} plans")
    sheet.title(label, TITLES[min(len(report.plan), limits.PLANNED)])
    if report.looking_back:
        _look_back(sheet, report)
    if not report.plan and voice.speaks_to_subject:
        sheet.standing(INTRODUCTION, BODY, after=14)
    with sheet.listing():
        for number, item in enumerate(report.plan[: limits.PLANNED], start=1):
            sheet = _filled_card(document, sheet, number, item)
        if voice.speaks_to_subject:
            _blank_cards(document, sheet, len(report.plan) + 1)


def _look_back(sheet: Sheet, report: PersonalReport) -> None:
    """What was planned, with the scores before and after in words and as a picture."""
    found, voice = report.looking_back, report.voice
    sheet.heading(f"Planned in {found[0].cycle_name}, and what colleagues say now")
    for one in found:
        sheet.paragraph(one.item.text, BODY_STRONG, after=0)
        sheet.paragraph(one.item.behaviour, NOTE, after=0)
        if one.before and one.after:
            _before_after(sheet, one.before, one.after)
        sheet.paragraph(one.outcome, BODY, after=0)
        if one.impression:
            sheet.paragraph(one.impression_words, BODY, after=0)
        if one.goes_on:
            who = voice.choose("You go", "{name} goes")
            sheet.paragraph(f"{who} on with it: the new plan stands below.", BODY, after=0)
        sheet.y += 8
    if report.about_impressions:
        sheet.paragraph(report.about_impressions, NOTE, after=8)
    sheet.y += 6


def _before_after(sheet: Sheet, before: Score, after: Score) -> None:
    """Both scores in words, and beside them as one picture above its scale."""
    top, left = sheet.y, sheet.right - CHART_WIDTH
    words = f"Before: {score_with_range(before)}. After: {score_with_range(after)}."
    sheet.paragraph(words, BODY, width=left - sheet.left - GAP, after=0)
    sheet.chart(before_after(before, after, width=CHART_WIDTH, height=CHART), left, top)
    sheet.chart(scale_head(width=CHART_WIDTH), left, top + CHART)
    sheet.y = max(sheet.y, top + CHART + 14)


@dataclass(frozen=True)
class PlanLine:
    """One line of a plan as it is set."""

    label: str
    lines: list[str]

    @property
    def height(self) -> float:
        return SMALL_STRONG.leading + len(self.lines) * BODY.leading + 7


def _filled_card(document: Document, sheet: Sheet, number: int, item: Action) -> Sheet:
    """The plan in the person's own words; a card that does not fit begins a page."""
    width = sheet.width - INDENT - 18
    heading = wrap(item.title, HEADING, width)
    answers = [
        PlanLine(label, wrap(words, BODY, width))
        for name, label in PLAN_WORDS.items()
        if (words := _written(item, name))
    ]
    height = 30 + len(heading) * HEADING.leading + sum(answer.height for answer in answers)
    if sheet.room < height:
        sheet = document.sheet()
    bottom = sheet.y + height
    _ground(sheet, height)
    with sheet.item():
        sheet.text(sheet.left + 18, sheet.y + 20, f"{number}. ", HEADING)
        sheet.y += 9
        _words(sheet, heading, answers)
    sheet.y = bottom + GAP
    return sheet


def _written(item: Action, name: str) -> str:
    return day(item.review_on) if name == "review_on" else getattr(item, name)


def _words(sheet: Sheet, heading: list[str], answers: list[PlanLine]) -> None:
    left = sheet.left + INDENT
    sheet.lines(heading, HEADING, x=left)
    for answer in answers:
        sheet.y += 7
        with sheet.inside(Tag.P):
            sheet.lines([f"{answer.label} "], SMALL_STRONG, x=left)
            sheet.lines(answer.lines, BODY, x=left)


def _blank_cards(document: Document, sheet: Sheet, first: int) -> None:
    """Cards to write on for what is not planned yet, as high as the page allows."""
    left_over = range(first, limits.PLANNED + 1)
    if not left_over:
        return
    if sheet.room < LOWEST_BLANK * len(left_over) + GAP * (len(left_over) - 1):
        if first > 1:
            return  # room for another behaviour is no reason for another page
        sheet = document.sheet()
    height = min(HIGHEST_BLANK, (sheet.room - GAP * (len(left_over) - 1)) / len(left_over))
    for number in left_over:
        with sheet.item():
            _blank_card(sheet, number, height)
        sheet.y += GAP


def _ground(sheet: Sheet, height: float) -> None:
    sheet.rect(sheet.left, sheet.y, (sheet.width, height), PALE)
    sheet.rect(sheet.left, sheet.y, (2.4, height), ACCENT)


def _blank_card(sheet: Sheet, number: int, height: float) -> None:
    top = sheet.y
    _ground(sheet, height)
    sheet.text(sheet.left + 18, top + 20, f"{number}. ", HEADING)
    lines = sum(LINES.get(name, 1) for name in PLAN_WORDS)
    step = (height - 22) / (lines + len(PLAN_WORDS) * 0.55)
    y = top + 12.0
    for name, label in PLAN_WORDS.items():
        y += step * 0.55
        offset = width_of(label, SMALL_STRONG) + HINT_GAP
        with sheet.inside(Tag.P):
            sheet.text(sheet.left + INDENT, y + 3, f"{label} ", SMALL_STRONG)
            sheet.text(sheet.left + INDENT + offset, y + 3, PLAN_HINTS[name], NOTE)
        for _ in range(LINES.get(name, 1)):
            y += step
            sheet.line((sheet.left + INDENT, y), (sheet.right - 18, y), GREY, 0.4)
    sheet.y = top + height
