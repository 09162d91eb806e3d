"""What HR and people themselves do to the directory: one verb each."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select

from app.domain.errors import NotAllowedError, ReviewError
from app.domain.files.email_address import is_plain_email
from app.infra import audit, mail
from app.infra.db import db
from app.infra.settings import company_day, settings
from app.people import (
    account_ownership,
    credentials,
    large_import,
    messages,
    password_secrecy,
    passwords,
    queries,
    two_person_requests,
)
from app.people.managers import FieldError, manager_by_email, second_manager_by_email
from app.people.models import Act, Department, ForgottenPassword, Person


class LastHrError(FieldError):
    """Somebody of HR must remain, or nobody could run the next cycle."""

    field = "is_hr"


class DuplicateEmailError(FieldError):
    """Two people cannot share an e-mail, in whatever case it is written."""

    field = "email"


class PasswordRefusedError(ReviewError):
    """A new password is too easy to guess; the text says why."""


class WrongPasswordError(ReviewError):
    """The password is not the one that is kept."""


class LinkSpentError(NotAllowedError):
    """A link was used, replaced or has expired."""


LINKS_AT_ONCE: Final = 100
"""Links mailed in one act."""
SPENT: Final = (
    "This link has been used already, is too old, or a newer one was made. You can ask for another."
)
LAST_HR: Final = (
    "{name} is the only active person of HR. Give somebody else the HR role first; "
    "otherwise nobody could run the next cycle."
)
ANOTHER_ADDRESS: Final = "Another address is asked for by now: {email}. Please look at it again."


@dataclass(frozen=True)
class PersonFields:
    """A person as HR writes them into the form."""

    name: str
    email: str
    title: str
    department: tuple[str, ...]
    manager: str
    joined_on: date
    is_hr: bool = False
    is_board: bool = False
    second_manager: str = ""
    sits_out_for: str = ""
    sits_out_until: date | None = None


@dataclass(frozen=True)
class SavedPerson:
    """What was saved of a person, and whether the new address still waits."""

    fields: list[str]
    new_email_waits: bool


def is_email(address: str) -> bool:
    """Whether mail can be addressed so: ordinary addresses, and those of other scripts."""
    if is_plain_email(address):
        return True
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def lock_directory() -> None:
    """Let one act at a time change who works here, so that rules between people hold.

    Raises ReviewError while a large people list is being written in acts of its own.
    """
    large_import.wait_for_directory()
    large_import.refuse_while_written()


def add(fields: PersonFields, *, by: int | None, today: date) -> Person:
    """Add a person who may sign in once a password is set."""
    lock_directory()
    _refuse_taken(fields.email)
    person = Person(account_made_on=today, is_active=True)
    manager = manager_by_email(fields.manager, of=None)
    _write(person, fields, manager)
    _note_hr(person, was_hr=False)
    db.session.add(person)
    db.session.flush()
    audit.record("person:added", actor_id=by, person_id=person.id)
    return person


def change(person: Person, fields: PersonFields, *, by: int | None) -> SavedPerson:
    """Take over what HR wrote about `person`.

    A new address of HR, board or a manager waits for a second person of HR; the rest is saved.
    """
    lock_directory()
    email = fields.email.lower()
    if email != person.email:
        _refuse_taken(email)
    if person.is_hr and not fields.is_hr:
        _refuse_last_hr(person)
    before, was_hr = _snapshot(person), person.is_acting_hr
    led_by = {person.manager_id, person.second_manager_id}
    manager = manager_by_email(fields.manager, of=person)
    # Asked before roles are taken away: without them a new address would need nobody else.
    waits = email != person.email and not account_ownership.change_address(person, email, by=by)
    _write(person, replace(fields, email=person.email), manager)
    _note_hr(person, was_hr=was_hr)
    if before["is_board"] and not person.is_board:
        person.board_until = company_day()
    account_ownership.note_led_until(led_by - {person.manager_id, person.second_manager_id})
    db.session.flush()
    after = _snapshot(person)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        audit.record("person:changed", actor_id=by, person_id=person.id, fields=changed)
    return SavedPerson(changed, new_email_waits=waits)


def agree_to_address(person: Person, email: str, *, by: int) -> None:
    """Give `person` the address that another person of HR asked for, and `by` was shown.

    Raises ReviewError where nobody asks any more, or for another one, or somebody else has it.
    """
    lock_directory()
    asked = two_person_requests.find(Act.CHANGE_ADDRESS, person.id)
    if asked is None:
        raise ReviewError(two_person_requests.GONE)
    if asked.content != email:
        raise ReviewError(ANOTHER_ADDRESS.format(email=asked.content))
    _refuse_taken(asked.content)
    if account_ownership.change_address(person, asked.content, by=by):
        audit.record("person:changed", actor_id=by, person_id=person.id, fields=["email"])


def deactivate(person: Person, *, by: int | None) -> None:
    """Let `person` leave: their sessions and links end, what they sent still counts."""
    lock_directory()
    _refuse_last_hr(person)
    if not person.is_active:
        return
    was_hr = person.is_acting_hr
    person.is_active = False
    person.session_epoch += 1
    account_ownership.note_led_until([person.manager_id, person.second_manager_id])
    _note_hr(person, was_hr=was_hr)
    audit.record("person:deactivated", actor_id=by, person_id=person.id)


def reactivate(person: Person, *, by: int | None) -> bool:
    """Take `person` back, with the password they had; False when it waits for a second person."""
    lock_directory()
    if person.is_active:
        return True
    if not account_ownership.take_back(person, by=by):
        return False
    _note_hr(person, was_hr=False)
    return True


def make_hr(person: Person, *, by: int | None) -> None:
    """Give `person` the HR role. Raises ReviewError for somebody who has left."""
    lock_directory()
    if not person.is_active:
        raise ReviewError(f"{person.name} is deactivated and cannot be of HR.")
    if not person.is_hr:
        person.is_hr = True
        _note_hr(person, was_hr=False)
        audit.record("person:changed", actor_id=by, person_id=person.id, fields=["is_hr"])


def department_at(path: tuple[str, ...]) -> Department:
    """The department at `path`, made with everything above it where it is missing."""
    parent_id: int | None = None
    department: Department | None = None
    for name in path:
        here = select(Department).where(
            Department.name == name, Department.parent_id.is_not_distinct_from(parent_id)
        )
        department = db.session.scalar(here.order_by(Department.id).limit(1))
        if department is None:
            department = Department(name=name, parent_id=parent_id)
            db.session.add(department)
            db.session.flush()
        parent_id = department.id
    if department is None:
        raise ValueError("a department's path has at least one name")
    return department


def person_of_link(token: str, *, secret: str) -> Person:
    """Whose password `token` may set. Raises LinkSpentError, or for a moment ReviewError."""
    found = passwords.link_of(token, secret=secret)
    person = db.session.get(Person, found[0].person_id) if found else None
    if found is None or person is None or not person.is_active:
        if person is not None:
            large_import.refuse_while_taken_back()  # it is not certain yet that they leave
        raise LinkSpentError(SPENT)
    link, made_at = found
    newest = passwords.Link(person.id, person.session_epoch, person.links_given, link.works_until)
    has_password = person.password_hash is not None
    if link != newest or not passwords.still_works(link, made_at, has_password=has_password):
        raise LinkSpentError(SPENT)
    return person


def set_password_by_link(token: str, password: str, *, secret: str) -> Person:
    """Set a password from outside a session: sealed answers from before stay closed to it.

    The first password does so as well: nobody can have answered before it.
    """
    person = _locked(person_of_link(token, secret=secret))
    if person_of_link(token, secret=secret) is not person:
        raise LinkSpentError(SPENT)
    _keep_password(person, password)
    person.credential_epoch = credentials.new_epoch()
    if watching := person.watching_address(company_day()):
        mail.post(messages.former_address_told(person, to=watching, step="password"))
    account_ownership.hand_over(person)
    password_secrecy.note_set(person.id, by="link")
    return person


def change_own_password(person: Person, old: str, new: str) -> None:
    """Let the signed-in owner take a new password; answers stay readable, other sessions end."""
    if not passwords.is_right(old, _locked(person).password_hash):
        raise WrongPasswordError("The present password is not right.")
    _keep_password(person, new)
    password_secrecy.note_set(person.id, by="owner")


def end_sessions(person: Person) -> None:
    """Sign `person` out on every device and for good.

    A session lives in its cookie alone, so a copied cookie can only be refused together with
    all others. Signing in again elsewhere is little trouble; a session that outlives the
    sign-out on a shared computer is a lot. Links that were mailed stay as they are.
    """
    _locked(person).sign_outs += 1


def keep_rehashed(person: Person, password: str) -> None:
    """Keep the same password with today's hashing parameters."""
    _locked(person).password_hash = passwords.hashed(password)


def refuse_link_for_leavers(person: Person) -> None:
    """Raises ReviewError for somebody who may not sign in anyway."""
    if not person.is_active:
        raise ReviewError(
            f"{person.name} is deactivated and cannot sign in. Reactivate them first."
        )


def give_link(person: Person, *, by: int | None) -> str:
    """A new link to set this person's password; earlier ones end, and who watches is told."""
    person.links_given += 1
    if watching := person.watching_address(company_day()):
        mail.post(messages.former_address_told(person, to=watching, step="link"))
    if by is not None or not password_secrecy.are_hidden():
        audit.record("person:password_link", actor_id=by, person_id=person.id)
    return messages.link_to_set_password(person)


def ask_for_forgotten(email: str) -> None:
    """Note that somebody forgot the password of `email`, whether anybody here has it or not."""
    db.session.add(ForgottenPassword(email=email.strip().lower()))


def send_first_links(*, by: int) -> int:
    """Note a link for everybody who never set a password; return how many there are.

    The worker mails them in small parts: thousands at once would keep everybody else waiting.
    Where HR must not know who has a password the log says no number, also where there is none.
    """
    waits = select(ForgottenPassword.email)
    lacking = select(Person.email).where(
        Person.is_active, Person.password_hash.is_(None), Person.email.not_in(waits)
    )
    emails = list(db.session.scalars(lacking.order_by(Person.id)))
    db.session.add_all(ForgottenPassword(email=email) for email in emails)
    password_secrecy.note_links("people:links_asked", len(emails), by=by)
    return len(emails)


def answer_forgotten(*, most: int = LINKS_AT_ONCE) -> int:
    """Mail a link to those of ours who asked; the others' wishes are thrown away.

    Done later and elsewhere, so that whoever asks cannot tell by its time which address is known.
    Returns how many wishes were looked at; fewer than `most` means that none is left. Those that
    another worker answers at the moment are left to it.
    """
    oldest = select(ForgottenPassword).order_by(ForgottenPassword.id).limit(most)
    found = db.session.scalars(oldest.with_for_update(skip_locked=True)).all()
    for asked in found:
        person = queries.find_person(asked.email)
        db.session.delete(asked)
        if person is not None and person.is_active and settings().has_passwords:
            link = give_link(person, by=None)
            mail.post(messages.password_link(person, link=link))
    return len(found)


def _keep_password(person: Person, password: str) -> None:
    company = settings().company_name
    words = {"name": person.name, "email": person.email, "company": company}
    if fault := passwords.fault_of(password, **words):
        raise PasswordRefusedError(fault)
    person.password_hash = passwords.hashed(password)
    person.session_epoch += 1


def _note_hr(person: Person, *, was_hr: bool) -> None:
    """Note from when or until when somebody can act for HR, if that has just changed."""
    if person.is_acting_hr and not was_hr:
        person.take_hr(company_day())
        tell_hr(person, came=True)
    elif was_hr and not person.is_acting_hr:
        person.lose_hr(company_day())
        tell_hr(person, came=False)


def tell_hr(person: Person, *, came: bool) -> None:
    """Tell the others of HR that `person` came or left, and who left that they did.

    One of HR must not get rid of the other one unheard.
    """
    others = [one for one in queries.hr_people() if one is not person]
    told = others if came else [*others, person]
    mail.post(*(messages.hr_changed(one, about=person, came=came) for one in told))


def _locked(person: Person) -> Person:
    """The same person, read again under a row lock: two uses of a link must not both count."""
    return db.session.get_one(Person, person.id, with_for_update=True, populate_existing=True)


def _write(person: Person, fields: PersonFields, manager: Person | None) -> None:
    person.name, person.title = fields.name, fields.title
    person.email = fields.email.lower()
    person.department_id = department_at(fields.department).id
    person.manager_id = manager.id if manager else None
    second = second_manager_by_email(fields.second_manager, beside=(person, manager))
    person.second_manager_id = second.id if second else None
    person.joined_on = fields.joined_on
    person.sits_out_for = fields.sits_out_for
    person.sits_out_until = fields.sits_out_until
    person.is_hr, person.is_board = fields.is_hr, fields.is_board


def _snapshot(person: Person) -> dict[str, object]:
    names = ("name", "email", "title", "department_id", "manager_id", "second_manager_id")
    others = ("joined_on", "sits_out_for", "sits_out_until", "is_hr", "is_board")
    return {name: getattr(person, name) for name in (*names, *others)}


def _refuse_taken(email: str) -> None:
    if other := queries.find_person(email):
        raise DuplicateEmailError(
            f"{other.name} has the e-mail {other.email} already; upper and lower case do not count."
        )


def _refuse_last_hr(person: Person) -> None:
    others = select(func.count()).where(Person.is_active, Person.is_hr, Person.id != person.id)
    if person.is_hr and person.is_active and not db.session.scalar(others):
        raise LastHrError(LAST_HR.format(name=person.name))
