"""The two-way fit against published effects, lme4, and the equations written out in full."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from app.domain.statistics.components import Components
from app.domain.statistics.fit import Penalties, fit
from app.domain.statistics.network import Network
from tests.domain.networks import published, reference, sampled, simulated

FREE = Penalties(0.0, 0.0)


@pytest.mark.parametrize("table", ["kenny6", "warner1979_t1"])
def test_free_effects_of_a_full_round_robin_are_the_published_ones(table):
    network, case = published(table)

    found = fit(network, FREE)

    assert_allclose(found.rater, case["actor_effects"], atol=1e-9)
    if "partner_effects" in case:
        assert_allclose(found.subject, case["partner_effects"], atol=1e-9)
    assert found.mean == pytest.approx(network.value.mean())


@pytest.mark.parametrize("column", ["value", "s01", "s07", "s14"])
def test_free_effects_of_simulated_round_robins_are_those_of_tripler(column):
    people, pairs, ratings = simulated("full12")
    values = ratings.mean(axis=1) if column == "value" else ratings[:, int(column[1:]) - 1]
    expected = reference("simulated")["full12"][column]

    found = fit(Network(people, pairs[:, 0], pairs[:, 1], values.astype(np.float64)), FREE)

    assert_allclose(found.rater, expected["actor"], atol=1e-9)
    assert_allclose(found.subject, expected["partner"], atol=1e-9)
    assert found.mean == pytest.approx(expected["mean"], abs=1e-9)


def test_with_the_penalties_of_reml_the_fit_gives_the_predictions_of_lme4():
    people, pairs, ratings = simulated("sparse40")
    expected = reference("simulated")["sparse40"]
    reml = {part["grp"]: part["vcov"] for part in expected["vc"]}
    penalties = Penalties.of(Components(reml["rater"], reml["subject"], reml["Residual"]))

    found = fit(Network(people, pairs[:, 0], pairs[:, 1], ratings.mean(axis=1)), penalties)

    assert found.mean == pytest.approx(expected["mean"], abs=1e-6)
    assert_allclose(found.rater, list(expected["rater"].values()), atol=1e-6)
    assert_allclose(found.subject, list(expected["subject"].values()), atol=1e-6)
    assert found.iterations < 20


def uneven(people=30, seed=4):
    """A sparse network in which some give and receive little, and one nothing."""
    random = np.random.default_rng(seed)
    made = sampled(people, 8, random=random).network
    kept = (random.random(made.value.size) < 0.6) & (made.rater != 3) & (made.subject != 3)
    return Network(people, made.rater[kept], made.subject[kept], made.value[kept] + 2)


def dense(network, penalties):
    """The same minimum from the normal equations as one matrix."""
    n, m = network.people, network.value.size
    design = np.zeros((m, 2 * n + 1))
    design[:, -1] = 1
    design[np.arange(m), network.rater] = 1
    design[np.arange(m), n + network.subject] = 1
    ridge = np.diag([*[penalties.rater] * n, *[penalties.subject] * n, 0.0])
    return np.linalg.solve(design.T @ design + ridge, design.T @ network.value)


@pytest.mark.parametrize("penalties", [Penalties(2.5, 3.5), Penalties(0.1, 40.0)])
def test_conjugate_gradients_find_what_the_normal_equations_say(penalties):
    network = uneven()

    found = fit(network, penalties)

    expected = dense(network, penalties)
    assert_allclose([*found.rater, *found.subject, found.mean], expected, atol=1e-9)


def test_who_gave_and_received_nothing_has_no_effect():
    found = fit(uneven(), Penalties(1.0, 1.0))

    assert (found.rater[3], found.subject[3]) == (0, 0)


def test_an_effect_without_variance_is_nothing():
    network = uneven()
    equal_raters = Penalties.of(Components(0.0, 0.2, 0.4))
    equal_subjects = Penalties.of(Components(0.3, 0.0, 0.4))

    assert not fit(network, equal_raters).rater.any()
    assert fit(network, equal_raters).subject.any()
    assert not fit(network, equal_subjects).subject.any()
    assert fit(network, equal_subjects).rater.any()
    assert fit(network, Penalties(np.inf, np.inf)).mean == pytest.approx(network.value.mean())


def test_residuals_are_what_the_fit_leaves():
    network = uneven()
    found = fit(network, Penalties(2.0, 2.0))

    rebuilt = found.mean + found.rater[network.rater] + found.subject[network.subject]

    assert_allclose(rebuilt + found.residuals(network), network.value)
    assert found.residuals(network).sum() == pytest.approx(0, abs=1e-8)


def test_a_graph_in_two_parts_still_has_an_answer():
    i = np.array([0, 1, 2, 3])
    j = np.array([1, 0, 3, 2])
    found = fit(Network(4, i, j, np.array([1.0, 2.0, 3.0, 4.0])), FREE)

    assert_allclose(found.residuals(Network(4, i, j, np.array([1.0, 2.0, 3.0, 4.0]))), 0, atol=1e-9)
