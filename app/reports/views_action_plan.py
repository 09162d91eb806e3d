"""Pages on which the subject of a report marks statements and makes a plan; for nobody else."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.errors import NotFoundError
from app.domain.reports.action_plan import PlanFullError
from app.domain.scale import STATEMENTS
from app.infra.db import transaction
from app.infra.settings import company_day
from app.people.guard import asking, check, my_account, requires
from app.reports import queries, services
from app.reports.blueprint import bp
from app.reports.forms import MarksForm, PlanForm
from app.reports.personal_page import report_page
from app.results.queries import Part, dossiers


@bp.route("/<int:cycle_id>/marks", methods=["POST"])
@requires(Permission.PLAN_WRITE)
def mark(cycle_id: int) -> ResponseReturnValue:
    """Keep what the statements' results were to the subject."""
    form = MarksForm.of(queries.own_plan(_own_part(cycle_id)), STATEMENTS)
    if not form.validate_on_submit():
        flash("Nothing was saved. Please choose one of the marks offered.", "error")
        return redirect(_report(cycle_id, "statements"))
    try:
        with transaction():
            services.save_marks(_own_part(cycle_id), form.marks)
    except PlanFullError as full:
        return report_page(cycle_id, my_account().id, marks=form, faults=[str(full)]), 422
    flash("Your marks are saved. Only you see them.")
    return redirect(_report(cycle_id, "plan"))


@bp.route("/<int:cycle_id>/plan/<int:statement>", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def plan(cycle_id: int, statement: int) -> ResponseReturnValue:
    """Plan one behaviour; a fault keeps everything that was typed."""
    part = _own_part(cycle_id)
    text = _text_of(part, statement)
    item = queries.own_plan(part).item(statement)
    readers = queries.plan_readers(cycle_id, part.subject.id)
    form = PlanForm.of(item, today=company_day(), readers=readers)
    faults: list[str] = []
    if form.is_submitted():
        faults = form.faults if not form.validate() else _kept(cycle_id, statement, form)
        if not faults:
            flash("It is in your plan. The last page of your PDF prints it.")
            return redirect(_report(cycle_id, "plan"))
    page = render_template(
        "reports/plan.html", form=form, item=item, text=text, part=part, faults=faults
    )
    return page, 422 if faults else 200


def _kept(cycle_id: int, statement: int, form: PlanForm) -> list[str]:
    """Save what was sent: the faults that stop it, or none."""
    try:
        with transaction():
            part = _own_part(cycle_id)
            services.save_item(part, form.item(statement, _text_of(part, statement)))
    except PlanFullError as full:
        return [str(full)]
    return []


@bp.route("/<int:cycle_id>/plan/<int:statement>/drop", methods=["POST"])
@requires(Permission.PLAN_WRITE)
def drop_plan(cycle_id: int, statement: int) -> ResponseReturnValue:
    """Take a behaviour off the plan."""
    _own_part(cycle_id)
    with transaction():
        services.drop_item(_own_part(cycle_id), statement)
    flash("It is no longer in your plan. The mark stays.")
    return redirect(_report(cycle_id, "plan"))


def _own_part(cycle_id: int) -> Part:
    """The actor's own published report of a cycle; 403 for everybody without one."""
    found = dossiers(cycle_id, [my_account().id], reader=asking())
    check(Permission.PLAN_WRITE, found[0].access if found else None)
    return found[0].part


def _text_of(part: Part, statement: int) -> str:
    for one in part.cycle.questionnaire.statements:
        if one.number == statement:
            return one.text
    raise NotFoundError("There is no such statement.")


def _report(cycle_id: int, place: str) -> str:
    return url_for("reports.personal", cycle_id=cycle_id, subject_id=my_account().id, _anchor=place)
