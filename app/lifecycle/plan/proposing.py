"""What a new plan proposes: the next quarter, and everything as HR decided it the last time."""

from dataclasses import replace
from datetime import date

from app.cycles import queries as cycles
from app.cycles import services as drafts
from app.cycles.models import Cycle, Pairing
from app.cycles.services import DraftPlan
from app.domain.release.policy import ReleasePolicy
from app.infra import clock
from app.infra.settings import settings
from app.lifecycle.plan.taking_part import ids_not_proposed, ids_proposed
from app.people.queries import active_up_to
from app.questionnaires.services import ensure_default


def proposed_plan() -> DraftPlan:
    """A plan for the next quarter, with everybody who takes part then."""
    plan = proposed_terms()
    return replace(plan, roster=ids_proposed(_today(), plan.opens_at.date()))


def proposed_left_out(plan: DraftPlan) -> list[int]:
    """Who works here and does not take part in the proposed `plan`, by id."""
    return ids_not_proposed(_today(), plan.opens_at.date())


def _today() -> date:
    return clock.today(settings().zone)


def proposed_terms() -> DraftPlan:
    """The same plan without its people, whom a page does not list.

    The release policy and the reasons are those of the last plan; the reminders' words follow when
    it is saved.
    """
    zone = settings().zone
    opens_at, closes_at = drafts.proposed_dates(cycles.free_after(clock.now()), zone)
    last = cycles.newest_plan()
    return DraftPlan(
        name=drafts.proposed_name(opens_at, [one.name for one in cycles.cycles_newest_first()]),
        questionnaire_id=ensure_default().id,
        opens_at=opens_at,
        closes_at=closes_at,
        pairing=_pairing(active_up_to(drafts.EVERYONE_UP_TO + 1), last),
        sample_size=last.sample_size if last else drafts.SAMPLE,
        policy=last.policy if last else ReleasePolicy(leaders_hear=True),
        reasons=tuple(last.reasons) if last else drafts.REASONS,
    )


def _pairing(people: int, last: Cycle | None) -> Pairing:
    """A sample where there was one the last time, also if the company has become small."""
    wanted = last.pairing if last else Pairing.EVERYONE
    return wanted if wanted is Pairing.SAMPLE else drafts.proposed_pairing(people)
