"""Sentences that depend on what is there: readers, outcomes, services, departments, policies."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.access import Actor, Permission, ServiceAccess, is_allowed
from app.domain.count.spread_of_cycle import _Sums as Sums
from app.domain.errors import PlanRefusedError
from app.domain.internal_services.comparing import clear_changes
from app.domain.release.policy import Hidden, ReleasePolicy, Shown
from app.domain.reports import words
from app.domain.reports.action_plan import Action, Going, LookBack
from app.domain.reports.board import MovedStatement
from app.domain.reports.readers import Reader, readers_sentence
from app.domain.reports.voice import Voice
from app.domain.statistics.differences import CHANGE_IN_WORDS, Direction
from app.domain.statistics.spread import PRIOR
from app.domain.unit_questions.asked import AnswerKind, UnitQuestion
from tests.domain.test_company import figures, score
from tests.domain.test_services import line
from tests.samples import statement

HR, OWNER = Reader("Hanna Hill", is_hr=True), Reader("Bob Baker", is_hr=False)


@pytest.mark.parametrize(
    ("readers", "sentence"),
    [
        ([], "You read this report, and nobody else does."),
        ([OWNER], "You read this report, and so does Bob Baker. HR does not."),
        ([OWNER, HR], "You read this report, and so do Bob Baker and Hanna Hill."),
        (
            [OWNER, OWNER, OWNER, OWNER],
            "You read this report, and so do Bob Baker, Bob Baker and two others. HR does not.",
        ),
    ],
)
def test_whoever_reads_a_report_is_named(readers, sentence):
    assert readers_sentence(Voice("Alice"), readers) == sentence


def test_hr_of_the_opening_reads_what_is_said_of_a_service_before_it_is_published():
    access = ServiceAccess(frozenset({2}), frozenset({3}), is_published=False)

    assert is_allowed(Actor(3, is_hr=True), Permission.SERVICE_READ, access)
    assert not is_allowed(Actor(4, is_hr=True), Permission.SERVICE_READ, access)
    assert not is_allowed(Actor(2), Permission.SERVICE_READ, access)


def test_a_report_for_the_person_alone_is_not_read_by_hr():
    with pytest.raises(PlanRefusedError, match="HR cannot read it"):
        ReleasePolicy(subject_reads_alone=True, hr_reads_reports=True)


def test_a_clear_change_of_a_service_is_one_sentence_and_others_are_none():
    found = clear_changes([line("IT support", 3.2, 3.9, before=(3.2, 3.2))])

    assert len(found) == 1
    assert found[0].startswith("IT support, “")
    assert CHANGE_IN_WORDS[Direction.UP] in found[0]


def test_a_statement_without_scores_this_quarter_says_why_after_a_plan():
    hidden = replace(statement(1), colleagues=Hidden("few"))

    assert words.outcome_words(hidden).startswith("Not shown this quarter: ")
    assert hidden.unrated_by == 0


def test_a_change_that_the_board_reads_passes_no_verdict():
    change = MovedStatement("Notes reach us.", Shown(3.0, 9, 0.1), Shown(3.6, 9, 0.1), Direction.UP)

    assert change.words == CHANGE_IN_WORDS[Direction.UP]


def test_a_look_back_says_what_the_person_said_on_the_way_and_nothing_where_nobody_was_asked():
    item = Action(
        statement=1,
        text="Asks early.",
        behaviour="Ask",
        situation="at noon",
        first_step="Write the first one.",
        helper="",
        sign="a note",
        review_on=date(2026, 12, 1),
    )
    silent = LookBack("Q3", item, "It stayed.")
    told = replace(silent, item=replace(item, going=next(iter(Going))))

    assert (silent.impression_words, silent.going_words) == ("", "")
    assert told.going_words == told.going_words.lower() != ""


def test_nothing_is_said_of_changes_or_departments_where_there_are_none():
    hidden = figures(Hidden("few"))

    assert hidden.telling == ""
    assert figures(score(25)).hidden_units == ""


def test_a_departments_question_says_how_it_is_answered():
    def asked(kind):
        return UnitQuestion(1, "Sales", kind, "Are notes read?", 2, frozenset({1})).answered

    assert [asked(kind) for kind in AnswerKind] == ["from 1 to 5", "from 0 to 10", "in words"]


def test_where_each_rater_rated_once_their_strictness_cannot_be_told():
    once = Sums(1.0, 1.0, 1.0, ratings=4.0, raters=4.0, givers=4, answers=4.0, alike=4.0)
    nobody = replace(once, answers=9.0, ratings=0.0)

    assert once.strictness(1.0, PRIOR) == 0.0
    assert nobody.strictness(1.0, PRIOR) == 0.0
