import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.files.formula_guard import as_meant, harmless


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("'=x", "''=x"),
        ("O'Hara", "O'Hara"),
        ("'tis", "'tis"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_cell_that_would_run_gets_an_apostrophe(cell, written):
    assert harmless(cell) == written
    assert as_meant(written) == cell


@given(st.text(alphabet="'=+-@aé ", max_size=6))
def test_what_is_written_harmlessly_is_read_as_it_was(cell):
    assert not harmless(cell).startswith(("=", "+", "-", "@"))
    assert as_meant(harmless(cell)) == cell
