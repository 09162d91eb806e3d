"""Tables that are damaged, locked or unusual: each is read as meant, or refused in words."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from app.domain.files.table_file import decoded
from app.domain.files.tables import excel, opendocument, packed
from app.domain.files.tables.cells import StoredDate, UnreadableTableError
from app.domain.files.tables.encodings import SEEN, readings

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
LINK = "http://www.w3.org/1999/xlink"


def workbook(fill) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_part(content: bytes, name: str, change) -> bytes:
    """The archive, with one part as `change` makes it; None leaves the part out."""
    old, new = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(new, "w") as archive:
        for part in old.namelist():
            body = old.read(part)
            body = change(body) if part == name else body
            if body is not None:
                archive.writestr(part, body)
    return new.getvalue()


def spreadsheet(rows: str, *, styles: str = "", name: str = "") -> bytes:
    """An OpenDocument file with one sheet."""
    spaces = (
        f'xmlns:office="{OFFICE}" xmlns:table="{TABLE}" xmlns:text="{TEXT}" xmlns:style="{STYLE}"'
    )
    content = (
        f'<office:document-content {spaces} xmlns:xlink="{LINK}"><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="People" {name}>{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    packed_file = io.BytesIO()
    with zipfile.ZipFile(packed_file, "w") as archive:
        archive.writestr("content.xml", content)
    return packed_file.getvalue()


def cells_of(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def word(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def lines(sheets):
    return [line.cells for line in sheets[0].lines]


def test_a_fraction_in_a_workbook_is_read_as_it_is():
    assert lines(excel.sheets(workbook(lambda sheet: sheet.append([4.5, 7.0])))) == [("4.5", "7")]


def test_a_workbook_without_styles_is_read():
    content = workbook(lambda sheet: sheet.append(["Anna", 12]))

    content = with_part(content, "xl/styles.xml", lambda _body: None)

    assert lines(excel.sheets(content)) == [("Anna", "12")]


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace(b"</sheetData>", b"</sheet>"),
        lambda body: body.replace(b"<worksheet", b"<!DOCTYPE x><worksheet"),
        lambda body: body.replace(b"</worksheet>", b""),
    ],
    ids=["tags that do not match", "a declared kind of document", "cut off"],
)
def test_a_sheet_that_is_no_proper_xml_is_refused(change):
    content = with_part(
        workbook(lambda sheet: sheet.append(["Anna"])), "xl/worksheets/sheet1.xml", change
    )

    with pytest.raises(UnreadableTableError):
        excel.sheets(content)


def test_cells_merged_over_very_many_lines_are_refused():
    content = workbook(lambda sheet: sheet.append(["Anna"]))
    ranges = "".join(
        f'<mergeCell ref="{column}1:{column}1048576"/>' for column in "ABCDEFGHIJKLMNOP"
    )
    bad = with_part(
        content,
        "xl/worksheets/sheet1.xml",
        lambda body: body.replace(
            b"</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>".encode()
        ),
    )

    with pytest.raises(UnreadableTableError):
        excel.sheets(bad)


def test_a_workbook_with_a_password_is_told_so():
    content = bytearray(workbook(lambda sheet: sheet.append(["Anna"])))
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1  # the mark of an encrypted part in the archive's own list

    with pytest.raises(UnreadableTableError, match="without a password"):
        packed.open_bounded(bytes(content), "damaged")


def test_an_opendocument_cell_is_read_by_its_kind():
    content = spreadsheet(
        cells_of(
            word("yes", 'office:value-type="boolean" office:boolean-value="true"'),
            word("1.2E+05", 'office:value-type="float" office:value="120000"'),
            word("31.12.2024", 'office:value-type="date" office:date-value="2024-12-31"'),
            word('<text:a xlink:href="mailto:anna@example.com">Anna</text:a>'),
        )
    )

    yes, number, day, address = lines(opendocument.sheets(content))[0]

    assert (yes, number) == ("TRUE", "120000")
    assert isinstance(day, StoredDate)
    assert day.day == date(2024, 12, 31)
    assert "anna@example.com" in address


def test_a_cell_that_spans_lines_holds_for_each_and_hidden_lines_are_named():
    content = spreadsheet(
        cells_of(word("Sales", 'table:number-rows-spanned="2"'), word("Anna"))
        + '<table:table-row table:visibility="collapse"><table:covered-table-cell/>'
        + word("Bert")
        + "</table:table-row>"
    )

    (sheet,) = opendocument.sheets(content)

    assert [line.cells for line in sheet.lines] == [("Sales", "Anna"), ("Sales", "Bert")]
    assert list(sheet.hidden_lines) == [2]


def test_a_hidden_opendocument_sheet_is_not_read():
    properties = '<style:table-properties table:display="false"/>'
    hidden = f'<style:style style:name="away">{properties}</style:style>'

    content = spreadsheet(cells_of(word("Anna")), styles=hidden, name='table:style-name="away"')

    assert opendocument.sheets(content) == ()


def test_bytes_that_no_code_page_knows_are_read_nevertheless():
    assert decoded(b"name\n\x81\x8d\n") == "name\n\x81\x8d\n"


def test_thousands_of_different_words_are_looked_at_up_to_a_limit():
    names = "\n".join(
        f"Å{''.join(chr(97 + int(digit)) for digit in str(n))}" for n in range(SEEN + 99)
    )

    found = readings(names.encode("cp1252"), lambda _text: (0, ""))

    assert found[0].text == names
