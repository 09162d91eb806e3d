"""How often a project that moved its figure is said to, and one that did not: by simulation.

A company of 60; an internal service that half of them used; four quarters, two before the project
began and two since, and the figure is looked at after each of these. The same colleagues answer,
and seven of ten answers are as in the quarter before. Everything goes through the release.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from app.domain.internal_services.asked import AskedService
from app.domain.internal_services.release import ServiceRating, release_services
from app.domain.projects.effect import PrintedFigure, Verdict, effect_of
from app.domain.release.policy import ReleasePolicy, Shown

USERS: Final = 30
QUARTERS: Final = 4
BEGINS: Final = 2
"""So many quarters lie before the project."""
EFFECT: Final = 0.4
REPEATED: Final = 0.7
SERVICE: Final = AskedService(
    1, "IT support", "", ("quick", "right", "easy"), 1, frozenset(), frozenset()
)
POLICY: Final = ReleasePolicy()


def called(*, effect: float, runs: int, seed: int = 1, users: int = USERS) -> float:
    """In how many percent of the runs the first statement is said to have moved, ever."""
    draw = np.random.default_rng(seed)
    return 100 * sum(_is_called(effect, users, draw) for _ in range(runs)) / runs


def _is_called(effect: float, users: int, draw: np.random.Generator) -> bool:
    history = list(_quarters(effect, users, draw))
    for end in range(BEGINS + 1, QUARTERS + 1):
        found = effect_of(history[:BEGINS], history[BEGINS:end], wants_more=True)
        if found and found.verdict is Verdict.MOVED:
            return True
    return False


def _quarters(effect: float, users: int, draw: np.random.Generator) -> Iterator[PrintedFigure]:
    """The released mean of the first statement in every quarter; the others stay as they are."""
    level = draw.normal(3.4, 0.5, size=(users, 1))
    mood = draw.normal(0, 0.7, size=(users, 3))
    for quarter in range(QUARTERS):
        changes = draw.random((users, 3)) >= REPEATED
        mood = np.where(changes, draw.normal(0, 0.7, size=(users, 3)), mood)
        felt = level + mood
        felt[:, 0] += effect * (quarter >= BEGINS)
        ratings = np.clip(np.rint(felt), 1, 5).astype(int)
        said = [ServiceRating(tuple(row), None) for row in ratings.tolist()]
        (released,) = release_services([SERVICE], {1: said}, POLICY, randomness=draw.bytes)
        score = released.means[0]
        assert isinstance(score, Shown)
        yield PrintedFigure(score.mean, score.standard_error)


def main(*, runs: int = 1_000) -> None:
    """Print power and false calls, each beside its goal."""
    print("projects at a company of 60, four quarters, percent of runs", flush=True)
    found, false = called(effect=EFFECT, runs=runs), called(effect=0.0, runs=runs)
    print(f"  a figure that rose by {EFFECT} is called so: {found:.0f} (goal ≥ 60)", flush=True)
    print(f"  one that did not change is called so: {false:.0f} (goal ≤ 10)", flush=True)


if __name__ == "__main__":
    main()
