"""Reading what was released about services, beside the quarter before."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.enps.score import StanceCounts
from app.domain.heard import HeardComment
from app.domain.internal_services.asked import AskedService
from app.domain.internal_services.comparing import ServiceLine
from app.domain.names import folded
from app.domain.release.policy import Hidden, Reason, ReleasePolicy, Score, Shown
from app.infra.db import db
from app.internal_services.queries import frozen_services
from app.leaders.queries import heard
from app.people.queries import labels_of, people_by_ids
from app.service_results.models import ServiceComment, ServiceResult, ServiceScore


@dataclass(frozen=True)
class ReleasedRows:
    """Everything released about services in one cycle, by service."""

    policy: ReleasePolicy
    services: dict[int, AskedService]
    results: dict[int, ServiceResult]
    scores: dict[tuple[int, int], ServiceScore]

    @classmethod
    def of(cls, cycle: Cycle) -> "ReleasedRows":
        """Read once for all services of a cycle."""
        results = select(ServiceResult).where(ServiceResult.cycle_id == cycle.id)
        scores = select(ServiceScore).where(ServiceScore.cycle_id == cycle.id)
        return cls(
            cycle.policy,
            {one.id: one for one in frozen_services(cycle.id)},
            {row.service_id: row for row in db.session.scalars(results)},
            {(row.service_id, row.statement): row for row in db.session.scalars(scores)},
        )

    def score(self, service_id: int, statement: str) -> Score | None:
        """The score of a statement, found by its words; None where it was not asked."""
        service = self.services.get(service_id)
        if service is None or statement not in service.statements:
            return None
        row = self.scores.get((service_id, service.statements.index(statement) + 1))
        if row is None or row.mean is None or row.raters is None or row.standard_error is None:
            return Hidden(self.policy.words((row and row.hidden) or Reason.FEW_RATERS))
        return Shown(row.mean, row.raters, row.standard_error)

    def helped(self, service_id: int) -> StanceCounts | Hidden | None:
        """The 0-10 answers about a service; None where it was not asked about."""
        row = self.results.get(service_id)
        if row is None:
            return None
        if row.respondents is None:
            return Hidden(self.policy.words(row.help_hidden or Reason.FEW_RESPONDENTS))
        return StanceCounts(row.respondents, row.promoters or 0, row.detractors or 0)

    def raters(self, service_id: int) -> int | Hidden:
        """How many blind people used and rated it."""
        row = self.results.get(service_id)
        if row is None or row.raters is None:
            return Hidden(self.policy.words(Reason.FEW_RATERS))
        return row.raters


def cycle_before(cycle: Cycle) -> Cycle | None:
    """The published cycle before this one in which services were asked about."""
    return db.session.scalar(
        select(Cycle)
        .join(ServiceResult, ServiceResult.cycle_id == Cycle.id)
        .where(Cycle.state == CycleState.PUBLISHED, Cycle.closes_at < cycle.closes_at)
        .order_by(Cycle.closes_at.desc())
        .limit(1)
    )


def service_lines(cycle: Cycle) -> list[ServiceLine]:
    """Every service of a counted cycle by name, those run by too few people among them."""
    now = ReleasedRows.of(cycle)
    earlier = cycle_before(cycle)
    before = ReleasedRows.of(earlier) if earlier else None
    found = people_by_ids(one.owner_id for one in now.services.values())
    owners = labels_of({key: one.name for key, one in found.items()})
    lines = [
        ServiceLine(
            id=one.id,
            name=one.name,
            owner=owners[one.owner_id],
            is_a_person=one.is_a_person,
            raters=now.raters(one.id),
            statements=one.statements,
            means=_known([now.score(one.id, text) for text in one.statements]),
            before=tuple(before.score(one.id, text) if before else None for text in one.statements),
            helped=now.helped(one.id) or Hidden(cycle.policy.words(Reason.FEW_RESPONDENTS)),
            helped_before=before.helped(one.id) if before else None,
            before_name=earlier.name if earlier else "",
        )
        for one in now.services.values()
        if one.id in now.results
    ]
    return sorted(lines, key=lambda one: folded(one.name))


def _known(scores: Sequence[Score | None]) -> tuple[Score, ...]:
    return tuple(one for one in scores if one is not None)


def public_lines(cycle: Cycle) -> list[ServiceLine]:
    """The services that everybody sees beside each other: none that is really a person."""
    return [one for one in service_lines(cycle) if not one.is_a_person]


def comments_about(cycle: Cycle, service_id: int) -> tuple[HeardComment, ...]:
    """In the order of their random ids, with the leaders who have read them."""
    mine = select(ServiceComment.id, ServiceComment.text).where(
        ServiceComment.cycle_id == cycle.id, ServiceComment.service_id == service_id
    )
    rows = db.session.execute(mine.order_by(ServiceComment.id))
    return heard((key, text) for key, text in rows)


def readers_of(cycle: Cycle, service_id: int) -> frozenset[int]:
    """Who reads a service's page beside HR: its owner, or all who run it where they are few."""
    found = {one.id: one for one in frozen_services(cycle.id)}.get(service_id)
    if found is None:
        return frozenset()
    return found.member_ids if found.is_a_person else frozenset({found.owner_id})
