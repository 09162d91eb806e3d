"""HR's report of a cycle on paper: who took part, what could be shown, how far to trust it."""

from typing import Final

from app.domain.reports.cycle import CycleReport
from app.domain.reports.words import day
from app.pdf.engine.document import Document, Sheet, bullet_list
from app.pdf.engine.letterhead import PLAIN, Letterhead
from app.pdf.engine.tables import Column, plain_imprint, table
from app.pdf.engine.theme import NOTE

TOOK_PART: Final = (Column("Sent", 90), Column("Share", 60, is_strong=True))
COUNTED: Final = (Column("Number", 90, is_strong=True), Column("Share", 60))
FORGOTTEN: Final = "Who took part in which department has been forgotten; the totals stay."


def render(report: CycleReport, *, letterhead: Letterhead = PLAIN) -> bytes:
    """`report` as a PDF file on `letterhead`; equal reports give equal bytes."""
    imprint = plain_imprint(
        report.company, report.cycle_name, "Cycle report", readers="For HR: counts, no scores"
    )
    document = Document(imprint, letterhead=letterhead)
    took = report.participation
    sheet = document.sheet()
    sheet.title(
        f"Cycle report, {report.cycle_name}",
        took.sentence,
    )
    sheet.paragraph(f"Counted on {day(report.counted_on)}", NOTE, after=14)
    sheet.heading("Who took part", after=4)
    if report.departments:
        rows = [(name, [one.words, one.percent]) for name, one in report.departments]
        table(document, TOOK_PART, rows, first="Department")
    else:
        sheet.paragraph(FORGOTTEN)
    _coverage(document, report)
    _plans(document, report)
    _about(document, report)
    return document.finished()


def _coverage(document: Document, report: CycleReport) -> None:
    found = report.coverage
    sheet = _section(document, "What could be shown")
    sheet.paragraph(found.sentence)
    rows = [(band.words, [str(band.reports), ""]) for band in found.bands]
    if found.without_scores:
        rows.append(("Too few colleagues", [str(found.without_scores), ""]))
    rows.append(("Statement scores shown", [str(found.shown), f"{found.percent(found.shown)} %"]))
    shares = f"{found.percent(found.distributions)} %"
    rows.append(("… with a distribution", [str(found.distributions), shares]))
    rows.append(("Comments", [str(found.comments), ""]))
    table(document, COUNTED, rows, first="Reports and scores")


def _plans(document: Document, report: CycleReport) -> None:
    if report.plans:
        bullet_list(_section(document, "What people made of their reports"), report.plans)


def _about(document: Document, report: CycleReport) -> None:
    if sentences := (*report.about, *report.unseen):
        bullet_list(_section(document, "About the numbers"), sentences)


def _section(document: Document, name: str) -> Sheet:
    sheet = document.sheets[-1]
    if sheet.room < 110:
        sheet = document.sheet()
    sheet.y += 6
    sheet.heading(name, after=6)
    return sheet
