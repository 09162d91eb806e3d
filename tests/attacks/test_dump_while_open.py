"""Attack 1: a copy of the database while people answer, without the key folder."""

import pytest

from app.domain.ballot.encoding import encode
from app.infra.keys import HALF_BYTES, CycleKeys
from tests.attacks import protections_off, reading_a_copy
from tests.nightly_sizes import SIZES_OF_DUMPS

POINT = 0.01


def guessed(stage, moment="before", **means):
    """(success, chance) of guessing the answers of those raters whom the thief does not know.

    The thief took part, and knows the own ballot.
    """
    copy, truth = stage.copies[moment], stage.truth
    own = truth.ballots[truth.sent[0]]
    read = reading_a_copy.raters_of(copy, reading_a_copy.read_ballots(copy, own=own, **means))
    success = reading_a_copy.rate_of_guessing(truth, read, reading_a_copy.boxes_by_place(copy))
    return success, reading_a_copy.rate_of_chance(truth)


def opened(stage, patch=None, protection=None):
    """A company of the test's own: everybody has answered, and one copy is taken."""
    if protection:
        protection(patch)
    stage.plan(copied=False)
    stage.open()
    stage.answer()
    stage.copy("before")
    return stage


@pytest.mark.parametrize("size", SIZES_OF_DUMPS)
def test_without_the_key_file_answers_are_guessed_no_better_than_by_the_prior(company, tell, size):
    stage = company(size)

    for moment in [name for name in stage.copies if name.startswith("open")] + ["before"]:
        success, chance = guessed(stage, moment)
        assert success <= chance + POINT, moment

    tell("1 dump while open: guessing ratings", people=size, success=success, chance=chance)


@pytest.mark.parametrize(
    "protection", [protections_off.stored_as_written, protections_off.one_nonce_for_all]
)
def test_the_same_attack_reads_everything_under_weaker_sealing(
    own_company, monkeypatch, tell, protection
):
    stage = opened(own_company(), monkeypatch, protection)

    success, chance = guessed(stage)

    tell(f"1 … {protection.__name__}", people=25, success=success, chance=chance, off=True)
    assert success == 1


def test_the_same_attack_reads_everything_when_the_key_folder_is_in_the_backup(own_company, tell):
    stage = opened(own_company())
    backup = [file.read_bytes() for file in stage.settings.keys.iterdir()]

    success, chance = guessed(stage, halves=backup)

    tell("1 … key folder in the backup", people=25, success=success, chance=chance, off=True)
    assert success == 1


def judge_of(stage):
    """The cycle's real keys, for whoever checks an attack."""
    copy = stage.copies["before"]
    (cycle,) = copy.rows("cycle")
    stored, filed = bytes(copy.rows("key_half")[0]["half"]), stage.settings.keys
    half = (filed / f"cycle-{cycle['id']}.key").read_bytes()
    return CycleKeys.from_halves(cycle["id"], stored, half, promise=cycle["frozen_hash"])


def told_apart_by_length(stage):
    """Share of pairs of raters whom the lengths of their boxes put in the order of what they wrote.

    The judge knows whose box is whose. Where two are equally long, a coin is thrown.
    """
    keys, boxes = judge_of(stage), stage.copies["before"].rows("ballot")
    lengths = {bytes(row["locator"]): len(row["sealed"]) for row in boxes}
    found = [
        (len(encode(ballot)), lengths[keys.locator(rater)])
        for rater, ballot in stage.truth.ballots.items()
    ]
    pairs = [(a, b) for a in found for b in found if a[0] > b[0]]
    return sum(1.0 if a[1] > b[1] else 0.5 * (a[1] == b[1]) for a, b in pairs) / len(pairs)


def test_sizes_of_boxes_tell_nobody_apart(own_company, tell):
    success = told_apart_by_length(opened(own_company()))

    tell("1 dump while open: who wrote more, by size", people=25, success=success, chance=0.5)
    assert success == 0.5


def test_sizes_without_padding_tell_who_wrote_more(own_company, monkeypatch, tell):
    success = told_apart_by_length(opened(own_company(), monkeypatch, protections_off.no_padding))

    tell("1 … no_padding", people=25, success=success, chance=0.5, off=True)
    assert success > 0.95


def named_by_locator(stage):
    """Share of people whose box is found by computing locators from all that the dump holds."""
    copy = stage.copies["before"]
    places = {bytes(row["locator"]) for row in copy.rows("ballot")}
    half, nothing = bytes(copy.rows("key_half")[0]["half"]), bytes(HALF_BYTES)
    (cycle,) = copy.rows("cycle")
    locate = [
        CycleKeys.from_halves(cycle["id"], *pair, promise=cycle["frozen_hash"]).locator
        for pair in ((half, half), (half, nothing), (nothing, half))
    ]
    locate += [lambda person_id: person_id.to_bytes(16, "big"), lambda person_id: b"%d" % person_id]
    found = [person for person in stage.people if any(one(person) in places for one in locate)]
    return len(found) / len(stage.people)


def test_locators_name_nobody(company, tell):
    success = named_by_locator(company(200))

    tell("1 dump while open: person by locator", people=200, success=success, chance=0)
    assert success == 0


def test_locators_without_a_secret_name_everybody(own_company, monkeypatch, tell):
    success = named_by_locator(opened(own_company(), monkeypatch, protections_off.bare_locators))

    tell("1 … bare_locators", people=25, success=success, chance=0, off=True)
    assert success == 1
