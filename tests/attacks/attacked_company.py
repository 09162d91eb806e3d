"""The stage of every attack: a company whose true answers we know, and what a thief copies.

`Stage` plays one cycle from the plan to publishing. Everybody's ballot is drawn from a seed,
sent in an order that is known here and follows nothing else, and at each moment a `Snapshot`
keeps what lies on the disk and in the tables.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask, has_app_context
from sqlalchemy import event, insert, select, update

from app import create_app
from app.assignments.models import Assignment, Participation
from app.ballots.models import SealedBallot
from app.ballots.queries import keys_of
from app.cycles.models import Cycle, Pairing, RosterEntry
from app.domain.ballot.document import Ballot
from app.domain.ballot.encoding import encode
from app.domain.scale import NOT_OBSERVED, STATEMENTS
from app.infra import clock
from app.infra.db import db, is_sqlite, transaction
from app.lifecycle import services
from app.lifecycle.count.counting import count_and_forget
from app.people.models import Department, Person
from config import Config
from tests.attacks.snapshot import Snapshot, place_in_log, take
from tests.factories import LONG_AGO, make_cycle

TEAM_OF = 12
OPTIONS_DRAWN = (NOT_OBSERVED, 1, 2, 3, 4, 5)
WEIGHTS = (5, 4, 11, 26, 36, 18)
"""How often each answer is given, in percent: the prior that anybody may know."""
STAY_AWAY = 0.12
"""Share of people who write a ballot and never send it."""
SENT_TOGETHER = 50
"""Ballots in one transaction in a company of thousands; smaller ones send one by one."""


@dataclass
class Truth:
    """What really was answered: by person id, and in which order it was sent."""

    ballots: dict[int, Ballot]
    order: list[int]
    """Everybody who saved, in the order in which they did."""
    author_of: dict[str, int]
    """Who wrote each comment, by its text."""

    @property
    def sent(self) -> list[int]:
        """Who sent, in the order of sending."""
        return [rater for rater in self.order if self.ballots[rater].sent]

    @property
    def canaries(self) -> list[str]:
        """Comments in ballots that nobody sent: they must never be read anywhere."""
        return [text for text, by in self.author_of.items() if not self.ballots[by].sent]

    def ratings(self) -> Iterator[tuple[int, int, int, int]]:
        """(rater, subject, statement, answer) of everything that was sent."""
        for rater in self.sent:
            for subject, answers in self.ballots[rater].answers.items():
                for statement, answer in enumerate(answers, 1):
                    if answer is not None:
                        yield rater, subject, statement, answer


@dataclass
class Stage:
    """A company of `size`, its one cycle, and what was copied of it on the way."""

    size: int
    settings: Config
    seed: int = 360
    app: Flask = field(init=False)
    cycle_id: int = 0
    people: list[int] = field(default_factory=list)
    asked: dict[int, list[int]] = field(default_factory=dict)
    """rater id -> subject ids, as frozen."""
    truth: Truth = field(default_factory=lambda: Truth({}, [], {}))
    copies: dict[str, Snapshot] = field(default_factory=dict)
    folder: Path = field(init=False)
    log_began: str = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(self.settings, testing=True)
        with self.app.app_context():
            if is_sqlite():  # nothing here outlives the run; waiting for the disk proves nothing
                event.listen(db.engine, "connect", _write_hastily)
        self.folder = self.settings.data_folder
        self.log_began = place_in_log(self.settings)

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the app, which another process makes for itself."""
        return {name: value for name, value in vars(self).items() if name != "app"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self.app = create_app(self.settings, testing=True)

    @property
    def is_large(self) -> bool:
        """Whether thousands take part, and time has to be saved where nothing is proved by it."""
        return self.size > 500

    @contextmanager
    def on(self) -> Iterator[None]:
        """The app's context, with nothing of the database held afterwards.

        Inside of another one the connections are left to that: letting go of them while one is
        in use would leave it open for ever.
        """
        is_inside = has_app_context()
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()
                if not is_inside:
                    db.engine.dispose()

    def copy(self, moment: str, *, log: bool = False) -> Snapshot:
        """Copy everything on the disk and in the tables, and remember it as `moment`.

        With `log` PostgreSQL's log from the beginning of this stage on is copied, too.
        """
        db.session.rollback()
        folder = self.folder / "copies" / moment
        since = self.log_began if log else ""
        self.copies[moment] = take(self.settings, folder, log_since=since)
        return self.copies[moment]

    def plan(self, *, copied: bool = True, **over: Any) -> None:
        """Move people in and draw up a draft; `over` is what the cycle has of its own."""
        self.people = _move_in(self.size)
        pairing = Pairing.EVERYONE if self.size <= 30 else Pairing.SAMPLE
        cycle = make_cycle(opens_at=clock.now(), pairing=pairing, **over)
        self.cycle_id = cycle.id
        rows = [{"cycle_id": cycle.id, "person_id": person} for person in self.people]
        db.session.execute(insert(RosterEntry), rows)
        db.session.commit()
        if copied:
            self.copy("planned")

    def open(self, *, is_told: bool = True) -> None:
        """Open the cycle; in a large company without writing invitations, which cost seconds."""
        with transaction():
            cycle = db.session.get_one(Cycle, self.cycle_id)
            services.open_(cycle, by=None, from_history=self.is_large or not is_told)
        pairs = select(Assignment.rater_id, Assignment.subject_id)
        for rater, subject in db.session.execute(pairs.order_by(Assignment.subject_id)):
            self.asked.setdefault(rater, []).append(subject)
        self.truth = drawn(self.asked, seed=self.seed)

    def answer(self, *, copies: int = 0, last: int | None = None) -> None:
        """Let everybody save and send, in the order of the truth, copying on the way.

        With `last` only those before that place do.
        """
        order = self.truth.order[:last]
        at_once = SENT_TOGETHER if self.is_large else 1
        stops = {len(order) * part // (copies + 1) for part in range(1, copies + 1)}
        keys = keys_of(self.cycle_id)
        for start in range(0, len(order), at_once):
            self._store(order[start : start + at_once], keys.locator, keys.seal)
            done = start + at_once
            if passed := {stop for stop in stops if stop <= done}:
                self.copy(f"open-{len(self.copies)}")
                stops -= passed

    def _store(
        self,
        raters: Sequence[int],
        locator: Callable[[int], bytes],
        seal: Callable[[bytes, bytes], bytes],
    ) -> None:
        """Seal and store ballots as saving does, without reading them back."""
        boxes = []
        for rater in raters:
            place, plain = locator(rater), encode(self.truth.ballots[rater])
            boxes.append(
                {"cycle_id": self.cycle_id, "locator": place, "sealed": seal(place, plain)}
            )
        with transaction():
            db.session.execute(insert(SealedBallot), boxes)
            for is_sent in (True, False):
                some = [one for one in raters if self.truth.ballots[one].sent is is_sent]
                db.session.execute(
                    update(Participation)
                    .where(
                        Participation.cycle_id == self.cycle_id, Participation.person_id.in_(some)
                    )
                    .values(sent=is_sent)
                    .execution_options(synchronize_session=False)
                )

    def close(self) -> None:
        """Take no more answers."""
        with transaction():
            services.begin_closing(db.session.get_one(Cycle, self.cycle_id), by=None)

    def count(self) -> None:
        """Count and forget; every shuffle follows the seed, so that a run can be repeated."""
        count_and_forget(self.cycle_id, random=Random(self.seed))

    def publish(self) -> None:
        """Let people read their reports."""
        with transaction():
            services.publish(db.session.get_one(Cycle, self.cycle_id), by=None)


def _write_hastily(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def play(size: int, settings: Config, *, copies: int = 3) -> Stage:
    """The whole cycle with a copy at every stage: planned, open-1 …, before, after, published."""
    stage = Stage(size, settings)
    with stage.on():
        stage.plan(copied=not stage.is_large)
        stage.open()
        stage.answer(copies=copies)
        stage.close()
        stage.copy("before")
        stage.count()
        stage.copy("after", log=True)
        if not stage.is_large:  # telling thousands by mail takes seconds
            stage.publish()
            stage.copy("published")
    return stage


def _move_in(size: int) -> list[int]:
    """A chief, somebody of HR, team leads and teams of about twelve; the people's ids."""
    root = Department(name="Company")
    db.session.add(root)
    db.session.flush()
    teams = [Department(name=f"Team {n}", parent_id=root.id) for n in range(-(-size // TEAM_OF))]
    db.session.add_all(teams)
    db.session.flush()
    people = [_person(n, root.id) for n in range(2)]
    people += [_person(n, teams[n % len(teams)].id) for n in range(2, size)]
    people[0].is_board = people[1].is_hr = True
    db.session.add_all(people)
    db.session.flush()
    leads = people[2 : 2 + len(teams)]
    for place, person in enumerate(people[1:], 1):
        is_head = place < 2 + len(teams)
        person.manager_id = people[0].id if is_head else leads[(place - 2) % len(teams)].id
    ids = [person.id for person in people]
    db.session.commit()
    return ids


def _person(number: int, department_id: int) -> Person:
    return Person(
        name=f"Person {number:04d}",
        email=f"person{number:04d}@example.com",
        title="Colleague",
        department_id=department_id,
        joined_on=LONG_AGO,
        account_made_on=LONG_AGO,
    )


def drawn(asked: dict[int, list[int]], *, seed: int) -> Truth:
    """Draw everybody's ballot and the order of sending, which follows no id."""
    random = Random(seed)
    order = sorted(asked)
    random.shuffle(order)
    author_of: dict[str, int] = {}
    ballots = {}
    for rater in order:
        ballot = Ballot(
            own=random.choices((2, 3, 4, 5), k=STATEMENTS),
            answers={
                subject: random.choices(OPTIONS_DRAWN, WEIGHTS, k=STATEMENTS)
                for subject in asked[rater]
            },
            enps_score=random.randrange(11),
            sent=random.random() >= STAY_AWAY,
        )
        for subject in random.sample(asked[rater], k=2):
            text = f"canary-{random.getrandbits(64):016x} says what nobody else would say"
            ballot.comments[subject] = {random.choice(("keep", "try")): text}
            author_of[text] = rater
        ballots[rater] = ballot
    return Truth(ballots, order, author_of)
