"""What may be said of the newest score, in sentences: how far it is sure, and whether it moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from app.domain import limits
from app.domain.enps.direct import LEANS, DirectCounts
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


@dataclass(frozen=True)
class EarlierScore:
    """What was released of an earlier quarter, by the name it has on the page."""

    quarter: str
    answers: StanceCounts


def headline(shift: Shift, *, earlier: Sequence[EarlierScore], now: StanceCounts) -> str:
    """The finding: the score with its likely range, and whether that is a change.

    `earlier` holds every quarter before with a score, oldest first.
    """
    low, high = map(signed, now.interval)
    score = f"{signed(now.score)}, likely {low} to {high}"
    if not earlier or shift.certainty is Certainty.FIRST:
        return f"Our first score is {score}."
    if shift.span == 1 and (shift.certainty is not Certainty.NONE or shift.base_quarters == 1):
        return f"The score is {score}: {_judged(shift, earlier)}."
    latest = f"The score is {score}{_beside(earlier[-1], now)}."
    if shift.span > 1:
        return f"{latest} The last two quarters together are {_judged(shift, earlier)}."
    if _is_unlike(earlier[-1].answers, now):
        # The quarter before was the odd one, and this one is where the others were.
        odd = f"{earlier[-1].quarter} alone was {signed(earlier[-1].answers.score)}"
        return f"The score is {score}: {_judged(shift, earlier)}, though {odd}."
    return latest


def telling(shift: Shift, now: StanceCounts) -> str:
    """How large a change has to be, so that nobody takes silence for calm; empty at the first."""
    if shift.certainty is Certainty.FIRST:
        return ""
    only = "only a very large change" if now.respondents < limits.SMALL_COMPANY else "a change"
    return (
        f"With {now.respondents:,} answers {only} can be told reliably from chance: "
        f"{shift.smallest} points or more."
    )


def _beside(before: EarlierScore, now: StanceCounts) -> str:
    """The newest score beside that of the quarter before."""
    if before.answers.score == now.score:
        return f", as in {before.quarter}"
    was = f"{before.quarter} ({signed(before.answers.score)})"
    return (
        f", after {was}" if _is_unlike(before.answers, now) else f": no clear difference from {was}"
    )


def _is_unlike(before: StanceCounts, now: StanceCounts) -> bool:
    """Whether two quarters alone are too far apart to be called alike."""
    error = sqrt(before.standard_error**2 + now.standard_error**2)
    return abs(Difference(now.adjusted - before.adjusted, error).z) >= POSSIBLE_FROM


def _judged(shift: Shift, earlier: Sequence[EarlierScore]) -> str:
    """What the shift says against its base: "perhaps lower than in 2026 Q1 (+39)"."""
    base = earlier[-shift.span].quarter
    if shift.base_quarters > 1:
        base = f"the {spelled(shift.base_quarters)} quarters before together"
    base = f"{base} ({signed(shift.base)})"
    if shift.certainty is Certainty.NONE:
        return f"no clear difference from {base}"
    sure = "clearly" if shift.certainty is Certainty.CLEAR else "perhaps"
    way = "higher" if shift.direction is Direction.UP else "lower"
    said = f"{sure} {way} than in {base}"
    if not shift.stopped:
        return said
    fewer = in_words(shift.stopped, "person", "people")
    return f"{said}, but {fewer} fewer than usual answered, and that alone could explain it"


def silent_sentence(quarter: Quarter) -> str:
    """How far those who did not answer could move the score; empty when everybody answered."""
    if not quarter.silent:
        return ""
    who = in_words(quarter.silent, "person", "people")
    low, high = map(signed, quarter.answers.whatever_others_think(quarter.silent))
    return (
        f"{who[0].upper()}{who[1:]} did not answer. With them, whatever they think, the printed "
        f"score would lie between {low} and {high}; the likely range, which is about chance, "
        "stays as wide."
    )


def direct_explained(counts: DirectCounts) -> str:
    """Where the number of the direct question comes from, with the number, and how it leans."""
    more, _, less = counts.shares
    return (
        f"{signed(counts.score)} is the share of “more”, {more} %, minus the share of “less”, "
        f"{less} %. {LEANS}"
    )
