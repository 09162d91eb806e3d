"""The directory as a people file: what is exported can be edited and imported again."""

import csv
import io
from collections.abc import Sequence

from app.domain.files.formula_guard import harmless
from app.domain.files.people_changes import ROLES, KnownPerson, spelled
from app.domain.files.people_file import COLUMNS


def written(people: Sequence[KnownPerson]) -> bytes:
    """Those of `people` who work here now, as CSV that spreadsheets read as UTF-8.

    Who has left is not in it, since an import takes back everybody it finds; for the same
    reason a manager who has left is written as none.
    """
    here = [person for person in people if person.is_active]
    emails = {person.email for person in here}
    text = io.StringIO(newline="")
    table = csv.writer(text, quoting=csv.QUOTE_ALL)
    table.writerow(COLUMNS)
    table.writerows([harmless(cell) for cell in _cells(person, emails)] for person in here)
    return text.getvalue().encode("utf-8-sig")


def _cells(person: KnownPerson, emails: set[str]) -> tuple[str, ...]:
    """The values of `person` in the order of the columns."""
    return (
        person.name,
        person.email,
        person.title,
        spelled(person.department),
        person.manager if person.manager in emails else "",
        person.joined_on.isoformat(),
        " ".join(role for role in ROLES if role in person.roles),
        person.number or "",
    )
