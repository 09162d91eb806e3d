"""HR's directory; its pages hang on the same blueprint as the doors to an account."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.files.people_changes import spelled
from app.domain.plurals import counted
from app.infra import clock, mail
from app.infra.db import db, transaction
from app.infra.pages import page_number
from app.infra.settings import settings
from app.people import (
    account_ownership,
    export,
    guard,
    jobs,
    messages,
    password_secrecy,
    passwords,
    queries,
    second_factor,
    services,
    sign_ins,
    two_person_requests,
    views_import,
    views_own_factors,
    views_second_factor,
    views_single_sign_on,
)
from app.people.department_tree import (
    department_at,
    department_choices,
    full_paths_of,
    offered_departments,
    paths_of,
)
from app.people.forms import ConfirmForm, PersonForm, SearchForm
from app.people.guard import my_account, requires
from app.people.imports.printing import note_on_words
from app.people.managers import FieldError
from app.people.models import Act, Person
from app.people.second_confirmation import hr_people_that_count
from app.people.sign_ins import Failures
from app.people.two_person_requests import Request
from app.people.views_account import bp

__all__ = ("bp", "views_import", "views_own_factors", "views_second_factor", "views_single_sign_on")
"""Routes of all of them hang on the same blueprint."""
OFFERED_MANAGERS: Final = 300
"""More than these would make the page heavy; the e-mail can be typed anyway."""
ADDRESS_WAITS: Final = (
    "The new address waits until a second person of HR agrees. The present one works until then."
)


@dataclass(frozen=True)
class AccountPage:
    """What HR can do about an account, and what waits for a second person of HR."""

    needs_two: bool
    return_asked: Request | None
    address_asked: Request | None
    has_factor: bool | None
    """None where HR must not know."""
    reset_asked: Request | None
    reset_needs_two: bool
    failures: Failures
    has_password: bool | None
    """None where HR must not know."""


def _today() -> date:
    return clock.today(settings().zone)


@bp.route("/people")
@requires(Permission.PEOPLE_MANAGE)
def index() -> ResponseReturnValue:
    """The directory: search, filter, fifty to a page."""
    form = SearchForm(request.args)
    chosen = form.department.data or 0
    form.department.choices = [(0, "All departments"), *department_choices(chosen)]
    form.state.choices = [
        ("", "Everybody"),
        *((state.value, state.value.capitalize()) for state in _states()),
    ]
    page = queries.people_page(_wanted(form), page=page_number())
    paths = paths_of(person.department_id for person in page.items)
    return render_template(
        "people/index.html",
        form=form,
        page=page,
        paths=paths,
        hides_passwords=password_secrecy.are_hidden(),
    )


def _states() -> list[queries.PersonState]:
    """What the list may be filtered by."""
    shows_passwords = settings().has_passwords and not password_secrecy.are_hidden()
    hidden = set() if shows_passwords else {queries.PersonState.NO_PASSWORD}
    return [state for state in queries.PersonState if state not in hidden]


def _wanted(form: SearchForm) -> queries.PeopleFilter:
    states = {state.value: state for state in _states()}
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
                person = services.add(form.person_fields(), by=my_account().id, today=_today())
        except FieldError as error:
            _put_right(form, error)
        else:
            flash(f"{person.name} is in the directory. {_next_step()}")
            _note_letters(person)
            return redirect(url_for("people.show", person_id=person.id))
    return render_template("people/new.html", form=form, **_offers())


def _next_step() -> str:
    """What lets somebody in who was just added."""
    config = settings()
    if not config.has_passwords:
        return f"They sign in with {config.provider_labels}."
    return "Send the link to set a password next."


@bp.route("/people/<int:person_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def show(person_id: int) -> ResponseReturnValue:
    """One person: fields to change, and what can be done about the account."""
    person = queries.person_by_id(person_id)
    form = _person_form(person)
    if form.validate_on_submit():
        try:
            _save(person, form)
        except FieldError as error:
            _put_right(form, error)
        else:
            return redirect(url_for("people.show", person_id=person.id))
    return render_template(
        "people/show.html",
        form=form,
        someone=person,
        **_reports_of(person),
        account=_account_of(person),
        **_offers(),
    )


def _reports_of(person: Person) -> dict[str, Any]:
    reports = queries.reports_of(person)
    return {
        "reports": reports,
        "called": queries.labels_of({one.id: one.name for one in reports}),
    }


def _account_of(person: Person) -> AccountPage:
    """What HR can do about the account, and what waits for a second person."""
    return AccountPage(
        needs_two=account_ownership.needs_second_person(person),
        return_asked=two_person_requests.find(Act.TAKE_BACK, person.id),
        address_asked=two_person_requests.find(Act.CHANGE_ADDRESS, person.id),
        has_factor=None if password_secrecy.are_hidden() else second_factor.is_set(person),
        reset_asked=two_person_requests.find(Act.RESET_FACTOR, person.id),
        reset_needs_two=hr_people_that_count().need_two,
        failures=sign_ins.failures_at(person),
        has_password=None if password_secrecy.are_hidden() else person.password_hash is not None,
    )


def _save(person: Person, form: PersonForm) -> None:
    """Save what HR typed, and say what was saved and what waits."""
    is_me = person.id == my_account().id
    with transaction():
        change = services.change(person, form.person_fields(), by=my_account().id)
    if "email" in change.fields and is_me:
        guard.sign_in(person, guard.session_key())  # this session goes on
    if change.new_email_waits:
        flash(ADDRESS_WAITS, "warning")
    if change.fields or not change.new_email_waits:
        flash(f"{person.name} is saved." if change.fields else "Nothing was different.")
    if {"name", "title", "department_id"} & set(change.fields):
        _note_letters(person)


def _note_letters(person: Person) -> None:
    """Say which letters papers cannot print."""
    if note := note_on_words(person.name, person.title, person.department.name):
        flash(note, "warning")


def _person_form(person: Person | None) -> PersonForm:
    before = _as_typed(person) if person else None
    return PersonForm(department_at=department_at, today=_today(), data=before)


def _as_typed(person: Person) -> dict[str, object]:
    """The fields of `person` as HR would have typed them."""
    manager = db.session.get(Person, person.manager_id) if person.manager_id else None
    second = person.second_manager_id and db.session.get(Person, person.second_manager_id)
    same = ("name", "email", "title", "joined_on", "is_hr", "is_board")
    pause = ("sits_out_for", "sits_out_until")
    return {name: getattr(person, name) for name in (*same, *pause)} | {
        "department": spelled(full_paths_of([person.department_id])[person.department_id]),
        "manager": manager.email if manager else "",
        "second_manager": second.email if second else "",
    }


def _put_right(form: PersonForm, error: FieldError) -> None:
    """Show what a service refused beside the field that it is about."""
    form[error.field].errors = [str(error)]


def _offers() -> dict[str, list[str]]:
    """What the form offers while typing."""
    is_few = queries.active_up_to(OFFERED_MANAGERS + 1) <= OFFERED_MANAGERS
    return {
        "paths": sorted(map(spelled, offered_departments().values())),
        "managers": queries.emails_at_work() if is_few else [],
    }


@bp.route("/people/<int:person_id>/deactivate", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def deactivate(person_id: int) -> ResponseReturnValue:
    """Say what will happen and ask once, then let a person leave."""
    person = queries.person_by_id(person_id)
    if not person.is_active:
        return redirect(url_for("people.show", person_id=person_id))
    form, reports = ConfirmForm(), queries.reports_of(person)
    called = queries.labels_of({report.id: report.name for report in reports})
    if not form.validate_on_submit():
        return render_template(
            "people/deactivate.html",
            form=form,
            someone=person,
            reports=list(called.values()),
            needs_two=account_ownership.needs_second_person(person),
        )
    with transaction():
        services.deactivate(person, by=my_account().id)
    flash(f"{person.name} is deactivated and can no longer sign in.")
    if reports:
        names = ", ".join(list(called.values())[:5])
        more = f" and {len(reports) - 5} more" if len(reports) > 5 else ""
        flash(f"Please give a new manager to {names}{more}.", "warning")
    return redirect(url_for("people.show", person_id=person_id))


@bp.route("/people/<int:person_id>/reactivate", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def reactivate(person_id: int) -> ResponseReturnValue:
    """Take a person back, or ask a second person of HR to agree."""
    person = queries.person_by_id(person_id)
    with transaction():
        is_back = services.reactivate(person, by=my_account().id)
    if is_back:
        flash(f"{person.name} is active again.")
    else:
        flash(f"Noted. {person.name} comes back once a second person of HR agrees.", "warning")
    return redirect(url_for("people.show", person_id=person.id))


@bp.route("/people/<int:person_id>/address", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def agree_to_address(person_id: int) -> ResponseReturnValue:
    """Agree to the address that another person of HR asked for."""
    person = queries.person_by_id(person_id)
    with transaction():
        shown = request.form.get("address", "")
        services.agree_to_address(person, shown, by=my_account().id)
    flash(f"{person.name} signs in with {person.email} from now on.")
    return redirect(url_for("people.show", person_id=person.id))


@bp.route("/people/<int:person_id>/reset-factor", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def reset_factor(person_id: int) -> ResponseReturnValue:
    """Reset somebody's second factor, or ask a second person of HR to agree."""
    person = queries.person_by_id(person_id)
    with transaction():
        services.lock_directory()
        is_reset = second_factor.reset(person, by=my_account().id)
    if is_reset:
        flash(f"The second factor of {person.name} is reset. They were told by mail.")
    else:
        flash(
            f"Noted. The second factor of {person.name} is reset once a second person of HR "
            "agrees. They were told by mail.",
            "warning",
        )
    return redirect(url_for("people.show", person_id=person.id))


@bp.route("/people/<int:person_id>/password-link", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def send_password_link(person_id: int) -> ResponseReturnValue:
    """Mail somebody the link with which they set their password."""
    person = queries.person_by_id(person_id)
    services.refuse_link_for_leavers(person)
    with transaction():
        link = services.give_link(person, by=my_account().id)
        mail.post(messages.password_link(person, link=link))
    if password_secrecy.are_hidden():
        flash(f"A link to set a password is on its way to {person.email}.")
    else:
        life = passwords.life_in_words(has_password=person.password_hash is not None)
        flash(f"A link to set a password is on its way to {person.email}. It works for {life}.")
    return redirect(url_for("people.show", person_id=person.id))


@bp.route("/people/password-links", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def send_first_links() -> ResponseReturnValue:
    """Mail everybody who never set a password the link with which they do."""
    with transaction():
        many = services.send_first_links(by=my_account().id)
    jobs.mail_forgotten()
    if password_secrecy.are_hidden():
        flash("Whoever has no password, and no link on the way, is sent one.")
    elif many:
        flash(f"{counted(many, 'link is', 'links are')} on the way, each to its own person.")
    else:
        flash("Everybody has a password, or a link on the way.")
    return redirect(url_for("desk.show"))


@bp.route("/people/export.csv")
@requires(Permission.PEOPLE_MANAGE)
def export_file() -> ResponseReturnValue:
    """The directory as a people file, to be edited and imported again."""
    with transaction():
        content = export.directory_file(by=my_account().id)
    response = Response(content, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="people.csv")
    return response
