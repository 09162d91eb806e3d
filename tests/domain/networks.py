"""Networks of ratings for tests: the published ones, and random ones with a known truth."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.domain.statistics.network import Network

REFERENCE = Path(__file__).parent.parent / "reference"


def reference(name):
    return json.loads((REFERENCE / f"{name}.json").read_text())


def full(matrix):
    """A full round robin from a square matrix; row rates column, the diagonal is left out."""
    values = np.asarray(matrix, dtype=np.float64)
    rater, subject = np.nonzero(~np.eye(len(values), dtype=bool))
    return Network(len(values), rater, subject, values[rater, subject])


def published(name):
    """A round robin of social_relations.json, and what is known of it."""
    case = reference("social_relations")[name]
    rows = np.array(case["ratings"])
    pairs = rows[:, :2].astype(np.int64) - 1
    return Network(int(pairs.max()) + 1, pairs[:, 0], pairs[:, 1], rows[:, 2]), case


def simulated(name):
    """One of the simulated CSVs: people, pairs (m, 2) and ratings (m, 14)."""
    text = np.genfromtxt(REFERENCE / f"{name}.csv", delimiter=",", skip_header=1, dtype=str)
    pairs = np.char.lstrip(text[:, :2], "p").astype(np.int64)
    return int(pairs.max()) + 1, pairs, text[:, 2:].astype(np.int8)


@dataclass(frozen=True)
class Truth:
    """A random network beside the effects it was made of."""

    network: Network
    rater: np.ndarray
    subject: np.ndarray


def sampled(people, size, *, random, rater=0.4, subject=0.45, rest=0.67):
    """Everyone rates `size` others, drawn by random steps round a circle; spreads as given."""
    steps = random.choice(np.arange(1, people), size=size, replace=False)
    i = np.repeat(np.arange(people), size)
    j = (i + np.tile(steps, people)) % people
    a, b = random.normal(0, rater, people), random.normal(0, subject, people)
    return Truth(Network(people, i, j, a[i] + b[j] + random.normal(0, rest, i.size)), a, b)
