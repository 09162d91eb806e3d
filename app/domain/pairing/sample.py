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
        self.movable: list[set[int]] = [set() for _ in range(people)]
        """Of each subject the raters whose pair is not fixed: a few, also where thousands rate."""
        self.fixed: set[tuple[int, int]] = set()

    def may_add(self, rater: int, subject: int) -> bool:
        return rater != subject and subject not in self.given[rater]

    def add(self, rater: int, subject: int) -> None:
        self.given[rater].add(subject)
        if (rater, subject) not in self.fixed:
            self.movable[subject].add(rater)

    def remove(self, rater: int, subject: int) -> None:
        self.given[rater].discard(subject)
        self.movable[subject].discard(rater)

    def fix(self, pairs: Iterable[tuple[int, int]]) -> None:
        """No exchange takes these pairs away, whether or not they are drawn yet."""
        self.fixed = set(pairs)
        for rater, subject in self.fixed:
            self.movable[subject].discard(rater)

    def pairs(self) -> Iterator[tuple[int, int]]:
        return ((rater, one) for rater, given in enumerate(self.given) for one in sorted(given))

    def movable_from(self, rater: int) -> list[int]:
        return [one for one in sorted(self.given[rater]) if (rater, one) not in self.fixed]

    def movable_to(self, subject: int) -> list[int]:
        return sorted(self.movable[subject])


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
    draw.fix(wanted)
    room = Room(draw, size + EXTRA)
    for rater, subject in wanted:
        if draw.may_add(rater, subject):
            include(draw, rater, subject, room=room, random=random)
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


class Room:
    """Who rates fewer than `most`, to be picked by lot; those who rate fewest come first.

    Nobody's number ever falls, so a person is listed once for each number they have reached, and
    a listing that is no longer true is dropped where it is met. A pick looks at a few people only.
    """

    def __init__(self, draw: Draw, most: int) -> None:
        self.draw, self.most = draw, most
        self.listed: list[list[int]] = [[] for _ in range(most)]
        for person in range(len(draw.given)):
            self.list_again(person)

    def has(self, person: int) -> bool:
        return len(self.draw.given[person]) < self.most

    def list_again(self, person: int) -> None:
        """Note that `person` rates one more than before."""
        if self.has(person):
            self.listed[len(self.draw.given[person])].append(person)

    def taker_of(self, subject: int, random: Random) -> int | None:
        """Somebody with room who may rate `subject`, or None."""
        for number in range(self.most):
            taker = self._one_who_rates(number, subject, random)
            if taker is not None:
                return taker
        return None

    def _one_who_rates(self, number: int, subject: int, random: Random) -> int | None:
        people = self.listed[number]
        for _ in range(TRIES):
            person = self._by_lot(people, number, random)
            if person is None or self.draw.may_add(person, subject):
                return person
        # Rarely reached: nearly everybody rates this subject already.
        able = [one for one in people if self._is_true(one, number)]
        able = [one for one in able if self.draw.may_add(one, subject)]
        return random.choice(able) if able else None

    def _by_lot(self, people: list[int], number: int, random: Random) -> int | None:
        while people:
            place = random.randrange(len(people))
            person = people[place]
            if self._is_true(person, number):
                return person
            people[place] = people[-1]
            people.pop()
        return None

    def _is_true(self, person: int, number: int) -> bool:
        return len(self.draw.given[person]) == number


def include(draw: Draw, rater: int, subject: int, *, room: Room, random: Random) -> None:
    """Bring in a pair by exchange; where none fits, somebody rates one more."""
    others, givers = draw.movable_from(rater), draw.movable_to(subject)
    random.shuffle(others)
    random.shuffle(givers)
    for other, giver in product(others, givers):
        if draw.may_add(giver, other):
            draw.remove(rater, other)
            draw.remove(giver, subject)
            draw.add(giver, other)
            draw.add(rater, subject)
            return
    if not room.has(rater):
        _hand_over(draw, rater, others, room, random)
        draw.add(rater, subject)
        return
    draw.add(rater, subject)
    room.list_again(rater)


def _hand_over(draw: Draw, rater: int, others: list[int], room: Room, random: Random) -> None:
    """Free a place of a rater who has no room: somebody else takes one of their subjects."""
    for other in others:
        taker = room.taker_of(other, random)
        if taker is not None:
            draw.remove(rater, other)
            draw.add(taker, other)
            room.list_again(taker)
            return
