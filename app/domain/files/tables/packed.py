"""Zip archives with a bound: a small file must not unpack to more than the machine can hold."""

import io
import zipfile
from typing import Final

from app.domain.files.tables.cells import UnreadableTableError

LARGEST_UNPACKED: Final = 400 * 1024 * 1024
LARGEST_HELD: Final = 60 * 1024 * 1024
"""Of the parts that have to be in memory as a whole."""
HELD: Final = ("xl/sharedStrings.xml", "xl/styles.xml", "styles.xml")
MOST_PARTS: Final = 5_000
TOO_LARGE: Final = "a smaller workbook; please save the sheet with the people as CSV (UTF-8)"


def open_bounded(content: bytes, damaged: str) -> zipfile.ZipFile:
    """The archive in `content`. Raises UnreadableTableError for none, or one too large unpacked.

    zipfile never unpacks more of a part than the archive's own list says, so the list suffices.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise UnreadableTableError(damaged) from None
    if any(part.flag_bits & 0x1 for part in parts):
        raise UnreadableTableError("a workbook without a password")
    held = sum(part.file_size for part in parts if part.filename in HELD)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED or held > LARGEST_HELD:
        raise UnreadableTableError(TOO_LARGE)
    return archive
