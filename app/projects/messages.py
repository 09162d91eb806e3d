"""The e-mail about a project whose date has passed."""

from app.infra.mail import Message
from app.infra.settings import settings
from app.people.models import Person
from app.projects.models import Project


def overdue(owner: Person, project: Project) -> Message:
    """Tell the owner that the date has passed and the project is not done."""
    config = settings()
    return Message.from_templates(
        "project_overdue",
        to=owner.email,
        recipient=owner.name,
        product=config.product,
        home=config.base_url,
        title=project.title,
        due_on=project.due_on,
        link=f"{config.base_url}/projects/{project.id}",
    )
