"""Improvement projects: one board for everybody, and a page for each."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.cycles.queries import newest_cycle
from app.domain.access import Permission, ProjectAccess, is_allowed
from app.domain.enps.stances import Stance
from app.domain.errors import PlanRefusedError
from app.domain.projects.sources import leads_team_of, source_in_words
from app.domain.projects.steps import ProjectState
from app.enps.figures import named_figures, named_team_figures
from app.enps.forms import EVERYBODY, NoteForm, ProjectForm
from app.enps.project_charts import before_and_since
from app.enps.sources import Source, source_of
from app.infra.db import transaction
from app.people.department_tree import department_choices
from app.people.guard import asking, check, me, my_account, requires
from app.people.queries import person_by_id
from app.projects import queries, services
from app.projects.models import Project

bp = Blueprint("projects", __name__, url_prefix="/projects")

UNPROCESSABLE = 422


@bp.route("")
@requires(Permission.PROJECTS_READ)
def index() -> ResponseReturnValue:
    """Every project that one may see, by state."""
    lines = queries.lines_seen_by(asking())
    return render_template(
        "projects/index.html",
        states=queries.by_state(lines),
        in_short=queries.in_short(lines),
        before_and_since=before_and_since,
        may_begin=is_allowed(asking(), Permission.PROJECT_BEGIN),
    )


@bp.route("/<int:project_id>")
@requires(Permission.PROJECTS_READ)
def show(project_id: int) -> ResponseReturnValue:
    """One project with its notes and its figure."""
    return _page(_seen(project_id), NoteForm())


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PROJECT_BEGIN)
def new() -> ResponseReturnValue:
    """Begin a project: from a comment, a reason, a statement or a service, or freely.

    `?from=` names what it comes from by its key. Its words are read here and never taken from
    the address: whoever makes a link puts no words into somebody else’s form.
    """
    source = _source()
    saved = {"owner": my_account().email, "wants": "more"}
    if source:
        is_too_much = source.key.startswith(f"reason:{Stance.DETRACTOR}")
        saved |= {
            "you_said": source.said,
            "figure": source.figure,
            "wants": "less" if is_too_much else "more",
        }
    return _edit(ProjectForm(data=saved), None, source=source)


def _source() -> Source | None:
    """What the project comes from, once it is certain that the reader may begin one from it."""
    key = request.args.get("from", "")
    source = source_of(key) if key else None
    check(Permission.PROJECT_BEGIN, source.service if source else None)
    if source and source.is_for_readers and asking().person_id not in source.hearer_ids:
        check(Permission.SERVICE_READ, source.service)
    if source and source.is_of_team and not leads_team_of(source.key, my_account().id):
        abort(403)
    return source


@bp.route("/<int:project_id>/edit", methods=["GET", "POST"])
@requires(Permission.PROJECT_CHANGE)
def edit(project_id: int) -> ResponseReturnValue:
    """Change what is said of a project."""
    project = _changeable(project_id)
    saved = {name: getattr(project, name) for name in ("title", "you_said", "we_did", "due_on")}
    saved |= {
        "owner": person_by_id(project.owner_id).email,
        "figure": project.figure,
        "wants": "more" if project.wants_more else "less",
        "department": project.department_id or EVERYBODY,
    }
    return _edit(ProjectForm(data=saved), project)


@bp.route("/<int:project_id>/move", methods=["POST"])
@requires(Permission.PROJECT_CHANGE)
def move(project_id: int) -> ResponseReturnValue:
    """Take the next step."""
    project = _changeable(project_id)
    target = next((one for one in ProjectState if one.value == request.form.get("state")), None)
    if target is None:
        abort(400)
    with transaction():
        services.move_on(project, target, by=my_account().id)
    flash(f"{project.title}: {target}.")
    return redirect(url_for("enps.projects.show", project_id=project_id))


@bp.route("/<int:project_id>/note", methods=["POST"])
@requires(Permission.PROJECT_CHANGE)
def note(project_id: int) -> ResponseReturnValue:
    """Write a line about how it goes."""
    project, form = _changeable(project_id), NoteForm()
    if not form.validate_on_submit():
        return _page(project, form), UNPROCESSABLE
    with transaction():
        services.note(project, form.text.data or "", by=my_account().id)
    return redirect(url_for("enps.projects.show", project_id=project_id))


def _page(project: Project, form: NoteForm) -> str:
    actor = asking()
    return render_template(
        "projects/show.html",
        line=queries.lines_of([project], reader_id=my_account().id)[0],
        before_and_since=before_and_since,
        came_from=source_in_words(project.source),
        audience=queries.audience_of(project),
        notes=queries.notes_of(project),
        form=form,
        may_change=actor.is_hr or project.owner_id == actor.person_id,
    )


def _seen(project_id: int) -> Project:
    """A project that one may see; others are not there."""
    project = queries.project_by_id(project_id)
    if not queries.is_seen_by(project, asking()):
        abort(403)
    return project


def _changeable(project_id: int) -> Project:
    project = queries.project_by_id(project_id)
    check(Permission.PROJECT_CHANGE, ProjectAccess(project.owner_id))
    return project


def _edit(
    form: ProjectForm, project: Project | None, *, source: Source | None = None
) -> ResponseReturnValue:
    cycle = newest_cycle()
    figures = named_figures(cycle) if cycle else {}
    if cycle and asking().is_manager:
        figures |= named_team_figures(cycle, me())
    if project:
        figures.setdefault(project.figure, project.figure_name)
    form.figure.choices = list(figures.items())
    offered = department_choices(project.department_id if project and project.department_id else 0)
    form.department.choices = [(EVERYBODY, "everybody"), *offered]
    faults: list[str] = []
    if form.is_submitted():
        faults = form.faults if not form.validate() else _kept(form, figures, project, source)
        if not faults:
            flash(f"{form.title.data} is saved.")
            return redirect(url_for("enps.projects.index"))
    page = render_template(
        "projects/edit.html",
        form=form,
        project=project,
        faults=faults,
        has_figures=bool(figures),
        came_from=source_in_words(source.key if source else project.source if project else ""),
    )
    return page, UNPROCESSABLE if faults else 200


def _kept(
    form: ProjectForm, figures: dict[str, str], project: Project | None, source: Source | None
) -> list[str]:
    """Save it; the faults when it is refused."""
    plan = form.planned(figures, source=source.key if source else "")
    try:
        with transaction():
            services.keep_project(plan, project=project, by=my_account().id)
    except PlanRefusedError as refusal:
        return refusal.faults
    return []
