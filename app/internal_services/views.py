"""Pages on which HR names the services in the house."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.errors import PlanRefusedError
from app.domain.internal_services.asked import FEWEST_PEOPLE
from app.infra.db import transaction
from app.internal_services import queries, services
from app.internal_services.forms import ServiceForm, StatementsForm
from app.internal_services.models import InternalService
from app.people.department_tree import department_choices
from app.people.guard import my_account, requires
from app.people.queries import labels_of, people_by_ids

bp = Blueprint("internal_services", __name__, url_prefix="/services")

UNPROCESSABLE = 422


@bp.route("/named")
@requires(Permission.SERVICES_NAME)
def index() -> ResponseReturnValue:
    """Every service, and what is asked about them."""
    found = queries.all_services()
    owners = people_by_ids(one.owner_id for one in found)
    return render_template(
        "internal_services/index.html",
        services=found,
        owners=labels_of({key: one.name for key, one in owners.items()}),
        people={one.id: 1 + len(queries.members_of(one.id)) for one in found},
        statements=queries.statements(),
        fewest=FEWEST_PEOPLE,
    )


@bp.route("/named/new", methods=["GET", "POST"])
@requires(Permission.SERVICES_NAME)
def new() -> ResponseReturnValue:
    """Name a new service."""
    return _edit(ServiceForm(data={"is_active": True}), None)


@bp.route("/named/<int:service_id>", methods=["GET", "POST"])
@requires(Permission.SERVICES_NAME)
def edit(service_id: int) -> ResponseReturnValue:
    """Change a service; cycles that are open keep it as it was."""
    service = queries.service_by_id(service_id)
    members = people_by_ids(queries.members_of(service_id)).values()
    owner = people_by_ids([service.owner_id])[service.owner_id]
    saved = {
        "name": service.name,
        "hint": service.hint,
        "owner": owner.email,
        "members": "\n".join(sorted(one.email for one in members)),
        "departments": queries.departments_of(service_id),
        "is_active": service.is_active,
    }
    return _edit(ServiceForm(data=saved), service)


def _edit(form: ServiceForm, service: InternalService | None) -> ResponseReturnValue:
    chosen = queries.departments_of(service.id) if service else []
    form.departments.choices = list(department_choices(*chosen))
    faults: list[str] = []
    if form.is_submitted():
        faults = (
            form.faults
            if not form.validate()
            else _refused(
                lambda: services.keep_service(form.named, service=service, by=my_account().id)
            )
        )
        if not faults:
            flash(
                f"{form.name.data} is saved. The next review that opens asks about it as it is now."
            )
            return redirect(url_for("internal_services.index"))
    page = render_template("internal_services/edit.html", form=form, service=service, faults=faults)
    return page, UNPROCESSABLE if faults else 200


@bp.route("/named/statements", methods=["GET", "POST"])
@requires(Permission.SERVICES_NAME)
def word() -> ResponseReturnValue:
    """Word what is asked about every service."""
    texts = (*queries.statements(), "", "")[:3]
    form = StatementsForm(data=dict(zip(("first", "second", "third"), texts, strict=True)))
    faults: list[str] = []
    if form.is_submitted():
        faults = (
            form.faults
            if not form.validate()
            else _refused(lambda: services.word_statements(form.texts, by=my_account().id))
        )
        if not faults:
            flash("The statements are saved. Where words changed, quarters are not compared.")
            return redirect(url_for("internal_services.index"))
    page = render_template("internal_services/statements.html", form=form, faults=faults)
    return page, UNPROCESSABLE if faults else 200


def _refused(act: Callable[[], object]) -> list[str]:
    """Do it in one transaction; the faults when it is refused."""
    try:
        with transaction():
            act()
    except PlanRefusedError as refusal:
        return refusal.faults
    return []
