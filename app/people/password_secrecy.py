"""Whether HR is shown who has a password.

Whoever has none cannot have sent. So where the newest review tells HR numbers only, no page, log
entry or list of mails says who has a password, or how many have.
"""

from typing import Final

from app.infra import audit
from app.infra.db import db
from app.people.models import PasswordsHidden

THE_ONLY_ROW: Final = 1


def are_hidden() -> bool:
    """True from the opening of a review in numbers only until another one opens with names."""
    return db.session.get(PasswordsHidden, THE_ONLY_ROW) is not None


def hide() -> None:
    """Show HR no longer who has a password."""
    if not are_hidden():
        db.session.add(PasswordsHidden(id=THE_ONLY_ROW))
        db.session.flush()


def show() -> None:
    """Show HR again who has a password."""
    kept = db.session.get(PasswordsHidden, THE_ONLY_ROW)
    if kept is not None:
        db.session.delete(kept)
        db.session.flush()


def note_set(person_id: int, *, by: str) -> None:
    """Note in the log of acts who set a password, unless HR must not know; a mail tells them."""
    if not are_hidden():
        audit.record("person:password_set", actor_id=person_id, by=by)


def note_factor(tag: str, person_id: int, **details: str) -> None:
    """Note what somebody changed about their second factor: beside it they have a password."""
    if not are_hidden():
        audit.record(tag, actor_id=person_id, **details)


def note_links(tag: str, people: int, *, by: int | None = None, **details: int) -> None:
    """Note that links went to whoever has no password; where HR must not know, without a number.

    Then it is noted also where nobody got one, which would be a number as well.
    """
    if are_hidden():
        audit.record(tag, actor_id=by, **details)
    elif people:
        audit.record(tag, actor_id=by, people=people, **details)
