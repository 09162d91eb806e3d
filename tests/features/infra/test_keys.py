"""Sealed boxes: they open for the right place only, and their size tells little."""

import stat
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import SealBrokenError
from app.infra.keys import HALF_BYTES, CycleKeys, KeyFolder, new_half, pad, stream_from, unpad

KEYS = CycleKeys.from_halves(1, b"a" * HALF_BYTES, b"b" * HALF_BYTES)
HERE = KEYS.locator(7)


@given(st.binary(max_size=40_000))
def test_what_was_sealed_can_be_opened(plain):
    assert KEYS.open_(HERE, KEYS.seal(HERE, plain)) == plain


def test_sealing_twice_gives_two_different_boxes():
    assert KEYS.seal(HERE, b"answers") != KEYS.seal(HERE, b"answers")


def test_a_box_does_not_contain_what_is_in_it():
    assert b"answers" not in KEYS.seal(HERE, b"answers")


def test_two_exchanged_boxes_are_noticed():
    other = KEYS.locator(8)
    box = KEYS.seal(other, b"answers")

    with pytest.raises(SealBrokenError, match="altered or exchanged"):
        KEYS.open_(HERE, box)


def test_a_box_of_another_cycle_is_noticed():
    same_halves = CycleKeys.from_halves(2, b"a" * HALF_BYTES, b"b" * HALF_BYTES)
    box = same_halves.seal(HERE, b"answers")

    with pytest.raises(SealBrokenError):
        KEYS.open_(HERE, box)


@pytest.mark.parametrize("place", [0, 11, 12, 4000, -1])
def test_a_single_flipped_bit_is_noticed(place):
    box = bytearray(KEYS.seal(HERE, b"answers"))
    box[place] ^= 1

    with pytest.raises(SealBrokenError):
        KEYS.open_(HERE, bytes(box))


@pytest.mark.parametrize("length", [0, 5, 12, 100])
def test_a_box_that_was_cut_off_is_noticed(length):
    with pytest.raises(SealBrokenError):
        KEYS.open_(HERE, KEYS.seal(HERE, b"answers")[:length])


@pytest.mark.parametrize("which", [0, 1])
def test_one_half_alone_opens_nothing(which):
    halves = [b"a" * HALF_BYTES, b"b" * HALF_BYTES]
    halves[which] = new_half()
    thief = CycleKeys.from_halves(1, *halves)

    with pytest.raises(SealBrokenError):
        thief.open_(HERE, KEYS.seal(HERE, b"answers"))
    assert thief.locator(7) != HERE


def test_a_place_is_the_same_every_time_and_differs_between_people():
    assert KEYS.locator(7) == HERE
    assert len({KEYS.locator(person) for person in range(1000)}) == 1000
    assert len(HERE) == 16


def test_a_damaged_half_makes_no_key():
    with pytest.raises(SealBrokenError, match="damaged"):
        CycleKeys.from_halves(1, b"short", b"b" * HALF_BYTES)


def test_keys_do_not_show_up_when_printed():
    assert "locating" not in repr(KEYS)
    assert KEYS.sealing.hex() not in repr(KEYS)


@pytest.mark.parametrize(
    ("length", "padded"),
    [
        (0, 8 * 1024),
        (8 * 1024 - 4, 8 * 1024),
        (8 * 1024 - 3, 32 * 1024),
        (32 * 1024 - 4, 32 * 1024),
        (32 * 1024 - 3, 128 * 1024),
    ],
)
def test_a_box_has_one_of_few_sizes(length, padded):
    assert len(pad(b"x" * length)) == padded
    assert unpad(pad(b"x" * length)) == b"x" * length


def test_a_key_file_is_for_its_owner_only(tmp_path):
    folder = KeyFolder(tmp_path / "keys")
    folder.write(1, new_half())

    assert stat.S_IMODE(folder.file(1).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.folder.stat().st_mode) == 0o700


def test_a_half_is_read_back_as_it_was_written(tmp_path):
    half = new_half()
    folder = KeyFolder(tmp_path)
    folder.write(1, half)

    assert folder.read(1) == half
    assert folder.has(1)
    assert not folder.has(2)


def test_a_half_left_behind_by_a_failed_opening_is_replaced(tmp_path):
    folder = KeyFolder(tmp_path)
    folder.write(1, b"a" * HALF_BYTES)
    folder.file(1).with_suffix(".new").write_bytes(b"half-written")
    folder.write(1, b"b" * HALF_BYTES)

    assert folder.read(1) == b"b" * HALF_BYTES
    assert [file.name for file in tmp_path.iterdir()] == ["cycle-1.key"]


def test_a_missing_key_file_is_named(tmp_path):
    with pytest.raises(SealBrokenError, match="missing"):
        KeyFolder(tmp_path).read(1)


def test_a_damaged_key_file_is_named(tmp_path):
    folder = KeyFolder(tmp_path)
    folder.write(1, new_half())
    folder.file(1).write_bytes(b"short")

    with pytest.raises(SealBrokenError, match="damaged"):
        folder.read(1)


def test_a_destroyed_key_was_overwritten_before_it_was_removed(tmp_path):
    half = new_half()
    folder = KeyFolder(tmp_path)
    folder.write(1, half)
    second_name = tmp_path / "what-a-disk-would-keep"
    second_name.hardlink_to(folder.file(1))

    folder.destroy(1)

    assert not folder.has(1)
    assert half not in second_name.read_bytes()


def test_destroying_twice_does_no_harm(tmp_path):
    folder = KeyFolder(tmp_path)
    folder.write(1, new_half())

    folder.destroy(1)
    folder.destroy(1)

    assert list(tmp_path.iterdir()) == []


def test_a_stream_follows_from_its_source_and_purpose_alone():
    once, again = stream_from(b"s" * 32, b"one"), stream_from(b"s" * 32, b"one")

    assert once(5) + once(20) == again(25)
    assert stream_from(b"s" * 32, b"two")(25) != stream_from(b"s" * 32, b"one")(25)
    assert stream_from(b"t" * 32, b"one")(25) != stream_from(b"s" * 32, b"one")(25)


def test_a_streams_bytes_are_spread_evenly():
    found = Counter(stream_from(b"s" * 32, b"one")(256_000))

    assert len(found) == 256
    assert sum((n - 1000) ** 2 / 1000 for n in found.values()) < 255 + 5 * (2 * 255) ** 0.5


def test_a_source_of_noise_stays_what_it_is_and_is_readable_by_its_owner_only(tmp_path):
    folder = KeyFolder(tmp_path)
    source = folder.noise_source(7)

    assert folder.noise_source(7) == source
    assert len(source) == 32
    assert stat.S_IMODE(folder.noise(7).stat().st_mode) == 0o600

    folder.destroy(7)

    assert list(tmp_path.iterdir()) == []
