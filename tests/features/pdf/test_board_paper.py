"""The board's paper: two pages at most, whatever there is to say, and it says what is left out."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.domain.enps.direct import DirectCounts
from app.domain.enps.reasons import Place
from app.domain.enps.score import StanceCounts
from app.domain.enps.shifts import Quarter, shift_in
from app.domain.internal_services.comparing import ServiceLine, kept_apart
from app.domain.projects.said_and_done import SaidAndDone
from app.domain.release.policy import Hidden, Shown
from app.domain.reports.board import BoardReport, MovedStatement
from app.domain.reports.company import (
    CompanyFigures,
    ParticipationFigures,
    Rankings,
    ScoreQuarter,
    UnitLine,
)
from app.domain.statistics.differences import Direction
from app.enps.company_charts import on_paper
from app.pdf.engine.letterhead import Letterhead
from app.pdf.pages import board

SMALL = StanceCounts(40, 16, 8)
LONG_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk and everything below it"
LONG_WORDS = "It takes three signatures to order a chair, and each waits for the other. " * 13
STATEMENTS = (
    "They answer quickly, even where it is not their own work that is being waited for",
    "They get it right the first time, and do not come back to mend what was mended before",
    "They are easy to deal with, also for somebody who does not know whom to turn to first",
)


def service(number: int) -> ServiceLine:
    """A service whose scores clearly differ from those of the others."""
    now = tuple(Shown(1.5 + 0.2 * (number % 15), 30, 0.02) for _ in STATEMENTS)
    before = tuple(Shown(4.8, 30, 0.02) for _ in STATEMENTS)
    name = f"{LONG_NAME[:56]} {number}"
    return ServiceLine(
        number,
        name,
        "Olga",
        is_a_person=False,
        raters=30,
        statements=STATEMENTS,
        means=now,
        before=before,
        helped=SMALL,
    )


def figures(quarters: int, units: int, reasons: int) -> CompanyFigures:
    places = tuple(
        Place("a reason with a long name, sixty letters as HR may write it", 40, 1, 3)
        for _ in range(reasons)
    )
    trend = tuple(
        ScoreQuarter(n, f"Quarter with a long name, {n}", SMALL, 50) for n in range(1, quarters + 1)
    )
    unit = UnitLine(1, LONG_NAME, 1, SMALL)
    return CompanyFigures(
        cycle_id=quarters,
        cycle_name=f"Quarter with a long name, {quarters}",
        is_published=True,
        shift=shift_in([Quarter(SMALL, 50)] * quarters),
        trend=trend,
        units=(*[unit] * units, UnitLine(2, "Finance", 1, Hidden("few"))),
        rankings=Rankings(places, places, respondents=40, quarters=4),
        participation=ParticipationFigures(50, 40),
        competencies=(),
        direct=DirectCounts(respondents=40, more=20, less=3),
    )


def report(
    *, quarters=12, units=300, reasons=12, services=25, projects=40, moved=14, words=LONG_WORDS
):
    before, now = (Shown(mean, raters=300, standard_error=0.05) for mean in (3.2, 3.9))
    statement = MovedStatement(STATEMENTS[0] * 2, before, now, Direction.UP)
    verdict = (
        f"No change that could be seen. {STATEMENTS[1] * 2}: 3.4 before, 3.5 since. "
        "A change of 0.4 would have been seen in four of five cases."
    )
    told = SaidAndDone(
        f"{LONG_NAME} {LONG_NAME[:40]}", words, words[:600], is_done=False, verdict=verdict
    )
    return BoardReport(
        company="Nordlicht Hosting and all its daughters",
        published_on=date(2026, 10, 5),
        figures=figures(quarters, units, reasons),
        participation=(),
        moved=(statement,) * moved,
        can_move=True,
        services=tuple(service(number) for number in range(services)),
        projects=(told,) * projects,
    )


def pages_of(found: BoardReport, paper: str = "A4") -> list[str]:
    content = board.render(found, charts=on_paper(found.figures), letterhead=Letterhead(paper))
    pages = PdfReader(BytesIO(content)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


@pytest.mark.parametrize("paper", ["A4", "letter"])
def test_with_as_much_to_say_as_there_can_be_it_has_two_pages(paper):
    pages = pages_of(report(), paper)

    words = " ".join(pages)
    assert len(pages) == 2
    for part in (
        "The score by quarter",
        "What people name",
        "The services in the house",
        "You said, we did",
        "How we work together",
        "By department",
    ):
        assert part in words


def test_it_says_what_it_leaves_out_and_where_that_is_read():
    words = " ".join(pages_of(report()))

    for kind in ("quarters", "services", "improvements", "statements", "departments"):
        assert f"more {kind} stand on the board’s page." in words


def test_with_little_to_say_nothing_is_left_out():
    found = report(
        quarters=3, units=3, reasons=3, services=1, projects=2, moved=1, words="It takes long."
    )

    pages = pages_of(found)

    assert len(pages) == 2
    assert "on the board’s page" not in " ".join(pages)


def test_a_column_is_named_in_words_that_people_use():
    words = pages_of(replace(report(), services=()))[0]

    assert "Answers Promoters Passives Detractors eNPS Likely range" in words
    assert "StanceCounts" not in words


def test_the_direct_question_stands_with_its_figure_and_what_it_is():
    words = " ".join(pages_of(report()))

    assert "Asked directly, 40 people answered: +42, likely +" in words
    assert "+42 is the share of “more”, 50 %, minus the share of “less”, 8 %." in words


def test_it_says_why_a_service_is_not_shown_and_keeps_to_two_pages():
    names = [replace(service(one), is_a_person=True) for one in range(4)]
    pages = pages_of(replace(report(), kept_apart=kept_apart(names)))

    assert len(pages) == 2
    assert "are not shown: fewer than three people run each of them" in " ".join(pages)


def test_where_the_direct_question_was_not_asked_nothing_is_said_of_it():
    found = report()
    silent = replace(found, figures=replace(found.figures, direct=None))
    hidden = replace(found, figures=replace(found.figures, direct=Hidden("fewer than 20 people")))

    assert "directly" not in " ".join(pages_of(silent))
    assert "nothing to show of the direct question: fewer than 20 people." in " ".join(
        pages_of(hidden)
    )


def test_an_improvement_whose_day_has_passed_is_late_and_others_are_not():
    found = report(projects=2)
    late = replace(found.projects[0], due_before=date(2026, 9, 3))

    words = " ".join(pages_of(replace(found, projects=(late, found.projects[1]))))

    assert words.count("Late: it was to be done by 3 September 2026.") == 1


def test_a_service_without_figures_is_named_with_its_reason():
    few = Hidden("fewer than 10 colleagues answered")
    unseen = replace(service(3), name="Travel desk", raters=few, means=(few,) * 3)

    beside = " ".join(pages_of(replace(report(services=1), services=(service(1), unseen))))
    alone = " ".join(pages_of(replace(report(), services=(unseen,))))

    for words in (beside, alone):
        assert "Not shown: Travel desk (fewer than 10 colleagues answered)." in words
    assert "By name, which is no ranking" not in alone


def test_reasons_come_with_their_share_and_place():
    words = " ".join(pages_of(report(reasons=1)))

    assert "Those who answer 0 to 6 name most: a reason with a long name" in words
    assert "(40 %, place 1–3)" in words


def test_a_side_that_names_nothing_is_said_to():
    assert "Those who answer 0 to 6 name no reason often enough" in " ".join(
        pages_of(report(reasons=0))
    )
