"""Attack 10: somebody joins or leaves between two quarters; nine of ten others answer as before.

The attacker knows who it is, all chances, and every published value.
"""

from dataclasses import replace
from typing import Final

import pytest

from app.domain.release.policy import ReleasePolicy
from tests.attacks.alike import HALO, exact, level_of_joiner, without_common_draw
from tests.attacks.exact import NO_NOISE
from tests.attacks.opinions import DEMO, OPINIONS, USUAL
from tests.attacks.quarters import joiner_of_many, joiner_of_two
from tests.bench.numbers_enps import Watched, joiner_gain

BOUND: Final = 8


@pytest.mark.parametrize("name", OPINIONS)
@pytest.mark.parametrize("raters", [5, 6, 7, 9, 12, 15, 19, 24, 30, 40])
def test_a_joiners_rating_is_hardly_better_guessed_than_anybodys(raters, name, tell):
    """From a mean before and one after, over all their exact chances; a leaver is the same."""
    rate = joiner_of_two(raters, OPINIONS[name], 0.9)
    alike = joiner_of_two(raters, OPINIONS[name], 1.0)

    told = f"10 who joins {raters} raters, {name}"
    tell(told, people=raters + 2, success=rate.success, chance=rate.chance)
    assert rate.gain <= (5 if name == "usual" else 19)
    assert alike.gain <= (5 if name == "usual" else 22)


@pytest.mark.parametrize(("size", "raters"), [(25, 23), (200, 11), (5000, 11)])
def test_a_joiner_is_safe_in_companies_of_every_size(size, raters, tell):
    """Everybody rates in a company of 25; of 200 and 5,000 a sample of twelve, manager included."""
    for usual in (USUAL, DEMO):
        rate = joiner_of_two(raters, usual, 0.9)

        tell("10 joiner or leaver", people=size, success=rate.success, chance=rate.chance)
        assert rate.gain <= 5


MANY: Final = {0.9: (12, 20), 0.95: (12, 22), 0.98: (12, 26), 1.0: (13, 31)}
"""By how many repeat their answers: bounds in points for usual and for all other opinions.

With 2,500 plays chance alone moves a gain by two points.
"""


@pytest.mark.parametrize("name", ["usual", "polarised"])
@pytest.mark.parametrize("repeat", MANY)
def test_eight_quarters_tell_more_and_how_much_is_known(repeat, name, tell):
    """Noise is fresh each quarter, so it averages out where everybody answers alike."""
    rate = joiner_of_many(6, OPINIONS[name], repeat, before=4, after=4, plays=2_500)

    told = f"10 who joins 6, eight quarters, {100 * repeat:.0f} % alike, {name}"
    tell(told, people=8, success=rate.success, chance=rate.chance)
    assert rate.gain <= MANY[repeat][name != "usual"]


@pytest.mark.parametrize("raters", [5, 12, 24])
def test_without_noise_a_joiner_is_told(raters, tell):
    rate = joiner_of_two(raters, USUAL, 1.0, draws=NO_NOISE)

    told = f"10 who joins {raters} raters, usual"
    tell(told, people=raters + 2, success=rate.success, chance=rate.chance, off=True)
    assert rate.gain > 10


@pytest.mark.parametrize("part", HALO)
@pytest.mark.parametrize("raters", [5, 6, 9, 14, 24])
def test_all_means_together_hardly_tell_a_joiner_whose_answers_are_alike(raters, part, tell):
    rate = level_of_joiner(raters, part)

    name = f"10 who joins {raters}, level from all means ({part:.1f} alike)"
    tell(name, people=raters + 2, success=rate.success, chance=rate.chance)
    assert rate.gain <= 6


LEVELS: Final = {
    ("usual", 8, 0.9): 12,
    ("usual", 8, 1.0): 12,
    ("polarised", 2, 0.9): 18,
    ("polarised", 8, 0.9): 20,
    ("polarised", 8, 1.0): 32,
}
"""Opinions, quarters, and how many repeat their answers: the bound in points."""


@pytest.mark.parametrize(("name", "quarters", "repeat"), LEVELS)
def test_how_far_a_level_is_told_by_many_quarters_is_known(name, quarters, repeat, tell):
    rate = level_of_joiner(6, 0.8, usual=OPINIONS[name], quarters=quarters, repeat=repeat)

    told = f"10 level of who joins 6, {quarters} quarters, {100 * repeat:.0f} %, {name}"
    tell(told, people=8, success=rate.success, chance=rate.chance)
    assert rate.gain <= LEVELS[name, quarters, repeat]


def test_without_the_common_draw_all_means_together_tell_a_joiner(tell):
    """Each total's own noise averages out over 14 statements."""
    rate = level_of_joiner(6, 0.8, seen=without_common_draw)

    name = "10 who joins 6, level from all means (0.8 alike)"
    tell(name, people=8, success=rate.success, chance=rate.chance, off=True)
    assert rate.gain > 7


def test_without_noise_all_means_together_tell_a_joiner(tell):
    rate = level_of_joiner(6, 0.8, seen=exact, repeat=1.0)

    name = "10 who joins 6, level from all means (0.8 alike)"
    tell(name, people=8, success=rate.success, chance=rate.chance, off=True)
    assert rate.gain > 40


WATCHED: Final = (
    ("20, with reasons", Watched((20,))),
    ("25, with reasons", Watched((25,))),
    ("60, with reasons", Watched((60,))),
    ("25, reasons and direct", Watched((25,), has_direct=True)),
    ("60, reasons and direct", Watched((60,), has_direct=True)),
    ("60, direct and six services", Watched((60,), has_direct=True, services=6)),
    (
        "60, direct, six services, two departments ask",
        Watched((60,), has_direct=True, services=6, asked_scale=12, asked_ten=30),
    ),
    ("three levels, with reasons", Watched((20, 60, 120))),
)


SERVICE: Final = Watched((12,), has_reasons=False, has_score=False, services=1)
"""What so many people say of one service: three statements and 0-10, and nothing else."""


@pytest.mark.parametrize("people", [6, 12, 24])
@pytest.mark.parametrize(("quarters", "bound"), [(2, 6), (8, 12)])
def test_what_a_joiner_says_of_a_service_is_hardly_better_guessed(people, quarters, bound, tell):
    watched = replace(SERVICE, units=(people,), quarters=quarters)

    assert told_of_joiner(f"one service, {people}", watched, tell) <= bound


def test_exact_totals_would_tell_what_a_joiner_says_of_a_service(tell):
    exact = replace(SERVICE, repeats=1.0, is_blurred=False)

    assert told_of_joiner("one service, 12", exact, tell, plays=3_000) > 20


UNIT_QUESTION: Final = Watched((12,), has_reasons=False, has_score=False, asked_scale=12)
"""What a department of so many answers to one question of its own, from 1 to 5, and nothing else.

Who joins is read by a manager who knows everybody else's usual answers.
"""


@pytest.mark.parametrize("people", [6, 12, 24])
@pytest.mark.parametrize(("quarters", "bound"), [(2, 6), (8, 12)])
def test_what_a_joiner_answers_to_their_department_is_hardly_better_guessed(
    people, quarters, bound, tell
):
    ten = people if people >= ReleasePolicy().unit_respondents else 0
    watched = replace(
        UNIT_QUESTION, units=(people,), asked_scale=people, asked_ten=ten, quarters=quarters
    )

    assert told_of_joiner(f"a department's question, {people}", watched, tell) <= bound


def test_exact_totals_would_tell_what_a_joiner_answers_to_their_department(tell):
    """Six of ten ratings follow what is guessed: more even a certain rating does not tell."""
    exact = replace(UNIT_QUESTION, repeats=1.0, is_blurred=False)

    assert told_of_joiner("a department's question, 12", exact, tell, plays=3_000) > 8


def told_of_joiner(name: str, watched: Watched, tell, *, plays: int = 8_000) -> float:
    gain = joiner_gain(watched, plays=plays)
    chance = max(watched.opinions)
    tell(
        f"10 joiner's eNPS, {name}",
        people=watched.units[-1],
        success=chance + gain / 100,
        chance=chance,
        off=not watched.is_blurred,
    )
    return gain


@pytest.mark.parametrize(("name", "watched"), WATCHED)
@pytest.mark.parametrize(("quarters", "bound"), [(2, 8), (8, 12)])
def test_a_joiners_recommendation_is_hardly_better_guessed(name, watched, quarters, bound, tell):
    gain = told_of_joiner(name, replace(watched, quarters=quarters), tell)

    assert gain <= bound


def test_where_everybody_else_repeats_their_answer_a_joiner_of_two_quarters_is_as_safe(tell):
    watched = Watched((25,), repeats=1.0)

    assert told_of_joiner("25, all repeated", watched, tell) <= BOUND


@pytest.mark.parametrize(("name", "watched"), WATCHED)
def test_exact_counts_would_tell_a_joiners_recommendation(name, watched, tell):
    exact = replace(watched, repeats=1.0, is_blurred=False)

    assert told_of_joiner(name, exact, tell, plays=3_000) > 50
