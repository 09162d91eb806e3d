"""Which units of a company may be shown, and the eNPS cells that are released for them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.enps.histogram import release_histogram
from app.domain.enps.score import (
    Contributions,
    ReleasedReasons,
    ReleasedShares,
    Stance,
    contributions,
    release_reasons,
    release_shares,
    stance_of,
)
from app.domain.release.policy import Hidden, Reason, ReleasePolicy

Tree = Mapping[int, int | None]
"""Each unit's number with its parent's; a root has None."""


def visible_units(
    tree: Tree,
    respondents: Mapping[int, int],
    *,
    threshold: int = 10,
    new: Mapping[int, int] | None = None,
) -> dict[int, Reason | None]:
    """For each unit None when it is shown, otherwise the reason why it is hidden.

    `respondents` are totals over each unit's subtree, `new` those among them whose accounts are
    too new to count towards the threshold: nine puppets would uncover the tenth person. All
    shown totals together give away exactly the unions of what remains of each shown unit
    without the shown ones inside it; so every such remainder (direct staff and hidden units
    alike) must hold nobody or at least `threshold` people who count. Top down, under each shown
    unit: while the remainder is too small, the smallest shown unit is hidden too. A hidden unit
    is looked through: the units inside it may be shown as long as the remainder they leave
    stays large enough.

    Raises ValueError when the units inside one hold more people than it does.
    """
    inside = _children_of(tree)
    settled = {unit: respondents[unit] - (new or {}).get(unit, 0) for unit in tree}
    verdicts: dict[int, Reason | None] = {
        unit: Reason.FEW_RESPONDENTS if settled[unit] < threshold else Reason.PROTECTS_OTHERS
        for unit in tree
    }
    crowd = _Crowd(respondents, settled, threshold)
    waiting = [root for root in inside[None] if settled[root] >= threshold]
    while waiting:
        shown = waiting.pop()
        verdicts[shown] = None
        waiting.extend(_shown_inside(shown, inside, crowd))
    return verdicts


@dataclass(frozen=True)
class _Crowd:
    """How many answered in each subtree, and how many of them count towards the threshold."""

    respondents: Mapping[int, int]
    settled: Mapping[int, int]
    threshold: int

    def is_large(self, unit: int) -> bool:
        return self.settled[unit] >= self.threshold

    def outside(self, unit: int, children: Sequence[int]) -> tuple[int, int]:
        """All and settled respondents of `unit` who are in none of `children`."""
        people = self.respondents[unit] - sum(self.respondents[child] for child in children)
        if people < 0:
            raise ValueError(f"the units inside {unit} hold more people than it does")
        return people, self.settled[unit] - sum(self.settled[child] for child in children)


def _shown_inside(unit: int, inside: Mapping[int | None, list[int]], crowd: _Crowd) -> list[int]:
    """The outermost units within a shown one that may be shown beside it."""
    shown: list[int] = []
    people = settled = 0
    looked_into = unit
    while True:
        large = [child for child in inside[looked_into] if crowd.is_large(child)]
        more_people, more_settled = crowd.outside(looked_into, large)
        people, settled = people + more_people, settled + more_settled
        if people == 0 or settled >= crowd.threshold:
            return shown + large
        # A large unit exists: without one, everybody looked into would be in the remainder.
        looked_into = min(large, key=lambda child: (crowd.settled[child], child))
        shown.extend(child for child in large if child != looked_into)


def _children_of(tree: Tree) -> Mapping[int | None, list[int]]:
    inside: defaultdict[int | None, list[int]] = defaultdict(list)
    for unit, parent in sorted(tree.items()):
        inside[parent].append(unit)
    return inside


@dataclass(frozen=True)
class EnpsAnswer:
    """One respondent inside the count: answer 0-10, reasons ticked, unit they belong to.

    The account of somebody new counts in every share and towards no threshold.
    """

    score: int
    reasons: tuple[str, ...]
    unit: int
    is_new: bool = False


@dataclass(frozen=True)
class EnpsCell:
    """What is released of one unit; `reasons` only where they are published."""

    unit: int
    shares: ReleasedShares | Hidden
    reasons: ReleasedReasons | None = None
    histogram: tuple[int, ...] = ()
    """Share of each answer from 0 to 10, of a whole company that is large enough."""


def release_enps(
    answers: Sequence[EnpsAnswer], *, tree: Tree, policy: ReleasePolicy, reasons: Sequence[str]
) -> list[EnpsCell]:
    """One cell for every unit of `tree`: shares or the reason why they are hidden.

    Reasons are published once for every respondent: at the lowest shown unit with at least
    `policy.reason_respondents` answers. A company of `policy.histogram_from` also releases how
    its answers spread. Raises ValueError for an answer outside 0-10, and
    KeyError for a unit that is not in the tree.
    """
    stances = _stances(answers, tree)
    respondents = {unit: sum(found.values()) for unit, found in stances.items()}
    newcomers = _stances([answer for answer in answers if answer.is_new], tree)
    new = {unit: sum(found.values()) for unit, found in newcomers.items()}
    verdicts = visible_units(tree, respondents, threshold=policy.unit_respondents, new=new)
    settled = {unit: respondents[unit] - new[unit] for unit in tree}
    explained = _explained(answers, tree, _with_reasons(tree, settled, verdicts, policy))
    cells = []
    for unit in tree:
        verdict = verdicts[unit]
        if verdict is not None:
            cells.append(EnpsCell(unit, Hidden(verdict)))
            continue
        shares = release_shares(*(stances[unit][stance] for stance in Stance))
        found = _contributions(explained[unit], reasons) if unit in explained else None
        is_large = tree[unit] is None and settled[unit] >= policy.histogram_from
        spread = release_histogram(answer.score for answer in answers) if is_large else ()
        cells.append(EnpsCell(unit, shares, _released(found, shares, policy), spread))
    return cells


def _stances(answers: Sequence[EnpsAnswer], tree: Tree) -> dict[int, dict[Stance, int]]:
    """How many of each stance every subtree holds."""
    found = {unit: dict.fromkeys(Stance, 0) for unit in tree}
    for answer in answers:
        stance = stance_of(answer.score)
        for unit in _upwards(answer.unit, tree):
            found[unit][stance] += 1
    return found


def _upwards(unit: int, tree: Tree) -> list[int]:
    """A unit and all above it, lowest first."""
    path, above = [unit], tree[unit]
    while above is not None:
        path.append(above)
        above = tree[above]
    return path


def _with_reasons(
    tree: Tree,
    respondents: Mapping[int, int],
    verdicts: Mapping[int, Reason | None],
    policy: ReleasePolicy,
) -> set[int]:
    """Shown units large enough for reasons, without another such unit inside."""
    large = {
        unit
        for unit in tree
        if verdicts[unit] is None and respondents[unit] >= policy.reason_respondents
    }
    return large - {above for unit in large for above in _upwards(unit, tree)[1:]}


def _explained(
    answers: Sequence[EnpsAnswer], tree: Tree, units: set[int]
) -> dict[int, list[EnpsAnswer]]:
    """The answers behind each unit that publishes reasons."""
    found: dict[int, list[EnpsAnswer]] = defaultdict(list)
    for answer in answers:
        for unit in units.intersection(_upwards(answer.unit, tree)):
            found[unit].append(answer)
    return found


def _released(
    found: Contributions | None, shares: ReleasedShares, policy: ReleasePolicy
) -> ReleasedReasons | None:
    if found is None:
        return None
    return release_reasons(
        found, score=shares.score, grain=shares.grain, mentions=policy.reason_mentions
    )


def _contributions(answers: Sequence[EnpsAnswer], reasons: Sequence[str]) -> Contributions:
    found = contributions(
        [answer.score for answer in answers], [answer.reasons for answer in answers], reasons
    )
    new = frozenset(place for place, answer in enumerate(answers) if answer.is_new)
    return replace(found, new=new)
