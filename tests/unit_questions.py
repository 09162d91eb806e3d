"""A department's question in a line: put by its manager, confirmed by HR."""

from app.domain.unit_questions.asked import AnswerKind
from app.infra.db import transaction
from app.people.models import Person
from app.unit_questions import queries, services
from app.unit_questions.services import WantedQuestion

QUESTION = "Do our tools let us finish what we begin?"


def ask_department(
    manager: Person,
    *,
    kind: AnswerKind = AnswerKind.SCALE,
    text: str = QUESTION,
    confirmed_by: Person | None = None,
) -> int:
    """Let a manager ask their own department; its id."""
    department_id = manager.department_id
    assert department_id
    with transaction():
        services.ask(WantedQuestion(department_id, kind, text), by=manager)
    if confirmed_by:
        row = queries.planned(department_id)
        assert row
        content = services.content_of(row)
        with transaction():
            services.confirm(department_id, content=content, word="", by=confirmed_by.id)
    return department_id
