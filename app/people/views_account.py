"""The doors to an account: signing in and out, and passwords."""

from datetime import date, timedelta
from typing import Final, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.plurals import counted
from app.infra import mail
from app.infra.db import transaction
from app.infra.settings import settings
from app.people import (
    device_sessions,
    fresh_factor,
    guard,
    jobs,
    messages,
    passwords,
    queries,
    second_factor,
    services,
    sign_ins,
    throttle,
)
from app.people.forms import (
    ChangePasswordForm,
    ConfirmForm,
    ForgotForm,
    SetPasswordForm,
    SignInForm,
)
from app.people.guard import me, my_account, public, requires
from app.people.models import Person, SignInEvent, SignInWay
from app.people.single_sign_on import linking
from app.people.single_sign_on.leaving import HINT_COOKIE, way_out
from sign_in_providers import Provider

bp = Blueprint("people", __name__)
"""The pages of HR's directory hang on it as well: see views."""

WRONG: Final = "That e-mail and password don’t match."
POSTED: Final = (
    "If this address belongs to somebody here, a link to set a password is on its way. It works "
    f"once, for {passwords.life_in_words(has_password=True)}, or for "
    f"{passwords.life_in_words(has_password=False)} where it is for a first password."
)
ABOUT_PASSWORDS: Final = frozenset(
    f"people.{name}"
    for name in (
        *("forgot", "set_password", "change_password"),
        *("send_password_link", "send_first_links"),
    )
)
DEVICE_COOKIE: Final = "device"
DEVICE_REMEMBERS: Final = timedelta(days=400)
"""The longest time for which browsers keep a cookie; a review comes once a quarter."""


def _secret() -> str:
    return str(settings().secret_key)


def safe_next(target: str) -> str:
    """`target` if it is a path on this site, otherwise the start page."""
    is_path = target.startswith("/") and not target.startswith("//")
    is_plain = "\\" not in target and target.isprintable()  # browsers read more than we do as //
    return target if is_path and is_plain else url_for("home.index")


@bp.before_request
def _find_no_passwords_where_there_are_none() -> None:
    """Answer 404 to what is about passwords where people sign in with a provider alone."""
    if request.endpoint in ABOUT_PASSWORDS:
        passwords.refuse_where_there_are_none()


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail and password, then go where the person wanted to go."""
    target = safe_next(request.values.get("next", ""))
    if guard.account() is not None:
        return redirect(target)
    if not settings().has_passwords:
        return sign_in_page(target=target)
    form, refusal = SignInForm(), ""
    form.next.data = target
    if form.validate_on_submit():
        try:
            email = form.email.data or ""
            person = _authenticated(email, form.password.data or "")
            if second_factor.is_needed_of(person):
                return redirect(url_for(fresh_factor.wait_for(person, target)))
            return signed_in(person, email=email, target=target, way=SignInWay.PASSWORD)
        except (throttle.TooManyAttemptsError, services.WrongPasswordError) as error:
            refusal = str(error)
    page = sign_in_page(form=form, target=target, refusal=refusal)
    return page, 401 if refusal else 200


def sign_in_page(*, target: str = "", refusal: str = "", form: SignInForm | None = None) -> str:
    """The page from which people sign in: a button for each provider, and passwords if in use."""
    if form is None and settings().has_passwords:
        form = SignInForm(formdata=None)
        form.next.data = target
    return render_template(
        "people/sign_in.html",
        form=form,
        refusal=refusal,
        providers=settings().providers,
        target=target,
    )


def signed_in(
    person: Person, *, email: str, target: str, way: SignInWay, label: str = ""
) -> Response:
    """Start the session of `person`, note the device, and lead on to `target`.

    `email` is what they typed, and `label` the provider that said who they are.
    """
    device, cookie = _device(), request.cookies.get(DEVICE_COOKIE, "")
    is_known = sign_ins.is_known_device(cookie, person)
    event = SignInEvent.SIGNED_IN if is_known else SignInEvent.NEW_DEVICE
    with transaction():
        sign_ins.note(sign_ins.owner_of(person, email), event, device=device)
        if not is_known:
            mail.post(messages.new_device(person, device=device, label=label))
        key = device_sessions.begin(person, device=device, way=way)
    guard.sign_in(person, key)
    response = redirect(target)
    response.set_cookie(
        DEVICE_COOKIE,
        sign_ins.device_cookie(cookie, person),
        max_age=DEVICE_REMEMBERS,
        secure=settings().base_url.startswith("https:"),
        httponly=True,
        samesite="Lax",
    )
    return cast(Response, response)


def _device() -> str:
    return sign_ins.kind_of_device(request.user_agent.string)


def _authenticated(email: str, password: str) -> Person:
    """The person these belong to; the same work is done for an unknown address."""
    limits, person = _limits(email, "sign-in"), queries.find_person(email)
    owner, device = sign_ins.owner_of(person, email), _device()
    # Read before anything is committed: afterwards a person of ours would be read once more.
    kept = person.password_hash if person and person.is_active else None
    try:
        with transaction():
            throttle.begin(limits)
    except throttle.TooManyAttemptsError:
        with transaction():
            sign_ins.note(owner, SignInEvent.LOCKED_OUT, device=device)
        raise
    is_right = passwords.is_right(password, kept)
    if person is None or kept is None or not is_right:
        with transaction():
            sign_ins.note(owner, SignInEvent.FAILED, device=device)
        raise services.WrongPasswordError(WRONG)
    with transaction():
        throttle.forgive(limits)
        if passwords.is_outdated(kept):
            services.keep_rehashed(person, password)
    return person


@bp.route("/account/sign-ins")
@requires(Permission.ACCOUNT_USE)
def own_sign_ins() -> ResponseReturnValue:
    """Where somebody is signed in to the own account, and on which days they did so or tried."""
    person, key = me(), guard.session_key()
    if key:
        with transaction():
            device_sessions.note_seen(key)
    return render_template(
        "people/sign_ins.html",
        sessions=device_sessions.of(person, key=key),
        seen=sign_ins.seen_by(person),
        links=_links_of(person),
        form=ConfirmForm(),
    )


def _links_of(person: Person) -> list[tuple[Provider, date | None]]:
    """Every provider, with the day since which it knows `person`; None where it does not."""
    known = {one.issuer: one.linked_on for one in linking.identities_of(person)}
    return [(provider, known.get(provider.issuer)) for provider in settings().providers]


@bp.route("/account/sign-ins/<key>/end", methods=["POST"])
@requires(Permission.ACCOUNT_USE)
def end_session(key: str) -> ResponseReturnValue:
    """End one session of the person's own, wherever it is."""
    with transaction():
        was_there = device_sessions.end(me(), key)
    flash("That device is signed out." if was_there else "That device was signed out already.")
    return redirect(url_for("people.own_sign_ins"))


@bp.route("/account/sign-ins/end-others", methods=["POST"])
@requires(Permission.ACCOUNT_USE)
def end_other_sessions() -> ResponseReturnValue:
    """End every session of the person's own but this one."""
    with transaction():
        ended = device_sessions.end_others(me(), key=guard.session_key())
    others = counted(ended, "other device")
    flash(f"{others} signed out." if ended else "You were signed in on no other device.")
    return redirect(url_for("people.own_sign_ins"))


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
    """End this session for good, and let the browser forget what it kept."""
    came_by_provider = my_account().way is SignInWay.SSO
    hint = request.cookies.get(HINT_COOKIE, "") if came_by_provider else ""
    with transaction():
        if not device_sessions.end(me(), device_sessions.stored(guard.session_key())):
            services.end_sessions(me())
    guard.sign_out()
    response = _leaving(*way_out(hint))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.delete_cookie(HINT_COOKIE, path=url_for("people.sign_out"))
    return response


def _leaving(label: str, address: str) -> Response:
    """What follows a sign-out: our own page, or first the provider's, which knows the person too.

    The content policy lets no form end on another host, so a page leads on to it.
    """
    if not address:
        flash("You are signed out.")
        return cast(Response, redirect(url_for("people.sign_in")))
    page = render_template("people/signed_out.html", label=label, address=address)
    return Response(page, headers={"Refresh": f"0; url={address}"})


@bp.route("/password/forgot", methods=["GET", "POST"])
@public
def forgot() -> ResponseReturnValue:
    """Mail a link to set a password; the answer is the same for every address."""
    form, refusal = ForgotForm(), ""
    if form.validate_on_submit():
        try:
            _note_forgotten(form.email.data or "")
        except throttle.TooManyAttemptsError as error:
            refusal = str(error)
        else:
            flash(POSTED)
            return redirect(url_for("people.sign_in"))
    return render_template("people/forgot.html", form=form, refusal=refusal)


def _note_forgotten(email: str) -> None:
    """Note the wish; a job looks up whose address it is, so that no time tells who is known."""
    with transaction():
        # Every attempt is a mail: a mailbox must not be flooded from many addresses.
        throttle.begin(_limits(email, "forgot", per_email=throttle.PER_PAIR))
    with transaction():
        services.ask_for_forgotten(email)
    jobs.mail_forgotten()


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
            with transaction():
                key = device_sessions.begin(
                    person, device=_device(), way=my_account().way or SignInWay.PASSWORD
                )
            guard.sign_in(person, key)
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
