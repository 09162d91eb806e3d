"""Papers for people who do not see them: tags, order, alternative texts, languages."""

from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PdfReader

from app.pdf.engine.document import Document, Imprint
from app.pdf.engine.theme import NOTE
from app.pdf.pages.personal import render
from tests.features.pdf.reading import Paper
from tests.samples import SAMPLES, typical

IMPRINT = Imprint("Title", "Company", "header", "confidential")


@pytest.fixture(scope="module")
def papers() -> dict[str, Paper]:
    return {name: Paper(render(make())) for name, make in SAMPLES.items()}


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_painted_without_a_mark(papers, name):
    assert papers[name].unmarked() == []


def test_an_operator_without_a_mark_would_be_found():
    document = Document(IMPRINT)
    document.sheet().operators.append("BT 1 0 0 1 9 9 Tm (x) Tj ET\n")

    assert Paper(document.finished()).unmarked() == ["0: Tj"]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_file_says_that_it_is_tagged_titled_and_english(papers, name):
    catalog = papers[name].catalog

    assert catalog.MarkInfo.Marked is True
    assert catalog.ViewerPreferences.DisplayDocTitle is True
    assert str(catalog.Lang) == "en-GB"
    assert all(page.Tabs == "/S" for page in papers[name].pdf.pages)


@pytest.mark.parametrize("name", SAMPLES)
def test_there_is_one_first_heading_and_no_level_is_left_out(papers, name):
    levels = [int(node.tag[1]) for node in papers[name].tree.all("H1", "H2", "H3")]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_first_heading_is_the_persons_name(papers):
    (heading,) = papers["typical"].tree.all("H1")

    assert papers["typical"].said(heading) == "Alice Example"


@pytest.mark.parametrize("name", SAMPLES)
def test_every_figure_has_an_alternative_text_and_says_where_it_stands(papers, name):
    figures = papers[name].tree.all("Figure")

    assert len(figures) >= 14
    assert all(len(figure.alt) > 3 for figure in figures)
    assert all(figure.marks for figure in figures)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_table_has_rows_of_one_length_with_heads(papers, name):
    for table in papers[name].tree.all("Table"):
        first, *rows = table.kids

        assert {cell.scope for cell in first.kids} == {"Column"}
        width = len(first.kids)
        for row in rows:
            assert row.tag == "TR"
            assert sum(cell.span for cell in row.kids) == width
            assert row.kids[0].tag == "TH"
            assert row.kids[0].scope == ("Row" if len(row.kids) > 1 else "Column")
            assert {cell.tag for cell in row.kids[1:]} <= {"TD"}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_head_and_cell_says_something(papers, name):
    for cell in papers[name].tree.all("TH", "TD"):
        assert cell.marks or cell.all("Figure")


@pytest.mark.parametrize("name", SAMPLES)
def test_lists_hold_items_with_bodies(papers, name):
    lists = papers[name].tree.all("L")

    assert lists
    for one in lists:
        assert one.kids
        assert all(item.tag == "LI" for item in one.kids)
        assert all([body.tag for body in item.kids] == ["LBody"] for item in one.kids)


@pytest.mark.parametrize("name", SAMPLES)
def test_marked_content_and_tree_know_each_other(papers, name):
    paper = papers[name]
    in_tree = [mark for node in paper.tree.walk() for mark in node.marks]

    assert sorted(in_tree) == sorted(paper.texts())
    parents = paper.parent_tree()
    for number, page in enumerate(paper.pdf.pages):
        elements = parents[int(page.StructParents)]
        assert len(elements) == sum(at == number for at, _ in in_tree)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_tree_is_read_in_the_order_of_the_pages(papers, name):
    marks = [mark for node in papers[name].tree.walk() for mark in node.marks]

    assert [page for page, _ in marks] == sorted(page for page, _ in marks)


def test_a_table_that_goes_over_pages_is_one_table_and_its_repeated_head_is_not_read():
    lines = typical().statements
    long = replace(
        typical(), statements=tuple(replace(line, text=f"{line.text} " * 9) for line in lines)
    )

    paper = Paper(render(long))

    tables = [table for table in paper.tree.all("Table") if len(table.kids) == 1 + 7 + 14]
    (statements,) = tables
    pages = {page for node in statements.walk() for page, _ in node.marks}
    assert len(pages) > 1
    assert sum(cell.scope == "Column" and cell.span == 1 for cell in statements.all("TH")) == 6


def test_a_comment_that_goes_over_pages_is_one_item(papers):
    bodies = papers["extreme"].tree.all("LBody")

    assert any(len({page for page, _ in body.marks}) > 1 for body in bodies)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_first_page_links_to_every_page_that_has_a_name(papers, name):
    paper = papers[name]
    links = paper.tree.all("Link")
    parents = paper.parent_tree()

    assert all(link.annotations == 1 and link.marks for link in links)
    annotations = [one for page in paper.pdf.pages for one in page.get("/Annots", [])]
    assert len(annotations) == len(links) >= 3
    for annotation in annotations:
        assert parents[int(annotation.StructParent)].S == "/Link"
        assert annotation.Dest[0].objgen in paper.numbers
        assert str(annotation.Contents).endswith(
            f"page {paper.numbers[annotation.Dest[0].objgen] + 1}"
        )


@pytest.mark.parametrize("name", SAMPLES)
def test_the_outline_names_the_pages(papers, name):
    with papers[name].pdf.open_outline() as outline:
        titles = [entry.title for entry in outline.root]

    assert titles[0] == "What colleagues say"
    assert titles[1].startswith(("Comments", "All statements"))
    assert titles[-1] == "Your plan"


def test_the_parts_stand_in_the_order_of_the_web_page(papers):
    with papers["typical"].pdf.open_outline() as outline:
        titles = ", ".join(entry.title for entry in outline.root).lower()

    parts = ("comments", "all statements", "two views", "over time", "your plan")
    assert [titles.index(part) for part in parts] == sorted(titles.index(part) for part in parts)


def test_text_outside_any_element_becomes_a_paragraph():
    document = Document(IMPRINT)
    sheet = document.sheet()

    sheet.text(60, 60, "one", NOTE)
    sheet.text(60, 80, "two", NOTE)
    sheet.rule()

    paper = Paper(document.finished())
    assert [paper.said(node) for node in paper.tree.all("P")] == ["one", "two"]
    assert paper.unmarked() == []


def test_what_is_drawn_inside_an_artifact_is_not_in_the_tree():
    document = Document(IMPRINT)
    sheet = document.sheet()

    with sheet.artifact(), sheet.row(), sheet.head():
        sheet.text(60, 60, "again", NOTE)

    paper = Paper(document.finished())
    assert [node.tag for node in paper.tree.walk()] == ["Document"]
    assert paper.unmarked() == []


@pytest.mark.parametrize("comment", ["Müßiggang für Łukasz", "Σωκράτης είπε", "Спасибо большое"])
def test_text_can_be_copied_in_latin_greek_and_cyrillic(comment):
    (first, *others) = typical().keep
    report = replace(typical(), keep=(replace(first, text=comment), *others))

    pages = PdfReader(BytesIO(render(report))).pages
    text = "".join(page.extract_text() for page in pages)

    assert comment in text


def test_no_font_is_named_that_the_pages_do_not_use(papers):
    fonts = papers["typical"].pdf.pages[0].Resources.Font

    assert sorted(str(font.BaseFont)[8:] for font in fonts.values()) == [
        "SourceSansPro-Light",
        "SourceSansPro-Regular",
        "SourceSansPro-Semibold",
    ]
