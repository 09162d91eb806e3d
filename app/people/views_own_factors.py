"""The room in one's own account where second factors are set up and removed."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.errors import ReviewError
from app.infra.db import transaction
from app.people import device_sessions, fresh_factor, guard, passkeys, second_factor
from app.people.forms import ConfirmForm
from app.people.guard import me, requires
from app.people.models import Person
from app.people.views_account import bp
from app.people.views_second_factor import offers, set_up


@bp.route("/account/second-factor")
@requires(Permission.ACCOUNT_USE)
def factors() -> ResponseReturnValue:
    """What somebody has set up, and what they can add."""
    person = me()
    return render_template(
        "people/factors.html",
        factors=second_factor.of(person),
        is_required=second_factor.is_required_of(person),
        can_have_passkeys=passkeys.site() is not None,
        form=ConfirmForm(),
    )


@bp.route("/account/second-factor/codes", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def set_up_codes() -> ResponseReturnValue:
    """Show a secret for an app, and keep it once the app shows its codes."""
    return _set_up("people/set_up_codes.html", "code", "Your app’s codes are set up.")


@bp.route("/account/second-factor/passkey", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def set_up_passkey() -> ResponseReturnValue:
    """Let a browser make a passkey, and keep it."""
    return _set_up("people/set_up_passkey.html", "made", "Your passkey is set up.")


def _set_up(template: str, field: str, done: str) -> ResponseReturnValue:
    """Show the page, or keep what its `field` brings; the first factor comes with codes."""
    person, refusal = me(), ""
    # Where the password was asked for in between, nothing was typed into our own field yet.
    if request.method == "POST" and field in request.form:
        try:
            codes = set_up(person)
        except ReviewError as error:
            refusal = str(error)
        else:
            return _is_set_up(person, codes, done)
    page = render_template(template, refusal=refusal, here=request.path, **offers(person))
    return page, 422 if refusal else 200


def _is_set_up(person: Person, codes: list[str], done: str) -> ResponseReturnValue:
    """Go on with this session, end those that are older than the factor, and show new codes."""
    fresh_factor.note()
    with transaction():
        device_sessions.end_others(person, key=guard.session_key())
    flash(f"{done} Other devices are signed out.")
    there = url_for("people.factors")
    if codes:
        return render_template("people/recovery_codes.html", codes=codes, target=there)
    return redirect(there)


@bp.route("/account/second-factor/codes/remove", methods=["POST"])
@requires(Permission.ACCOUNT_USE)
def remove_codes() -> ResponseReturnValue:
    """Let the codes of an app no longer work."""
    person = me()
    with transaction():
        second_factor.remove_time_codes(person)
        device_sessions.end_others(person, key=guard.session_key())
    flash("The codes of your app no longer work. Other devices are signed out.")
    return redirect(url_for("people.factors"))


@bp.route("/account/second-factor/passkeys/<int:passkey_id>/remove", methods=["POST"])
@requires(Permission.ACCOUNT_USE)
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Let a passkey no longer work."""
    person = me()
    with transaction():
        second_factor.remove_passkey(person, passkey_id)
        device_sessions.end_others(person, key=guard.session_key())
    flash("That passkey no longer works. Other devices are signed out.")
    return redirect(url_for("people.factors"))


@bp.route("/account/second-factor/recovery-codes", methods=["POST"])
@requires(Permission.ACCOUNT_USE)
def new_recovery() -> ResponseReturnValue:
    """Make recovery codes in place of all earlier ones, and show them once."""
    person = me()
    with transaction():
        codes = second_factor.new_recovery_codes(person)
    there = url_for("people.factors")
    return render_template("people/recovery_codes.html", codes=codes, target=there)
