"""What has to be true after everything was killed: nothing lost, nothing doubled, nothing stuck."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import func, select

from app.assignments.models import Participation
from app.cycles.models import Cycle, Opening, RosterEntry
from app.infra import audit, audit_readings, failing_steps
from app.infra.audit import AuditEntry
from app.infra.db import db
from app.infra.mail import MailState, OutboxMail
from app.lifecycle import due
from app.lifecycle.count.forgetting import owed
from app.reminders.models import Mailing
from app.reports.models import ReportBundle
from app.results.models import CycleTotals
from tests.mail_servers import Sink

ONCE = ("cycle:opened", "cycle:closing", "cycle:counted", "cycle:published")


class Proofs:
    """Sentences about what was found; those that are wrong begin with NO."""

    def __init__(self) -> None:
        self.faults = 0

    def tell(self, what: str, *, is_so: bool, found: object = "") -> None:
        """Print one proof."""
        self.faults += not is_so
        print(f"  {'yes' if is_so else 'NO '}  {what}{f': {found}' if found != '' else ''}")

    def sent(self, cycle_id: int, senders: set[int]) -> None:
        """Whoever was told that the review is sent has sent, and nobody else."""
        sent = select(Participation.person_id).where(
            Participation.cycle_id == cycle_id, Participation.sent
        )
        found = set(db.session.scalars(sent))
        lost, more = len(senders - found), len(found - senders)
        self.tell("every confirmed sending is there, and no other", is_so=not (lost or more))

    def counted(self, cycle_id: int, senders: set[int]) -> None:
        """The count took as many reviews as were sent."""
        totals = db.session.get_one(CycleTotals, cycle_id)
        is_so = totals.counted == totals.sent == len(senders)
        self.tell("each review that was sent is counted once", is_so=is_so, found=totals.counted)

    def logged_once(self, cycle_id: int) -> None:
        """Each step of the cycle happened once, and the log's chain is whole."""
        tags = select(AuditEntry.tag, AuditEntry.details).where(AuditEntry.tag.in_(ONCE))
        found = Counter(
            tag for tag, details in db.session.execute(tags) if details.get("cycle_id") == cycle_id
        )
        is_so = found == dict.fromkeys(ONCE, 1)
        self.tell("opened, closed, counted and published once", is_so=is_so, found=dict(found))
        self.tell("the log is whole", is_so=True, found=f"{audit.verify():,} entries")

    def readings(self, confirmed: Mapping[int, int]) -> None:
        """Every report that was shown is in the log."""
        audit_readings.take_up()
        read = select(AuditEntry.actor_id, func.count()).where(AuditEntry.tag == "report:read")
        logged: dict[int | None, int] = {
            row[0]: row[1] for row in db.session.execute(read.group_by(AuditEntry.actor_id))
        }
        missing = sum(logged.get(one, 0) < shown for one, shown in confirmed.items())
        found = f"{sum(confirmed.values()):,} shown, {sum(logged.values()):,} in the log"
        self.tell("every report that was shown is in the log", is_so=not missing, found=found)

    def mails(self, cycle_id: int, kind: str, sink: Sink, *, rated_only: bool = False) -> None:
        """Everybody has one such mail; one that came twice says so by its Message-ID."""
        asked = select(func.count()).where(RosterEntry.cycle_id == cycle_id)
        wanted = db.session.scalar(asked.where(RosterEntry.is_rated) if rated_only else asked)
        rows = db.session.execute(
            select(OutboxMail.reader_id, OutboxMail.message_id, OutboxMail.state).where(
                OutboxMail.cycle_id == cycle_id, OutboxMail.kind == kind
            )
        ).all()
        readers, waiting = {row[0] for row in rows}, sum(row[2] != MailState.SENT for row in rows)
        is_so = len(rows) == len(readers) == wanted and not waiting
        self.tell(f"one mail of the kind {kind} for everybody", is_so=is_so, found=len(rows))
        taken = Counter(sink.message_ids)
        lost = sum(row[1] not in taken for row in rows)
        self.tell("the mail server has each of them", is_so=not lost)
        again = sum(taken[row[1]] - 1 for row in rows if taken[row[1]] > 1)
        print(f"       sent again under the same Message-ID, its sender killed meanwhile: {again}")

    def nothing_stuck(self) -> None:
        """Nothing waits that should have been done, and HR's desk shows no fault."""
        waiting = {
            "openings": _count(Opening),
            "rounds of mails": _count(Mailing),
            "cycles": len(due.overdue()),
            "ballots to destroy": len(owed()),
            "reports": _unfinished(),
        }
        found = {name: number for name, number in waiting.items() if number}
        self.tell("nothing waits", is_so=not found, found=found or "")
        failing = [f"{one.name}: {one.sentence}" for one in failing_steps.all_failing()]
        self.tell("HR's desk shows no fault", is_so=not failing, found=failing or "")


def _count(table: type[Opening] | type[Mailing]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def _unfinished() -> int:
    unfinished = ReportBundle.next_volume <= ReportBundle.volumes
    return db.session.scalar(select(func.count()).where(unfinished)) or 0


def state_of(cycle_id: int) -> str:
    """The state of the cycle as it is committed now."""
    db.session.rollback()
    return str(db.session.get_one(Cycle, cycle_id, populate_existing=True).state)
