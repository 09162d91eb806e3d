"""Services in a few lines: named by HR, used and rated by somebody."""

from collections.abc import Iterator, Sequence

from app.domain.ballot.document import Change, FurtherAnswer, FurtherText
from app.domain.internal_services.asked import AskedService
from app.infra.db import transaction
from app.internal_services.models import InternalService
from app.internal_services.services import NamedService, keep_service
from app.people.models import Person


def name_service(
    name: str, owner: Person, *members: Person, departments: Sequence[int] = (), hint: str = ""
) -> InternalService:
    """A service of `owner` and `members`; without `departments` everybody may rate it."""
    emails = tuple(one.email for one in members)
    with transaction():
        return keep_service(
            NamedService(name, hint, owner.email, emails, tuple(departments)), by=None
        )


def used(
    service: AskedService, *ratings: int, help_: int | None = None, words: str = ""
) -> Iterator[Change]:
    """What somebody answers who used a service."""
    yield FurtherAnswer(service.used_key, 1)
    for key, value in zip(service.statement_keys, ratings, strict=False):
        yield FurtherAnswer(key, value)
    if help_ is not None:
        yield FurtherAnswer(service.help_key, help_)
    if words:
        yield FurtherText(service.words_key, words)
