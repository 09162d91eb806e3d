"""Variance components against published tables, other software, and a known truth."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from app.domain.statistics.components import Components, blended, components_of, truncated
from app.domain.statistics.network import Network
from tests.domain.networks import full, published, reference, sampled, simulated

NAMES = {
    "actor": "rater",
    "partner": "subject",
    "relationship": "rest",
    "actor_partner_cov": "roles",
    "relationship_cov": "reciprocity",
}


@pytest.mark.parametrize("table", ["kenny6", "warner1979_t1"])
def test_a_full_round_robin_gives_the_published_components(table):
    network, case = published(table)

    found = components_of(network)

    for theirs, ours in NAMES.items():
        assert getattr(found, ours) == pytest.approx(case["variance"][theirs], abs=1e-9)


@pytest.mark.parametrize("column", ["value", "s01", "s07", "s14"])
def test_simulated_round_robins_give_what_tripler_gives(column):
    people, pairs, ratings = simulated("full12")
    values = ratings.mean(axis=1) if column == "value" else ratings[:, int(column[1:]) - 1]
    expected = reference("simulated")["full12"][column]["varComp"]

    found = components_of(Network(people, pairs[:, 0], pairs[:, 1], values.astype(np.float64)))

    for theirs, ours in NAMES.items():
        assert getattr(found, ours) == pytest.approx(expected[theirs], abs=1e-9)


def warner(x):
    """The classic formulas for a full round robin, written down a second time."""
    n = len(x)
    np.fill_diagonal(x, 0.0)
    rows, columns, mean = x.sum(axis=1) / (n - 1), x.sum(axis=0) / (n - 1), x.sum() / n / (n - 1)
    scale = (n - 1) / (n * (n - 2))
    a = scale * ((n - 1) * rows + columns - n * mean)
    b = scale * ((n - 1) * columns + rows - n * mean)
    g = x - a[:, None] - b[None, :] - mean
    np.fill_diagonal(g, 0.0)
    freedom = (n - 1) * (n - 2) / 2
    alike = ((g + g.T) ** 2).sum() / 4 / (freedom - 1)
    apart = ((g - g.T) ** 2).sum() / 4 / freedom
    rest, reciprocity = (alike + apart) / 2, (alike - apart) / 2
    noise = (rest * (n - 1) + reciprocity) / (n * (n - 2))
    return (a**2).sum() / (n - 1) - noise, (b**2).sum() / (n - 1) - noise, rest, reciprocity


@pytest.mark.parametrize("people", [4, 7, 25])
def test_any_full_round_robin_agrees_with_the_classic_formulas(people):
    matrix = np.random.default_rng(people).normal(3, 1, (people, people))

    found = components_of(full(matrix))

    expected = warner(matrix.copy())
    assert_allclose(
        (found.rater, found.subject, found.rest, found.reciprocity), expected, atol=1e-9
    )


def test_a_sparse_design_comes_close_to_reml():
    people, pairs, ratings = simulated("sparse40")
    reml = {part["grp"]: part["vcov"] for part in reference("simulated")["sparse40"]["vc"]}

    found = components_of(Network(people, pairs[:, 0], pairs[:, 1], ratings.mean(axis=1)))

    assert found.rater == pytest.approx(reml["rater"], abs=0.03)
    assert found.subject == pytest.approx(reml["subject"], abs=0.03)
    assert found.rest == pytest.approx(reml["Residual"], abs=0.03)


def test_estimates_are_right_on_average_on_an_uneven_sparse_design():
    random = np.random.default_rng(8)
    found = []
    for _ in range(120):
        made = sampled(30, 8, random=random, rater=0.5, subject=0.4, rest=0.7).network
        kept = random.random(made.value.size) < 0.3 + 0.7 * (made.rater % 3) / 2
        thin = Network(30, made.rater[kept], made.subject[kept], made.value[kept])
        one = components_of(thin)
        found.append((one.rater, one.subject, one.rest))

    assert_allclose(np.mean(found, axis=0), (0.25, 0.16, 0.49), atol=0.03)


def test_where_nobody_rates_back_there_is_no_reciprocity():
    random = np.random.default_rng(2)
    i = np.repeat(np.arange(40), 6)
    j = (i + np.tile(np.arange(1, 7), 40)) % 40

    found = components_of(Network(40, i, j, random.normal(size=i.size)))

    assert found.reciprocity == pytest.approx(0, abs=1e-12)


def test_one_rating_and_none_tell_nothing():
    nothing = np.zeros(0, dtype=np.int64)

    assert components_of(Network(3, nothing, nothing, np.zeros(0))).total == 0
    assert components_of(Network(3, np.array([0]), np.array([1]), np.array([4.0]))).total == 0


def test_a_negative_variance_is_cut_at_nothing_and_nothing_else_is_touched():
    found = truncated(Components(0.3, -0.1, 0.6, roles=-0.2, reciprocity=-0.1))

    assert found == Components(0.3, 0.0, 0.6, roles=-0.2, reciprocity=-0.1)


def test_few_people_lean_on_the_usual_split():
    found = Components(0.8, 0.0, 0.2)

    assert blended(found, people=10) == found
    half = blended(found, people=5)
    assert half.total == pytest.approx(1.0)
    assert half.shares == pytest.approx((0.5, 0.125, 0.375))
    assert blended(found, people=0).shares == pytest.approx((0.20, 0.25, 0.55))


def test_without_any_variance_the_usual_split_stands_in():
    assert Components(0.0, 0.0, 0.0).shares == (0.20, 0.25, 0.55)
