"""Who rates whom: relationships, the everyone policy and the balanced sample."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import NamedTuple

from app.domain.pairing.sample import Draw, draw_balanced


class Relationship(StrEnum):
    """What the rater is to the subject."""

    SELF = "self"
    MANAGER = "manager"
    PEER = "peer"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the roster, as the pairing sees them."""

    person_id: int
    department_id: int
    manager_id: int | None
    second_manager_id: int | None = None
    """Reads the report too; as a rater they are a colleague like others."""


class Pair(NamedTuple):
    """A rater, whom they rate, and what the rater is to the subject; a plan has a million."""

    rater: int
    subject: int
    relationship: Relationship


def relationship_of(rater: Member, subject: Member) -> Relationship:
    """What `rater` is to `subject`, by the manager links."""
    if rater.person_id == subject.person_id:
        return Relationship.SELF
    if subject.manager_id == rater.person_id:
        return Relationship.MANAGER
    if rater.manager_id == subject.person_id:
        return Relationship.REPORT
    return Relationship.PEER


def everyone(members: Iterable[Member]) -> list[Pair]:
    """Every member rates every other one."""
    people = _in_order(members)
    return [
        Pair(rater.person_id, subject.person_id, relationship_of(rater, subject))
        for rater in people
        for subject in people
        if rater is not subject
    ]


def balanced_sample(members: Iterable[Member], *, size: int = 12, random: Random) -> list[Pair]:
    """Each rates about `size` colleagues and is rated by as many; the same seed, the same pairs.

    How we read DESIGN.md section 3: everyone gives and receives exactly `size`, all but four
    of them inside the own department where it is large enough. Everyone rates their own
    manager, and a manager rates their direct reports, at most `size` of them, drawn by lot.
    Those pairs take the place of drawn ones as long as that leaves every number as it is.
    Where it cannot (a manager of more than `size` people is rated by all of them), somebody
    rates one or two more: nobody ever rates more than `size` + 2.
    """
    people = _in_order(members)
    if len(people) - 1 <= size:
        return everyone(people)
    wanted = _manager_links(people, size, random)
    draw = draw_balanced([one.department_id for one in people], wanted, size=size, random=random)
    return _as_pairs(people, draw)


def _in_order(members: Iterable[Member]) -> list[Member]:
    return sorted(members, key=lambda one: one.person_id)


def _manager_links(people: Sequence[Member], size: int, random: Random) -> list[tuple[int, int]]:
    """The pairs that are always included, as places in `people`."""
    place = {one.person_id: index for index, one in enumerate(people)}
    reports: dict[int, list[int]] = {}
    for index, one in enumerate(people):
        if one.manager_id is not None and one.manager_id in place:
            reports.setdefault(place[one.manager_id], []).append(index)
    upward = [(report, manager) for manager, team in reports.items() for report in team]
    downward = [
        (manager, report)
        for manager, team in reports.items()
        for report in random.sample(team, min(size, len(team)))
    ]
    return list(dict.fromkeys(upward + downward))  # two people may manage each other's pairs


def _as_pairs(people: Sequence[Member], draw: Draw) -> list[Pair]:
    return [
        Pair(
            people[rater].person_id,
            people[subject].person_id,
            relationship_of(people[rater], people[subject]),
        )
        for rater, subject in draw.pairs()
    ]
