"""What does not work by itself as it should: worker, duties, mail, keys, log, backups."""

from collections.abc import Iterator, Mapping
from typing import Final

from app.cycles.models import Cycle
from app.desk.needs import Need, Urgency
from app.domain.cycle import CycleState
from app.domain.plurals import counted
from app.infra import audit, audit_checking, failing_steps, heartbeats, processes
from app.infra.failing_steps import FailingStep
from app.infra.heartbeats import Sign
from app.infra.mail_status import MailStatus, mail_status
from app.infra.pages import moment, short_moment
from app.infra.ways import Way
from app.lifecycle import due
from app.lifecycle.count import abandoning, counting

RUN_WORKER: Final = "Start it with: flask --app app jobs run"
IN_LOG: Final = "The worker’s log holds what happened."
TELL: Final = (
    "It is tried again every minute. If it does not go away by itself, please tell whoever runs "
    "Full Circle."
)
STEPS: Final[Mapping[str, str]] = {
    "open_what_is_due": "Opening cycles at their time",
    "go_on_opening": "Opening a large cycle",
    "go_on": "Opening a large cycle",
    "go_on_importing": "Importing a large people list",
    "remind_when_planned": "Writing to people before the close",
    "close_what_is_due": "Closing cycles at their time",
    "count_what_is_closing": "Counting",
    "count_and_forget": "Counting",
    "purge_what_is_due": "Forgetting who took part",
    "erase_what_is_old": "Erasing old results",
    "erase_what_came_back": "Erasing again what a backup brought back",
    "finish_what_was_interrupted": "Destroying what was counted",
    "finish_forgetting": "Destroying what was counted",
    "take_up": "Noting in the log who read reports",
    "ring_for_reports": "Putting reports together",
    "mail_leaders": "Mailing leaders what they hear",
    "mail_forgotten": "Mailing links to set a password",
    "note": "Looking whether all processes see the key folder",
    "look_after_answers": "Looking after answers",
    "leave_witness": "Guarding the log of acts",
    "check_the_log": "Checking the log of acts",
    "forget_old": "Forgetting old files and mails",
    "tell_overdue_projects": "Telling owners of projects whose date has passed",
    "forget_old_requests": "Forgetting old questions for two people",
    "forget_old_sign_ins": "Forgetting old sign-ins",
    "mail_look_backs": "Mailing people who wanted to look back on their plan",
}
"""What each step of the worker does, as the subject of a sentence."""
NEED_THE_KEY: Final = frozenset(
    {counting.count_and_forget.__name__, due.remind_when_planned.__name__}
)


def troubles(cycle: Cycle | None) -> list[Need]:
    """Everything that does not work at the moment, with what HR can do about it."""
    fault = abandoning.fault_of_answers(cycle) if cycle else ""
    return [
        *_worker(),
        *_mail(cycle),
        *_overdue(),
        *(_answers(cycle, fault) if cycle and fault else ()),
        *_failing(is_told=bool(fault)),
        *_log(),
        *_folders(),
        *_backup(),
    ]


def _worker() -> Iterator[Need]:
    late = heartbeats.late(Sign.WORKER)
    if late is not None:
        since = (
            f"has been silent since {short_moment(late.last_at)}"
            if late.last_at
            else "does not run"
        )
        yield Need(
            key="worker",
            urgency=Urgency.FAULT,
            title=f"The worker {since}",
            text="Until it runs again no cycle opens, closes or is counted by itself, and no mail "
            "leaves. Nothing is lost. Please tell whoever runs Full Circle.",
            detail=RUN_WORKER,
        )
        return
    late = heartbeats.late(Sign.ROUND)
    if late is not None and late.last_at is not None:
        yield Need(
            key="round",
            urgency=Urgency.FAULT,
            title=f"The worker is there, but has not got through its tasks since "
            f"{short_moment(late.last_at)}",
            text="Something keeps it waiting. Until it goes on, cycles may open and close late. "
            "Please tell whoever runs Full Circle.",
            detail=IN_LOG,
        )


def _mail(cycle: Cycle | None) -> Iterator[Need]:
    status = mail_status()
    if status.title:
        is_missed = status.is_stuck and cycle is not None and cycle.state is CycleState.OPEN
        without = "Until then nobody hears by e-mail that the review is open." if is_missed else ""
        yield Need(
            key="mail",
            urgency=_urgency_of(status, is_missed=is_missed),
            title=status.title,
            text=f"{status.advice} {without}".strip(),
            ways=(Way("See what waits", "home.outbox"),),
            detail=f"The mail server said: {status.words}" if status.words else "",
        )
    if status.unread_title:
        yield Need(
            key="mails_unread",
            urgency=Urgency.TODAY,
            title=status.unread_title,
            text=status.unread_advice,
            ways=(Way("See which", "home.outbox"),),
        )


def _urgency_of(status: MailStatus, *, is_missed: bool) -> Urgency:
    """People wait for mails of an open review; without one what waits can wait longer."""
    if status.is_fault:
        return Urgency.FAULT
    return Urgency.TODAY if is_missed else Urgency.LATER


def _overdue() -> Iterator[Need]:
    for cycle in due.overdue():
        opens = cycle.state is CycleState.DRAFT
        planned = cycle.opens_at if opens else cycle.closes_at
        verb, is_now = ("opened", "nobody can answer yet") if opens else ("closed", "is still open")
        yield Need(
            key=f"cycle:{'open' if opens else 'close'}",
            urgency=Urgency.FAULT,
            title=f"{cycle.name} should have {verb} on {moment(planned)}, and {is_now}",
            text="It happens by itself as soon as the worker gets through its tasks. "
            + (
                "You can also open it by hand."
                if opens
                else "Until then everything that is sent still counts."
            ),
            ways=(_to_cycle(cycle),),
        )


def _answers(cycle: Cycle, fault: str) -> Iterator[Need]:
    yield Need(
        key="answers",
        urgency=Urgency.FAULT,
        title=f"The answers of {cycle.name} cannot be read",
        text=f"{fault} Nobody can answer until this is mended; nothing is lost while the key "
        "folder can be brought back. If it is gone for good, the cycle can be ended without "
        "results.",
        ways=(_to_cycle(cycle),),
    )


def _failing(*, is_told: bool) -> Iterator[Need]:
    """Steps of the worker that fail; those that need the key only where that is not told yet."""
    for step in failing_steps.all_failing():
        if is_told and step.name in NEED_THE_KEY:
            continue
        if step.name == failing_steps.ANSWERS:
            yield _after_backup(step, "The database holds older answers than people gave")
        elif step.name == audit.leave_witness.__name__:
            yield _after_backup(step, "The log of acts is not the one it was")
        else:
            yield _of_step(step)


def _of_step(step: FailingStep) -> Need:
    what = STEPS.get(step.name, "A task of the worker")
    return Need(
        key=f"step:{step.name}",
        urgency=Urgency.FAULT,
        title=f"{what} has failed since {short_moment(step.since)}",
        text=f"{step.sentence} {TELL}".strip(),
        detail=IN_LOG,
    )


def _after_backup(step: FailingStep, title: str) -> Need:
    return Need(
        key="restore",
        urgency=Urgency.FAULT,
        title=title,
        text=step.sentence,
        ways=(Way("Go on with the backup …", "lifecycle.backup.go_on"),),
    )


def _log() -> Iterator[Need]:
    """A log that was changed in its middle; one that lost its end is told by the step above."""
    fault, walked_on = audit_checking.known_fault()
    if fault and not failing_steps.is_failing(audit.leave_witness.__name__):
        yield Need(
            key="log",
            urgency=Urgency.FAULT,
            title="The log of acts is not whole",
            text=f"{fault} Somebody wrote into the database past the program. Please tell whoever "
            "runs Full Circle.",
            ways=(Way("Look at the log", "home.audit_log"),),
            detail=f"Found on {walked_on}." if walked_on else "",
        )


def _folders() -> Iterator[Need]:
    estranged, others = processes.estranged()
    if estranged:
        yield Need(
            key="keys",
            urgency=Urgency.FAULT,
            title=f"{estranged} of {counted(others, 'other process', 'other processes')} cannot "
            "read the key folder",
            text="No cycle can open, and some people may not be able to answer. Please tell "
            "whoever runs Full Circle.",
            detail="Every web process and worker needs the same key folder, on one shared mount.",
        )


def _backup() -> Iterator[Need]:
    late = heartbeats.late(Sign.BACKUP)
    if late is not None and late.last_at is not None:
        yield Need(
            key="backup",
            urgency=Urgency.FAULT,
            title=f"The last backup that we were told of was made on {moment(late.last_at)}",
            text="The next one is overdue. Please tell whoever runs Full Circle.",
            detail="After each backup: flask --app app backup done",
        )


def _to_cycle(cycle: Cycle) -> Way:
    return Way(f"Go to {cycle.name}", "lifecycle.show", {"cycle_id": cycle.id})
