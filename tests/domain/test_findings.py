"""A report's findings: three things at most, nothing twice, and what could have been seen."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.release.policy import Hidden, Shares
from app.domain.reports.about_numbers import typical_of
from app.domain.reports.action_plan import Action, LookBack
from app.domain.reports.also_clear import also_clear_words
from app.domain.reports.contents import Conclusion, Kind
from app.domain.reports.findings import smallest_change_words
from app.domain.reports.talk import LAST, TalkSheet
from app.domain.statistics.differences import Direction
from app.domain.statistics.spread import PRIOR
from tests.domain.test_personal import COVER, HIDDEN, NAMES, quarter, report, shown

FLAT = [3.6] * 14
NAMED = tuple(f"Doing thing {n + 1}" for n in range(14))


def everything(made):
    """Every sentence about what is clear."""
    found = (f"{one.title} {one.words}" for one in (*made.said, *made.also))
    return [made.finding, *found, made.unseen]


def kinds(made):
    return [one.kind for one in (*made.said, *made.also)]


def test_the_whole_comes_first_when_everything_moved():
    made = report(quarter([4.5] * 14), quarter(FLAT))

    assert made.finding == "Colleagues see these behaviours more often than last quarter."
    assert {line.change for line in made.statements} == {Direction.NONE}


def test_a_finding_that_stands_alone_is_not_repeated_below_the_headline():
    made = report(quarter([4.5] * 14), quarter(FLAT))

    assert [one.title for one in made.said] == [""]


def test_strength_change_and_low_score_each_get_their_sentence():
    current = quarter([4.8, 2.4, *FLAT[2:]], own=[4] * 14)

    made = report(
        replace(current, short_names=NAMED), quarter([4.3, 2.4, 2.2, *FLAT[3:]], own=[4] * 14)
    )

    assert made.finding == (
        "Doing thing 1 stands out, doing thing 3 has risen, and doing thing 2 is low."
    )
    assert [one.kicker for one in made.said] == [
        "A clear strength",
        "A clear change",
        "A low score",
    ]
    assert made.said[0].words == "4.8, likely 4.6 to 5.0; company 3.6; you 4."
    assert "Seen more often than last quarter (then 2.2)." in made.said[1].words


def test_a_low_score_far_from_the_companys_is_told_also_where_it_is_usual_for_the_person():
    # Low beside the company, yet no lower than the person's other behaviours.
    made = report(quarter([*[2.9] * 7, *[3.3] * 7], company=3.6))

    low = report(quarter([2.2, *[3.1] * 13], company=3.6))

    assert Kind.LOW not in kinds(made)
    assert low.statements[0].below_company is Direction.DOWN
    assert low.said[0].kicker == "A low score"
    assert "company 3.6" in low.said[0].words


def test_where_all_of_them_are_low_that_is_said_once():
    made = report(quarter([2.4] * 14, company=3.8))

    assert kinds(made) == [Kind.WHOLE]
    assert made.finding == (
        "Colleagues see these behaviours less often than is usual in the company."
    )
    assert report(quarter([3.4] * 14, company=3.8)).said == ()


def test_what_moved_since_both_is_said_once():
    past = [quarter([3.4, *FLAT[1:]], name=f"Q{n}") for n in range(4)]

    made = report(quarter([5.0, *FLAT[1:]]), *past)

    (one,) = made.said
    assert one.kind is Kind.CHANGE
    assert one.words.count("more often than last quarter and than on average") == 1


def test_a_rise_that_came_slowly_is_held_against_the_quarters_before():
    past = [quarter([mean, *FLAT[1:]], name=f"Q{mean}") for mean in (3.2, 3.2, 3.2, 4.0)]

    made = report(quarter([4.6, *FLAT[1:]]), *past)

    assert made.statements[0].change is Direction.NONE
    assert made.statements[0].change_longer is Direction.UP
    assert "more often than on average in the quarters before" in made.said[0].words


def test_only_the_last_four_quarters_are_the_quarters_before():
    old = quarter([1.5, *FLAT[1:]])

    made = report(quarter(FLAT), old, *[quarter(FLAT)] * 4)

    assert made.statements[0].change_longer is Direction.NONE


def test_a_competency_is_named_where_none_of_its_statements_is():
    made = report(quarter([4.2, 4.2, *[3.6] * 6, *[3.7] * 6]))

    assert made.finding == (
        "The two behaviours of “Competency 1” together are seen more often than the rest."
    )
    assert made.said[0].words.startswith("Taken one by one, neither of them is clear.")
    assert made.statements[0].stands_out is Direction.NONE


def test_a_competency_of_one_statement_is_never_called_clear_beside_its_statement():
    alone = replace(quarter([4.2, *[3.6] * 13]), competencies=("Alone", *["Others"] * 13))

    assert Kind.COMPETENCY not in kinds(report(alone))


def test_what_else_is_clear_is_named_by_kind_before_anybody_opens_the_list():
    current = replace(quarter([4.9, 4.8, 4.7, 2.2, 2.3, *FLAT[5:]]), short_names=NAMED)

    made = report(current)

    assert [one.statement for one in made.also] == [3, 5]
    assert also_clear_words(made.also) == (
        "Also clear: doing thing 3 (strength) and doing thing 5 (low)"
    )
    assert also_clear_words(()) == ""


def test_of_many_more_the_low_ones_are_named_and_the_others_counted_as_statements():
    made = report(quarter([5.0, *FLAT[1:]]))
    low = Conclusion(Kind.LOW, "A low score", "", "", "", 9, "giving credit")
    fallen = Conclusion(Kind.CHANGE, "A clear change", "", "", "offering help has fallen", 8, "it")
    strong = [replace(made.said[0], statement=n, called=f"thing {n}") for n in range(1, 6)]
    together = Conclusion(Kind.COMPETENCY, "Taken together", "", "", "the two are seen less often")

    assert also_clear_words((*strong, fallen, low, together, together)) == (
        "Also clear: thing 1, thing 2, thing 3 and thing 4 (strength), giving credit (low), the "
        "two are seen less often, one more about several statements together and two more "
        "statements"
    )
    assert also_clear_words((fallen,)) == "Also clear: it (fallen)"


def test_a_statement_has_one_conclusion_whatever_is_clear_about_it():
    made = report(quarter([5.0, 2.2, *FLAT[2:]], own=[1, *[4] * 13]), quarter([3.4, *FLAT[1:]]))

    named = [one.statement for one in (*made.said, *made.also) if one.statement]
    assert len(named) == len(set(named))


def test_three_things_are_said_first_and_of_different_kinds():
    made = report(quarter([4.9, 4.8, 4.7, 2.2, *FLAT[4:]]))

    assert [one.kind for one in made.said] == [Kind.STRENGTH, Kind.STRENGTH, Kind.LOW]
    assert [one.statement for one in made.said] == [1, 2, 4]
    assert [one.statement for one in made.also] == [3]


def test_a_statement_that_is_hard_for_everybody_does_not_stand_out():
    current = quarter([2.6, *FLAT[1:]])
    hard = replace(current, company=[shown(2.6), *current.company[1:]])

    assert report(current).statements[0].stands_out is Direction.DOWN
    assert report(hard).statements[0].stands_out is Direction.NONE


def test_without_the_companys_means_the_sentence_names_none():
    current = quarter([5.0, *FLAT[1:]])

    made = report(replace(current, company=[Hidden("few"), *current.company[1:]]))

    assert made.finding == "“Does thing 1” stands out."
    assert "company" not in made.said[0].words


def test_thirteen_of_fourteen_own_answers_a_point_higher_are_a_finding():
    made = report(quarter([4.0] * 14, company=4.0, company_own=4.0, own=[*[5] * 13, 4]))

    assert made.finding == "You rate yourself higher than colleagues do on 13 of 14 statements."
    assert "more than chance and the usual distance" in made.said[0].words


def test_two_large_gaps_are_no_pattern():
    own = [5, 5, 5, 5, *[4] * 5, *[3] * 5]

    made = report(quarter([*[1.2] * 4, *[3.6] * 10], own=own, company_own=3.6))

    assert Kind.PATTERN not in kinds(made)


def test_a_gap_that_is_usual_in_the_company_is_no_pattern():
    made = report(quarter([4.0] * 14, company=4.0, company_own=5.0, own=[*[5] * 13, 4]))

    assert Kind.PATTERN not in kinds(made)


def test_a_single_own_view_is_told_beside_the_pattern_only_where_it_goes_another_way():
    own = [*[5] * 13, 1]

    made = report(quarter([3.6] * 14, own=own, company_own=3.6))

    assert [(one.kind, one.statement) for one in made.said] == [
        (Kind.PATTERN, None),
        (Kind.TWO_VIEWS, 14),
    ]
    assert "more positively than the own answer" in made.said[1].words


def test_opposite_opinions_are_told():
    made = report(quarter([shown(3.0, shares=Shares(40, 20, 40)), *[3.0] * 13]))

    assert made.finding == "Opinions differ on “Does thing 1”."


def test_where_nothing_is_clear_the_report_says_what_could_have_been_seen():
    first, later = report(quarter(FLAT)), report(quarter(FLAT), quarter(FLAT))

    assert first.finding == "No single behaviour stands out from the others."
    assert first.unseen.startswith("No difference is larger than chance explains. Smaller")
    assert any(
        "With 12 colleagues, this report finds a statement 0.8 apart" in one for one in first.notes
    )
    assert "the next report can show what has changed" in first.unseen
    assert (
        later.finding == "Nothing stands out, and nothing has clearly changed since last quarter."
    )
    assert not any(sign.isdigit() for sign in later.unseen.replace("12 colleagues", ""))
    assert any("finds a change of 1.2" in one for one in later.notes)


def test_what_could_have_been_seen_is_said_beside_findings_too_and_what_the_others_are():
    made = report(quarter([5.0, *FLAT[1:]]), quarter([4.9, *FLAT[1:]]))

    assert made.unseen.startswith(
        "The other 13 statements neither stand out nor have clearly changed. Smaller differences"
    )


def test_no_sentence_stands_twice():
    current = quarter([5.0, 2.2, *FLAT[2:]], own=[*[5] * 13, 1], company_own=3.6)

    made = report(current, quarter([3.4, *FLAT[1:]]))

    sentences = [part for text in everything(made) for part in text.split(". ") if part]
    assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize("earlier", [1, 2, 4])
def test_the_report_and_the_page_about_the_numbers_state_the_same_figure(earlier):
    flat = quarter(FLAT, own=[4] * 14)

    made = report(flat, *[flat] * earlier)

    typical = typical_of({12: 14}, PRIOR, earlier=earlier, competencies=NAMES)
    assert typical is not None
    assert typical.smallest.change is not None
    assert typical.smallest.overall is not None
    words = smallest_change_words(typical.smallest.change, typical.smallest.overall)
    figures = words.removeprefix("A report finds ").partition(", eight")[0]
    assert any(figures in note for note in made.notes)


def test_without_scores_there_is_nothing_to_find():
    made = report(quarter([HIDDEN] * 14), quarter(FLAT))

    assert made.finding == "No scores this quarter: fewer than 5 colleagues answered."
    assert (made.said, made.also, made.unseen) == ((), (), "")


def test_a_reader_reads_the_name_where_the_person_reads_you():
    current = quarter([2.2, *FLAT[1:]], own=[*[5] * 13, 1], company_own=3.6)

    made = report(current, cover=replace(COVER, is_own=False))

    text = " ".join((*everything(made), *made.notes))
    assert "Alice" in text
    assert " you" not in text.replace("young", "").lower()


def test_a_talk_asks_about_what_is_hard_first_and_ends_with_help():
    current = quarter([5.0, 2.2, *FLAT[2:]])

    sheet = TalkSheet(report(current, cover=replace(COVER, is_own=False)), "Bob")

    assert sheet.questions == (
        "When was “Does thing 2” hard in the last weeks, and what made it hard?",
        "“Does thing 1” stands out. Where else could others profit from it?",
        "What can I do, so that “Does thing 2” gets easier?",
    )
    assert (
        sheet.to_avoid[1] == "“Why only 2.2?” It asks for a defence. Ask for a situation instead."
    )


def test_the_last_question_of_a_talk_fits_what_is_clear():
    """Six sheets side by side are six talks, not one form."""
    other = replace(COVER, is_own=False)
    reports = (
        report(quarter(FLAT), cover=other),
        report(quarter([5.0, *FLAT[1:]]), cover=other),
        report(quarter([2.2, *FLAT[1:]]), cover=other),
        report(quarter([4.5] * 14), quarter(FLAT), cover=other),
        report(quarter([4.2, 4.2, *[3.6] * 6, *[3.7] * 6]), cover=other),
    )

    asked = [TalkSheet(made, "Bob").questions for made in reports]

    assert len({questions[-1] for questions in asked}) == len(reports)
    assert asked[0][-1] == LAST


def test_a_talk_about_a_shared_plan_that_goes_on_asks_for_it_once():
    made = report(quarter(FLAT), cover=replace(COVER, is_own=False))
    item = Action(1, "Does it.", "I ask first.", "Now.", "Ask.", "Bob", "Talk.", date(2027, 1, 5))
    past = LookBack("2026 Q2", item, "No change.", goes_on=True)

    sheet = TalkSheet(replace(made, plan=(item,), looking_back=(past,)), "Bob")

    assert sheet.questions[0].startswith("You go on with “Does it”.")
    assert not any("You want to work on" in question for question in sheet.questions)
    assert sheet.questions[-1].startswith("What can I do, so that “I ask first” works")


def test_a_talk_about_a_report_with_nothing_clear_asks_for_wishes():
    sheet = TalkSheet(report(quarter(FLAT), cover=replace(COVER, is_own=False)), "Bob")

    assert len(set(sheet.questions)) == 3
    assert "Alice would like to do more of" in sheet.to_avoid[1]
