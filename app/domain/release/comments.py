"""Comments as they are released: every word kept, the page not wasted."""

from typing import Final

MOST_LINES: Final = 10


def folded(text: str) -> str:
    """`text` without blank lines; of more than ten lines one paragraph is made.

    A comment of five hundred one-letter lines would otherwise fill ten pages of a report.
    """
    if "\n" not in text:
        return text.strip()
    lines = [line for line in (line.strip() for line in text.split("\n")) if line]
    return ("\n" if len(lines) <= MOST_LINES else " ").join(lines)
