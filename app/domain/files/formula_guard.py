"""Cells that a spreadsheet would run as a formula, made harmless, and read back as they were.

A cell that begins with =, +, - or @ (also as full-width signs) is written with an apostrophe in
front: every spreadsheet then shows it as text. One apostrophe in front of such a sign is taken
off again on reading, so that a file that was exported, edited and saved says what it meant. A
cell that had apostrophes of its own before the sign gets one more, and loses only that one.
"""

import re
from typing import Final

FORMULA: Final = re.compile(r"'*[=+\-@＝＋－＠]")  # noqa: RUF001 - spreadsheets take these too


def harmless(cell: str) -> str:
    """`cell` as a spreadsheet may open it."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def as_meant(cell: str) -> str:
    """`cell` as it was before `harmless`."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
