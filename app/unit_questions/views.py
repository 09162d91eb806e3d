"""The pages on which managers put a question to their department, and HR confirms it."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Permission
from app.domain.errors import NotAllowedError, NotFoundError, PlanRefusedError
from app.domain.release.policy import ReleasePolicy
from app.domain.unit_questions.asked import IN_WORDS, UnitQuestion
from app.infra.db import db, transaction
from app.people import two_person_requests
from app.people.department_tree import paths_of
from app.people.guard import me, my_account, requires
from app.people.models import Act, Department
from app.people.two_person_requests import Request
from app.unit_questions import queries, services
from app.unit_questions.forms import QuestionConfirmForm, QuestionForm
from app.unit_questions.models import PlannedUnitQuestion
from app.unit_questions.services import WantedQuestion

bp = Blueprint("unit_questions", __name__, url_prefix="/unit-questions")

UNPROCESSABLE = 422


@dataclass(frozen=True)
class WaitingQuestion:
    """A department that one leads, and what it is asked next."""

    department_id: int
    department: str
    row: PlannedUnitQuestion | None
    asker: str
    is_mine: bool
    waits: bool
    """Whether HR has still to look at it."""


@bp.route("")
@requires(Permission.UNIT_QUESTION_ASK)
def index() -> ResponseReturnValue:
    """The departments that one leads, and what each is asked in the next review."""
    mine = me()
    led = queries.departments_led_by(mine)
    paths, asked = paths_of(led), queries.planned_of(led)
    waiting = two_person_requests.waiting_for(Act.UNIT_QUESTION, led)
    lines = [_line(one, paths[one], asked.get(one), mine.id, waits=one in waiting) for one in led]
    return render_template("unit_questions/index.html", lines=lines, in_words=IN_WORDS)


def _line(
    department_id: int,
    path: str,
    asked: tuple[PlannedUnitQuestion, str] | None,
    my_id: int,
    *,
    waits: bool,
) -> WaitingQuestion:
    row, asker = asked or (None, "")
    is_mine = row is None or row.manager_id == my_id
    return WaitingQuestion(department_id, path, row, asker, is_mine=is_mine, waits=waits)


@bp.route("/<int:department_id>", methods=["GET", "POST"])
@requires(Permission.UNIT_QUESTION_ASK)
def ask(department_id: int) -> ResponseReturnValue:
    """Word the question of one department."""
    mine = me()
    if department_id not in queries.departments_led_by(mine):
        raise NotAllowedError(services.NOT_YOURS)
    row = queries.planned(department_id)
    form = QuestionForm(data={"text": row.text, "kind": row.kind.value} if row else {})
    faults: list[str] = []
    if form.is_submitted():
        faults = form.faults if not form.validate() else _asked(form, department_id)
        if not faults:
            return redirect(url_for("unit_questions.index"))
    page = render_template(
        "unit_questions/ask.html",
        form=form,
        faults=faults,
        department=paths_of([department_id])[department_id],
        policy=ReleasePolicy(),
    )
    return page, UNPROCESSABLE if faults else 200


def _asked(form: QuestionForm, department_id: int) -> list[str]:
    """Put the question; the faults when it is refused."""
    wanted = WantedQuestion(department_id, form.answer_kind, form.text.data or "")
    try:
        with transaction():
            is_confirmed = services.ask(wanted, by=me())
    except PlanRefusedError as refusal:
        return refusal.faults
    flash(
        "It is asked in the next review."
        if is_confirmed
        else "HR is asked to confirm it. It is asked in the next review that opens after that."
    )
    return []


@bp.route("/<int:department_id>/take-off", methods=["POST"])
@requires(Permission.UNIT_QUESTION_ASK)
def take_off(department_id: int) -> ResponseReturnValue:
    """Ask the department nothing after all."""
    with transaction():
        services.take_off(department_id, by=me())
    flash("Nothing is asked of this department.")
    return redirect(url_for("unit_questions.index"))


@bp.route("/<int:department_id>/confirm", methods=["GET", "POST"])
@requires(Permission.UNIT_QUESTION_CONFIRM)
def confirm(department_id: int) -> ResponseReturnValue:
    """Look at what a manager wants to ask, and confirm it."""
    asked, question = _waiting(department_id)
    form = QuestionConfirmForm(data={"content": asked.content})
    if form.validate_on_submit():
        with transaction():
            services.confirm(
                department_id,
                content=form.content.data or "",
                word=form.word.data or "",
                by=my_account().id,
            )
        flash("Confirmed. It is part of the next plan.")
        return redirect(url_for("lifecycle.requests.index"))
    page = render_template(
        "unit_questions/confirm.html",
        form=form,
        asked=asked,
        question=question,
        in_words=IN_WORDS,
        people=queries.people_that_count(question),
        may_agree=not asked.needs_second_person(my_account().id),
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200


def _waiting(department_id: int) -> tuple[Request, UnitQuestion]:
    """What waits for HR's confirmation. Raises NotFoundError."""
    row = queries.planned(department_id)
    asked = two_person_requests.find(Act.UNIT_QUESTION, department_id)
    if row is None or asked is None:
        raise NotFoundError(two_person_requests.GONE)
    name = db.session.get_one(Department, department_id).name
    return asked, queries.as_question(row, name)
