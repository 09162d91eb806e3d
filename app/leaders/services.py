"""Choosing who hears comments, and what leaders mark."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete

from app.domain.errors import PlanRefusedError
from app.domain.heard import WEEKDAYS
from app.infra import audit, mail
from app.infra.db import db
from app.leaders import queries
from app.leaders.models import CommentMark, Leader, LeaderMailPlan, MailedComment
from app.people.models import Person
from app.people.queries import find_person

OF_CYCLE: Final = (CommentMark, MailedComment)
"""Tables that hold ids of a cycle's comments."""
MAIL_OF_A_DAY: Final = "leaders_hear"
"""The folder of the mail in which leaders hear comments."""


@dataclass(frozen=True)
class LeaderChoice:
    """Who hears comments, by e-mail, on which weekdays, and whether mails rest."""

    emails: tuple[str, ...]
    days: frozenset[int]
    is_paused: bool = False


def choose(choice: LeaderChoice, *, by: int | None) -> None:
    """Keep what HR decided. Raises PlanRefusedError naming everybody who may not be chosen."""
    people = {email: find_person(email) for email in choice.emails}
    before = queries.chosen_ids()
    faults = _faults(people, before | queries.may_be_chosen())
    if not choice.days <= set(range(len(WEEKDAYS))):
        faults.append("One of the days is no weekday.")
    if faults:
        raise PlanRefusedError(faults)
    wanted = {one.id for one in people.values() if one}
    for gone in before - wanted:
        db.session.execute(delete(Leader).where(Leader.person_id == gone))
        db.session.execute(delete(MailedComment).where(MailedComment.person_id == gone))
    db.session.add_all(Leader(person_id=new) for new in sorted(wanted - before))
    mail.take_back(MAIL_OF_A_DAY, but_for=() if choice.is_paused else wanted)
    plan = _plan_row()
    plan.days, plan.is_paused = sorted(choice.days), choice.is_paused
    db.session.flush()
    audit.record("leaders:chosen", actor_id=by, people=len(wanted))


def _faults(people: Mapping[str, Person | None], may: Collection[int]) -> list[str]:
    unknown = [f"Nobody here has the e-mail {email}." for email, one in people.items() if not one]
    found = [one for one in people.values() if one]
    return unknown + [
        f"{one.name} is not of the board and leads nobody, and so cannot hear comments."
        for one in found
        if one.id not in may
    ]


def _plan_row() -> LeaderMailPlan:
    plan = queries.mail_plan()
    db.session.add(plan)
    return plan


def mark(comment_id: str, cycle_id: int, *, by: int, is_thanked: bool) -> None:
    """Note that a leader has read a comment, and whether they say thank you for it."""
    found = db.session.get(CommentMark, (comment_id, by))
    if found is None:
        found = CommentMark(comment_id=comment_id, person_id=by, cycle_id=cycle_id)
        db.session.add(found)
    found.is_thanked = is_thanked
    _note_change()
    audit.record("comment:marked", actor_id=by, cycle_id=cycle_id, thanked=is_thanked)


def take_mark_back(comment_id: str, *, by: int) -> None:
    """Forget that a leader marked a comment; nothing where they did not."""
    found = db.session.get(CommentMark, (comment_id, by))
    if found is None:
        return
    cycle_id = found.cycle_id
    db.session.delete(found)
    _note_change()
    audit.record("comment:unmarked", actor_id=by, cycle_id=cycle_id)


def _note_change() -> None:
    plan = _plan_row()
    plan.marks = (plan.marks or 0) + 1
    db.session.flush()


def erase_cycle(cycle_id: int) -> None:
    """Forget what leaders were mailed and have marked of a cycle whose time is over.

    A mail that still waits may hold its comments, word for word: it is taken back.
    """
    mail.take_back(MAIL_OF_A_DAY)
    for table in OF_CYCLE:
        db.session.execute(delete(table).where(table.cycle_id == cycle_id))
    _note_change()
