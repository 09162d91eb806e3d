"""Files with a quarter from another tool: what fits, and every fault of what does not."""

import pytest

from app.domain.files.history_file import RATINGS, History, parse

KNOWN = {"anna@example.com", "bert@example.com", "carl@example.com"}
HEADER = ",".join(["rater", "subject", *RATINGS, "keep", "try"])
FOURS = ",".join(["4"] * 14)


def read(*lines: str, enps: str | None = None) -> History:
    content = "\n".join(lines).encode()
    return parse(content, enps.encode() if enps is not None else None, known=KNOWN)


def review_faults(*lines: str) -> list[str]:
    return [str(fault) for fault in read(HEADER, *lines).review_faults]


def enps_faults(enps: str) -> list[str]:
    line = f"anna@example.com,bert@example.com,{FOURS},,"
    return [str(fault) for fault in read(HEADER, line, enps=enps).enps_faults]


def test_a_review_is_read_with_ratings_comments_and_gaps():
    ratings = ",".join(["5", "0", "n", "", *["3"] * 10])

    history = read(HEADER, f"Anna@Example.com,bert@example.com,{ratings},You listen,Ask sooner")

    (row,) = history.reviews
    assert (row.rater, row.subject) == ("anna@example.com", "bert@example.com")
    assert row.ratings == (5, 0, 0, -1, *[3] * 10)
    assert row.comments == (("keep", "You listen"), ("try", "Ask sooner"))
    assert not row.is_own


def test_a_file_without_comments_and_with_semicolons_is_fine():
    header = ";".join(["rater", "subject", *RATINGS])

    history = read(header, f"anna@example.com;anna@example.com;{FOURS.replace(',', ';')}")

    assert history.reviews[0].is_own
    assert history.reviews[0].comments == ()
    assert history.people == {"anna@example.com"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"nobody,bert@example.com,{FOURS},,", "line 2, rater 'nobody': expected an e-mail"),
        (f"zoe@example.com,bert@example.com,{FOURS},,", "'zoe@example.com': expected the e-mail"),
        (f"anna@example.com,bert@example.com,6,{FOURS[2:]},,", "s01 '6': expected 1 to 5"),
        (f"anna@example.com,bert@example.com,{FOURS},{'x' * 1001},", "at most 1,000 characters"),
        (f"anna@example.com,anna@example.com,{FOURS},Me,", "nobody comments on themselves"),
        (f"anna@example.com,anna@example.com,0,{FOURS[2:]},,", "in an answer about oneself"),
        ("anna@example.com,bert@example.com,4", "expected 18 values, as in the first line"),
    ],
)
def test_a_fault_is_told_with_line_column_and_what_would_fit(line, told):
    (fault,) = review_faults(line)

    assert told in fault


def test_all_faults_of_a_file_are_told_at_once():
    faults = review_faults(
        f"anna@example.com,bert@example.com,{FOURS},,",
        f"anna@example.com,bert@example.com,9,{FOURS[2:]},,",
        f"anna@example.com,zoe@example.com,{FOURS},,",
    )

    assert [fault.split(":")[0] for fault in faults] == [
        "line 3, s01 '9'",
        "line 3, subject 'bert@example.com'",
        "line 4, subject 'zoe@example.com'",
    ]


def test_an_empty_file_and_one_without_lines_are_refused():
    assert "expected a first line with the columns rater, subject, s01" in str(
        read("").review_faults[0]
    )
    assert review_faults() == ["line 2: expected at least one line below the first"]


def test_answers_to_the_last_question_come_with_reasons_or_without():
    line = f"anna@example.com,bert@example.com,{FOURS},,"

    history = read(
        HEADER, line, enps="enps,reasons,comment,rater\n9,Pay|growth,Good,CARL@example.com\n0,,,\n"
    )

    first, second = history.enps
    assert (first.score, first.reasons, first.comment) == (9, ("pay", "growth"), "Good")
    assert (first.rater, second.rater) == ("carl@example.com", "")
    assert history.reasons == ("growth", "pay")
    assert history.raters == {"anna@example.com", "carl@example.com"}


@pytest.mark.parametrize(
    ("enps", "told"),
    [
        ("enps\n11", "enps '11': expected a whole number from 0 to 10"),
        ("enps,reasons\n5,a|b|c|d", "at most 3 reasons"),
        ("enps,reasons\n5," + "x" * 41, "reasons of at most 40 characters"),
        ("enps,comment\n5," + "x" * 1001, "at most 1,000 characters"),
        ("enps,rater\n5,zoe@example.com", "somebody in the directory"),
        ("enps,rater\n5,anna@example.com\n6,anna@example.com", "line 2 has them already"),
        ("score\n5", "expected a first line with the columns enps"),
    ],
)
def test_faults_of_the_second_file_are_told_alike(enps, told):
    (fault,) = enps_faults(enps)

    assert told in fault


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04anything", "a CSV file; please save the workbook as CSV (UTF-8) first"),
        (b"\xff\xfe\x00", "an undamaged UTF-16 file, or CSV in UTF-8"),
        (f'{HEADER}\n"anna'.encode(), "every quotation mark closed"),
        (f"{HEADER},rater\n".encode(), "each column once"),
        (f"{HEADER},boss\n".encode(), "column 19 'boss': expected one of rater, subject"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_what_would_be_one(content, told):
    (fault, *_more) = parse(content, None, known=KNOWN).review_faults

    assert told in str(fault)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_in_the_encodings_that_spreadsheets_write(encoding):
    text = f"{HEADER},,\nanna@example.com,bert@example.com,{FOURS},Größe,\n"

    history = parse(text.encode(encoding), None, known=KNOWN)

    assert history.reviews[0].comments == (("keep", "Größe"),)
