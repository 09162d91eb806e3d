"""The board's sheet: the score with its interval and trend, participation, what moved, units."""

from collections.abc import Sequence
from typing import Final

from app.charts.marks import Chart
from app.domain.enps.direct import LEANS, DirectCounts
from app.domain.enps.score import StanceCounts
from app.domain.internal_services.comparing import clear_differences
from app.domain.release.policy import Hidden, Shown
from app.domain.reports.board import BoardReport
from app.domain.reports.company import RANGE
from app.domain.reports.score_change import signed
from app.domain.reports.words import DASH, day
from app.pdf.engine.document import Document, Sheet
from app.pdf.engine.tables import Column, plain_imprint, table
from app.pdf.engine.theme import NOTE

QUARTERS: Final = (
    Column("Took part", 86),
    Column("StanceCounts", 46),
    Column("Promoters", 58),
    Column("Passives", 52),
    Column("Detractors", 58),
    Column("eNPS", 42, is_strong=True),
    Column("Likely range", 68),
)
UNITS: Final = (
    Column("StanceCounts", 60),
    Column("eNPS", 56, is_strong=True),
    Column("Likely range", 90),
)
MOVED: Final = (
    Column("Before", 66),
    Column("Now", 66, is_strong=True),
    Column("Change", 66),
)
SERVICES: Final = (
    Column("Score", 50, is_strong=True),
    Column("Likely range", 80),
    Column("Change", 66),
)
MOST_PROJECTS: Final = 5
"""On paper; the others stand on the page of improvements."""
TABLE, SENTENCE = 130.0, 60.0
"""Points that a heading needs with the first rows of a table, or with two lines, below it."""


def render(report: BoardReport, *, charts: Sequence[Chart], paper: str = "A4") -> bytes:
    """`report` as a PDF file on `paper`, with the charts that there are of its score."""
    figures = report.figures
    imprint = plain_imprint(
        report.company,
        figures.cycle_name,
        "For the board",
        readers="For the board: released company figures, traceable to nobody",
    )
    document = Document(imprint, paper=paper)
    sheet = document.sheet()
    sheet.title(f"For the board, {figures.cycle_name}", figures.finding)
    if figures.lead:
        sheet.paragraph(f"{figures.lead} {figures.silent}".strip(), after=4)
    sheet.paragraph(f"{report.company} · published {day(report.published_on)}", NOTE, after=14)
    _score(document, report, charts)
    _moved(document, report)
    _projects(document, report)
    _services(document, report)
    _units(document, report)
    return document.finished()


def _score(document: Document, report: BoardReport, charts: Sequence[Chart]) -> None:
    sheet = _section(document, "The score by quarter")
    for chart in charts:
        sheet.chart(chart, sheet.left, sheet.y)
        sheet.y += chart.height + 10
    took_part = {
        name: ", ".join(filter(None, (took.words, took.percent)))
        for name, took in report.participation
    }
    rows = [
        (one.cycle_name, [took_part.get(one.cycle_name, DASH), *_quarter(one.answers)])
        for one in reversed(report.figures.trend)
    ]
    if report.figures.together:
        rows.append((report.figures.together_name, [DASH, *_quarter(report.figures.together)]))
    sheet = table(document, QUARTERS, rows, first="Quarter")
    if isinstance(report.figures.direct, DirectCounts):
        sheet.paragraph(f"{report.figures.direct.verdict} {LEANS}")
    if report.figures.lead:
        sheet.paragraph(RANGE, NOTE)


def _quarter(answers: StanceCounts | Hidden) -> list[str]:
    if isinstance(answers, Hidden):
        return [DASH] * (len(QUARTERS) - 1)
    shares = [f"{share} %" for share in answers.shares]
    return [str(answers.respondents), *shares, signed(answers.score), _range(answers)]


def _range(answers: StanceCounts) -> str:
    low, high = answers.interval
    return f"{signed(low)} to {signed(high)}"


def _moved(document: Document, report: BoardReport) -> None:
    sheet = _section(document, "How we work together")
    sheet.paragraph(report.movement)
    if report.moved:
        rows = [(one.text, [one.before.text, one.now.text, one.words]) for one in report.moved]
        table(document, MOVED, rows, first="Statement")


def _services(document: Document, report: BoardReport) -> None:
    rows = [
        (f"{line.name}: {text}", [score.text, f"{score.low:.1f} to {score.high:.1f}", words])
        for line in report.services
        for text, score, words in zip(line.statements, line.means, line.words, strict=True)
        if isinstance(score, Shown)
    ]
    if not rows:
        return
    sheet = _section(document, "The services in the house")
    for sentence in clear_differences(report.services):
        sheet.paragraph(sentence)
    table(document, SERVICES, rows, first="Service and statement")


def _projects(document: Document, report: BoardReport) -> None:
    if not report.projects:
        return
    sheet = _section(document, "You said, we did", room=SENTENCE)
    for one in report.projects[:MOST_PROJECTS]:
        sheet.paragraph(one.in_one, after=4)


def _units(document: Document, report: BoardReport) -> None:
    if not report.figures.units:
        return
    sheet = _section(document, "By department", room=TABLE if report.units else SENTENCE)
    if report.units:
        rows = [
            (
                unit.name,
                [str(unit.answers.respondents), signed(unit.answers.score), _range(unit.answers)],
            )
            for unit in report.units
            if isinstance(unit.answers, StanceCounts)
        ]
        sheet = table(document, UNITS, rows, first="Department")
    if report.figures.hidden_units:
        sheet.paragraph(report.figures.hidden_units, NOTE)


def _section(document: Document, name: str, *, room: float = TABLE) -> Sheet:
    """A heading with so much room for it and what follows, on a fresh page where there is less."""
    sheet = document.sheets[-1]
    if sheet.room < room:
        sheet = document.sheet()
    sheet.y += 6
    sheet.heading(name, after=4)
    return sheet
