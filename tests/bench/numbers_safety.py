"""How much released numbers tell of one person, whatever others know: minutes, one core.

Gains are points of percent above the best guess that needs nothing published. The same attacks
run in tests/attacks with fewer sizes; the exact bound on odds is enumerated there.
"""

from collections.abc import Iterator
from statistics import fmean
from time import perf_counter
from typing import Final

from tests.attacks.alike import level_of_joiner
from tests.attacks.opinions import OPINIONS
from tests.attacks.quarters import joiner_of_many, joiner_of_two
from tests.attacks.strictness import told
from tests.attacks.test_colluders import insiders

Row = tuple[str, dict[str, float]]
REPEATS: Final = (0.9, 0.95, 0.98, 1.0)
RATERS: Final = (5, 6, 8, 12, 16, 24, 40)
PLAYS: Final = 6_000
AGAIN: Final = (2, 3, 4, 5)
"""Seeds of the plays that judge the worst case."""


def main() -> None:
    """Print every table, and while it is made what is being tried."""
    began = perf_counter()
    print("\nGain of the best guess, in points\n")
    _table("attack", tuple(OPINIONS), _gains())
    print("\nRaters' strictness from all reports: correlation with the truth\n")
    _table("what is known", ("raw", "adjusted", "8 quarters"), _strictness())
    print(f"\n{perf_counter() - began:.0f} s")


def _table(first: str, columns: tuple[str, ...], rows: Iterator[Row]) -> None:
    print("".join([f"{first:46}", *(f"{name:>12}" for name in columns)]))
    for name, values in rows:
        print(
            "".join([f"{name:46}", *(f"{values[column]:12.2f}" for column in columns)]), flush=True
        )


def _gains() -> Iterator[Row]:
    for known in (1, 2, 3, 4):
        yield (
            f"{known} of 5 raters are insiders",
            _each(lambda usual, known=known: insiders(5, known, usual).gain),
        )
    for raters in (12, 15, 24):
        yield (
            f"the manager and 3 of {raters} are insiders",
            _each(lambda usual, raters=raters: insiders(raters + 1, 4, usual).gain),
        )
    for repeat in (0.9, 1.0):
        yield (
            f"a joiner, two quarters, {repeat:.0%}, worst of 5-40",
            _each(
                lambda usual, repeat=repeat: max(
                    joiner_of_two(raters, usual, repeat).gain for raters in RATERS
                )
            ),
        )
    for repeat in REPEATS:
        yield (
            f"a joiner, eight quarters, {repeat:.0%}, worst of 5-24",
            _each(lambda usual, repeat=repeat: _worst_of_eight(usual, repeat)),
        )
    for quarters, repeat in ((2, 0.9), (8, 0.9), (8, 1.0)):
        yield (
            f"a joiner's level, {quarters} quarters, {repeat:.0%}, of 6 and 12",
            _each(
                lambda usual, quarters=quarters, repeat=repeat: max(
                    level_of_joiner(raters, 0.8, usual=usual, repeat=repeat, quarters=quarters).gain
                    for raters in (6, 12)
                )
            ),
        )


def _worst_of_eight(usual, repeat: float) -> float:
    """The gain where most is told, played anew: the largest of several holds their luck too."""
    worst = max(RATERS[:-1], key=lambda raters: _of_eight(raters, usual, repeat, seed=1))
    return fmean(_of_eight(worst, usual, repeat, seed=seed) for seed in AGAIN)


def _of_eight(raters: int, usual, repeat: float, *, seed: int) -> float:
    plays = PLAYS if raters <= 12 else PLAYS // 3
    return joiner_of_many(raters, usual, repeat, before=4, after=4, plays=plays, seed=seed).gain


def _each(attack) -> dict[str, float]:
    return {name: attack(usual) for name, usual in OPINIONS.items()}


def _strictness() -> Iterator[Row]:
    for people in (60, 400):
        for knows_pairs in (True, False):
            found = told(people, 12, knows_pairs=knows_pairs)
            name = f"{people} people, {'the pairs' if knows_pairs else 'the pairs are erased'}"
            yield (
                name,
                {
                    "raw": found.raw,
                    "adjusted": found.adjusted,
                    "8 quarters": found.many_quarters,
                },
            )


if __name__ == "__main__":
    main()
