"""Comments that leaders hear: which are drawn for a mail, and who has read and thanked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from app.domain.plurals import listed

MAILED: Final = 3
"""So many comments stand in one mail."""
FEWEST: Final = 5
"""A cycle with fewer comments is left out: three of four would be nearly all of them."""
WORKING_DAYS: Final = (0, 1, 2, 3, 4)
"""Monday to Friday, as Python counts weekdays."""
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


TOLD: Final = (
    "Comments about the company and about its services are mailed, a few a day and drawn by lot, "
    "to leaders whom HR has chosen; never those about a person, nor about a service that so few "
    "run that it is really a person. Leaders do not learn who wrote a comment. Below it everybody "
    "sees which of them have read it."
)
"""What raters are told before they write, wherever a plan lets leaders hear comments."""


@dataclass(frozen=True)
class HeardComment:
    """A released comment, with the leaders who have read it and those who say thank you."""

    id: str
    """Random: it tells no order."""
    text: str
    read_by: tuple[str, ...] = ()
    """All who have marked it, those who also say thank you among them."""
    thanked_by: tuple[str, ...] = ()

    @property
    def answer(self) -> str:
        """Who has read it and who says thank you, each name once; empty while nobody has."""
        only_read = [one for one in self.read_by if one not in self.thanked_by]
        said = []
        if self.thanked_by:
            has, says = ("has", "says") if len(self.thanked_by) == 1 else ("have", "say")
            said.append(f"{listed(self.thanked_by)} {has} read it and {says} thank you.")
        if only_read:
            said.append(f"Read by {listed(only_read)}.")
        return " ".join(said)


@dataclass(frozen=True)
class DrawnComments:
    """What one mail holds, in the order in which it says it."""

    ids: tuple[str, ...]
    of_new_round: tuple[str, ...]
    """Those among them that were heard before: with them everything begins anew."""

    @property
    def begins_new_round(self) -> bool:
        """Whether every comment has been heard once, so that they may come again."""
        return bool(self.of_new_round)


def draw_comments(
    waiting: Collection[str], heard: Collection[str], random: Random
) -> DrawnComments:
    """Three comments by lot: first those that wait, and only then some that were heard already.

    `random` must not be predictable: nobody may work out when their comment came, or from when
    it came who wrote it. Raises ValueError for fewer than three comments together.
    """
    first = random.sample(sorted(waiting), min(MAILED, len(waiting)))
    again = random.sample(sorted(set(heard) - set(first)), MAILED - len(first))
    ids = [*first, *again]
    random.shuffle(ids)  # otherwise the place in the mail would tell which are heard again
    return DrawnComments(tuple(ids), tuple(again))


def is_due(today: date, days: Collection[int], *, is_paused: bool, mailed_on: date | None) -> bool:
    """Whether a leader is mailed today; a day that was missed is not made up for."""
    return not is_paused and today.weekday() in days and mailed_on != today
