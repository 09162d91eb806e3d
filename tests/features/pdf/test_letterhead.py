"""The company's name, colour and logo on every paper."""

import ast
import zlib
from io import BytesIO

import pikepdf
import pytest
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from app.domain import colours
from app.domain.reports.talk import TalkSheet
from app.pdf.engine.letterhead import LOGO_SIZE, PLAIN, Letterhead, Picture
from app.pdf.engine.theme import accent_space
from app.pdf.pages import council, personal, talk
from tests.domain.test_council import PLAN
from tests.features.pdf.reading import Paper
from tests.features.pdf.test_other_papers import board_paper, cycle_paper, team_paper
from tests.guards.places import ROOT
from tests.samples import typical

COLOUR = "#7a1f5c"
LOGO = Picture(60, 11, zlib.compress(bytes((122, 31, 92)) * 60 * 11))
OURS = Letterhead("A4", COLOUR, LOGO)
DARK = 128
"""Of 255: a grey that is read on white."""


def personal_paper(letterhead):
    return personal.render(typical(), letterhead=letterhead)


def booklet(letterhead):
    return talk.render([TalkSheet(typical(), "Bob Example")] * 2, letterhead=letterhead)


PAPERS = {
    "personal": personal_paper,
    "booklet of talks": booklet,
    "team": lambda letterhead: team_paper(letterhead=letterhead),
    "board": lambda letterhead: board_paper(letterhead=letterhead),
    "cycle": lambda letterhead: cycle_paper(letterhead=letterhead),
    "council": lambda letterhead: council.render(PLAN, letterhead=letterhead),
}


@pytest.fixture(scope="module")
def papers():
    return {name: make(OURS) for name, make in PAPERS.items()}


@pytest.mark.parametrize("name", PAPERS)
def test_the_companys_name_is_at_the_head_of_every_page(papers, name):
    reader = PdfReader(BytesIO(papers[name]))

    assert reader.metadata
    company = str(reader.metadata["/Author"])
    heads = [page.extract_text().splitlines()[-3] for page in reader.pages]
    assert company
    assert all(head.startswith(company) for head in heads)


@pytest.mark.parametrize("name", PAPERS)
def test_every_page_shows_the_logo_and_the_file_holds_it_once(papers, name):
    with pikepdf.open(BytesIO(papers[name])) as pdf:
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        pictures = [one.read_bytes() for one in streams if one.get("/Subtype") == "/Image"]
        shown = [page.Contents.read_bytes().count(b"/Logo Do") for page in pdf.pages]

    assert pictures == [zlib.decompress(LOGO.packed)]
    assert shown == [1] * len(shown)


@pytest.mark.parametrize("name", PAPERS)
def test_what_is_ours_in_other_papers_is_in_the_companys_colour(papers, name):
    def accent(content):
        with pikepdf.open(BytesIO(content)) as pdf:
            return bytes(pdf.pages[0].Resources.ColorSpace.Accent[3])

    assert accent(papers[name]) == bytes.fromhex(COLOUR[1:])
    assert accent(PAPERS[name](PLAIN)) == bytes.fromhex("14566a")


@pytest.mark.parametrize("name", PAPERS)
def test_it_is_no_part_of_what_is_read_aloud(papers, name):
    plain, ours = Paper(PAPERS[name](PLAIN)), Paper(papers[name])

    assert ours.unmarked() == []
    assert [node.tag for node in ours.tree.walk()] == [node.tag for node in plain.tree.walk()]


@pytest.mark.parametrize("name", PAPERS)
def test_equal_papers_on_equal_letterheads_are_equal_to_the_byte(papers, name):
    assert PAPERS[name](Letterhead("A4", COLOUR, LOGO)) == papers[name]


@pytest.mark.parametrize("pixels", [(720, 10), (100, 100), (10, 132), (1, 1)])
def test_a_logo_of_any_shape_stays_in_its_place(pixels):
    width, height = Picture(pixels[0], pixels[1], packed=b"").size

    assert width <= LOGO_SIZE[0] + 0.01
    assert height <= LOGO_SIZE[1] + 0.01
    assert width / height == pytest.approx(pixels[0] / pixels[1])


@pytest.mark.parametrize("colour", ["#b5501b", "#d1006c", "#007d4f", "#5f5ff0", "#757500"])
def test_every_colour_that_is_taken_can_be_read_in_a_grey_print(colour):
    assert colours.is_readable(colour)

    page = PdfDocument(board_paper(letterhead=Letterhead("A4", colour)))[0]
    stroke = (64, 47, 82, 48)  # at the head of the page, in points
    head = page.render(scale=1, grayscale=True).to_pil().crop(stroke)

    assert head.getextrema()[1] <= DARK


def test_a_colour_is_named_once_in_a_file_and_nowhere_in_its_pages(papers):
    pdf = pikepdf.open(BytesIO(papers["personal"]))

    drawn = b"".join(page.Contents.read_bytes() for page in pdf.pages)
    assert b"/Accent cs 0 sc" in drawn
    assert b"0.08 0.34 0.42" not in drawn
    assert accent_space(COLOUR) == "[/Indexed/DeviceRGB 0<7a1f5c>]"


def test_whoever_writes_a_paper_says_on_which_letterhead():
    forgetful = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in sorted((ROOT / "app").rglob("*.py"))
        for call in renders_in(file.read_text())
        if "letterhead" not in {keyword.arg for keyword in call.keywords}
    ]

    assert forgetful == []


def renders_in(source):
    """Calls of a function `render` that comes from app.pdf.pages."""
    tree = ast.parse(source)
    imports = [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
    names = {
        alias.asname or alias.name
        for one in imports
        if (one.module or "").startswith("app.pdf.pages")
        for alias in one.names
    }
    for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
        called = ast.unparse(call.func)
        if called in names & {"render"} or (
            called.endswith(".render") and called.removesuffix(".render") in names
        ):
            yield call
