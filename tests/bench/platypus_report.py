"""The personal report as one would write it with Platypus: paragraphs, tables, drawings.

Untagged, because Platypus cannot tag: the comparison is kind to it.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Polygon, PolyLine, Rect, String
from reportlab.graphics.shapes import Line as Stroke
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from app.charts import marks
from app.charts.keys import keys
from app.charts.lines import trend_line, trend_range
from app.charts.scale import dumbbell, pair_dots, scale_head, statement_row
from app.domain.reports.action_plan import PLAN_HINTS, PLAN_WORDS
from app.domain.reports.contents import Conclusion, PersonalReport, StatementLine
from app.domain.reports.words import (
    CHANGE_WORDS,
    difference_groups,
    gap_words,
    interval_words,
    number_words,
    remark_words,
    shares_figures,
    statements_by_competency,
)
from app.domain.scale import key
from app.pdf.engine.faces import FONT_FOLDER
from app.pdf.engine.theme import ACCENT, FILLS, HAIR, INK, PALE, SOFT, STROKES
from app.pdf.pages import action_plan, comments, differences, second_view, trend

for weight in ("Regular", "Semibold", "Light"):
    registerFont(TTFont(f"Sans-{weight}", str(FONT_FOLDER / f"SourceSansPro-{weight}.ttf")))


def colour(parts: tuple[float, float, float]) -> Any:
    return Color(*parts)


def style(weight: str, size: float, leading: float, ink: Any = INK, after: float = 4) -> Any:
    return ParagraphStyle(
        f"{weight}{size}",
        fontName=f"Sans-{weight}",
        fontSize=size,
        leading=leading,
        textColor=colour(ink),
        spaceAfter=after,
    )


DISPLAY = style("Light", 34, 40)
TITLE = style("Light", 22, 28, after=14)
HEADING = style("Semibold", 11, 15)
BODY = style("Regular", 10, 14.5)
SMALL = style("Regular", 8.5, 10.5, after=0)
NOTE = style("Regular", 8.5, 12, SOFT)
LABEL = style("Semibold", 8, 11, ACCENT)
LINED = TableStyle(
    [
        ("LINEABOVE", (0, 0), (-1, -1), 0.4, colour(HAIR)),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ]
)


def drawing(chart: marks.Chart) -> Any:
    """A chart as ReportLab's own graphics."""
    made: Any = Drawing(chart.width, chart.height)
    for mark in (*chart.ground, *chart.marks):
        made.add(shape(mark, chart.height))
    return made


def shape(mark: Any, height: float) -> Any:
    return SHAPES[type(mark)](mark, height, colour(FILLS[mark.role]), STROKES.get(mark.role, 0.5))


def stroke(mark: marks.Line, height: float, ink: Any, width: float) -> Any:
    ends = (mark.x1, height - mark.y1, mark.x2, height - mark.y2)
    return Stroke(*ends, strokeColor=ink, strokeWidth=width)


def tick(mark: marks.Tick, height: float, ink: Any, width: float) -> Any:
    foot = mark.y + mark.height
    return stroke(marks.Line(mark.x, mark.y, mark.x, foot, mark.role), height, ink, width)


def bar(mark: marks.Rect, height: float, ink: Any, _width: float) -> Any:
    foot = height - mark.y - mark.height
    made: Any = Rect(mark.x, foot, mark.width, mark.height)
    made.fillColor, made.strokeColor = ink, None
    return made


def dot(mark: marks.Dot, height: float, ink: Any, _width: float) -> Any:
    rim = colour((1, 1, 1))
    return Circle(mark.x, height - mark.y, mark.radius, fillColor=ink, strokeColor=rim)


def path(mark: marks.Path, height: float, ink: Any, width: float) -> Any:
    points = [number for x, y in mark.points for number in (x, height - y)]
    if mark.closed:
        return Polygon(points, fillColor=ink, strokeColor=None)
    return PolyLine(points, strokeColor=ink, strokeWidth=width)


def rhombus(mark: marks.Diamond, height: float, ink: Any, _width: float) -> Any:
    return Polygon(diamond(mark, height), fillColor=colour((1, 1, 1)), strokeColor=ink)


def words(mark: marks.Text, height: float, ink: Any, _width: float) -> Any:
    made: Any = String(mark.x, height - mark.y, mark.text, fontName="Sans-Regular", fontSize=7.5)
    made.fillColor, made.textAnchor = ink, str(mark.anchor)
    return made


SHAPES: dict[type, Callable[[Any, float, Any, float], Any]] = {
    marks.Line: stroke,
    marks.Tick: tick,
    marks.Rect: bar,
    marks.Dot: dot,
    marks.Diamond: rhombus,
    marks.Path: path,
    marks.Text: words,
}


def diamond(mark: marks.Diamond, height: float) -> list[float]:
    x, y, radius = mark.x, height - mark.y, mark.radius
    return [x, y + radius, x + radius, y, x, y - radius, x - radius, y]


def render(report: PersonalReport) -> bytes:
    """The seven pages."""
    buffer = BytesIO()
    frame = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=62, rightMargin=62, topMargin=86, bottomMargin=60,
        title=report.name, author=report.company, invariant=1, lang="en-GB",
    )  # fmt: skip

    def decorate(canvas: Any, document: Any) -> None:
        canvas.setFont("Sans-Regular", 8)
        canvas.setFillColor(colour(SOFT))
        canvas.drawRightString(A4[0] - 62, A4[1] - 50, f"{report.name}  ·  {report.cycle_name}")
        canvas.drawString(62, 36, f"Confidential: for {report.name}")
        canvas.drawRightString(A4[0] - 62, 36, f"page {document.page}")
        canvas.setStrokeColor(colour(HAIR))
        canvas.line(62, 50, A4[0] - 62, 50)

    story: list[Any] = []
    for part in (front, statements, gaps, two_groups, over_time, said, planning):
        story.extend(part(report))
        story.append(PageBreak())
    frame.build(story[:-1], onLaterPages=decorate)
    return buffer.getvalue()


def front(report: PersonalReport) -> list[Any]:
    signs = [[drawing(chart), Paragraph(words, NOTE)] for chart, words in keys()]
    found = [[_words(one), _picture(report.line(one.statement))] for one in report.said]
    return [
        Paragraph(f"{report.company} · {report.cycle_name}", LABEL),
        Paragraph(report.name, DISPLAY),
        Paragraph(f"{report.title} · {report.department}", NOTE),
        Paragraph(report.finding, TITLE),
        Paragraph(f"{report.raters} colleagues answered. {report.readers}", BODY),
        Table(found, colWidths=[290, 180], style=LINED),
        Paragraph("Also clear", HEADING),
        *(Paragraph(f"{one.title} {one.words}", SMALL, bulletText="-") for one in report.also),
        Paragraph("What else there may be", HEADING),
        Paragraph(report.unseen, BODY),
        Paragraph("HOW TO READ THE PICTURES", LABEL),
        Table(signs, colWidths=[40, 400], style=LINED),
        Paragraph(key("   ·   "), NOTE),
    ]


def _words(one: Conclusion) -> list[Any]:
    return [Paragraph(one.kicker, LABEL), Paragraph(one.title, HEADING), Paragraph(one.words, BODY)]


def _picture(line: StatementLine | None) -> Any:
    return drawing(statement_row(line, width=170, height=30)) if line else ""


def statements(report: PersonalReport) -> list[Any]:
    rows: list[list[Any]] = [
        ["Statement", drawing(scale_head(width=156)), "Colleagues", "You", "Last", "Company"]
    ]
    for name, lines in statements_by_competency(report):
        rows.append([Paragraph(name, HEADING)])
        rows.extend(
            [
                [
                    Paragraph(f"{line.number} {line.text}", SMALL),
                    Paragraph(remark_words(line), NOTE),
                ],
                drawing(statement_row(line, width=156, height=30)),
                [
                    Paragraph(number_words(line.colleagues), SMALL),
                    Paragraph(interval_words(line.colleagues), NOTE),
                    Paragraph(figures(line), NOTE),
                ],
                Paragraph(number_words(line.own), SMALL),
                [
                    Paragraph(number_words(line.previous), SMALL),
                    Paragraph(CHANGE_WORDS[line.change], NOTE),
                ],
                Paragraph(number_words(line.company), SMALL),
            ]
            for line in lines
        )
    widths = [158, 160, 52, 26, 37, 38]
    return [
        Paragraph("ALL STATEMENTS", LABEL),
        Paragraph("All 14 statements, seen from both sides", TITLE),
        Table(rows, colWidths=widths, style=LINED, repeatRows=1),
    ]


def figures(line: Any) -> str:
    return shares_figures(getattr(line.colleagues, "shares", None))


def gaps(report: PersonalReport) -> list[Any]:
    story: list[Any] = [
        Paragraph("YOUR VIEW AND THEIRS", LABEL),
        Paragraph("How you see it, how colleagues see it", TITLE),
        Paragraph(differences.EXPLAINED, NOTE),
    ]
    for words, lines in difference_groups(report):
        rows = [["Statement", drawing(scale_head(width=160)), "your answer is"]]
        rows.extend(
            [
                Paragraph(line.text, SMALL),
                drawing(dumbbell(line, width=160, height=27)),
                Paragraph(gap_words(line), SMALL),
            ]
            for line in lines
        )
        story += [Paragraph(words, HEADING), Table(rows, colWidths=[208, 170, 93], style=LINED)]
    return story


def two_groups(report: PersonalReport) -> list[Any]:
    if report.second_view is None:
        return []
    rows: list[list[Any]] = [["Statement", drawing(scale_head(width=150)), "Reports", "Else"]]
    view = report.second_view
    for line, one, other in zip(report.statements, view.reports, view.others, strict=True):
        chart = pair_dots(one, other, names=second_view.NAMES, width=150, height=31)
        numbers = [Paragraph(number_words(score), SMALL) for score in (one, other)]
        rows.append([Paragraph(line.text, SMALL), drawing(chart), *numbers])
    return [
        Paragraph("Direct reports beside everyone else", TITLE),
        Paragraph(second_view.EXPLAINED, NOTE),
        Table(rows, colWidths=[190, 158, 60, 62], style=LINED, repeatRows=1),
    ]


def over_time(report: PersonalReport) -> list[Any]:
    scale = trend_range(report.trend)
    cells = [
        [
            Paragraph(line.competency, HEADING),
            drawing(trend_line(line, width=220, height=72, scale=scale)),
        ]
        for line in report.trend
    ]
    rows = [cells[place : place + 2] for place in range(0, len(cells), 2)]
    return [
        Paragraph("OVER TIME", LABEL),
        Paragraph("Your competencies, quarter by quarter", TITLE),
        Paragraph(trend.EXPLAINED, NOTE),
        Table(rows, colWidths=[235, 235]),
        Paragraph("About these numbers", HEADING),
        *(Paragraph(note, NOTE) for note in report.notes),
    ]


def said(report: PersonalReport) -> list[Any]:
    story: list[Any] = [
        Paragraph("COMMENTS", LABEL),
        Paragraph("What your colleagues wrote", TITLE),
        Paragraph(comments.EXPLAINED, NOTE),
    ]
    for heading, found in zip(comments.SECTIONS, (report.keep, report.try_next), strict=True):
        story.append(Paragraph(heading, HEADING))
        story.extend(Paragraph(comment.text, BODY) for comment in found)
    return story


def planning(_report: PersonalReport) -> list[Any]:
    story: list[Any] = [
        Paragraph("YOUR PLAN", LABEL),
        Paragraph("Two behaviours until the next quarter", TITLE),
        Paragraph(action_plan.INTRODUCTION, BODY),
    ]
    for number in (1, 2):
        rows = [[Paragraph(f"{number}", HEADING)]]
        rows.extend(
            [Paragraph(f"<b>{label}</b> {PLAN_HINTS[name]}", SMALL)]
            for name, label in PLAN_WORDS.items()
        )
        card = Table(rows, colWidths=[460], rowHeights=[36] * len(rows))
        card.setStyle(
            TableStyle(
                [
                    ("BACKGROUND", (0, 0), (-1, -1), colour(PALE)),
                    ("LINEBELOW", (0, 1), (-1, -1), 0.4, colour(SOFT)),
                ]
            )
        )
        story += [card, Spacer(0, 16)]
    return story
