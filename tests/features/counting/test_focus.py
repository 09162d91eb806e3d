"""Two quarters of somebody who works on a behaviour: what is counted, and who reads it."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.cycles.models import Cycle, FocusQuestion
from app.domain.ballot.document import Comment, Rating
from app.domain.ballot.focus import FocusAnswer, Seen, help_kind
from app.domain.release.policy import ReleasePolicy
from app.infra import clock
from app.infra.db import db, transaction
from app.lifecycle.plan.fingerprint import frozen_digest
from app.people.models import Person
from app.questionnaires.models import Questionnaire
from app.reports.models import PlannedAction
from app.results.models import FocusResult, ReleasedComment
from app.results.services import erase_subject
from tests.browsing import Browser
from tests.factories import make_questionnaire
from tests.loop import planned
from tests.randomness import silent
from tests.whole_cycles import (
    AFTER_THE_CLOSE,
    answer,
    close,
    make_team,
    open_cycle,
    publish,
)

STATEMENT = 3
HELP = "Half an hour on Mondays without calls would help."
FOCUS = ReleasePolicy(asks_focus=True).as_dict()
TEAM = 14


def rated(review, value):
    return [
        Rating(colleague.person_id, number, value)
        for colleague in review.colleagues
        for number in range(1, 15)
    ]


def seen(subject_id, value):
    """What a rater answers: 4 everywhere, and `value` to the focus question."""

    def answers(review):
        yield from rated(review, 4)
        if subject_id in review.focus:
            yield FocusAnswer(subject_id, STATEMENT, int(value))
            yield Comment(subject_id, help_kind(STATEMENT), HELP)

    return answers


@pytest.fixture
def first(app, settings, scenes):
    """A published quarter of a team of 14; [1] plans to work on statement 3."""

    def play():
        questionnaire_id = make_questionnaire().id
        team = make_team(TEAM)
        with clock.travel(clock.now() - 6 * AFTER_THE_CLOSE):
            cycle_id = open_cycle(team, questionnaire_id=questionnaire_id)
            for person in team:
                answer(person, lambda review: rated(review, 3))
            close(cycle_id, randomness=silent)
            publish(cycle_id)
        planned(db.session.get_one(Person, 2), STATEMENT, asks_colleagues=True)

    scenes.begin("a team of 14 with a plan", settings, play)
    return list(db.session.scalars(select(Person).order_by(Person.id)))


def second_quarter(team, says, *, raters=TEAM):
    """The next quarter: so many of the team say what `says` tells of their place; its id."""
    questionnaire_id = db.session.scalars(select(Questionnaire.id)).one()
    with clock.travel(clock.now() - AFTER_THE_CLOSE):
        cycle_id = open_cycle(team, questionnaire_id=questionnaire_id, policy_terms=FOCUS)
        for place, person in enumerate(team[:raters]):
            answer(person, seen(team[1].id, says(place)))
        close(cycle_id, randomness=silent)
        publish(cycle_id)
    return cycle_id


def report(app, reader, cycle_id, subject):
    page = Browser(app, reader).get(f"/reports/{cycle_id}/{subject.id}").text
    return " ".join(page.split())


def rows():
    return [
        (row.statement, row.hidden, row.direction, row.raters)
        for row in db.session.scalars(select(FocusResult))
    ]


def test_the_report_tells_before_after_and_what_colleagues_see_in_that_order(app, first):
    cycle_id = second_quarter(first, lambda place: Seen.MORE if place % 3 else Seen.SAME)

    page = report(app, first[1], cycle_id, first[1])

    asked = "Compared with last quarter, do they see it less, the same or more?"
    told = [
        "Before, Q1 2026</dt> <dd> 3.0, likely",
        "After, Q2 2026</dt> <dd> 4.0, likely",
        f"{asked} 12 colleagues answered: most say more.",
        "Such impressions lean to the present",
    ]
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert "all" not in page[places[2] : places[3]].split()


def test_the_paper_tells_the_same(app, first):
    cycle_id = second_quarter(first, lambda _place: Seen.MORE)

    file = Browser(app, first[1]).get(f"/reports/{cycle_id}/{first[1].id}.pdf").data
    words = " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(file)).pages).split()
    )
    for told in (
        "Before: 3.0, likely",
        "After: 4.0, likely",
        "most say more",
        "lean to the present",
    ):
        assert told in words


def test_whatever_everybody_says_nobody_is_told_that_all_do(app, first):
    second_quarter(first, lambda _place: Seen.MORE)

    assert rows() == [(STATEMENT, None, "more", 12)]


def test_with_nine_answers_nothing_is_told_or_kept(app, first):
    # The manager, the subject and nine others send.
    cycle_id = second_quarter(first, lambda _place: Seen.MORE, raters=11)

    assert rows() == [(STATEMENT, "few_raters", None, None)]
    page = report(app, first[1], cycle_id, first[1])
    assert "What colleagues see is not told: fewer than 10 colleagues answered." in page
    assert "most say" not in page


def test_who_cannot_say_is_no_tenth_answer(app, first):
    second_quarter(first, lambda place: Seen.CANNOT_SAY if place > 10 else Seen.MORE)

    assert rows() == [(STATEMENT, "few_raters", None, None)]


def test_the_manager_reads_it_only_where_the_plan_is_shared(app, first):
    cycle_id = second_quarter(first, lambda _place: Seen.LESS)
    assert "most say less" in report(app, first[1], cycle_id, first[1])
    assert "say less" not in report(app, first[0], cycle_id, first[1])

    with transaction():
        db.session.scalars(select(PlannedAction)).one().is_shared = True

    assert "most say less" in report(app, first[0], cycle_id, first[1])


def test_what_would_help_stands_among_the_other_comments(app, first):
    second_quarter(first, lambda _place: Seen.MORE)

    found = db.session.scalars(select(ReleasedComment)).all()
    assert {(one.text, one.kind.value) for one in found} == {(HELP, "try")}


def test_after_the_count_nobody_can_tell_what_was_asked_about_whom(app, first):
    second_quarter(first, lambda _place: Seen.MORE)

    assert db.session.scalars(select(FocusQuestion)).all() == []


def test_it_is_erased_with_the_report(app, first):
    second_quarter(first, lambda _place: Seen.MORE)
    with transaction():
        erase_subject(first[1].id, by=None)

    assert rows() == []


def test_what_is_asked_belongs_to_what_raters_were_promised(app, first):
    questionnaire_id = db.session.scalars(select(Questionnaire.id)).one()
    cycle_id = open_cycle(first, questionnaire_id=questionnaire_id, policy_terms=FOCUS)
    promised = db.session.get_one(Cycle, cycle_id).frozen_hash
    with transaction():
        db.session.add(FocusQuestion(cycle_id=cycle_id, subject_id=first[2].id, statement=1))

    assert frozen_digest(db.session.get_one(Cycle, cycle_id)) != promised
