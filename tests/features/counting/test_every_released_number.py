"""A company of twenty-two fills in ballots set by hand; every released number is compared.

The expectation is worked out from the ballots with exact fractions and plain loops, sharing
no code with the count. The source of randomness is silent here: noise has tests of its own.
"""

from fractions import Fraction
from math import floor, sqrt

import pytest
from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.ballot.document import (
    Comment,
    EnpsCommentChange,
    EnpsReasonsChange,
    EnpsScoreChange,
    Own,
    Rating,
)
from app.domain.enps.stances import Stance
from app.enps.models import EnpsComment as ReleasedEnpsComment
from app.enps.models import EnpsMention
from app.enps.models import EnpsScore as ReleasedEnps
from app.infra.db import db
from app.people.models import Person
from app.results.models import (
    AboutCycle,
    CompanyScore,
    CycleTotals,
    RaterGroup,
    ReleasedComment,
    SelfAnswer,
    StatementScore,
    SubjectResult,
)
from tests.randomness import silent
from tests.whole_cycles import answer, close, make_team, open_cycle

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


def play():
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
            yield EnpsScoreChange(ENPS[number])
            yield EnpsReasonsChange(("pay",) if number % 2 else ("pay", "growth"))
            yield EnpsCommentChange("Fine here.")

        answer(person, answers)
    close(cycle_id, randomness=silent)


@pytest.fixture
def counted(app, settings, scenes):
    scenes.begin("a team whose every rating is known was counted", settings, play)
    people = db.session.scalars(select(Person.id).order_by(Person.id))
    place = {person_id: number for number, person_id in enumerate(people)}
    return db.session.scalars(select(Cycle.id)).one(), place


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


def expected_shares(found: list[int], blind: int) -> list[int | None]:
    if blind < 30:
        return [None] * 3
    low, high = (
        half_up(Fraction(100 * sum(values), len(found)), Fraction(1))
        for values in ([v < 3 for v in found], [v > 3 for v in found])
    )
    return [int(low), int(100 - low - high), int(high)]


def test_every_statement_score_of_every_subject(counted):
    cycle_id, place = counted
    scores = db.session.scalars(select(StatementScore).filter_by(cycle_id=cycle_id)).all()

    colleagues = [score for score in scores if score.view is RaterGroup.COLLEAGUES]
    assert len(colleagues) == PEOPLE * 14
    hidden = 0
    for score in colleagues:
        subject = place[score.subject_id]
        found = ratings_about(subject, score.statement)
        blind = blind_ratings(subject, score.statement)
        if blind < 5:
            hidden += 1
            assert (score.mean, score.raters, score.share_low) == (None,) * 3
            continue
        assert score.mean == float(half_up(Fraction(sum(found), len(found)), Fraction(1, 10)))
        assert score.raters == blind
        assert [score.share_low, score.share_middle, score.share_high] == expected_shares(
            found, blind
        )
    assert hidden < len(colleagues)


def test_the_managers_people_have_no_second_view_and_neither_has_the_manager(counted):
    """Everybody else reports to the manager, so there are no five others beside them."""
    cycle_id, _ = counted

    views = db.session.scalars(select(StatementScore.view).filter_by(cycle_id=cycle_id))

    assert set(views) == {RaterGroup.COLLEAGUES}


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
        weights = {subject: blind_ratings(subject, mean.statement) for subject in shown}
        total = sum(
            weights[subject] * half_up(Fraction(sum(found), len(found)), Fraction(1, 10))
            for subject, found in shown.items()
        )
        raters = sum(weights.values())
        assert mean.mean == float(half_up(Fraction(total, raters), Fraction(1, 10)))
        assert mean.raters == raters
        spread = db.session.get_one(AboutCycle, cycle_id)
        rating = spread.between_raters + spread.within_raters
        errors = [rating / k + (3 + 1 / 12) / k**2 + 0.01 / 12 for k in weights.values()]
        squares = sum(k**2 * error for k, error in zip(weights.values(), errors, strict=True))
        assert mean.standard_error == pytest.approx(sqrt(squares / raters**2 + 0.01 / 12))
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


def test_the_enps_of_the_company_and_who_named_what(counted):
    cycle_id, _ = counted

    cells = db.session.scalars(select(ReleasedEnps).filter_by(cycle_id=cycle_id)).all()

    company = next(cell for cell in cells if cell.unit_number == 0)
    assert company.respondents == PEOPLE
    assert (company.promoters, company.detractors) == (11, 5)
    mentions = db.session.scalars(select(EnpsMention).filter_by(cycle_id=cycle_id)).all()
    assert {one.side for one in mentions} == {Stance.PROMOTER, Stance.DETRACTOR}
    pay = {one.side: one.mentions for one in mentions if one.reason == "pay"}
    assert pay == {Stance.PROMOTER: 11, Stance.DETRACTOR: 5}
    comments = db.session.scalars(select(ReleasedEnpsComment).filter_by(cycle_id=cycle_id)).all()
    assert [one.text for one in comments] == ["Fine here."] * PEOPLE


def test_the_totals_reconcile(counted):
    cycle_id, _ = counted

    totals = db.session.get_one(CycleTotals, cycle_id)

    assert (totals.invited, totals.sent, totals.counted) == (PEOPLE,) * 3
