"""The structure of a paper: what is a heading, a paragraph, a table cell, and in which order.

A screen reader reads this tree and not the page. Elements are made while pages are drawn;
each remembers which pieces of which page belong to it.
"""

from enum import Enum
from typing import Self

from app.pdf.engine.objects import Objects, text_string


class Tag(Enum):
    """The standard structure types that papers use: the name, and whether text goes into it.

    Text inside any other makes a paragraph of its own.
    """

    DOCUMENT = ("Document", False)
    H1 = ("H1", True)
    H2 = ("H2", True)
    H3 = ("H3", True)
    P = ("P", True)
    LIST = ("L", False)
    ITEM = ("LI", False)
    BODY = ("LBody", True)
    TABLE = ("Table", False)
    ROW = ("TR", False)
    HEAD = ("TH", True)
    CELL = ("TD", True)
    FIGURE = ("Figure", True)
    CONTENTS = ("TOC", False)
    ENTRY = ("TOCI", False)
    LINK = ("Link", True)
    ARTIFACT = ("Artifact", True)

    def __init__(self, label: str, holds_content: bool) -> None:  # noqa: FBT001 - from the pairs above
        self.label = label
        self.holds_content = holds_content


class Element:
    """A node of the tree; `with` it, what is drawn becomes its content."""

    __slots__ = ("attributes", "has_children", "index", "kids", "open", "page", "parent", "tag")

    def __init__(
        self,
        tag: Tag,
        open_elements: "list[Element]",
        *,
        attributes: str = "",
        index: int = 0,
        parent: int = 0,
    ) -> None:
        self.tag = tag
        self.attributes = attributes
        self.open = open_elements
        self.parent = parent
        self.index = index
        self.kids: list[Element | str] = []
        """Elements, and ready references to marked content or annotations."""
        self.has_children = False
        self.page = 0
        """The page object that bare numbers among the kids count on."""

    def add_piece(self, page: int, number: int) -> None:
        """Take a piece of marked content of a page for its own."""
        self.page = self.page or page
        away = f"<</Type/MCR/Pg {page} 0 R/MCID {number}>>"
        self.kids.append(str(number) if page == self.page else away)

    def __enter__(self) -> Self:
        self.open.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.open.pop()


class Tags:
    """All elements of a document, and the ones open at the moment."""

    def __init__(self) -> None:
        self.open: list[Element] = []
        self.artifact = Element(Tag.ARTIFACT, self.open)
        """Stands in place of any element while decoration is drawn; a reader passes over it."""
        self.level = 0
        """Of the last title; headings below it are one deeper."""
        self.elements = [Element(Tag.DOCUMENT, self.open)]
        self.open.append(self.elements[0])

    def element(self, tag: Tag, attributes: str = "") -> Element:
        """A new element inside the one that is open; inside an artifact there are none."""
        above = self.open[-1]
        if above is self.artifact:
            return above
        element = Element(
            tag,
            self.open,
            attributes=attributes,
            index=len(self.elements),
            parent=above.index,
        )
        self.elements.append(element)
        above.kids.append(element)
        above.has_children = True
        return element

    def title(self) -> Element:
        """The heading of a page: the first is the document's, all others one below."""
        self.level = 2 if self.level else 1
        return self.element(Tag.H2 if self.level == 2 else Tag.H1)

    def heading(self) -> Element:
        """A heading below the last title."""
        return self.element(Tag.H3 if self.level == 2 else Tag.H2)

    def put(self, objects: Objects, parents: list[list[Element]], extra: list[Element]) -> int:
        """Write the tree; the number of its root.

        `parents` has for each page the element of each piece of marked content in turn,
        `extra` the elements of annotations, whose keys follow those of the pages.
        """
        root = objects.reserve()
        base = objects.reserve(len(self.elements))
        bodies = [self._body(element, base, root) for element in self.elements]
        objects.add_all(bodies, base)
        rows = [
            f"{page}[{' '.join([f'{base + element.index} 0 R' for element in found])}]"
            for page, found in enumerate(parents)
        ]
        rows.extend(
            f"{key} {base + element.index} 0 R" for key, element in enumerate(extra, len(parents))
        )
        tree = objects.add(f"<</Nums[{' '.join(rows)}]>>")
        objects.add(
            f"<</Type/StructTreeRoot/K {base} 0 R/ParentTree {tree} 0 R"
            f"/ParentTreeNextKey {len(rows)}>>",
            root,
        )
        return root

    @staticmethod
    def _body(element: Element, base: int, root: int) -> str:
        above = base + element.parent if element.index else root
        page = f"/Pg {element.page} 0 R" if element.page else ""
        kids = _references(element, base) if element.has_children else element.kids
        inside = " ".join(kids)  # type: ignore[arg-type]  # without children there are only texts
        name = element.tag.label
        return f"<</S/{name}/P {above} 0 R{element.attributes}{page}/K[{inside}]>>"


def _references(element: Element, base: int) -> list[str]:
    return [kid if isinstance(kid, str) else f"{base + kid.index} 0 R" for kid in element.kids]


def scope(direction: str, *, columns: int = 1) -> str:
    """The attributes of a header cell: whether it names its row or its column."""
    span = f"/ColSpan {columns}" if columns > 1 else ""
    return f"/A<</O/Table/Scope/{direction}{span}>>"


def alternative(text: str, box: tuple[float, float, float, float]) -> str:
    """The attributes of a figure: what it says in words, and where it stands."""
    edges = " ".join(f"{edge:.1f}" for edge in box)
    return f"/Alt{text_string(text)}/A<</O/Layout/BBox[{edges}]>>"
