"""What all pairs of a plan say together, a million of them at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from app.domain.arrays import Ints
from app.domain.pairing.assignment import Pair
from app.domain.pairing.load import Outlook


def is_connected(pairs: Sequence[Pair]) -> bool:
    """Whether the graph of raters on one side and subjects on the other hangs together.

    Only then can a strict rater be told from a weak subject, and scores be adjusted. Everybody
    takes over the least number among their neighbours, and then that number's own, until nothing
    changes: what hangs together ends with one number.
    """
    if not pairs:
        return False
    raters, subjects = _ids(pairs)
    rater_ids, rater = np.unique(raters, return_inverse=True)
    subject_ids, subject = np.unique(subjects, return_inverse=True)
    subject = subject + len(rater_ids)
    label = np.arange(len(rater_ids) + len(subject_ids))
    while True:
        before = label.copy()
        least = np.minimum(label[rater], label[subject])
        np.minimum.at(label, rater, least)
        np.minimum.at(label, subject, least)
        label = label[label]
        if np.array_equal(label, before):
            return not label.any()


def outlooks(
    pairs: Sequence[Pair],
    *,
    subjects: Iterable[int],
    readers: Mapping[int, AbstractSet[int]],
    too_new: Collection[int] = frozenset(),
) -> list[Outlook]:
    """For each of `subjects` the raters and, among them, the blind ones.

    A blind rater is not one of the report's `readers` and not `too_new` to count. Ids are below
    2³², so that a subject and a rater are one number together.
    """
    raters, rated = _ids(pairs)
    reading = [(subject << 32) + one for subject, ids in readers.items() for one in ids]
    reads = np.isin((rated << 32) + raters, np.array(reading, dtype=np.int64))
    counts = ~reads & ~np.isin(raters, np.array([*too_new], dtype=np.int64))
    ids, which = np.unique(rated, return_inverse=True)
    seen = dict(
        zip(
            ids.tolist(),
            zip(
                np.bincount(which, minlength=len(ids)).tolist(),
                np.bincount(which, weights=counts, minlength=len(ids)).astype(int).tolist(),
                strict=True,
            ),
            strict=True,
        )
    )
    return [Outlook(one, *seen.get(one, (0, 0))) for one in subjects]


def _ids(pairs: Sequence[Pair]) -> tuple[Ints, Ints]:
    """Raters and subjects, (pairs,) each."""
    return (
        np.fromiter((pair.rater for pair in pairs), dtype=np.int64, count=len(pairs)),
        np.fromiter((pair.subject for pair in pairs), dtype=np.int64, count=len(pairs)),
    )
