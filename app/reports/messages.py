"""E-mails about plans; composing them returns data, sending happens elsewhere."""

from app.cycles.models import Cycle
from app.infra.mail import Message
from app.infra.settings import settings
from app.people.models import Person


def plan_shared(reader: Person, subject: Person, cycle: Cycle) -> Message:
    """Tell `reader` that `subject` lets them read what they work on; not what that is.

    HR must not see it waiting: it would tell who plans.
    """
    config = settings()
    return Message.from_templates(
        "plan_shared",
        to=reader.email,
        reader_id=reader.id,
        is_personal=True,
        recipient=reader.name,
        subject=subject.name,
        cycle=cycle.name,
        product=config.product,
        home=config.base_url,
        link=f"{config.base_url}/reports/{cycle.id}/{subject.id}#choose",
    )
