"""Importing a people list: choose a file, answer what it leaves open, look, say yes; or undo."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.files.checked_table import shown
from app.domain.files.people.columns import FIELDS
from app.domain.files.people.questions import Question
from app.domain.plurals import counted
from app.infra import clock
from app.infra.db import transaction
from app.infra.settings import settings
from app.people.forms import ConfirmForm, ImportForm, UploadForm
from app.people.guard import my_account, requires
from app.people.imports import proposing, summary, undoing, writing
from app.people.imports.proposing import MAP, Proposal
from app.people.uploads import CHOOSE_AGAIN, UploadGoneError, Uploads
from app.people.views_account import bp

ANSWER: Final = "answer."
SHOWN: Final = 100
ANOTHER_RESULT: Final = "With these answers something else will happen. Please look once more."
CHANGED_MEANWHILE: Final = (
    "Somebody changed the directory since this preview. Please look at what will change now."
)


def _today() -> date:
    return clock.today(settings().zone)


def _uploads() -> Uploads:
    folder = settings().data_folder / "uploads"
    secret = str(settings().secret_key)
    return Uploads(folder, secret=secret, owner_id=my_account().id)


@bp.route("/people/import", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def upload() -> ResponseReturnValue:
    """Take a people list and show what it would do, what it leaves open, or what is wrong."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _upload_page(form)
    content: bytes = form.file.data.read()
    proposal = proposing.propose(content, today=_today())
    if proposal.faults and not proposal.reading.columns:
        return _upload_page(form, proposing.FileRefusedError(proposal.faults)), 422
    page = _check_page(proposal, ImportForm(formdata=None, ticket=_uploads().keep(content)))
    return page, 422 if proposal.faults else 200


def _upload_page(form: UploadForm, refused: proposing.FileRefusedError | None = None) -> str:
    last = undoing.last_import(today=_today())
    return render_template(
        "people/upload.html", form=form, refused=refused, last=last, undo=ConfirmForm()
    )


@bp.route("/people/import/check", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def check_import() -> ResponseReturnValue:
    """Look again with the answers given, or import what was looked at."""
    form, uploads = ImportForm(), _uploads()
    if not form.validate_on_submit():
        raise UploadGoneError(CHOOSE_AGAIN)
    ticket = form.ticket.data or ""
    answers = answers_in(request.form)
    proposal = proposing.propose(uploads.fetch(ticket), today=_today(), answers=answers)
    if request.form.get("act") != "import":
        return _check_page(proposal, form), 422 if proposal.faults else 200
    if refusal := _refusal(proposal, form):
        return _check_page(proposal, form, refusal), 409
    try:
        with transaction():
            preview = writing.import_people(proposal, today=_today(), by=my_account().id)
    except writing.DirectoryChangedError:
        newer = proposing.propose(uploads.fetch(ticket), today=_today(), answers=answers)
        return _check_page(newer, form, CHANGED_MEANWHILE), 409
    uploads.forget(ticket)
    flash(writing.told(preview))
    return redirect(url_for("people.index"))


def _refusal(proposal: Proposal, form: ImportForm) -> str:
    """Why the yes does not count, as a sentence; nothing when it does."""
    if not proposal.is_ready:
        return "Some things are still open. Nothing has been changed."
    if form.outcome.data != proposal.outcome:
        is_same = (form.outcome.data or "").partition("-")[0] == proposal.outcome.partition("-")[0]
        return ANOTHER_RESULT if is_same else CHANGED_MEANWHILE
    if proposal.is_harmful and _number(form.leaving.data) != proposal.leaving_count:
        people = counted(proposal.leaving_count, "person", "people")
        return (
            f"{people} would leave. If that is right, please write this number into the field "
            "below."
        )
    return ""


def _number(typed: str | None) -> int | None:
    bare = "".join(letter for letter in typed or "" if letter.isalnum())
    return int(bare) if bare.isdecimal() else None


@bp.route("/people/import/forget", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def forget_import() -> ResponseReturnValue:
    """Forget the file that was chosen; nothing was changed."""
    form = ImportForm()
    if form.validate_on_submit():
        _uploads().forget(form.ticket.data or "")
    flash("Nothing was changed; the file is forgotten.")
    return redirect(url_for("people.upload"))


@bp.route("/people/import/undo", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def undo_import() -> ResponseReturnValue:
    """Take the last import back as a whole."""
    with transaction():
        done = undoing.undo(by=my_account().id, today=_today())
    flash(
        f"The import is taken back: {done.added:,} removed, {done.changed:,} as they were before, "
        f"{done.deactivated:,} active again."
    )
    return redirect(url_for("people.index"))


def answers_in(form: Mapping[str, str]) -> dict[str, str]:
    """What HR answered, by the key of the question; columns by "map." and their name."""
    answers = {
        name.removeprefix(ANSWER): value.strip()
        for name, value in form.items()
        if name.startswith(ANSWER)
    }
    return answers | {name: value for name, value in form.items() if name.startswith(MAP)}


def _check_page(proposal: Proposal, form: ImportForm, refusal: str = "") -> str:
    form.outcome.data = proposal.outcome
    form.leaving.data = form.leaving.data or ""
    return render_template(
        "people/check.html",
        form=form,
        proposal=proposal,
        refusal=refusal,
        faults=shown(proposal.faults),
        fields=FIELDS,
        summary=summary.of(proposal, reader=my_account().email),
        most=SHOWN,
        questions=list(_with_answers(proposal.questions, proposal.answers)),
    )


def _with_answers(
    questions: Iterable[Question], answers: Mapping[str, str]
) -> Iterable[tuple[Question, str, bool]]:
    """Each question with what is chosen in it, and whether somebody has to say something."""
    for question in questions:
        given = answers.get(question.key, "")
        is_given = question.accepts(given)
        yield (
            question,
            given if is_given else question.preset,
            not is_given and not question.is_offer,
        )
