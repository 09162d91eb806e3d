"""A paper as a file: its sheets with header, footer and "page n of m", structure and outline."""

from dataclasses import dataclass
from typing import Final

from app.pdf.engine.letterhead import PLAIN, Letterhead, image
from app.pdf.engine.objects import stream, text_string
from app.pdf.engine.operators import Pen
from app.pdf.engine.shared import COLOURS, FONTS, RESOURCES, Materials
from app.pdf.engine.sheet import (
    LEFT,
    Sheet,
    bullet_list,
    columns,
    note_list,
    note_list_height,
)
from app.pdf.engine.theme import ACCENT, ACCENT_NAME, HAIR, REGULAR, SOFT, Style, accent_space
from app.pdf.engine.wrapping import shortened, width_of

__all__ = [
    "LEFT",
    "Document",
    "Imprint",
    "Sheet",
    "bullet_list",
    "columns",
    "note_list",
    "note_list_height",
]

SMALL_PRINT: Final = Style(REGULAR, 8, 10, SOFT)
LOGO: Final = "Logo"
LOGO_FOOT: Final = 55.0
"""Where a logo ends, below the upper edge of the page."""
STROKE: Final = (22.0, 2.4)
"""The stroke that stands where no logo does."""
GAP: Final = 8.0


@dataclass(frozen=True)
class Imprint:
    """What stands on every page and in the file's properties; no ids and no times."""

    title: str
    author: str
    """The company; also at the head of every page."""
    header: str
    confidentiality: str


class Document(Materials):
    """Collects sheets, then writes the file; the same content gives the same bytes."""

    def __init__(self, imprint: Imprint, *, letterhead: Letterhead = PLAIN) -> None:
        super().__init__(letterhead)
        self.imprint = imprint
        self.sheets: list[Sheet] = []

    def sheet(self) -> Sheet:
        """A fresh page."""
        self.sheets.append(Sheet(self))
        return self.sheets[-1]

    def finished(self) -> bytes:
        """The file, with header and footer on every page."""
        logo = self.letterhead.logo
        for number, sheet in enumerate(self.sheets, start=1):
            with self.tags.artifact:
                sheet.stamp("frame", (self.width, self.height), (0, 0), self._frame)
                if logo:
                    sheet.image(LOGO, LEFT, LOGO_FOOT - logo.size[1], logo.size)
                page = f"page {number} of {len(self.sheets)}"
                sheet.text_right(sheet.right, self.height - 36, page, SMALL_PRINT)
        pages = self._put_pages()
        self._put_resources()
        root = self.objects.add(self._catalog(pages))
        written = self.objects.written(root=root, info=self.objects.add(self._information()))
        # Sheets and elements know each other in circles: cut, they are freed at once, and the
        # collector need not look for them (a twelfth of the time of a report).
        self.sheets.clear()
        self.tags.open.clear()
        return written

    def _put_pages(self) -> int:
        tree = self.objects.reserve()
        for key, sheet in enumerate(self.sheets):
            content = self.objects.put(stream(sheet.drawn().encode("latin-1")))
            links = "".join(f"{number} 0 R " for number in sheet.annotations)
            self.objects.add(
                f"<</Type/Page/Parent {tree} 0 R/Resources {RESOURCES} 0 R/Contents {content} 0 R"
                f"/StructParents {key}/Tabs/S{f'/Annots[{links}]' if links else ''}>>",
                sheet.page,
            )
        for key, (_, number, body) in enumerate(self.links, start=len(self.sheets)):
            self.objects.add(f"{body}/StructParent {key}>>", number)
        kids = " ".join(f"{sheet.page} 0 R" for sheet in self.sheets)
        box = f"[0 0 {self.width:g} {self.height:g}]"
        pages = f"<</Type/Pages/Count {len(self.sheets)}/MediaBox{box}/Kids[{kids}]>>"
        return self.objects.add(pages, tree)

    def _put_resources(self) -> None:
        forms = ""
        for form in self.forms.values():
            forms += f"/{form.alias} {self.objects.put(form.body)} 0 R"
            self.fonts.chapters.update(form.fonts.chapters)
        if self.letterhead.logo:
            forms += f"/{LOGO} {self.objects.put(image(self.letterhead.logo))} 0 R"
        self.objects.add(f"<<{self.fonts.put(self.objects)}>>", FONTS)
        accent = accent_space(self.letterhead.colour)
        self.objects.add(f"<<{ACCENT_NAME}{accent}>>", COLOURS)
        self.objects.add(
            f"<</Font {FONTS} 0 R/ColorSpace {COLOURS} 0 R/XObject<<{forms}>>>>", RESOURCES
        )

    def _catalog(self, pages: int) -> str:
        structure = self.tags.put(
            self.objects,
            [sheet.pieces for sheet in self.sheets],
            [element for element, _, _ in self.links],
        )
        return (
            f"<</Type/Catalog/Pages {pages} 0 R/Outlines {self._outline()} 0 R/Lang(en-GB)"
            f"/MarkInfo<</Marked true>>/StructTreeRoot {structure} 0 R"
            "/ViewerPreferences<</DisplayDocTitle true>>>>"
        )

    def _outline(self) -> int:
        """The list of pages that a viewer shows beside them."""
        entries = [sheet for sheet in self.sheets if sheet.entry]
        root = self.objects.reserve()
        first = self.objects.reserve(len(entries))
        last = first + len(entries) - 1
        for number, sheet in enumerate(entries, start=first):
            before = f"/Prev {number - 1} 0 R" if number > first else ""
            after = f"/Next {number + 1} 0 R" if number < last else ""
            self.objects.add(
                f"<</Title{text_string(sheet.entry)}/Parent {root} 0 R{before}{after}"
                f"/Dest[{sheet.page} 0 R/Fit]>>",
                number,
            )
        ends = f"/First {first} 0 R/Last {last} 0 R" if entries else ""
        return self.objects.add(f"<</Type/Outlines/Count {len(entries)}{ends}>>", root)

    def _information(self) -> str:
        imprint = self.imprint
        return (
            f"<</Title{text_string(imprint.title)}/Author{text_string(imprint.author)}"
            f"/Subject{text_string(imprint.confidentiality)}"
            "/Creator(Full Circle)/Producer(Full Circle, ReportLab)>>"
        )

    def _frame(self, pen: Pen) -> None:
        """The static part of every page: drawn once, stamped on each."""
        width = self.width - 2 * LEFT
        logo = self.letterhead.logo
        if not logo:
            pen.rect(LEFT, 46, STROKE, ACCENT)
        begin = (logo.size[0] if logo else STROKE[0]) + GAP
        header = shortened(self.imprint.header, SMALL_PRINT, (width - begin) * 2 / 3)
        rest = width - begin - width_of(header, SMALL_PRINT) - 2 * GAP
        company = shortened(self.imprint.author, SMALL_PRINT, rest)
        pen.text(LEFT + begin, 50, f"{company} ", SMALL_PRINT)
        pen.text_right(LEFT + width, 50, header, SMALL_PRINT)
        pen.line((LEFT, self.height - 50), (LEFT + width, self.height - 50), HAIR, 0.5)
        line = shortened(self.imprint.confidentiality, SMALL_PRINT, width - 70)
        pen.text(LEFT, self.height - 36, line, SMALL_PRINT)
