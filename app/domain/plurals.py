"""Numbers with their noun: one person, two people."""


def counted(number: int, one: str, many: str = "") -> str:
    """`number` with the noun that fits it; without `many` an s is added."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
