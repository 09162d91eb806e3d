"""The direct question on the company page, in the board's paper and in the export."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from app.domain.enps.direct import DirectCounts
from app.domain.release.policy import Hidden, Reason
from app.enps import services
from app.enps.board import board_report
from app.enps.export import enps_of
from app.enps.queries import company_figures
from app.infra.db import transaction
from app.pdf.pages import board as board_paper
from tests.features.enps.counted_cycles import make_counted_cycle
from tests.features.enps.test_company_page import text_of


@pytest.fixture
def cycle(app):
    found = make_counted_cycle()
    with transaction():
        services.keep_direct(found, DirectCounts(respondents=60, more=28, less=3))
    return found


def test_the_direct_answers_stand_beside_the_score_with_their_range(alice, cycle):
    page = text_of(alice.get("/company"))

    assert "Our first score is +17, likely" in page
    assert "47 % say that they would recommend working here more" in page
    assert "+42 likely +22 to +57" in page
    assert "Such answers lean towards how people feel today." in page
    assert "60 people answered." in page


def test_the_boards_paper_says_the_same_of_the_direct_question(cycle):
    paper = board_paper.render(board_report(cycle), charts=())

    words = " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages).split()
    )
    assert "5 % less: clearly more than chance explains" in words


def test_too_few_direct_answers_are_a_reason_and_no_number(alice, app):
    cycle = make_counted_cycle()
    with transaction():
        services.keep_direct(cycle, Hidden(Reason.FEW_RESPONDENTS))

    page = text_of(alice.get("/company"))

    assert "nothing to show of the direct question: fewer than 20 people answered." in page
    assert enps_of(cycle)["direct"]["more"] is None


def test_where_it_was_not_asked_no_page_speaks_of_it(alice, app):
    cycle = make_counted_cycle()

    assert company_figures(cycle).direct is None
    assert "three months ago" not in text_of(alice.get("/company"))
    assert enps_of(cycle)["direct"] is None


def test_the_export_holds_the_direct_answers(cycle):
    found = enps_of(cycle)["direct"]

    assert (found["more"], found["same"], found["less"]) == (47, 48, 5)
    assert found["respondents"] == 60
    assert found["hidden"] is None


def test_the_direct_answers_are_erased_with_the_cycle(cycle):
    with transaction():
        services.erase_cycle(cycle.id)

    assert company_figures(cycle).direct is None
