"""E-mails about somebody's account; composing them returns data, sending happens elsewhere."""

from datetime import datetime
from typing import Any, Final, Literal

from app.infra import clock
from app.infra.mail import Message
from app.infra.settings import settings
from app.people import password_secrecy, passwords
from app.people.models import Person

Step = Literal["link", "password"]
ABOUT_PASSWORDS: Final = frozenset(
    {
        "password_link",
        "password_set",
        "password_changed",
        "former_address_told",
        "factor_changed",
    }
)
"""Mails to somebody who has, or lacks, a password."""
ResetStep = Literal["asked", "done"]


def link_to_set_password(person: Person) -> str:
    """The whole address of the newest link with which `person` sets a password, once."""
    config = settings()
    link = passwords.Link(person.id, person.session_epoch, person.links_given)
    token = passwords.link_token(link, secret=config.secret_key)
    return f"{config.base_url}/password/set/{token}"


def first_password_link(person: Person, *, until: datetime) -> str:
    """The whole address with which `person` sets a first password `until` then; empty with one.

    It ends when they set one, ask for another link, or get another address.
    """
    config = settings()
    if person.password_hash is not None or not config.has_passwords:
        return ""
    link = passwords.Link(
        person.id, person.session_epoch, person.links_given, int(until.timestamp())
    )
    token = passwords.link_token(link, secret=config.secret_key)
    return f"{config.base_url}/password/set/{token}"


def password_link(person: Person, link: str) -> Message:
    """Send `person` the link with which they set their password.

    Whoever reads it can become them, so in production HR's outbox does not show its words.
    """
    life = passwords.life_in_words(has_password=person.password_hash is not None)
    over = clock.now() + passwords.life_of_link(has_password=person.password_hash is not None)
    return _to(person, "password_link", holds_link=True, useless_after=over, link=link, life=life)


def new_device(person: Person, *, device: str, label: str = "") -> Message:
    """Tell `person` alone that somebody signed in from a device that was not seen before.

    `label` names the provider that said who it was; empty for a password. HR must not see it
    waiting: it tells that they have begun.
    """
    link = f"{settings().base_url}/account/sign-ins" if label else _forgot()
    return _to(person, "new_device", is_personal=True, device=device, label=label, link=link)


def account_linked(person: Person, *, to: str, label: str) -> Message:
    """Tell `to` that a sign-in provider opens the account of `person` from now on."""
    told = "" if to == person.email else to
    return _to(
        person, "account_linked", to=told, is_personal=True, label=label, address=person.email
    )


def password_changed(person: Person) -> Message:
    """Tell `person` that their password was changed, in case it was not them."""
    return _to(person, "password_changed", link=_forgot())


def password_set(person: Person) -> Message:
    """Tell `person` that somebody, most likely they, used a link to set their password."""
    return _to(person, "password_set", link=_forgot())


def email_changed(person: Person, *, before: str, to: str = "") -> Message:
    """Tell `to`, by default `before`, that `person` signs in with another address from now on."""
    return _to(person, "email_changed", to=to or before, before=before, now=person.email)


def email_change_asked(person: Person, *, wanted: str) -> Message:
    """Tell `person` that HR is about to give their account the address `wanted`."""
    return _to(person, "email_change_asked", before=person.email, wanted=wanted)


def former_address_told(person: Person, *, to: str, step: Step) -> Message:
    """Tell the former address `to` that a link was mailed to the new one, or that it was used."""
    return _to(person, "former_address_told", to=to, now=person.email, step=step)


def factor_changed(person: Person, *, what: str) -> Message:
    """Tell `person` what changed about their second factor, in case it was not them."""
    return _to(person, "factor_changed", what=what, link=_forgot())


def factor_guessed(person: Person) -> Message:
    """Tell `person` alone that somebody knows their password and tries out second factors.

    HR must not see it waiting: it tells that somebody signed in, up to that.
    """
    return _to(person, "factor_guessed", is_personal=True, link=_forgot())


def recovery_used(person: Person, *, left: int) -> Message:
    """Tell `person` alone that a recovery code was used, and how many are `left`."""
    return _to(person, "recovery_used", is_personal=True, left=left, link=_forgot())


def factor_reset(person: Person, *, to: str, step: ResetStep) -> Message:
    """Tell `to` that HR is about to reset the second factor of `person`, or has done it."""
    return _to(person, "factor_reset", to=to, step=step)


def second_person_wanted(
    reader: Person, *, asker: str, to: str, reason: str, request_id: int
) -> Message:
    """Ask `reader` of HR to agree to what `asker` asked to do, and what for, or to refuse it."""
    link = f"{_requests()}#request-{request_id}"
    return _to(reader, "second_person_wanted", asker=asker, wanted=to, reason=reason, link=link)


def request_agreed(reader: Person, *, by: str, to: str, word: str) -> Message:
    """Tell `reader` that somebody else of HR agreed to what they asked for."""
    link, is_hr = _place_of(reader, _desk())
    return _to(reader, "request_agreed", other=by, wanted=to, word=word, link=link, is_hr=is_hr)


def request_refused(reader: Person, *, by: str, to: str, word: str) -> Message:
    """Tell `reader` that somebody else of HR refused what they asked for, and why."""
    link, is_hr = _place_of(reader, _requests())
    return _to(reader, "request_refused", refuser=by, wanted=to, word=word, link=link, is_hr=is_hr)


def hr_changed(reader: Person, *, about: Person, came: bool) -> Message:
    """Tell `reader` of HR, or whom it is about, that somebody came to HR or left it."""
    return _to(reader, "hr_changed", someone=about.name, came=came)


def _place_of(reader: Person, place_of_hr: str) -> tuple[str, bool]:
    """Where somebody reads on: HR at its own place, everybody else on their start page."""
    return (place_of_hr if reader.is_acting_hr else settings().base_url), reader.is_acting_hr


def _requests() -> str:
    return f"{settings().base_url}/cycles/requests"


def _desk() -> str:
    return f"{settings().base_url}/desk"


def _forgot() -> str:
    return f"{settings().base_url}/password/forgot"


def _to(
    person: Person,
    name: str,
    *,
    to: str = "",
    is_personal: bool = False,
    holds_link: bool = False,
    useless_after: datetime | None = None,
    **words: Any,
) -> Message:
    config = settings()
    is_personal = is_personal or (name in ABOUT_PASSWORDS and password_secrecy.are_hidden())
    return Message.from_templates(
        name,
        to=to or person.email,
        reader_id=None if to else person.id,
        is_personal=is_personal,
        holds_link=holds_link,
        useless_after=useless_after,
        recipient=person.name,
        product=config.product,
        home=config.base_url,
        **words,
    )
