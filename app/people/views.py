"""Signing in and out, passwords, and HR's directory."""

from datetime import date
from typing import Final
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.people_changes import spelled
from app.infra import clock, mail
from app.infra.db import db, transaction
from app.infra.settings import settings
from app.people import guard, messages, passwords, queries, services, takeover, throttle
from app.people.forms import (
    ChangePasswordForm,
    ConfirmImportForm,
    ForgotForm,
    PersonForm,
    SearchForm,
    SetPasswordForm,
    SignInForm,
    UploadForm,
)
from app.people.guard import me, public, requires
from app.people.models import Person
from app.people.uploads import Uploads

bp = Blueprint("people", __name__)

WRONG: Final = "E-mail and password do not belong together."
POSTED: Final = (
    "If this address belongs to somebody here, a link to set a password is on its way. "
    "It works once and for seven days."
)
OFFERED_MANAGERS: Final = 300
"""More than these would make the page heavy; the e-mail can be typed anyway."""
SHOWN_CHANGES: Final = 100


def _secret() -> str:
    return str(settings().secret_key)


def _today() -> date:
    return clock.today(settings().zone)


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
    if guard.person() is not None:
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
    keys = _throttle_keys(email, "sign-in")
    with transaction():
        throttle.begin(keys)
    person = queries.find_person(email)
    kept = person.password_hash if person else None
    is_right = passwords.is_right(password, kept)
    if person is None or kept is None or not is_right or not person.is_active:
        raise services.WrongPasswordError(WRONG)
    with transaction():
        throttle.forgive(keys)
        if passwords.is_outdated(kept):
            services.keep_rehashed(person, password)
    return person


def _throttle_keys(email: str, purpose: str) -> list[str]:
    address = request.remote_addr or ""
    return throttle.keys_for(email, address, secret=_secret(), purpose=purpose)


@bp.route("/sign-out", methods=["POST"])
@requires(Permission.ACCOUNT_USE)
def sign_out() -> ResponseReturnValue:
    """End the session, and let the browser forget what it kept."""
    guard.sign_out()
    flash("You are signed out.")
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
        throttle.begin(_throttle_keys(email, "forgot"))
    found = queries.find_person(email)
    known = found if found is not None and found.is_active else None
    stranger = Person(id=0, name="", email=email, session_epoch=0)
    message = messages.password_link(known or stranger, link=_link(known or stranger))
    if known is not None:
        with transaction():
            mail.post(message)
            services.note_link(known, actor_id=None)


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
            with transaction():
                services.set_password_by_link(token, form.password.data or "", secret=_secret())
        except services.PasswordRefusedError as error:
            form.password.errors = [str(error)]
        else:
            guard.sign_out()
            flash("Your password is set. Please sign in with it.")
            return redirect(url_for("people.sign_in"))
    return render_template("people/set_password.html", form=form, someone=person)


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
    keys = _throttle_keys(person.email, "change")
    with transaction():
        throttle.begin(keys)
    notice = messages.password_changed(person)
    with transaction():
        services.change_own_password(person, old, new)
        throttle.forgive(keys)
        mail.post(notice)


@bp.route("/people")
@requires(Permission.PEOPLE_MANAGE)
def index() -> ResponseReturnValue:
    """The directory: search, filter, fifty to a page."""
    paths = queries.department_paths()
    form = SearchForm(request.args)
    form.department.choices = [
        (0, "All departments"),
        *sorted(paths.items(), key=lambda item: item[1].casefold()),
    ]
    form.state.choices = [
        ("", "Everybody"),
        *((state.value, state.value.capitalize()) for state in queries.PersonState),
    ]
    page = queries.people_page(_wanted(form), page=request.args.get("page", 1, type=int))
    return render_template("people/index.html", form=form, page=page, paths=paths)


def _wanted(form: SearchForm) -> queries.PeopleFilter:
    states = {state.value: state for state in queries.PersonState}
    return queries.PeopleFilter(
        text=form.q.data or "",
        department_id=form.department.data or None,
        state=states.get(form.state.data or ""),
    )


@bp.route("/people/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def new() -> ResponseReturnValue:
    """Add one person to the directory."""
    form = _person_form(None)
    if form.validate_on_submit():
        try:
            with transaction():
                person = services.add(form.person_fields(), actor_id=me().id, today=_today())
        except services.FieldError as error:
            _put_right(form, error)
        else:
            flash(f"{person.name} is in the directory. Send the link to set a password next.")
            return redirect(url_for("people.show", person_id=person.id))
    return render_template("people/new.html", form=form, **_offers())


@bp.route("/people/<int:person_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def show(person_id: int) -> ResponseReturnValue:
    """One person: fields to change, and what can be done about the account."""
    person = queries.person_by_id(person_id)
    form = _person_form(person)
    if form.validate_on_submit():
        try:
            with transaction():
                changed = services.change(person, form.person_fields(), actor_id=me().id)
        except services.FieldError as error:
            _put_right(form, error)
        else:
            flash(f"{person.name} is saved." if changed else "Nothing was different.")
            return redirect(url_for("people.show", person_id=person.id))
    reports = queries.reports_of(person)
    return render_template(
        "people/show.html", form=form, someone=person, reports=reports, **_offers()
    )


def _person_form(person: Person | None) -> PersonForm:
    paths = queries.full_department_paths()
    before = _as_typed(person) if person else None
    return PersonForm(paths=frozenset(paths.values()), today=_today(), data=before)


def _as_typed(person: Person) -> dict[str, object]:
    """The fields of `person` as HR would have typed them."""
    manager = db.session.get(Person, person.manager_id) if person.manager_id else None
    same = ("name", "email", "title", "joined_on", "is_hr", "is_board")
    return {name: getattr(person, name) for name in same} | {
        "department": spelled(queries.full_department_paths()[person.department_id]),
        "manager": manager.email if manager else "",
    }


def _put_right(form: PersonForm, error: services.FieldError) -> None:
    """Show what a service refused beside the field that it is about."""
    form[error.field].errors = [str(error)]


def _offers() -> dict[str, list[str]]:
    """What the form offers while typing."""
    managers = [person.email for person in queries.active_people()]
    return {
        "paths": sorted(map(spelled, queries.full_department_paths().values())),
        "managers": managers if len(managers) <= OFFERED_MANAGERS else [],
    }


@bp.route("/people/<int:person_id>/deactivate", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def deactivate(person_id: int) -> ResponseReturnValue:
    """Let a person leave."""
    person = queries.person_by_id(person_id)
    with transaction():
        services.deactivate(person, actor_id=me().id)
    flash(f"{person.name} is deactivated and can no longer sign in.")
    if reports := queries.reports_of(person):
        names = ", ".join(report.name for report in reports[:5])
        more = f" and {len(reports) - 5} more" if len(reports) > 5 else ""
        flash(f"Please give a new manager to {names}{more}.", "warning")
    return redirect(url_for("people.show", person_id=person.id))


@bp.route("/people/<int:person_id>/reactivate", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def reactivate(person_id: int) -> ResponseReturnValue:
    """Take a person back."""
    person = queries.person_by_id(person_id)
    with transaction():
        services.reactivate(person, actor_id=me().id)
    flash(f"{person.name} is active again.")
    return redirect(url_for("people.show", person_id=person.id))


@bp.route("/people/<int:person_id>/password-link", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def send_password_link(person_id: int) -> ResponseReturnValue:
    """Mail somebody the link with which they set their password."""
    person = queries.person_by_id(person_id)
    services.refuse_link_for_leavers(person)
    message = messages.password_link(person, link=_link(person))
    with transaction():
        mail.post(message)
        services.note_link(person, actor_id=me().id)
    flash(f"A link to set a password is on its way to {person.email}. It works for seven days.")
    return redirect(url_for("people.show", person_id=person.id))


@bp.route("/people/import", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def upload() -> ResponseReturnValue:
    """Take a people file and show what it would do, or everything that is wrong with it."""
    form = UploadForm()
    if not form.validate_on_submit():
        return render_template("people/upload.html", form=form, refused=None)
    content: bytes = form.file.data.read()
    try:
        proposal = takeover.propose(content, today=_today())
    except takeover.FileRefusedError as error:
        return render_template("people/upload.html", form=form, refused=error), 422
    return _preview(proposal, _uploads().keep(content))


def _preview(proposal: takeover.Proposal, ticket: str) -> str:
    form = ConfirmImportForm(formdata=None, ticket=ticket, fingerprint=proposal.fingerprint)
    return render_template(
        "people/preview.html", form=form, preview=proposal.preview, most=SHOWN_CHANGES
    )


def _uploads() -> Uploads:
    folder = settings().data_folder / "uploads"
    return Uploads(folder, secret=_secret(), owner_id=me().id)


@bp.route("/people/import/confirm", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def confirm_import() -> ResponseReturnValue:
    """Take over the file that was previewed, unless the directory has changed since."""
    form, uploads = ConfirmImportForm(), _uploads()
    if not form.validate_on_submit():
        return redirect(url_for("people.upload"))
    content = uploads.fetch(form.ticket.data or "")
    proposal = takeover.propose(content, today=_today())
    try:
        with transaction():
            preview = takeover.import_people(
                proposal.rows,
                today=_today(),
                actor_id=me().id,
                expected=form.fingerprint.data or "",
            )
    except takeover.DirectoryChangedError as error:
        flash(str(error), "warning")
        return _preview(takeover.propose(content, today=_today()), form.ticket.data or ""), 409
    uploads.forget(form.ticket.data or "")
    flash(takeover.told(preview))
    return redirect(url_for("people.index"))
