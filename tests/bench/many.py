"""Several machines shown on one: four web processes, three workers, one PostgreSQL, and kills.

Each is a process of its own. While a company of 1,100 reads reports and fills in a review, they are
killed at random moments and started again a little later; the opening, the count and the rounds of
mails are each cut short on purpose as well. Afterwards nothing may be lost, doubled or stuck.

    python -m tests.bench.many [MINUTES of filling in under kills] [SEED]
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.cycles.models import Cycle, Opening
from app.infra import clock, mail_health, mail_queue
from app.infra.db import db, transaction
from app.infra.mail import MailState, OutboxMail
from app.lifecycle import services
from app.people.queries import hr_people
from app.reminders.models import Mailing
from tests.bench.clocks import let_pass
from tests.bench.fleet import Fleet, installed
from tests.bench.killer import Killer
from tests.bench.many_company import (
    Member,
    colleagues_of,
    draft_for_everybody,
    let_close_soon,
    members,
    publish_what_is_open,
)
from tests.bench.many_proofs import Proofs, state_of
from tests.bench.raters import lost_or_doubled
from tests.bench.visitors import Rater, Tally, Visitor
from tests.mail_servers import Sink, running

PEOPLE = 1_100
"""Above a thousand a cycle is opened, and mails are written, in parts."""
WEBS, WORKERS = 4, 3
RATERS, DEVICES, READERS = 20, 2, 6
MINUTES = 3.0
PAGES = ("/review/", "/review/statements/3", "/review/colleagues", "/review/comments", "/")
A_LOOK = 0.02
ROUND = 60.0
"""Seconds between two looks of a worker at what is due."""
START = 30.0
"""Seconds that a worker needs to start on a machine with much to do, and to do what is due."""
OPENED_WITHIN = 75.0
"""Of two things the later one: the workers are started again, or it is a whole minute."""
MAILED_WITHIN = mail_queue.LEASE.total_seconds() + ROUND + START
"""What the killed sender was sending waits for its lease."""
COUNTED_WITHIN = 2 * ROUND + START


@dataclass
class Scene:
    """What the parts of this program share."""

    fleet: Fleet
    sink: Sink
    app: Flask
    killer: Killer
    proofs: Proofs
    published: int = 0
    cycle: int = 0
    everybody: list[Member] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    shown: dict[int, int] = field(default_factory=dict)
    """How many reports were shown to each reader."""


def main(minutes: float, seed: int) -> None:
    """Play a quarter while processes die, and print what was found."""
    began = time.monotonic()
    print(f"{WEBS} web processes, {WORKERS} workers, one PostgreSQL; seed {seed}")
    with running(Sink()) as sink, installed(smtp_url=sink.url) as fleet:
        made = ["demo", "company", "--people", str(PEOPLE), "--cycles", "0"]
        fleet.run(*made, production=False)
        app = create_app(fleet.settings, testing=True)
        scene = Scene(fleet, sink, app, Killer(fleet, seed=seed), Proofs())
        with app.app_context():
            prepare(scene)
            fleet.start(webs=WEBS, workers=WORKERS)
            with reading(scene):
                open_under_kills(scene)
                fill_in_under_kills(scene, minutes, seed)
                close_under_kills(scene)
                publish_under_kills(scene)
            with transaction():
                scene.proofs.readings(scene.shown)
            scene.proofs.nothing_stuck()
            tell_how_it_went(scene)
            print(f"in {(time.monotonic() - began) / 60:.1f} minutes")
            db.session.remove()
            db.engine.dispose()
    sys.exit(scene.proofs.faults > 0)


def prepare(scene: Scene) -> None:
    """A published quarter and a draft; nobody is mailed about what was before."""
    scene.published = publish_what_is_open()
    with transaction():
        db.session.execute(delete(Mailing))
        db.session.execute(delete(OutboxMail))
    scene.cycle = draft_for_everybody()
    scene.everybody = members(RATERS + READERS)


@contextmanager
def reading(scene: Scene) -> Iterator[None]:
    """Let people read their reports until the block ends."""
    over, readers = Event(), scene.everybody[RATERS:]

    def read(number: int, reader: Member) -> None:
        visitor = Visitor(1_000 + number, scene.fleet.ports, scene.tally)
        visitor.sign_in(reader.email)
        report = f"/reports/{scene.published}/{reader.person_id}"
        while not over.wait(random.uniform(0.2, 0.8)):
            visitor.get(random.choice(("/", "/company", "/reports")))
            if visitor.get(report).status == 200:
                scene.shown[reader.person_id] = scene.shown.get(reader.person_id, 0) + 1

    with ThreadPoolExecutor(READERS) as pool:
        done = [pool.submit(read, number, one) for number, one in enumerate(readers)]
        try:
            yield
        finally:
            over.set()
        for one in done:
            one.result()


def open_under_kills(scene: Scene) -> None:
    """Kill all workers while one of them opens the cycle; another one takes it over."""
    planned = db.session.get_one(Cycle, scene.cycle).opens_at
    print("The cycle opens, and every worker is killed meanwhile:")
    until(lambda: _is_being_opened(scene.cycle), 3 * ROUND, "the opening to begin")
    scene.killer.kill("all workers")
    killed = time.monotonic()
    until(lambda: state_of(scene.cycle) == "open", OPENED_WITHIN, "the opening")
    took = time.monotonic() - killed
    late = (clock.now() - planned).total_seconds()
    scene.proofs.tell(
        f"open within {OPENED_WITHIN:.0f} seconds after the kill",
        is_so=took <= OPENED_WITHIN,
        found=f"{took:.0f} s, {late:.0f} s after its time",
    )


def _is_being_opened(cycle_id: int) -> bool:
    db.session.rollback()
    row = db.session.get(Opening, cycle_id, populate_existing=True)
    return row is not None and row.leased_until is not None and row.done > 0


def fill_in_under_kills(scene: Scene, minutes: float, seed: int) -> None:
    """Let raters save, look and send from two devices each while everything is killed."""
    print(f"{RATERS} raters on {RATERS * DEVICES} devices for {minutes:g} minutes, with kills:")
    over, colleagues = Event(), colleagues_of(scene.cycle)
    db.session.rollback()
    raters = [
        Rater(number, scene.fleet.ports, scene.tally, device=number // RATERS)
        for number in range(RATERS * DEVICES)
    ]

    def work(number: int) -> None:
        member, chance = scene.everybody[number % RATERS], random.Random(seed + number)
        fill_in(raters[number], member, colleagues[member.person_id], over, chance)

    def begin(number: int) -> None:
        member = scene.everybody[number % RATERS]
        raters[number].begin(member.person_id, member.email)

    with ThreadPoolExecutor(len(raters)) as pool:
        list(pool.map(begin, range(len(raters))))
        done = [pool.submit(work, number) for number in range(len(raters))]
        with scene.killer:
            let_pass(60 * minutes)
        over.set()
        for one in done:
            one.result()
    prove_filled_in(scene, raters)


def fill_in(
    rater: Rater, member: Member, colleagues: int, over: Event, chance: random.Random
) -> None:
    """Save, look around and at last send; every third person never sends."""
    sends = member.person_id % 3 > 0
    while not over.wait(chance.uniform(0.05, 0.4)):
        if chance.random() < 0.8:
            rater.save(colleagues)
        else:
            rater.get(chance.choice(PAGES))
        if sends and rater.known().batches and chance.random() < 0.01:
            rater.send()
    if sends and rater.known().batches:
        rater.send()


def prove_filled_in(scene: Scene, raters: list[Rater]) -> None:
    """Compare what is stored with what was confirmed, cell by cell."""
    used = [rater.device for rater in raters if rater.device is not None]
    saves = sum(device.batches for device in used)
    cells = sum(len(device.saved) for device in used)
    wrong = insist(lambda: lost_or_doubled(used))
    found = f"{saves:,} saves in {cells:,} cells, {wrong} wrong"
    is_so = not wrong and saves >= len(raters)
    scene.proofs.tell("every confirmed answer is there, and no other", is_so=is_so, found=found)
    senders = {rater.device.person_id for rater in raters if rater.has_sent and rater.device}
    scene.proofs.sent(scene.cycle, senders)
    until(lambda: not waiting_mails(), MAILED_WITHIN, "all invitations")
    scene.proofs.mails(scene.cycle, "invitation", scene.sink)


def close_under_kills(scene: Scene) -> None:
    """Kill all workers when the cycle closes, and the database in the middle of the count."""
    print("The cycle closes and is counted; workers and database are killed meanwhile:")
    let_close_soon(scene.cycle)
    closes_at = db.session.get_one(Cycle, scene.cycle).closes_at
    senders = _senders(scene.cycle)
    until(lambda: state_of(scene.cycle) != "open", 3 * ROUND, "the close")
    late = (clock.now() - closes_at).total_seconds()
    scene.proofs.tell("closed on time", is_so=late < START, found=f"{late:.0f} s late")
    scene.killer.kill("all workers")
    scene.killer.kill("database")
    until(lambda: _is_over(scene.cycle), COUNTED_WITHIN, "the count")
    took = (clock.now() - closes_at).total_seconds()
    told = f"counted and forgotten within {COUNTED_WITHIN:.0f} seconds"
    scene.proofs.tell(told, is_so=True, found=f"{took:.0f} s after the close")
    scene.proofs.counted(scene.cycle, senders)


def _senders(cycle_id: int) -> set[int]:
    from app.assignments.models import Participation  # noqa: PLC0415

    sent = select(Participation.person_id).where(
        Participation.cycle_id == cycle_id, Participation.sent
    )
    return set(db.session.scalars(sent))


def _is_over(cycle_id: int) -> bool:
    db.session.rollback()
    cycle = db.session.get_one(Cycle, cycle_id, populate_existing=True)
    return cycle.state == "closed" and cycle.forgotten_on is not None


def publish_under_kills(scene: Scene) -> None:
    """Publish, and kill the workers while they write to everybody."""
    print("The reports are published; workers are killed while mails are written:")
    with transaction():
        services.publish(db.session.get_one(Cycle, scene.cycle), by=hr_people()[0].id)
    until(_is_a_part_written, 3 * ROUND, "the first mails")
    sender, killed = _sender(), time.monotonic()
    scene.killer.kill("all workers")
    until(lambda: _sender() != sender, MAILED_WITHIN, "another sender")
    print(f"       another sender went on {time.monotonic() - killed:.0f} s after the kill")
    until(lambda: waiting_mails() <= 1, MAILED_WITHIN, "all mails but the one under way")
    print(f"       all mails but the one under way: {time.monotonic() - killed:.0f} s")
    until(lambda: not waiting_mails(), MAILED_WITHIN, "all mails about reports")
    print(f"       all mails: {time.monotonic() - killed:.0f} s")
    scene.proofs.mails(scene.cycle, "report_ready", scene.sink, rated_only=True)
    scene.proofs.logged_once(scene.cycle)


def _sender() -> str:
    db.session.rollback()
    state = mail_health.found()
    return state.sender if state else ""


def _is_a_part_written() -> bool:
    db.session.rollback()
    rows = db.session.scalars(select(Mailing).execution_options(populate_existing=True)).all()
    return bool(rows) and rows[0].written > 0


def waiting_mails() -> int:
    """Mails that are still to be written or sent."""
    db.session.rollback()
    rounds = db.session.scalar(select(func.count()).select_from(Mailing)) or 0
    waiting = select(func.count()).where(OutboxMail.state == MailState.WAITING)
    return rounds + (db.session.scalar(waiting) or 0)


def until(is_so: Callable[[], object], seconds: float, what: str) -> None:
    """Look again and again. Raises TimeoutError after `seconds`."""
    end = time.monotonic() + seconds
    while not insist(is_so):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} seconds for {what}")
        let_pass(A_LOOK)


def insist(ask: Callable[[], object]) -> object:
    """What `ask` finds, however often the database is killed meanwhile."""
    for _ in range(200):
        try:
            return ask()
        except DBAPIError:
            db.session.rollback()
            let_pass(0.3)
    return ask()


def tell_how_it_went(scene: Scene) -> None:
    """Print kills, requests and errors."""
    tally, kills = scene.tally, scene.killer.kills
    print(f"killed: {', '.join(f'{what} {number}' for what, number in kills.items())}")
    print(
        f"{len(tally.seconds):,} requests answered at once: p50 {tally.share(0.5):.0f} ms, "
        f"p99 {tally.share(0.99):.0f} ms; {tally.interrupted:,} made again; "
        f"longest wait {tally.longest_wait:.1f} s"
    )
    print(f"why they were made again: {tally.faults}")
    print("errors in the logs (those of the kills):")
    for line, number in sorted(scene.fleet.errors().items(), key=lambda one: -one[1])[:25]:
        print(f"  {number:>5}  {line}")


if __name__ == "__main__":
    main(
        float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES,
        int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6),
    )
