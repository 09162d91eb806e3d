"""What a plan comes to: who takes part, who rates whom, who reads which report."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, func, or_, select, true

from app.assignments.models import ChangeKind, ManualChange
from app.assignments.queries import manual_changes
from app.cycles import queries as cycles
from app.cycles.models import Cycle, Pairing, RosterEntry
from app.cycles.not_rated import unrated_ids
from app.domain.durations import SETTLED
from app.domain.pairing.assignment import Member, Pair, balanced_sample, everyone, relationship_of
from app.infra import clock
from app.infra.db import db
from app.lifecycle.plan.drawing import random_of
from app.people.models import Person
from app.people.queries import hr_people, is_named


@dataclass(frozen=True)
class WorkedOutPlan:
    """A plan with everything that follows from it, worked out once."""

    cycle: Cycle
    members: Sequence[Member]
    unrated: AbstractSet[int]
    """Members who asked that nobody is asked about them."""
    changes: Sequence[ManualChange]
    decided_pairs: Sequence[Pair]
    """What HR decided, before these wishes: what a second person confirms, whoever asks when."""
    decided_readers: Mapping[int, AbstractSet[int]]
    young: AbstractSet[int]
    """People whose account is younger than 30 days at the opening."""
    is_first: bool
    """No cycle was opened here before; imported ones do not count."""

    @cached_property
    def pairs(self) -> Sequence[Pair]:
        """Who rates whom: nobody those who asked for it."""
        if not self.unrated:
            return self.decided_pairs
        return [pair for pair in self.decided_pairs if pair.subject not in self.unrated]

    @cached_property
    def readers(self) -> Mapping[int, AbstractSet[int]]:
        """Who beside the subject reads each report that will be made."""
        decided = self.decided_readers.items()
        return {subject: ids for subject, ids in decided if subject not in self.unrated}

    @property
    def subjects(self) -> list[int]:
        """About whom a report will be made."""
        members = (member.person_id for member in self.members)
        return [one for one in members if one not in self.unrated]

    @property
    def too_new(self) -> AbstractSet[int]:
        """Raters who do not count as blind ones; nobody in a first cycle."""
        return frozenset() if self.is_first else self.young


def worked_out(cycle: Cycle, *, opens_now: bool = False) -> WorkedOutPlan:
    """What the plan of `cycle` comes to: its pairs drawn, changed by hand where HR did."""
    members, changes = roster_members(cycle), manual_changes(cycle)
    unrated = unrated_ids(cycle) & {member.person_id for member in members}
    always = hr_people() if cycle.policy.hr_reads_reports else []
    return WorkedOutPlan(
        cycle=cycle,
        members=members,
        unrated=unrated,
        changes=changes,
        decided_pairs=_changed(_drawn(cycle, members), members, changes),
        decided_readers=readers_of(
            members, always=always, managers=not cycle.policy.subject_reads_alone
        ),
        young=young_people(cycle, clock.now() if opens_now else max(clock.now(), cycle.opens_at)),
        is_first=not cycles.has_opened_before(cycle),
    )


def roster_members(cycle: Cycle) -> list[Member]:
    """Who takes part, with the department and manager they have now.

    People who have left are passed over, except in quarters imported from history.
    """
    rows = db.session.execute(
        select(
            Person.id,
            Person.department_id,
            Person.manager_id,
            Person.second_manager_id,
            Person.is_active,
        )
        .join(RosterEntry, RosterEntry.person_id == Person.id)
        .where(RosterEntry.cycle_id == cycle.id)
        .order_by(Person.id)
    )
    return [
        Member(person, department, manager, second)
        for person, department, manager, second, is_active in rows
        if is_active or cycle.is_imported
    ]


def count_members(cycle: Cycle) -> int:
    """How many people the draft of `cycle` asks; whoever has left is passed over."""
    members = select(func.count()).join_from(
        RosterEntry, Person, Person.id == RosterEntry.person_id
    )
    return db.session.scalar(members.where(RosterEntry.cycle_id == cycle.id, _asked(cycle))) or 0


def members_named(cycle: Cycle, name: str, *, most: int) -> tuple[list[Person], int]:
    """Who takes part and is called `name`, the first ones by name, and how many more there are."""
    mine = (
        select(Person)
        .join(RosterEntry, RosterEntry.person_id == Person.id)
        .where(RosterEntry.cycle_id == cycle.id, is_named(name))
        .where(_asked(cycle))
    )
    total = db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    first = db.session.scalars(mine.order_by(Person.sort_key, Person.id).limit(most)).all()
    return list(first), total - len(first)


def _asked(cycle: Cycle) -> ColumnElement[bool]:
    """Whom of a roster a plan asks: whoever works here, and everybody in a quarter of the past."""
    return true() if cycle.is_imported else Person.is_active.is_(True)


def readers_of(
    members: Iterable[Member], *, always: Iterable[Person], managers: bool = True
) -> dict[int, set[int]]:
    """Who beside the subject reads each report: `managers`, and HR, where the policy says so."""
    all_reports = {person.id for person in always}
    found = {}
    for member in members:
        both = (member.manager_id, member.second_manager_id)
        above = {one for one in both if one is not None} if managers else set()
        found[member.person_id] = (all_reports | above) - {member.person_id}
    return found


def young_people(cycle: Cycle, opening: datetime) -> frozenset[int]:
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
    return balanced_sample(members, size=cycle.sample_size, random=random_of(cycle, members))


def _changed(
    pairs: list[Pair], members: Iterable[Member], changes: Sequence[ManualChange]
) -> list[Pair]:
    """`pairs` after HR's manual changes; a change about somebody who left is passed over.

    They are in the order of raters and subjects, before and after.
    """
    if not changes:
        return pairs
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
