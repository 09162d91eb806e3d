"""Nothing that is typed is cut off: limits are said and checked, never enforced by a browser."""

import re

from tests.guards.places import ROOT, name, templates


def test_no_field_cuts_off_what_is_typed(app, hanna):
    pages = ("/people/new", "/cycles/new", "/password/change", "/sign-in", "/password/forgot")

    found = [page for page in pages if "maxlength" in hanna.get(page).text]

    assert found == []


def test_no_template_limits_a_field_by_itself():
    assert [name(file) for file in templates() if "maxlength" in file.read_text()] == []


def test_a_limited_field_tells_its_limit(hanna):
    field = re.search(r"<input[^>]*name=\"name\"[^>]*>", hanna.get("/people/new").text)

    assert field is not None
    assert "data-limit=" in field.group()


def test_no_page_writes_a_limit_of_comments_out_again():
    sources = [*templates(), *(ROOT / "app" / "static").rglob("*.js")]

    assert [name(file) for file in sources if re.search(r"\b1,?000\b", file.read_text())] == []
