"""What may put an account into other hands: a new address, or taking somebody back.

For an account that could be the second person of HR, or that reads what others said about
somebody (HR, board, managers; also until 30 days ago), one person of HR asks and another one
agrees wherever HR has two.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.orm import aliased

from app.domain.durations import SETTLED
from app.infra import audit, mail
from app.infra.db import db
from app.infra.settings import company_day, settings
from app.people import credentials, messages, password_secrecy, two_person_requests
from app.people.large_import import refuse_while_taken_back
from app.people.models import Act, Person, SignInIdentity
from app.people.second_confirmation import hr_people_that_count

_Report = aliased(Person)


def needs_second_person(person: Person) -> bool:
    """Whether one person of HR alone may not give this account a new address or take it back."""
    mine = select(Person.id).where(Person.id == person.id, _is_guarded())
    return hr_people_that_count().need_two and db.session.scalar(mine) is not None


def emails_for_two(emails: Iterable[str]) -> set[str]:
    """Those of `emails` whose accounts one person of HR alone may not take back."""
    if not hr_people_that_count().need_two:
        return set()
    guarded = db.session.scalars(select(Person.email).where(_is_guarded()))
    return set(emails) & set(guarded)


def take_back(person: Person, *, by: int | None) -> bool:
    """Let `person` work here again; False when it waits for a second person of HR.

    The password stays, but the account is a new one: an old one must not pass for a colleague.
    """
    if not _is_settled(Act.TAKE_BACK, person, by=by, to=f"take {person.name} back"):
        return False
    today = company_day()
    person.is_active = True
    person.account_made_on = today
    person.doubt_owner(today)
    audit.record("person:reactivated", actor_id=by, person_id=person.id)
    return True


def change_address(person: Person, email: str, *, by: int | None) -> bool:
    """Give `person` another address; False when it waits for a second person of HR.

    Ends every session and link: whoever has the old mailbox must not get in with its links. The
    old address is told when it is asked for and when it is done.
    """
    to = f"change the e-mail address of {person.name} to {email}"
    if not _is_settled(Act.CHANGE_ADDRESS, person, by=by, to=to, content=email):
        mail.post(messages.email_change_asked(person, wanted=email))
        return False
    before, today = person.email, company_day()
    watching = person.watching_address(today)
    # The owner's own address stays the one that is told, also when it is changed twice.
    person.former_email = watching or before
    person.email = email
    person.session_epoch += 1
    person.doubt_owner(today)
    told = dict.fromkeys((before, watching or before))
    mail.post(*(messages.email_changed(person, to=one, before=before) for one in told))
    return True


def hand_over(person: Person) -> None:
    """Note that a link, or a sign-in provider, opened the account, whatever happened before it.

    Raises ReviewError for a doubted account while a people list is being taken back: it may be
    about to get the address back that it had before.
    """
    today = company_day()
    person.password_by_link_on = today
    if person.unproven_since is not None:
        person.handed_over_on, person.unproven_since = today, None
        # Written before it is asked: whoever closes the directory waits for that, or it is closed.
        db.session.flush()
        refuse_while_taken_back()
        # Who had the account before must not go on coming in beside the new owner.
        former = delete(SignInIdentity).where(SignInIdentity.person_id == person.id)
        db.session.execute(former.execution_options(synchronize_session="fetch"))


def take_another_way_in(person: Person, *, is_somebody_new: bool) -> None:
    """Note that a sign-in provider opened the account of `person` in a way it was not known by.

    That proves as much as a link in the mailbox, and has the same consequences: sealed answers
    from before stay closed, sessions and links end. `is_somebody_new` says that the account is in
    new hands whatever happened before; then the password of who had it ends as well.
    """
    is_new = is_somebody_new or person.unproven_since is not None
    if is_new:
        person.doubt_owner(company_day())
        person.password_hash = None
    hand_over(person)
    person.credential_epoch = credentials.new_epoch()
    person.session_epoch += 1
    person.number_changed_on = None
    if is_new:
        audit.record("person:handed_over", actor_id=person.id, person_id=person.id)


def note_links_given(invited: Iterable[Person], *, cycle_id: int) -> None:
    """Note that an invitation gave a link to whoever has no password; who watches is told."""
    if not settings().has_passwords:
        return
    password_secrecy.note_links("people:links_given", tell_watching(invited), cycle_id=cycle_id)


def tell_watching(invited: Iterable[Person]) -> int:
    """Tell who watches over accounts that were given a link; return how many were."""
    if not settings().has_passwords:
        return 0
    first = [person for person in invited if person.password_hash is None]
    watched = [(one, one.watching_address(company_day())) for one in first]
    told = [(person, address) for person, address in watched if address]
    mail.post(*(messages.former_address_told(person, to=to, step="link") for person, to in told))
    return len(first)


def note_led_until(manager_ids: Iterable[int | None]) -> None:
    """Note that somebody stopped reporting to each of these managers today."""
    ids = [one for one in manager_ids if one is not None]
    if ids:
        led = update(Person).where(Person.id.in_(ids)).values(led_until=company_day())
        db.session.execute(led.execution_options(synchronize_session=False))


def _is_settled(act: Act, person: Person, *, by: int | None, to: str, content: str = "") -> bool:
    if not needs_second_person(person):
        two_person_requests.close(act, person.id)
        return True
    return two_person_requests.settle(act, person.id, by=by, to=to, content=content)


def _is_guarded() -> ColumnElement[bool]:
    """HR, board and managers, now or within the last 30 days."""
    limit = company_day() - SETTLED
    reads = or_(_Report.manager_id == Person.id, _Report.second_manager_id == Person.id)
    leads = exists().where(reads, _Report.is_active)
    until = (Person.hr_until, Person.board_until, Person.led_until)
    return or_(Person.is_hr, Person.is_board, leads, *(day >= limit for day in until))
