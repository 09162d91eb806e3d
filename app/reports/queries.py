"""Reading reports as somebody may read them, with the plan that belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import or_, select

from app.cycles.facts import CycleFacts
from app.cycles.models import Cycle, ReportReader
from app.cycles.queries import A_QUARTER, next_cycle
from app.domain.access import ActionPlanAccess, Actor, Permission, ReportAccess, is_allowed
from app.domain.cycle import CycleState
from app.domain.reports.action_plan import (
    Action,
    ActionPlan,
    LookBack,
)
from app.domain.reports.contents import PersonalReport, StatementLine
from app.domain.reports.next_review import NextReview
from app.domain.reports.wording import NOT_COMPARABLE
from app.domain.reports.words import outcome_words
from app.domain.statistics.differences import Direction
from app.infra.db import db
from app.infra.settings import settings
from app.people.models import Person
from app.people.queries import labels_of
from app.reports.impressions import Impressions, impressions_in
from app.reports.plan_rows import Key, plans_of
from app.results.dossiers import Dossier, SubjectInCycle
from app.results.queries import personal_reports

NOTHING: Final = ActionPlan(frozenset(), ())
"""No marks and no plan, or none that the reader may see."""


@dataclass(frozen=True)
class OpenedReport:
    """A report as its reader is given it; the marks only for its subject."""

    report: PersonalReport
    plan: ActionPlan


def next_review(cycle: Cycle | CycleFacts) -> NextReview:
    """When colleagues are asked again after `cycle`, or would be at a quarter's pace."""
    zone = settings().zone
    if (found := next_cycle(cycle)) is not None:
        opens_on, closes_on = (
            moment.astimezone(zone).date() for moment in (found.opens_at, found.closes_at)
        )
        return NextReview(opens_on, closes_on, is_open=found.state is CycleState.OPEN)
    return NextReview((cycle.opens_at + A_QUARTER).astimezone(zone).date())


def reports_for(found: Sequence[Dossier], *, reader: Actor | None) -> list[PersonalReport]:
    """The reports as `reader` is given them; without a reader no plan is in them."""
    return [opened.report for opened in opened_for(found, reader=reader)]


def opened_for(found: Sequence[Dossier], *, reader: Actor | None) -> list[OpenedReport]:
    """The same, each with the marks and the plan that its reader may see."""
    reports = personal_reports(found, company=settings().company_name)
    parts = [part for each in found for part in (*each.earlier, each.part)]
    plans = _without_hr(plans_of(parts) if reader else {}, parts, reader)
    subjects = [each.part.subject.id for each in found]
    seen = impressions_in(found[0].part.cycle, subjects) if found else {}
    return [
        _opened(report, each, plans, reader, seen=seen)
        for each, report in zip(found, reports, strict=True)
    ]


def _opened(
    report: PersonalReport,
    found: Dossier,
    plans: dict[Key, ActionPlan],
    reader: Actor | None,
    *,
    seen: Impressions,
) -> OpenedReport:
    plan = _seen(plans, found.part, found.access, reader)
    report = replace(
        report,
        plan=tuple(plan.items),
        looking_back=tuple(_looking_back(report, found, plans, reader, seen=seen)),
    )
    return OpenedReport(report, plan)


def _looking_back(
    report: PersonalReport,
    found: Dossier,
    plans: dict[Key, ActionPlan],
    reader: Actor | None,
    *,
    seen: Impressions,
) -> list[LookBack]:
    """What was planned with the report before this one, for statements that mean the same."""
    if not found.earlier:
        return []
    last = found.earlier[-1]
    access = replace(
        found.access,
        is_published=True,
        reader_ids=found.access.reader_ids if last.is_reader else frozenset(),
    )
    asked_now = (one.identity for one in found.part.cycle.questionnaire.statements)
    lines = dict(zip(asked_now, report.statements, strict=True))
    then = _seen(plans, last, access, reader)
    now = _seen(plans, found.part, found.access, reader)
    asked_then = {one.number: one.identity for one in last.cycle.questionnaire.statements}
    found_then = ((one, lines.get(asked_then[one.statement])) for one in then.items)
    return [
        replace(
            _look_back(last, item, line, report.whole, seen),
            goes_on=line is not None and now.item(line.number) is not None,
        )
        for item, line in found_then
    ]


def _look_back(
    last: SubjectInCycle,
    item: Action,
    line: StatementLine | None,
    whole: Direction,
    seen: Impressions,
) -> LookBack:
    """One behaviour of the quarter `last`, beside its statement in the present report."""
    comparable = line is not None and line.previous not in (None, NOT_COMPARABLE)
    return LookBack(
        last.cycle.name,
        item,
        outcome_words(line, whole),
        before=line.previous if line and comparable else None,
        after=line.colleagues if line and comparable else None,
        impression=seen.get((last.subject.id, line.number)) if line else None,
    )


def _seen(
    plans: dict[Key, ActionPlan], part: SubjectInCycle, access: ReportAccess, reader: Actor | None
) -> ActionPlan:
    """Of a plan what `reader` may see; marks, and how it is going, are the subject's alone."""
    plan = plans.get((part.cycle.id, part.subject.id))
    if plan is None or reader is None:
        return NOTHING
    items = [item for item in plan.items if _may_see(reader, access, item)]
    if reader.person_id == part.subject.id:
        return ActionPlan(plan.marks, items)
    return ActionPlan(frozenset(), [replace(item, going=None) for item in items])


def _may_see(reader: Actor, access: ReportAccess, item: Action) -> bool:
    return is_allowed(reader, Permission.PLAN_READ, ActionPlanAccess(access, item.is_shared))


def _without_hr(
    plans: dict[Key, ActionPlan], parts: Sequence[SubjectInCycle], reader: Actor | None
) -> dict[Key, ActionPlan]:
    """`plans` without others' of cycles since whose opening the reader was of HR.

    Whoever gives up the role would otherwise become somebody whom no owner was told of.
    """
    others = [key for key in plans if reader and key[1] != reader.person_id]
    if reader is None or not others:
        return plans
    last_day = db.session.scalar(select(Person.hr_until).where(Person.id == reader.person_id))
    opened = {part.cycle.id: part.cycle.opened_on for part in parts}
    closed_to = {key for key in others if last_day and last_day >= (opened[key[0]] or date.min)}
    return {key: plan for key, plan in plans.items() if key not in closed_to}


def action_plan_of(part: SubjectInCycle) -> ActionPlan:
    """The marks and the plan of a report's subject, for that subject alone."""
    return plans_of([part]).get((part.cycle.id, part.subject.id), NOTHING)


def action_plan_readers(cycle_id: int, subject_id: int) -> list[str]:
    """Names of those with whom a plan can be shared: frozen readers.

    Nobody who is of HR, or was at any time since the opening.
    """
    readers = action_plan_readers_of(cycle_id, subject_id)
    return list(labels_of({reader.id: reader.name for reader in readers}).values())


def action_plan_readers_of(cycle_id: int, subject_id: int) -> list[Person]:
    """The same as people."""
    readers = db.session.scalars(
        select(Person)
        .join(ReportReader, ReportReader.reader_id == Person.id)
        .join(Cycle, Cycle.id == ReportReader.cycle_id)
        .where(
            ReportReader.cycle_id == cycle_id,
            ReportReader.subject_id == subject_id,
            Person.is_active,
            Person.is_hr.is_(False),
            or_(Person.hr_until.is_(None), Person.hr_until < Cycle.opened_on),
        )
        .order_by(Person.sort_key, Person.id)
    )
    return list(readers)
