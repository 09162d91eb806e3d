"""Jobs about people: links for those who forgot their password, and large people lists."""

from app.infra.db import transaction
from app.infra.jobs import huey, in_app
from app.people import services
from app.people.imports import working


@huey.task()
@in_app
def mail_forgotten() -> None:
    """Mail the links that were asked for."""
    with transaction():
        services.answer_forgotten()


@huey.task()
@in_app
def import_large_list() -> None:
    """Read or write the people list that is being imported, or take the last one back."""
    working.go_on()
