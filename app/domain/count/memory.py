"""How many subjects a count can tally together within the memory that it is given."""

from typing import Final

from app.domain.count.by_subject import BLOCK

PROCESS: Final = 170_000_000
"""Bytes of a worker before it counts anything."""
PER_PERSON: Final = 1_100
"""Bytes for each person that a count holds to its end: packed comments, eNPS, roster, results."""
PER_PAIR: Final = 95
"""Bytes for each pair that was asked: its ratings, and the graph of who rated whom."""
PER_SUBJECT: Final = 800
"""Bytes for each subject of the part that is tallied, beyond what sorting the pairs took before."""


def subjects_at_once(memory: int, *, people: int, pairs: int) -> int:
    """How many subjects to tally together for a count that takes about `memory` bytes.

    All of them where they fit, else whole blocks, at least one: where there is less room than
    the count of so many `people` and `pairs` always takes, it is made all the same. A little too
    careful where many pairs were asked, since tallies find room that sorting those has left:
    docs/performance.md has the measured peaks.
    """
    room = (memory - PROCESS - people * PER_PERSON - pairs * PER_PAIR) // PER_SUBJECT
    return people if room >= people else max(room // BLOCK, 1) * BLOCK
