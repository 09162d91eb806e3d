"""Which comments a leader may hear: about the company and its services, never about a person."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.cycles.models import Cycle
from app.cycles.queries import leaders_at_opening
from app.domain.cycle import CycleState
from app.domain.errors import NotFoundError
from app.domain.heard import FEWEST
from app.enps.models import EnpsComment
from app.infra.db import db
from app.internal_services.queries import frozen_services
from app.leaders.models import MailedComment
from app.service_results.models import ServiceComment

ABOUT_COMPANY: Final = "Working here"
PAGE: Final = 12
"""Comments on one page, beside those of the last mail on the first."""


@dataclass(frozen=True)
class LeaderComment:
    """A comment as a leader hears it."""

    id: str
    cycle_id: int
    cycle_name: str
    about: str
    """The service, or working here."""
    is_about_service: bool
    text: str


def comments_for(person_id: int) -> list[LeaderComment]:
    """Everything that somebody may hear, the newest quarter first, in the order of random ids.

    Only of reviews whose raters were told so when they wrote, and about a service only where
    this very leader was noted as a reader then. A service that is really a person is left out.
    """
    published = select(Cycle).where(Cycle.state == CycleState.PUBLISHED)
    found = []
    for cycle in db.session.scalars(published.order_by(Cycle.closes_at.desc())):
        if cycle.policy.leaders_hear:
            of_cycle = list(_comments_of(cycle, person_id))
            found += of_cycle if len(of_cycle) >= FEWEST else []
    return found


def _comments_of(cycle: Cycle, person_id: int) -> Iterator[LeaderComment]:
    comments = select(EnpsComment).where(EnpsComment.cycle_id == cycle.id)
    for one in db.session.scalars(comments.order_by(EnpsComment.id)):
        yield LeaderComment(
            one.id, cycle.id, cycle.name, ABOUT_COMPANY, is_about_service=False, text=one.text
        )
    if person_id not in leaders_at_opening(cycle.id):
        return
    names = {one.id: one.name for one in frozen_services(cycle.id) if not one.is_a_person}
    about_services = select(ServiceComment).where(ServiceComment.cycle_id == cycle.id)
    for row in db.session.scalars(about_services.order_by(ServiceComment.id)):
        if row.service_id in names:
            name = names[row.service_id]
            yield LeaderComment(
                row.id, cycle.id, cycle.name, name, is_about_service=True, text=row.text
            )


def comment_for(person_id: int, comment_id: str) -> LeaderComment:
    """One of the comments that somebody may hear. Raises NotFoundError."""
    found = next((one for one in comments_for(person_id) if one.id == comment_id), None)
    if found is None:
        raise NotFoundError("There is no such comment.")
    return found


def mailed_to(person_id: int) -> dict[bool, set[str]]:
    """Ids of what a leader was mailed in this round; under True what stood in the last mail."""
    mine = select(MailedComment).where(MailedComment.person_id == person_id)
    found: defaultdict[bool, set[str]] = defaultdict(set)
    for row in db.session.scalars(mine):
        found[row.is_newest].add(row.comment_id)
    return found
