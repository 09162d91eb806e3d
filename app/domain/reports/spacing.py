"""Numbers stay on one line with what they belong to: no line ends between 17 and %."""

import re
from typing import Final

NO_BREAK: Final = "\u00a0"
UNITS: Final = ("%", "points?", "people", "persons?", "answers?", "quarters?", "colleagues?")
NUMBER: Final = r"[+\u2212]?\d[\d,.]*"
TOGETHER: Final = (
    re.compile(rf"(?<=\d) (?=(?:{'|'.join(UNITS)})(?!\w))"),
    re.compile(rf"(?<=\d) (?=(?:to|of){'[ ' + NO_BREAK + ']'}{NUMBER})"),
    re.compile(rf"(?<=\d{NO_BREAK}(?:to|of)) (?={NUMBER})"),
    re.compile(r"(?<=\d{4}) (?=[QH]\d)"),
    re.compile(r"(?<=[QH]\d) (?=\()"),
)
"""Spaces between a number and its unit, within a range, and within the name of a quarter."""


def together(text: str) -> str:
    """`text` with spaces that do not break where a number would lose its unit or its range."""
    for space in TOGETHER:
        text = space.sub(NO_BREAK, text)
    return text
