"""What people of the demo company plan with their reports, and how they say it goes."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from app.cli.demo_company import NORDLICHT
from app.cli.demo_plan_texts import PLAN_TEXTS
from app.domain.access import Actor
from app.domain.ballot.focus import Seen
from app.domain.durations import HALF_QUARTER
from app.domain.reports.action_plan import Action, Going
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.settings import company_day
from app.reports import looking_back, services
from app.results.dossiers import SubjectInCycle, dossiers
from app.results.models import RaterGroup, StatementScore

WITHOUT_PLAN_EVERY: Final = 8
SHARED_EVERY: Final = 3
LOOKS_BACK_AFTER: Final = timedelta(days=84)
"""Shortly before the next review: whoever starts the demo finds it still to come."""


def plan_with_reports(cycle_id: int, ids: list[int]) -> None:
    """Let most people plan what is lowest in their report; some look back at half time."""
    for place, person_id in enumerate(ids):
        if place % WITHOUT_PLAN_EVERY == WITHOUT_PLAN_EVERY - 1:
            continue
        with transaction():
            part = dossiers(cycle_id, [person_id], reader=Actor(person_id))[0].part
            item = _planned(part, place)
            services.save_action(part, item)
        if place % 2:
            with clock.travel(clock.now() + HALF_QUARTER), transaction():
                looking_back.say(part, item.statement, [*Going][place % len(Going)])


def _planned(part: SubjectInCycle, place: int) -> Action:
    lowest = db.session.scalars(
        select(StatementScore.statement)
        .where(
            StatementScore.cycle_id == part.cycle.id,
            StatementScore.subject_id == part.subject.id,
            StatementScore.view == RaterGroup.COLLEAGUES,
        )
        .order_by(StatementScore.mean, StatementScore.statement)
    ).first()
    words = PLAN_TEXTS[(lowest or 1) - 1]
    return Action(
        statement=lowest or 1,
        text="",
        behaviour=words.behaviour,
        situation=words.situation,
        first_step=words.first_step,
        helper=f"{NORDLICHT[(place + 1) % len(NORDLICHT)].name} gives me a sign.",
        sign=words.sign,
        review_on=_look_back_on(),
        is_shared=place % SHARED_EVERY == 0,
        asks_colleagues=place % 2 == 0,
    )


def _look_back_on() -> date:
    return company_day() + LOOKS_BACK_AFTER


def seen_more_often(rater_id: int, subject_id: int) -> int:
    """What a rater sees of a behaviour that a subject works on: mostly more, for some subjects."""
    turn = (7 * rater_id + 3 * subject_id) % 10
    if subject_id % 3 == 0:
        turn = 9 - turn
    found = Seen.MORE if turn < 6 else Seen.SAME if turn < 9 else Seen.LESS
    return int(found)
