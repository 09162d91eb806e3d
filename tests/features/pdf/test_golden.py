"""Every page of the sample reports looks as it is meant to; see golden.py to renew the pictures."""

from dataclasses import replace

import pytest

from app.pdf.engine.letterhead import Letterhead
from app.pdf.pages.personal import render
from tests.features.pdf.golden import MOST_CHANGED, PAPERS, changed, pictures_of, stored
from tests.samples import shown, statement, typical


@pytest.mark.parametrize("name", PAPERS)
def test_every_page_looks_as_it_is_meant_to(name):
    make, paper = PAPERS[name]

    pictures = pictures_of(render(make(), letterhead=Letterhead(paper)))

    kept = stored(name)
    assert len(pictures) == len(kept)
    differences = [changed(*pair) for pair in zip(pictures, kept, strict=True)]
    assert max(differences) <= MOST_CHANGED, differences


def test_one_mean_that_is_drawn_elsewhere_would_be_noticed():
    first = statement(1, colleagues=shown(3.2, (10, 20, 70)))
    report = replace(typical(), statements=(first, *typical().statements[1:]))

    pictures = pictures_of(render(report))

    assert changed(pictures[2], stored("typical")[2]) > MOST_CHANGED


def test_a_page_of_another_size_differs_everywhere():
    a4, letter = stored("typical")[0], stored("letter")[0]

    assert changed(a4, letter) >= a4.size
