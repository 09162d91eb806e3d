"""The personal report on paper: cover, finding, statements, differences, trend, comments, plan."""

from app.domain.reports.contents import PersonalReport
from app.pdf.engine.document import Document, Imprint
from app.pdf.pages.action_plan import action_plan_page
from app.pdf.pages.comments import comments_pages
from app.pdf.pages.cover import contents, cover_page
from app.pdf.pages.differences import differences_page
from app.pdf.pages.second_view import second_view_page
from app.pdf.pages.statements import statements_pages
from app.pdf.pages.summary import summary_page
from app.pdf.pages.trend import trend_page


def render(report: PersonalReport, *, paper: str = "A4") -> bytes:
    """`report` as a PDF file on `paper` ("A4" or "letter"); equal reports give equal bytes."""
    document = Document(imprint_of(report), paper=paper)
    place = cover_page(document, report)
    summary_page(document, report)
    statements_pages(document, report)
    if report.second_view:
        second_view_page(document, report, report.second_view)
    differences_page(document, report)
    trend_page(document, report)
    comments_pages(document, report)
    action_plan_page(document, report)
    contents(document, place)
    return document.finished()


def imprint_of(report: PersonalReport) -> Imprint:
    """Header, footer and file properties of a personal report."""
    return Imprint(
        title=f"{report.company} – {report.cycle_name} – {report.name}",
        author=report.company,
        header=f"{report.name}  ·  {report.cycle_name}",
        confidentiality=f"Confidential: for {report.name} and the readers announced to every rater",
    )
