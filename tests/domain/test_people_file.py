from datetime import date

import pytest

from app.domain.files.checked_table import SHOWN_FAULTS, shown
from app.domain.files.people.reading import Reading
from app.domain.files.people.reading import read as parse
from app.domain.files.people_changes import loops

TODAY = date(2026, 9, 1)
HEADER = "name,email,title,department,manager,joined_on,roles"
BERT = "Bert Birke,bert@example.com,Head,Company / Operations,,2020-01-01,board"
ANNA = "Anna Ahorn,anna@example.com,Engineer,Company / Operations,bert@example.com,2024-03-31,hr"


def read(*lines: str, ending: str = "\n", encoding: str = "utf-8") -> Reading:
    return parse((ending.join(lines) + ending).encode(encoding), today=TODAY)


def faults_of(*lines: str) -> list[str]:
    file = read(*lines)
    assert file.rows == (), "a file with faults gives no rows"
    return [str(fault) for fault in file.faults]


def line(**over: str) -> str:
    values = dict(zip(HEADER.split(","), ANNA.split(","), strict=True)) | over
    return ",".join(values.values())


def test_a_file_becomes_one_row_per_person():
    file = read(HEADER, BERT, ANNA)

    assert file.faults == ()
    bert, anna = file.rows
    assert (bert.name, bert.manager, bert.roles) == ("Bert Birke", None, frozenset({"board"}))
    assert anna.department == ("Company", "Operations")
    assert anna.manager == "bert@example.com"
    assert anna.joined_on == date(2024, 3, 31)
    assert anna.line == 3


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found_out(separator):
    file = read(*(text.replace(",", separator) for text in (HEADER, BERT, ANNA)))

    assert [row.email for row in file.rows] == ["bert@example.com", "anna@example.com"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_umlauts_arrive_whatever_the_encoding(encoding):
    file = read(HEADER, BERT.replace("Bert Birke", "Jürgen Süß"), encoding=encoding)

    assert file.rows[0].name == "Jürgen Süß"


def test_big_endian_utf_16_is_read():
    content = b"\xfe\xff" + f"{HEADER}\n{BERT}\n".encode("utf-16-be")

    assert parse(content, today=TODAY).rows[0].name == "Bert Birke"


def test_a_damaged_utf_16_file_is_one_fault():
    content = b"\xff\xfe" + HEADER.encode("utf-16-le") + b"\x00"

    (fault,) = parse(content, today=TODAY).faults
    assert "undamaged UTF-16" in str(fault)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read_and_counted(ending):
    file = read(HEADER, BERT, ANNA, ending=ending)

    assert [row.line for row in file.rows] == [2, 3]


def test_columns_may_stand_in_any_order_and_case():
    file = read(
        "Joined on,E-Mail,NAME,Department,Title,Manager".replace("E-Mail", "EMAIL"),
        "31.03.2024,anna@example.com,Anna,Company,,",
    )

    (anna,) = file.rows
    assert (anna.name, anna.joined_on, anna.roles) == ("Anna", date(2024, 3, 31), None)


def test_a_separator_inside_quotes_belongs_to_the_value():
    (row,) = read(HEADER, BERT.replace("Bert Birke", '"Birke, Bert ""Bertie"""')).rows

    assert row.name == 'Birke, Bert "Bertie"'


def test_blank_lines_are_ignored_but_counted():
    file = read("", HEADER, "", BERT, ",,,,,,", "   ", ANNA, "")

    assert [row.line for row in file.rows] == [4, 7]


def test_trailing_separators_of_a_spreadsheet_do_no_harm():
    assert len(read(HEADER + ",,", BERT + ",,", ANNA + ",,").rows) == 2


def test_what_looks_like_a_formula_is_kept_as_it_is():
    (row,) = read(HEADER, BERT.replace("Head", '"=HYPERLINK(""x"")"')).rows

    assert row.title == '=HYPERLINK("x")'


@pytest.mark.parametrize("roles", ["hr board", "hr;board", "HR|board", "board; hr"])
def test_roles_are_separated_as_people_do(roles):
    (row,) = read(HEADER, BERT.removesuffix("board") + f'"{roles}"').rows

    assert row.roles == frozenset({"hr", "board"})


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\r\n  \n"])
def test_an_empty_file_is_told_to_be_empty(content):
    (fault,) = parse(content, today=TODAY).faults

    assert "this file is empty" in str(fault)


def test_a_file_without_names_of_columns_asks_what_they_are():
    file = read(BERT, ANNA)

    assert file.needs_mapping
    assert [column.field for column in file.columns if column.field] == ["email"]


def test_a_header_alone_asks_for_people():
    assert faults_of(HEADER) == ["line 2: expected at least one person below the first line"]


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [(b"PK\x03\x04rest", "an undamaged workbook"), (b"\xd0\xcf\x11\xe0rest", "as .xlsx or .ods")],
)
def test_a_workbook_that_cannot_be_read_says_what_to_do(beginning, expected):
    (fault,) = parse(beginning, today=TODAY).faults

    assert expected in str(fault)


def test_unknown_columns_are_listed_and_ignored():
    file = read("name,email,salary,department", "Anna,anna@x.example,90000,Company")

    assert file.faults == ()
    assert "Columns that are ignored: “salary”." in file.told
    assert "90000" not in repr(file)


def test_faults_of_values_are_told_even_where_a_column_is_missing():
    told = faults_of("name,email,title,department,manager", "Anna,nonsense,,Company,")

    assert "line 2, email 'nonsense': expected an e-mail address such as anna@example.com" in told


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("name", "", "a name"),
        ("name", "x" * 121, "at most 120 characters"),
        ("title", "x" * 121, "at most 120 characters"),
        ("email", "", "an e-mail address"),
        ("email", "anna", "an e-mail address such as anna@example.com"),
        ("email", "anna@localhost", "an e-mail address such as anna@example.com"),
        ("email", "a b@example.com", "an e-mail address such as anna@example.com"),
        ("email", "anna@exam_ple.com", "an e-mail address such as anna@example.com"),
        ("email", "a..b@example.com", "an e-mail address such as anna@example.com"),
        ("email", "x" * 250 + "@example.com", "an e-mail address such as anna@example.com"),
        ("department", "", 'a department such as "Company / Operations / Support"'),
        ("department", "Company / ", 'names between the " / "'),
        ("department", " / Support", 'names between the " / "'),
        ("department", "x" * 81, "at most 80 characters for each name"),
        ("department", " / ".join("abcdefghijk"), "at most 10 levels"),
        ("joined_on", "", "a date such as 2024-03-31 or 31.03.2024"),
        ("joined_on", "soon", "a date such as 2024-03-31 or 31.03.2024"),
        ("joined_on", "2024-02-30", "a date such as 2024-03-31 or 31.03.2024"),
        ("joined_on", "٢٠٢٤-٠٣-٣١", "a date such as 2024-03-31 or 31.03.2024"),
        ("joined_on", "0024-03-31", "a date from 1900 on"),
        ("joined_on", "2027-09-03", "a date at most one year ahead"),
        ("roles", "boss", "hr, board, both (hr board) or nothing"),
        ("name", "An\x07na", "text on one line without control characters"),
        ("name", "Anna \u202eekrib", "text on one line without control characters"),
        ("name", "An\x00na", "text on one line without control characters"),
    ],
)
def test_a_wrong_value_is_told_with_line_column_value_and_what_is_expected(column, value, expected):
    (told,) = faults_of(HEADER, BERT, line(**{column: value}))

    assert told.startswith(f"line 3, {column} ")
    assert f"expected {expected}" in told


def test_a_year_ahead_is_still_fine():
    assert read(HEADER, BERT, line(joined_on="2027-08-31")).faults == ()


def test_an_inner_domain_and_an_unusual_address_are_fine_where_the_check_says_so():
    content = f"{HEADER}\n{BERT.replace('bert@example.com', 'bert@büro.example')}\n".encode()

    assert parse(content, today=TODAY).faults != ()
    assert parse(content, today=TODAY, is_email=lambda _address: True).faults == ()


@pytest.mark.parametrize("again", [ANNA, ANNA.replace("anna@", "Anna@")])
def test_the_same_line_twice_counts_once(again):
    file = read(HEADER, BERT, ANNA, again)

    assert [row.email for row in file.rows] == ["bert@example.com", "anna@example.com"]
    assert "Lines 3 and 4 say the same; they count once." in file.told


@pytest.mark.parametrize("manager", ["ANNA@example.com", "-", "n/a", "NO_MANAGER"])
def test_nobody_manages_themselves(manager):
    file = read(HEADER, BERT, line(manager=manager))

    assert [row.manager for row in file.rows] == [None, None]


def test_invisible_letters_and_line_breaks_are_levelled():
    file = read(HEADER, BERT, line(name="Anna\xa0Ahorn\u200b", title='"two\nlines"'))

    assert (file.rows[1].name, file.rows[1].title) == ("Anna Ahorn", "two lines")


def test_a_manager_is_found_in_whatever_case():
    file = read(HEADER, BERT.replace("bert@", "Bert@"), ANNA.replace("bert@", "BERT@"))

    assert [row.manager for row in file.rows] == [None, "bert@example.com"]


def test_a_loop_of_managers_names_its_members():
    told = faults_of(
        HEADER,
        line(email="a@example.com", manager="b@example.com"),
        line(email="b@example.com", manager="c@example.com"),
        line(email="c@example.com", manager="a@example.com"),
        line(email="d@example.com", manager="a@example.com"),
    )

    assert told == [
        "line 2, manager 'b@example.com': expected no loop of managers, but there is "
        "a@example.com → b@example.com → c@example.com → a@example.com"
    ]


def test_two_loops_are_two_faults():
    managers = {"a": "b", "b": "a", "c": "d", "d": "c", "e": "c", "f": None}

    assert sorted(loops(managers)) == [["a", "b"], ["c", "d"]]


def test_too_few_and_too_many_values_are_told():
    told = faults_of(HEADER, BERT, "Anna,anna@example.com", ANNA + ",more")

    assert told == [
        "line 3 '2 values': expected 7 values, as in the line that names the columns",
        "line 4 '8 values': expected 7 values, as in the line that names the columns",
    ]


def test_an_open_quotation_mark_is_told_where_it_opens():
    told = faults_of(HEADER, BERT, '"Anna,anna@example.com', ANNA, ANNA)

    assert told == ["line 3: expected every quotation mark closed, and doubled inside a value"]


def test_a_very_long_open_quotation_is_told_too():
    told = faults_of(HEADER, BERT, '"' + "x" * 200_000 + '"')

    assert told == ["line 3: expected every quotation mark closed, and doubled inside a value"]


def test_all_faults_are_told_at_once_sorted_by_line():
    told = faults_of(HEADER, line(name="", joined_on="soon"), BERT, line(email="b", roles="zz"))

    assert [text.split(" '")[0] for text in told] == [
        "line 2, joined_on",
        "line 2, name",
        "line 4, email",
        "line 4, roles",
    ]


def test_at_most_two_hundred_faults_are_shown_and_the_rest_counted():
    file = read(HEADER, *[line(email=f"p{n}@example.com", manager="", name="") for n in range(250)])

    sentences = shown(file.faults)

    assert len(sentences) == SHOWN_FAULTS + 1
    assert sentences[-1] == "and 50 more"


def test_a_long_wrong_value_is_quoted_shortly():
    (told,) = faults_of(HEADER, BERT, line(name="x" * 5_000))

    assert len(told) < 150


def large_file(people: int) -> bytes:
    rows = [
        f"Person {n},p{n}@example.com,Colleague,Company / Unit {n % 500},"
        f"{f'p{n - 1}@example.com' if n else ''},2020-01-01,{'hr' if n == 0 else ''}"
        for n in range(people)
    ]
    return "\n".join([HEADER, *rows]).encode()


@pytest.mark.slow
def test_a_hundred_thousand_rows_in_one_chain_are_read():
    content = large_file(100_000)

    file = parse(content, today=TODAY)

    assert len(file.rows) == 100_000


@pytest.mark.slow
def test_a_loop_of_twenty_thousand_is_found():
    """Far deeper than calls may be nested; the longest chain is read above."""
    content = large_file(20_000).replace(b",,2020", b",p19999@example.com,2020", 1)

    (fault,) = parse(content, today=TODAY).faults

    assert "no loop of managers" in str(fault)
    assert len(str(fault)) < 500
