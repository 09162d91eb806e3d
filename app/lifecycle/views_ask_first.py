"""Pages that say what will happen and ask once, and what they answer when a step is refused."""

from collections.abc import Callable, Mapping
from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.cycles import queries as cycles
from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.errors import PlanRefusedError, WrongStateError
from app.infra.db import transaction
from app.infra.forms import Form
from app.lifecycle.forms import StepForm
from app.lifecycle.transition_words import TransitionWords

WORDS: Final = {
    CycleState.DRAFT: "is still a draft",
    CycleState.OPEN: "is open already",
    CycleState.CLOSING: "is being counted",
    CycleState.CLOSED: "is closed",
    CycleState.PUBLISHED: "is published already",
}
Act = Callable[[Cycle], bool | None]


def said() -> str:
    """What was typed for the other person of HR; empty where nothing was."""
    return StepForm().word.data or ""


def in_state(cycle_id: int, *states: CycleState) -> Cycle:
    """The cycle, when in one of `states`. Raises WrongStateError: somebody else was faster."""
    cycle = cycles.cycle_by_id(cycle_id)
    if cycle.state not in states:
        raise WrongStateError(f"{cycle.name} {WORDS[cycle.state]}, so this step is not possible.")
    if cycles.opening_of(cycle_id):
        raise WrongStateError(f"{cycle.name} is being opened, so this step is not possible.")
    return cycle


def ask(
    cycle: Cycle,
    step: TransitionWords,
    act: Act,
    *,
    done: str,
    noted: str = "",
    then: str | None = None,
    after: Callable[[], object] | None = None,
    about: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    """Say what will happen and ask once; on yes do it, then say that it is done.

    The yes carries `about`, by which the act knows what was shown.
    """
    form = StepForm()
    faults, answer = attempt(cycle.id, form, act, done=done, noted=noted, then=then, after=after)
    if answer is not None:
        return answer
    page = render_template(
        "lifecycle/ask.html", cycle=cycle, step=step, form=form, faults=faults, about=about or {}
    )
    return page, status(faults)


def attempt(
    cycle_id: int,
    form: Form,
    act: Act,
    *,
    done: str,
    noted: str = "",
    then: str | None = None,
    after: Callable[[], object] | None = None,
) -> tuple[list[str], ResponseReturnValue | None]:
    """Do the act when the form was sent: the faults that stop it, or where to go next.

    An act that waits for a second person answers False: then `noted` is said and nothing follows.
    """
    if not form.is_submitted():
        return [], None
    if not form.validate():
        return form.faults, None
    try:
        with transaction():
            waits = act(cycles.cycle_by_id(cycle_id)) is False
    except PlanRefusedError as refusal:
        return refusal.faults, None
    if after and not waits:
        after()
    flash(noted if waits else done)
    return [], redirect(then or url_for("lifecycle.show", cycle_id=cycle_id))


def status(faults: list[str]) -> int:
    """422 for a page that comes back with faults."""
    return 422 if faults else 200
