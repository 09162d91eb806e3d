"""What is released about services in the house, and what may be said of them."""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.ballot.document import Ballot
from app.domain.enps.score import StanceCounts
from app.domain.internal_services.asked import AskedService, questions_about
from app.domain.internal_services.comparing import ServiceLine, clear_differences, kept_apart
from app.domain.internal_services.release import ServiceRating, rating_in, release_services
from app.domain.release.policy import Hidden, Reason, ReleasePolicy, Shown
from app.domain.statistics.differences import Direction
from tests.randomness import seeded, silent

POLICY = ReleasePolicy()
TEXTS = ("quick", "right", "easy")


def service(number: int = 7, *, members=(1, 2, 3), units=()) -> AskedService:
    return AskedService(
        number, "IT support", "", TEXTS, members[0], frozenset(members), frozenset(units)
    )


def rated(times: int, *ratings: int, help_=None, words="", blind=True, new=False):
    return [ServiceRating(ratings, help_, words, blind, new)] * times


def released(given, randomness=silent, policy=POLICY):
    (found,) = release_services([service()], {7: given}, policy, randomness=randomness)
    return found


def test_whoever_runs_a_service_does_not_rate_it():
    assert not service().is_rated_by(2, unit=5)
    assert service().is_rated_by(4, unit=5)


def test_a_service_of_some_departments_is_rated_there_only():
    assert service(units=(5, 6)).is_rated_by(4, unit=6)
    assert not service(units=(5, 6)).is_rated_by(4, unit=7)


def test_a_service_run_by_two_is_really_a_person():
    assert service(members=(1, 2)).is_a_person
    assert not service(members=(1, 2, 3)).is_a_person


def test_a_ballot_may_answer_about_asked_services_only():
    asked = questions_about([service()])

    assert asked.numbers["s7u"] == range(2)
    assert asked.numbers["s7q3"] == range(6)
    assert asked.numbers["s7h"] == range(11)
    assert asked.texts == {"s7c"}


def test_who_did_not_use_a_service_says_nothing_whatever_else_is_ticked():
    ballot = Ballot(further={"s7u": 0, "s7q1": 5, "s7h": 10})

    assert rating_in(ballot, service(), reads=False, is_new=False) is None
    ballot.further["s7u"] = 1
    found = rating_in(ballot, service(), reads=False, is_new=False)
    assert found == ServiceRating((5, 0, 0), 10)


def test_five_blind_raters_are_shown_and_four_are_not():
    four = released([*rated(4, 4, 5, 3), *rated(3, 4, 5, 3, blind=False)])
    five = released([*rated(5, 4, 5, 3, words="Fine."), *rated(1, 4, 5, 3, blind=False)])

    assert four.raters == Hidden(Reason.FEW_RATERS)
    assert four.means == (Hidden(Reason.FEW_RATERS),) * 3
    assert five.raters == 5
    assert [one.mean for one in five.means if isinstance(one, Shown)] == [4, 5, 3]
    assert five.words == ("Fine.",) * 5


def test_words_of_a_hidden_service_are_not_released():
    assert released(rated(4, 4, 5, 3, words="Only four.")).words == ()


def test_where_no_comments_are_asked_no_words_are_taken_or_released():
    silent_policy = ReleasePolicy(shows_comments=False)

    assert questions_about([service()], in_words=False).texts == frozenset()
    assert released(rated(9, 4, 4, 4, words="Old."), policy=silent_policy).words == ()


def test_a_leader_who_hears_comments_is_no_blind_rater_of_a_service():
    ballot = Ballot(further={"s7u": 1, "s7q1": 5})

    found = rating_in(ballot, service(), reads=True, is_new=False)

    assert found is not None
    assert not found.is_blind


def test_cannot_say_counts_for_no_statement():
    found = released([*rated(5, 4, 4, 4), *rated(3, 2, 0, 2)])

    assert isinstance(found.means[1], Shown)
    assert (found.means[1].mean, found.means[1].raters) == (4.0, 5)


def test_how_much_they_helped_is_shown_like_a_unit():
    assert released(rated(19, 4, 4, 4, help_=9)).helped == Hidden(Reason.FEW_RESPONDENTS)
    assert released(
        [*rated(19, 4, 4, 4, help_=9), *rated(1, 4, 4, 4, help_=9, new=True)]
    ).helped == Hidden(Reason.FEW_RESPONDENTS)
    helped = released([*rated(15, 4, 4, 4, help_=9), *rated(5, 4, 4, 4, help_=2)]).helped
    assert isinstance(helped, StanceCounts)
    assert (helped.respondents, helped.promoters, helped.detractors) == (20, 15, 5)


def test_every_released_mean_is_blurred_and_one_draw_is_common_to_all_of_a_service():
    given = rated(6, 3, 3, 3)
    means = [released(given, randomness=seeded(seed)).means for seed in range(300)]
    shifts = [[one.mean - 3 for one in row if isinstance(one, Shown)] for row in means]

    alike = sum(a * b for a, b, _ in shifts) / len(shifts)
    assert alike > 0.02  # the common draw has variance 1.5 / 36
    assert len({a for a, _, _ in shifts}) > 5


def test_a_stricter_policy_holds_for_services_as_well():
    strict = ReleasePolicy(blind_raters=8)

    assert released(rated(7, 4, 4, 4), policy=strict).raters == Hidden(Reason.FEW_RATERS)


def line(name: str, *means: float, before=None, error=0.1) -> ServiceLine:
    def shown(values):
        return tuple(Shown(value, 20, error) for value in values)

    nothing = Hidden("few")
    earlier = shown(before) if before else (None,) * len(means)
    return ServiceLine(
        id=1,
        name=name,
        owner="Owner",
        is_a_person=False,
        raters=20,
        statements=TEXTS[: len(means)],
        means=shown(means),
        before=earlier,
        helped=nothing,
    )


def test_services_are_told_apart_only_where_their_ranges_do_not_overlap():
    payroll, support = line("Payroll", 4.4, 4.0), line("IT support", 3.2, 3.8)

    assert clear_differences([payroll, support]) == [
        "“quick”: clearly more often said of Payroll than of IT support."
    ]


def test_it_is_said_why_a_service_stands_on_no_page_beside_others():
    alone = replace(line("Recruiting", 4.0), is_a_person=True)
    other = replace(line("Payroll", 4.0), is_a_person=True)

    assert kept_apart([line("IT support", 3.2)]) == ""
    assert kept_apart([line("IT support", 3.2), alone]) == (
        "Recruiting is not shown: fewer than three people run it, so the figures would be about "
        "a person. Only they and HR see them."
    )
    assert kept_apart([alone, other]).startswith(
        "Recruiting and Payroll are not shown: fewer than three people run each of them"
    )


def test_a_change_is_marked_where_it_is_more_than_chance():
    found = line("IT support", 3.2, 3.9, before=(3.2, 3.2))

    assert found.changes == (Direction.NONE, Direction.UP)


def test_a_service_without_any_number_is_named_with_its_reason():
    few, fewer = Hidden("fewer than 10 colleagues answered"), Hidden("fewer than 10 ratings")
    seen = line("IT support", 3.2, 3.8)

    assert replace(seen, raters=few, means=(few, few)).missing == f"IT support ({few.reason})"
    assert replace(seen, means=(fewer, fewer)).missing == f"IT support ({fewer.reason})"
    assert replace(seen, means=(seen.means[0], few)).missing == ""


def test_without_an_earlier_quarter_nothing_is_compared():
    assert line("IT support", 3.2).changes == (Direction.UNKNOWN,)


@pytest.mark.parametrize("seed", [1, 2])
def test_changes_of_a_service_that_did_not_change_are_rare(seed):
    draw = np.random.default_rng(seed)
    told = 0
    for _ in range(400):
        before, now = 3.5 + 0.1 * draw.normal(size=(2, 3))
        told += any(
            one is not Direction.NONE for one in line("A", *now, before=tuple(before)).changes
        )

    assert told / 400 <= 0.14


def helped(*, before=None, now=None):
    """A service whose 0-10 answers were these, of so many people each: (all, 9-10, 0-6)."""
    return replace(
        line("IT", 3.5),
        helped=StanceCounts(*now) if now else Hidden("few"),
        helped_before=StanceCounts(*before) if before else None,
    )


def test_a_score_of_help_moves_only_beyond_chance_and_where_both_quarters_have_one():
    much, little = (200, 150, 10), (200, 20, 140)

    assert helped(before=little, now=much).change_of_help is Direction.UP
    assert helped(before=much, now=little).change_of_help is Direction.DOWN
    assert helped(before=much, now=much).change_of_help is Direction.NONE
    assert helped(now=much).change_of_help is Direction.UNKNOWN
    assert helped(before=much).change_of_help is Direction.UNKNOWN


def test_a_statement_that_is_hidden_is_told_no_change_and_no_difference():
    shown = line("IT", 4.6, 3.0, before=(2.0, 3.0))
    hidden = replace(shown, name="Desk", means=(Hidden("few"), Hidden("few")))

    assert shown.words == ("clear rise", "–")
    assert hidden.words == ("–", "–")
    assert (shown.is_shown, hidden.is_shown) == (True, False)
    assert clear_differences([shown, hidden]) == []
