"""The board's sheet: the score with its interval and trend, participation, what moved, units."""

from typing import Final

from app.charts.marks import Chart
from app.domain.board import BoardReport
from app.domain.company import signed
from app.domain.enps import ReleasedShares
from app.domain.release import Hidden
from app.domain.words import DASH, day
from app.pdf.document import Document, Sheet
from app.pdf.tables import Column, plain_imprint, table
from app.pdf.theme import NOTE

QUARTERS: Final = (
    Column("Answers", 56),
    Column("Promoters", 76),
    Column("Passives", 76),
    Column("Detractors", 76),
    Column("eNPS", 46, is_strong=True),
    Column("Likely range", 72),
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
TOOK_PART: Final = (Column("Sent", 80), Column("Share", 60, is_strong=True))


def render(report: BoardReport, *, trend: Chart | None, paper: str = "A4") -> bytes:
    """`report` as a PDF file on `paper`, with the chart of the trend where there is one."""
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
    if figures.shift:
        sheet.paragraph(f"{figures.shift.reach} {figures.one_answer}", after=4)
    sheet.paragraph(f"{report.company} · published {day(report.published_on)}", NOTE, after=14)
    _score(document, report, trend)
    _participation(document, report)
    _moved(document, report)
    _units(document, report)
    return document.finished()


def _score(document: Document, report: BoardReport, trend: Chart | None) -> None:
    sheet = _section(document, "The score by quarter")
    if trend is not None:
        sheet.chart(trend, sheet.left, sheet.y)
        sheet.y += trend.height + 10
    rows = [(one.cycle_name, _quarter(one.shares)) for one in reversed(report.figures.trend)]
    table(document, QUARTERS, rows, first="Quarter")


def _quarter(shares: ReleasedShares | Hidden) -> list[str]:
    if isinstance(shares, Hidden):
        return [DASH] * len(QUARTERS)
    return [str(shares.respondents), *shares.texts, signed(shares.score), _range(shares)]


def _range(shares: ReleasedShares) -> str:
    low, high = shares.interval
    return f"{signed(low)} to {signed(high)}"


def _participation(document: Document, report: BoardReport) -> None:
    if not report.participation:
        return
    _section(document, "Who took part")
    rows = [
        (name, [f"{took.sent} of {took.invited}", f"{took.rate} %"])
        for name, took in reversed(report.participation)
    ]
    table(document, TOOK_PART, rows, first="Quarter")


def _moved(document: Document, report: BoardReport) -> None:
    sheet = _section(document, "How we work together")
    sheet.paragraph(report.movement)
    if report.moved:
        rows = [(one.text, [one.before.text, one.now.text, one.words]) for one in report.moved]
        table(document, MOVED, rows, first="Statement")


def _units(document: Document, report: BoardReport) -> None:
    if not report.figures.units:
        return
    sheet = _section(document, "By department")
    if report.units:
        rows = [
            (
                unit.name,
                [str(unit.shares.respondents), signed(unit.shares.score), _range(unit.shares)],
            )
            for unit in report.units
            if isinstance(unit.shares, ReleasedShares)
        ]
        sheet = table(document, UNITS, rows, first="Department")
    if report.hidden_units:
        sheet.paragraph(report.hidden_units, NOTE)


def _section(document: Document, name: str) -> Sheet:
    """A heading with some room below it, on a fresh page where there is none."""
    sheet = document.sheets[-1]
    if sheet.room < 130:
        sheet = document.sheet()
    sheet.y += 6
    sheet.heading(name, after=4)
    return sheet
