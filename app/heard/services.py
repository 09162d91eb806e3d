"""The mail of a day: drawn, noted and put into the outbox in one act for each leader."""

from datetime import time
from random import Random, SystemRandom
from typing import Final

from sqlalchemy import delete, or_, select, update

from app.domain.heard import MAILED, DrawnComments, draw_comments, is_due
from app.heard import messages, queries
from app.heard.queries import LeaderComment
from app.infra import clock, mail
from app.infra.db import db, transaction
from app.infra.mail import post
from app.infra.settings import company_day, settings
from app.leaders.models import Leader, MailedComment
from app.leaders.queries import leader_ids, mail_plan
from app.leaders.services import MAIL_OF_A_DAY
from app.people.queries import person_by_id

MAILED_FROM: Final = time(8)
"""Not before that hour, where the company is: the time of a mail tells nothing."""


def mail_leaders(random: Random | None = None) -> None:
    """Mail every leader whose mail of today has not been drawn yet.

    The draw, the note of it and the mail are one transaction: a kill leaves all of it or nothing.
    What still waits for somebody who no longer hears comments is taken back. `random` is the
    operating system's unless a test says otherwise.
    """
    if clock.now().astimezone(settings().zone).time() < MAILED_FROM:
        return
    with transaction():
        mail.take_back(MAIL_OF_A_DAY, but_for=leader_ids())
    ids = sorted(_waiting())
    db.session.rollback()
    for person_id in ids:
        with transaction():
            _mail(person_id, random or SystemRandom())


def _waiting() -> frozenset[int]:
    """Leaders who have not been mailed today; asked first, for in most minutes there are none."""
    late = or_(Leader.mailed_on.is_(None), Leader.mailed_on != company_day())
    return leader_ids() & set(db.session.scalars(select(Leader.person_id).where(late)))


def _mail(person_id: int, random: Random) -> None:
    held = select(Leader).where(Leader.person_id == person_id).with_for_update()
    leader = db.session.scalar(held.execution_options(populate_existing=True))
    plan, today = mail_plan(), company_day()
    if leader is None or not is_due(
        today, plan.days, is_paused=plan.is_paused, mailed_on=leader.mailed_on
    ):
        return
    comments = {one.id: one for one in queries.comments_for(person_id)}
    if len(comments) < MAILED:
        return
    leader.mailed_on = today
    drawn = _drawn(person_id, comments, random)
    post(messages.leaders_hear(person_by_id(person_id), [comments[one] for one in drawn.ids]))


def _drawn(person_id: int, comments: dict[str, LeaderComment], random: Random) -> DrawnComments:
    """Draw, and remember what was drawn until everything was; the order is kept nowhere."""
    mailed = queries.mailed_to(person_id)
    waiting = comments.keys() - mailed[True] - mailed[False]
    drawn = draw_comments(waiting, comments.keys(), random)
    mine = MailedComment.person_id == person_id
    if drawn.begins_new_round:
        db.session.execute(delete(MailedComment).where(mine))
    else:
        db.session.execute(update(MailedComment).where(mine).values(is_newest=False))
    of_round = drawn.of_new_round if drawn.begins_new_round else drawn.ids
    db.session.add_all(
        MailedComment(
            comment_id=one, person_id=person_id, cycle_id=comments[one].cycle_id, is_newest=True
        )
        for one in sorted(of_round)
    )
    db.session.flush()
    return drawn
