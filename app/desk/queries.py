"""What HR's desk shows, and what machines that watch are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.cycles.models import Cycle
from app.cycles.queries import cycles_newest_first
from app.desk import of_machines, of_people, of_plans
from app.desk.first_steps import Step, first_steps, next_of
from app.desk.needs import Need, Urgency
from app.domain.cycle import CycleState
from app.domain.plurals import counted, spelled
from app.domain.release.turnout import ShownTurnout
from app.infra import audit, heartbeats
from app.infra.heartbeats import Sign
from app.infra.pages import short_moment
from app.lifecycle.overview import missing_from
from app.lifecycle.turnout import turnout_now
from app.results.queries import ReportedComment, reported_comments

FOR_HR_ALONE: Final = frozenset({"mails_unread"})
"""What cannot wait, and is yet no duty of a machine: an address is wrong."""
MOST_DEPARTMENTS: Final = 12
"""With more of them the table is on the cycle's page alone."""
ORDER: Final = (
    CycleState.CLOSING,
    CycleState.OPEN,
    CycleState.CLOSED,
    CycleState.DRAFT,
    CycleState.PUBLISHED,
)


@dataclass(frozen=True)
class SignsOfLife:
    """What runs as it should."""

    worker: datetime | None
    backup: datetime | None
    """None where no backup job ever told us."""
    acts: int
    """Entries in the log of acts."""


@dataclass(frozen=True)
class HrDesk:
    """HR's desk: what needs doing, and the cycle at hand."""

    needs: Sequence[Need]
    reported: Sequence[ReportedComment]
    cycle: Cycle | None
    turnout: ShownTurnout | None
    """None as well while that of a large company has not been added up."""
    departments: Sequence[ShownTurnout]
    missing_from: datetime | None
    """When it will be shown who may miss raters; None where it is, or never will be."""
    added_up_at: datetime | None
    """When that was added up in a large company; None for just now."""
    signs: SignsOfLife
    first_steps: Sequence[Step]
    """The way of a new company to its first cycle; empty once one was opened."""
    to_work_out: Sequence[int]
    """Drafts of which more could be said once a job has worked them out."""

    @property
    def urgent(self) -> list[Need]:
        """What cannot wait."""
        return [one for one in self.needs if one.urgency is not Urgency.LATER]

    @property
    def later(self) -> list[Need]:
        """What can wait until tomorrow."""
        return [one for one in self.needs if one.urgency is Urgency.LATER]

    @property
    def next_step(self) -> Step | None:
        """What a new company does next on its way to the first cycle."""
        return next_of(self.first_steps)

    @property
    def finding(self) -> str:
        """The desk in a sentence or two."""
        count = len(self.urgent) + len(self.reported)
        things = f"{spelled(count)} {'thing' if count == 1 else 'things'} cannot wait."
        said = [things.capitalize()] if count else []
        if self.next_step:
            said.append(f"Next: {self.next_step.title[0].lower()}{self.next_step.title[1:]}.")
        elif not count:
            said.append("Nothing waits for you.")
        if self.cycle and self.turnout and self.cycle.state is CycleState.OPEN:
            said.append(f"{self.turnout.sent_words} of {self._asked} sent{self.as_of}.")
        return " ".join(said)

    @property
    def _asked(self) -> str:
        return counted(self.turnout.invited, "has", "have") if self.turnout else ""

    @property
    def as_of(self) -> str:
        """Where the sums are some minutes old, from when; otherwise nothing."""
        return f" as of {short_moment(self.added_up_at)}" if self.added_up_at else ""


def desk(for_: int) -> HrDesk:
    """What HR looks after now, as the person `for_` of HR sees it."""
    cycle, plans = cycle_at_hand(), of_plans.about_plans()
    is_open = cycle is not None and cycle.state is CycleState.OPEN
    sums = turnout_now(cycle) if cycle else None
    found = sums.participants if sums else None
    departments = found.departments if found and is_open else []
    return HrDesk(
        needs=sorted(
            [
                *of_machines.troubles(cycle),
                *of_people.questions(for_),
                *of_people.about_cycle(cycle, sums),
                *plans.needs,
                *of_people.accounts(),
            ],
            key=lambda need: need.urgency,
        ),
        reported=reported_comments(not_about=for_),
        cycle=cycle,
        turnout=found.total if found else None,
        missing_from=missing_from(cycle) if cycle else None,
        added_up_at=sums.added_up_at if sums else None,
        departments=departments if len(departments) <= MOST_DEPARTMENTS else [],
        signs=SignsOfLife(
            worker=heartbeats.last_at(Sign.WORKER),
            backup=heartbeats.last_at(Sign.BACKUP),
            acts=audit.head()[0],
        ),
        first_steps=first_steps(),
        to_work_out=plans.to_work_out,
    )


def overdue() -> list[str]:
    """What does not work, in words for machines; nothing that tells of a person."""
    found = of_machines.troubles(cycle_at_hand())
    keys = (need.key for need in found if need.urgency is not Urgency.LATER)
    return [key for key in dict.fromkeys(keys) if key not in FOR_HR_ALONE]


def cycle_at_hand() -> Cycle | None:
    """The cycle that is furthest on its way: running first, then closed, planned, published."""
    found = [cycle for cycle in cycles_newest_first() if not cycle.is_imported]
    return min(
        found, key=lambda cycle: (cycle.is_abandoned, ORDER.index(cycle.state)), default=None
    )
