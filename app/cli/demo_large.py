"""A demo company of any size: people and ballots in bulk, everything else the real way."""

import gc
from datetime import datetime
from random import Random
from typing import Final

import click
import numpy as np
from sqlalchemy import delete

from app.cli.demo_ballots import Crowd, fill_in
from app.cli.demo_quarters import (
    OPEN_FOR,
    OPEN_SINCE,
    at_nine,
    close_and_count,
    open_now,
    quarters_before,
)
from app.cli.demo_staff import move_in_many
from app.cycles.models import Cycle
from app.infra import clock
from app.infra.db import db, transaction
from app.infra.mail import OutboxMail
from app.lifecycle import services
from app.questionnaires.services import ensure_default

SENT_OF_PUBLISHED: Final = 0.92
SENT_OF_OPEN: Final = 0.4


def move_in_and_answer(people: int, cycles: int, *, seed: int) -> None:
    """Fill an empty database with `people`, `cycles` published quarters and an open one."""
    random = Random(seed)  # noqa: S311 - the same company every time
    current = at_nine(clock.now() - OPEN_SINCE)
    openings = [quarters_before(current, back) for back in range(cycles, 0, -1)]
    click.echo(f"{people:,} people move in …", err=True)
    with transaction():
        ensure_default()
        ids = move_in_many(people, today=(openings or [current])[0].date(), random=random)
    crowd = Crowd.of(people, np.random.default_rng(seed))
    for number, opening in enumerate(openings, 1):
        click.echo(f"Quarter {number} of {cycles}: answer, close, count, publish …", err=True)
        _published(opening, ids, crowd, random=random)
    click.echo("An open quarter, partly answered …", err=True)
    _open_with_ballots(current, ids, crowd, share=SENT_OF_OPEN, random=random)


def _open_with_ballots(
    opening: datetime, ids: list[int], crowd: Crowd, *, share: float, random: Random
) -> int:
    with clock.travel(opening):
        cycle_id = open_now(opening, ids)
    _forget_mails()
    with transaction():
        senders = random.sample(ids, round(share * len(ids)))
        fill_in(db.session.get_one(Cycle, cycle_id), senders, crowd, random=random)
    gc.collect()
    return cycle_id


def _published(opening: datetime, ids: list[int], crowd: Crowd, *, random: Random) -> None:
    cycle_id = _open_with_ballots(opening, ids, crowd, share=SENT_OF_PUBLISHED, random=random)
    with clock.travel(opening + OPEN_FOR):
        close_and_count(cycle_id)
        with transaction():
            services.publish(db.session.get_one(Cycle, cycle_id), by=None)
    _forget_mails()


def _forget_mails() -> None:
    """Nobody is written to: these people have no mailboxes."""
    with transaction():
        db.session.execute(delete(OutboxMail))
