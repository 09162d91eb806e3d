"""The objects of a PDF file, written through ReportLab's document classes.

Everything that is not itself a stream goes into one compressed object stream (PDF 1.5): a
tagged report has hundreds of small objects, which would otherwise be half of the file.
No date, no file identifier: equal objects give equal bytes.
"""

import zlib
from collections.abc import Mapping
from itertools import accumulate
from struct import Struct
from typing import Any, Final

from reportlab.pdfbase.pdfdoc import DummyDoc, PDFDictionary, PDFFile, PDFStream

VERSION: Final = (1, 7)
LEVEL: Final = 4
"""Of zlib: 6 makes a report 3 % smaller and takes twice as long."""
PLAIN: Final = DummyDoc()
"""A document that encrypts nothing: all that ReportLab's formatting asks for."""
ENTRY: Final = Struct(">BLH")
"""A row of the cross-reference stream: kind, place, number inside."""
FREE, IN_FILE, IN_STREAM = 0, 1, 2


def stream(
    content: bytes, entries: Mapping[str, object] | None = None, *, level: int = LEVEL
) -> bytes:
    """A stream object with `content` compressed, as it stands in the file."""
    return packed_stream(zlib.compress(content, level), entries or {})


def packed_stream(packed: bytes, entries: Mapping[str, object]) -> bytes:
    """The same of what zlib has compressed already."""
    dictionary: Any = PDFDictionary({**entries, "Filter": "/FlateDecode"})
    made: Any = PDFStream(dictionary, packed, [])
    return bytes(made.format(PLAIN))


def text_string(text: str) -> str:
    """`text` as a PDF string: as it is where it is ASCII, otherwise in UTF-16."""
    if text.isascii():
        return f"({escaped(text)})"
    return f"<FEFF{text.encode('utf-16-be').hex()}>"


def escaped(text: str) -> str:
    """Codes between parentheses, with what would end or bend the string escaped."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "(" in text or ")" in text:
        text = text.replace("(", "\\(").replace(")", "\\)")
    return text.replace("\r", "\\r") if "\r" in text else text


class Objects:
    """The numbered objects of one file; an object may be named before it is written."""

    def __init__(self) -> None:
        self._streams: dict[int, bytes] = {}
        self._others: dict[int, str] = {}
        self._count = 0

    def reserve(self, count: int = 1) -> int:
        """The first of `count` new numbers."""
        self._count += count
        return self._count - count + 1

    def add(self, body: str, number: int = 0) -> int:
        """An object that is no stream, under `number` or a new one."""
        number = number or self.reserve()
        self._others[number] = body
        return number

    def add_all(self, bodies: list[str], first: int) -> None:
        """Objects that are no streams, under the numbers from `first` on."""
        self._others.update(zip(range(first, first + len(bodies)), bodies, strict=True))

    def put(self, body: bytes, number: int = 0) -> int:
        """A stream made by `stream`, under `number` or a new one."""
        number = number or self.reserve()
        self._streams[number] = body
        return number

    def written(self, *, root: int, info: int) -> bytes:
        """The whole file."""
        holder = self.put(self._object_stream())
        file: Any = PDFFile(VERSION)
        places = {
            number: file.add(b"%d 0 obj\n%b\nendobj\n" % (number, body))
            for number, body in self._streams.items()
        }
        index = self.reserve()
        places[index] = start = file.offset
        table = b"".join(self._rows(places, holder))
        entries = {
            "Type": "/XRef",
            "W": "[1 4 2]",
            "Size": self._count + 1,
            "Root": f"{root} 0 R",
            "Info": f"{info} 0 R",
        }
        file.add(b"%d 0 obj\n%b\nendobj\n" % (index, stream(table, entries)))
        file.add(b"startxref\n%d\n%%%%EOF\n" % start)
        return bytes(file.format(PLAIN))

    def _object_stream(self) -> bytes:
        bodies = list(self._others.values())
        places = accumulate(map(len, bodies), initial=0)
        pairs = zip(self._others, places, strict=False)
        heads = " ".join(f"{number} {place + rank}" for rank, (number, place) in enumerate(pairs))
        content = f"{heads}\n" + "\n".join(bodies)
        entries = {"Type": "/ObjStm", "N": len(bodies), "First": len(heads) + 1}
        return stream(content.encode("latin-1"), entries)

    def _rows(self, places: dict[int, int], holder: int) -> list[bytes]:
        rows = [ENTRY.pack(FREE, 0, 0)] * (self._count + 1)
        for rank, number in enumerate(self._others):
            rows[number] = ENTRY.pack(IN_STREAM, holder, rank)
        for number, place in places.items():
            rows[number] = ENTRY.pack(IN_FILE, place, 0)
        return rows
