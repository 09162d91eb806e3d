"""HR's pages of a cycle: its list and its own page, and the steps from state to state."""

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.assignments.queries import total_shown, unsent_page
from app.cycles import queries as cycles
from app.cycles.forms import CyclePlanForm, plan_of
from app.cycles.models import Cycle
from app.cycles.services import DraftPlan
from app.domain.access import Permission
from app.domain.cycle import CycleState
from app.domain.errors import PlanRefusedError, WrongStateError
from app.infra.db import transaction
from app.infra.pages import page_number
from app.infra.settings import settings
from app.lifecycle import (
    jobs,
    opening,
    overview,
    reminding,
    services,
    transition_words,
    turnout,
    views_backup,
    views_council,
    views_history,
    views_pairs,
    views_preview,
    views_reminders,
    views_requests,
)
from app.lifecycle.count import abandoning
from app.lifecycle.count.forgetting import ensure_forgotten, finish_forgetting
from app.lifecycle.forms import ExtendForm, StepForm
from app.lifecycle.plan import (
    drafting,
    drawing,
    kept_findings,
    plan_check,
    planning,
    proposing,
    taking_part,
)
from app.lifecycle.plan.obstacles import FEWEST_PEOPLE
from app.lifecycle.plan.wording_changes import wording_changes
from app.lifecycle.views_ask_first import WORDS, ask, attempt, in_state, said, status
from app.people import two_person_requests
from app.people.guard import me, my_account, requires
from app.people.models import Act, Person
from app.people.queries import active_up_to, labels_of
from app.people.second_confirmation import hr_people_that_count
from app.questionnaires.queries import all_versions
from app.reminders import messages
from app.reminders.queries import last_reminder
from app.reminders.services import TooSoonError
from app.results.queries import has_results, participation_of

NAMED: Final = 30
"""So many of those who have not sent stand on the page of a reminder."""

bp = Blueprint("lifecycle", __name__, url_prefix="/cycles")
for part in (
    views_requests,
    views_backup,
    views_history,
    views_reminders,
    views_council,
    views_pairs,
    views_preview,
):
    bp.register_blueprint(part.bp)


@bp.route("")
@requires(Permission.CYCLE_RUN)
def index() -> ResponseReturnValue:
    """Every cycle with its state."""
    return render_template(
        "lifecycle/index.html",
        cycles=cycles.cycles_newest_first(),
        people=active_up_to(FEWEST_PEOPLE),
        fewest=FEWEST_PEOPLE,
    )


@bp.route("/<int:cycle_id>")
@requires(Permission.CYCLE_RUN)
def show(cycle_id: int) -> ResponseReturnValue:
    """One cycle: where it stands, what happens next, what to look after."""
    cycle = cycles.cycle_by_id(cycle_id)
    if at_work := cycles.opening_of(cycle_id):
        return render_template("lifecycle/opening.html", cycle=cycle, percent=at_work.percent)
    if cycle.state is CycleState.DRAFT:
        draft = overview.draft_overview(cycle)
        if draft is None:
            jobs.work_out_plan(cycle_id)
            return render_template("lifecycle/drawing.html", cycle=cycle)
        return render_template(
            "lifecycle/draft.html",
            cycle=cycle,
            draft=draft,
            may_confirm=_may_confirm(cycle, draft),
        )
    if cycle.state is CycleState.CLOSING:
        return render_template(
            "lifecycle/closing.html",
            cycle=cycle,
            fault=abandoning.fault_of_answers(cycle),
            end_asked=two_person_requests.find(Act.END, cycle.id),
        )
    if turnout.is_due(cycle):
        jobs.add_up_turnout(cycle_id)
    return render_template(
        "lifecycle/show.html",
        cycle=cycle,
        running=overview.running_overview(cycle),
        page=page_number(),
        totals=participation_of(cycle),
        has_results=has_results(cycle.id),
        fault=abandoning.fault_of_answers(cycle),
        end_asked=two_person_requests.find(Act.END, cycle.id),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def new() -> ResponseReturnValue:
    """Plan a new cycle, with everything proposed."""
    with transaction():
        proposal = proposing.proposed_terms()
    return _plan_page(proposal, proposing.proposed_left_out(proposal))


@bp.route("/<int:cycle_id>/edit", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def edit(cycle_id: int) -> ResponseReturnValue:
    """Change a draft."""
    cycle = in_state(cycle_id, CycleState.DRAFT)
    return _plan_page(plan_of(cycle), taking_part.ids_not_on_roster(cycle_id), cycle=cycle)


def _plan_page(
    plan: DraftPlan, left_out: list[int], *, cycle: Cycle | None = None
) -> ResponseReturnValue:
    """Show the plan's form, or keep what was sent; faults keep everything that was typed."""
    form = CyclePlanForm.of(plan, zone=_zone(), left_out=left_out)
    form.offer(
        questionnaires=[(one.id, f"{one.name}, version {one.version}") for one in all_versions()],
        people=taking_part.at_work,
    )
    faults: list[str] = []
    if form.is_submitted() and not form.is_search:
        faults, cycle_id = _kept_plan(form, cycle.id if cycle else None)
        if cycle_id is not None:
            flash("The plan is saved. Nobody has been invited yet.")
            return redirect(url_for("lifecycle.show", cycle_id=cycle_id))
    people = active_up_to(taking_part.ALL_LISTED + 1)
    page = render_template(
        "lifecycle/plan.html",
        cycle=cycle,
        form=form,
        faults=faults,
        choice=taking_part.choice_of(
            people,
            form.all_left_out,
            listed=form.listed_ids,
            name=(form.person_name.data or "").strip() if form.is_search else "",
        ),
        left_out=form.all_left_out,
        people=people,
        fewest=FEWEST_PEOPLE,
        zone=settings().timezone,
    )
    return page, status(faults)


def _kept_plan(form: CyclePlanForm, cycle_id: int | None) -> tuple[list[str], int | None]:
    """Save what was sent: the faults that stop it, or the draft's id."""
    if not form.validate():
        return form.faults, None
    try:
        with transaction():
            plan = form.plan(_zone(), taking_part.ids_at_work())
            if cycle_id is None:
                return [], planning.create_draft(plan, by=my_account().id).id
            planning.change_draft(cycles.cycle_by_id(cycle_id), plan, by=my_account().id)
    except PlanRefusedError as refusal:
        return refusal.faults, None
    return [], cycle_id


def _zone() -> ZoneInfo:
    return settings().zone


def _may_confirm(cycle: Cycle, draft: overview.DraftOverview) -> bool:
    asked = draft.asked
    by_me = asked is None or asked.asked_by == my_account().id
    return draft.review.may_be_confirmed and not by_me


@bp.route("/<int:cycle_id>/confirm", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def confirm(cycle_id: int) -> ResponseReturnValue:
    """Ask the second person of HR once."""
    cycle = in_state(cycle_id, CycleState.DRAFT)
    asked = two_person_requests.find(Act.PLAN, cycle_id)
    shown = request.args.get("plan") or plan_check.known_hash(cycle)
    if shown is None:
        return redirect(url_for("lifecycle.show", cycle_id=cycle_id))

    def act(found: Cycle) -> None:
        plan = request.form.get("plan", "")
        planning.confirm(found, by=my_account().id, plan=plan, word=said())

    return ask(
        cycle,
        transition_words.confirming(
            cycle,
            wording_changes(cycle),
            draws=len(drawing.noted_draws()),
            asked_by=asked.asker if asked else "",
            waits_for=plan_check.waits_for(cycle),
        ),
        act,
        done=f"The plan of {cycle.name} is confirmed.",
        about={"plan": shown},
    )


@bp.route("/<int:cycle_id>/delete", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def delete(cycle_id: int) -> ResponseReturnValue:
    """Ask once, then throw a draft away."""
    cycle = in_state(cycle_id, CycleState.DRAFT)

    def act(found: Cycle) -> None:
        planning.delete_draft(found, by=my_account().id)

    return ask(
        cycle,
        transition_words.discarding(cycle),
        act,
        done=f"The draft of {cycle.name} is deleted.",
        then=url_for("lifecycle.index"),
    )


@bp.route("/<int:cycle_id>/open", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def open_(cycle_id: int) -> ResponseReturnValue:
    """Ask once, then open the cycle and invite everybody."""
    cycle = in_state(cycle_id, CycleState.DRAFT)
    people = drafting.count_members(cycle)

    is_large = kept_findings.is_large(cycle_id)

    def act(found: Cycle) -> None:
        (opening.ask if is_large else services.open_)(found, by=my_account().id)

    return ask(
        cycle,
        transition_words.opening(cycle, people=people),
        act,
        done=f"{cycle.name} is being opened."
        if is_large
        else f"{cycle.name} is open. The invitations are on their way.",
        after=(lambda: jobs.open_cycle(cycle_id)) if is_large else None,
    )


@bp.route("/<int:cycle_id>/extend", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def extend(cycle_id: int) -> ResponseReturnValue:
    """Move the closing date further away; everybody is told."""
    cycle = in_state(cycle_id, CycleState.OPEN)
    later = cycle.closes_at.astimezone(_zone()) + timedelta(days=7)
    form = ExtendForm(data={"closes_at": later})

    def act(found: Cycle) -> None:
        services.extend(found, form.closes_at.moment(_zone()), by=my_account().id)

    done = f"{cycle.name} stays open longer. Everybody is told by e-mail."
    faults, answer = attempt(cycle.id, form, act, done=done)
    if answer is not None:
        return answer
    page = render_template(
        "lifecycle/extend.html", cycle=cycle, form=form, faults=faults, plans=cycles.drafts()
    )
    return page, status(faults)


@bp.route("/<int:cycle_id>/close", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def close(cycle_id: int) -> ResponseReturnValue:
    """Ask once, then close the cycle for good and ring for the count."""
    cycle = in_state(cycle_id, CycleState.OPEN)
    asked = two_person_requests.find(Act.CLOSE_EARLY, cycle_id)
    if request.method == "GET" and asked and asked.needs_second_person(my_account().id):
        return redirect(url_for("lifecycle.show", cycle_id=cycle_id))

    def act(found: Cycle) -> bool:
        return services.close_early(found, by=my_account().id, reason=said(), word=said())

    return ask(
        cycle,
        transition_words.closing(
            cycle,
            turnout=total_shown(cycle),
            asked_by=asked.asker if asked else "",
            waits=asked is None and hr_people_that_count().need_two,
        ),
        act,
        done=f"{cycle.name} takes no more answers.",
        noted=f"Noted. {cycle.name} stays open until somebody else of HR confirms.",
        after=lambda: jobs.count_cycle(cycle_id),
    )


@bp.route("/<int:cycle_id>/publish", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def publish(cycle_id: int) -> ResponseReturnValue:
    """Ask once, then let people read their reports."""
    ensure_forgotten(cycle_id)
    cycle = in_state(cycle_id, CycleState.CLOSED)

    def act(found: Cycle) -> None:
        services.publish(found, by=my_account().id)

    done = f"{cycle.name} is published. Everybody is told by e-mail."
    return ask(cycle, transition_words.publishing(cycle), act, done=done)


@bp.route("/<int:cycle_id>/abandon", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def abandon(cycle_id: int) -> ResponseReturnValue:
    """Ask once, then end a cycle whose answers are lost."""
    cycle = cycles.cycle_by_id(cycle_id)
    if not (fault := abandoning.fault_of_answers(cycle)):
        raise WrongStateError(f"{cycle.name} {WORDS[cycle.state]}; none of its answers are lost.")
    asked = two_person_requests.find(Act.END, cycle_id)
    if request.method == "GET" and asked and asked.needs_second_person(my_account().id):
        return redirect(url_for("lifecycle.show", cycle_id=cycle_id))

    def act(found: Cycle) -> bool:
        return abandoning.abandon(found, by=my_account().id, reason=said(), word=said())

    return ask(
        cycle,
        transition_words.abandoning(
            cycle,
            fault=fault,
            asked_by=asked.asker if asked else "",
            waits=asked is None and hr_people_that_count().need_two,
        ),
        act,
        done=f"{cycle.name} has ended without results.",
        noted="Noted. Nothing is destroyed until somebody else of HR confirms.",
        after=lambda: finish_forgetting(cycle_id),
    )


@bp.route("/<int:cycle_id>/remind", methods=["GET", "POST"])
@requires(Permission.CYCLE_RUN)
def remind(cycle_id: int) -> ResponseReturnValue:
    """Show the reminder's text, then send it to those who have not sent."""
    cycle = in_state(cycle_id, CycleState.OPEN)
    form, page = StepForm(), unsent_page(cycle, page=1)
    if form.validate_on_submit():
        try:
            with transaction():
                reminding.remind_unsent(cycles.cycle_by_id(cycle_id), by=my_account().id)
        except TooSoonError as refusal:
            flash(str(refusal), "warning")
        else:
            flash("The reminder is on its way.")
            jobs.write_mails(cycle_id)
        return redirect(url_for("lifecycle.show", cycle_id=cycle_id))
    return render_template(
        "lifecycle/remind.html",
        cycle=cycle,
        form=form,
        unsent=_unsent_names(cycle, page.items),
        unsent_total=page.total,
        preview=messages.reminder(me(), cycle),
        last=last_reminder(cycle),
        not_before=reminding.not_before(cycle),
    )


def _unsent_names(cycle: Cycle, people: list[Person]) -> list[str]:
    """The first who have not sent; nobody's name where HR sees numbers only."""
    if cycle.policy.hr_sees_numbers_only:
        return []
    return list(labels_of({one.id: one.name for one in people[:NAMED]}).values())
