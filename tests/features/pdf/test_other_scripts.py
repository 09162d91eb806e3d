"""Names and comments in every script: drawn, embedded, and copied as they were written."""

import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
from pypdf import PdfReader

from app.domain.reports.contents import CommentText
from app.pdf.engine.clusters import clusters
from app.pdf.engine.faces import source_sans
from app.pdf.engine.shaping import Run, ShapedRun, runs, unprintable
from app.pdf.engine.theme import BODY
from app.pdf.engine.wrapping import width_of, wrap
from app.pdf.pages.personal import render
from tests.features.pdf.test_personal import COMMENTS, content_of, fonts_of, pages_of, squeezed
from tests.samples import typical

FACE = source_sans("Regular")
NAMES = {
    "Κωνσταντίνος Παπαδόπουλος": "SourceSansPro",
    "Александра Иванова": "SourceSansPro",
    "สมชาย น้ำผึ้ง": "NotoSansThai",
    "प्रिया क्षत्रिय": "NotoSansDevanagari",
    "তাসনিম স্ত্রী": "NotoSansBengali",
    "கீர்த்தனா கௌரி": "NotoSansTamil",
    "శ్రీనివాస్ రావు": "NotoSansTelugu",
    "ಕೃಷ್ಣ ರಾವ್": "NotoSansKannada",
    "ശ്രീജിത്ത് നായർ": "NotoSansMalayalam",
    "હિતેશ પટેલ": "NotoSansGujarati",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ": "NotoSansGurmukhi",
    "ପ୍ରିୟଙ୍କା ଦାସ": "NotoSansOriya",
    "සුනිල් ශ්‍රී": "NotoSansSinhala",
    "ស្រីមុំ ចាន់": "NotoSansKhmer",
    "ສົມສັກ ເໝືອນ": "NotoSansLao",
    "အောင်ဆန်း မြန်မာ": "NotoSansMyanmar",
    "გიორგი ბერიძე": "NotoSansGeorgian",
    "Արամ Սարգսյան": "NotoSansArmenian",
    "አበበ በቀለ": "NotoSansEthiopic",
    "王小明": "wqymicrohei",
    "さくら 山田": "wqymicrohei",
    "김민준": "wqymicrohei",
    "Ọlá Ẹ̀bùn": "NotoSans",  # an accent that no single letter of Unicode has
}
RIGHT_TO_LEFT = {
    "محمد علي": "NotoSansArabic",
    "یوسف کتاب‌ها": "NotoSansArabic",
    "שרה כהן": "NotoSansHebrew",
}


@pytest.fixture(scope="module")
def paper():
    """One paper with every name among its comments."""
    comments = tuple(
        CommentText(str(n), f"{name};") for n, name in enumerate(NAMES | RIGHT_TO_LEFT)
    )
    return render(replace(typical(), keep=comments))


@pytest.mark.parametrize(("name", "typeface"), (NAMES | RIGHT_TO_LEFT).items())
def test_a_name_in_another_script_is_drawn_in_its_typeface(name, typeface):
    used = {
        run.typeface.name if isinstance(run, ShapedRun) else "SourceSansPro"
        for run in runs(name.replace(" ", ""), FACE)
    }

    assert used - {"SourceSansPro"} == {typeface} - {"SourceSansPro"}


def test_every_typeface_is_embedded(paper):
    fonts = [font for number in (COMMENTS, COMMENTS + 1) for font in fonts_of(page(paper, number))]

    names = {font["/BaseFont"].partition("+")[2].rstrip("0123456789") for font in fonts}
    assert {*NAMES.values(), *RIGHT_TO_LEFT.values()} - {"SourceSansPro"} <= names
    for font in fonts:
        (inner, *_) = font.get("/DescendantFonts", [font])
        assert "/FontFile2" in inner.get_object()["/FontDescriptor"]


def test_a_name_in_another_script_is_copied_as_it_was_written(paper):
    text = squeezed("".join(pages_of(paper)[COMMENTS:]))

    assert [name for name in NAMES if squeezed(name) not in text] == []


def test_a_viewer_copies_what_runs_right_to_left_as_it_was_written(paper):
    pages = pypdfium2.PdfDocument(paper)
    text = "".join(
        pages[number].get_textpage().get_text_range() for number in (COMMENTS, COMMENTS + 1)
    )

    words = [word for name in RIGHT_TO_LEFT for word in name.split()]
    assert [word for word in words if word not in text] == []


def test_a_letter_with_its_marks_is_one_glyph_that_says_them_all():
    (run,) = runs("น้ำ", FACE)

    assert isinstance(run, ShapedRun)
    (shape,) = run.shapes
    assert shape.text == "น้ำ"
    assert len(shape.parts) > 1


def test_letters_are_drawn_in_the_order_their_script_asks_for():
    (hindi,) = runs("हि", FACE)

    assert isinstance(hindi, ShapedRun)
    # The vowel is written behind its consonant and drawn before it.
    ((first, *_), (second, *_)) = hindi.shapes[0].parts
    font = hindi.typeface.font
    assert first != font.get_nominal_glyph(ord("ह"))
    assert second == font.get_nominal_glyph(ord("ह"))


def test_emoji_are_drawn_as_pictures_and_copied_whole():
    emoji = "😀 👍🏽 ❤️ 👨‍👩‍👧 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ 🫠"

    paper = render(replace(typical(), keep=(CommentText("x", f"Well done {emoji} again"),)))

    assert f"Well done {emoji} again" in " ".join(pages_of(paper)[COMMENTS].split())
    for one in emoji.split():
        (run,) = runs(one, FACE)
        assert isinstance(run, ShapedRun)
        assert run.typeface.name == "NotoEmoji"
        assert len(run.shapes) == 1


def test_a_letter_that_no_typeface_has_is_written_as_its_code_and_copied_as_itself():
    odd = CommentText("x", "From \U00020bb7野 \U00012000")

    paper = render(replace(typical(), keep=(odd,)))

    assert "From [U+20BB7]野 [U+12000]" in " ".join(pages_of(paper)[COMMENTS].split())
    content = content_of(paper, COMMENTS)
    assert b"ActualText <FEFFD842DFB7>" in content
    assert b"ActualText <FEFFD808DC00>" in content


def test_what_papers_cannot_print_is_known_before():
    assert unprintable("\U00020bb7野 家\U00020bb7 \U00012000", FACE) == ["\U00020bb7", "\U00012000"]
    assert [text for text in NAMES | RIGHT_TO_LEFT if unprintable(text, FACE)] == []


def test_letters_are_as_heavy_as_the_text_around_them():
    strong, plain = (runs("გიორგი", source_sans(weight)) for weight in ("Semibold", "Regular"))

    assert strong[0].width > plain[0].width


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("เพื่อน", ["เพื่", "อ", "น"]),
        ("น้ำ", ["น้ำ"]),
        ("क्षत्रिय", ["क्ष", "त्रि", "य"]),
        ("ខ្មែរ", ["ខ្មែ", "រ"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("👨‍👩‍👧👍🏽", ["👨‍👩‍👧", "👍🏽"]),
        ("a\u0301b", ["a\u0301", "b"]),
    ],
)
def test_a_letter_is_never_parted_from_what_belongs_to_it(text, expected):
    assert list(clusters(text)) == expected


def test_text_without_spaces_is_cut_between_letters():
    text = "เธอเป็นหัวหน้าที่ดีมากช่วยเหลือเพื่อนร่วมงานเสมอและพูดตรงไปตรงมา" * 4

    lines = wrap(f"Thai: {text}", BODY, 200)

    assert "".join(lines) == f"Thai: {text}"
    assert len(lines[0]) > len("Thai: ")
    assert all(width_of(line, BODY) <= 200.5 for line in lines)
    assert [one for line in lines for one in clusters(line)] == list(clusters(f"Thai: {text}"))


def test_a_report_in_the_papers_own_letters_opens_no_other_typeface():
    seen = subprocess.run(
        [
            sys.executable,
            "-c",
            "from app.pdf.engine.other_scripts import typeface; from tests.samples import typical; "
            "from app.pdf.pages.personal import render; render(typical()); "
            "print(typeface.cache_info().currsize)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert seen.stdout.strip() == "0"


def test_equal_papers_in_other_scripts_have_equal_bytes():
    report = replace(typical(), name="สมชาย محمد 王小明 😀")

    assert render(report) == render(report)


def test_words_of_the_papers_own_letters_stay_as_they_are_beside_others():
    latin, thai, more = runs("Team ทีม 2026", FACE)

    assert (latin, more) == (Run(FACE, "Team "), Run(FACE, " 2026"))
    assert isinstance(thai, ShapedRun)


def page(paper, number):
    return PdfReader(BytesIO(paper)).pages[number]
