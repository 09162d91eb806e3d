"""The first person of HR: whom the settings name, where the directory is still empty."""

from email.utils import parseaddr

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.infra import mail
from app.infra.db import db, transaction
from app.infra.settings import company_day, settings
from app.people import messages, services
from app.people.models import Person
from app.people.services import PersonFields

DEPARTMENT = "Company"


def make_first_hr() -> bool:
    """Add whom the settings name, with a link to set a password; True when that was done now.

    Where there are no passwords, the sign-in provider knows them and no link is needed.

    Only in an empty directory: later the setting means nothing, so nobody becomes HR by it.
    """
    name, email = parseaddr(settings().first_hr)
    if not email or not _is_empty():
        return False
    with transaction():
        services.lock_directory()
        if not _is_empty():  # another process was faster
            return False
        fields = PersonFields(name, email, "", (DEPARTMENT,), "", company_day(), is_hr=True)
        person = services.add(fields, by=None, today=company_day())
        if settings().has_passwords:
            link = services.give_link(person, by=None)
            mail.post(messages.password_link(person, link=link))
    return True


def _is_empty() -> bool:
    """Whether nobody is in the directory; a database without our tables is left alone."""
    try:
        return db.session.scalar(select(Person.id).limit(1)) is None
    except SQLAlchemyError:
        return False
    finally:
        db.session.rollback()
