"""How far scores can be relied on: exactly, approximately, and in a word."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import app.domain.statistics.reliability as rooms
from app.domain.statistics.comparable import Reliability, word_for
from app.domain.statistics.components import Components, components_of, truncated
from app.domain.statistics.fit import Penalties, fit
from app.domain.statistics.network import Network
from app.domain.statistics.reliability import reliabilities
from tests.domain.networks import published, sampled

USUAL = Components(0.16, 0.20, 0.45)


def test_without_differences_between_people_nothing_is_reliable():
    network, _ = published("kenny6")
    found = truncated(components_of(network))

    assert not reliabilities(network, found).any()


def test_the_exact_reliability_is_what_the_equations_of_raters_and_subjects_say():
    made = sampled(20, 6, random=np.random.default_rng(3)).network
    kept = np.random.default_rng(4).random(made.value.size) < 0.7
    network = Network(20, made.rater[kept], made.subject[kept], made.value[kept])

    found = reliabilities(network, USUAL)

    m, n = network.value.size, 20
    design = np.zeros((m, 2 * n))
    design[np.arange(m), network.rater] = 1
    design[np.arange(m), n + network.subject] = 1
    ridge = np.diag([*[0.45 / 0.16] * n, *[0.45 / 0.20] * n])
    error = 0.45 * np.diag(np.linalg.inv(design.T @ design + ridge))[n:]
    assert_allclose(found, 1 - error / 0.20, atol=1e-12)


def test_beyond_two_thousand_people_the_approximation_is_close(monkeypatch):
    network = sampled(400, 12, random=np.random.default_rng(5)).network
    exact = reliabilities(network, USUAL)
    monkeypatch.setattr(rooms, "EXACT_TO", 399)

    approximate = reliabilities(network, USUAL)

    assert not np.array_equal(exact, approximate)
    assert_allclose(approximate, exact, atol=0.01)


def test_who_received_nothing_has_no_reliability():
    network = Network(3, np.array([0, 1]), np.array([1, 0]), np.array([1.0, 2.0]))

    found = reliabilities(network, USUAL)

    assert found[2] == 0
    assert (found[:2] > 0).all()


@pytest.mark.parametrize("exact_to", [0, 2000])
def test_ratings_in_parts_without_any_rest_have_reliabilities(exact_to, monkeypatch):
    """Two pairs who rate each other, and others rated once: how strict each is cannot be told."""
    monkeypatch.setattr(rooms, "EXACT_TO", exact_to)
    rater, subject = np.array([0, 1, 2, 3, 4]), np.array([1, 0, 3, 2, 5])
    network = Network(6, rater, subject, np.array([4.0, 3.0, 2.0, 5.0, 3.0]))

    found = reliabilities(network, Components(rater=0.3, subject=0.6, rest=0.0))

    assert ((found >= 0) & (found <= 1)).all()
    assert found[4] == 0, "who was rated by nobody"
    # A single rating is rater and subject together, and splits by the variances of both.
    assert_allclose(found[[0, 1, 2, 3, 5]], 0.6 / 0.9, atol=1e-4)


def test_the_square_of_the_correlation_with_the_truth_is_the_reliability():
    random = np.random.default_rng(6)
    made = sampled(700, 12, random=random)
    spreads = Components(0.4**2, 0.45**2, 0.67**2)

    predicted = fit(made.network, Penalties.of(spreads)).subject

    correlation = np.corrcoef(predicted, made.subject)[0, 1]
    assert correlation**2 == pytest.approx(reliabilities(made.network, spreads).mean(), abs=0.03)


@pytest.mark.parametrize(
    ("reliability", "word"),
    [
        (0.80, Reliability.SOLID),
        (0.799, Reliability.INDICATIVE),
        (0.60, Reliability.INDICATIVE),
        (0.59, Reliability.TOO_FEW),
    ],
)
def test_a_reliability_has_a_word(reliability, word):
    assert word_for(reliability) is word


def test_the_words_are_those_people_read():
    words = [one.words for one in Reliability]

    assert words == ["solid", "indicative", "too few ratings to compare"]
