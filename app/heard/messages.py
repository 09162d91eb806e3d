"""The e-mail with three comments."""

from collections.abc import Sequence

from app.heard.queries import LeaderComment
from app.infra.mail import Message
from app.infra.settings import settings
from app.people.models import Person


def leaders_hear(leader: Person, comments: Sequence[LeaderComment]) -> Message:
    """Three comments, word for word, with what each is about and from which quarter.

    HR must not read it in the outbox: not everybody of HR reads what is said of a service.
    """
    config = settings()
    return Message.from_templates(
        "leaders_hear",
        to=leader.email,
        reader_id=leader.id,
        is_personal=True,
        recipient=leader.name,
        comments=comments,
        product=config.product,
        home=config.base_url,
        link=f"{config.base_url}/heard",
    )
