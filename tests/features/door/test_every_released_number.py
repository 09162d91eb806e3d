"""A company of twenty-two fills in ballots set by hand; every released number is compared.

The expectation is worked out from the ballots with exact fractions and plain loops, sharing
no code with the count.
"""

from fractions import Fraction
from math import ceil, floor, sqrt

import pytest
from scipy.stats import t
from sqlalchemy import select

from app.domain.ballot.document import Comment, EnpsComment, EnpsReasons, EnpsScore, Own, Rating
from app.domain.release.policy import Grain, Observed
from app.enps.models import EnpsComment as ReleasedEnpsComment
from app.enps.models import EnpsReason
from app.enps.models import EnpsScore as ReleasedEnps
from app.infra.db import db
from app.results.models import (
    CompanyScore,
    CycleTotals,
    ReleasedComment,
    SelfAnswer,
    StatementScore,
    SubjectResult,
    View,
)
from tests.rounds import answer, close, make_team, open_cycle

STATEMENTS = range(1, 15)
PEOPLE = 22
ENPS = [10, 9, 9, 10, 9, 8, 7, 8, 6, 3, 0, 9, 9, 10, 9, 7, 8, 7, 2, 9, 10, 5]
"""11 promoters, 6 passives, 5 detractors."""


def rating(rater: int, subject: int, statement: int) -> int:
    """0 is "not observed"; people are numbered from 0, the manager being 0."""
    return (rater * 5 + subject * 3 + statement * (rater + 1)) % 6


def own(person: int, statement: int) -> int:
    return 1 + (person + statement) % 5


def half_up(value: Fraction, step: Fraction) -> Fraction:
    return floor(value / step + Fraction(1, 2)) * step


@pytest.fixture
def counted(app):
    people = make_team(PEOPLE)
    place = {person.id: number for number, person in enumerate(people)}
    cycle_id = open_cycle(people)
    for number, person in enumerate(people):

        def answers(review, number=number):
            for colleague in review.colleagues:
                subject = place[colleague.person_id]
                for s in STATEMENTS:
                    yield Rating(colleague.person_id, s, rating(number, subject, s))
                yield Comment(colleague.person_id, "keep", f"Words about {subject}.")
            for s in STATEMENTS:
                yield Own(s, own(number, s))
            yield EnpsScore(ENPS[number])
            yield EnpsReasons(("pay",) if number % 2 else ("pay", "growth"))
            yield EnpsComment("Fine here.")

        answer(person, answers)
    close(cycle_id)
    return cycle_id, place


def ratings_about(subject: int, statement: int, raters=range(PEOPLE)) -> list[int]:
    found = [rating(rater, subject, statement) for rater in raters if rater != subject]
    return [value for value in found if value]


def blind_ratings(subject: int, statement: int) -> int:
    """How many ratings the manager, who reads the report of everybody else, did not give."""
    return len(ratings_about(subject, statement, range(1 if subject else 0, PEOPLE)))


def shown_about(statement: int) -> dict[int, list[int]]:
    """The ratings of everybody whose score of this statement is released."""
    return {
        subject: ratings_about(subject, statement)
        for subject in range(PEOPLE)
        if blind_ratings(subject, statement) >= 5
    }


def variance(statement: int) -> Fraction:
    """Within-subject variance of the company, pooled over subjects whose score is released."""
    squares, freedom = Fraction(0), 0
    for found in shown_about(statement).values():
        mean = Fraction(sum(found), len(found))
        squares += sum((value - mean) ** 2 for value in found)
        freedom += len(found) - 1
    return max(squares / freedom, Fraction(1, 4))  # never so small that it shows agreement


def spread(found: list[int]) -> Fraction:
    """Plain sample variance."""
    mean = Fraction(sum(found), len(found))
    return sum(((value - mean) ** 2 for value in found), Fraction(0)) / (len(found) - 1)


GRAINS = (  # from so many blind ratings on: grain, step, lowest and highest value
    (20, Grain.TENTH, Fraction(1, 10), Fraction(6, 5), Fraction(24, 5)),
    (15, Grain.FIFTH, Fraction(1, 5), Fraction(6, 5), Fraction(24, 5)),
    (7, Grain.HALF, Fraction(1, 2), Fraction(3, 2), Fraction(9, 2)),
    (5, Grain.WHOLE, Fraction(1), Fraction(2), Fraction(4)),
)


def released(mean: Fraction, blind: int) -> tuple[Grain, Fraction, Fraction]:
    """Grain, step and released value of a mean."""
    _, grain, step, least, most = next(row for row in GRAINS if blind >= row[0])
    return grain, step, min(max(half_up(mean, step), least), most)


def expected_mean(found: list[int], blind: int) -> tuple[Grain, Fraction, Fraction]:
    return released(Fraction(sum(found), len(found)), blind)


def middle_of_totals(found: list[int], blind: int) -> Fraction:
    """The middle of all totals of as many ratings that would have been released as the same."""
    k = len(found)
    seen = expected_mean(found, blind)
    alike = [total for total in range(k, 5 * k + 1) if released(Fraction(total, k), blind) == seen]
    return Fraction(min(alike) + max(alike), 2)


def expected_shares(found: list[int], blind: int) -> list[int | None]:
    if blind < 20:
        return [None] * 3
    step = 1 if blind >= 100 else 10 if blind >= 30 else 20
    bins = [sum(v < 3 for v in found), found.count(3), sum(v > 3 for v in found)]
    shares = [int(half_up(Fraction(100 * b, len(found)), Fraction(step))) for b in bins]
    if max(shares) >= 90:
        return [90 if share >= 90 else 0 for share in shares]
    return list(shares)


def test_every_statement_score_of_every_subject(counted):
    cycle_id, place = counted
    scores = db.session.scalars(select(StatementScore).filter_by(cycle_id=cycle_id)).all()

    colleagues = [score for score in scores if score.view is View.COLLEAGUES]
    assert len(colleagues) == PEOPLE * 14
    hidden = 0
    for score in colleagues:
        subject = place[score.subject_id]
        found = ratings_about(subject, score.statement)
        blind = blind_ratings(subject, score.statement)
        if blind < 5:
            hidden += 1
            assert (score.mean, score.low, score.high, score.share_low) == (None,) * 4
            continue
        grain, step, mean = expected_mean(found, blind)
        half = 1.96 * sqrt(variance(score.statement) / blind + step**2 / 12)
        assert score.grain is grain
        assert score.mean == float(mean)
        low = floor((float(mean) - half) / float(step) + 1e-9) * float(step)
        high = ceil((float(mean) + half) / float(step) - 1e-9) * float(step)
        assert score.low == pytest.approx(max(1, low), abs=1e-9)
        assert score.high == pytest.approx(min(5, high), abs=1e-9)
        assert [score.share_low, score.share_middle, score.share_high] == expected_shares(
            found, blind
        )
        asked = PEOPLE - 1 if subject == 0 else PEOPLE - 2
        unobserved = asked - blind
        band = Observed.SOME if unobserved else Observed.NONE
        assert score.not_observed is (Observed.MANY if unobserved > asked / 2 else band)
    assert hidden < len(colleagues)


def test_the_managers_people_have_no_second_view_and_neither_has_the_manager(counted):
    """Everybody else reports to the manager, so there are no five others beside them."""
    cycle_id, _ = counted

    views = db.session.scalars(select(StatementScore.view).filter_by(cycle_id=cycle_id))

    assert set(views) == {View.COLLEAGUES}


def test_the_number_of_raters_is_one_total_of_those_who_cannot_read_the_report(counted):
    cycle_id, place = counted

    results = db.session.scalars(select(SubjectResult).filter_by(cycle_id=cycle_id)).all()

    # Everybody but the subject; without the manager, who reads the reports of the others.
    assert {place[one.subject_id]: one.raters for one in results} == {0: 21} | dict.fromkeys(
        range(1, PEOPLE), 20
    )


def test_the_companys_means(counted):
    cycle_id, _ = counted
    means = db.session.scalars(select(CompanyScore).filter_by(cycle_id=cycle_id)).all()

    assert len(means) == 14
    for mean in means:
        shown = shown_about(mean.statement)
        found = [value for ratings in shown.values() for value in ratings]
        total = sum(
            middle_of_totals(ratings, blind_ratings(subject, mean.statement))
            for subject, ratings in shown.items()
        )
        grain, step, expected = released(Fraction(total, len(found)), len(found))
        assert (mean.grain, mean.mean) == (grain, float(expected))
        freedom = 8 + len(found) - 1
        blended = (8 * variance(mean.statement) + (len(found) - 1) * spread(found)) / freedom
        half = t.ppf(0.975, freedom) * sqrt(blended / len(found))
        low = floor((float(expected) - half) / float(step) + 1e-9) * float(step)
        high = ceil((float(expected) + half) / float(step) - 1e-9) * float(step)
        assert mean.low == pytest.approx(max(1, low), abs=1e-9)
        assert mean.high == pytest.approx(min(5, high), abs=1e-9)
        own_mean = Fraction(sum(own(person, mean.statement) for person in range(PEOPLE)), PEOPLE)
        assert mean.own_mean == pytest.approx(float(own_mean), abs=0.0501)


def test_own_answers_stay_with_their_subject(counted):
    cycle_id, place = counted

    answers = db.session.scalars(select(SelfAnswer).filter_by(cycle_id=cycle_id)).all()

    assert len(answers) == PEOPLE * 14
    assert all(one.answer == own(place[one.subject_id], one.statement) for one in answers)


def test_comments_are_pooled_per_subject(counted):
    cycle_id, place = counted

    comments = db.session.scalars(select(ReleasedComment).filter_by(cycle_id=cycle_id)).all()

    assert len(comments) == PEOPLE * (PEOPLE - 1)
    assert all(one.text == f"Words about {place[one.subject_id]}." for one in comments)
    assert len({one.id for one in comments}) == len(comments)


def test_the_enps_of_the_company_from_its_released_shares(counted):
    cycle_id, _ = counted

    cells = db.session.scalars(select(ReleasedEnps).filter_by(cycle_id=cycle_id)).all()

    company = next(cell for cell in cells if cell.unit_number == 0)
    # 11, 6 and 5 of 22 are 50, 27.3 and 22.7 %: in twenties, with the largest remainder
    assert company.respondents == PEOPLE
    assert (company.promoters, company.passives, company.detractors) == (60, 20, 20)
    reasons = db.session.scalars(select(EnpsReason).filter_by(cycle_id=cycle_id)).all()
    assert reasons == []  # fewer than 25 answered
    comments = db.session.scalars(select(ReleasedEnpsComment).filter_by(cycle_id=cycle_id)).all()
    assert [one.text for one in comments] == ["Fine here."] * PEOPLE


def test_the_totals_reconcile(counted):
    cycle_id, _ = counted

    totals = db.session.get_one(CycleTotals, cycle_id)

    assert (totals.invited, totals.sent, totals.counted) == (PEOPLE,) * 3
