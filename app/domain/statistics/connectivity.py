"""Whether ratings hang together well enough to tell a strict rater from a weak subject."""

from typing import Final

import numpy as np

from app.domain.arrays import Flags, Ints, Whole
from app.domain.statistics.network import Network

ENOUGH_ACROSS: Final = 2
SHARE_ACROSS: Final = 0.90


def parts_of(network: Network) -> int:
    """Into how many parts the graph of raters on one side and subjects on the other falls.

    A person is two nodes, one for each role; who neither gave nor received is not counted.
    Union by the smallest label with every chain of labels followed to its end: O(m) a
    round, about log n rounds. What is joined stays so; so ratings are taken up as many at a
    time as there are nodes.
    """
    n = network.people
    label = np.arange(2 * n)
    for rows in network.blocks(2 * n):
        label = _joined(label, network.rater[rows], network.subject[rows] + n)
    joined = np.concatenate([network.given > 0, network.received > 0])
    return int(np.unique(label[joined]).size)


def _joined(label: Ints, one: Whole, other: Whole) -> Ints:
    """Labels after each of the nodes `one` was joined with that in the same place of `other`."""
    while True:
        left, right = label[one], label[other]
        apart = left != right
        if not apart.any():
            return label
        one, other = one[apart], other[apart]
        lower, higher = np.minimum(left, right)[apart], np.maximum(left, right)[apart]
        np.minimum.at(label, higher, lower)
        label = _followed(label)


def _followed(label: Ints) -> Ints:
    while True:
        further = label[label]
        if (further == label).all():
            return label
        label = further


def crosses_departments(network: Network, department: Ints) -> bool:
    """Whether at least 90 % of raters gave two or more ratings outside their department.

    `department` (n,) any numbers. With ratings inside departments only, correcting for
    strictness would take the differences between departments for strictness and wipe them
    out. Where everybody belongs to one department there are none to lose.
    """
    across: Flags = department[network.rater] != department[network.subject]
    if not across.any():
        involved = department[np.concatenate([network.rater, network.subject])]
        return np.unique(involved).size <= 1
    raters = network.given > 0
    enough = np.bincount(network.rater[across], minlength=network.people) >= ENOUGH_ACROSS
    return bool(enough[raters].sum() >= SHARE_ACROSS * raters.sum())
