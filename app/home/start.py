"""What the start page shows: everything that waits for the signed-in person."""

from dataclasses import dataclass
from typing import Final

from app.assignments.queries import Turnout, team_turnout
from app.ballots.open_cycle import OpenCycle
from app.ballots.queries import Review, review_of
from app.cycles.models import Cycle
from app.cycles.not_rated import PlannedPart, planned_parts
from app.cycles.queries import open_cycle
from app.domain.access import Actor, HearingAccess, Permission, is_allowed
from app.domain.errors import SealBrokenError
from app.infra import failing_steps
from app.leaders.queries import is_chosen
from app.people.credentials import Credentials
from app.reports.looking_back import GoingQuestion, going_questions
from app.results.newest_reports import (
    PublishedCycle,
    TeamReports,
    newest_own_report,
    newest_team_reports,
)

MOST_LISTED: Final = 30
"""So many reports of a team stand on the start page; the list of reports has them all."""


@dataclass(frozen=True)
class Start:
    """One person's start page."""

    review: Review | None
    is_unreadable: bool
    """The key of the open cycle cannot be read at the moment."""
    open_cycle: OpenCycle | Cycle | None
    own_report: PublishedCycle | None
    """The newest cycle in which there is a report about them."""
    team_reports: TeamReports | None
    team: Turnout | None
    planned: list[PlannedPart]
    """Reviews that have not opened yet, in which the person is to take part."""
    going: list[GoingQuestion]
    """What the person is asked about their own plan."""
    hears_comments: bool
    """Whether HR chose them to hear comments, and their role still allows it."""


def start_of(person: Credentials, actor: Actor) -> Start:
    """Everything that waits for `person`."""
    review, is_unreadable = _readable_review(person)
    cycle = review.cycle if review else open_cycle()
    leads = actor.is_manager
    return Start(
        review=review,
        is_unreadable=is_unreadable,
        open_cycle=cycle,
        own_report=newest_own_report(person.id),
        team_reports=newest_team_reports(person.id, most=MOST_LISTED) if leads else None,
        team=team_turnout(cycle.id, cycle.policy, person.id) if cycle and leads else None,
        planned=planned_parts(person.id),
        going=going_questions(person.id),
        hears_comments=_hears_comments(actor),
    )


def _readable_review(person: Credentials) -> tuple[Review | None, bool]:
    """The person's review, and whether only its key is missing."""
    try:
        return review_of(person), False
    except SealBrokenError:
        failing_steps.note_apart(failing_steps.ANSWERS, failing_steps.UNREADABLE)
        return None, True


def _hears_comments(actor: Actor) -> bool:
    chosen = {actor.person_id} if is_chosen(actor.person_id) else ()
    return is_allowed(actor, Permission.COMMENTS_HEAR, HearingAccess(frozenset(chosen)))
