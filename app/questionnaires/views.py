"""Pages on which HR reads and words the questionnaire."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.infra.db import transaction
from app.people.guard import my_account, requires
from app.questionnaires import queries, services, wording_rules
from app.questionnaires.forms import CopyForm, WordingForm
from app.questionnaires.models import Questionnaire
from app.questionnaires.rewording import Rewording, asks_about_scale, undecided
from app.questionnaires.services import WordingRefusedError

bp = Blueprint("questionnaires", __name__, url_prefix="/questionnaires")


@bp.route("")
@requires(Permission.QUESTIONNAIRE_EDIT)
def index() -> ResponseReturnValue:
    """Every version."""
    return render_template("questionnaires/index.html", versions=queries.all_versions())


@bp.route("/<int:questionnaire_id>")
@requires(Permission.QUESTIONNAIRE_EDIT)
def show(questionnaire_id: int) -> ResponseReturnValue:
    """One version with its statements."""
    found = queries.questionnaire_by_id(questionnaire_id)
    return render_template(
        "questionnaires/show.html",
        questionnaire=found,
        draft=queries.open_draft(found.name),
        form=CopyForm(),
    )


@bp.route("/<int:questionnaire_id>/copy", methods=["POST"])
@requires(Permission.QUESTIONNAIRE_EDIT)
def copy(questionnaire_id: int) -> ResponseReturnValue:
    """Make a draft copy and go on to its wording."""
    if not CopyForm().validate_on_submit():
        abort(400)
    with transaction():
        made = services.draft_copy(
            queries.questionnaire_by_id(questionnaire_id), by=my_account().id
        )
        address = url_for("questionnaires.edit", questionnaire_id=made.id)
    flash("This is a draft copy. It changes nothing until a cycle uses it.")
    return redirect(address)


@bp.route("/<int:questionnaire_id>/edit", methods=["GET", "POST"])
@requires(Permission.QUESTIONNAIRE_EDIT)
def edit(questionnaire_id: int) -> ResponseReturnValue:
    """Change the wording of a draft."""
    draft = queries.questionnaire_by_id(questionnaire_id)
    form = WordingForm.of(draft)
    faults: list[str] = []
    if form.is_submitted():
        form.validate()
        faults = form.all_faults or _changed(draft.id, form)
        if not faults:
            flash("The new wording is saved.")
            return redirect(url_for("questionnaires.show", questionnaire_id=draft.id))
    if draft.is_frozen and not faults:
        return redirect(url_for("questionnaires.show", questionnaire_id=draft.id))
    before = {one.number: one.text for one in draft.statements}
    asked = set(_undecided(draft, form)) if form.is_submitted() else set()
    page = render_template(
        "questionnaires/edit.html",
        questionnaire=draft,
        form=form,
        rules=wording_rules,
        faults=faults,
        asked={number: before[number] for number in asked},
        asks_scale=form.is_submitted() and _scale_is_new(draft, form),
    )
    return page, (422 if faults else 200)


def _undecided(draft: Questionnaire, form: WordingForm) -> list[int]:
    """The statements of which HR has to say what new words mean; on a new scale all are new."""
    if form.labels != draft.scale_labels and form.scale_rewording is not Rewording.SPELLING:
        return []
    known = queries.identities_by_words(draft.name, draft.scale_identity)
    return undecided(draft.statements, form.wording, known)


def _scale_is_new(draft: Questionnaire, form: WordingForm) -> bool:
    return asks_about_scale(draft, form.labels, queries.scales_by_labels(draft))


def _changed(questionnaire_id: int, form: WordingForm) -> list[str]:
    """Save the wording; the faults when it is refused."""
    try:
        with transaction():
            draft = queries.questionnaire_by_id(questionnaire_id)
            services.change_wording(
                draft,
                form.wording,
                form.labels,
                scale_rewording=form.scale_rewording,
                by=my_account().id,
            )
    except WordingRefusedError as refusal:
        return refusal.faults
    return []
