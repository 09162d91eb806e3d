"""E-mails about plans; what is planned stands in none, and sending happens elsewhere."""

from app.cycles.facts import CycleFacts
from app.infra.mail import Message
from app.infra.settings import settings
from app.people.models import Person
from app.results.dossiers import Subject


def plan_shared(reader: Person, subject: Subject, cycle: CycleFacts) -> Message:
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


def look_back(person: Person) -> Message:
    """Remind `person` of the date on which they wanted to look back on what they planned."""
    config = settings()
    return Message.from_templates(
        "look_back",
        to=person.email,
        reader_id=person.id,
        is_personal=True,  # that somebody has a plan is nobody else's business
        recipient=person.name,
        product=config.product,
        home=config.base_url,
        link=f"{config.base_url}/",  # the same for everybody
    )
