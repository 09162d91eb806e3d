"""Numbers with their noun, and names one after the other: two people, Ada and Bo."""

from collections.abc import Collection
from typing import Final

SPELLED: Final = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def counted(number: int, one: str, many: str = "") -> str:
    """`number` with the noun that fits it; without `many` an s is added."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def grouped(number: int) -> str:
    """`number` in digits, with a comma between thousands."""
    return f"{number:,}"


def spelled(number: int) -> str:
    """`number` as a word up to twelve, and in digits beyond."""
    return SPELLED[number] if 0 <= number < len(SPELLED) else f"{number:,}"


def listed(names: Collection[str]) -> str:
    """For example "Ada, Bo and Cy"; empty without names."""
    *first, last = names or ("",)
    return f"{', '.join(first)} and {last}" if first else last
