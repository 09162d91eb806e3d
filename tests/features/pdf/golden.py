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

from app.domain.reports.contents import CommentText, PersonalReport
from app.pdf.engine.letterhead import Letterhead
from app.pdf.pages.personal import render
from tests.samples import SAMPLES, extreme, first_quarter, typical

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
    """The extreme report, shorter."""
    report = extreme()
    return replace(
        report,
        name=report.name.replace(" 王小明", ""),
        keep=(*report.keep[:4], *report.keep[-4:-1]),
        try_next=report.try_next[:2],
    )


def other_scripts() -> PersonalReport:
    """A name and comments in letters that the papers' own family lacks, and emoji."""
    comments = tuple(CommentText(str(n), text) for n, text in enumerate(IN_OTHER_SCRIPTS))
    return replace(first_quarter(), name="สมชาย น้ำผึ้ง", keep=comments[:9], try_next=comments[9:])


IN_OTHER_SCRIPTS: Final = (
    "เธอเป็นหัวหน้าที่ดีมาก ช่วยเหลือเพื่อนร่วมงานเสมอ และพูดตรงไปตรงมา ทำให้ทีมของเราทำงานได้ดีขึ้นทุกวัน",
    "आप हमेशा टीम की मदद करते हैं, और स्पष्ट रूप से बोलते हैं। क्षत्रिय श्री ज्ञान",
    "তুমি সবসময় সাহায্য করো, এবং স্পষ্টভাবে কথা বলো। স্ত্রী কো",
    "நீங்கள் எப்போதும் உதவுகிறீர்கள்; తెలుగు సహాయం; ಕನ್ನಡ ಸಹಾಯ; സഹായിക്കുന്നു",
    "મદદ કરો છો; ਮਦਦ ਕਰਦੇ ਹੋ; ସାହାଯ୍ୟ କରନ୍ତି",
    "អ្នកតែងតែជួយមិត្តរួមការងារ ស្ត្រី ខ្មែរ",
    "ඔබ සැමවිටම උදව් කරයි ශ්‍රී ක්‍රියා",
    "ເຈົ້າຊ່ວຍເຫຼືອສະເໝີ; မြန်မာ ကူညီပါသည်",
    "თქვენ გვეხმარებით; Դուք միշտ օգնում եք; ሁልጊዜ ትረዳለህ",
    "أنت تساعد الفريق دائماً (وبوضوح) في 2026 مع API v2، شكراً جزيلاً على كل شيء تقوم به من أجلنا",
    "אתה עוזר תמיד לצוות ומדבר ברור, גם כשקשה (2026)",
    "王小明さんはとても親切です。谢谢 김민준 감사합니다。",
    "Well done 👍🏽 😀 🎉 ❤️ 👨‍👩‍👧‍👦 🇩🇪 1️⃣ ✓ → ≠ ɔ̃ ẹ́",
    "From \U00020bb7野 \U00012000",
)

PAPERS: Final = {
    **{name: (make, "A4") for name, make in SAMPLES.items() if name != "extreme"},
    "long_winded": (long_winded, "A4"),
    "other_scripts": (other_scripts, "A4"),
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
        for number, picture in enumerate(
            pictures_of(render(make(), letterhead=Letterhead(paper))), start=1
        ):
            file = FOLDER / f"{name}-{number:02}.png"
            palette = Image.fromarray(picture).quantize(GREYS)
            palette.save(file, optimize=True, bits=4)
            yield file


if __name__ == "__main__":
    written = list(renew())
    size = sum(file.stat().st_size for file in written)
    print(f"{len(written)} pages, {size / 1000:.0f} kB in {FOLDER}")  # noqa: T201 - the command's answer
