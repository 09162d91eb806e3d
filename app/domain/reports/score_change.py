"""What may be said of the newest score, in sentences: the latest change first, then how sure."""

from math import sqrt
from typing import Final

from app.domain import limits
from app.domain.enps.score import StanceCounts
from app.domain.enps.shifts import POSSIBLE_FROM, Certainty, Quarter, Shift
from app.domain.plurals import spelled
from app.domain.statistics.differences import Difference, Direction

MINUS: Final = "\u2212"


def signed(points: float) -> str:
    """A score as people read it: "+25", "0", with a true minus sign below zero."""
    whole = round(points)
    return f"+{whole}" if whole > 0 else f"{MINUS}{-whole}" if whole < 0 else "0"


def in_words(number: int, singular: str, plural: str) -> str:
    """A number of things in words up to twelve: "two people", "31 people"."""
    return f"{spelled(number)} {singular if number == 1 else plural}"


def headline(
    shift: Shift,
    *,
    before: StanceCounts | None,
    now: StanceCounts,
    whole: str = "company of our size",
) -> str:
    """The finding: how the score moved since the quarter `before`, and whether it is a shift.

    `whole` is what answered, after "in a".
    """
    if before is None or shift.certainty is Certainty.FIRST:
        low, high = now.interval
        return f"Our first score is {signed(now.score)}, likely {signed(low)} to {signed(high)}."
    moved = _moved(before.score, now.score)
    if shift.certainty is Certainty.NONE:
        return f"The score {moved}{_chance(before, now, whole)}."
    return f"The score {moved}. {_judged(shift)}."


def lead(shift: Shift, now: StanceCounts) -> str:
    """What could have been seen, so that nobody takes silence for calm."""
    if shift.certainty is Certainty.FIRST:
        return "Changes can be told from the next quarter on."
    return (
        f"With {now.respondents} answers, a difference of {shift.smallest} points from the "
        "quarters before would be called clear in four of five cases."
    )


def _moved(before: int, now: int) -> str:
    if before == now:
        return f"stayed at {signed(now)}"
    return f"{'rose' if now > before else 'fell'} from {signed(before)} to {signed(now)}"


def _chance(before: StanceCounts, now: StanceCounts, whole: str) -> str:
    """Why no shift is named; nothing where the score has not moved."""
    if before.score == now.score:
        return ""
    error = sqrt(before.standard_error**2 + now.standard_error**2)
    if abs(Difference(now.adjusted - before.adjusted, error).z) >= POSSIBLE_FROM:
        # The quarter before was the odd one, and this one is where the others were.
        return ", back among the quarters before"
    size = f"in a {whole} " if now.respondents < limits.SMALL_COMPANY else ""
    return f", which {size}could be chance"


def _judged(shift: Shift) -> str:
    sure = "clearly" if shift.certainty is Certainty.CLEAR else "possibly"
    way = "higher" if shift.direction is Direction.UP else "lower"
    base = "in the quarter before"
    if shift.base_quarters > 1:
        base = f"in the {spelled(shift.base_quarters)} quarters before"
    who = "It is" if shift.span == 1 else "The last two quarters together are"
    said = f"{who} {sure} {way} than {base} ({signed(shift.base)})"
    if not shift.stopped:
        return said
    fewer = in_words(shift.stopped, "person", "people")
    return f"{said}, but {fewer} fewer than usual answered, and that alone could explain it"


def silent_sentence(quarter: Quarter) -> str:
    """How far those who did not answer could move the score; empty when everybody answered."""
    if not quarter.silent:
        return ""
    who = in_words(quarter.silent, "person", "people")
    they = "they" if quarter.silent > 1 else "that person"
    think = "think" if quarter.silent > 1 else "thinks"
    low, high = map(signed, quarter.answers.whatever_others_think(quarter.silent))
    return (
        f"{who[0].upper()}{who[1:]} did not answer. Whatever {they} {think}, the score would lie "
        f"between {low} and {high}."
    )
