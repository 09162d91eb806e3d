"""The personal report on paper, in the order of the web page: say, look closer, choose."""

from app.domain.reports.contents import PersonalReport
from app.pdf.engine.document import Document, Imprint
from app.pdf.engine.letterhead import PLAIN, Letterhead
from app.pdf.pages.action_plan import action_plan_page
from app.pdf.pages.comments import comments_part
from app.pdf.pages.differences import differences_part
from app.pdf.pages.first_page import contents, first_page
from app.pdf.pages.second_view import second_view_page
from app.pdf.pages.statements import statements_part
from app.pdf.pages.trend import notes_part, trend_part


def render(report: PersonalReport, *, letterhead: Letterhead = PLAIN) -> bytes:
    """`report` as a PDF file on the company’s `letterhead`; equal reports give equal bytes."""
    document = Document(imprint_of(report), letterhead=letterhead)
    place = first_page(document, report)
    has_comments = bool(report.keep or report.try_next)
    if has_comments:
        comments_part(document, report)
    statements_part(document, report, also=place.also)
    differences_part(document, report)
    if report.second_view:
        second_view_page(document, report, report.second_view)
    trend_part(document, report)
    if not has_comments:
        comments_part(document, report)
    notes_part(document, report)
    action_plan_page(document, report)
    contents(document, place)
    return document.finished()


def imprint_of(report: PersonalReport) -> Imprint:
    """Header, footer and file properties of a personal report."""
    return Imprint(
        title=f"{report.company} – {report.cycle_name} – {report.name}",
        author=report.company,
        header=f"{report.name}  ·  {report.cycle_name}",
        confidentiality=f"Confidential: for {report.name} and the readers named on the first page",
    )
