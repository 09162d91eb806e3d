"""Whom a rater is asked about, in the rater's own order."""

import hmac
from collections import defaultdict
from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from app.domain.names import ListedPerson, labels
from app.domain.pairing.assignment import Relationship
from app.infra.settings import settings


class Colleague(NamedTuple):
    """A subject as their rater sees them, at a stable place in the rater's own order."""

    position: int
    person_id: int
    name: str
    """Told apart from others of that name whom the rater is asked about."""
    title: str
    team: str
    relationship: Relationship
    own_name: str
    """As the directory has it: comments are looked through for it."""
    has_left: bool
    """They need not be rated any more; what is said about them still counts."""


def colleagues_in(rows: Sequence[Sequence[Any]], rater_id: int) -> tuple[Colleague, ...]:
    """Whom `rater_id` rates: the own team first, then team by team, shuffled inside.

    The order depends on rater and cycle only, so it is the same on every page and device.
    """
    cycle_id, own_team = rows[0][0], rows[0][4]
    asked = [row[5:12] for row in rows if row[9] is not None]  # else they rate nobody
    called = _called(asked)
    teams: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in asked:
        teams[row[4]].append(row)
    # A page's address holds a place in this order: without our secret it names nobody.
    seed = hmac.digest(settings().secret_key.encode(), f"{cycle_id}:{rater_id}".encode(), "sha256")
    order = Random(seed)  # noqa: S311 - the seed is the secret
    placed: list[Sequence[Any]] = []
    for team in sorted(teams, key=lambda name: (name != own_team, name)):
        order.shuffle(teams[team])
        placed += teams[team]
    return tuple(
        Colleague(
            position=position,
            person_id=subject_id,
            name=called[subject_id],
            title=title,
            team=team,
            relationship=relationship,
            own_name=name,
            has_left=not is_active,
        )
        for position, (
            subject_id,
            relationship,
            name,
            title,
            team,
            _,
            is_active,
        ) in enumerate(placed, 1)
    )


def _called(asked: Sequence[Sequence[Any]]) -> dict[int, str]:
    """What each of the rater's colleagues is called beside the others."""
    return labels(
        {
            subject_id: ListedPerson(name, title, team, email)
            for subject_id, _, name, title, team, email, _ in asked
        }
    )
