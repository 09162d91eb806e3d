"""Carving: what is found in raw bytes, whatever the database says is deleted; and orders."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.infra.keys import HALF_BYTES

PIECE = 8
EVERY = 256
RANDOM_LOOKING = 26
"""So many different bytes of 32 nearly every random half has, and hardly a text."""


def windows(content: bytes) -> set[bytes]:
    """Every 32 bytes in a row of `content` that look random enough to be half of a key."""
    if len(content) < HALF_BYTES:
        return set()
    view = np.lib.stride_tricks.sliding_window_view(
        np.frombuffer(content, dtype=np.uint8), HALF_BYTES
    )
    found: set[bytes] = set()
    for start in range(0, len(view), 200_000):
        part = view[start : start + 200_000]
        ordered = np.sort(part, axis=1)
        distinct = 1 + (ordered[:, 1:] != ordered[:, :-1]).sum(axis=1)
        found |= {part[at].tobytes() for at in np.flatnonzero(distinct >= RANDOM_LOOKING)}
    return found


def carved(pieces: Mapping[str, Iterable[bytes]], files: Iterable[bytes]) -> dict[str, int]:
    """How many of each kind's `pieces` stand anywhere in `files`, whole or in part.

    A piece counts as found when eight bytes of it do, looked for at every 256th place of it.
    """
    samples: dict[int, tuple[str, int]] = {}
    for kind, held in pieces.items():
        for number, piece in enumerate(held):
            for at in range(0, max(1, len(piece) - PIECE), EVERY):
                samples[int.from_bytes(piece[at : at + PIECE], "little")] = (kind, number)
    wanted = np.sort(np.array(list(samples), dtype=np.uint64))
    sieve = np.zeros(1 << 24, dtype=bool)
    sieve[_folded(wanted)] = True
    found: set[tuple[str, int]] = set()
    for content in files:
        found |= {samples[value] for value in _hits(content, wanted, sieve)}
    return {kind: sum(one == kind for one, _ in found) for kind in pieces}


def _hits(content: bytes, wanted: NDArray[np.uint64], sieve: NDArray[np.bool_]) -> set[int]:
    """Those of `wanted` that stand in `content`, at any place."""
    found: set[int] = set()
    for offset in range(PIECE):
        length = (len(content) - offset) // PIECE
        if length > 0:
            words = np.frombuffer(content, dtype="<u8", count=length, offset=offset)
            near = words[sieve[_folded(words)]]
            place = np.minimum(np.searchsorted(wanted, near), len(wanted) - 1)
            found.update(near[wanted[place] == near].tolist())
    return found


def _folded(words: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (words & np.uint64(0xFFFFFF)).astype(np.int64)


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's rho of two lists without ties."""
    one, two = (np.argsort(np.argsort(np.array(values))) for values in (first, second))
    return float(np.corrcoef(one, two)[0, 1])


def band(length: int, *, tries: int = 1000, seed: int = 1) -> float:
    """What chance may give: five standard deviations over permutations of `length` things.

    Less than one in a million runs ends outside; at most .95, which no chance reaches from 20 on.
    """
    random, still = np.random.default_rng(seed), np.arange(length)
    rhos = [np.corrcoef(still, random.permutation(length))[0, 1] for _ in range(tries)]
    return min(0.95, 5 * float(np.std(rhos)))
