"""The company's figures in words."""

from dataclasses import replace

import pytest

from app.domain.enps.direct import DirectCounts
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
    UnitLine,
    units_beside,
)
from app.domain.reports.score_change import signed

MINUS = "\u2212"
NOW = StanceCounts(24, 12, 5)
"""Score +29."""
WITH_THEM = "With them, whatever they think, the printed score would lie between"
CHANCE = "the likely range, which is about chance, stays as wide."


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


def said(now: StanceCounts) -> str:
    """How the headline begins in every state."""
    low, high = map(signed, now.interval)
    return f"The score is {signed(now.score)}, likely {low} to {high}"


def test_a_change_that_may_be_chance_is_no_clear_difference():
    now = score(18)

    found = figures(score(-4), now)

    assert found.finding == f"{said(now)}: no clear difference from Q1 ({MINUS}4)."
    assert found.lead == ""


def test_two_quarters_below_an_older_one_are_named_after_the_doubt_of_the_latest():
    quarters = StanceCounts(23, 11, 2), StanceCounts(23, 5, 6), StanceCounts(23, 4, 8)

    found = figures(*quarters)

    assert found.finding == (
        f"The score is {MINUS}18, likely {MINUS}50 to +19: no clear difference from Q2 ({MINUS}4). "
        "The last two quarters together are perhaps lower than in Q1 (+39)."
    )


def test_what_could_be_told_from_chance_is_said_once_and_below():
    small, large = figures(score(0, 23), score(9, 23)), figures(score(10, 1200), score(4, 1200))

    assert small.telling.startswith("With 23 answers only a very large change can be told reliably")
    assert small.telling.endswith(" points or more.")
    assert large.telling.startswith("With 1,200 answers a change can be told reliably from chance")
    assert "told" not in small.finding + small.lead
    assert figures(score(9, 23)).telling == ""


def test_a_score_that_stays_is_said_to_stay():
    assert figures(score(10), score(10)).finding.endswith(": no clear difference from Q1 (+10).")
    assert figures(*[score(10)] * 3).finding == f"{said(score(10))}, as in Q2."


def test_a_quarter_that_comes_back_from_an_odd_one_is_not_called_chance():
    found = figures(*[score(20)] * 5, score(-20), score(24))

    assert found.finding == (
        f"{said(score(24))}: no clear difference from the four quarters before together (+10), "
        f"though Q6 alone was {MINUS}20."
    )


def test_a_possible_and_a_clear_shift_say_against_what():
    possible, clear = figures(*[score(0)] * 4, score(32)), figures(*[score(0)] * 4, score(60))
    base = "higher than in the four quarters before together (0)."

    assert possible.finding == f"{said(score(32))}: perhaps {base}"
    assert clear.finding == f"{said(score(60))}: clearly {base}"


def test_one_quarter_before_is_named():
    found = figures(score(60), score(-20))

    assert found.finding == f"{said(score(-20))}: clearly lower than in Q1 (+60)."


def test_a_shift_of_two_quarters_begins_with_the_latest():
    found = figures(*[score(0)] * 4, score(34), score(32))

    assert found.finding == (
        f"{said(score(32))}: no clear difference from Q5 (+34). The last two quarters together are "
        "clearly higher than in the four quarters before together (0)."
    )


def test_the_headline_says_where_those_who_stopped_answering_could_explain_it():
    now = StanceCounts(105, 55, 5)

    found = figures(*[score(0, 150)] * 4, now, invited=150)

    assert found.finding == (
        f"{said(now)}: clearly higher than in the four quarters before together (0), "
        "but 45 people fewer than usual answered, and that alone could explain it."
    )


@pytest.mark.parametrize(
    ("invited", "sentence"),
    [
        (24, ""),
        (
            25,
            f"One person did not answer. {WITH_THEM} +24 and +32; {CHANCE}",
        ),
        (
            26,
            f"Two people did not answer. {WITH_THEM} +19 and +35; {CHANCE}",
        ),
        (
            60,
            f"36 people did not answer. {WITH_THEM} {MINUS}48 and +72; {CHANCE}",
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


@pytest.mark.parametrize(
    ("direct", "said"),
    [
        (None, ""),
        (Hidden("few"), "There is nothing to show of the direct question: few."),
        (DirectCounts(40, more=20, less=3), "Asked directly, 40 people answered: +42, likely +16"),
        (
            DirectCounts(40, more=20, less=3),
            "+42 is the share of “more”, 50 %, minus the share of “less”, 8 %",
        ),
    ],
)
def test_the_direct_question_has_its_figure_beside_what_it_is(direct, said):
    found = replace(figures(NOW), direct=direct).asked_directly

    assert said in found
    assert bool(said) is bool(found)


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


def test_the_direct_question_is_explained_with_its_own_number():
    of_sixty = replace(figures(score(25)), direct=DirectCounts(60, 28, 3))

    assert of_sixty.direct_explained.startswith(
        "+42 is the share of “more”, 47 %, minus the share of “less”, 5 %. Such answers"
    )
    assert figures(score(25)).direct_explained == ""


def test_a_department_names_those_beside_it_where_they_are_few():
    def unit(number: int, depth: int, inside: int = 0) -> UnitLine:
        return UnitLine(number, f"U{number}", depth, score(25), inside)

    tree = [unit(1, 1, inside=3), unit(2, 2), unit(3, 2, inside=1), unit(4, 3), unit(5, 1)]
    many = [unit(number, 1) for number in range(1, 15)]

    def numbers(units: list[UnitLine], number: int) -> list[int]:
        return [one.number for one in units_beside(units, number)]

    assert numbers(tree, 1) == [5]
    assert numbers(tree, 2) == [3]
    assert numbers(tree, 4) == []
    assert numbers(tree, 99) == []
    assert numbers(many, 1) == []
    assert len(numbers(many[:13], 1)) == 12
