"""Which units of a company may be shown, and what is released of the answers in them."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain import limits
from app.domain.enps.reasons import release_mentions
from app.domain.enps.score import StanceCounts, release
from app.domain.enps.stances import Stance
from app.domain.release.noise import Randomness
from app.domain.release.policy import Hidden, Reason, ReleasePolicy

Tree = Mapping[int, int | None]
"""Each unit's number with its parent's; a root has None."""

LEVELS: Final = 3
"""An answer stands in the totals of at most so many units, the company included."""
SMALLEST_REST: Final = limits.REST
"""What a shown unit holds beside the shown ones inside it is nobody, or so many people."""


@dataclass(frozen=True, slots=True)
class EnpsAnswer:
    """One respondent inside the count: answer 0-10, reasons named, unit they belong to.

    The account of somebody new counts in every total and towards no threshold.
    """

    score: int
    reasons: tuple[str, ...]
    unit: int
    is_new: bool = False


@dataclass(frozen=True)
class EnpsCell:
    """What is released of one unit; `mentions` by side, of the whole company only."""

    unit: int
    answers: StanceCounts | Hidden
    mentions: Mapping[Stance, Mapping[str, int]] | None = None

    @property
    def is_shown(self) -> bool:
        """Whether anything is released of this unit."""
        return isinstance(self.answers, StanceCounts)


def release_enps(
    answers: Sequence[EnpsAnswer],
    *,
    tree: Tree,
    policy: ReleasePolicy,
    reasons: Sequence[str],
    randomness: Randomness = os.urandom,
) -> list[EnpsCell]:
    """One cell for each unit of `tree`: blurred answers, or the reason why they are hidden.

    Each unit's totals get noise of their own. Raises ValueError for an answer outside 0-10 or a
    reason that is not offered, and KeyError for a unit that is not in the tree.
    """
    inside: defaultdict[int, list[EnpsAnswer]] = defaultdict(list)
    for answer in answers:
        for unit in _upwards(answer.unit, tree):
            inside[unit].append(answer)
    people = {unit: len(inside[unit]) for unit in tree}
    settled = {unit: sum(not one.is_new for one in inside[unit]) for unit in tree}
    verdicts = visible_units(tree, people, settled, threshold=policy.unit_respondents)
    return [
        EnpsCell(unit, Hidden(verdict))
        if verdict
        else _shown(unit, inside[unit], reasons if tree[unit] is None else (), randomness)
        for unit, verdict in verdicts.items()
    ]


def _shown(
    unit: int, answers: Sequence[EnpsAnswer], reasons: Sequence[str], randomness: Randomness
) -> EnpsCell:
    exact = StanceCounts.of(one.score for one in answers)
    named = [(one.score, one.reasons) for one in answers]
    return EnpsCell(
        unit,
        release(exact, randomness=randomness),
        release_mentions(named, reasons, randomness=randomness) if reasons else None,
    )


def visible_units(
    tree: Tree, people: Mapping[int, int], settled: Mapping[int, int], *, threshold: int
) -> dict[int, Reason | None]:
    """For each unit None when it is shown, otherwise the reason why it is hidden.

    `people` are totals over each unit's subtree, `settled` those among them who count towards
    thresholds: nine puppets would uncover the tenth person. A shown unit's rest, those in none
    of the shown units inside it, is nobody or at least five people who count; otherwise the
    smallest of these is hidden and the units inside it are looked at in its place. A unit that
    is large enough and is in no total of its own (on a fourth level, or with the very people of
    the one above) is left out of the answer: a second draw would make the first one weaker.

    Raises ValueError when the units inside one hold more people than it does.
    """
    crowd = _Crowd(_children_of(tree), people, settled, threshold)
    verdicts: dict[int, Reason | None] = {
        unit: Reason.FEW_RESPONDENTS for unit in tree if settled[unit] < threshold
    }
    waiting = [(root, 1) for root in crowd.large_inside(None)]
    while waiting:
        shown, level = waiting.pop()
        verdicts[shown] = None
        if level < LEVELS:
            parts, hidden = crowd.parts_of(shown)
            verdicts |= dict.fromkeys(hidden, Reason.PROTECTS_OTHERS)
            waiting += [(part, level + 1) for part in parts]
    return verdicts


@dataclass(frozen=True)
class _Crowd:
    """How many answered in each subtree, and how many of them count towards the threshold."""

    inside: Mapping[int | None, list[int]]
    people: Mapping[int, int]
    settled: Mapping[int, int]
    threshold: int

    def large_inside(self, unit: int | None) -> list[int]:
        return [part for part in self.inside[unit] if self.settled[part] >= self.threshold]

    def parts_of(self, unit: int) -> tuple[list[int], list[int]]:
        """The outermost units inside a shown one that are shown, and those that are hidden."""
        parts, hidden = self.large_inside(unit), list[int]()
        while parts and not self._is_safe(unit, parts):
            smallest = min(parts, key=lambda part: (self.settled[part], part))
            parts.remove(smallest)
            if self.people[smallest] < self.people[unit]:
                hidden.append(smallest)
            parts += self.large_inside(smallest)
        return parts, hidden

    def _is_safe(self, unit: int, parts: Sequence[int]) -> bool:
        """Whether the rest beside `parts` is nobody, or large enough."""
        rest = self.people[unit] - sum(self.people[part] for part in parts)
        if rest < 0:
            raise ValueError(f"the units inside {unit} hold more people than it does")
        if rest == 0:
            return len(parts) > 1
        return self.settled[unit] - sum(self.settled[part] for part in parts) >= SMALLEST_REST


def _upwards(unit: int, tree: Tree) -> list[int]:
    """A unit and all above it, lowest first."""
    path, above = [unit], tree[unit]
    while above is not None:
        path.append(above)
        above = tree[above]
    return path


def _children_of(tree: Tree) -> Mapping[int | None, list[int]]:
    inside: defaultdict[int | None, list[int]] = defaultdict(list)
    for unit, parent in sorted(tree.items()):
        inside[parent].append(unit)
    return inside
