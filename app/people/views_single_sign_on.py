"""Signing in at a provider: the way there, the way back, and what the account's owner links.

The routes hang on the blueprint of the doors to an account. Addresses of providers are reached by
links and by `Refresh`, never by a form: the content policy sends no form to another host.
"""

from typing import Final

from flask import Response, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.errors import ReviewError
from app.infra.db import transaction
from app.infra.openid import proving
from app.infra.openid.proving import Proof, Ticket
from app.infra.openid.refusals import (
    BusyProviderError,
    ClockError,
    ForgedError,
    MisfitError,
    SilentProviderError,
    UnconfirmedError,
)
from app.infra.settings import settings
from app.people import fresh_password, guard, throttle
from app.people.guard import me, public, requires
from app.people.models import SignInWay
from app.people.single_sign_on import linking
from app.people.single_sign_on.leaving import HINT_COOKIE, hint_of
from app.people.single_sign_on.tickets import Errand, begun, take_ticket
from app.people.views_account import bp, safe_next, sign_in_page, signed_in
from sign_in_providers import Provider

CANCELLED: Final = "{label} did not sign you in, or you stopped on the way. Please begin again."
SOMEBODY_ELSE: Final = "{label} confirmed somebody else. Please confirm with your own account."
NOT_ASKED: Final = "{label} did not ask who you are this time. Please sign out and in again."
NOT_THEIR_FAULT: Final = (BusyProviderError, ClockError, MisfitError, SilentProviderError)
"""Whoever signs in can do nothing about these, so they count as no failure of theirs."""


@bp.route("/sign-in/with/<name>")
@public
def sign_in_with(name: str) -> ResponseReturnValue:
    """Lead on to the provider, who says who is signing in."""
    provider = _provider(name)
    target = safe_next(request.args.get("next", ""))
    if guard.account() is not None:
        return redirect(target)
    return _go(provider, Errand.SIGN_IN, target)


@bp.route("/account/confirm-with/<name>")
@requires(Permission.ACCOUNT_USE)
def confirm_with(name: str) -> ResponseReturnValue:
    """Lead on to the provider, who shall ask once more who is in front of the screen."""
    return _go(_provider(name), Errand.CONFIRM, "")


@bp.route("/account/link-with/<name>")
@requires(Permission.ACCOUNT_USE)
def link_with(name: str) -> ResponseReturnValue:
    """Lead on to the provider, to which the own account is then linked."""
    return _go(_provider(name), Errand.LINK, "")


@bp.route("/sign-in/with/<name>/back")
@public
def back_from(name: str) -> ResponseReturnValue:
    """Believe what the provider signed for the browser that comes back, or say why not."""
    provider, errand = _provider(name), Errand.SIGN_IN
    try:
        ticket, errand, target = take_ticket(session, name, request.args.get("state", ""))
        proof = _proven(provider, ticket)
        if errand is Errand.SIGN_IN:
            return _sign_in(provider, proof, target)
        return _confirm(provider, proof) if errand is Errand.CONFIRM else _link(provider, proof)
    except ReviewError as error:
        return _refused(errand, str(error))


def _refused(errand: Errand, why: str) -> ResponseReturnValue:
    """What went wrong, where people can begin again."""
    if errand is Errand.SIGN_IN:
        return sign_in_page(refusal=why), 401
    return render_template("people/confirmed.html", refusal=why), 409


def _provider(name: str) -> Provider:
    return settings().provider(name) or abort(404)


def _back(provider: Provider) -> str:
    """Our address to come back to, as the provider has to know it; one for each of them."""
    return f"{settings().base_url}{url_for('people.back_from', name=provider.name)}"


def _go(provider: Provider, errand: Errand, target: str) -> ResponseReturnValue:
    is_again = errand is Errand.CONFIRM
    try:
        address, ticket = proving.begin(provider, back=_back(provider), is_again=is_again)
    except ReviewError as error:
        return _refused(errand, str(error))
    begun(session, provider.name, ticket, errand=errand, target=target)
    return redirect(address)


def _proven(provider: Provider, ticket: Ticket) -> Proof:
    """What the provider signed for this sign-in; failures are counted by the network's address."""
    if request.args.get("iss", provider.issuer) != provider.issuer:
        raise ForgedError(provider.label)  # RFC 9207: another provider's answer
    if "error" in request.args:
        raise ReviewError(CANCELLED.format(label=provider.label))
    if not request.args.get("code"):
        raise UnconfirmedError(provider.label)
    limits = throttle.limit_of_address(
        request.remote_addr or "", secret=settings().secret_key, purpose="provider"
    )
    with transaction():
        throttle.begin(limits)
    try:
        proof = proving.finish(provider, ticket, code=request.args["code"], back=_back(provider))
    except NOT_THEIR_FAULT:
        _forgive(limits)
        raise
    _forgive(limits)
    return proof


def _forgive(limits: list[throttle.Limit]) -> None:
    with transaction():
        throttle.forgive(limits)


def _sign_in(provider: Provider, proof: Proof, target: str) -> Response:
    with transaction():
        person = linking.person_signing_in(proof, provider)
    response = signed_in(
        person, email=person.email, target=target, way=SignInWay.SSO, label=provider.label
    )
    fresh_password.note_shown(proof.given_at)
    return _with_hint(response, provider, proof)


def _with_hint(response: Response, provider: Provider, proof: Proof) -> Response:
    """Let the browser keep what a provider wants to see when its user signs out there as well."""
    response.set_cookie(
        HINT_COOKIE,
        hint_of(provider, proof),
        path=url_for("people.sign_out"),
        secure=settings().base_url.startswith("https:"),
        httponly=True,
        samesite="Lax",
    )
    return response


def _confirm(provider: Provider, proof: Proof) -> ResponseReturnValue:
    """Note that the provider asked who is in front of the screen, and that it is still the same."""
    mine = guard.person()
    if mine is None or not linking.is_linked(mine, proof):
        raise ReviewError(SOMEBODY_ELSE.format(label=provider.label))
    if proof.given_at is not None and not fresh_password.is_recent(proof.given_at):
        raise ReviewError(NOT_ASKED.format(label=provider.label))
    fresh_password.note()
    return render_template("people/confirmed.html", refusal="")


def _link(provider: Provider, proof: Proof) -> ResponseReturnValue:
    if guard.account() is None:
        raise ReviewError(SOMEBODY_ELSE.format(label=provider.label))
    with transaction():
        linking.link_own(me(), proof, provider)
    flash(f"From now on {provider.label} opens your account as well.")
    return redirect(url_for("people.own_sign_ins"))
