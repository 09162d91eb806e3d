"""Importing a people list: choose a file, answer what it leaves open, look, say yes; or undo.

A large list is read and written by a job: the same pages show how far it is to everybody of HR.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.files.people.columns import FIELDS
from app.infra import clock, heartbeats
from app.infra.db import transaction
from app.infra.heartbeats import Sign
from app.infra.settings import settings
from app.people import jobs, queries, uploads
from app.people.forms import ConfirmForm, ImportForm, UploadForm
from app.people.guard import my_account, requires
from app.people.imports import background, proposing, summary, taking_back, undoing, writing
from app.people.imports.confirming import Yes, refusal_of
from app.people.imports.proposing import MAP
from app.people.imports.summary import ImportSummary
from app.people.large_import import ImportStage, LargeImport
from app.people.uploads import CHOOSE_AGAIN, Tickets, UploadGoneError
from app.people.views_account import bp

ANSWER: Final = "answer."
LARGE: Final = "large-"
"""How the ticket of a file begins that a job reads; the file's name follows."""


def _today() -> date:
    return clock.today(settings().zone)


def _tickets() -> Tickets:
    return Tickets(secret=str(settings().secret_key), owner_id=my_account().id)


@bp.route("/people/import", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def upload() -> ResponseReturnValue:
    """Take a people list and show what it would do, what it leaves open, or what is wrong."""
    form = UploadForm()
    if request.method == "GET" and (large := background.current()):
        return _large_page(large)
    if not form.validate_on_submit():
        return _upload_page(form)
    background.refuse_second()
    content: bytes = form.file.data.read()
    if background.is_large(content):
        return _begin_large(content)
    proposal = proposing.propose(content, today=_today())
    if proposal.faults and not proposal.reading.columns:
        return _upload_page(form, proposing.FileRefusedError(proposal.faults)), 422
    filled = ImportForm(formdata=None, ticket=_tickets().keep(content))
    return _check_page(summary.of(proposal), filled), 422 if proposal.faults else 200


def _begin_large(content: bytes) -> ResponseReturnValue:
    """Keep the file for the job that reads it."""
    name = uploads.keep_file(content)
    try:
        with transaction():
            background.ask(name, by=my_account().id)
    except background.ImportUnderWayError:
        uploads.forget_file(name)
        raise
    jobs.import_large_list()
    return redirect(url_for("people.upload"))


def _large_page(large: LargeImport) -> str:
    """What a large list would do, or how far the work on it is."""
    form = ImportForm(formdata=None, ticket=LARGE + large.file_name)
    by = "" if large.by_id is None else queries.person_by_id(large.by_id).name
    if large.stage is ImportStage.READY and large.preview:
        seen = summary.read_back(large.preview)
        return _check_page(seen, form, large.refusal, chosen_by=by)
    is_late = heartbeats.late(Sign.WORKER) is not None
    if large.is_undo:
        return render_template(
            "people/undo_at_work.html",
            large=large,
            last=undoing.last_import(today=_today(), is_looked_at=False),
            form=form,
            by=by,
            is_worker_late=is_late,
        )
    return render_template(
        "people/import_at_work.html", large=large, form=form, by=by, is_worker_late=is_late
    )


def _upload_page(form: UploadForm, refused: proposing.FileRefusedError | None = None) -> str:
    last = undoing.last_import(today=_today())
    return render_template(
        "people/upload.html", form=form, refused=refused, last=last, undo=ConfirmForm()
    )


@bp.route("/people/import/check", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def check_import() -> ResponseReturnValue:
    """Look again with the answers given, or import what was looked at."""
    form = ImportForm()
    if not form.validate_on_submit():
        raise UploadGoneError(CHOOSE_AGAIN)
    ticket, answers = form.ticket.data or "", answers_in(request.form)
    yes = Yes(form.outcome.data or "", form.leaving.data or "")
    is_yes = request.form.get("act") == "import"
    if ticket.startswith(LARGE):
        return _go_on_with_large(ticket.removeprefix(LARGE), answers, yes if is_yes else None)
    content = _tickets().fetch(ticket)
    proposal = proposing.propose(content, today=_today(), answers=answers)
    if not is_yes:
        return _check_page(summary.of(proposal), form), 422 if proposal.faults else 200
    if refusal := refusal_of(yes, proposal):
        return _check_page(summary.of(proposal), form, refusal), 409
    try:
        with transaction():
            preview = writing.import_people(proposal, today=_today(), by=my_account().id)
    except writing.DirectoryChangedError as changed:
        newer = proposing.propose(content, today=_today(), answers=answers)
        return _check_page(summary.of(newer), form, str(changed)), 409
    flash(writing.told(preview))
    return redirect(url_for("people.index"))


def _go_on_with_large(
    name: str, answers: Mapping[str, str], yes: Yes | None
) -> ResponseReturnValue:
    """Let the job read the file again, or write what was shown."""
    with transaction():
        if yes is None:
            background.look_again(name, answers, by=my_account().id)
        else:
            background.confirm(name, answers, yes, by=my_account().id)
    jobs.import_large_list()
    return redirect(url_for("people.upload"))


@bp.route("/people/import/forget", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def forget_import() -> ResponseReturnValue:
    """Forget the file that was chosen; nothing was changed."""
    form = ImportForm()
    ticket = (form.ticket.data or "") if form.validate_on_submit() else ""
    if ticket.startswith(LARGE):
        with transaction():
            background.cancel(ticket.removeprefix(LARGE))
    flash("Nothing was changed; the file is forgotten.")
    return redirect(url_for("people.upload"))


@bp.route("/people/import/undo/forget", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def forget_undo() -> ResponseReturnValue:
    """Leave the last import as it is, while nothing of taking it back is done."""
    form = ImportForm()
    with transaction():
        background.cancel((form.ticket.data or "").removeprefix(LARGE))
    flash("Nothing was changed; the import stays.")
    return redirect(url_for("people.upload"))


@bp.route("/people/import/undo", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
def undo_import() -> ResponseReturnValue:
    """Take the last import back as a whole; of many people a job does it."""
    if background.is_undo_under_way() or undoing.is_large(today=_today()):
        with transaction():
            taking_back.ask(by=my_account().id, today=_today())
        jobs.import_large_list()
        return redirect(url_for("people.upload"))
    with transaction(checks_references=False):
        done = undoing.undo(by=my_account().id, today=_today())
    flash(done.told)
    return redirect(url_for("people.index"))


def answers_in(form: Mapping[str, str]) -> dict[str, str]:
    """What HR answered, by the key of the question; columns by "map." and their name."""
    answers = {
        name.removeprefix(ANSWER): value.strip()
        for name, value in form.items()
        if name.startswith(ANSWER)
    }
    return answers | {name: value for name, value in form.items() if name.startswith(MAP)}


def _check_page(
    seen: ImportSummary, form: ImportForm, refusal: str = "", *, chosen_by: str = ""
) -> str:
    form.outcome.data = seen.outcome
    form.leaving.data = form.leaving.data or ""
    return render_template(
        "people/check.html",
        form=form,
        seen=seen,
        refusal=refusal,
        fields=FIELDS,
        is_reader_leaving=my_account().email in seen.preview.hr_leaving,
        chosen_by=chosen_by,
    )
