"""What a cycle's page shows, state by state: never an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.assignments import queries as assignments
from app.assignments.models import ManualChange
from app.cycles.models import Cycle, Pairing
from app.cycles.not_rated import unrated_ids
from app.domain.cycle import CycleState
from app.domain.internal_services.asked import AskedService
from app.domain.pairing.load import Outlook
from app.domain.release.turnout import ShownTurnout
from app.domain.unit_questions.asked import UnitQuestion
from app.internal_services.queries import planned_services
from app.leaders.queries import leader_names
from app.lifecycle.plan import drawing, plan_check
from app.lifecycle.plan.drawing import NotedDraw
from app.lifecycle.plan.findings import NAMES_IN_A_SENTENCE
from app.lifecycle.plan.obstacles import who_counts
from app.lifecycle.plan.plan_check import PlanCheck
from app.lifecycle.plan.wording_changes import WordingChange, wording_changes
from app.lifecycle.turnout import RunningTurnout, half_of, is_half_over, turnout_now
from app.people import two_person_requests
from app.people.models import Act
from app.people.queries import labels_of, people_by_ids
from app.people.two_person_requests import Request
from app.reminders.models import Mailing
from app.reminders.queries import last_reminder, mailings_of
from app.unit_questions.queries import planned_questions

DEPARTMENTS_PAGE: Final = 50
"""Departments listed on one page."""


@dataclass(frozen=True)
class DraftOverview:
    """A plan that has not opened: what it asks, what stands against it."""

    review: PlanCheck
    who_counts: str
    """Which raters protect each other, as a sentence."""
    at_risk: list[tuple[str, Outlook]]
    more_at_risk: int
    changes: list[tuple[str, str, ManualChange]]
    """Rater, subject and HR's manual change."""
    rewordings: list[WordingChange]
    """Statements with other words than the last time."""
    services: list[AskedService]
    """The internal services that are asked about."""
    unit_questions: list[UnitQuestion]
    """What managers ask their departments, as far as HR has confirmed it."""
    leaders: list[str]
    """Who hears comments, where the plan lets leaders hear them."""
    planned_by: str
    confirmed_by: str
    asked: Request | None
    """The request to confirm it; None once somebody of HR refused it."""
    draws: list[NotedDraw]
    """Every different draw since the last opening; empty where everyone rates everyone."""
    has_lapsed: bool
    """It was confirmed, and something has changed since."""
    unrated: list[str]
    """The first of those who asked not to be rated, by name."""
    more_unrated: int


@dataclass(frozen=True)
class RunningOverview:
    """A cycle that takes answers, or has taken them and still holds names."""

    turnout: RunningTurnout | None
    """None while that of a large company is being added up."""
    last_reminder: datetime | None
    mailings: list[Mailing]
    """Mails that are being written."""
    close_asked: Request | None
    """An early close that waits for a second person of HR."""
    missing_from: datetime | None
    """When it will be shown who may miss raters; None where it is, or never will be."""

    def departments(self, page: int) -> "ListedDepartments":
        """The departments of one page."""
        found = self.turnout.participants.departments if self.turnout else []
        begin = DEPARTMENTS_PAGE * (page - 1)
        return ListedDepartments(found[begin : begin + DEPARTMENTS_PAGE], begin + 1, len(found))


@dataclass(frozen=True)
class ListedDepartments:
    """One page of departments: the first of them is the one with the number `first` of `total`."""

    shown: Sequence[ShownTurnout]
    first: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last one that is shown."""
        return self.first + len(self.shown) - 1

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.last < self.total


def draft_overview(cycle: Cycle) -> DraftOverview | None:
    """What a draft comes to; None while the pairs of a large one are not drawn yet."""
    review = plan_check.known_check(cycle)
    if review is None:
        return None
    found, changes = review.findings, assignments.manual_changes(cycle)
    unrated = unrated_names(cycle)
    people = people_by_ids(
        [one.subject for one in found.at_risk]
        + [person for change in changes for person in (change.rater_id, change.subject_id)]
        + [person for person in (cycle.planned_by_id, cycle.confirmed_by_id) if person]
    )
    names = labels_of({key: person.name for key, person in people.items()})
    return DraftOverview(
        review=review,
        who_counts=who_counts(cycle),
        at_risk=[(names[one.subject], one) for one in found.at_risk],
        more_at_risk=found.short.total + found.doubtful.total - len(found.at_risk),
        changes=[(names[change.rater_id], names[change.subject_id], change) for change in changes],
        rewordings=wording_changes(cycle),
        services=planned_services(),
        unit_questions=planned_questions(),
        leaders=leader_names(),
        planned_by=names.get(cycle.planned_by_id or 0, ""),
        confirmed_by=names.get(cycle.confirmed_by_id or 0, ""),
        asked=two_person_requests.find(Act.PLAN, cycle.id),
        draws=drawing.noted_draws() if cycle.pairing is Pairing.SAMPLE else [],
        has_lapsed=bool(cycle.confirmed_hash) and cycle.confirmed_hash != review.plan_hash,
        unrated=unrated[:NAMES_IN_A_SENTENCE],
        more_unrated=len(unrated[NAMES_IN_A_SENTENCE:]),
    )


def unrated_names(cycle: Cycle) -> list[str]:
    """Who asked not to be rated, for HR alone, in the order of names."""
    people = people_by_ids(unrated_ids(cycle)).values()
    by_name = sorted(people, key=lambda one: (one.sort_key, one.id))
    return list(labels_of({one.id: one.name for one in by_name}).values())


def running_overview(cycle: Cycle) -> RunningOverview | None:
    """Participation and coverage; None in a draft and once names are forgotten."""
    if cycle.state is CycleState.DRAFT or cycle.purged_on is not None:
        return None
    is_open = cycle.state is CycleState.OPEN
    return RunningOverview(
        turnout=turnout_now(cycle),
        mailings=mailings_of(cycle.id),
        last_reminder=last_reminder(cycle) if is_open else None,
        close_asked=two_person_requests.find(Act.CLOSE_EARLY, cycle.id) if is_open else None,
        missing_from=missing_from(cycle),
    )


def missing_from(cycle: Cycle) -> datetime | None:
    """When it will be shown who may miss raters of an open cycle; None where it is, or never."""
    is_open = cycle.state is CycleState.OPEN and cycle.pairs_are_open
    is_told = is_open and not cycle.policy.hr_sees_numbers_only
    return half_of(cycle) if is_told and not is_half_over(cycle) else None
