"""Pages on which the subject of a report marks statements and makes a plan; for nobody else."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.cycles.facts import AskedStatement
from app.domain.access import Permission
from app.domain.errors import NotFoundError
from app.domain.reports.action_plan import PLAN_HINTS, ActionPlanFullError
from app.domain.scale import STATEMENTS
from app.infra.db import transaction
from app.infra.settings import company_day
from app.people.guard import my_account, requires
from app.reports import queries, services
from app.reports.forms import ActionForm, MarksForm
from app.reports.own_part import own_part
from app.reports.views_common import bp
from app.reports.views_personal import report_page
from app.results.dossiers import SubjectInCycle


@bp.route("/<int:cycle_id>/marks", methods=["POST"])
@requires(Permission.PLAN_WRITE)
def mark(cycle_id: int) -> ResponseReturnValue:
    """Keep what the statements' results were to the subject."""
    form = MarksForm.of(queries.action_plan_of(own_part(cycle_id)), STATEMENTS)
    if not form.validate_on_submit():
        flash("Nothing was saved. Please use the boxes offered.", "error")
        return redirect(_report(cycle_id))
    try:
        with transaction():
            services.save_marks(own_part(cycle_id), form.ticks)
    except ActionPlanFullError as full:
        return report_page(cycle_id, my_account().id, marks=form, faults=[str(full)]), 422
    flash("Your ticks are saved. Only you see them. What you work on waits below “Choose”.")
    return redirect(_report(cycle_id))


@bp.route("/<int:cycle_id>/plan")
@requires(Permission.PLAN_WRITE)
def choose(cycle_id: int) -> ResponseReturnValue:
    """On to the plan of the statement that was chosen from the list."""
    own_part(cycle_id)
    statement = request.args.get("statement", type=int)
    if statement is None:
        # The page jumps to the menu, and the fault stands beside it.
        fault = "Please choose a statement first."
        return report_page(cycle_id, my_account().id, choice_fault=fault), 422
    return redirect(url_for("reports.plan", cycle_id=cycle_id, statement=statement))


@bp.route("/<int:cycle_id>/plan/<int:statement>", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def plan(cycle_id: int, statement: int) -> ResponseReturnValue:
    """Plan one behaviour; a fault keeps everything that was typed."""
    part = own_part(cycle_id)
    asked = _statement(part, statement)
    item = queries.action_plan_of(part).item(statement)
    readers = queries.action_plan_readers(cycle_id, part.subject.id)
    form = ActionForm.of(item, today=company_day(), readers=readers)
    faults: list[str] = []
    if form.is_submitted():
        faults = form.faults if not form.validate() else _kept(cycle_id, statement, form)
        if not faults:
            flash("It is in your plan. The last page of your PDF prints it.")
            return redirect(_report(cycle_id))
    page = render_template(
        "reports/plan.html",
        form=form,
        item=item,
        text=asked.text,
        title=asked.short_name or asked.text,
        part=part,
        faults=faults,
        plan_hints=PLAN_HINTS,
        next_review=queries.next_review(part.cycle).words(company_day()),
    )
    return page, 422 if faults else 200


def _kept(cycle_id: int, statement: int, form: ActionForm) -> list[str]:
    """Save what was sent: the faults that stop it, or none."""
    try:
        with transaction():
            part = own_part(cycle_id)
            services.save_action(part, form.item(statement, _statement(part, statement).text))
    except ActionPlanFullError as full:
        return [str(full)]
    return []


@bp.route("/<int:cycle_id>/plan/<int:statement>/drop", methods=["POST"])
@requires(Permission.PLAN_WRITE)
def drop_plan(cycle_id: int, statement: int) -> ResponseReturnValue:
    """Take a behaviour off the plan."""
    own_part(cycle_id)
    with transaction():
        services.drop_action(own_part(cycle_id), statement)
    flash("It is no longer in your plan.")
    return redirect(_report(cycle_id))


def _statement(part: SubjectInCycle, statement: int) -> AskedStatement:
    for one in part.cycle.questionnaire.statements:
        if one.number == statement:
            return one
    raise NotFoundError("There is no such statement.")


def _report(cycle_id: int) -> str:
    """The report from its beginning, where what was done is said."""
    return url_for("reports.personal", cycle_id=cycle_id, subject_id=my_account().id)
