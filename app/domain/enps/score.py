"""The 0-10 question: score, intervals, what is released of it, and the reasons behind it.

Scores are in points from -100 to +100. STATISTICS.md sections 4 and 5; everything that is
shown is computed from `ReleasedShares`, whose rounding is part of every interval.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, sqrt
from statistics import NormalDist
from typing import Final

Z: Final = NormalDist().inv_cdf(0.975)
PROMOTERS_FROM: Final = 9
DETRACTORS_TO: Final = 6
SCORE_INTERVAL_BELOW: Final = 15
GRAINS: Final = ((40, 20), (70, 10), (100, 5))
"""Below so many answers shares are released in steps of so many percent; from there on in ones."""
MENTIONS: Final = 5
_HALVINGS: Final = 60

Interval = tuple[float, float]
"""Low and high, in points."""


class Stance(StrEnum):
    """What an answer from 0 to 10 makes of its respondent."""

    PROMOTER = "promoter"
    PASSIVE = "passive"
    DETRACTOR = "detractor"


POINTS: Final = {Stance.PROMOTER: 1, Stance.PASSIVE: 0, Stance.DETRACTOR: -1}


def stance_of(answer: int) -> Stance:
    """9-10 promoter, 7-8 passive, 0-6 detractor. Raises ValueError outside 0-10."""
    if not 0 <= answer <= 10:
        raise ValueError("an answer lies between 0 and 10")
    if answer >= PROMOTERS_FROM:
        return Stance.PROMOTER
    return Stance.DETRACTOR if answer <= DETRACTORS_TO else Stance.PASSIVE


@dataclass(frozen=True)
class Groups:
    """How many promoters, passives and detractors; fractions when found from shares."""

    promoters: float
    passives: float
    detractors: float

    @classmethod
    def of(cls, answers: Iterable[int]) -> "Groups":
        """Count answers from 0 to 10 by stance. Raises ValueError outside that range."""
        found = Counter(stance_of(answer) for answer in answers)
        return cls(found[Stance.PROMOTER], found[Stance.PASSIVE], found[Stance.DETRACTOR])

    @property
    def total(self) -> float:
        return self.promoters + self.passives + self.detractors

    @property
    def balance(self) -> float:
        """Share of promoters minus share of detractors, -1 to 1."""
        return (self.promoters - self.detractors) / self.total

    @property
    def score(self) -> float:
        """The eNPS in points. Raises ZeroDivisionError without answers."""
        return 100 * self.balance

    @property
    def variance(self) -> float:
        """Variance of one answer coded +1, 0, -1: p + d - (p - d)²."""
        return (self.promoters + self.detractors) / self.total - self.balance**2

    @property
    def adjusted(self) -> "Groups":
        """With three imaginary answers, ¾ promoter, ¾ detractor, the rest passive."""
        return Groups(self.promoters + 0.75, self.passives + 1.5, self.detractors + 0.75)


def wald_interval(groups: Groups) -> Interval:
    """The textbook 95 % interval in points; too narrow below about 40 answers."""
    half = Z * sqrt(groups.variance / groups.total)
    return 100 * (groups.balance - half), 100 * (groups.balance + half)


def adjusted_interval(groups: Groups, *, rounding: float = 0.0) -> Interval:
    """Adjusted Wald 95 % interval in points, cut to ±100.

    `rounding` is the extra variance of a rounded score, in squared points.
    Source: Rocks (2016), Interval estimation for the Net Promoter Score, The American
    Statistician 70(4), 365-372.
    """
    centre, half = groups.adjusted.score, Z * standard_error(groups, rounding=rounding)
    return max(-100.0, centre - half), min(100.0, centre + half)


def standard_error(groups: Groups, *, rounding: float = 0.0) -> float:
    """Standard error of the adjusted score in points, `rounding` variance included."""
    more = groups.adjusted
    return sqrt(1e4 * more.variance / more.total + rounding)


def score_interval(groups: Groups, *, rounding: float = 0.0) -> Interval:
    """Score (Wilson-type) 95 % interval in points: the widest honest one for few answers.

    The bounds are the scores t at which (score - t)² equals 1.96² times the variance that
    the best fitting shares with exactly that score would have. Source: Rocks (2016).
    """
    extra = rounding / 1e4

    def is_outside(t: float) -> bool:
        variance = _variance_at(groups, t) / groups.total + extra
        return (groups.balance - t) ** 2 > Z**2 * variance

    return (
        100 * _edge(is_outside, inside=groups.balance, outside=-1.0),
        100 * _edge(is_outside, inside=groups.balance, outside=1.0),
    )


def _variance_at(groups: Groups, t: float) -> float:
    """Variance of one answer under the likeliest shares whose balance is `t`."""
    n, p, d = groups.total, groups.promoters, groups.detractors
    linear = (2 * n - p + d) * t - d - p
    detractors = (-linear + sqrt(max(0.0, linear**2 + 8 * n * d * t * (1 - t)))) / (4 * n)
    return max(0.0, 2 * detractors + t - t * t)


def _edge(is_outside: Callable[[float], bool], *, inside: float, outside: float) -> float:
    """Where `is_outside` turns true between the two, found by halving."""
    if not is_outside(outside):
        return outside
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if is_outside(middle) else (middle, outside)
    return (inside + outside) / 2


def grain_of(respondents: int) -> int:
    """How finely shares are released, in percent points: 20 below 40 answers, then 10, 5 and 1."""
    return next((grain for below, grain in GRAINS if respondents < below), 1)


def rounding_variance(grain: int) -> float:
    """Variance in squared points that rounding three shares adds to their difference p - d.

    Rounding by largest remainders takes the nearest point of the triangular lattice of
    whole steps that add up to 100; the error is uniform on its hexagonal cell, whose second
    moment along one axis is 5/36 of a squared step, and p - d is √2 such axes: 5/18·grain².
    """
    return 5 / 18 * grain**2


@dataclass(frozen=True)
class ReleasedShares:
    """What is shown of a unit: whole percent that add up to 100, and how many answered."""

    respondents: int
    promoters: int
    passives: int
    detractors: int

    @property
    def grain(self) -> int:
        return grain_of(self.respondents)

    @property
    def score(self) -> int:
        """The released eNPS in points."""
        return self.promoters - self.detractors

    @property
    def groups(self) -> Groups:
        """The answers as far as the shares tell, not as they were."""
        part = self.respondents / 100
        return Groups(part * self.promoters, part * self.passives, part * self.detractors)

    @property
    def standard_error(self) -> float:
        """Of the adjusted score, rounding included, in points."""
        return standard_error(self.groups, rounding=rounding_variance(self.grain))

    @property
    def interval(self) -> tuple[int, int]:
        """95 % interval in whole points, rounded outwards; the rounding of shares included."""
        few = self.respondents < SCORE_INTERVAL_BELOW
        interval_of = score_interval if few else adjusted_interval
        low, high = interval_of(self.groups, rounding=rounding_variance(self.grain))
        return max(-100, floor(low + 1e-9)), min(100, ceil(high - 1e-9))

    @property
    def texts(self) -> tuple[str, str, str]:
        """The three shares as people read them: "30 %", "90 % or more"."""
        few = f"{self.grain} % or less"
        if (self.promoters, self.passives, self.detractors) == _nearly_all_passive(self.grain):
            return few, f"{self.passives} % or more", few
        is_full = max(self.promoters, self.detractors) >= 100 - self.grain
        return (
            share_text(self.promoters, grain=self.grain),
            few if is_full and self.passives else share_text(self.passives, grain=self.grain),
            share_text(self.detractors, grain=self.grain),
        )


def share_text(share: int, *, grain: int = 10) -> str:
    """A released share as people read it: "30 %", and "90 % or more" for the largest."""
    return f"{share} % or more" if share >= 100 - grain else f"{share} %"


def release_shares(promoters: int, passives: int, detractors: int) -> ReleasedShares:
    """Round three counts to shares that add up to 100 and never certify unanimity.

    Largest remainders at the grain of so many answers; where promoters and
    detractors tie for the last step it goes to the passives, so that an even score stays
    even. No share is released as 100: what a full side gives up becomes passive, and
    passives who are (nearly) all leave half a grain to each side, whoever the rest are.
    Raises ValueError without answers or for negative counts.
    """
    counts = (promoters, passives, detractors)
    total = sum(counts)
    if min(counts) < 0 or total == 0:
        raise ValueError("shares need at least one answer and no negative counts")
    grain = grain_of(total)
    shares = _top_coded(_largest_remainders(counts, grain=grain), grain=grain)
    return ReleasedShares(total, *shares)


def _largest_remainders(counts: tuple[int, int, int], *, grain: int) -> tuple[int, int, int]:
    total = sum(counts)
    parts = [divmod(100 * count, grain * total) for count in counts]
    steps = [whole for whole, _ in parts]
    remainders = [rest for _, rest in parts]
    for place in _takers(remainders, missing=100 // grain - sum(steps)):
        steps[place] += 1
    return steps[0] * grain, steps[1] * grain, steps[2] * grain


def _takers(remainders: list[int], *, missing: int) -> list[int]:
    """Which of promoters (0), passives (1) and detractors (2) are rounded up."""
    if remainders[0] == remainders[2]:  # one step more for either side would be a made-up score
        return [[], [1], [0, 2]][missing]
    return sorted(range(3), key=lambda place: (-remainders[place], place != 1))[:missing]


def _nearly_all_passive(grain: int) -> tuple[int, int, int]:
    """What is released then: half a grain for each side, in whole percent."""
    side = ceil(grain / 2)
    return side, 100 - 2 * side, side


def _top_coded(shares: tuple[int, int, int], *, grain: int) -> tuple[int, int, int]:
    promoters, passives, detractors = shares
    # One dissenter must look the same as none, otherwise the halves would tell them apart.
    if passives >= 100 - grain:
        return _nearly_all_passive(grain)
    if promoters == 100:
        return 100 - grain, grain, 0
    if detractors == 100:
        return 0, grain, 100 - grain
    return promoters, passives, detractors


@dataclass(frozen=True)
class Contributions:
    """How many points of a score were mentioned with each reason; with the rest they add up."""

    points: dict[str, Fraction]
    people: dict[str, frozenset[int]]
    """Who mentioned each reason, as places in the answers."""
    no_reason: Fraction
    silent: frozenset[int] = frozenset()
    """Who gave no reason."""
    new: frozenset[int] = frozenset()
    """Who counts towards no threshold."""

    @property
    def total(self) -> Fraction:
        """Exactly the score."""
        return sum(self.points.values(), self.no_reason)


def contributions(
    answers: Sequence[int], ticked: Sequence[Iterable[str]], names: Sequence[str]
) -> Contributions:
    """Split each answer's +1, 0 or -1 equally over the reasons ticked with it.

    `answers` (n,) from 0 to 10, `ticked` (n,) the reasons of each, out of `names`. Exact
    fractions of points. Raises ValueError for unequal lengths, no answers, an answer
    outside 0-10 or a reason that is not in `names`.
    """
    if not answers:
        raise ValueError("contributions need at least one answer")
    splits: Counter[tuple[str, int]] = Counter()
    people: dict[str, set[int]] = {name: set() for name in names}
    silent: dict[int, int] = {}
    for place, (answer, given) in enumerate(zip(answers, map(set, ticked), strict=True)):
        if not given <= people.keys():
            raise ValueError("a reason was ticked that is not offered")
        value = POINTS[stance_of(answer)]
        silent |= {} if given else {place: value}
        for name in given:
            people[name].add(place)
            splits[name, len(given)] += value
    return _summed(splits, people, silent, total=len(answers))


def _summed(
    splits: Mapping[tuple[str, int], int],
    people: Mapping[str, set[int]],
    silent: Mapping[int, int],
    *,
    total: int,
) -> Contributions:
    unit = Fraction(100, total)
    points = dict.fromkeys(people, Fraction(0))
    for (name, parts), value in splits.items():
        points[name] += unit * value / parts
    who = {name: frozenset(found) for name, found in people.items()}
    return Contributions(points, who, unit * sum(silent.values()), frozenset(silent))


@dataclass(frozen=True)
class ReleasedReasons:
    """Reasons with their rounded points; with `rest` they add up to the released score."""

    points: tuple[tuple[str, int], ...]
    rest: int


def release_reasons(
    found: Contributions, *, score: int, grain: int, mentions: int = MENTIONS
) -> ReleasedReasons:
    """Round each reason's points to `grain`; what is left is "rounding and no reason given".

    A reason that fewer than `mentions` people mentioned is hidden, and with it the next smallest,
    until the line that is left stands on nobody or on at least as many different people, those
    without a reason among them: it must not be the answers of a few.
    """
    hidden = _hidden_reasons(found, least=mentions)
    points = tuple(
        (name, _to_grain(value, grain))
        for name, value in found.points.items()
        if name not in hidden
    )
    return ReleasedReasons(points, score - sum(value for _, value in points))


def _hidden_reasons(found: Contributions, *, least: int) -> set[str]:
    hidden: set[str] = set()
    left = set(found.silent)
    mentions = {name: len(who - found.new) for name, who in found.people.items()}
    for name in sorted(mentions, key=lambda name: mentions[name]):
        if mentions[name] >= least and (not left or len(left - found.new) >= least):
            break
        hidden.add(name)
        left |= found.people[name]  # who ticked two hidden reasons is still one person
    return hidden


def _to_grain(value: Fraction, grain: int) -> int:
    """Nearest step, half away from zero; never ±100, which would certify unanimity."""
    points = min(floor(abs(value) / grain + Fraction(1, 2)) * grain, 100 - grain)
    return points if value > 0 else -points
