"""The frame of every paper: sheets with margins, header, footer, and "page n of m".

A page is written by moving down a `Sheet`: paragraphs, rows and charts advance its `y`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Any, Final

from reportlab.pdfgen.canvas import Canvas

from app.charts.marks import Chart
from app.pdf.draw import Pen, ground_name
from app.pdf.theme import (
    ACCENT,
    BODY,
    HAIR,
    LABEL,
    NOTE,
    REGULAR,
    SMALLER_TITLE,
    SOFT,
    TITLE,
    Style,
)
from app.pdf.wrapping import balanced, shortened, wrap

PAPERS: Final = {"A4": (595.28, 841.89), "letter": (612.0, 792.0)}
LEFT: Final = 62.0
MARGINS: Final = {"A4": (92.0, 66.0), "letter": (76.0, 60.0)}
"""Above and below the text of a page; letter paper is shorter."""
LONGEST_TITLE: Final = 3
SMALL_PRINT: Final = Style(REGULAR, 8, 10, SOFT)
ONE_AT_A_TIME: Final = Lock()
"""The parsed faces are shared by the process, and ReportLab cuts subsets from them in place."""


@dataclass(frozen=True)
class Imprint:
    """What stands on every page and in the file's properties; no ids and no times."""

    title: str
    author: str
    header: str
    confidentiality: str


class Sheet(Pen):
    """One page; `y` is where the next thing goes, `left` and `width` are the text column."""

    def __init__(self, document: "Document") -> None:
        super().__init__(document.canvas, document.height)
        self.document = document
        self.left = LEFT
        self.width = document.width - 2 * LEFT
        self.y, self.bottom = document.margins
        self.forms: list[str] = []
        self.entry = ""
        """What the file's outline calls this page; empty for a continued one."""

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def room(self) -> float:
        """How much height is left above the footer."""
        return self.height - self.bottom - self.y

    def lines(self, lines: list[str] | tuple[str, ...], style: Style, *, x: float) -> None:
        """Write ready lines below each other and move down."""
        for line in lines:
            self.text(x, self.y + style.size, line, style)
            self.y += style.leading

    def paragraph(
        self,
        text: str,
        style: Style = BODY,
        *,
        x: float | None = None,
        width: float | None = None,
        after: float = 6,
    ) -> None:
        """Write a paragraph in the column (or from `x`, `width` wide) and move down."""
        left = self.left if x is None else x
        self.lines(wrap(text, style, width or self.right - left), style, x=left)
        self.y += after

    def title(self, label: str, text: str) -> None:
        """The head of a page: what it is, and what it says."""
        self.entry = label
        self.text(self.left, self.y + 8, label.upper(), LABEL)
        self.y += 17
        style = TITLE if len(wrap(text, TITLE, self.width)) <= LONGEST_TITLE else SMALLER_TITLE
        self.lines(balanced(text, style, self.width), style, x=self.left)
        self.y += 14

    def rule(self, *, after: float = 0) -> None:
        """A hairline across the column."""
        self.line((self.left, self.y), (self.right, self.y), HAIR, 0.5)
        self.y += after

    def chart(self, chart: Chart, x: float, y: float) -> None:
        """Draw a chart; its ground is drawn once in the document and stamped here."""
        if chart.ground:
            name = ground_name(chart)
            size = (chart.width, chart.height)
            self.stamp(name, size, (x, y), lambda pen: pen.marks(chart.ground, 0, 0))
        self.marks(chart.marks, x, y)

    def stamp(
        self,
        name: str,
        size: tuple[float, float],
        place: tuple[float, float],
        draw: Callable[[Pen], None],
    ) -> None:
        """Use the form `name`; `draw` is called the first time only."""
        self.document.define(name, size, draw)
        self.forms.append(name)
        self.form(name, place[0], place[1], size[1])


class Document:
    """Collects sheets, then writes the file; the same content gives the same bytes."""

    def __init__(self, imprint: Imprint, *, paper: str = "A4") -> None:
        self.imprint = imprint
        self.width, self.height = PAPERS[paper]
        self.margins = MARGINS[paper]
        self.buffer = BytesIO()
        self.canvas: Any = Canvas(
            self.buffer,
            pagesize=(self.width, self.height),
            pageCompression=1,
            invariant=1,
            lang="en-GB",
            initialFontName=REGULAR.name,  # type: ignore[arg-type]  # the stubs expect a number
        )
        self.canvas.setTitle(imprint.title)
        self.canvas.setAuthor(imprint.author)
        self.canvas.setSubject(imprint.confidentiality)
        self.canvas.setCreator("Full Circle")
        self.canvas.setProducer("Full Circle")
        self.canvas.setKeywords("")
        self.sheets: list[Sheet] = []
        self._defined: set[str] = set()

    def sheet(self) -> Sheet:
        """A fresh page."""
        self.sheets.append(Sheet(self))
        return self.sheets[-1]

    def define(self, name: str, size: tuple[float, float], draw: Callable[[Pen], None]) -> None:
        """Make the form `name` unless it is there already."""
        if name in self._defined:
            return
        self._defined.add(name)
        pen = Pen(self.canvas, size[1])
        draw(pen)
        self.canvas.beginForm(name, 0, 0, size[0], size[1])
        self.canvas._code.append("\n".join(pen.operators))
        self.canvas.endForm()

    def finished(self) -> bytes:
        """The file, with header and footer on every page but the cover."""
        for number, sheet in enumerate(self.sheets, start=1):
            if number > 1:
                sheet.stamp("frame", (self.width, self.height), (0, 0), self._frame)
                page = f"page {number} of {len(self.sheets)}"
                sheet.text_right(sheet.right, self.height - 36, page, SMALL_PRINT)
            self.canvas._code.append("\n".join(sheet.operators))
            self.canvas._formsinuse.extend(dict.fromkeys(sheet.forms))
            self._outline(number, sheet.entry)
            self.canvas.showPage()
        self.canvas.save()
        return self.buffer.getvalue()

    def _outline(self, number: int, entry: str) -> None:
        if entry:
            self.canvas.bookmarkPage(f"page-{number}")
            self.canvas.addOutlineEntry(entry, f"page-{number}", 0)

    def _frame(self, pen: Pen) -> None:
        """The static part of every page after the cover: drawn once, stamped on each."""
        width = self.width - 2 * LEFT
        pen.rect(LEFT, 46, (22, 2.4), ACCENT)
        header = shortened(self.imprint.header, SMALL_PRINT, width - 40)
        pen.text_right(LEFT + width, 50, header, SMALL_PRINT)
        pen.line((LEFT, self.height - 50), (LEFT + width, self.height - 50), HAIR, 0.5)
        line = shortened(self.imprint.confidentiality, SMALL_PRINT, width - 70)
        pen.text(LEFT, self.height - 36, line, SMALL_PRINT)


def columns(left: float, width: float, count: int, gap: float = 24) -> list[tuple[float, float]]:
    """`count` equal columns as (left edge, width)."""
    each = (width - gap * (count - 1)) / count
    return [(left + number * (each + gap), each) for number in range(count)]


def bullet_list(sheet: Sheet, sentences: tuple[str, ...], style: Style = BODY) -> None:
    """Sentences below each other, each behind a short accent stroke."""
    for sentence in sentences:
        middle = sheet.y + style.size * 0.68
        sheet.line((sheet.left, middle), (sheet.left + 9, middle), ACCENT, 1.4)
        sheet.paragraph(sentence, style, x=sheet.left + 18, after=4)


def note_list(sheet: Sheet, sentences: tuple[str, ...], *, x: float, width: float) -> None:
    """Small explaining sentences, one paragraph each."""
    for sentence in sentences:
        sheet.paragraph(sentence, NOTE, x=x, width=width, after=4)
