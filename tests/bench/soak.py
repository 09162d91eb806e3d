"""The last evening of a company of 20,000, for as long as one likes, on one machine.

60 % of the reviews are filled in on the last day, within 8 hours: 20,000 × 0.6 / 28,800 s = 0.42
reviews begin, and 0.42 are sent, in a second. A review is 24 colleagues × 14 statements = 336
ratings; at the 2.5 seconds a rating that people are told to expect it takes 14 minutes, in which a
page saves every 5 seconds: 168 saves, 70 in a second from 350 people at once. Each also signs in
and opens 22 pages: 9.2 in a second.

    python -m tests.bench.soak [MINUTES] [PEOPLE]
"""

import heapq
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from threading import Condition, Thread, Timer

from sqlalchemy import select

from app import create_app
from app.assignments.models import Participation
from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.domain.pairing.load import SECONDS_PER_RATING
from app.domain.scale import STATEMENTS
from app.infra.db import db
from app.people.models import Person
from tests.bench.calls import RefusedError
from tests.bench.clocks import let_pass
from tests.bench.fleet import Fleet, installed
from tests.bench.many_company import Member, colleagues_of
from tests.bench.raters import Device, lost_or_doubled
from tests.bench.visitors import Rater, Tally, token_in

MINUTES, PEOPLE = 10.0, 20_000
COLLEAGUES = 24
LAST_DAY, EVENING = 0.6, 8 * 3600
SAVED_EVERY = 5.0
"""Seconds between two saves of a page that is typed on (app/static/modules/saving.js)."""
REVIEW_LASTS = COLLEAGUES * STATEMENTS * SECONDS_PER_RATING
SAVES = int(REVIEW_LASTS / SAVED_EVERY)
GATHER = 120.0
"""Seconds in which all those sign in who would have come in a quarter of an hour: seven times as
many as on the evening itself, each of whom takes a tenth of a second of a processor to sign in."""
WEBS, WORKERS, THREADS = 2, 1, 48
GOAL_MS = 500
SETTLED_AFTER, FLAT = 2.5, 1.1
"""Memory at the end may be so many times what it was at this minute."""
BEFORE = ("/", "/review/", "/review/promise", "/review/colleagues", "/review/self")
AFTERWARDS = ("/review/comments", "/review/check")


@dataclass(order=True)
class Turn:
    """What somebody does next, and when."""

    at: float
    number: int
    acts: "Iterator[float]" = field(compare=False)


class Evening:
    """Everybody's turns, in the order of their times, taken by a few threads."""

    def __init__(self) -> None:
        self._turns: list[Turn] = []
        self._numbers, self._lock = count(), Condition()
        self._is_over = False
        self.late: list[float] = []
        """Seconds that turns began after their time, because all threads were waiting."""
        self.faults: list[BaseException] = []

    def add(self, acts: Iterator[float], at: float) -> None:
        """Let somebody begin at `at`; each act says after how many seconds the next one follows."""
        with self._lock:
            heapq.heappush(self._turns, Turn(at, next(self._numbers), acts))
            self._lock.notify()

    def run(self, seconds: float) -> None:
        """Take turns for so long."""
        threads = [Thread(target=self._work, daemon=True) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        let_pass(seconds)
        with self._lock:
            self._is_over = True
            self._lock.notify_all()
        for thread in threads:
            thread.join()

    def _next(self) -> Turn | None:
        with self._lock:
            while not self._is_over:
                wait = self._turns[0].at - time.monotonic() if self._turns else 1.0
                if wait <= 0:
                    return heapq.heappop(self._turns)
                self._lock.wait(wait)
            return None

    def _work(self) -> None:
        while (turn := self._next()) is not None:
            self.late.append(time.monotonic() - turn.at)
            try:
                pause = next(turn.acts, None)
            except (RefusedError, AssertionError) as fault:
                self.faults.append(fault)
                continue
            if pause is not None:
                self.add(turn.acts, turn.at + pause)


@dataclass
class Reviews:
    """Who is still to answer, and what was confirmed to everybody so far."""

    fleet: Fleet
    members: Iterator[Member]
    colleagues: dict[int, int]
    tally: Tally = field(default_factory=Tally)
    devices: list[Device] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    saves: int = 0
    pages: int = 0
    sent: set[int] = field(default_factory=set)

    def review(self, *, begun: float) -> Iterator[float]:
        """One person's review from its beginning, or from a share of it on that is done already."""
        member, number = next(self.members), next(self.numbers)
        rater = Rater(number, self.fleet.ports, self.tally, device=0)
        rater.begin(member.person_id, member.email)
        self.pages += 3
        yield random.random() * SAVED_EVERY
        if not begun:
            yield from self._look(rater, BEFORE)
        per_page = SAVES // STATEMENTS
        for statement in range(1 + int(begun * STATEMENTS), STATEMENTS + 1):
            yield from self._look(rater, (f"/review/statements/{statement}",))
            rater.turn_to(statement)
            self.devices.append(rater.known())
            for _ in range(per_page):
                rater.save(self.colleagues[member.person_id])
                self.saves += 1
                yield SAVED_EVERY
        yield from self._look(rater, AFTERWARDS)
        rater.send()
        self.sent.add(member.person_id)

    def _look(self, rater: Rater, pages: tuple[str, ...]) -> Iterator[float]:
        for page in pages:
            answer = rater.get(page)
            if answer.status != 200:
                raise RefusedError(f"{page} was answered {answer.status}")
            token_in(answer)
            self.pages += 1
            yield 0.5


def main(minutes: float, people: int) -> None:
    """Make the company, let the evening pass, and judge it."""
    rate = people * LAST_DAY / EVENING
    print(
        f"{people:,} people: {rate:.2f} reviews, {rate * SAVES:.0f} saves and {rate * 22:.1f} "
        f"pages a second from {rate * REVIEW_LASTS:.0f} people at once; {minutes:g} minutes"
    )
    with installed() as fleet:
        fleet.run("demo", "company", "--people", str(people), "--cycles", "0", production=False)
        app = create_app(fleet.settings, testing=True)
        with app.app_context():
            cycle = db.session.scalars(select(Cycle.id).where(Cycle.state == CycleState.OPEN)).one()
            reviews = Reviews(fleet, iter(_unsent(cycle)), colleagues_of(cycle))
            db.session.rollback()
            fleet.start(webs=WEBS, workers=WORKERS)
            evening = Evening()
            memory: dict[str, dict[float, float]] = {}
            plan(evening, reviews, rate, 60 * minutes)
            watch = Thread(target=_watch, args=(fleet, memory, minutes), daemon=True)
            watch.start()
            Timer(GATHER + 10, forget_the_gathering, (evening, reviews)).start()
            evening.run(60 * minutes)
            watch.join()
            faults = judge(evening, reviews, memory, minutes)
            db.session.remove()
            db.engine.dispose()
    sys.exit(faults > 0)


def _unsent(cycle_id: int) -> list[Member]:
    """Who has not sent, in an order by chance that is the same every time."""
    waiting = (
        select(Person.id, Person.email)
        .join(Participation, Participation.person_id == Person.id)
        .where(
            Participation.cycle_id == cycle_id,
            Participation.sent.is_(False),
            Person.is_active,
            Person.is_hr.is_(False),
        )
        .order_by(Person.id)
    )
    found = [Member(*row) for row in db.session.execute(waiting)]
    random.Random(20_000).shuffle(found)
    return found


def plan(evening: Evening, reviews: Reviews, rate: float, seconds: float) -> None:
    """Who is in the middle of it comes first, then one after another."""
    now, at_once = time.monotonic(), int(rate * REVIEW_LASTS)
    for place in range(at_once):
        evening.add(reviews.review(begun=place / at_once), now + GATHER * place / at_once)
    for place in range(int(rate * seconds)):
        evening.add(reviews.review(begun=0.0), now + GATHER + place / rate)


def forget_the_gathering(evening: Evening, reviews: Reviews) -> None:
    """Waits count from when all are there: on the evening itself one signs in every two seconds."""
    evening.late.clear()
    reviews.tally.seconds.clear()


def _watch(fleet: Fleet, memory: dict[str, dict[float, float]], minutes: float) -> None:
    """Note what each process holds, at the second minute and at the end."""
    began = time.monotonic()
    for minute in (min(SETTLED_AFTER, minutes / 2), minutes - 0.05):
        let_pass(max(began + 60 * minute - time.monotonic(), 0))
        for program in fleet.programs:
            memory.setdefault(program.name, {})[minute] = program.memory()


def judge(
    evening: Evening, reviews: Reviews, memory: dict[str, dict[float, float]], minutes: float
) -> int:
    """Print what was found; return how much of it is not as it should be."""
    tally, seconds = reviews.tally, 60 * minutes
    wrong, p99 = lost_or_doubled(reviews.devices), tally.share(0.99)
    late = sorted(evening.late)
    print(
        f"{reviews.saves / seconds:.1f} saves, {reviews.pages / seconds:.1f} pages and "
        f"{len(reviews.sent) / seconds:.2f} sendings a second; {len(tally.seconds):,} requests"
    )
    print(
        f"p50 {tally.share(0.5):.0f} ms, p95 {tally.share(0.95):.0f} ms, p99 {p99:.0f} ms; "
        f"turns began at most {1000 * late[int(len(late) * 0.99)]:.0f} ms late (99 of 100)"
    )
    grown = []
    for name, held in memory.items():
        first, last = held.values()
        grown += [name] if last > FLAT * first else []
        print(f"{name}: " + ", ".join(f"{mb:.0f} MB at minute {at:.0f}" for at, mb in held.items()))
    cells = sum(len(device.saved) for device in reviews.devices)
    verdicts = {
        f"no error ({tally.interrupted} made again: {tally.faults}, {evening.faults[:3]})": (
            not tally.interrupted and not evening.faults
        ),
        f"no lost cell ({cells:,} looked at, {wrong} wrong)": not wrong,
        f"p99 at most {GOAL_MS} ms": p99 <= GOAL_MS,
        "memory flat": not grown,
    }
    for what, is_met in verdicts.items():
        print(f"  {'met   ' if is_met else 'MISSED'}  {what}")
    return sum(not is_met for is_met in verdicts.values())


if __name__ == "__main__":
    told = sys.argv[1:]
    main(float(told[0]) if told else MINUTES, int(told[1]) if len(told) > 1 else PEOPLE)
