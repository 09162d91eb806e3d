"""Signing in with a second factor: giving it, setting up the first one, and giving it again.

The first two pages are open to whoever has just given the right password, and to nobody else;
they are signed in by neither until the factor is right.
"""

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.errors import ReviewError
from app.infra.db import transaction
from app.people import fresh_factor, passkeys, second_factor, sign_ins
from app.people.forms import PasskeyForm, TimeCodesForm
from app.people.guard import me, public, requires
from app.people.models import Person, SignInWay
from app.people.views_account import bp, safe_next, signed_in


@bp.route("/sign-in/second-step", methods=["GET", "POST"])
@public
def second_step() -> ResponseReturnValue:
    """Ask for the second factor of whoever gave the right password, then let them in."""
    person, refusal = fresh_factor.awaited(), ""
    if person is None or not second_factor.is_set(person):
        return redirect(url_for("people.sign_in"))
    if request.method == "POST":
        try:
            fresh_factor.prove(person, request.form)
        except ReviewError as error:
            refusal = str(error)
        else:
            return _let_in(person)
    page = render_template(
        "people/second_step.html",
        refusal=refusal,
        factors=second_factor.of(person),
        options=fresh_factor.options_for(person),
        target=url_for("people.second_step"),
    )
    return page, 401 if refusal else 200


def _let_in(person: Person) -> Response:
    """Begin the session of `person`, who has just shown both."""
    response = signed_in(
        person,
        email=person.email,
        target=safe_next(fresh_factor.target()),
        way=SignInWay.PASSWORD,
    )
    fresh_factor.note()
    return response


@bp.route("/sign-in/set-up", methods=["GET", "POST"])
@public
def first_factor() -> ResponseReturnValue:
    """Let whoever needs a second factor and has none set it up, then let them in."""
    person, refusal = fresh_factor.awaited(), ""
    if person is None or not second_factor.is_needed_of(person):
        return redirect(url_for("people.sign_in"))
    if second_factor.is_set(person):
        return redirect(url_for("people.second_step"))
    if request.method == "POST":
        try:
            codes = set_up(person)
        except ReviewError as error:
            refusal = str(error)
        else:
            return _with_codes(person, codes)
    page = render_template(
        "people/first_factor.html",
        refusal=refusal,
        **offers(person),
        here=url_for("people.first_factor"),
    )
    return page, 401 if refusal else 200


def _with_codes(person: Person, codes: list[str]) -> Response:
    """Let `person` in, and show the recovery codes before they go on to where they wanted."""
    target = safe_next(fresh_factor.target())
    response = _let_in(person)  # with the cookie of the device on it
    del response.headers["Location"]
    response.status_code = 200
    response.set_data(render_template("people/recovery_codes.html", codes=codes, target=target))
    return response


def offers(person: Person) -> dict[str, Any]:
    """What a page needs to set up time codes, and a passkey where browsers make some."""
    return {
        "offer": second_factor.offer_time_codes(person),
        "codes_form": TimeCodesForm(formdata=None),
        "options": passkeys.to_make(person, second_factor.of(person).passkeys),
        "passkey_form": PasskeyForm(formdata=None),
    }


def set_up(person: Person) -> list[str]:
    """Set up what was sent; the recovery codes that come with the first factor.

    Raises ReviewError with a sentence for `person`.
    """
    if "made" in request.form:
        return _set_up_passkey(person)
    form = TimeCodesForm()
    with transaction():
        return second_factor.set_time_codes(
            person, token=form.token.data or "", code=form.code.data or ""
        )


def _set_up_passkey(person: Person) -> list[str]:
    form = PasskeyForm()
    if not form.validate():
        raise ReviewError(form.faults[0])
    name = form.name.data or sign_ins.kind_of_device(request.user_agent.string)
    with transaction():
        return second_factor.set_passkey(person, answer=form.made.data or "", name=name)


@bp.route("/account/confirm", methods=["POST"])
@requires(Permission.ACCOUNT_USE)
def confirm_factor() -> ResponseReturnValue:
    """Take the second factor once more, then go on to what was asked for."""
    person, target = me(), safe_next(request.form.get("next", ""))
    try:
        fresh_factor.prove(person, request.form)
    except ReviewError as error:
        return fresh_factor.page(person, str(error), target=target)
    fresh_factor.note()
    return redirect(target)
