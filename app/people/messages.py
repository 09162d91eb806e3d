"""E-mails about somebody's account; composing them returns data, sending happens elsewhere."""

from flask import current_app

from app.infra.mail import Message
from app.infra.settings import settings
from app.people import passwords
from app.people.models import Person


def link_to_set_password(person: Person) -> str:
    """The whole address with which `person` sets a password: once, within seven days."""
    config = settings()
    link = passwords.Link(person.id, person.session_epoch)
    values = {"token": passwords.link_token(link, secret=config.secret_key)}
    # Commands and jobs have no request to take an address from.
    path = current_app.url_map.bind("").build("people.set_password", values)
    return f"{config.base_url}{path}"


def password_link(person: Person, link: str) -> Message:
    """Send `person` the link with which they set their password.

    Whoever reads it can become them, so in production HR's outbox does not show it.
    """
    return _to(person, "password_link", is_personal=settings().is_production, link=link)


def password_changed(person: Person) -> Message:
    """Tell `person` that their password was changed, in case it was not them."""
    return _to(person, "password_changed", link=_forgot())


def password_set(person: Person) -> Message:
    """Tell `person` that somebody, most likely they, used a link to set their password."""
    return _to(person, "password_set", link=_forgot())


def email_changed(person: Person, *, before: str) -> Message:
    """Tell the mailbox of `before` that `person` signs in with another address from now on."""
    return _to(person, "email_changed", to=before, before=before, now=person.email)


def hr_changed(reader: Person, *, about: Person, came: bool) -> Message:
    """Tell `reader` of HR, or whom it is about, that somebody came to HR or left it."""
    return _to(reader, "hr_changed", someone=about.name, came=came)


def _forgot() -> str:
    return f"{settings().base_url}/password/forgot"


def _to(
    person: Person, name: str, *, to: str = "", is_personal: bool = False, **words: object
) -> Message:
    config = settings()
    return Message.from_templates(
        name,
        to=to or person.email,
        is_personal=is_personal,
        recipient=person.name,
        product=config.product,
        home=config.base_url,
        **words,
    )
