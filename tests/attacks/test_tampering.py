"""Attack 6: somebody who may write to the database exchanges, turns back and breaks boxes."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from app.assignments.models import Participation
from app.ballots import services
from app.ballots.models import SealedBallot, StoredHalf
from app.ballots.queries import keys_of
from app.cycles.models import Cycle
from app.domain.ballot.document import EnpsScoreChange
from app.domain.errors import SealBrokenError
from app.infra.audit import AuditEntry
from app.infra.db import db, transaction
from app.infra.save_counts import SaveBook
from app.lifecycle.count.counting import count_and_forget
from app.people.models import Person
from app.results.models import StatementScore
from tests.attacks import protections_off
from tests.whole_cycles import answer, begin_closing, make_team, open_cycle, review_for

PEOPLE = 8


@pytest.fixture
def cycle_id(app, settings, scenes):
    """Everybody has sent."""

    def play():
        people = make_team(PEOPLE)
        open_cycle(people)
        for person in people:
            answer(person, lambda _review: [EnpsScoreChange(9)])

    scenes.begin("a team of eight has sent", settings, play)
    return db.session.scalars(select(Cycle.id)).one()


@pytest.fixture
def people(cycle_id):
    return db.session.scalars(select(Person).order_by(Person.id)).all()


def box_of(cycle_id, person):
    return db.session.get_one(SealedBallot, (cycle_id, keys_of(cycle_id).locator(person.id)))


def write(cycle_id, person, sealed):
    """What a database administrator does by hand."""
    with transaction():
        box_of(cycle_id, person).sealed = sealed


def swap(cycle_id, people):
    """Two raters' boxes change places."""
    mine, theirs = (bytes(box_of(cycle_id, one).sealed) for one in people[:2])
    write(cycle_id, people[0], theirs)
    write(cycle_id, people[1], mine)


def copy_over(cycle_id, people):
    """A box counts twice, another one not at all."""
    write(cycle_id, people[0], bytes(box_of(cycle_id, people[1]).sealed))


def flip(place):
    """One bit of a box is turned; `place` is its byte."""

    def act(cycle_id, people):
        sealed = bytearray(box_of(cycle_id, people[0]).sealed)
        sealed[place] ^= 1
        write(cycle_id, people[0], bytes(sealed))

    return act


def cut(cycle_id, people):
    """A box loses its end."""
    write(cycle_id, people[0], bytes(box_of(cycle_id, people[0]).sealed)[:-1])


def turn_back(cycle_id, people):
    """A genuine earlier box of the same rater is put back after they changed their answer."""
    earlier = bytes(box_of(cycle_id, people[0]).sealed)
    answer(people[0], lambda _review: [EnpsScoreChange(0)])
    write(cycle_id, people[0], earlier)


def turn_everything_back(cycle_id, people):
    """All boxes are put back to a backup that is one save old."""
    earlier = {person: bytes(box_of(cycle_id, person).sealed) for person in people}
    answer(people[3], lambda _review: [EnpsScoreChange(0)])
    for person, sealed in earlier.items():
        write(cycle_id, person, sealed)


def take_away(cycle_id, people):
    """A rater's box and every trace of their taking part are deleted."""
    with transaction():
        db.session.delete(box_of(cycle_id, people[0]))
        mine = (Participation.cycle_id == cycle_id) & (Participation.person_id == people[0].id)
        db.session.execute(update(Participation).where(mine).values(sent=False))


def empty(cycle_id, people):
    """A rater's box is emptied as if they had never saved."""
    take_away(cycle_id, people)
    with transaction():
        place = keys_of(cycle_id).locator(people[0].id)
        db.session.add(SealedBallot(cycle_id=cycle_id, locator=place, sealed=b""))


ACTS = {
    "swap": swap,
    "copy over": copy_over,
    "flip a bit of the nonce": flip(3),
    "flip a bit of the text": flip(700),
    "flip a bit of the tag": flip(-1),
    "cut": cut,
    "turn one back": turn_back,
    "turn all back": turn_everything_back,
    "take away": take_away,
    "empty": empty,
}


def is_believed(cycle_id, people):
    """(by a rater's own page, by the count): whether nobody notices."""
    by_page = True
    try:
        for person in people:
            review_for(db.session.get_one(Person, person.id))
    except SealBrokenError:
        by_page = False
    begin_closing(cycle_id)
    try:
        count_and_forget(cycle_id)
    except SealBrokenError:
        return by_page, False
    return by_page, True


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_box_that_was_tampered_with_is_rejected_by_page_and_count(people, cycle_id, act, tell):
    act(cycle_id, people)

    by_page, by_count = is_believed(cycle_id, people)

    name = next(name for name, one in ACTS.items() if one is act)
    tell(f"6 tampering: {name}", people=PEOPLE, success=float(by_page or by_count), chance=0)
    assert not by_page
    assert not by_count
    assert db.session.scalars(select(StatementScore)).first() is None


def test_a_box_of_another_cycle_does_not_fit(people, cycle_id):
    keys = keys_of(cycle_id)
    other = replace(keys, cycle_id=cycle_id + 1)
    place = keys.locator(people[0].id)

    with pytest.raises(SealBrokenError):
        keys.open_(place, other.seal(place, b"{}"))


@pytest.mark.parametrize(
    "change",
    [update(StoredHalf).values(half=bytes(32)), update(Cycle).values(frozen_hash="0" * 64)],
    ids=["another half", "another promise"],
)
def test_under_another_key_or_promise_nobody_is_shown_an_empty_ballot(people, cycle_id, change):
    with transaction():
        db.session.execute(change)

    with pytest.raises(SealBrokenError, match="do not fit"):
        review_for(db.session.get_one(Person, people[0].id))


def test_boxes_that_are_bound_to_no_place_can_be_swapped(app, monkeypatch, tell):
    protections_off.bound_to_nothing(monkeypatch)
    people = make_team(PEOPLE)
    cycle_id = open_cycle(people)
    for person in people:
        answer(person, lambda _review: [EnpsScoreChange(9)])
    swap(cycle_id, people)

    believed = is_believed(cycle_id, people)

    tell("6 … bound_to_nothing: swap", people=PEOPLE, success=1, chance=0, off=True)
    assert believed == (True, True)


@pytest.mark.parametrize("name", ["turn one back", "turn all back", "take away"])
def test_where_nothing_is_remembered_beside_the_key_time_can_be_turned_back(
    people, cycle_id, monkeypatch, tell, name
):
    monkeypatch.setattr(SaveBook, "count", lambda _book, _locator: 0)
    monkeypatch.setattr(SaveBook, "counts", lambda _book: {})
    ACTS[name](cycle_id, people)

    believed = is_believed(cycle_id, people)

    tell(f"6 … saves not remembered: {name}", people=PEOPLE, success=1, chance=0, off=True)
    assert believed == (True, True)


def test_a_save_that_was_rolled_back_is_not_remembered(people, cycle_id):
    def dies():
        with transaction():
            services.save(review_for(people[0]), [EnpsScoreChange(1)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dies()

    begin_closing(cycle_id)
    count_and_forget(cycle_id)

    assert db.session.get_one(Cycle, cycle_id).forgotten_on is not None


def test_a_full_key_folder_stops_no_save(people, cycle_id, monkeypatch):
    def full(_book, _locator, _number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SaveBook, "note", full)
    answer(people[0], lambda _review: [EnpsScoreChange(2)])

    assert review_for(people[0]).ballot.enps_score == 2


def test_a_cycle_whose_memory_is_lost_is_counted_all_the_same(people, cycle_id, settings):
    (settings.keys / f"cycle-{cycle_id}.saves").unlink()
    begin_closing(cycle_id)

    count_and_forget(cycle_id)

    assert not list(settings.keys.glob("cycle-*"))


def test_deleting_all_boxes_of_nobody_stops_nothing(app):
    cycle_id = open_cycle(make_team(PEOPLE))
    with transaction():
        db.session.execute(delete(SealedBallot))
    begin_closing(cycle_id)

    count_and_forget(cycle_id)

    assert db.session.get_one(Cycle, cycle_id).closed_on is not None


class TestAfterABackupHadToBeBroughtBack:
    def restore(self, app, cycle_id):
        name = db.session.get_one(Cycle, cycle_id).name
        db.session.rollback()
        return app.test_cli_runner().invoke(args=["cycle", "restored", name, "--yes"])

    def test_the_operator_says_so_and_the_count_goes_on(self, app, people, cycle_id):
        turn_everything_back(cycle_id, people)

        said = self.restore(app, cycle_id)

        assert said.exit_code == 0, said.output
        assert "Whoever saved something since the backup has lost it" in said.output
        assert is_believed(cycle_id, people) == (True, True)
        assert db.session.scalars(select(AuditEntry).filter_by(tag="cycle:restored")).one()

    def test_a_box_that_was_altered_stays_refused(self, app, people, cycle_id):
        flip(700)(cycle_id, people)

        assert self.restore(app, cycle_id).exit_code == 1
        assert is_believed(cycle_id, people) == (False, False)

    def test_where_nothing_was_turned_back_it_is_refused(self, app, cycle_id):
        said = self.restore(app, cycle_id)

        assert said.exit_code == 1
        assert "is the one that was saved last" in said.output
