"""Tables out of bytes: code pages, separators, workbooks, and files made to do harm."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from app.domain.files.people.columns import known_names
from app.domain.files.people.opening import _judged as judged
from app.domain.files.tables import delimited, excel, opendocument
from app.domain.files.tables.cells import MOST_LINES, NotStored, StoredDate, UnreadableTableError
from app.domain.files.tables.encodings import readings
from tests.features.people.test_real_files import SYSTEMS


def workbook(fill) -> bytes:
    """A workbook whose first sheet was filled by `fill`."""
    book = openpyxl.Workbook()
    fill(book.active)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def readings_of(text: str, encoding: str) -> list[str]:
    return [reading.text for reading in readings(text.encode(encoding), judged)]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1250", "Łucja Dąbrowska, Śćibor Mąka"),
        ("mac_roman", "Jürgen Größe, Renée Cœur"),
        ("cp1251", "Борис Петров"),
        ("cp1253", "Γιώργος Παπαδόπουλος"),
        ("iso8859_2", "Łucja Żak, Ścibor Mąka"),
        ("utf-16", "Łucja, Jürgen"),
        ("utf-8", "Łucja, Jürgen"),
    ],
)
def test_the_right_reading_is_among_those_that_are_offered(encoding, names):
    text = f"name,email\n{names}\n"

    assert text in readings_of(text, encoding)


def test_what_two_code_pages_read_differently_is_shown_in_both():
    found = readings("name,email\nÅse Åkesson,a@x.example\n".encode("cp1252"), judged)

    assert len(found) > 1
    assert any("Åse" in reading.words for reading in found)
    assert len({reading.text for reading in found}) == len(found)


def test_a_sign_in_a_name_is_no_reading():
    text = "name,email\nŁucja Dąbrowska,a@x.example\n"

    assert all("£ucja" not in reading for reading in readings_of(text, "cp1250"))


def test_a_header_in_one_language_tells_the_code_page():
    text = "Prénom;Nom;E-mail;Département\nHélène;Lefèvre;h@x.example;Ventes\n"

    assert readings_of(text, "cp1252") == [text]


def test_utf_16_without_a_mark_is_read():
    assert readings_of("name,email\nŁ,x@y.example\n", "utf-16-le")[0].startswith("name")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found_and_may_be_told(delimiter):
    text = f"Name{delimiter}E-Mail\nAda{delimiter}a@x.example\n"
    assert [line.cells for line in delimited.lines(text, known_names)][1] == ("Ada", "a@x.example")

    told = f"sep={delimiter}\n{text}"
    lines = list(delimited.lines(told, known_names))
    assert (lines[0].number, lines[1].cells) == (2, ("Ada", "a@x.example"))


def test_a_workbook_shows_what_its_cells_show():
    def fill(sheet):
        sheet["B3"], sheet["C3"], sheet["D3"] = 42, date(2020, 2, 1), "=A1"
        sheet["B3"].number_format, sheet["C3"].number_format = "00000", "dd/mm/yyyy"
        sheet["B4"], sheet["C4"] = "text", True
        sheet["B4"].hyperlink = "mailto:ada@x.example"
        sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["C"].hidden = True

    (sheet,) = excel.sheets(workbook(fill))

    first, second = sheet.lines
    assert (first.number, first.cells[:3]) == (
        3,
        ("", "00042", StoredDate(date(2020, 2, 1), "dmy")),
    )
    assert isinstance(first.cells[3], NotStored)
    assert second.cells == ("", "mailto:ada@x.example", "TRUE")
    assert (sheet.hidden_lines, sheet.hidden_columns) == ((4,), ("C",))


def test_a_cell_that_is_merged_downwards_holds_for_every_line():
    def fill(sheet):
        sheet.append(["Unit", "Name"])
        for name in ("Ada", "Bo", "Cy"):
            sheet.append([None, name])
        sheet["A2"] = "Works"
        sheet.merge_cells("A2:A3")

    (sheet,) = excel.sheets(workbook(fill))

    assert [line.cells[0] for line in sheet.lines] == ["Unit", "Works", "Works", ""]


def test_a_hidden_sheet_is_never_read():
    def fill(sheet):
        sheet["A1"] = "seen"
        secret = sheet.parent.create_sheet("Pay")
        secret["A1"], secret.sheet_state = "secret", "veryHidden"

    assert [sheet.name for sheet in excel.sheets(workbook(fill))] == ["Sheet"]


def bomb(size: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * size)
    return content.getvalue()


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read():
    small = bomb(1000)
    # What the archive says about its own size is what counts: nothing larger is ever unpacked.
    place = small.index(b"PK\x01\x02") + 24
    lying = small[:place] + (2**31).to_bytes(4, "little") + small[place + 4 :]

    with pytest.raises(UnreadableTableError, match="a smaller workbook"):
        excel.sheets(lying)


@pytest.mark.parametrize("reader", [excel, opendocument])
@pytest.mark.parametrize("content", [b"PK\x03\x04rest", bomb(10)])
def test_a_damaged_workbook_says_what_to_do(reader, content):
    with pytest.raises(UnreadableTableError, match="undamaged"):
        reader.sheets(content)


def spreadsheet(body: str) -> bytes:
    """An .ods file with one table of this content."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    text = f'<office:document-content {spaces}><table:table table:name="People">{body}'
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"{text}</table:table></office:document-content>")
    return content.getvalue()


def test_a_million_repeated_blank_lines_cost_nothing():
    blank = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
    blank += 'table:number-columns-repeated="16384"/></table:table-row>'

    (sheet,) = opendocument.sheets(spreadsheet(blank))

    assert sheet.lines == ()


def test_a_line_that_repeats_too_often_is_refused():
    row = f'<table:table-row table:number-rows-repeated="{MOST_LINES + 1}"><table:table-cell '
    row += 'office:value-type="string"><text:p>Ada</text:p></table:table-cell></table:table-row>'

    with pytest.raises(UnreadableTableError, match="at most"):
        opendocument.sheets(spreadsheet(row))


def test_declared_entities_are_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        declared = '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
        archive.writestr("content.xml", declared)

    with pytest.raises(UnreadableTableError, match="undamaged"):
        opendocument.sheets(content.getvalue())


def test_the_italian_sheet_keeps_its_zeros_and_dates():
    (people, _empty) = opendocument.sheets((SYSTEMS / "12-personale-it.ods").read_bytes())

    assert people.lines[3].cells[0] == "00012"
    assert people.lines[3].cells[9] == StoredDate(date(2012, 5, 3), "dmy")
