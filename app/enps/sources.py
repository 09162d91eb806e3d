"""What an improvement can be begun from: a comment, a reason, a statement or a service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.cycles.models import Cycle
from app.cycles.queries import hr_at_opening, leaders_at_opening, newest_cycle
from app.domain.access import ServiceAccess
from app.domain.cycle import CycleState
from app.domain.enps.stances import Stance
from app.domain.errors import NotFoundError
from app.domain.projects.sources import SourceKind, kind_of, source_key
from app.domain.release.policy import Shown
from app.enps import queries
from app.enps.figures import SIDES_IN_WORDS
from app.enps.models import EnpsComment
from app.infra.db import db
from app.internal_services.queries import frozen_services
from app.leaders.queries import chosen_ids
from app.results.models import CompanyScore
from app.results.released_cells import company_score
from app.service_results.models import ServiceComment
from app.service_results.queries import public_lines, readers_of


@dataclass(frozen=True)
class Source:
    """What somebody said or what was measured, as a new project takes it over."""

    key: str
    said: str
    """In words, for "You said"."""
    figure: str = ""
    """The figure that it suggests; empty where it suggests none."""
    service: ServiceAccess | None = None
    """Where it is about a service: who answers for that."""
    is_for_readers: bool = False
    """Only whoever reads the comment may take it over."""
    hearer_ids: frozenset[int] = frozenset()
    """Leaders who read it beside those who answer for the service."""
    is_of_team: bool = False
    """It is read by whoever leads the team, and only they may take it over."""


def source_of(key: str) -> Source:
    """The source of that key. Raises NotFoundError where nobody said or measured such a thing."""
    kind = kind_of(key)
    read = _READERS.get(kind) if kind else None
    found = read(key.partition(":")[2]) if read else None
    if found is None:
        raise NotFoundError("There is nothing here that an improvement could come from.")
    return found


def _comment(comment_id: str) -> Source | None:
    comment = db.session.get(EnpsComment, comment_id)
    if comment is None or not _is_published(comment.cycle_id):
        return None
    return Source(source_key(SourceKind.COMMENT, comment.id), comment.text)


def _service_comment(comment_id: str) -> Source | None:
    comment = db.session.get(ServiceComment, comment_id)
    if comment is None or not _is_published(comment.cycle_id):
        return None
    cycle = db.session.get_one(Cycle, comment.cycle_id)
    return Source(
        source_key(SourceKind.SERVICE_COMMENT, comment.id),
        comment.text,
        figure=_figure_of_service(comment.service_id),
        service=_access(cycle, comment.service_id),
        is_for_readers=True,
        hearer_ids=_hearers(cycle, comment.service_id),
    )


def _hearers(cycle: Cycle, service_id: int) -> frozenset[int]:
    """Leaders who hear what is said of a service: those of the opening, never of a person."""
    asked = {one.id: one for one in frozen_services(cycle.id)}.get(service_id)
    is_heard = asked is not None and not asked.is_a_person
    return leaders_at_opening(cycle.id) & chosen_ids() if is_heard else frozenset()


def _reason(rest: str) -> Source | None:
    """A reason of one side, as it stands in the newest quarter’s rankings."""
    side, _, reason = rest.partition(":")
    cycle = newest_cycle()
    rankings = queries.rankings_of(cycle) if cycle else None
    if rankings is None or side not in (Stance.PROMOTER, Stance.DETRACTOR):
        return None
    sides = {Stance.PROMOTER: rankings.promoters, Stance.DETRACTOR: rankings.detractors}
    place = next((one for one in sides[Stance(side)] if one.reason == reason and one.share), None)
    if place is None:
        return None
    key = source_key(SourceKind.REASON, rest)
    said = f"“{reason}”, named by {place.share} % of {SIDES_IN_WORDS[Stance(side)]}."
    return Source(key, said, figure=key)


def _statement(identity: str) -> Source | None:
    """A statement of the newest quarter, by what it is and not by its number."""
    cycle = newest_cycle()
    statements = cycle.questionnaire.statements if cycle else []
    found = next((one for one in statements if one.identity == identity), None)
    if cycle is None or found is None:
        return None
    score = company_score(db.session.get(CompanyScore, (cycle.id, found.number)), cycle.policy)
    mean = f" The company’s mean is {score.text}." if isinstance(score, Shown) else ""
    key = source_key(SourceKind.STATEMENT, identity)
    return Source(key, f"“{found.text}”{mean}", figure=key)


def _team(rest: str) -> Source | None:
    """A statement about somebody’s team; its number stays with whoever leads it."""
    manager_id, _, identity = rest.partition(":")
    cycle = newest_cycle()
    statements = cycle.questionnaire.statements if cycle else []
    found = next((one for one in statements if one.identity == identity), None)
    if found is None or not manager_id.isdecimal():
        return None
    key = source_key(SourceKind.TEAM, rest)
    return Source(key, f"“{found.text}”", figure=key, is_of_team=True)


def _service(rest: str) -> Source | None:
    """A service that everybody sees, or one of its statements."""
    number, _, text = rest.partition(":")
    cycle = newest_cycle()
    lines = public_lines(cycle) if cycle else []
    line = next((one for one in lines if str(one.id) == number), None)
    if cycle is None or line is None or (text and text not in line.statements):
        return None
    key = source_key(SourceKind.SERVICE, rest)
    said = f"{line.name}: what its users say."
    if text:
        score = line.means[line.statements.index(text)]
        mean = f" Its users’ mean is {score.text}." if isinstance(score, Shown) else ""
        said = f"{line.name}, “{text}”{mean}"
    figure = key if text else _figure_of_service(line.id)
    return Source(key[:160], said, figure=figure[:160], service=_access(cycle, line.id))


def _figure_of_service(service_id: int) -> str:
    """The first statement of a service in the newest quarter; empty where there is none."""
    cycle = newest_cycle()
    lines = public_lines(cycle) if cycle else []
    line = next((one for one in lines if one.id == service_id and one.statements), None)
    return source_key(SourceKind.SERVICE, f"{line.id}:{line.statements[0]}")[:160] if line else ""


def _access(cycle: Cycle, service_id: int) -> ServiceAccess:
    is_published = cycle.state is CycleState.PUBLISHED
    return ServiceAccess(readers_of(cycle, service_id), hr_at_opening(cycle.id), is_published)


def _is_published(cycle_id: int) -> bool:
    return db.session.get_one(Cycle, cycle_id).state is CycleState.PUBLISHED


_READERS: Final[Mapping[SourceKind, Callable[[str], Source | None]]] = {
    SourceKind.COMMENT: _comment,
    SourceKind.SERVICE_COMMENT: _service_comment,
    SourceKind.REASON: _reason,
    SourceKind.STATEMENT: _statement,
    SourceKind.TEAM: _team,
    SourceKind.SERVICE: _service,
}
