"""Pictures of every page of the sample reports, as they are meant to look.

Renew them after a change that is meant, then look at what changed and commit it:

    .venv/bin/python -m tests.features.pdf.golden
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pypdfium2 import PdfDocument

from app.domain.reports.contents import PersonalReport
from app.pdf.pages.personal import render
from tests.samples import SAMPLES, extreme, typical

FOLDER: Final = Path(__file__).parent / "golden"
DOTS_PER_INCH: Final = 42
GREYS: Final = 16
STEP: Final = 256 // GREYS
CLEAR: Final = 64
"""A pixel has changed when its grey differs by this much of 255."""
MOST_CHANGED: Final = 12
"""Pixels of a page that may have changed: less than a dot of a chart has."""

Picture = NDArray[np.uint8]


def long_winded() -> PersonalReport:
    """The extreme report without letters whose face depends on the machine, and shorter."""
    report = extreme()
    return replace(
        report,
        name=report.name.replace(" 王小明", ""),
        keep=(*report.keep[:4], *report.keep[-4:-1]),
        try_next=report.try_next[:2],
    )


PAPERS: Final = {
    **{name: (make, "A4") for name, make in SAMPLES.items() if name != "extreme"},
    "long_winded": (long_winded, "A4"),
    "letter": (typical, "letter"),
}


def pictures_of(paper: bytes) -> list[Picture]:
    """Every page in a few greys, as on a cheap printer."""
    document = PdfDocument(paper)
    return [_coarse(page.render(scale=DOTS_PER_INCH / 72, grayscale=True)) for page in document]


def _coarse(bitmap: object) -> Picture:
    pixels: Picture = np.asarray(bitmap.to_pil().convert("L"))  # type: ignore[attr-defined]
    return pixels // STEP * STEP


def stored(name: str) -> list[Picture]:
    """The pictures kept of a report, page by page."""
    files = sorted(FOLDER.glob(f"{name}-*.png"))
    return [np.asarray(Image.open(file).convert("L")) for file in files]


def changed(one: Picture, other: Picture) -> int:
    """How many pixels clearly differ; all of them when the pages have different sizes."""
    if one.shape != other.shape:
        return max(one.size, other.size)
    return int((np.abs(one.astype(int) - other.astype(int)) > CLEAR).sum())


def renew() -> Iterator[Path]:
    """Write all pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.png"):
        file.unlink()
    for name, (make, paper) in PAPERS.items():
        for number, picture in enumerate(pictures_of(render(make(), paper=paper)), start=1):
            file = FOLDER / f"{name}-{number:02}.png"
            palette = Image.fromarray(picture).quantize(GREYS)
            palette.save(file, optimize=True, bits=4)
            yield file


if __name__ == "__main__":
    written = list(renew())
    size = sum(file.stat().st_size for file in written)
    print(f"{len(written)} pages, {size / 1000:.0f} kB in {FOLDER}")  # noqa: T201 - the command's answer
