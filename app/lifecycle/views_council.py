"""Papers about a plan for a works council, by one button."""

from io import BytesIO

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.cycles.models import Cycle, Pairing
from app.cycles.queries import cycle_by_id, roster_size
from app.domain.access import Permission
from app.domain.reports.council import PlanFacts
from app.infra.pages import moment, paper
from app.infra.settings import settings
from app.pdf.letterhead import letterhead
from app.pdf.pages import council as council_paper
from app.people.guard import requires
from app.people.second_confirmation import hr_people_that_count

bp = Blueprint("council", __name__)


@bp.route("/<int:cycle_id>/works-council.pdf")
@requires(Permission.CYCLE_RUN)
def papers(cycle_id: int) -> ResponseReturnValue:
    """Description, who sees what, retention, draft agreement and assessment as one file."""
    plan = plan_facts(cycle_by_id(cycle_id))
    content = BytesIO(council_paper.render(plan, letterhead=letterhead()))
    return paper(content, name=plan.file_name)


def plan_facts(cycle: Cycle) -> PlanFacts:
    """A plan as its papers tell it."""
    asked = cycle.questionnaire
    return PlanFacts(
        company=settings().company_name,
        cycle_name=cycle.name,
        opens=moment(cycle.opens_at),
        closes=moment(cycle.closes_at),
        people=roster_size(cycle),
        pairing=(
            "Everyone rates everyone."
            if cycle.pairing is Pairing.EVERYONE
            else f"Each person rates a balanced sample of {cycle.sample_size} colleagues."
        ),
        questionnaire=f"{asked.name}, version {asked.version}",
        competencies=[(name, [one.text for one in all_]) for name, all_ in asked.competencies()],
        labels=asked.scale_labels,
        policy=cycle.policy,
        results_years=settings().results_years,
        needs_two=hr_people_that_count().need_two,
    )
