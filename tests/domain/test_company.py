"""The company's figures in words."""

import pytest

from app.domain.enps.score import ReleasedShares
from app.domain.enps.shifts import Certainty, Shift
from app.domain.release.policy import Hidden, Score, Shown
from app.domain.reports.company import (
    CompanyFigures,
    CompetencyMeans,
    Participation,
    StatementMean,
    signed,
)
from app.domain.statistics.differences import Change

SHARES = ReleasedShares(24, 50, 30, 20)
MINUS = "\u2212"


def figures(shares: ReleasedShares | Hidden, shift: Shift | None) -> CompanyFigures:
    return CompanyFigures(
        cycle_id=1,
        cycle_name="Q3 2026",
        is_published=True,
        shares=shares,
        shift=shift,
        trend=(),
        units=(),
        reasons=(),
        participation=None,
        competencies=(),
        comments=(),
    )


@pytest.mark.parametrize(
    ("points", "text"), [(25, "+25"), (0, "0"), (-7, MINUS + "7"), (-0.3, "0")]
)
def test_scores_carry_their_sign(points, text):
    assert signed(points) == text


@pytest.mark.parametrize(
    ("shift", "sentence"),
    [
        (Shift(Certainty.FIRST), "Our first eNPS is {}."),
        (
            Shift(Certainty.NONE, smallest=30),
            "Our eNPS is {}: no detectable shift since last quarter.",
        ),
        (
            Shift(Certainty.POSSIBLE, Change.UP, 30),
            "Our eNPS is {}: possible shift up, watch next quarter.",
        ),
        (
            Shift(Certainty.CLEAR, Change.DOWN, 30, against_base=True),
            "Our eNPS shows a clear shift down against the first four quarters: it is now {}.",
        ),
    ],
)
def test_the_finding_says_score_interval_and_shift_in_one_sentence(shift, sentence):
    low, high = SHARES.interval
    score = f"+30, likely between {signed(low)} and {signed(high)}"

    assert figures(SHARES, shift).finding == sentence.format(score)


def test_without_a_score_the_finding_says_why():
    found = figures(Hidden("fewer than 10 people answered"), None)

    assert found.finding == "There is no eNPS for Q3 2026: fewer than 10 people answered."
    assert found.one_answer == ""


def test_one_answer_is_told_in_points():
    assert "With 24 answers" in figures(SHARES, Shift(Certainty.FIRST)).one_answer
    assert "by 4.2 points" in figures(SHARES, Shift(Certainty.FIRST)).one_answer


def test_a_competency_has_a_mean_only_of_shown_statements():
    def line(number: int, score: Score) -> StatementMean:
        return StatementMean(number, "Does good things.", score)

    three, four = (Shown(mean, raters=200, standard_error=0.1) for mean in (3.0, 4.0))

    assert CompetencyMeans("Quality", (line(1, three), line(2, four))).mean == 3.5
    assert CompetencyMeans("Quality", (line(1, three), line(2, Hidden("few")))).mean is None
    assert CompetencyMeans("Quality", ()).mean is None


@pytest.mark.parametrize(
    ("invited", "sent", "rate"), [(24, 23, 96), (200, 1, 1), (25, 25, 100), (0, 0, 0)]
)
def test_participation_is_rounded_to_whole_percent(invited, sent, rate):
    assert Participation(invited, sent).rate == rate
