"""A paper as a screen reader meets it: its tag tree, and what each page paints."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

PAINTING = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh", "Tj", "TJ", "'", '"', "BI"}
SHOWING = {"Tj", "TJ", "'", '"'}


@dataclass
class Node:
    """An element of the tree; `marks` are its (page, number) pieces of marked content."""

    tag: str
    alt: str
    scope: str
    span: int
    parent: Any
    kids: list["Node"] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    annotations: int = 0

    def walk(self) -> Iterator["Node"]:
        yield self
        for kid in self.kids:
            yield from kid.walk()

    def all(self, *tags: str) -> list["Node"]:
        return [node for node in self.walk() if node.tag in tags]


class Paper:
    """A PDF opened for reading."""

    def __init__(self, content: bytes) -> None:
        self.pdf = pikepdf.open(BytesIO(content))
        self.catalog: Any = self.pdf.Root
        self.numbers = {page.obj.objgen: number for number, page in enumerate(self.pdf.pages)}
        self.tree = self._node(self.catalog.StructTreeRoot.K, self.catalog.StructTreeRoot)

    def _node(self, element: Any, parent: Any) -> Node:
        assert element.P.objgen == parent.objgen
        attributes = element.get("/A", {})
        node = Node(
            tag=str(element.S)[1:],
            alt=str(element.get("/Alt", "")),
            scope=str(attributes.get("/Scope", ""))[1:],
            span=int(attributes.get("/ColSpan", 1)),
            parent=parent,
        )
        for kid in element.get("/K", []):
            self._add(node, kid, element)
        return node

    def _add(self, node: Node, kid: Any, element: Any) -> None:
        if isinstance(kid, int):
            node.marks.append((self.numbers[element.Pg.objgen], kid))
        elif kid.get("/Type") == "/MCR":
            node.marks.append((self.numbers[kid.Pg.objgen], int(kid.MCID)))
        elif kid.get("/Type") == "/OBJR":
            assert kid.Obj.Subtype == "/Link"
            node.annotations += 1
        else:
            node.kids.append(self._node(kid, element))

    def painted(self) -> Iterator[tuple[int, list[int | None], str, Any]]:
        """Every operator of every page as (page, open marks, name, operands)."""
        for number, page in enumerate(self.pdf.pages):
            marks: list[int | None] = []
            instructions: Any = pikepdf.parse_content_stream(page)
            for operands, operator in instructions:
                name = str(operator)
                if name in {"BDC", "BMC"}:
                    marks.append(_mark_of(operands))
                yield number, marks, name, operands
                if name == "EMC":
                    marks.pop()
            assert marks == [], number

    def unmarked(self) -> list[str]:
        """Painting operators outside marked content, as "page: operator"."""
        return [
            f"{number}: {name}"
            for number, marks, name, _ in self.painted()
            if name in PAINTING and not marks
        ]

    def texts(self) -> dict[tuple[int, int], list[bytes]]:
        """The strings shown in each piece of marked content, by page and number."""
        found: dict[tuple[int, int], list[bytes]] = {}
        for number, marks, name, operands in self.painted():
            piece = next((mark for mark in marks if mark is not None), None)
            if piece is not None:
                shown = found.setdefault((number, piece), [])
                if name in SHOWING:
                    shown.append(bytes(operands[0]))
        return found

    def said(self, node: Node) -> str:
        """The ASCII text of an element and everything below it, in the order of the tree."""
        texts = self.texts()
        parts = [b"".join(texts[mark]) for one in node.walk() for mark in one.marks]
        return b"".join(parts).decode("latin-1")

    def parent_tree(self) -> dict[int, Any]:
        numbers = list(self.catalog.StructTreeRoot.ParentTree.Nums)
        return {int(key): value for key, value in zip(numbers[::2], numbers[1::2], strict=True)}


def _mark_of(operands: Any) -> int | None:
    if len(operands) < 2:
        return None
    mark = operands[1].get("/MCID")
    return None if mark is None else int(mark)
