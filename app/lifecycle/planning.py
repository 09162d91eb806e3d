"""A cycle before it opens: drafts, their pairs and readers, and whether they may open."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from sqlalchemy import delete, or_, select

from app.assignments import services as assignments
from app.assignments.models import ChangeKind, ManualChange
from app.assignments.queries import manual_changes
from app.assignments.services import PairChange
from app.cycles import queries as cycles
from app.cycles import services as drafts
from app.cycles.models import Cycle, Pairing, RosterEntry
from app.cycles.services import DraftPlan
from app.domain.assignment import (
    Member,
    Pair,
    balanced_sample,
    everyone,
    is_connected,
    relationship_of,
)
from app.domain.cycle import CycleState
from app.domain.errors import NotAllowedError, PlanRefusedError, WrongStateError
from app.domain.load import Load, Outlook, load_of, outlooks
from app.infra import audit, clock
from app.infra.db import db
from app.lifecycle.promise import plan_digest
from app.people import hands
from app.people.hands import Hands
from app.people.models import SETTLED, Person
from app.people.queries import hr_people, people_by_ids
from app.reminders import services as reminders

FEWEST_PEOPLE: Final = 7
OVERDUE: Final = timedelta(days=1)
"""A scheduler may be late by this much; after that HR looks at the dates again."""
LIKELY_RESPONSE: Final = 80
NAMES_IN_A_SENTENCE: Final = 12
CONFIRMATION_MISSING: Final = (
    "A second person of HR has to confirm this plan before it opens; "
    "any change makes that necessary again."
)

PLANNED_BY_NEW: Final = (
    "Whoever saved this plan is too new in HR for it. Somebody who has had the role for longer "
    "saves it again; then another one confirms it."
)


@dataclass(frozen=True)
class Draft:
    """A plan with everything that follows from it, worked out once."""

    cycle: Cycle
    members: Sequence[Member]
    changes: Sequence[ManualChange]
    pairs: Sequence[Pair]
    readers: Mapping[int, AbstractSet[int]]
    """Who beside the subject reads each report."""
    young: AbstractSet[int]
    """People whose account is younger than 30 days at the opening."""
    is_first: bool
    """No cycle was opened here before; imported ones do not count."""

    @property
    def too_new(self) -> AbstractSet[int]:
        """Raters who do not count as blind ones; nobody in a first cycle."""
        return frozenset() if self.is_first else self.young


@dataclass(frozen=True)
class PlanReview:
    """What would happen if the plan opened now: refusals, warnings, load and coverage."""

    draft: Draft
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    load: Load
    plan_hash: str
    needs_confirmation: bool
    coverage: tuple[Outlook, ...]

    @property
    def may_be_confirmed(self) -> bool:
        """Whether a confirmation is the only thing that is missing."""
        return self.faults == (CONFIRMATION_MISSING,)


def create_draft(plan: DraftPlan, *, by: int | None, from_history: bool = False) -> Cycle:
    """Plan a new cycle. Raises PlanRefusedError with every fault of the plan in itself."""
    cycle = drafts.keep_draft(plan, by=by, from_history=from_history)
    audit.record("cycle:planned", actor_id=by, cycle_id=cycle.id)
    return cycle


def change_draft(cycle: Cycle, plan: DraftPlan, *, by: int | None) -> None:
    """Plan a draft anew; a confirmation is void, and changes of pairs that no longer fit go."""
    _refuse_unless_draft(cycle)
    drafts.keep_draft(plan, cycle=cycle, by=by)
    for change in manual_changes(cycle):
        if not {change.rater_id, change.subject_id} <= plan.roster:
            assignments.forget_change(cycle, change.subject_id, by=by)
    audit.record("cycle:replanned", actor_id=by, cycle_id=cycle.id)


def delete_draft(cycle: Cycle, *, by: int | None) -> None:
    """Throw a draft away."""
    _refuse_unless_draft(cycle)
    assignments.forget_all_changes(cycle)
    db.session.execute(delete(RosterEntry).where(RosterEntry.cycle_id == cycle.id))
    audit.record("cycle:discarded", actor_id=by, cycle_id=cycle.id)
    db.session.delete(cycle)
    db.session.flush()


def change_pair(cycle: Cycle, change: PairChange, *, by: int | None) -> None:
    """Add or remove one rater of a subject by hand.

    Raises PlanRefusedError when it is the subject's second change or changes nothing.
    """
    _refuse_unless_draft(cycle)
    draft = worked_out(cycle)
    if change.rater_id == change.subject_id:
        raise PlanRefusedError(["Nobody is their own rater: everyone answers about themselves."])
    if not {change.rater_id, change.subject_id} <= {member.person_id for member in draft.members}:
        raise PlanRefusedError(["Both people have to take part in the cycle."])
    exists = any(
        (pair.rater, pair.subject) == (change.rater_id, change.subject_id) for pair in draft.pairs
    )
    if exists is (change.kind is ChangeKind.ADD):
        state = "rates" if exists else "does not rate"
        raise PlanRefusedError([f"That changes nothing: this rater {state} that subject already."])
    assignments.record_change(cycle, change, by=by)
    drafts.unconfirm(cycle, by=by)


def restore_pair(cycle: Cycle, subject_id: int, *, by: int | None) -> None:
    """Take a subject's manual change back."""
    _refuse_unless_draft(cycle)
    assignments.forget_change(cycle, subject_id, by=by)
    drafts.unconfirm(cycle, by=by)


def drop_leavers(cycle: Cycle) -> None:
    """Take people off a draft's roster who have left since it was planned."""
    if cycle.is_imported:
        return
    left = select(Person.id).where(Person.is_active.is_(False))
    gone = RosterEntry.person_id.in_(left)
    db.session.execute(delete(RosterEntry).where(RosterEntry.cycle_id == cycle.id, gone))


def roster_members(cycle: Cycle) -> list[Member]:
    """Who takes part, with the department and manager they have now.

    People who have left are passed over, except in quarters imported from history.
    """
    rows = db.session.execute(
        select(Person.id, Person.department_id, Person.manager_id, Person.is_active)
        .join(RosterEntry, RosterEntry.person_id == Person.id)
        .where(RosterEntry.cycle_id == cycle.id)
        .order_by(Person.id)
    )
    return [
        Member(person, department, manager)
        for person, department, manager, is_active in rows
        if is_active or cycle.is_imported
    ]


def worked_out(cycle: Cycle, *, opens_now: bool = False) -> Draft:
    """What the plan of `cycle` comes to: its pairs drawn, changed by hand where HR did."""
    members, changes = roster_members(cycle), manual_changes(cycle)
    always = hr_people() if cycle.policy.hr_reads_reports else []
    return Draft(
        cycle=cycle,
        members=members,
        changes=changes,
        pairs=_changed(_drawn(cycle, members), members, changes),
        readers=readers_of(members, always=always),
        young=_young(cycle, clock.now() if opens_now else max(clock.now(), cycle.opens_at)),
        is_first=not cycles.has_opened_before(cycle),
    )


def review(cycle: Cycle, *, from_history: bool = False, opens_now: bool = False) -> PlanReview:
    """Look at a plan as its opening would: every refusal and every warning in words.

    Who is new is judged on the planned day, or with `opens_now` today: a plan for later, opened
    early, must not let accounts count that would have been old enough by then.
    A quarter taken over from history skips the rules about dates, and needs no second person:
    nobody will answer it, so nobody is promised anything.
    """
    draft, second = worked_out(cycle, opens_now=opens_now), hands.hands()
    found = outlooks(
        draft.pairs,
        subjects=[member.person_id for member in draft.members],
        readers=draft.readers,
        too_new=draft.too_new,
    )
    fingerprint = plan_digest(
        cycle, members=draft.members, pairs=draft.pairs, readers=draft.readers
    )
    needs_confirmation = (
        not from_history and second.need_two and cycle.confirmed_hash != fingerprint
    )
    faults = _people_faults(draft, found) + _running_faults(cycle)
    if not from_history:
        faults += _date_faults(cycle)
    warnings = _warnings(draft, found)
    if needs_confirmation:
        faults.append(CONFIRMATION_MISSING)
        warnings += _missing_hand(cycle, second)
    return PlanReview(
        draft=draft,
        faults=tuple(faults),
        warnings=tuple(warnings),
        load=load_of(draft.pairs),
        plan_hash=fingerprint,
        needs_confirmation=needs_confirmation,
        coverage=tuple(found),
    )


def confirm(cycle: Cycle, *, by: int) -> None:
    """Confirm a plan as the second person of HR.

    Raises NotAllowedError for the planner and for whoever is too new in HR, PlanRefusedError
    for a plan that could not open.
    """
    _refuse_unless_draft(cycle)
    if cycle.planned_by_id == by:
        raise NotAllowedError("You planned this cycle; somebody else of HR has to confirm it.")
    second = hands.hands()
    second.refuse_new(by)
    if second.is_too_new(cycle.planned_by_id):
        raise NotAllowedError(PLANNED_BY_NEW)
    found = review(cycle)
    if faults := [fault for fault in found.faults if fault != CONFIRMATION_MISSING]:
        raise PlanRefusedError(faults)
    cycle.confirmed_by_id = by
    cycle.confirmed_hash = found.plan_hash
    cycle.progress = ""
    audit.record("cycle:confirmed", actor_id=by, cycle_id=cycle.id, plan=found.plan_hash)


def note_refusal(cycle: Cycle, faults: Sequence[str]) -> None:
    """Remember that the planned opening was refused; HR is mailed every reason."""
    cycle.progress = "Did not open at the planned time."
    reminders.warn_refused(cycle, faults)
    audit.record("cycle:refused", cycle_id=cycle.id, faults=len(faults))


def readers_of(members: Iterable[Member], *, always: Iterable[Person]) -> dict[int, set[int]]:
    """Who beside the subject reads each report: the manager, and HR where the policy says so."""
    all_reports = {person.id for person in always}
    found = {}
    for member in members:
        managers = {member.manager_id} if member.manager_id is not None else set()
        found[member.person_id] = (all_reports | managers) - {member.person_id}
    return found


def _young(cycle: Cycle, opening: datetime) -> frozenset[int]:
    """Who takes part with an account that at the opening is in the same hands for under 30 days."""
    newest = opening.date() - SETTLED
    is_young = or_(Person.account_made_on > newest, Person.handed_over_on > newest)
    young = (
        select(Person.id)
        .join(RosterEntry, RosterEntry.person_id == Person.id)
        .where(RosterEntry.cycle_id == cycle.id, is_young)
    )
    return frozenset(db.session.scalars(young))


def _drawn(cycle: Cycle, members: Sequence[Member]) -> list[Pair]:
    if cycle.pairing is Pairing.EVERYONE:
        return everyone(members)
    seeded = Random(cycle.draw_seed)  # noqa: S311 - kept with the plan so that it can be redrawn
    return balanced_sample(members, size=cycle.sample_size, random=seeded)


def _changed(
    pairs: list[Pair], members: Iterable[Member], changes: Iterable[ManualChange]
) -> list[Pair]:
    """`pairs` after HR's manual changes; a change about somebody who left is passed over."""
    known = {member.person_id: member for member in members}
    held = {(pair.rater, pair.subject): pair for pair in pairs}
    for change in changes:
        key = (change.rater_id, change.subject_id)
        if change.kind is ChangeKind.REMOVE:
            held.pop(key, None)
        elif known.keys() >= set(key):
            rater, subject = known[key[0]], known[key[1]]
            held[key] = Pair(*key, relationship_of(rater, subject))
    return [held[key] for key in sorted(held)]


def _people_faults(draft: Draft, found: Sequence[Outlook]) -> list[str]:
    faults = []
    if len(draft.members) < FEWEST_PEOPLE:
        faults.append(
            f"{len(draft.members)} people take part; a cycle needs at least {FEWEST_PEOPLE}."
        )
    threshold = draft.cycle.policy.blind_raters
    if short := [one.subject for one in found if one.blind < threshold]:
        faults.append(
            f"Fewer than {threshold} raters could count for {_names(short)}. Those count who do "
            "not read the report and have had an account for 30 days."
        )
    return faults


def _running_faults(cycle: Cycle) -> list[str]:
    running = cycles.running_cycle(besides=cycle.id)
    return [f"{running.name} is still {_doing(running)}; one cycle at a time."] if running else []


def _doing(cycle: Cycle) -> str:
    return "open" if cycle.state is CycleState.OPEN else "being counted"


def _date_faults(cycle: Cycle) -> list[str]:
    now = clock.now()
    if cycle.closes_at <= now:
        return ["The closing date is in the past."]
    faults = []
    if cycle.opens_at < now - OVERDUE:
        faults.append("The opening date is in the past.")
    if cycle.closes_at - max(now, cycle.opens_at) < drafts.SHORTEST - drafts.JUST_NOW:
        faults.append("A cycle is open for at least one day.")
    return faults


def _warnings(draft: Draft, found: Sequence[Outlook]) -> list[str]:
    warnings = []
    threshold = draft.cycle.policy.blind_raters
    few = [
        one.subject
        for one in found
        if one.blind >= threshold and one.expected_blind(LIKELY_RESPONSE) < threshold
    ]
    if few:
        warnings.append(
            f"If {LIKELY_RESPONSE} % of raters send, fewer than {threshold} would count for "
            f"{_names(few)}: their scores might stay hidden."
        )
    if draft.pairs and not is_connected(draft.pairs):
        warnings.append(
            "Some groups never rate each other, so adjusted scores cannot be compared "
            "and are not shown."
        )
    if draft.is_first and draft.young:
        warnings.append(
            "This is the first cycle, so raters with accounts younger than 30 days count as well."
        )
    return warnings


def _missing_hand(cycle: Cycle, second: Hands) -> list[str]:
    """Why a confirmation cannot be had at the moment, if so."""
    if second.is_too_new(cycle.planned_by_id):
        return [PLANNED_BY_NEW]
    if any(one.id != cycle.planned_by_id for one in second.trusted):
        return []
    return [
        "Nobody can confirm this plan now: whoever had the HR role within the last "
        f"{SETTLED.days} days keeps two people necessary, and whoever is new in it cannot stand in."
    ]


def _names(ids: Sequence[int]) -> str:
    """The people by name; a long list ends with how many more there are."""
    people = people_by_ids(ids)
    names = sorted(people[one].name for one in ids)
    shown, more = names[:NAMES_IN_A_SENTENCE], len(names) - NAMES_IN_A_SENTENCE
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def _refuse_unless_draft(cycle: Cycle) -> None:
    """Asked under the cycle's lock, so that no plan changes while it opens."""
    cycles.lock(cycle)
    if cycle.state is not CycleState.DRAFT:
        raise WrongStateError(f"{cycle.name} is {cycle.state}; only a draft can be changed.")
