"""What a thief can do with a copy: find boxes, try keys and keystreams, guess answers."""

import json
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from app.domain.ballot.document import Ballot
from app.domain.ballot.encoding import decode, encode
from app.domain.errors import SealBrokenError
from app.infra.keys import HALF_BYTES, NONCE_BYTES, CycleKeys, pad, unpad
from tests.attacks.attacked_company import OPTIONS_DRAWN, WEIGHTS, Truth
from tests.attacks.snapshot import Row, Snapshot

MODE = OPTIONS_DRAWN[WEIGHTS.index(max(WEIGHTS))]
"""The commonest answer: whoever knows nothing says this everywhere."""
BEGINNING = b'{"own":['
TAG_BYTES = 16
TRIED = 600
"""So many raters are enough to tell a rate of guessing."""


def read_ballots(
    copy: Snapshot, *, own: Ballot | None = None, halves: Iterable[bytes] = ()
) -> list[Ballot]:
    """Every ballot of the copy that can be read by any means a thief has.

    `own` is the thief's own ballot, which they sent as everybody did; `halves` are bytes found
    anywhere that might be the filed half of the key.
    """
    boxes = [(bytes(row["locator"]), bytes(row["sealed"])) for row in copy.rows("ballot")]
    plain = [found for _, box in boxes if (found := _json_in(box))]
    streamed = _by_keystream([box for _, box in boxes], own) if own and not plain else []
    keys = working_keys(copy, halves)
    opened = [decode(keys.open_(*box)) for box in boxes] if keys else []
    return [*plain, *streamed, *opened]


def working_keys(
    copy: Snapshot, halves: Iterable[bytes], *, others: Iterable[Snapshot] = ()
) -> CycleKeys | None:
    """The keys that open the boxes of `copy`, from halves in it, in `others` and in `halves`."""
    box = next(iter(copy.rows("ballot")), None)
    if box is None:
        return None
    stored = {bytes(row["half"]) for one in (copy, *others) for row in one.rows("key_half")}
    promises = {row["id"]: row["frozen_hash"] for row in copy.rows("cycle")}
    place, sealed = bytes(box["locator"]), bytes(box["sealed"])
    for pair in _pairs(stored, halves):
        keys = CycleKeys.from_halves(box["cycle_id"], *pair, promise=promises[box["cycle_id"]])
        try:
            keys.open_(place, sealed)
        except SealBrokenError:
            continue
        return keys
    return None


def _pairs(stored: set[bytes], halves: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Every two halves that could belong together, in both orders."""
    every = {*stored, *(half for half in halves if len(half) == HALF_BYTES), bytes(HALF_BYTES)}
    for one in stored:
        for other in every:
            yield one, other
            yield other, one


def _json_in(box: bytes) -> Ballot | None:
    """A ballot that lies in a box as it was written."""
    start = box.find(BEGINNING)
    if start < 0:
        return None
    document, _ = json.JSONDecoder().raw_decode(box[start:].decode(errors="replace"))
    return decode(json.dumps(document).encode())


def _by_keystream(boxes: list[bytes], own: Ballot) -> list[Ballot]:
    """Ballots under a nonce that was used twice: the thief's own ballot gives the keystream.

    Which box is the thief's is tried out: with the right one all others become text.
    """
    known = np.frombuffer(pad(encode(own)), dtype=np.uint8)
    cut = [np.frombuffer(box[NONCE_BYTES:-TAG_BYTES], dtype=np.uint8) for box in boxes]
    cut = [box for box in cut if len(box) == len(known)]
    for place, mine in enumerate(cut):
        stream = mine ^ known
        # Two others: where one of them is the thief's own, a wrong stream gives a ballot, too.
        if all(_is_ballot((cut[place - n] ^ stream).tobytes()) for n in (1, 2)):
            return [decode(unpad((box ^ stream).tobytes())) for box in cut]
    return []


def _is_ballot(padded: bytes) -> bool:
    try:
        decode(unpad(padded))
    except (ValueError, KeyError, TypeError):
        return False
    return True


def raters_of(copy: Snapshot, ballots: Iterable[Ballot]) -> dict[int, Ballot]:
    """Whose ballots these are, by whom they are about: the pairs stand in the same copy."""
    asked: dict[int, set[int]] = {}
    ballots = list(ballots)
    if not ballots:
        return {}
    for row in copy.rows("assignment"):
        asked.setdefault(row["rater_id"], set()).add(row["subject_id"])
    by_subjects = {frozenset(subjects): rater for rater, subjects in asked.items()}
    return {
        by_subjects[frozenset(ballot.answers)]: ballot
        for ballot in ballots
        if frozenset(ballot.answers) in by_subjects
    }


def rate_of_guessing(truth: Truth, read: Mapping[int, Ballot], hints: Mapping[int, bytes]) -> float:
    """Share of answers that are guessed: what is read, and for the rest by `hints`.

    A hint is the box that the thief takes for a rater's. Of every second rater the thief knows
    the answers, learns what each byte of a box goes along with, and guesses the others' by it.
    """
    taught, asked = truth.sent[:TRIED:2], truth.sent[1:TRIED:2]
    usual = _lesson((truth.ballots[rater], hints.get(rater, b"")) for rater in taught)
    hits = total = 0
    for rater in asked:
        for place, (subject, statement, answer) in enumerate(_cells(truth.ballots[rater])):
            guess: int | None = usual.get(_kind(hints.get(rater, b""), place), MODE)
            if rater in read:
                guess = read[rater].answers[subject][statement]
            hits, total = hits + (guess == answer), total + 1
    return hits / total


def rate_of_chance(truth: Truth) -> float:
    """Share of the same answers that the commonest one guesses."""
    cells = [
        answer for rater in truth.sent[1:TRIED:2] for *_, answer in _cells(truth.ballots[rater])
    ]
    return cells.count(MODE) / len(cells)


def _cells(ballot: Ballot) -> Iterator[tuple[int, int, int | None]]:
    for subject, answers in ballot.answers.items():
        for statement, answer in enumerate(answers):
            yield subject, statement, answer


def _kind(box: bytes, place: int) -> int:
    """What a thief looks at for the answer at `place`: the byte there, in eight kinds."""
    at = NONCE_BYTES + 4 + 2 * place
    return box[at] % 8 if at < len(box) else -1


def _lesson(known: Iterable[tuple[Ballot, bytes]]) -> dict[int, int | None]:
    seen: dict[int, dict[int | None, int]] = {}
    for ballot, box in known:
        for place, (_, _, answer) in enumerate(_cells(ballot)):
            counts = seen.setdefault(_kind(box, place), {})
            counts[answer] = counts.get(answer, 0) + 1
    return {kind: max(counts, key=lambda one: counts[one]) for kind, counts in seen.items()}


def boxes_by_place(copy: Snapshot) -> dict[int, bytes]:
    """Which box each rater has, if both tables lie in the order of sending."""
    rows = [row for row in _as_written(copy, "participation") if row["sent"]]
    boxes = _as_written(copy, "ballot")
    return {row["person_id"]: bytes(box["sealed"]) for row, box in zip(rows, boxes, strict=False)}


def _as_written(copy: Snapshot, table: str) -> list[Row]:
    rows = copy.rows(table)
    return sorted(rows, key=lambda row: int(row["xmin"])) if rows and "xmin" in rows[0] else rows
