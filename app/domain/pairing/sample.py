"""The draw behind the balanced sample: shuffle, step round the circle, repair by exchange.

People are numbered from 0. An exchange replaces a→b and c→d by a→d and c→b: everyone gives
and receives as many as before.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from random import Random
from typing import Final

from app.domain.pairing.offsets import spread_offsets

ACROSS: Final = 4
"""Places outside the own department, so that departments can be compared."""
TRIES: Final = 40
EXTRA: Final = 2
"""How many more than the sample size somebody may be asked to rate."""


class StuckError(Exception):
    """No exchange repairs the draw; a plainer one is taken."""


class Draw:
    """Directed pairs without self and without doubles."""

    def __init__(self, people: int) -> None:
        self.given: list[set[int]] = [set() for _ in range(people)]
        self.received: list[set[int]] = [set() for _ in range(people)]
        self.fixed: set[tuple[int, int]] = set()

    def may_add(self, rater: int, subject: int) -> bool:
        return rater != subject and subject not in self.given[rater]

    def add(self, rater: int, subject: int) -> None:
        self.given[rater].add(subject)
        self.received[subject].add(rater)

    def remove(self, rater: int, subject: int) -> None:
        self.given[rater].discard(subject)
        self.received[subject].discard(rater)

    def pairs(self) -> Iterator[tuple[int, int]]:
        return ((rater, one) for rater, given in enumerate(self.given) for one in sorted(given))

    def movable_from(self, rater: int) -> list[int]:
        return [one for one in sorted(self.given[rater]) if (rater, one) not in self.fixed]

    def movable_to(self, subject: int) -> list[int]:
        return [one for one in sorted(self.received[subject]) if (one, subject) not in self.fixed]


def draw_balanced(
    departments: Sequence[int],
    wanted: Iterable[tuple[int, int]],
    *,
    size: int,
    random: Random,
) -> Draw:
    """Everyone gives and receives `size`, mostly inside departments; `wanted` pairs included.

    `departments[p]` is the department of person p; there are more than `size` people.
    """
    try:
        draw = _by_department(departments, size, random)
    except StuckError:  # too few people for departments to matter: one circle always works
        draw = Draw(len(departments))
        _circle(draw, list(range(len(departments))), size, random)
    wanted = list(wanted)
    # All of them are fixed at once: an exchange for one must not take another away.
    draw.fixed = set(wanted)
    for rater, subject in wanted:
        if draw.may_add(rater, subject):
            include(draw, rater, subject, most=size + EXTRA, random=random)
    return draw


def _circle(draw: Draw, people: list[int], size: int, random: Random) -> None:
    """Seat `people` round a circle by lot; each rates those at `size` spread steps."""
    random.shuffle(people)
    count = len(people)
    for step in spread_offsets(size, count, random) if size else ():
        for place, rater in enumerate(people):
            draw.add(rater, people[(place + step) % count])


def _by_department(departments: Sequence[int], size: int, random: Random) -> Draw:
    teams: dict[int, list[int]] = {}
    for person, department in enumerate(departments):
        teams.setdefault(department, []).append(person)
    across = ACROSS if len(teams) > 1 else 0
    draw, open_places = Draw(len(departments)), [0] * len(departments)
    for team in teams.values():
        inside = min(size - across, len(team) - 1)
        for person in team:
            open_places[person] = size - inside
        _circle(draw, team, inside, random)
    _fill_across(draw, departments, open_places, random)
    return draw


def _fill_across(
    draw: Draw, departments: Sequence[int], open_places: list[int], random: Random
) -> None:
    """Round by round, seat all who still have a place and step round that circle."""
    order = random.sample(range(len(departments)), len(departments))
    rounds = max(open_places)
    steps = spread_offsets(rounds, len(departments), random) if rounds else []
    placed: list[tuple[int, int]] = []
    conflicts: list[tuple[int, int]] = []
    for number, step in enumerate(steps):
        seated = [person for person in order if open_places[person] > number]
        for place, rater in enumerate(seated):
            pair = (rater, seated[(place + step) % len(seated)])
            if draw.may_add(*pair) and departments[pair[0]] != departments[pair[1]]:
                draw.add(*pair)
                placed.append(pair)
            else:
                conflicts.append(pair)
    random.shuffle(conflicts)
    for pair in conflicts:
        _settle(draw, departments, pair, placed, random)


def _settle(
    draw: Draw,
    departments: Sequence[int],
    pair: tuple[int, int],
    placed: list[tuple[int, int]],
    random: Random,
) -> None:
    """Place a pair that collides by an exchange; best across departments, else anywhere.

    Raises StuckError when no exchange helps.
    """
    rater, subject = pair
    tries = (random.randrange(len(placed)) for _ in range(TRIES if placed else 0))
    for index in tries:
        other_rater, other = placed[index]
        if (
            _can_exchange(draw, pair, placed[index])
            and departments[rater] != departments[other]
            and departments[other_rater] != departments[subject]
        ):
            _exchange(draw, pair, placed, index)
            return
    if draw.may_add(rater, subject):
        draw.add(rater, subject)
        placed.append(pair)
        return
    for index, candidate in enumerate(placed):
        if _can_exchange(draw, pair, candidate):
            _exchange(draw, pair, placed, index)
            return
    raise StuckError


def _can_exchange(draw: Draw, pair: tuple[int, int], placed: tuple[int, int]) -> bool:
    return (
        pair[0] != placed[0]
        and pair[1] != placed[1]
        and draw.may_add(pair[0], placed[1])
        and draw.may_add(placed[0], pair[1])
    )


def _exchange(draw: Draw, pair: tuple[int, int], placed: list[tuple[int, int]], index: int) -> None:
    other_rater, other = placed[index]
    draw.remove(other_rater, other)
    placed[index] = (pair[0], other)
    placed.append((other_rater, pair[1]))
    draw.add(*placed[index])
    draw.add(*placed[-1])


def include(draw: Draw, rater: int, subject: int, *, most: int, random: Random) -> None:
    """Bring in a pair by exchange; where none fits, somebody rates one more."""
    others, givers = draw.movable_from(rater), draw.movable_to(subject)
    random.shuffle(others)
    random.shuffle(givers)
    for other, giver in product(others, givers):
        if draw.may_add(giver, other):
            draw.remove(rater, other)
            draw.remove(giver, subject)
            draw.add(giver, other)
            break
    else:
        if len(draw.given[rater]) >= most:
            _hand_over(draw, rater, others, most, random)
    draw.add(rater, subject)


def _hand_over(draw: Draw, rater: int, others: list[int], most: int, random: Random) -> None:
    """Free a place of a rater who has no room: somebody else takes one of their subjects."""
    for other in others:
        takers = [
            person
            for person in range(len(draw.given))
            if len(draw.given[person]) < most and draw.may_add(person, other)
        ]
        if takers:
            fewest = min(len(draw.given[person]) for person in takers)
            taker = random.choice([one for one in takers if len(draw.given[one]) == fewest])
            draw.remove(rater, other)
            draw.add(taker, other)
            return
