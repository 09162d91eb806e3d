"""The company's figures in words."""

import pytest

from app.domain.enps.score import StanceCounts, together
from app.domain.enps.shifts import shift_in
from app.domain.release.policy import Hidden, Score, Shown
from app.domain.reports.company import (
    CompanyFigures,
    CompetencyMeans,
    ParticipationFigures,
    Rankings,
    ScoreQuarter,
    StatementMean,
)
from app.domain.reports.score_change import signed

MINUS = "\u2212"
NOW = StanceCounts(24, 12, 5)
"""Score +29."""


def figures(*quarters: StanceCounts | Hidden, invited: int | None = None) -> CompanyFigures:
    """Of the last of some quarters, each of which asked those who answered unless `invited`."""
    trend = [
        ScoreQuarter(
            number,
            f"Q{number}",
            one,
            invited or (one.respondents if isinstance(one, StanceCounts) else 0),
        )
        for number, one in enumerate(quarters, 1)
    ]
    shown = [one.shown for one in trend if one.shown]
    return CompanyFigures(
        cycle_id=len(trend),
        cycle_name="Q3 2026",
        is_published=True,
        shift=shift_in(shown) if trend[-1].shown else None,
        trend=tuple(trend),
        units=(),
        rankings=None,
        participation=None,
        competencies=(),
    )


def score(points: int, people: int = 50) -> StanceCounts:
    """Exactly this score, two fifths of the people passive."""
    more = round(people * points / 100)
    detractors = max(0, -more, round((people * 0.6 - more) / 2))
    return StanceCounts(people, detractors + more, detractors)


@pytest.mark.parametrize(
    ("points", "text"), [(25, "+25"), (0, "0"), (-7, MINUS + "7"), (-0.3, "0")]
)
def test_scores_carry_their_sign(points, text):
    assert signed(points) == text


def test_a_first_score_comes_with_its_range():
    low, high = NOW.interval

    found = figures(NOW)

    assert found.finding == f"Our first score is +29, likely {signed(low)} to {signed(high)}."
    assert found.lead == "Changes can be told from the next quarter on."


def test_the_latest_change_is_named_first_and_may_be_chance():
    found = figures(score(-4), score(18))

    assert found.finding == (
        f"The score rose from {MINUS}4 to +18, which in a company of our size could be chance."
    )
    assert "With 50 answers, a difference of" in found.lead
    assert "would be called clear in four of five cases" in found.lead


def test_a_large_company_is_not_told_that_it_is_small():
    found = figures(score(10, 200), score(4, 200))

    assert found.finding == "The score fell from +10 to +4, which could be chance."


def test_a_score_that_stays_is_said_to_stay():
    assert figures(score(10), score(10)).finding == "The score stayed at +10."


def test_a_quarter_that_comes_back_from_an_odd_one_is_not_called_chance():
    found = figures(*[score(20)] * 5, score(-20), score(24))

    assert found.finding == f"The score rose from {MINUS}20 to +24, back among the quarters before."


def test_a_possible_and_a_clear_shift_say_against_what():
    possible, clear = figures(*[score(0)] * 4, score(32)), figures(*[score(0)] * 4, score(60))

    assert possible.finding == (
        "The score rose from 0 to +32. It is possibly higher than in the four quarters before (0)."
    )
    assert clear.finding == (
        "The score rose from 0 to +60. It is clearly higher than in the four quarters before (0)."
    )


def test_one_quarter_before_is_one_quarter():
    found = figures(score(60), score(-20))

    assert found.finding.endswith("It is clearly lower than in the quarter before (+60).")


def test_a_shift_of_two_quarters_names_the_latest_change_first():
    found = figures(*[score(0)] * 4, score(34), score(32))

    assert found.finding == (
        "The score fell from +34 to +32. The last two quarters together are clearly higher than "
        "in the four quarters before (0)."
    )


def test_the_headline_says_where_those_who_stopped_answering_could_explain_it():
    found = figures(*[score(0, 150)] * 4, StanceCounts(105, 55, 5), invited=150)

    assert found.finding == (
        "The score rose from 0 to +47. It is clearly higher than in the four quarters before (0), "
        "but 45 people fewer than usual answered, and that alone could explain it."
    )


@pytest.mark.parametrize(
    ("invited", "sentence"),
    [
        (24, ""),
        (
            25,
            "One person did not answer. Whatever that person thinks, the score would lie "
            "between +24 and +32.",
        ),
        (
            26,
            "Two people did not answer. Whatever they think, the score would lie "
            "between +19 and +35.",
        ),
        (
            60,
            "36 people did not answer. Whatever they think, the score would lie "
            f"between {MINUS}48 and +72.",
        ),
    ],
)
def test_how_far_the_silent_could_move_the_score(invited, sentence):
    assert figures(NOW, invited=invited).silent == sentence


def test_below_100_answers_up_to_four_quarters_stand_together():
    four = figures(*[score(10, 40)] * 5)

    assert four.together == together([score(10, 40)] * 4)
    assert four.together_name == "Last four together"
    assert figures(*[score(10, 40)] * 2).together_name == "Last two together"
    assert figures(score(10, 40)).together is None
    assert figures(*[score(10, 100)] * 4).together is None


def test_without_a_score_the_finding_says_why():
    found = figures(NOW, Hidden("fewer than 20 people answered"))

    assert found.finding == "There is no eNPS for Q3 2026: fewer than 20 people answered."
    assert found.lead == found.silent == ""
    assert found.together is None


def test_reasons_say_whose_they_are():
    assert Rankings((), (), 70, 1).source.startswith("70 answers of this quarter")
    assert Rankings((), (), 104, 4).source.startswith("104 answers of the last four quarters")


def test_a_competency_has_a_mean_only_of_shown_statements():
    def line(number: int, score: Score) -> StatementMean:
        return StatementMean(number, f"{number:032x}", "Does good things.", score)

    three, four = (Shown(mean, raters=200, standard_error=0.1) for mean in (3.0, 4.0))

    assert CompetencyMeans("Quality", (line(1, three), line(2, four))).mean == 3.5
    assert CompetencyMeans("Quality", (line(1, three), line(2, Hidden("few")))).mean is None
    assert CompetencyMeans("Quality", ()).mean is None


@pytest.mark.parametrize(
    ("invited", "sent", "rate"), [(24, 23, 96), (200, 1, 1), (25, 25, 100), (0, 0, 0)]
)
def test_participation_is_rounded_to_whole_percent(invited, sent, rate):
    assert ParticipationFigures(invited, sent).rate == rate
