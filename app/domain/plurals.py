"""Numbers with their noun: one person, two people."""

from typing import Final

SPELLED: Final = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def counted(number: int, one: str, many: str = "") -> str:
    """`number` with the noun that fits it; without `many` an s is added."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def spelled(number: int) -> str:
    """`number` as a word up to twelve, and in digits beyond."""
    return SPELLED[number] if 0 <= number < len(SPELLED) else f"{number:,}"
