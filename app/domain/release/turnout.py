"""How many have sent, so that it tells of nobody: where a plan shows HR numbers and no names.

Departments from five people on are shown; smaller ones stand together, and where that would still
be fewer than five, with the smallest of the others. Where nearly nobody or nearly everybody has
sent, a range is shown instead: "nobody" and "everybody" would tell of each of them, also to people
of HR who tell each other about themselves: they count towards no five, and each of them in a
department makes its ranges wider. The company is the sum of what is shown, never counted
apart, so that subtracting departments from it gives nothing that is not shown already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain import limits

AT_AN_END: Final = 2
"""Nobody, one or two have sent, or all but that many: these cases look alike. Where more than one
of HR is among them, as many as these and one more."""
TOGETHER: Final = "Smaller departments together"


@dataclass(frozen=True)
class CountedTurnout:
    """How many of a department were asked and have sent, exactly; `hr` of them see the numbers."""

    name: str
    invited: int
    sent: int
    hr: int = 0

    @property
    def others(self) -> int:
        """How many of them are not of HR."""
        return self.invited - self.hr


@dataclass(frozen=True)
class ShownTurnout:
    """How many were asked, and how many of them have sent: between `least` and `most`."""

    name: str
    invited: int
    least: int
    most: int

    @classmethod
    def exact(cls, name: str, invited: int, sent: int) -> "ShownTurnout":
        """With the number itself."""
        return cls(name, invited, sent, sent)

    @property
    def middle(self) -> float:
        """Where a bar ends."""
        return (self.least + self.most) / 2

    @property
    def share(self) -> float:
        """Which part of those who were asked has sent, from 0 to 1; 1 where nobody was asked."""
        return self.middle / self.invited if self.invited else 1.0

    @property
    def sent_words(self) -> str:
        """How many have sent: "7", "at most 2", "at least 10", "9 to 14"."""
        if self.least == self.most:
            return f"{self.least:,}"
        if (self.least, self.most) == (0, self.invited):
            return f"0 to {self.most:,}"
        if self.least == 0:
            return f"at most {self.most:,}"
        if self.most == self.invited:
            return f"at least {self.least:,}"
        return f"{self.least:,} to {self.most:,}"

    @property
    def words(self) -> str:
        """The same with how many were asked: "at most 2 of 12"."""
        return f"{self.sent_words} of {self.invited:,}"


def lowest_share_first(shown: Iterable[ShownTurnout]) -> list[ShownTurnout]:
    """Where fewest have sent comes first, of equal ones the largest, from what is shown alone."""
    return sorted(shown, key=lambda one: (one.share, -one.invited))


def guarded(departments: Iterable[CountedTurnout]) -> list[ShownTurnout]:
    """Departments as they may be shown.

    Returns none where fewer than five people beside HR take part altogether.
    """
    large: list[CountedTurnout] = []
    small: list[CountedTurnout] = []
    for one in departments:
        (large if one.others >= limits.TEAM else small).append(one)
    while small and large and sum(one.others for one in small) < limits.REST:
        smallest = min(large, key=lambda one: (one.others, one.name))
        large.remove(smallest)
        small.append(smallest)
    if small:
        large.append(_together(small))
    return [_blurred(one) for one in large if one.others >= limits.TEAM]


def _together(small: Sequence[CountedTurnout]) -> CountedTurnout:
    return CountedTurnout(
        TOGETHER,
        sum(one.invited for one in small),
        sum(one.sent for one in small),
        sum(one.hr for one in small),
    )


def total_of(name: str, shown: Sequence[ShownTurnout]) -> ShownTurnout:
    """The sum of what is shown."""
    return ShownTurnout(
        name,
        sum(one.invited for one in shown),
        sum(one.least for one in shown),
        sum(one.most for one in shown),
    )


def _blurred(one: CountedTurnout) -> ShownTurnout:
    """A range where nearly nobody or nearly everybody has sent; all there is among very many of HR.

    With h of HR and a range of h + 1 at each end, one person beside HR at least may have sent, and
    one may not have, whatever HR did themselves.
    """
    end = max(AT_AN_END, one.hr + 1)
    if one.invited <= 2 * end:
        return ShownTurnout(one.name, one.invited, 0, one.invited)
    if one.sent <= end:
        return ShownTurnout(one.name, one.invited, 0, end)
    if one.sent >= one.invited - end:
        return ShownTurnout(one.name, one.invited, one.invited - end, one.invited)
    return ShownTurnout.exact(one.name, one.invited, one.sent)
