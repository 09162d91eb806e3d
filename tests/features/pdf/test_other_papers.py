"""The plan in the personal report, and the papers about many: tagged, complete, over pages."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PdfReader

from app.charts.marks import Dot, Line, Role
from app.domain.enps.score import StanceCounts
from app.domain.enps.shifts import Quarter, shift_in
from app.domain.release.policy import Hidden, Shown
from app.domain.reports.action_plan import Action, LookBack
from app.domain.reports.board import BoardReport, MovedStatement
from app.domain.reports.company import CompanyFigures, ParticipationFigures, ScoreQuarter, UnitLine
from app.domain.reports.cycle import Band, CycleReport, ReportCoverage
from app.domain.reports.measured import Measured
from app.domain.reports.talk import TalkSheet
from app.domain.reports.team import TeamCover, TeamQuarter, compose_team
from app.domain.reports.words import interval_words
from app.domain.statistics.differences import Direction
from app.enps.company_charts import on_paper
from app.pdf.engine.letterhead import PLAIN
from app.pdf.pages import board, cycle, personal, talk, team
from tests.features.pdf.reading import Paper
from tests.samples import STATEMENTS, shown, typical

ITEM = Action(
    statement=9,
    text="Speaks openly and respectfully, also about difficult things",
    behaviour="I say in the first minutes that a date is at risk.",
    situation="In the Thursday meeting.",
    first_step="Tell Bob on Monday that I want to.",
    helper="",
    sign="People heard it from me first.",
    review_on=date(2026, 12, 20),
)
ENDLESS = replace(
    ITEM, situation="W" * 300, first_step="word " * 60, helper="Ω " * 150, sign="王" * 300
)
OUTCOME = "Colleagues: 2.8 this quarter, 3.2 last quarter: no change beyond what chance explains."
ANSWERS = StanceCounts(40, 16, 8)


def planned(**over):
    return personal.render(replace(typical(), **over))


def team_report():
    texts = [f"{text}, {'and more of it ' * 6}" for _, text in STATEMENTS]
    score = Shown(3.7, raters=300, standard_error=0.2)
    names = ("2025 Q4", "2026 Q1", "2026 Q2", "2026 Q3")
    return compose_team(
        TeamCover("Nordlicht Hosting", "Bob Example", date(2026, 10, 5)),
        [TeamQuarter(name, texts, tuple(texts), [Measured([score] * 14)] * 6) for name in names],
        competencies=["Quality"] * 14,
        company=[score] * 13 + [Hidden("fewer than 10 people answered")],
    )


def team_paper(letterhead=PLAIN):
    return team.render(team_report(), letterhead=letterhead)


def board_paper(units=60, letterhead=PLAIN):
    trend = tuple(ScoreQuarter(n, f"2026 Q{n}", ANSWERS, invited=50) for n in (1, 2, 3))
    unit = UnitLine(1, "Customer support", 1, ANSWERS)
    figures = CompanyFigures(
        cycle_id=3,
        cycle_name="2026 Q3",
        is_published=True,
        shift=shift_in([Quarter(ANSWERS, 50)] * 2),
        trend=trend,
        units=(*[unit] * units, UnitLine(2, "Finance", 1, Hidden("few"))),
        rankings=None,
        participation=ParticipationFigures(50, 40),
        competencies=(),
    )
    before, now = (Shown(mean, raters=300, standard_error=0.05) for mean in (3.2, 3.9))
    report = BoardReport(
        company="Nordlicht Hosting",
        published_on=date(2026, 10, 5),
        figures=figures,
        participation=(("2026 Q3", ParticipationFigures(50, 40)),),
        moved=(MovedStatement("Acts on feedback.", before, now, Direction.UP),),
        can_move=True,
    )
    return board.render(report, charts=on_paper(figures), letterhead=letterhead)


def cycle_paper(departments=2, letterhead=PLAIN):
    report = CycleReport(
        company="Nordlicht Hosting",
        cycle_name="2026 Q3",
        counted_on=date(2026, 10, 2),
        participation=ParticipationFigures(50, 40),
        departments=tuple(
            (f"Support {number}", ParticipationFigures(30, 25)) for number in range(departments)
        ),
        coverage=ReportCoverage(50, 2, (Band("10 to 19 colleagues", 48),), 700, 640, 300, 120),
        unseen=("“Acts on feedback”: in 3 reports fewer than half of the colleagues rated it.",),
        about=("A typical person's overall score is solid.",),
    )
    return cycle.render(report, letterhead=letterhead)


def booklet():
    return talk.render([TalkSheet(typical(), "Bob Example")] * 2)


PAPERS = {
    "booklet": booklet,
    "plan": lambda: planned(plan=(ITEM,), looking_back=(LookBack("2026 Q2", ITEM, OUTCOME),)),
    "endless": lambda: planned(plan=(ENDLESS, ENDLESS)),
    "team": team_paper,
    "board": board_paper,
    "cycle": cycle_paper,
}


@pytest.fixture(scope="module")
def papers():
    return {name: make() for name, make in PAPERS.items()}


def text_of(content):
    return " ".join(
        " ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages
    )


@pytest.mark.parametrize("name", PAPERS)
def test_everything_painted_is_marked(papers, name):
    assert Paper(papers[name]).unmarked() == []


@pytest.mark.parametrize("name", PAPERS)
def test_headings_begin_with_one_title_and_leave_no_level_out(papers, name):
    levels = [int(node.tag[1]) for node in Paper(papers[name]).tree.all("H1", "H2", "H3")]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", ["team", "board", "cycle"])
def test_a_table_is_one_over_all_pages_and_every_cell_has_its_heads(papers, name):
    tables = Paper(papers[name]).tree.all("Table")

    assert tables
    for table in tables:
        head, *rows = table.kids
        assert {cell.scope for cell in head.kids} == {"Column"}
        for row in rows:
            assert [cell.tag for cell in row.kids] == ["TH", *["TD"] * (len(head.kids) - 1)]
            assert row.kids[0].scope == "Row"


def test_a_table_longer_than_a_page_stays_one_table():
    paper = cycle_paper(departments=60)
    pages = PdfReader(BytesIO(paper)).pages

    tables = Paper(paper).tree.all("Table")
    assert len(pages) >= 3
    assert max(len(table.kids) for table in tables) == 61
    assert sum("Department" in page.extract_text() for page in pages) >= 2


@pytest.mark.parametrize("name", ["team", "board", "cycle"])
def test_the_same_report_gives_the_same_bytes(papers, name):
    assert PAPERS[name]() == papers[name]


def test_the_own_plan_is_printed_and_the_second_card_stays_free(papers):
    text = text_of(papers["plan"])

    assert ITEM.situation in text
    assert "20 December 2026" in text
    assert "One behaviour until the next quarter" in text
    assert "Two behaviours" in text_of(papers["endless"])
    assert "In which situation" in text  # of the free card
    assert "Who helps me, and with what" in text


def test_what_was_planned_stands_beside_what_became_of_it(papers):
    text = text_of(papers["plan"])

    assert "Planned in 2026 Q2" in text
    assert OUTCOME in text
    assert "with it: the new plan stands below" not in text


def test_what_was_worked_on_is_drawn_before_and_after_and_what_goes_on_is_said():
    before, after = shown(3.2), shown(3.6)
    back = LookBack("2026 Q2", ITEM, OUTCOME, before, after, goes_on=True)
    own = planned(plan=(ITEM,), looking_back=(back,))
    theirs = planned(plan=(ITEM,), looking_back=(back,), speaks_to_subject=False)

    drawn = [figure.alt for figure in Paper(own).tree.all("Figure")]
    picture = "Before: 3.2, likely 2.6 to 3.8; after: 3.6, likely 3.0 to 4.2"
    assert drawn.count(picture) == 1
    assert "You go on with it: the new plan stands below." in text_of(own)
    assert "Alice Example goes on with it: the new plan stands below." in text_of(theirs)


def test_every_sheet_of_a_booklet_says_its_finding_and_how_to_read_it():
    content = booklet()

    for page in PdfReader(BytesIO(content)).pages:
        words = " ".join(page.extract_text().split())
        assert typical().finding in words
        assert "“Clear” is more than chance explains. In the pictures the dot is what" in words
        assert "the diamond what Alice Example answered" in words


def test_long_words_of_a_plan_are_all_there(papers):
    text = text_of(papers["endless"]).replace(" ", "")

    assert text.count("W" * 300) == 2
    assert text.count("Ω" * 150) == 2
    assert text.count("word" * 60) == 2


def test_without_a_plan_there_are_lines_to_write_on():
    text = text_of(personal.render(typical()))

    assert text.count("What I will do differently") == 2
    assert "Looking back" not in text


def test_the_board_reads_what_moved_and_how_many_units_are_hidden(papers):
    text = text_of(papers["board"])

    assert "Acts on feedback. 3.2 3.9 clear rise" in text
    assert "One department is not shown" in text
    assert "40 of 50, 80 %" in text


def test_where_no_department_is_shown_the_board_reads_nothing_about_them():
    content = board_paper(units=0)

    assert "department" not in text_of(content)
    assert len(PdfReader(BytesIO(content)).pages) == 1


def test_the_board_reads_whom_the_ranges_speak_about_and_the_quarters_together(papers):
    text = text_of(papers["board"])

    assert "It says nothing about those who did not answer." in text
    assert "Last three together" in text
    assert "whatever they think, the printed score would lie between" in text


def test_a_teams_ranges_can_be_seen_on_a_scale_with_its_numbers_and_read(papers):
    line = team_report().lines[0].line
    assert isinstance(line.colleagues, Shown)

    drawn = team.chart_of(line).marks
    (interval,) = (one for one in drawn if isinstance(one, Line) and one.role is Role.INTERVAL)
    (dot,) = (one for one in drawn if isinstance(one, Dot))

    assert interval.x2 - interval.x1 > 2 * dot.radius + 1
    text = text_of(papers["team"])
    assert f"3.7 {interval_words(line.colleagues)}" in text
    assert "Statement 1 2 3 4 5 2025 Q4" in text


def test_a_team_names_three_questions_and_every_quarter(papers):
    text = text_of(papers["team"])

    assert "2025 Q4 2026 Q1 2026 Q2 2026 Q3" in text
    assert text.count("What one thing would make working together easier") == 1
