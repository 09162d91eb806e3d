"""Signing out at the provider too: on a shared computer the next one would be let in otherwise."""

from typing import Final

from app.domain.errors import ReviewError
from app.infra.openid import proving
from app.infra.openid.proving import Proof
from app.infra.settings import settings
from sign_in_providers import Provider

HINT_COOKIE: Final = "provider"
"""Keeps, at the sign-out alone, what the provider wants to see again when its user leaves."""
LONGEST: Final = 3500
"""Browsers keep cookies of 4 KB; without the token a provider asks once more."""


def hint_of(provider: Provider, proof: Proof) -> str:
    """What the browser keeps of a sign-in until the sign-out."""
    return f"{provider.name} {proof.token if len(proof.token) <= LONGEST else ''}"


def way_out(hint: str) -> tuple[str, str]:
    """Label and address of the provider by whom somebody came; empty where there is nothing to do.

    So it is where the provider has no such address, does not answer, or is no longer set.
    """
    name, _, token = hint.partition(" ")
    provider = settings().provider(name)
    if provider is None:
        return "", ""
    back = f"{settings().base_url}/sign-in"
    try:
        return provider.label, proving.way_out(provider, back=back, token=token)
    except ReviewError:
        return "", ""
