"""Which person of ours a sign-in provider means.

Once an account is linked, the provider's own name for it (issuer and subject) decides, and nothing
else. Until then a person is known by the address that the provider verified, or by the personnel
number where the settings name a claim for it. Where both are there they must mean the same person.
"""

from typing import Final

from sqlalchemy import select

from app.domain.errors import ReviewError
from app.infra.db import db
from app.infra.openid.proving import Proof
from app.infra.openid.refusals import MissingClaimError
from app.people import queries
from app.people.large_import import refuse_while_taken_back
from app.people.models import Person
from sign_in_providers import Provider

UNKNOWN: Final = (
    "{label} says that you are {who}, and nobody here has that. Please ask HR to correct it in the "
    "directory."
)
TWO_PEOPLE: Final = (
    "The address and the personnel number that {label} knows of you belong to two different people "
    "here. Please ask HR to correct the directory."
)
OTHER_NUMBER: Final = (
    "The personnel number that {label} knows of you is not the one in the directory. Please ask HR "
    "to correct it."
)
LEFT: Final = "This account is deactivated. Please ask HR if that is a mistake."
NOT_OURS: Final = "Your account at {label} is not one of this company’s. Please use that one."


class UnknownPersonError(ReviewError):
    """Whom a provider means may not sign in, or is nobody here; the text says who can act."""


def refuse_strangers(proof: Proof, provider: Provider) -> None:
    """Raises UnknownPersonError where the claim is missing that the settings require."""
    if not proof.has_required:
        raise UnknownPersonError(NOT_OURS.format(label=provider.label))


def refuse_leavers(person: Person) -> None:
    """Raises UnknownPersonError for somebody who no longer works here.

    Raises ReviewError, for a moment, for whoever is to go with a list that is being taken back.
    """
    if not person.is_active:
        refuse_while_taken_back()
        raise UnknownPersonError(LEFT)


def person_meant(proof: Proof, provider: Provider) -> tuple[Person, bool]:
    """Whom `proof` means where nobody is linked yet, and whether the number alone says so.

    Raises UnknownPersonError or MissingClaimError with a sentence for whoever signs in.
    """
    by_address = queries.find_person(proof.address) if proof.address else None
    by_number = _with_number(proof.number)
    if by_address and by_number and by_address is not by_number:
        raise UnknownPersonError(TWO_PEOPLE.format(label=provider.label))
    found = by_address or by_number
    if found is None:
        raise _unknown(proof, provider)
    if proof.number and found.number and found.number != proof.number:
        raise UnknownPersonError(OTHER_NUMBER.format(label=provider.label))
    return found, by_address is None


def _with_number(number: str) -> Person | None:
    if not number:
        return None
    return db.session.scalar(select(Person).where(Person.number == number))


def _unknown(proof: Proof, provider: Provider) -> ReviewError:
    if not proof.address and not proof.number:
        claim = provider.number_claim or f"email with {provider.verified_claim}"
        return MissingClaimError(provider.label, claim)
    who = proof.address or f"number {proof.number}"
    return UnknownPersonError(UNKNOWN.format(label=provider.label, who=who))
