"""The sheet of the person whom a report is about: a calm next step, and three questions."""

from dataclasses import replace
from datetime import date

from app.domain.reports.action_plan import Action
from app.domain.reports.contents import CommentText
from app.domain.reports.own_talk import COMMENTS, MORE, PLANNED, SHARED, SLEEP, WISH, OwnTalk
from tests.domain.test_personal import quarter, report

FLAT = [3.6] * 14


def test_after_a_low_score_comes_calm_before_any_question():
    made = replace(report(quarter([2.2, *FLAT[1:]])), keep=(CommentText("k", "Thanks."),))

    sheet = OwnTalk(made, ("Bob Baker",))

    assert sheet.title == "Before you talk to Bob Baker"
    assert sheet.steps[:2] == (COMMENTS, SLEEP)
    assert sheet.questions[0].startswith("Which situation comes to mind for “Does thing 1”?")
    assert "Bob Baker" in sheet.questions[2]


def test_where_all_of_it_is_low_it_is_calm_as_well():
    assert SLEEP in OwnTalk(report(quarter([2.4] * 14, company=3.8)), ()).steps


def test_where_nothing_is_clear_it_asks_for_a_wish_and_names_no_low_score():
    sheet = OwnTalk(replace(report(quarter(FLAT)), keep=(), try_next=()), ())

    assert sheet.title == "Before you talk about your report"
    assert sheet.steps == (MORE,)
    assert sheet.questions[0] == WISH


def test_what_is_said_of_a_plan_is_true_of_what_is_shared():
    item = Action(1, "Does it.", "I ask.", "Now.", "Ask.", "Bob", "Talk.", date(2027, 1, 5))
    made = report(quarter(FLAT))

    own = OwnTalk(replace(made, plan=(item,)), ())
    shared = OwnTalk(replace(made, plan=(replace(item, is_shared=True),)), ())

    assert (own.questions[1], shared.questions[1]) == (PLANNED, SHARED)
