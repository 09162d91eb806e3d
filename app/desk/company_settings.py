"""Saving what HR sets for the company; what could harm somebody needs two people of HR."""

from collections.abc import Mapping
from typing import Final

from app.domain.plurals import counted
from app.infra import audit, company
from app.infra.company import YEARS
from app.infra.settings import settings
from app.people import two_person_requests
from app.people.models import Act

WHOLE_COMPANY: Final = 0


def save_settings(changes: Mapping[str, str], *, by: int, word: str = "") -> bool:
    """Set what has changed; False when a shorter time for results waits for a second person.

    A shorter time erases results within a minute, which one person alone must not do.
    """
    now, wanted = as_it_is(), dict(changes)
    waits = YEARS in wanted and not _may_keep(int(wanted[YEARS]), by=by, word=word)
    if waits:
        del wanted[YEARS]
    changed = {key: text for key, text in wanted.items() if now.get(key, "") != text}
    if changed:
        company.save(changed)
        audit.record("company:changed", actor_id=by, settings=sorted(changed))
    return not waits


def as_it_is() -> dict[str, str]:
    """Every setting as it holds now, in the words of the page; empty where nobody set it."""
    base, known = company.from_environment(), company.values()
    kept = {name: str(getattr(base, name)) for name in company.OF_CONFIG} | known
    if company.COMPANY_NAME not in known and not base.is_named:
        kept[company.COMPANY_NAME] = ""
    return kept


def _may_keep(years: int, *, by: int, word: str) -> bool:
    act = Act.SHORTEN_RETENTION
    if years >= settings().results_years:
        return True
    to = f"keep results for {counted(years, 'year')} only"
    return two_person_requests.settle(
        act, WHOLE_COMPANY, by=by, to=to, content=str(years), word=word
    )
