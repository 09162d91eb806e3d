"""Jobs of accounts: links for people who forgot their password."""

from app.infra.db import transaction
from app.infra.jobs import huey, in_app
from app.people import services


@huey.task()
@in_app
def mail_forgotten() -> None:
    """Mail the links that were asked for."""
    with transaction():
        services.answer_forgotten()
