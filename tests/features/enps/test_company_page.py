"""What people see of the company, and when."""

import html
import re

import pytest
from sqlalchemy import delete

from app.cycles.models import Unit
from app.cycles.queries import newest_cycle
from app.domain.cycle import CycleState
from app.domain.enps.score import StanceCounts
from app.domain.enps.shifts import Certainty
from app.domain.errors import WrongStateError
from app.domain.release.policy import Hidden
from app.domain.reports.company import ScoreQuarter
from app.enps import company_charts
from app.enps.board import board_report
from app.enps.models import EnpsScore
from app.enps.queries import company_figures
from app.enps.services import erase_cycle
from app.infra.db import db, transaction
from app.questionnaires.models import new_identity
from tests.factories import make_cycle
from tests.features.enps.counted_cycles import COMPANY, answers, make_counted_cycle

MINUS = "\u2212"


def text_of(response) -> str:
    """The page as read: without tags, with single spaces."""
    without_tags = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return re.sub(r"\s+", " ", html.unescape(without_tags))


def test_before_the_first_publication_the_page_says_so(alice):
    page = alice.get("/company")

    assert page.status_code == 200
    assert "Nothing to show yet" in text_of(page)


def test_somebody_not_signed_in_sees_nothing(client):
    make_counted_cycle()

    assert client.get("/company").status_code == 302
    assert client.get("/company/1").status_code == 302


def test_everybody_reads_the_published_figures(alice):
    make_counted_cycle(comments=["More <focus>, please."])

    page = text_of(alice.get("/company"))

    assert "Our first score is +17, likely" in page
    assert "80 of 82 people sent their review (98 %)" in page
    assert (
        "Two people did not answer. With them, whatever they think, the printed score would lie"
        in page
    )
    assert "It says nothing about those who did not answer." in page
    assert "More <focus>, please." in page
    assert "because of" not in page


def test_units_are_shown_by_the_release_policy(alice):
    make_counted_cycle()

    page = text_of(alice.get("/company"))

    assert re.search(r"Engineering 40 \+25 ", page)
    assert "Finance fewer than 20 people answered" in page
    assert re.search(r"Sales 32 0 ", page)


def test_a_rest_of_four_people_hides_the_smallest_department(alice):
    make_counted_cycle([*COMPANY[:72], *answers(3, promoters=4)])

    page = text_of(alice.get("/company"))

    assert "Sales hidden so that a smaller group cannot be worked out" in page
    assert re.search(r"Engineering 40 \+25 ", page)


def test_departments_that_are_all_too_small_are_one_sentence_and_no_table(alice):
    make_counted_cycle(
        [one for unit in (1, 2, 3) for one in answers(unit, promoters=4, passives=4)]
    )

    page = text_of(alice.get("/company"))

    assert "By department No department is shown: too few people answered" in page
    assert "Finance" not in page


def test_statement_means_come_with_their_range_or_with_the_reason(alice):
    make_counted_cycle()

    page = text_of(alice.get("/company"))

    assert "Does good thing number 1. 3.8 3.6 to 4.0" in page
    assert "Does good thing number 14. fewer than 20 people answered" in page


def test_reasons_are_two_rankings_of_the_company(alice):
    make_counted_cycle()

    page = text_of(alice.get("/company"))

    assert "80 answers of this quarter, up to three reasons each." in page
    assert re.search(r"Those who answer 9 or 10 Place .*? 1 colleagues 100 % 100 %", page)
    assert re.search(r"Those who answer 0 to 6 Place .*? 1 workload 100 % 100 %", page)
    assert "named about as often" in page


def test_a_small_company_ranks_reasons_of_four_quarters_together(app):
    few = answers(1, promoters=12, passives=8, detractors=6)
    early = [make_counted_cycle(few, quarters_ago=ago) for ago in (4, 3, 2)][-1]
    newest = make_counted_cycle(few, quarters_ago=1)

    found = company_figures(newest)

    assert company_figures(early).rankings is None  # 78 answers
    assert found.rankings is not None
    assert (found.rankings.respondents, found.rankings.quarters) == (104, 4)
    assert found.rankings.promoters[0].reason == "colleagues"
    assert found.rankings.promoters[0].share == 100
    assert found.together_name == "Last four together"


def test_below_100_answers_the_quarters_together_stand_below_the_trend(alice):
    make_counted_cycle(quarters_ago=1)
    make_counted_cycle()

    assert "Last two together 160 +17" in text_of(alice.get("/company"))


def test_hr_sees_counted_figures_before_they_are_published(hanna, alice):
    cycle = make_counted_cycle(state=CycleState.CLOSED)

    assert "for now only HR sees this page" in text_of(hanna.get("/company"))
    assert hanna.get(f"/company/{cycle.id}").status_code == 200
    assert alice.get(f"/company/{cycle.id}").status_code == 403
    assert "Nothing to show yet" in text_of(alice.get("/company"))


@pytest.mark.parametrize("state", [CycleState.DRAFT, CycleState.OPEN, CycleState.CLOSING])
def test_before_the_count_not_even_hr_sees_a_figure(hanna, alice, state):
    cycle = make_cycle(state=state)

    page = hanna.get(f"/company/{cycle.id}")

    assert page.status_code == 409
    assert "sealed until it closes" in text_of(page)
    assert alice.get(f"/company/{cycle.id}").status_code == 403
    with pytest.raises(WrongStateError, match="sealed"):
        company_figures(cycle)


def test_a_cycle_that_does_not_exist_is_not_found(alice):
    assert alice.get("/company/404").status_code == 404


def test_earlier_quarters_are_linked_and_open(alice):
    earlier = make_counted_cycle(quarters_ago=1)
    newest = make_counted_cycle(answers(1, promoters=4, passives=8, detractors=28))

    page = alice.get("/company")

    assert f'href="/company/{earlier.id}"' in page.get_data(as_text=True)
    assert newest_cycle() == newest
    assert f"clearly lower than in {earlier.name} (+17)." in text_of(page)
    assert "Our first score" in text_of(alice.get(f"/company/{earlier.id}"))


def test_the_trend_holds_published_quarters_up_to_the_one_shown(app):
    first = make_counted_cycle(quarters_ago=4)
    small = make_counted_cycle(answers(1, promoters=9), quarters_ago=3)
    make_counted_cycle(quarters_ago=2, state=CycleState.CLOSED)
    shown = make_counted_cycle(quarters_ago=1)
    make_counted_cycle()

    found = company_figures(shown)

    assert [quarter.cycle_id for quarter in found.trend] == [first.id, small.id, shown.id]
    assert found.trend[1].answers == Hidden("fewer than 20 people answered")
    assert found.shift is not None
    assert found.shift.certainty is Certainty.NONE


def test_a_quarter_that_was_erased_is_in_no_trend(app):
    erased = make_counted_cycle(quarters_ago=2)
    make_counted_cycle(quarters_ago=1)
    newest = make_counted_cycle()
    with transaction():
        erase_cycle(erased.id)

    trend = company_figures(newest).trend

    assert len(trend) == 2
    assert erased.id not in [quarter.cycle_id for quarter in trend]


def test_a_company_too_small_for_a_score_is_told_why(alice):
    make_counted_cycle(answers(1, promoters=9))

    page = text_of(alice.get("/company"))

    assert "There is no eNPS for Q1 2026: fewer than 20 people answered." in page
    assert "Would we recommend" not in page
    assert "By department" not in page


def test_a_cycle_without_any_figures_still_has_a_page(app):
    cycle = make_cycle(state=CycleState.PUBLISHED)

    found = company_figures(cycle)

    assert isinstance(found.answers, Hidden)
    assert found.shift is None
    assert found.participation is None
    assert found.competencies == ()


def test_every_chart_has_a_text_alternative_and_no_style(alice):
    make_counted_cycle(quarters_ago=1)
    make_counted_cycle()

    page = alice.get("/company").get_data(as_text=True)

    charts = re.findall(r'<svg class="chart.*?</svg>', page, flags=re.DOTALL)
    assert len(charts) > 15
    assert all("<title>" in chart for chart in charts)
    assert "style=" not in page


def test_a_crowded_trend_names_every_second_quarter():
    figures = [
        ScoreQuarter(number, f"Q{number}", StanceCounts(40, 20, 8), invited=40)
        for number in range(1, 11)
    ]

    drawn = company_charts.trend_chart(figures)

    assert "Q10" in drawn
    assert "Q9" not in drawn
    assert "Q2" not in drawn
    assert drawn.count("<circle") == 8


def test_a_reason_bar_is_as_long_as_its_share():
    some, none = company_charts.reason_bar(40), company_charts.reason_bar(0)

    assert 'width="40"' in some
    assert some.count("<rect") == 2
    assert none.count("<rect") == 1


def test_a_score_page_names_the_shares(alice):
    make_counted_cycle([*COMPANY[:10], *answers(2, promoters=30)])

    page = text_of(alice.get("/company"))

    assert "Promoters 9–10 100 %" in page
    assert "Passives 7–8 0 %" in page


def test_departments_below_one_with_the_same_people_are_listed_in_its_place(app):
    cycle = make_counted_cycle()
    db.session.execute(delete(EnpsScore).where(EnpsScore.unit_number == 1))
    sales = db.session.get_one(Unit, (cycle.id, 2))
    sales.parent_number = 1
    db.session.commit()

    found = company_figures(cycle)

    assert [(line.name, line.depth) for line in found.units] == [("Sales", 1), ("Finance", 1)]


def test_the_board_is_told_how_many_statements_have_new_words(app):
    before = make_counted_cycle(quarters_ago=1)
    now = make_counted_cycle()
    assert before.questionnaire_id != now.questionnaire_id
    assert board_report(now).left_out == ""
    now.questionnaire.statements[2].identity = new_identity()
    db.session.commit()

    report = board_report(now)

    assert report.left_out == "One statement has new wording: not comparable."
    assert report.movement.endswith(report.left_out)
