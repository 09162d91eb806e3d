"""Attack 5: copies right before and right after one save; what do they tell?"""

import numpy as np
import pytest

from app.ballots import services
from app.ballots.queries import owner_of
from app.domain.ballot.document import Rating
from app.infra.db import db, transaction
from app.infra.keys import NONCE_BYTES
from app.people.models import Person
from tests.attacks import protections_off
from tests.browsing import Browser
from tests.whole_cycles import review_for

SAVERS = 12
NAMING = ("person_id", "subject_id", "rater_id", "actor_id", "reader_id")


def everybody_has_answered(stage):
    stage.plan(copied=False)
    stage.open()
    stage.answer()
    return stage


def changed_rows(stage, act):
    """Rows that differ between a copy before and one after `act`, by table."""
    before = stage.copy(f"{len(stage.copies)}")
    act()
    after = stage.copy(f"{len(stage.copies)}")
    tables = db.metadata.tables
    return {
        name: (old, new)
        for name in tables
        if (old := _contents(before, name)) != (new := _contents(after, name))
    }


def _contents(copy, table):
    """Rows as they are read, and how they lie there."""
    return [tuple(row.items()) for row in copy.rows(table)]


def save_by_request(stage, person_id):
    """A save as a page makes it while somebody types; the page was opened before."""
    browser = Browser(stage.app, db.session.get_one(Person, person_id))
    token = browser.token_of("/review/statements/1")
    body = {"owner": owner_of(stage.cycle_id, person_id), "device": "d", "number": 1}
    body["cells"] = [["company", "score", 3], ["company", "comment", "New words.", ""]]

    def act():
        answer = browser.open(
            "/review/save", method="POST", json=body, headers={"X-CSRFToken": token}
        )
        assert answer.status_code == 200, answer.text

    return act


def named_in(changes):
    """People whom a change names: by a column of their number, or their own row."""
    found = set()
    for table, (old, new) in changes.items():
        for row in set(new) ^ set(old):
            cells = dict(row)
            found |= {cells[name] for name in NAMING if cells.get(name)}
            found |= {cells["id"]} if table == "person" else set()
    return found


def rate_of_naming(stage, savers):
    """(success, chance) of telling who saved; where nothing names anybody, a die is thrown."""
    hits = 0.0
    for person_id in savers:
        changes = changed_rows(stage, save_by_request(stage, person_id))
        assert changes  # the copies do show that something was saved
        named = named_in(changes)
        suspects = named or set(stage.people)
        hits += (person_id in suspects) / len(suspects)
    return hits / len(savers), 1 / len(stage.people)


def test_copies_around_a_save_tell_only_that_somebody_saved(own_company, tell):
    stage = everybody_has_answered(own_company())

    success, chance = rate_of_naming(stage, stage.people[:SAVERS])

    tell("5 copies around one save: who", people=25, success=success, chance=chance)
    assert success == pytest.approx(chance)


def test_the_only_change_is_one_box_whose_length_stays(own_company):
    stage = everybody_has_answered(own_company())

    changes = changed_rows(stage, save_by_request(stage, stage.people[3]))

    assert set(changes) == {"ballot"}
    ((old, new),) = changes.values()
    gone, come = (
        {dict(row)["locator"]: dict(row) for row in set(a) - set(b)}
        for a, b in ((old, new), (new, old))
    )
    assert len(gone) == len(come) == 1
    assert gone.keys() == come.keys()
    assert {len(row["sealed"]) for row in [*gone.values(), *come.values()]} == {8 * 1024 + 28}


def test_a_save_that_is_noted_with_the_person_names_them(own_company, monkeypatch, tell):
    stage = everybody_has_answered(own_company())
    store = services._store

    def noted(keys, person_id, ballot):
        store(keys, person_id, ballot)
        db.session.get_one(Person, person_id).title += "."

    monkeypatch.setattr(services, "_store", noted)

    success, chance = rate_of_naming(stage, stage.people[:3])

    tell("5 … last seen is noted", people=25, success=success, chance=chance, off=True)
    assert success == 1


def bytes_alike(stage, person_id):
    """Share of a box that a change of one answer leaves as it was."""

    def boxes():
        copy = stage.copy(f"{len(stage.copies)}")
        return {bytes(row["locator"]): bytes(row["sealed"]) for row in copy.rows("ballot")}

    before = boxes()
    with transaction():
        review = review_for(db.session.get_one(Person, person_id))
        subject = review.colleagues[0].person_id
        given = review.ballot.rating(subject, 1)
        services.save(review, [Rating(subject, 1, 1 if given == 5 else 5)])
    after = boxes()
    (place,) = [one for one in after if after[one] != before[one]]
    old, new = (
        np.frombuffer(box[NONCE_BYTES:-16], dtype=np.uint8) for box in (before[place], after[place])
    )
    return float((old == new).mean())


def test_a_box_saved_again_is_new_from_end_to_end(own_company, tell):
    stage = everybody_has_answered(own_company())

    success = bytes_alike(stage, stage.people[3])

    tell(
        "5 copies around one save: which answer changed", people=25, success=success, chance=1 / 256
    )
    assert success < 0.02


def test_under_one_nonce_the_changed_answer_is_seen(own_company, monkeypatch, tell):
    protections_off.one_nonce_for_all(monkeypatch)
    stage = everybody_has_answered(own_company())

    success = bytes_alike(stage, stage.people[3])

    tell("5 … one_nonce_for_all", people=25, success=success, chance=1 / 256, off=True)
    assert success > 0.95
