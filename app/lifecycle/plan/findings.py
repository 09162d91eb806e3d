"""What a plan's pairs come to: sums, and the few people who stand out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.cycles.models import Cycle
from app.domain.pairing.all_pairs import is_connected, outlooks
from app.domain.pairing.load import Forecast, Load, Outlook, forecasts, load_of
from app.lifecycle.plan.drafting import WorkedOutPlan
from app.lifecycle.plan.fingerprint import plan_digest
from app.people.models import Person
from app.people.queries import people_by_ids

LIKELY_RESPONSE: Final = 80
NAMES_IN_A_SENTENCE: Final = 12
MOST_AT_RISK: Final = 100
"""So many of those whose scores may stay hidden are shown."""


@dataclass(frozen=True)
class Few:
    """People who have something in common: the first ones by name, and how many there are."""

    ids: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Findings:
    """What was found when the pairs of a plan were worked out."""

    people: int
    pairs: int
    load: Load
    forecasts: tuple[Forecast, ...]
    short: Few
    """Subjects about whom too few raters could count."""
    doubtful: Few
    """Subjects about whom too few would count at a likely response."""
    at_risk: tuple[Outlook, ...]
    """Of both the first ones: those with the fewest blind raters."""
    is_connected: bool
    has_young: bool
    """Somebody takes part whose account is new at the opening."""
    plan_hash: str


def findings_of(draft: WorkedOutPlan) -> Findings:
    """Look at a plan that was worked out."""
    cycle, threshold = draft.cycle, draft.cycle.policy.blind_raters
    found = outlooks(
        draft.pairs,
        subjects=draft.subjects,
        readers=draft.readers,
        too_new=draft.too_new,
    )
    risky = [one for one in found if one.expected_blind(LIKELY_RESPONSE) < threshold]
    people = people_by_ids(one.subject for one in risky)
    short = [one.subject for one in risky if one.blind < threshold]
    doubtful = [one.subject for one in risky if one.blind >= threshold]
    by_risk = sorted(risky, key=lambda one: (one.blind, people[one.subject].sort_key))
    return Findings(
        people=len(draft.members),
        pairs=len(draft.pairs),
        load=load_of(draft.pairs),
        forecasts=tuple(forecasts(found, threshold=threshold)),
        short=_few(short, people.__getitem__),
        doubtful=_few(doubtful, people.__getitem__),
        at_risk=tuple(by_risk[:MOST_AT_RISK]),
        is_connected=not draft.pairs or is_connected(draft.pairs),
        has_young=bool(draft.young),
        plan_hash=hash_of(cycle, draft),
    )


def hash_of(cycle: Cycle, draft: WorkedOutPlan) -> str:
    """The fingerprint of everything HR decided about `cycle`."""
    return plan_digest(
        cycle, members=draft.members, pairs=draft.decided_pairs, readers=draft.decided_readers
    )


def _few(ids: Sequence[int], person: Callable[[int], Person]) -> Few:
    by_name = sorted((person(one) for one in ids), key=lambda one: (one.sort_key, one.id))
    return Few(_ids(by_name[:NAMES_IN_A_SENTENCE]), len(ids))


def _ids(people: Iterable[Person]) -> tuple[int, ...]:
    return tuple(person.id for person in people)
