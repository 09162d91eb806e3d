"""Reading reports as somebody may read them."""

from collections.abc import Sequence

from app.domain.access import Actor
from app.domain.reporting import PersonalReport
from app.infra.settings import settings
from app.results.queries import Dossier, personal_reports


def reports_for(found: Sequence[Dossier], *, reader: Actor | None) -> list[PersonalReport]:
    """The reports as `reader` is given them; without a reader no plan is in them."""
    return personal_reports(found, company=settings().company_name)
