"""What HR is told of people's plans: totals in sentences, never a name or a choice."""

from app.domain.reports.words import one_decimal
from app.domain.statistics.differences import Difference

MINUS = "\u2212"


def plan_sentences(
    people: int, chose: int, looked_back: int, moved: Difference | None
) -> tuple[str, ...]:
    """How many made something of their last report, and whether it moved more than chance does.

    The two counts have a small random amount in them.
    """
    first = (
        f"Of {people} people with a report of the quarter before, about {chose} chose something "
        f"to work on, and about {looked_back} looked back on it."
    )
    return (first, _moved(moved)) if moved else (first, FEW)


FEW = (
    "Whether it helped is told from 20 people up who chose something: low scores rise by "
    "themselves, and fewer people do not tell the two apart."
)


def _moved(moved: Difference) -> str:
    low, high = moved.delta - 1.96 * moved.standard_error, moved.delta + 1.96 * moved.standard_error
    likely = f"likely {_signed(low)} to {_signed(high)}"
    if moved.is_noise:
        return (
            "What people chose did not clearly move more than equally low scores that nobody "
            f"chose: the difference is {_signed(moved.delta)} points, {likely}."
        )
    way = "more" if moved.delta > 0 else "less"
    return (
        f"What people chose rose by {one_decimal(abs(moved.delta))} points {way} than equally low "
        f"scores that nobody chose ({likely})."
    )


def _signed(points: float) -> str:
    """A difference as people read it: "+0.3", "0.0", with a true minus sign below zero."""
    text = one_decimal(abs(points))
    if text == "0.0":
        return text
    return f"{'+' if points > 0 else MINUS}{text}"
