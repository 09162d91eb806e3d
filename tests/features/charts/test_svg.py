"""SVG for a strict content policy: well-formed, without styles and ids, with a text alternative."""

from xml.etree import ElementTree as ET

import pytest

from app.charts.keys import keys
from app.charts.marks import Anchor, Chart, Group, Line, Path, Role, Text
from app.charts.pictures import Pictures
from app.charts.svg import svg
from tests.samples import SAMPLES

SVG = "{http://www.w3.org/2000/svg}"


def pictures_of(name: str) -> list[str]:
    report = SAMPLES[name]()
    pictures = Pictures(report)
    drawn = [pictures.head(), *(picture for picture, _ in pictures.legend())]
    drawn += [pictures.statement(line) for line in report.statements]
    drawn += [pictures.difference(line) for line in report.differences]
    drawn += [pictures.competency(line) for line in report.competencies]
    drawn += [picture for _, picture, _ in pictures.trend()]
    if report.second_view:
        drawn.append(pictures.pair(report.second_view.reports[0], report.second_view.others[0]))
    return [str(picture) for picture in drawn]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_chart_is_well_formed_and_carries_classes_only(name):
    for picture in pictures_of(name):
        root = ET.fromstring(picture)

        assert root.get("role") == "img"
        assert root[0].tag == f"{SVG}title"
        assert root[0].text
        for element in root.iter():
            assert not {"style", "id", "fill", "stroke", "onclick"} & element.attrib.keys()


def test_words_in_a_chart_are_escaped():
    words = Text(0, 0, '<b>"&', Role.LABEL, Anchor.START)
    chart = Chart("test", 10, 10, "</title><script>", (), (words,))

    root = ET.fromstring(str(svg(chart)))

    assert root[0].text == "</title><script>"
    assert root[1][1].text == '<b>"&'


def test_a_group_and_an_open_path_are_drawn():
    path = Path(((0, 0), (5, 2.5)), Role.COLLEAGUES)
    group = Group((path, Line(0, 0, 1, 1, Role.GRID)), Role.BAND)

    root = ET.fromstring(str(svg(Chart("test", 10, 10, "A group", (), (group,)))))

    assert [element.tag.removeprefix(SVG) for element in root[1]] == ["polyline", "line"]
    assert root[1][0].get("points") == "0,0 5,2.5"


def test_an_unknown_mark_is_a_fault():
    with pytest.raises(TypeError, match="no such mark"):
        svg(Chart("test", 10, 10, "Nothing", (), ("a dot",)))  # type: ignore[arg-type]


def test_the_key_explains_every_sign():
    assert len(keys()) == 5
    assert all(words for _, words in keys())
