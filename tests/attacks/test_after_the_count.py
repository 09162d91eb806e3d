"""Attacks 2, 3 and 7: everything that was ever copied, once the count is over."""

import re
from random import Random

import pytest

from app.domain.ballot.encoding import decode
from app.infra.db import is_sqlite
from app.lifecycle.count.counting import count_and_forget
from app.results.packed_words import Words
from tests.attacks import protections_off
from tests.attacks.byte_search import band, carved, rank_correlation, windows
from tests.attacks.reading_a_copy import working_keys
from tests.nightly_sizes import SIZES_OF_DUMPS as SIZES

CANARY = re.compile(rb"canary-[0-9a-f]{16}")


def played(stage, *, before_count=None):
    """A company of the test's own, counted; copies before and after."""
    stage.plan()
    stage.open()
    stage.answer(copies=1)
    stage.close()
    stage.copy("before")
    if before_count:
        before_count()
    stage.count()
    stage.copy("after", log=True)
    return stage


# --- 2: every backup and the log, and the host's disk after the count ---------------------------


def decrypted(stage):
    """Share of boxes of all copies that open by any two halves found anywhere on all disks."""
    kept = [file.read_bytes() for file in stage.settings.keys.rglob("*") if file.is_file()]
    halves = {one[at : at + 32] for one in kept for at in range(max(1, len(one) - 31))}
    for content in stage.copies["after"].data_files().values() if stage.size == 25 else ():
        halves |= windows(content)
    keys = working_keys(stage.copies["before"], halves, others=stage.copies.values())
    boxes = opened = 0
    for copy in stage.copies.values():
        held = [(bytes(row["locator"]), bytes(row["sealed"])) for row in copy.rows("ballot")]
        boxes += len(held)
        opened += sum(decode(keys.open_(*box)) is not None for box in held) if keys else 0
    return opened / boxes


def canaries_found(stage, moments):
    """Share of the comments nobody sent whose words stand in any copied file of `moments`."""
    secret = {text[:23].encode() for text in stage.truth.canaries}
    found = {
        canary
        for moment in moments
        for content in [*stage.copies[moment].files().values(), *boxes(stage.copies[moment])]
        for canary in CANARY.findall(content)
    }
    return len(found & secret) / len(secret)


def boxes(copy):
    """The boxes as a dump gives them: PostgreSQL packs long ones on its disk."""
    return [bytes(row["sealed"]) for row in copy.rows("ballot")]


@pytest.mark.parametrize("size", SIZES)
def test_no_backup_and_no_log_can_be_decrypted_after_the_count(company, tell, size):
    stage = company(size)

    success = decrypted(stage)

    tell("2 all backups and the log: ballots decrypted", people=size, success=success, chance=0)
    assert success == 0


@pytest.mark.parametrize("size", SIZES)
def test_words_that_nobody_sent_stand_nowhere(company, tell, size):
    stage = company(size)

    success = canaries_found(stage, stage.copies)

    tell("2 all backups and the log: canaries", people=size, success=success, chance=0)
    assert success == 0


def test_of_what_was_sent_no_word_stands_in_a_copy_before_the_count(company):
    stage = company(25)

    for moment in ("open-1", "open-2", "open-3", "before"):
        files = stage.copies[moment].files().values()
        assert not any(CANARY.search(content) for content in files), moment


def test_a_key_file_that_stays_opens_every_backup(own_company, monkeypatch, tell):
    protections_off.the_key_stays(monkeypatch)

    success = decrypted(played(own_company()))

    tell("2 … the_key_stays", people=25, success=success, chance=0, off=True)
    assert success == 1


def test_words_stored_as_written_stand_in_every_backup(own_company, monkeypatch, tell):
    protections_off.stored_as_written(monkeypatch)

    success = canaries_found(played(own_company()), ["before"])

    tell("2 … stored_as_written: canaries", people=25, success=success, chance=0, off=True)
    assert success == 1


# --- 3: the order of what remains ----------------------------------------------------------------


def orders(stage, moment="after"):
    """By table and order: how what remains lies there against who sent when, as a correlation."""
    copy, rank = stage.copies[moment], {rater: n for n, rater in enumerate(stage.truth.order)}
    by_person = {"participation": "person_id", "subject_result": "subject_id"}
    places = {
        f"{table} by {order}": [(row[person], key) for row, key in ordered]
        for table, person in by_person.items()
        for order, ordered in _ordered(copy.rows(table))
    }
    comments = copy.rows("released_comment")
    for order, ordered in _ordered(comments):
        places[f"released_comment by {order}"] = [
            (stage.truth.author_of[row["text"]], key) for row, key in ordered
        ]
    places["released_comment by byte"] = _by_byte(stage, copy)
    return {
        name: (
            rank_correlation([rank[who] for who, _ in held], [key for _, key in held]),
            len(held),
        )
        for name, held in places.items()
    }


def _ordered(rows):
    """The rows with their place in a dump, and by PostgreSQL's transaction number."""
    yield "dump order", [(row, place) for place, row in enumerate(rows)]
    if rows and "xmin" in rows[0] and len({row["xmin"] for row in rows}) > 1:
        yield "xmin", [(row, int(row["xmin"])) for row in rows]


def _by_byte(stage, copy):
    """Authors of released comments, by where their words stand in the files."""
    places: dict[bytes, int] = {}
    files = copy.data_files()
    for number, name in enumerate(sorted(name for name in files if "idx" not in name)):
        for found in CANARY.finditer(files[name]):
            places.setdefault(found.group(), number * 10**10 + found.start())
    authors = {text[:23].encode(): who for text, who in stage.truth.author_of.items()}
    return [(authors[canary], place) for canary, place in places.items()]


def strongest(stage, **which):
    """(correlation, its permutation band) of the order that tells most about the sending."""
    found = orders(stage, **which)
    name = max(found, key=lambda one: abs(found[one][0]) / band(found[one][1], tries=50))
    rho, length = found[name]
    return abs(rho), band(length), name


@pytest.mark.parametrize("size", SIZES)
def test_no_order_of_what_remains_follows_the_order_of_sending(company, tell, size):
    success, chance, name = strongest(company(size))

    tell("3 what remains: order against sending, rho", people=size, success=success, chance=chance)
    assert success <= chance, name


@pytest.mark.postgresql_only
@pytest.mark.parametrize("size", [25, 200])
def test_everything_that_remains_of_a_cycle_was_written_by_one_transaction(company, size):
    copy = company(size).copies["after"]
    tables = ("participation", "subject_result", "statement_score", "self_answer", "enps_score")

    writers = {row["xmin"] for table in tables for row in copy.rows(table)}

    assert len(writers) == 1


class AsItComes(Random):
    """Dice that leave everything in the order in which it was sent."""

    def __init__(self, truth):
        super().__init__(1)
        self.place = {person: n for n, person in enumerate(truth.order)}
        self.author_of = truth.author_of
        self.numbers = iter(range(1 << 100, 1 << 101))

    def shuffle(self, x):
        if x and isinstance(x[0], Words):
            x.sort(key=lambda words: self.place[self.author_of[words.text]])

    def getrandbits(self, k):
        return next(self.numbers)


def test_rows_written_as_they_were_sent_tell_the_order(own_company, monkeypatch, tell):
    """Neither shuffled nor under random ids, and on SQLite in tables that number their rows."""
    stage = own_company()

    def leave_order():
        if is_sqlite():
            protections_off.numbered_rows("released_comment")
        monkeypatch.setattr(
            stage,
            "count",
            lambda: count_and_forget(stage.cycle_id, random=AsItComes(stage.truth)),
        )

    success, chance, _ = strongest(played(stage, before_count=leave_order))

    tell("3 … ordered writes, numbered rows", people=25, success=success, chance=chance, off=True)
    assert success > 0.99 > chance


@pytest.mark.postgresql_only
def test_participation_that_is_not_levelled_tells_the_order(own_company, monkeypatch, tell):
    protections_off.nothing_levelled(monkeypatch)

    success, chance, name = strongest(played(own_company()))

    tell("3 … nothing_levelled", people=25, success=success, chance=chance, off=True)
    assert name.startswith("participation")
    assert success > chance


# --- 7: carving ----------------------------------------------------------------------------------


def remnants(stage):
    """Share of destroyed things of which a part stands in the files that remain, by kind."""
    before, after = stage.copies["before"], stage.copies["after"]
    boxes, halves = before.rows("ballot")[:: max(1, stage.size // 1000)], before.rows("key_half")
    pieces = {
        "boxes": [bytes(row["sealed"]) for row in boxes],
        "locators": [bytes(row["locator"]) for row in boxes],
        "key halves": [bytes(row["half"]) for row in halves],
    }
    if stage.size == 25:  # the tool finds what is there
        assert all(carved(pieces, before.files().values()).values())
    found = carved(pieces, after.data_files().values())
    return {kind: count / len(pieces[kind]) for kind, count in found.items()}


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_carved_from_free_pages_and_log(company, tell, size):
    found = remnants(company(size))

    worst = max(found.values())
    tell("7 carving: boxes, locators, halves found", people=size, success=worst, chance=0)
    assert found == {"boxes": 0, "locators": 0, "key halves": 0}


@pytest.mark.sqlite_only
def test_after_the_count_the_file_has_no_free_page_and_the_log_only_that_it_is_done(company):
    stage = company(200)
    files = stage.copies["after"].files()

    assert len(files.get("db.sqlite-wal", b"")) < 4 * 4096  # it held hundreds of pages before
    assert len(stage.copies["before"].files()["db.sqlite-wal"]) > 400 * 4096
    assert int.from_bytes(files["db.sqlite"][36:40], "big") == 0


def test_without_sweeping_everything_is_carved(own_company, monkeypatch, tell):
    stage = own_company()

    found = remnants(played(stage, before_count=lambda: protections_off.no_sweeping(monkeypatch)))

    tell("7 … no_sweeping", people=25, success=found["boxes"], chance=0, off=True)
    assert found["boxes"] > 0.9
    assert found["key halves"] == 1
