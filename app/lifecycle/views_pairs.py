"""Changing one pair of a draft by hand: both people are found by name."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.cycles.models import Cycle
from app.cycles.queries import cycle_by_id
from app.domain.access import Permission
from app.domain.cycle import CycleState
from app.infra.db import transaction
from app.lifecycle.forms import PairForm, PairSearchForm
from app.lifecycle.plan import drafting, planning
from app.lifecycle.views_ask_first import attempt, in_state, status
from app.people.guard import my_account, requires
from app.people.queries import labels_of, people_by_ids

bp = Blueprint("pairs", __name__)

MOST_FOUND: Final = 20
"""With more people of a name, more of it has to be typed."""


@dataclass(frozen=True)
class Found:
    """Whom a search found among those who take part: number, name and title; no more than fit."""

    people: tuple[tuple[int, str, str], ...]
    more: int


@bp.route("/<int:cycle_id>/pairs", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def change(cycle_id: int) -> ResponseReturnValue:
    """Look for a subject and a rater by name, then add or take away that rater."""
    cycle = in_state(cycle_id, CycleState.DRAFT)
    form, sought = PairForm(), PairSearchForm(request.args)

    def act(found: Cycle) -> None:
        planning.change_pair(found, form.change, by=my_account().id)

    if form.is_submitted():
        # An answer may tell whether a pair was drawn, so the draw is noted before it.
        with transaction():
            planning.note_draw(cycle, by=my_account().id)
    faults, answer = attempt(cycle.id, form, act, done="Noted: the pair is as you chose.")
    if answer is not None:
        return answer
    subjects = _found(cycle, sought.subject.data)
    page = render_template(
        "lifecycle/pairs.html",
        cycle=cycle,
        form=form,
        sought=sought,
        subjects=subjects,
        raters=_found(cycle, sought.rater.data),
        shown=_raters_shown(cycle, subjects),
        faults=faults,
    )
    return page, status(faults)


@bp.route("/<int:cycle_id>/pairs/<int:subject_id>/restore", methods=["POST"])
@requires(Permission.CYCLE_RUN)
def restore(cycle_id: int, subject_id: int) -> ResponseReturnValue:
    """Take a manual change back."""
    with transaction():
        planning.restore_pair(cycle_by_id(cycle_id), subject_id, by=my_account().id)
    flash("The change is taken back.")
    return redirect(url_for("lifecycle.show", cycle_id=cycle_id))


def _found(cycle: Cycle, name: str | None) -> Found:
    """Those who take part and in whose name `name` occurs; nobody before something was typed."""
    if not (name or "").strip():
        return Found((), 0)
    people, more = drafting.members_named(cycle, name or "", most=MOST_FOUND)
    called = labels_of({one.id: one.name for one in people})
    return Found(tuple((one.id, called[one.id], one.title) for one in people), more)


def _raters_shown(cycle: Cycle, subjects: Found) -> list[str] | None:
    """Who rates the one subject that was found; None unless the plan shows it to HR."""
    if not cycle.policy.hr_sees_pairs or len(subjects.people) != 1:
        return None
    subject = subjects.people[0][0]
    pairs = drafting.worked_out(cycle).pairs
    raters = people_by_ids(pair.rater for pair in pairs if pair.subject == subject).values()
    by_name = sorted(raters, key=lambda one: (one.sort_key, one.id))
    return list(labels_of({one.id: one.name for one in by_name}).values())
