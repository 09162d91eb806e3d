"""Attack 21: sixty-four people save and send at once, from several devices, while it closes."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier, Event, local

import pytest

from app.ballots import services as ballots
from app.ballots.queries import review_of
from app.cycles.models import Cycle, Pairing
from app.domain.ballot.document import Ballot, Rating
from app.domain.count import collecting
from app.domain.count.rated_pairs import RatedPairs
from app.domain.errors import CycleClosedError
from app.infra.db import db, transaction
from app.lifecycle import services
from app.lifecycle.count import counting
from app.people.models import Person
from app.results.models import CycleTotals
from tests.attacks.attacked_company import _move_in
from tests.whole_cycles import open_cycle

SAVERS = 64
DEVICES = 2
SAVES = 3
MANY = 40 * SAVES
"""So many cells are confirmed before the cycle closes: most people are in the middle of it."""
PATIENCE = 60


class Confirmations:
    """What was confirmed to each rater: the last answer to each cell, and the sending."""

    def __init__(self):
        self.cells: dict[tuple[int, int, int], int] = {}
        self.sent: set[int] = set()
        self.refused = 0
        self.are_many = Event()

    def note(self, person_id, changes):
        """Remember what was confirmed to a rater."""
        for change in changes:
            self.cells[person_id, change.subject_id, change.statement] = change.value
        if len(self.cells) >= MANY:
            self.are_many.set()


def fill_in(app, people, confirmed, *, meanwhile=lambda: None):
    """Everybody saves from two devices at the same time and sends; each cell has one device.

    One device sends only after `meanwhile` is done.
    """
    is_done = Event()
    start = Barrier(SAVERS)
    subjects = subjects_of(people)

    def work(place):
        person_id, device = people[place % len(people)], place // len(people)
        random = Random(place)
        with app.app_context():
            start.wait(timeout=PATIENCE)
            try:
                for turn in range(SAVES):
                    cells = cells_of(subjects[person_id], device, turn)
                    changes = [Rating(who, number, random.randint(1, 5)) for who, number in cells]
                    with transaction():
                        ballots.save(review(person_id), changes)
                    confirmed.note(person_id, changes)
                if place == 0:
                    is_done.wait(timeout=PATIENCE)
                with transaction():
                    ballots.send(review(person_id))
                confirmed.sent.add(person_id)
            except CycleClosedError:
                confirmed.refused += 1
            finally:
                db.session.remove()

    with ThreadPoolExecutor(SAVERS) as pool:
        done = [pool.submit(work, place) for place in range(SAVERS)]
        meanwhile()
        is_done.set()
        for one in done:
            one.result()


def review(person_id):
    found = review_of(db.session.get_one(Person, person_id))
    if found is None:
        raise CycleClosedError("No review is open to you.")
    return found


def subjects_of(people):
    found = {one: review(one) for one in people}
    return {one: [c.person_id for c in found[one].colleagues] for one in people}


def cells_of(subjects, device, turn):
    """The cells that this device fills in at this turn; no other device touches them."""
    return [(who, 1 + (device * 7 + turn * 2 + n) % 14) for who in subjects for n in range(2)]


def counted(cycle_id, monkeypatch):
    """(ballots, how often each subject got each 14 answers) as the count takes them."""
    seen: list[tuple[RatedPairs, list[int]]] = []

    def sorted_in(answers, asked, roster):
        seen.append((collecting.rated_pairs_of(answers, asked, roster), roster.people.tolist()))
        return seen[-1][0]

    with monkeypatch.context() as watched:
        watched.setattr(counting, "rated_pairs_of", sorted_in)
        with transaction():
            cycle = db.session.get_one(Cycle, cycle_id)
            if cycle.state == "open":
                services.begin_closing(cycle, by=None)
        counting.count_and_forget(cycle_id)
    ((found, people),) = seen
    ratings = map(tuple, found.ratings.tolist())
    cells = Counter(zip((people[place] for place in found.subject), ratings, strict=True))
    return db.session.get_one(CycleTotals, cycle_id).counted, cells


def expected(confirmed, people, subjects):
    """The same from what was confirmed."""
    cells: Counter[tuple[int, tuple[int, ...]]] = Counter()
    for person_id in confirmed.sent:
        for who in subjects[person_id]:
            answers = (confirmed.cells.get((person_id, who, n), -1) for n in range(1, 15))
            cells[who, tuple(answers)] += 1
    return cells


@pytest.fixture
def people(app):
    return _move_in(SAVERS // DEVICES)


@pytest.fixture
def cycle_id(people):
    everybody = [db.session.get_one(Person, one) for one in people]
    return open_cycle(everybody, pairing=Pairing.SAMPLE)


def wrong(confirmed, found, wanted):
    """Share of confirmed reviews that were counted otherwise."""
    return sum((wanted - found).values()) / max(1, sum(wanted.values()))


def test_what_is_counted_is_what_was_confirmed_cell_for_cell(
    app, people, cycle_id, monkeypatch, tell
):
    subjects, confirmed = subjects_of(people), Confirmations()
    db.session.rollback()
    fill_in(app, people, confirmed)

    total, found = counted(cycle_id, monkeypatch)

    lost = wrong(confirmed, found, expected(confirmed, people, subjects))
    tell("21 64 at once: confirmed reviews lost", people=len(people), success=lost, chance=0)
    assert total == len(confirmed.sent) == len(people)
    assert found == expected(confirmed, people, subjects)


def test_who_is_refused_by_the_close_was_not_confirmed(app, people, cycle_id, monkeypatch, tell):
    subjects, confirmed = subjects_of(people), Confirmations()
    db.session.rollback()

    def close():
        confirmed.are_many.wait(timeout=PATIENCE)
        db.session.rollback()
        with transaction():
            services.begin_closing(db.session.get_one(Cycle, cycle_id), by=None)

    fill_in(app, people, confirmed, meanwhile=close)
    total, found = counted(cycle_id, monkeypatch)

    wanted = expected(confirmed, people, subjects)
    lost = wrong(confirmed, found, wanted)
    tell("21 64 at once, closing meanwhile", people=len(people), success=lost, chance=0)
    assert confirmed.refused
    assert total == len(confirmed.sent)
    assert found == wanted


def test_whoever_writes_back_the_copy_a_page_was_made_from_loses_answers(
    app, people, cycle_id, monkeypatch, tell
):
    """Each device keeps the ballot as it saw it first, and stores its own version of it."""
    subjects, confirmed = subjects_of(people), Confirmations()
    own, real_store = local(), ballots._store
    own_locked = ballots._locked

    def seen_first(keys, person_id):
        own_locked(keys, person_id)
        kept = own.__dict__.setdefault("ballots", {})
        return kept.setdefault(person_id, Ballot())

    def store(keys, person_id, ballot):
        own.__dict__["ballots"][person_id] = ballot
        real_store(keys, person_id, ballot)

    monkeypatch.setattr(ballots, "_locked", seen_first)
    monkeypatch.setattr(ballots, "_store", store)
    monkeypatch.setattr("app.infra.save_counts.SaveBook.count", lambda _book, _locator: 0)
    monkeypatch.setattr("app.infra.save_counts.SaveBook.counts", lambda _book: {})
    db.session.rollback()
    fill_in(app, people, confirmed)

    _, found = counted(cycle_id, monkeypatch)

    lost = wrong(confirmed, found, expected(confirmed, people, subjects))
    tell("21 … devices overwrite each other", people=len(people), success=lost, chance=0, off=True)
    assert lost > 0.1
