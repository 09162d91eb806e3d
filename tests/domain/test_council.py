"""Papers for a works council: every sentence follows from the plan."""

import re
from dataclasses import replace

import pytest

from app.domain.release.policy import ReleasePolicy
from app.domain.reports.council import NO_MODEL, SOURCES, PlanFacts, papers_of
from app.domain.scale import DEFAULT_LABELS

PLAN = PlanFacts(
    company="Northwind",
    cycle_name="2026 Q4",
    opens="Monday, 5 October 2026, 09:00",
    closes="Friday, 23 October 2026, 18:00",
    people=60,
    pairing="Each person rates a balanced sample of 12 colleagues.",
    questionnaire="Full Circle, version 1",
    competencies=[("Delivery", ["Finishes on time.", "Hands over finished work."])],
    labels=DEFAULT_LABELS,
    policy=ReleasePolicy(),
    results_years=3,
    needs_two=True,
)


def words_of(**terms):
    """Everything the papers say about a plan with these terms."""
    plan = replace(PLAN, policy=ReleasePolicy(**terms))
    return " ".join(
        word
        for chapter in papers_of(plan)
        for part in chapter.parts
        for word in (chapter.title, *part.sentences, *(word for row in part.rows for word in row))
    )


def test_the_papers_are_six_chapters():
    assert [chapter.label for chapter in papers_of(PLAN)] == [
        "Description of processing",
        "Who sees what",
        "Thresholds and retention",
        "Draft agreement",
        "Data protection assessment",
        "Sources",
    ]


def test_they_say_that_no_model_judges_anybody_and_where_the_demands_come_from():
    said = words_of()

    assert said.count(NO_MODEL) == 2
    assert all(name in said and says in said for name, says in SOURCES)


@pytest.mark.parametrize(
    ("terms", "said", "unsaid"),
    [
        ({}, "The names of those who have not sent", "near nobody"),
        ({"hr_sees_numbers_only": True}, "near nobody", "The names of those who have not sent"),
        ({"leaders_hear": True}, "Leaders do not learn who wrote", "read by the board"),
        ({}, "The reports of their people", "Leaders do not learn who wrote"),
        ({}, "The reports of their people", "There are no team reports"),
        ({"subject_reads_alone": True}, "There are no team reports", "The reports of their people"),
        ({"hr_reads_reports": True}, "Every personal report.", "No personal report."),
        ({"shows_comments": False}, "destruction after it, no comments.", "may write comments"),
        ({"shows_comments": True}, "may write comments", "destruction after it, no comments."),
        (
            {"blind_raters": 8},
            "8, raised in this plan from 5; no plan may have fewer than 5",
            "Colleagues who answered 5, as in every new plan",
        ),
        ({}, "Colleagues who answered 5, as in every new plan", "raised in this plan"),
    ],
)
def test_every_term_of_the_plan_is_in_them(terms, said, unsaid):
    assert said in words_of(**terms)
    assert unsaid not in words_of(**terms)


def test_every_decision_of_a_court_stands_with_its_date_and_what_it_says():
    courts = [one for one in SOURCES if "Labour Court" in one[0]]

    assert len(courts) == 3
    for name, says in courts:
        assert re.search(r"(decision|judgment) of \d{1,2} \w+ 20\d\d, \d+ (ABR|Sa) \d+/\d\d$", name)
        assert len(says) > 60
