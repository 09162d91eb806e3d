"""The board's paper, on two pages at most: score, reasons, services, what was done, what moved."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from app.charts.marks import Chart
from app.domain.enps.reasons import Place
from app.domain.enps.score import StanceCounts
from app.domain.internal_services.comparing import ServiceLine, clear_changes, clear_differences
from app.domain.projects.said_and_done import SaidAndDone
from app.domain.release.policy import Hidden, Score
from app.domain.reports.board import BoardReport
from app.domain.reports.board_room import (
    MOST_PAGES,
    ROOMS,
    BoardRoom,
    left_out,
    shortened,
    within,
)
from app.domain.reports.company import RANGE
from app.domain.reports.score_change import signed
from app.domain.reports.words import DASH, day
from app.pdf.engine.document import Document, Sheet
from app.pdf.engine.letterhead import PLAIN, Letterhead
from app.pdf.engine.tables import Column, plain_imprint, table
from app.pdf.engine.theme import BODY_STRONG, NOTE, SMALL_STRONG

QUARTERS: Final = (
    Column("Took part", 86),
    Column("Answers", 46),
    Column("Promoters", 58),
    Column("Passives", 52),
    Column("Detractors", 58),
    Column("eNPS", 42, is_strong=True),
    Column("Likely range", 68),
)
UNITS: Final = (
    Column("Answers", 60),
    Column("eNPS", 56, is_strong=True),
    Column("Likely range", 90),
)
MOVED: Final = (
    Column("Before", 66),
    Column("Now", 66, is_strong=True),
    Column("Change", 66),
)
SERVICE: Final = 82.0
"""Points of the column of a statement about services."""
TABLE, SENTENCE = 100.0, 60.0
"""Points that a heading needs with the first rows of a table, or with two lines, below it."""


def render(
    report: BoardReport, *, charts: Sequence[Chart], letterhead: Letterhead = PLAIN
) -> bytes:
    """`report` as a PDF file on `letterhead`, with the charts that there are of its score.

    What does not fit on two pages is left out from the end of each part, and said to be.
    """
    for room in ROOMS:
        document = _written(report, charts, room, letterhead=letterhead)
        if len(document.sheets) <= MOST_PAGES:
            break
    return document.finished()


def _written(
    report: BoardReport, charts: Sequence[Chart], room: BoardRoom, *, letterhead: Letterhead
) -> Document:
    figures = report.figures
    imprint = plain_imprint(
        report.company,
        figures.cycle_name,
        "For the board",
        readers="For the board: released company figures, traceable to nobody",
    )
    document = Document(imprint, letterhead=letterhead)
    sheet = document.sheet()
    sheet.title(f"For the board, {figures.cycle_name}", figures.finding)
    if said := f"{figures.lead} {figures.silent}".strip():
        sheet.paragraph(said, after=4)
    sheet.paragraph(f"Published {day(report.published_on)}", NOTE, after=10)
    _score(document, report, charts, room)
    _reasons(document, report, room)
    _services(document, report, room)
    _projects(document, report, room)
    _moved(document, report, room)
    _units(document, report, room)
    return document


def _score(
    document: Document, report: BoardReport, charts: Sequence[Chart], room: BoardRoom
) -> None:
    sheet = _section(document, "The score by quarter")
    for chart in charts:
        sheet.chart(chart, sheet.left, sheet.y)
        sheet.y += chart.height + 8
    took_part = {
        name: ", ".join(filter(None, (took.words, took.percent)))
        for name, took in report.participation
    }
    newest, more = within(report.figures.trend[::-1], room.quarters)
    rows = [
        (one.cycle_name, [took_part.get(one.cycle_name, DASH), *_quarter(one.answers)])
        for one in newest
    ]
    if report.figures.together:
        rows.append((report.figures.together_name, [DASH, *_quarter(report.figures.together)]))
    sheet = table(document, QUARTERS, rows, first="Quarter")
    _say_left_out(sheet, left_out(more, "quarter", "quarters"))
    if report.figures.asked_directly:
        sheet.paragraph(report.figures.asked_directly, NOTE, after=3)
    if report.figures.shift:
        sheet.paragraph(f"{RANGE} {report.figures.telling}".strip(), NOTE)


def _quarter(answers: StanceCounts | Hidden) -> list[str]:
    if isinstance(answers, Hidden):
        return [DASH] * (len(QUARTERS) - 1)
    shares = [f"{share} %" for share in answers.shares]
    return [str(answers.respondents), *shares, signed(answers.score), _range(answers)]


def _range(answers: StanceCounts) -> str:
    low, high = answers.interval
    return f"{signed(low)} to {signed(high)}"


def _reasons(document: Document, report: BoardReport, room: BoardRoom) -> None:
    rankings = report.figures.rankings
    if rankings is None:
        return
    sheet = _section(document, "What people name", room=SENTENCE)
    for who, places in (
        ("Those who answer 9 or 10", rankings.promoters),
        ("Those who answer 0 to 6", rankings.detractors),
    ):
        sheet.paragraph(_named(who, [one for one in places if one.share], room), after=3)
    sheet.paragraph(
        f"{rankings.source} Reasons that cannot be told apart share their places.", NOTE
    )


def _named(who: str, places: Sequence[Place], room: BoardRoom) -> str:
    """For example "Those who answer 9 or 10 name: colleagues (67 %, place 1–2)."."""
    if not places:
        return f"{who} name no reason often enough to be seen."
    named = (f"{one.reason} ({one.share} %, place {one.text})" for one in places[: room.reasons])
    return f"{who} name most: {', '.join(named)}."


def _services(document: Document, report: BoardReport, room: BoardRoom) -> None:
    shown = [line for line in report.services if line.is_shown]
    missing = [line.missing for line in report.services if not line.is_shown]
    if not (report.services or report.kept_apart):
        return
    sheet = _section(document, "The services in the house", room=TABLE if shown else SENTENCE)
    if shown:
        _scores_of(document, shown, report, room)
    if missing:
        named, more = within(missing, room.services)
        sheet = document.sheets[-1]
        sheet.paragraph(f"Not shown: {'; '.join(named)}.", NOTE)
        _say_left_out(sheet, left_out(more, "service that is not shown", "services not shown"))
    if report.kept_apart:
        document.sheets[-1].paragraph(report.kept_apart, NOTE)


def _scores_of(
    document: Document, shown: Sequence[ServiceLine], report: BoardReport, room: BoardRoom
) -> None:
    """What is clear, then every service's scores beside each other."""
    sheet = document.sheets[-1]
    findings = [*clear_changes(report.services), *clear_differences(report.services)]
    said, more = within(findings, room.findings)
    for sentence in said:
        sheet.paragraph(sentence, after=2)
    _say_left_out(sheet, left_out(more, "clear difference", "clear differences"))
    lines, hidden = within(shown, room.services)
    texts = lines[0].statements
    columns = [Column(f"({place})", SERVICE) for place in range(1, len(texts) + 1)]
    rows = [(line.name, _cells(line, texts)) for line in lines]
    sheet = table(document, columns, rows, first="By name, which is no ranking")
    asked = "; ".join(f"({place}) {text}" for place, text in enumerate(texts, 1))
    sheet.paragraph(f"{asked}. From 1 to 5, with the likely range.", NOTE, after=3)
    _say_left_out(sheet, left_out(hidden, "service", "services"))


def _cells(line: ServiceLine, texts: Sequence[str]) -> list[str]:
    """A service's scores with their ranges, for the statements of the table's head."""
    scores = dict(zip(line.statements, line.means, strict=True))
    return [_score_with_range(scores.get(text)) for text in texts]


def _score_with_range(score: Score | None) -> str:
    if score is None or isinstance(score, Hidden):
        return DASH
    return f"{score.text} ({score.low:.1f} to {score.high:.1f})"


def _projects(document: Document, report: BoardReport, room: BoardRoom) -> None:
    if not report.projects:
        return
    sheet = _section(document, "You said, we did", room=SENTENCE)
    told, more = within(report.projects, room.projects)
    for one in told:
        if sheet.room < SENTENCE:
            sheet = document.sheet()
        sheet.paragraph(one.title, BODY_STRONG, after=0)
        if one.due_before:
            late = f"Late: it was to be done by {day(one.due_before)}."
            sheet.paragraph(late, SMALL_STRONG, after=0)
        sheet.paragraph(_short(one, room.letters).in_one, after=4)
    _say_left_out(sheet, left_out(more, "improvement", "improvements"))


def _short(one: SaidAndDone, letters: int) -> SaidAndDone:
    return replace(one, said=shortened(one.said, letters), did=shortened(one.did, letters))


def _moved(document: Document, report: BoardReport, room: BoardRoom) -> None:
    sheet = _section(document, "How we work together", room=SENTENCE)
    sheet.paragraph(report.movement)
    moved, more = within(report.moved, room.moved)
    if moved:
        rows = [(one.text, [one.before.text, one.now.text, one.words]) for one in moved]
        sheet = table(document, MOVED, rows, first="Statement")
        _say_left_out(sheet, left_out(more, "statement", "statements"))


def _units(document: Document, report: BoardReport, room: BoardRoom) -> None:
    if not report.units:
        return
    _section(document, "By department")
    units, more = within(report.units, room.units)
    rows = [
        (
            unit.name,
            [str(unit.answers.respondents), signed(unit.answers.score), _range(unit.answers)],
        )
        for unit in units
        if isinstance(unit.answers, StanceCounts)
    ]
    sheet = table(document, UNITS, rows, first="Department")
    _say_left_out(sheet, left_out(more, "department", "departments"))
    if report.figures.hidden_units:
        sheet.paragraph(report.figures.hidden_units, NOTE)


def _say_left_out(sheet: Sheet, sentence: str) -> None:
    if sentence:
        sheet.paragraph(sentence, NOTE)


def _section(document: Document, name: str, *, room: float = TABLE) -> Sheet:
    """A heading with so much room for it and what follows, on a fresh page where there is less."""
    sheet = document.sheets[-1]
    if sheet.room < room:
        sheet = document.sheet()
    sheet.y += 4
    sheet.heading(name, after=3)
    return sheet
