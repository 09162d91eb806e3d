"""Noise that is the same each time one cycle is counted, however often that is begun.

A count that is ended late has written its results already: in rows that PostgreSQL keeps in its
files, and in the database's log. Whoever can end processes and read the disk would average the
noise of many counts away. So it follows from a source in the key folder, which goes with the key.
"""

import hashlib
from collections.abc import Iterator

from app.domain.release.noise import Randomness
from app.infra.keys import stream_from
from app.lifecycle.count.frozen_terms import Frozen
from app.lifecycle.count.unsealing import Opened


def noise_from(source: bytes, frozen: Frozen, opened: Opened) -> Randomness:
    """The noise of a count of just these answers.

    Other answers have other noise: under the same, the difference of two counts would be exact.
    """
    digest = hashlib.sha256()
    for part in _counted(frozen, opened):
        digest.update(part.nbytes.to_bytes(8, "big"))
        digest.update(part)
    return stream_from(source, digest.digest())


def _counted(frozen: Frozen, opened: Opened) -> Iterator[memoryview]:
    """All that is counted and that the fingerprint of the promise does not hold."""
    pile = opened.pile
    yield _line(sorted(frozen.new))
    for numbers in (pile.raters, pile.reviews, pile.subjects, pile.away, opened.focus):
        yield memoryview(numbers)
    yield memoryview(pile.ratings)
    yield memoryview(pile.own)
    yield from map(_line, opened.enps)
    yield from map(_line, opened.direct)
    yield from map(_line, sorted(opened.services.items(), key=_number))
    yield from map(_line, sorted(opened.unit_answers.items(), key=_number))


def _number(said: tuple[int, object]) -> int:
    return said[0]


def _line(value: object) -> memoryview:
    return memoryview(repr(value).encode("utf-8", "surrogatepass"))
