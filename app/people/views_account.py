"""The doors to an account: signing in and out, and passwords."""

from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.infra import mail
from app.infra.db import transaction
from app.infra.settings import settings
from app.people import guard, messages, passwords, queries, services, throttle
from app.people.forms import ChangePasswordForm, ForgotForm, SetPasswordForm, SignInForm
from app.people.guard import me, public, requires
from app.people.models import Person

bp = Blueprint("people", __name__)
"""The pages of HR's directory hang on it as well: see views."""

WRONG: Final = "E-mail and password do not belong together."
POSTED: Final = (
    "If this address belongs to somebody here, a link to set a password is on its way. "
    "It works once and for seven days."
)


def _secret() -> str:
    return str(settings().secret_key)


def _safe_next(target: str) -> str:
    """`target` if it is a path on this site, otherwise the start page."""
    parts = urlsplit(target)
    is_path = target.startswith("/") and not target.startswith(("//", "/\\"))
    if not is_path or parts.scheme or parts.netloc or "\\" in target or not target.isprintable():
        return url_for("home.index")
    return target


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail and password, then go where the person wanted to go."""
    target = _safe_next(request.values.get("next", ""))
    if guard.account() is not None:
        return redirect(target)
    form, refusal = SignInForm(), ""
    form.next.data = target
    if form.validate_on_submit():
        try:
            guard.sign_in(_authenticated(form.email.data or "", form.password.data or ""))
        except (throttle.TooManyAttemptsError, services.WrongPasswordError) as error:
            refusal = str(error)
        else:
            return redirect(target)
    page = render_template("people/sign_in.html", form=form, refusal=refusal)
    return page, 401 if refusal else 200


def _authenticated(email: str, password: str) -> Person:
    """The person these belong to; the same work is done for an unknown address."""
    limits = _limits(email, "sign-in")
    with transaction():
        throttle.begin(limits)
    person = queries.find_person(email)
    kept = person.password_hash if person else None
    is_right = passwords.is_right(password, kept)
    if person is None or kept is None or not is_right or not person.is_active:
        raise services.WrongPasswordError(WRONG)
    with transaction():
        throttle.forgive(limits)
        if passwords.is_outdated(kept):
            services.keep_rehashed(person, password)
    return person


def _limits(
    email: str, purpose: str, *, per_email: int = throttle.PER_EMAIL
) -> list[throttle.Limit]:
    address = request.remote_addr or ""
    return throttle.limits_for(
        email, address, secret=_secret(), purpose=purpose, per_email=per_email
    )


@bp.route("/sign-out", methods=["POST"])
@requires(Permission.ACCOUNT_USE)
def sign_out() -> ResponseReturnValue:
    """End every session of the person for good, and let the browser forget what it kept."""
    with transaction():
        services.end_sessions(me())
    guard.sign_out()
    flash("You are signed out, on your other devices as well.")
    response = redirect(url_for("people.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.route("/password/forgot", methods=["GET", "POST"])
@public
def forgot() -> ResponseReturnValue:
    """Mail a link to set a password; the answer is the same for every address."""
    form, refusal = ForgotForm(), ""
    if form.validate_on_submit():
        try:
            _mail_forgotten(form.email.data or "")
        except throttle.TooManyAttemptsError as error:
            refusal = str(error)
        else:
            flash(POSTED)
            return redirect(url_for("people.sign_in"))
    return render_template("people/forgot.html", form=form, refusal=refusal)


def _mail_forgotten(email: str) -> None:
    """Mail the link to a person of ours; for anybody else it is composed and thrown away."""
    with transaction():
        # Every attempt is a mail: a mailbox must not be flooded from many addresses.
        throttle.begin(_limits(email, "forgot", per_email=throttle.PER_PAIR))
    found = queries.find_person(email)
    known = found if found is not None and found.is_active else None
    stranger = Person(id=0, name="", email=email, session_epoch=0)
    message = messages.password_link(known or stranger, link=_link(known or stranger))
    if known is not None:
        with transaction():
            mail.post(message)
            services.note_link(known, by=None)


def _link(person: Person) -> str:
    return messages.link_to_set_password(person)


@bp.route("/password/set/<token>", methods=["GET", "POST"])
@public
def set_password(token: str) -> ResponseReturnValue:
    """Let the holder of a link set a password, once."""
    try:
        person = services.person_of_link(token, secret=_secret())
    except services.LinkSpentError as error:
        return render_template("people/link_spent.html", message=str(error)), 410
    form = SetPasswordForm()
    if form.validate_on_submit():
        try:
            _set_by_link(token, form.password.data or "")
        except services.PasswordRefusedError as error:
            form.password.errors = [str(error)]
        else:
            guard.sign_out()
            flash("Your password is set. Please sign in with it.")
            return redirect(url_for("people.sign_in"))
    return render_template("people/set_password.html", form=form, someone=person)


def _set_by_link(token: str, password: str) -> None:
    """Set the password and say so by mail, in case somebody else used the link."""
    with transaction():
        person = services.set_password_by_link(token, password, secret=_secret())
        mail.post(messages.password_set(person))


@bp.route("/password/change", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def change_password() -> ResponseReturnValue:
    """Let the signed-in owner take a new password; other devices are signed out."""
    form, person = ChangePasswordForm(), me()
    if form.validate_on_submit():
        try:
            _change_password(person, form.old.data or "", form.password.data or "")
        except services.WrongPasswordError as error:
            form.old.errors = [str(error)]
        except (services.PasswordRefusedError, throttle.TooManyAttemptsError) as error:
            form.password.errors = [str(error)]
        else:
            guard.sign_in(person)
            flash("Your password is changed. Other devices are signed out.")
            return redirect(url_for("home.index"))
    return render_template("people/change_password.html", form=form)


def _change_password(person: Person, old: str, new: str) -> None:
    limits = _limits(person.email, "change")
    with transaction():
        throttle.begin(limits)
    notice = messages.password_changed(person)
    with transaction():
        services.change_own_password(person, old, new)
        throttle.forgive(limits)
        mail.post(notice)
