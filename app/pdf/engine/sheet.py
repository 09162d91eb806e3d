"""One page, written by moving down it; what is drawn tags itself for screen readers.

Headings, paragraphs, tables and charts advance its
`y`, and tag themselves as they are drawn:

    sheet.title("Summary", "What your colleagues said")     # H1 once per document, then H2
    sheet.heading("Competencies")                           # one level below the title
    sheet.paragraph("Scale from 1 to 5.")                   # P
    with sheet.table():                                     # one Table, however many pages
        with sheet.row():
            with sheet.head("Column"):
                sheet.text(x, y, "Colleagues", NOTE)        # goes into the open cell
        with sheet.row():
            with sheet.cell():
                sheet.text_right(x, y, "3.8", SMALL)
    sheet.chart(chart, x, y)                                # Figure; its title is what is read
    with sheet.artifact():                                  # repeated heads and the like
        ...

Text outside any element becomes a paragraph of its own; rules and boxes are decoration.
"""

from collections.abc import Callable
from typing import Final

from app.charts.marks import Chart
from app.pdf.engine.bidi import begins_right_to_left
from app.pdf.engine.objects import text_string
from app.pdf.engine.operators import NOWHERE, Pen, ground_name
from app.pdf.engine.shared import Materials
from app.pdf.engine.tags import Element, Tag, alternative, scope
from app.pdf.engine.theme import (
    ACCENT,
    BODY,
    HAIR,
    HEADING,
    LABEL,
    NOTE,
    SMALLER_TITLE,
    TITLE,
    Style,
)
from app.pdf.engine.wrapping import balanced, wrap, wrapped

LEFT: Final = 62.0
LONGEST_TITLE: Final = 3


class Sheet(Pen):
    """One page; `y` is where the next thing goes, `left` and `width` are the text column."""

    def __init__(self, document: Materials) -> None:
        super().__init__(document.fonts, document.height)
        self.document = document
        self.tags = document.tags
        self.page = document.objects.reserve()
        self.left = LEFT
        self.width = document.width - 2 * LEFT
        self.y, self.bottom = document.margins
        self.entry = ""
        """What the file's outline calls this page; empty for a continued one."""
        self.pieces: list[Element] = []
        """The element of each piece of marked content, by its number."""
        self.annotations: list[int] = []
        self.open: list[Element] = document.tags.open

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def room(self) -> float:
        """How much height is left above the footer."""
        return self.height - self.bottom - self.y

    # what belongs together

    def table(self) -> Element:
        """A table; rows may be added on later sheets while it is open."""
        return self.tags.element(Tag.TABLE)

    def row(self) -> Element:
        return self.tags.element(Tag.ROW)

    def head(self, direction: str = "Column", *, columns: int = 1) -> Element:
        """A header cell for its "Column" or its "Row", over that many `columns`."""
        return self.tags.element(Tag.HEAD, scope(direction, columns=columns))

    def cell(self) -> Element:
        return self.tags.element(Tag.CELL)

    def listing(self) -> Element:
        """A list; its entries are `item`s."""
        return self.tags.element(Tag.LIST)

    def item(self) -> Element:
        """An entry of a list: text and figures in it belong together."""
        with self.tags.element(Tag.ITEM):
            return self.tags.element(Tag.BODY)

    def figure(self, words: str, x: float, y: float, size: tuple[float, float]) -> Element:
        """A picture at (x, y) drawn by hand; `words` is what is read in its place."""
        top = self.height - y
        box = (x, top - size[1], x + size[0], top)
        return self.tags.element(Tag.FIGURE, alternative(words, box))

    def artifact(self) -> Element:
        """Text that is read nowhere: a repeated table head, a page number."""
        return self.tags.artifact

    def inside(self, tag: Tag) -> Element:
        """Any other element."""
        return self.tags.element(tag)

    def _text_element(self) -> Element:
        """The open element if text goes into it, otherwise a new paragraph."""
        element = self.open[-1]
        return element if element.tag.holds_content else self.tags.element(Tag.P)

    # writing

    def lines(
        self,
        lines: list[str] | tuple[str, ...],
        style: Style,
        *,
        x: float,
        right: float | None = None,
    ) -> None:
        """Write ready lines below each other and move down.

        They begin at `x`; those that run right to left end at `right` where it is given.
        """
        with self._text_element():
            for line in lines:
                if right is not None and begins_right_to_left(line):
                    self.text_right(right, self.y + style.size, line, style)
                else:
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
        room = width or self.right - left
        self.lines(wrap(text, style, room), style, x=left, right=left + room)
        self.y += after

    def standing(
        self,
        text: str,
        style: Style = BODY,
        *,
        x: float | None = None,
        width: float | None = None,
        after: float = 6,
    ) -> None:
        """A paragraph that stands in many reports alike: its lines are remembered.

        Never for what people wrote or for what was found about one of them.
        """
        left = self.left if x is None else x
        self.lines(wrapped(text, style, width or self.right - left), style, x=left)
        self.y += after

    def title(self, label: str, text: str) -> None:
        """The head of a page: what it is, and what it says."""
        self.entry = label
        with self.tags.title():
            self.text(self.left, self.y + 8, f"{label.upper()} ", LABEL)
            self.y += 17
            style = TITLE if len(wrap(text, TITLE, self.width)) <= LONGEST_TITLE else SMALLER_TITLE
            self.lines(balanced(text, style, self.width), style, x=self.left)
        self.y += 14

    def heading(
        self, text: str, style: Style = HEADING, *, x: float | None = None, after: float = 2
    ) -> None:
        """A heading inside a page."""
        with self.tags.heading():
            self.paragraph(text, style, x=x, after=after)

    def rule(self, *, after: float = 0) -> None:
        """A hairline across the column."""
        self.line((self.left, self.y), (self.right, self.y), HAIR, 0.5)
        self.y += after

    def chart(self, chart: Chart, x: float, y: float) -> None:
        """Draw a chart; its ground is drawn once in the process and stamped here."""
        with self.figure(chart.title, x, y, (chart.width, chart.height)):
            if chart.ground:
                name = ground_name(chart)
                self.document.lay_ground(name, (chart.width, chart.height), chart.ground)
                self.form(self.document.forms[name].alias, x, y, chart.height)
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
        self.form(self.document.forms[name].alias, place[0], place[1], size[1])

    def link(
        self, target: "Sheet", x: float, y: float, size: tuple[float, float], words: str
    ) -> Element:
        """A link over a box to the page `target`; what is drawn in it is its text."""
        element = self.tags.element(Tag.LINK)
        top = self.height - y
        box = f"{x:.1f} {top - size[1]:.1f} {x + size[0]:.1f} {top:.1f}"
        body = (
            f"<</Type/Annot/Subtype/Link/Rect[{box}]/Border[0 0 0]/F 4"
            f"/Dest[{target.page} 0 R/XYZ null {self.height:.0f} null]"
            f"/Contents{text_string(words)}"
        )
        number = self.document.objects.reserve()
        self.document.links.append((element, number, body))
        self.annotations.append(number)
        element.kids.append(f"<</Type/OBJR/Obj {number} 0 R/Pg {self.page} 0 R>>")
        return element

    # marked content

    @property
    def draws_figure(self) -> bool:
        return self.open[-1].tag is Tag.FIGURE

    def begin(self) -> None:
        """Let what follows belong to the open element."""
        element = self.open[-1]
        if self._current is not NOWHERE:
            self.operators.append("EMC\n")
        self._current = element
        if element is self.tags.artifact:
            self.operators.append("/Artifact BMC\n")
            return
        if not element.tag.holds_content:
            element = self.tags.element(Tag.P)
        number = len(self.pieces)
        self.operators.append(f"/{element.tag.label}<</MCID {number}>>BDC\n")
        element.add_piece(self.page, number)
        self.pieces.append(element)
        # In a group each text is a paragraph of its own, so the next one must begin anew.
        self._current = element

    def drawn(self) -> str:
        """The page: decoration as one artifact, then everything else in its order."""
        decoration = self.decoration()
        below = f"/Artifact BMC\n{decoration}EMC\n" if decoration else ""
        return below + "".join(self.operators) + ("EMC\n" if self._current is not NOWHERE else "")


NOTE_GAP: Final = 4.0
"""Between two notes."""


def columns(left: float, width: float, count: int, gap: float = 24) -> list[tuple[float, float]]:
    """`count` equal columns as (left edge, width)."""
    each = (width - gap * (count - 1)) / count
    return [(left + number * (each + gap), each) for number in range(count)]


def bullet_list(sheet: Sheet, sentences: tuple[str, ...], style: Style = BODY) -> None:
    """Sentences below each other, each behind a short accent stroke."""
    with sheet.listing():
        for sentence in sentences:
            middle = sheet.y + style.size * 0.68
            sheet.line((sheet.left, middle), (sheet.left + 9, middle), ACCENT, 1.4)
            with sheet.item():
                sheet.paragraph(sentence, style, x=sheet.left + 18, after=4)


def note_list(sheet: Sheet, sentences: tuple[str, ...], *, x: float, width: float) -> None:
    """Small explaining sentences, one paragraph each."""
    for sentence in sentences:
        sheet.paragraph(sentence, NOTE, x=x, width=width, after=NOTE_GAP)


def note_list_height(sentences: tuple[str, ...], width: float) -> float:
    """How much height `note_list` takes, in points."""
    lines = sum(len(wrapped(sentence, NOTE, width)) for sentence in sentences)
    return lines * NOTE.leading + len(sentences) * NOTE_GAP
