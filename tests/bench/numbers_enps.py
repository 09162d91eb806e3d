"""How well the eNPS tells the truth, and how little it tells of one person: by simulation.

`main` prints a table in two or three minutes; tests call the single functions with fewer runs.
Each safety figure has a control, the same reader given exact counts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.domain.enps.direct import DirectCounts
from app.domain.enps.score import StanceCounts, release
from app.domain.enps.shifts import Certainty, Quarter, Shift, shift_in
from app.domain.release.noise import ENPS_RATIO, RATINGS_RATIO, blurred
from app.domain.release.policy import ReleasePolicy
from app.domain.statistics.differences import Direction

Mixture = tuple[float, float, float]
"""Shares of promoters, passives and detractors."""

USUAL: Final = (0.40, 0.35, 0.25)
MIXTURES: Final[dict[str, Mixture]] = {
    "usual": USUAL,
    "flat": (0.15, 0.70, 0.15),
    "polarised": (0.50, 0.0, 0.50),
    "adored": (0.85, 0.12, 0.03),
    "unhappy": (0.10, 0.30, 0.60),
}
SIZES: Final = (25, 40, 60, 100, 400)
REASONS: Final = 8
NAMED: Final = 2


def quarter(people: int, mixture: Mixture, draw: np.random.Generator, *, invited=None) -> Quarter:
    """What is released where everybody answers anew out of `mixture`."""
    promoters, _, detractors = draw.multinomial(people, mixture).tolist()
    exact = StanceCounts(people, promoters, detractors, noise=0.0)
    return Quarter(release(exact, randomness=draw.bytes), invited or people)


def rate_of(runs: int, seed: int, holds: Callable[[np.random.Generator], bool]) -> float:
    """In how many percent of the runs something holds."""
    draw = np.random.default_rng(seed)
    return 100 * sum(holds(draw) for _ in range(runs)) / runs


def coverage(people: int, mixture: Mixture, *, runs: int, seed: int = 1) -> float:
    """How often the range holds the true score, in percent."""
    truth = 100 * (mixture[0] - mixture[2])

    def holds(draw: np.random.Generator) -> bool:
        low, high = quarter(people, mixture, draw).answers.interval
        return low <= truth <= high

    return rate_of(runs, seed, holds)


def false_alarms(people: int, mixture: Mixture, *, runs: int, seed: int = 2) -> float:
    """Stable companies that are told of a clear shift at least once in eight quarters, percent."""

    def alarmed(draw: np.random.Generator) -> bool:
        history = [quarter(people, mixture, draw) for _ in range(8)]
        return any(
            shift_in(history[:end]).certainty is Certainty.CLEAR
            for end in range(2, len(history) + 1)
        )

    return rate_of(runs, seed, alarmed)


def found_falls(people: int, *, after: int, runs: int, seed: int = 3) -> float:
    """Falls by 33 points after four quarters that are clear within `after` quarters, percent."""

    def found(draw: np.random.Generator) -> bool:
        history = [quarter(people, (0.48, 0.37, 0.15), draw) for _ in range(4)]
        for _ in range(after):
            history.append(quarter(people, (0.30, 0.40, 0.30), draw))
            if _is_clear(shift_in(history), Direction.DOWN):
                return True
        return False

    return rate_of(runs, seed, found)


def nine_quarters(people: int, *, runs: int, seed: int = 4) -> tuple[float, float]:
    """How often 0,0,0,0,60,60,60,60,19 rises clearly in the fifth, falls in the ninth, percent."""
    scores = (0, 0, 0, 0, 60, 60, 60, 60, 19)
    draw = np.random.default_rng(seed)
    rises = falls = 0
    for _ in range(runs):
        history = [_released_score(people, score, draw) for score in scores]
        rises += _is_clear(shift_in(history[:5]), Direction.UP)
        falls += _is_clear(shift_in(history), Direction.DOWN)
    return 100 * rises / runs, 100 * falls / runs


def _released_score(people: int, score: int, draw: np.random.Generator) -> Quarter:
    """Exactly this score among the answers, and a fifth of them detractors at 0."""
    detractors = round(people * max(0.05, 0.2 - score / 400))
    promoters = detractors + round(people * score / 100)
    exact = StanceCounts(people, promoters, detractors, noise=0.0)
    return Quarter(release(exact, randomness=draw.bytes), people)


def _is_clear(shift: Shift, direction: Direction) -> bool:
    return shift.certainty is Certainty.CLEAR and shift.direction is direction


def detractors_stop(*, runs: int, seed: int = 5) -> tuple[float, float]:
    """Of 150 stable people 45 detractors stop answering: alarms, and those explained, percent."""
    draw = np.random.default_rng(seed)
    alarms = explained = 0
    for _ in range(runs):
        history = [quarter(150, (0.35, 0.35, 0.30), draw) for _ in range(4)]
        left = draw.binomial(105, 0.95)
        history.append(quarter(left, (0.5, 0.5, 0.0), draw, invited=150))
        shift = shift_in(history)
        alarms += shift.certainty is Certainty.CLEAR
        explained += shift.certainty is Certainty.CLEAR and shift.stopped > 0
    return 100 * alarms / runs, 100 * explained / max(alarms, 1)


@dataclass(frozen=True)
class Watched:
    """What is published around somebody who joins: nested units, smallest first, and reasons."""

    units: tuple[int, ...]
    has_reasons: bool = True
    quarters: int = 2
    repeats: float = 0.9
    """How likely somebody answers exactly as in the quarter before."""
    opinions: Mixture = USUAL
    is_blurred: bool = True
    has_direct: bool = False
    """Whether everybody is asked directly as well; six of ten answer as their stance is."""
    has_score: bool = True
    """Whether promoters and detractors are published at all."""
    services: int = 0
    """So many internal services are rated by everybody, three statements and 0-10 each."""
    asked_scale: int = 0
    """The joiner's department of so many is asked a question of its own, from 1 to 5."""
    asked_ten: int = 0
    """The same of the department around it, from 0 to 10."""


def joiner_gain(watched: Watched, *, plays: int, seed: int = 6) -> float:
    """How much better than by chance the joiner's first answer is guessed, in points of percent.

    They join in the middle of the quarters. The reader is given everything that is released in
    all of them, and knows how answers are drawn and repeated: a linear discriminant, fitted to
    one half of the plays and judged on the other.
    """
    draw = np.random.default_rng(seed)
    seen, wanted = _played(watched, plays, draw)
    half = plays // 2
    guessed = _discriminant(seen[:half], wanted[:half])(seen[half:])
    right = float((guessed == wanted[half:]).mean())
    return 100 * (right - max(watched.opinions))


def _played(watched: Watched, plays: int, draw: np.random.Generator):
    """Released numbers (plays, m) of all quarters, and the joiner's first stance (plays,)."""
    people = watched.units[-1]
    stance, named = _opinions((plays, people), watched.opinions, draw)
    seen, joins = [], watched.quarters // 2
    wanted = np.zeros(plays, dtype=np.int64)
    for now in range(watched.quarters):
        if now:
            anew, named_anew = _opinions((plays, people), watched.opinions, draw)
            changes = draw.random((plays, people)) >= watched.repeats
            stance = np.where(changes, anew, stance)
            named = np.where(changes[..., None], named_anew, named)
        if now == joins:
            wanted = stance[:, 0].astype(np.int64)
        first = 0 if now >= joins else 1  # person 0 is the joiner
        seen += _released(watched, stance, named, first, draw)
        if watched.has_direct:
            seen += _direct(watched, stance[:, first:], named[:, first:], draw)
        for about in range(watched.services):
            seen += _service(watched, stance[:, first:], named[:, first:], draw, about=about)
        seen += _own_questions(watched, stance, named, first, draw)
    return np.column_stack(seen).astype(np.float64), wanted


def _opinions(shape: tuple[int, int], mixture: Mixture, draw: np.random.Generator):
    stance = draw.choice(3, size=shape, p=mixture).astype(np.int8)
    # Promoters and detractors like different things: reasons are told by who names them.
    first = draw.integers(0, REASONS, shape)
    second = (first + draw.integers(1, REASONS, shape)) % REASONS
    return stance, np.stack([first, second], axis=-1).astype(np.int8)


def _released(watched: Watched, stance, named, first: int, draw: np.random.Generator):
    """Promoters and detractors of each unit, then the mentions of each side."""
    numbers = []
    for unit in watched.units if watched.has_score else ():
        part = stance[:, first:unit]
        numbers += [
            _noised((part == side).sum(axis=1), ENPS_RATIO, watched, draw) for side in (0, 2)
        ]
    if watched.has_reasons:
        for side in (0, 2):
            of_side = stance[:, first:] == side
            common = _noised(np.zeros(len(stance), dtype=np.int64), RATINGS_RATIO, watched, draw)
            for reason in range(REASONS):
                is_named = named[:, first:] == reason
                names = (is_named[..., 0] | is_named[..., 1]) & of_side
                own = _noised(names.sum(axis=1), RATINGS_RATIO, watched, draw)
                numbers.append(own + common)
    return numbers


def _direct(watched: Watched, stance, named, draw: np.random.Generator, *, about: int = 0):
    """Both sides of another question; six of ten answers follow the stance, and all last as it."""
    follows = (named[..., 0] + about) % 5 < 3
    said = np.where(follows, stance, (named[..., 1] + about) % 3)
    return [_noised((said == side).sum(axis=1), ENPS_RATIO, watched, draw) for side in (0, 2)]


def _service(watched: Watched, stance, named, draw: np.random.Generator, *, about: int):
    """Totals of three statements, and both sides of 0-10."""
    plays = len(stance)
    common = _noised(np.zeros(plays, dtype=np.int64), RATINGS_RATIO, watched, draw)
    usual, numbers = np.array([5, 4, 2], dtype=np.int8), []
    for statement in range(3):
        follows = (named[..., 0] + statement + about) % 5 < 3
        ratings = np.where(follows, usual[stance], 1 + (named[..., 1] + statement + about) % 5)
        numbers.append(_noised(ratings.sum(axis=1), RATINGS_RATIO, watched, draw) + common)
    if stance.shape[1] < ReleasePolicy().unit_respondents:
        return numbers  # the 0-10 answers are released like a unit's
    return [*numbers, *_direct(watched, stance, named, draw, about=about)]


def _own_questions(watched: Watched, stance, named, first: int, draw: np.random.Generator):
    """The total of a department's question from 1 to 5, and both sides of one from 0 to 10."""
    numbers = []
    if watched.asked_scale:
        part = slice(first, watched.asked_scale)
        numbers += _service(watched, stance[:, part], named[:, part], draw, about=7)[:1]
    if watched.asked_ten:
        part = slice(first, watched.asked_ten)
        numbers += _direct(watched, stance[:, part], named[:, part], draw, about=8)
    return numbers


def direct_calls(people: int, mixture: Mixture, *, runs: int, seed: int = 7) -> float:
    """Companies that are told of a clear answer at least once in eight quarters, percent."""

    def called(draw: np.random.Generator) -> bool:
        return any(_asked_directly(people, mixture, draw) for _ in range(8))

    return rate_of(runs, seed, called)


def direct_found(people: int, mixture: Mixture, *, runs: int, seed: int = 8) -> float:
    """How often one quarter's direct answers are called clear, percent."""
    return rate_of(runs, seed, lambda draw: _asked_directly(people, mixture, draw))


def _asked_directly(people: int, mixture: Mixture, draw: np.random.Generator) -> bool:
    answers = quarter(people, mixture, draw).answers
    counts = DirectCounts(people, answers.promoters, answers.detractors)
    return "clearly more than chance" in counts.verdict


def _noised(counts, ratio: int, watched: Watched, draw: np.random.Generator):
    return blurred(counts, ratio=ratio, randomness=draw.bytes) if watched.is_blurred else counts


def _discriminant(seen, wanted):
    """Fisher's linear discriminant with the classes' shares as prior."""
    classes = [c for c in range(3) if (wanted == c).sum() > 1]
    means = np.array([seen[wanted == c].mean(axis=0) for c in classes])
    centred = seen - means[np.searchsorted(classes, wanted)]
    spread = centred.T @ centred / len(seen) + 1e-6 * np.eye(seen.shape[1])
    weights = np.linalg.solve(spread, means.T)
    prior = np.log([(wanted == c).mean() for c in classes])
    level = prior - 0.5 * np.einsum("ci,ic->c", means, weights)
    return lambda other: np.array(classes)[np.argmax(other @ weights + level, axis=1)]


SAFETY: Final = (
    ("company of 25 with reasons", Watched((25,))),
    ("company of 60 with reasons", Watched((60,))),
    ("three levels: 20, 60, 200, reasons", Watched((20, 60, 200))),
    (
        "60, direct, six services, two departments ask",
        Watched((60,), has_direct=True, services=6, asked_scale=12, asked_ten=30),
    ),
)


def _rows_of_truth(runs: int) -> Iterator[tuple[str, str]]:
    for name, mixture in MIXTURES.items():
        covered = " / ".join(f"{coverage(n, mixture, runs=runs):.1f}" for n in (20, *SIZES))
        yield f"coverage, {name}, 20 / 25 / 40 / 60 / 100 / 400", covered
    for name, mixture in MIXTURES.items():
        told = " / ".join(f"{false_alarms(n, mixture, runs=runs):.1f}" for n in SIZES)
        yield f"false alarms in 8 quarters, {name}, 25 / 40 / 60 / 100 / 400", told
    at_once, within = (found_falls(60, after=n, runs=runs) for n in (1, 2))
    yield "fall of 33 at 60 people, at once / within two", f"{at_once:.0f} / {within:.0f}"
    for people in (60, 100):
        rise, fall = nine_quarters(people, runs=runs // 2)
        yield f"nine quarters at {people}: rise / fall", f"{rise:.0f} / {fall:.0f}"
    told = " / ".join(f"{direct_calls(n, (0.2, 0.6, 0.2), runs=runs):.1f}" for n in (25, 60, 99))
    yield "asked directly, as many more as less: clear in 8 quarters, 25 / 60 / 99", told
    told = " / ".join(f"{direct_found(n, (0.47, 0.48, 0.05), runs=runs):.0f}" for n in (25, 60, 99))
    yield "asked directly, 47 % more and 5 % less: clear at once, 25 / 60 / 99", told
    alarms, explained = detractors_stop(runs=runs // 2)
    yield "detractors stop: clear / explained", f"{alarms:.0f} / {explained:.0f}"


def main(*, runs: int = 1_000, plays: int = 12_000) -> None:
    """Print every figure, each as soon as it is known."""
    print("eNPS, percent of runs", flush=True)
    for name, figures in _rows_of_truth(runs):
        print(f"  {name}: {figures}", flush=True)
    print("joiner: gain in points at 90 / 100 % repeated", flush=True)
    for place, watched in SAFETY:
        for quarters in (2, 8):
            gains = [
                joiner_gain(
                    Watched(
                        watched.units, quarters=quarters, repeats=repeats, is_blurred=is_blurred
                    ),
                    plays=plays,
                )
                for is_blurred in (True, False)
                for repeats in (0.9, 1.0)
            ]
            told = " / ".join(f"{gain:.0f}" for gain in gains[:2])
            control = " / ".join(f"{gain:.0f}" for gain in gains[2:])
            print(f"  {place}, {quarters} quarters: {told} (exact counts {control})", flush=True)


if __name__ == "__main__":
    main()
