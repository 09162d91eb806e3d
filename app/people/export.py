"""Giving out the directory as a file."""

from app.domain.files import people_export
from app.infra import audit
from app.people import queries


def directory_file(*, by: int | None) -> bytes:
    """The directory as a people file; the log says that it was taken out, and by whom."""
    people = queries.known_people()
    audit.record("people:exported", actor_id=by, people=sum(person.is_active for person in people))
    return people_export.written(people)
