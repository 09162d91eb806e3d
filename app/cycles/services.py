"""Writing a cycle's plan while it is a draft."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from app.cycles.models import Cycle, Pairing, RosterEntry
from app.domain.durations import lasting
from app.domain.errors import PlanRefusedError
from app.domain.release.policy import ReleasePolicy
from app.infra import clock
from app.infra.bulk import write_columns
from app.infra.db import db
from app.people import two_person_requests
from app.people.models import Act

REASONS: Final = (
    "pay",
    "growth",
    "manager",
    "colleagues",
    "workload",
    "tools",
    "customers",
    "leadership",
    "meaning",
    "flexibility",
)
EVERYONE_UP_TO: Final = 30
SAMPLE: Final = 12
SMALLEST_SAMPLE: Final = 8
LARGEST_SAMPLE: Final = 30
SHORTEST: Final = timedelta(days=1)
LONGEST: Final = timedelta(days=92)
JUST_NOW: Final = timedelta(minutes=10)
"""A form takes minutes to fill in: an opening planned for "now" is not in the past yet."""
LONGEST_NAME: Final = 60
LONGEST_REASON: Final = 40
MOST_REASONS: Final = 20
OPENING_HOUR: Final = 9
CLOSING_HOUR: Final = 18
AWAY_FROM: Final = (12, 22)
AWAY_UNTIL: Final = (1, 6)
"""Month and day: many are away around New Year."""
CLOSING_AFTER: Final = timedelta(days=18)
"""From a Monday to the Friday of the second week after it."""


@dataclass(frozen=True)
class DraftPlan:
    """Everything HR decides about a cycle before it opens."""

    name: str
    questionnaire_id: int
    opens_at: datetime
    closes_at: datetime
    roster: frozenset[int] = frozenset()
    pairing: Pairing = Pairing.EVERYONE
    sample_size: int = SAMPLE
    policy: ReleasePolicy = field(default_factory=ReleasePolicy)
    reasons: tuple[str, ...] = REASONS


def proposed_name(day: datetime, taken: Iterable[str]) -> str:
    """The quarter of `day`, such as "2026 Q4"; the next one where that name is taken."""
    year, quarter = day.year, (day.month + 2) // 3
    names = set(taken)
    while f"{year} Q{quarter}" in names:
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
    return f"{year} Q{quarter}"


def proposed_dates(after: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The Monday 09:00 that follows `after`, to the Friday 18:00 two weeks later, in `zone`.

    Later where that would reach into the days around New Year, when many are away.
    """
    today = after.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today + timedelta(days=7 - today.weekday())
    while _touches_new_year(monday.date(), (monday + CLOSING_AFTER).date()):
        monday += timedelta(days=7)
    friday = monday + CLOSING_AFTER
    return monday.replace(hour=OPENING_HOUR), friday.replace(hour=CLOSING_HOUR)


def _touches_new_year(first: date, last: date) -> bool:
    """Whether any day from `first` to `last` lies between 22 December and 6 January."""
    years = (first.year, first.year + 1)
    return any(
        first <= date(year, *AWAY_UNTIL) and last >= date(year - 1, *AWAY_FROM) for year in years
    )


def proposed_pairing(people: int) -> Pairing:
    """Everyone rates everyone in a small company, a balanced sample in a larger one."""
    return Pairing.EVERYONE if people <= EVERYONE_UP_TO else Pairing.SAMPLE


def plan_faults(
    plan: DraftPlan, *, cycle: Cycle | None = None, from_history: bool = False
) -> list[str]:
    """What is wrong with a plan in itself, one sentence each."""
    faults = _name_faults(plan.name, cycle) + _reason_faults(plan.reasons)
    if not SMALLEST_SAMPLE <= plan.sample_size <= LARGEST_SAMPLE:
        faults.append(
            f"The sample is {plan.sample_size} colleagues; "
            f"it must be between {SMALLEST_SAMPLE} and {LARGEST_SAMPLE}."
        )
    if plan.closes_at <= plan.opens_at:
        faults.append("The cycle would close before it opens.")
    elif not from_history:
        faults += _date_faults(plan)
    return faults


def keep_draft(
    plan: DraftPlan, *, cycle: Cycle | None = None, by: int | None, from_history: bool = False
) -> Cycle:
    """Write a plan into a new draft, or over the draft `cycle`; any confirmation is void.

    Raises PlanRefusedError with every fault.
    """
    if faults := plan_faults(plan, cycle=cycle, from_history=from_history):
        raise PlanRefusedError(faults)
    if cycle is None:
        cycle = Cycle(is_imported=from_history)
        db.session.add(cycle)
    cycle.name = plan.name
    cycle.questionnaire_id = plan.questionnaire_id
    cycle.pairing, cycle.sample_size = plan.pairing, plan.sample_size
    cycle.opens_at, cycle.closes_at = plan.opens_at, plan.closes_at
    cycle.policy_terms, cycle.reasons = plan.policy.as_dict(), list(plan.reasons)
    db.session.flush()
    unconfirm(cycle, by=by)
    _keep_roster(cycle, plan.roster)
    return cycle


def unconfirm(cycle: Cycle, *, by: int | None) -> None:
    """Note who changed the draft last: somebody else of HR has to confirm it anew.

    They are mailed the first time, and where their confirmation was lost.
    """
    was_asked = two_person_requests.find(Act.PLAN, cycle.id) is not None
    is_news = not was_asked or bool(cycle.confirmed_hash)
    cycle.planned_by_id = by
    cycle.confirmed_by_id = None
    cycle.confirmed_hash = ""
    cycle.progress = ""
    db.session.flush()
    two_person_requests.ask(Act.PLAN, cycle.id, by=by)
    if is_news and not cycle.is_imported:
        to = f"confirm the plan of {cycle.name}"
        two_person_requests.tell_others(Act.PLAN, cycle.id, by=by, to=to)


def _keep_roster(cycle: Cycle, roster: frozenset[int]) -> None:
    """Write the people who take part in the order of their ids, whatever order came in.

    Whoever asked not to be rated need not ask again when HR changes the plan.
    """
    mine = RosterEntry.cycle_id == cycle.id
    unrated = select(RosterEntry.person_id).where(mine, RosterEntry.is_rated.is_(False))
    wished = set(db.session.scalars(unrated))
    db.session.execute(delete(RosterEntry).where(mine))
    ids = sorted(roster)
    columns: dict[str, Sequence[Any]] = {
        "cycle_id": [cycle.id] * len(ids),
        "person_id": ids,
        "unit_number": [None] * len(ids),
        "manager_id": [None] * len(ids),
        "is_new": [False] * len(ids),
        "is_rated": [one not in wished for one in ids],
    }
    write_columns(RosterEntry, columns)


def _name_faults(name: str, cycle: Cycle | None) -> list[str]:
    if not name:
        return ["The cycle needs a name."]
    if len(name) > LONGEST_NAME:
        return [f"The name is longer than {LONGEST_NAME} characters."]
    taken = select(Cycle.id).where(Cycle.name == name)
    if cycle is not None:
        taken = taken.where(Cycle.id != cycle.id)
    if db.session.scalar(taken) is not None:
        return [f"There is a cycle called {name} already."]
    return []


def _date_faults(plan: DraftPlan) -> list[str]:
    faults = []
    if plan.opens_at < clock.now() - JUST_NOW:
        faults.append("The opening date is in the past.")
    if plan.closes_at - plan.opens_at < SHORTEST:
        faults.append("A cycle is open for at least one day.")
    if plan.closes_at - plan.opens_at > LONGEST:
        faults.append(f"A cycle is open for at most {lasting(LONGEST)}.")
    return faults


def _reason_faults(reasons: tuple[str, ...]) -> list[str]:
    faults = []
    if not 1 <= len(reasons) <= MOST_REASONS:
        faults.append(f"Give between 1 and {MOST_REASONS} reasons, one a line.")
    if len({reason.casefold() for reason in reasons}) < len(reasons):
        faults.append("A reason is listed twice.")
    faults += [
        f"The reason “{reason[:20]}…” is longer than {LONGEST_REASON} characters."
        for reason in reasons
        if len(reason) > LONGEST_REASON
    ]
    return faults
