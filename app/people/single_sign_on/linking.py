"""Linking accounts to what sign-in providers call them, once, and noticing when that changes."""

import hmac
from typing import Final

from sqlalchemy import delete, select

from app.domain.errors import ReviewError
from app.infra import mail
from app.infra.db import db
from app.infra.openid.proving import Proof
from app.infra.settings import company_day, settings
from app.people import account_ownership, messages
from app.people.models import Person, SignInIdentity
from app.people.single_sign_on.knowing import (
    person_meant,
    refuse_leavers,
    refuse_strangers,
)
from sign_in_providers import Provider

SOMEBODY_ELSES: Final = "Your account at {label} is linked to somebody else here. Please ask HR."


def person_signing_in(proof: Proof, provider: Provider) -> Person:
    """Who signs in with `proof`, linked from now on; tells them where that is new.

    Raises UnknownPersonError or MissingClaimError with a sentence for whoever signs in.
    """
    refuse_strangers(proof, provider)
    if person := linked_person(proof):
        refuse_leavers(person)
        return person
    person, is_by_number = person_meant(proof, provider)
    person = _locked(person)
    refuse_leavers(person)  # asked under the lock: they may be leaving at this moment
    if linked_person(proof):  # the same person was faster in another window
        return person
    before = identity_of(person, proof.issuer)
    is_new = before is not None and _is_ours(before)
    is_new = is_new or (is_by_number and person.number_changed_on is not None)
    watching = person.watching_address(company_day())
    account_ownership.take_another_way_in(person, is_somebody_new=is_new)
    _keep(person, proof)
    addresses = dict.fromkeys(filter(None, (person.email, watching)))
    mail.post(*(messages.account_linked(person, to=to, label=provider.label) for to in addresses))
    return person


def link_own(person: Person, proof: Proof, provider: Provider) -> None:
    """Link the account of `person`, who is signed in here and at the provider at the same time.

    Both sides are proven, so answers stay readable and nobody is new. Raises ReviewError where the
    provider means somebody else.
    """
    refuse_strangers(proof, provider)
    other = linked_person(proof)
    if other is None:
        other, _ = person_meant(proof, provider)
    if other.id != person.id:
        raise ReviewError(SOMEBODY_ELSES.format(label=provider.label))
    _keep(_locked(person), proof)
    mail.post(messages.account_linked(person, to=person.email, label=provider.label))


def is_linked(person: Person, proof: Proof) -> bool:
    """Whether `proof` is about the account that is linked to `person`."""
    found = linked_person(proof)
    return found is not None and found.id == person.id


def linked_person(proof: Proof) -> Person | None:
    """Whose account is linked to the subject of `proof`; None for a link past the app."""
    found = db.session.get(SignInIdentity, (proof.issuer, proof.subject))
    if found is None or not _is_ours(found):
        return None
    return db.session.get(Person, found.person_id)


def identity_of(person: Person, issuer: str) -> SignInIdentity | None:
    """As whom the provider with `issuer` knows `person`; None where they are not linked."""
    mine = SignInIdentity.person_id == person.id
    return db.session.scalar(select(SignInIdentity).where(mine, SignInIdentity.issuer == issuer))


def identities_of(person: Person) -> list[SignInIdentity]:
    """As whom providers know `person`."""
    mine = select(SignInIdentity).where(SignInIdentity.person_id == person.id)
    return list(db.session.scalars(mine.order_by(SignInIdentity.issuer)))


def _keep(person: Person, proof: Proof) -> None:
    """Keep the link, instead of any other one of this person or of this subject."""
    is_mine = SignInIdentity.person_id == person.id
    is_same = SignInIdentity.subject == proof.subject
    here = delete(SignInIdentity).where(SignInIdentity.issuer == proof.issuer, is_mine | is_same)
    db.session.execute(here)
    kept = SignInIdentity(
        issuer=proof.issuer, subject=proof.subject, person_id=person.id, linked_on=company_day()
    )
    kept.mark = _mark(kept)
    db.session.add(kept)


def _is_ours(kept: SignInIdentity) -> bool:
    return hmac.compare_digest(kept.mark, _mark(kept))


def _mark(kept: SignInIdentity) -> str:
    said = f"identity {kept.person_id} {kept.issuer} {kept.subject}"
    return hmac.digest(settings().secret_key.encode(), said.encode(), "sha256").hex()


def _locked(person: Person) -> Person:
    """The same person, read again under a row lock: two sign-ins must not both be the first."""
    return db.session.get_one(Person, person.id, with_for_update=True, populate_existing=True)
