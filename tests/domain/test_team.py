"""A team's report: from printed scores of at least five people, and from nothing else."""

from datetime import date
from math import floor, sqrt

import pytest

from app.domain.release.policy import Hidden, Shares, Shown
from app.domain.reports.measured import Measured
from app.domain.reports.noteworthy import is_clear
from app.domain.reports.team import ALWAYS, TeamCover, TeamQuarter, compose_team, team_score
from app.domain.reports.wording import NOT_COMPARABLE
from app.domain.statistics.differences import Direction

COVER = TeamCover("Nordlicht", "Bob Baker", date(2026, 10, 5))
TEXTS = [f"Does good thing number {n}." for n in range(1, 15)]
IDENTITIES = tuple(f"identity {n}" for n in range(1, 15))
COMPANY = [Shown(3.7, raters=300, standard_error=0.1)] * 14


def shown(mean, shares=None, half=0.3):
    return Shown(mean, raters=12, standard_error=half / 1.96, shares=shares)


def released(scores):
    """The team's score, which has to be shown."""
    score = team_score(scores)
    assert isinstance(score, Shown)
    return score


def quarter(name, *members):
    """Each member is one mean for all statements, or a list of scores."""
    scores = [m if isinstance(m, list) else [shown(m)] * 14 for m in members]
    return TeamQuarter(name, TEXTS, IDENTITIES, [Measured(one) for one in scores])


def same(mean):
    return [Measured([shown(mean)] * 14)] * 5


def composed(*quarters):
    return compose_team(COVER, quarters, competencies=["Quality"] * 14, company=COMPANY)


def test_the_score_of_a_team_is_the_mean_of_released_means():
    score = released([shown(mean) for mean in (3.0, 3.5, 4.0, 4.5, 3.2)])

    assert score.mean == 3.6
    assert score.low <= 3.6 <= score.high


def test_four_people_have_no_team_score():
    score = team_score([*[shown(3.5)] * 4, Hidden("few")])

    assert isinstance(score, Hidden)
    assert score.reason == "fewer than 5 people have a score"


def test_a_threshold_below_five_is_not_obeyed():
    assert isinstance(team_score([shown(3.5)] * 4, smallest=3), Hidden)


def test_a_stricter_threshold_is_obeyed():
    assert isinstance(team_score([shown(3.5)] * 6, smallest=7), Hidden)


def test_the_teams_error_is_that_of_its_members_and_of_printing():
    score = released([shown(3.5, half=0.5)] * 6)

    assert score.raters == 6 * 12
    assert score.standard_error == pytest.approx(sqrt((0.5 / 1.96) ** 2 / 6 + 0.01 / 12))


def test_a_team_score_tells_nothing_that_its_members_printed_scores_do_not():
    means = [3.1, 3.4, 4.2, 4.4, 2.8, 3.7]

    assert released([shown(mean) for mean in means]).mean == floor(sum(means) / 6 * 10 + 0.5) / 10


def test_the_distribution_of_a_team_is_the_mean_of_those_released():
    parts = [Shares(4, 20, 76), Shares(20, 20, 60), Shares(3, 40, 57), Shares(20, 40, 40)]
    scores = [shown(3.6, shares=one) for one in (*parts, Shares(0, 20, 80))]

    assert released(scores).shares == Shares(9, 28, 63)


def test_four_distributions_make_none():
    scores = [*[shown(3.6, shares=Shares(0, 20, 80))] * 4, shown(3.6)]

    assert released(scores).shares is None


def test_quarters_stand_beside_each_other_and_a_new_statement_has_no_past():
    before = TeamQuarter("Q1", TEXTS, (*IDENTITIES[:13], "another"), same(3.0))
    report = composed(before, quarter("Q2", *[3.1] * 5))

    assert report.quarters == ("Q1", "Q2")
    assert [score.mean for score in report.lines[0].quarters] == [3.0, 3.1]
    assert report.lines[13].quarters[0] == NOT_COMPARABLE
    assert report.lines[13].line.change is Direction.UNKNOWN


def test_a_move_beyond_chance_is_said_and_asked_about():
    certain = [shown(4.5, half=0.1)] * 14
    changed = [shown(3.0, half=0.1), *certain[1:]]
    report = composed(quarter("Q1", *[certain] * 8), quarter("Q2", *[changed] * 8))

    assert report.finding == (
        "One statement moved since last quarter by more than chance explains. "
        "Low for this team beside its other statements: “Does good thing number 1”."
    )
    assert "seen less often than last quarter" in report.questions[0]
    assert TEXTS[0].rstrip(".") in report.questions[0]


def test_the_whole_team_is_told_first_when_all_statements_moved():
    report = composed(quarter("Q1", *[3.5] * 6), quarter("Q2", *[4.3] * 6))

    assert report.finding == (
        "On the whole, colleagues see these behaviours more often than last quarter."
    )


def test_what_is_hard_for_the_whole_company_is_no_teams_weakness():
    low = [shown(2.6), *[shown(3.7)] * 13]
    hard = [Shown(2.6, raters=300, standard_error=0.1), *COMPANY[1:]]

    beside = compose_team(
        COVER, [quarter("Q1", *[low] * 6)], competencies=["Quality"] * 14, company=hard
    )

    assert composed(quarter("Q1", *[low] * 6)).lines[0].line.stands_out is Direction.DOWN
    assert beside.lines[0].line.stands_out is Direction.NONE
    assert "taken off" in beside.notes[-1]


def test_of_many_statements_that_differ_the_three_furthest_from_the_others_are_named():
    means = [2.0, 2.2, 4.6, 4.8, *[3.1] * 4, *[3.9] * 4, 3.5, 3.5]
    report = composed(quarter("Q1", *[[shown(mean, half=0.05) for mean in means]] * 8))

    assert report.finding == (
        "High for this team beside its other statements: “Does good thing number 4”. "
        "Low: “Does good thing number 1”, “Does good thing number 2”."
    )
    assert sum(is_clear(one.line.stands_out) for one in report.lines) == 3


def test_without_the_companys_averages_the_notes_say_what_that_means():
    report = compose_team(
        COVER,
        [quarter("Q1", *[3.5] * 6)],
        competencies=["Quality"] * 14,
        company=[Hidden("few")] * 14,
    )

    assert "everybody finds hard may be named" in report.notes[-1]


def test_where_nothing_moved_the_team_reads_so():
    report = composed(*[quarter(f"Q{n}", *[3.5] * 6) for n in range(3)])

    assert report.finding == (
        "Nothing moved clearly since the quarters before, and no statement differs from the rest."
    )


def test_there_are_always_three_questions_and_no_verdict_without_reason():
    report = composed(quarter("Q1", *[3.5] * 6))

    assert report.questions == ALWAYS
    assert report.finding == "No statement differs clearly from the others."


def test_a_team_without_scores_says_so():
    hidden = [[Hidden("few")] * 14] * 5

    assert composed(quarter("Q1", *hidden)).finding.startswith("No scores of this team")


def test_names_and_ranks_have_no_place_in_it():
    report = composed(quarter("Q1", *[3.5] * 6))

    fields = set(report.__dataclass_fields__) | set(report.lines[0].__dataclass_fields__)
    assert fields.isdisjoint({"names", "people", "rank", "best", "subjects"})
    assert report.members == 6
