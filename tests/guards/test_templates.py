"""Templates parse, carry tokens, and hold nothing that the content policy forbids."""

import re
from collections.abc import Collection
from html.parser import HTMLParser

import pytest
from jinja2 import meta

from tests.guards.places import TEMPLATES, name, templates

FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL | re.IGNORECASE)
POSTS = re.compile(r"method\s*=\s*[\"']?post", re.IGNORECASE)
MACRO = re.compile(r"\{%-? macro (\w+)\(.*?%\}(.*?)\{%-? endmacro", re.DOTALL)
TOKENS = ("csrf_token", "hidden_tag")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


class Forbidden(HTMLParser):
    """Collects what a strict content policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        self.found += [f"<{tag} {key}=" for key in names if key == "style" or key.startswith("on")]
        self.found += [
            f"<{tag} {key}=javascript:"
            for key, value in attrs
            if (value or "").strip().lower().startswith("javascript:")
        ]
        if tag == "style":
            self.found.append("<style>")
        if tag == "script":
            is_data = names.get("type") == "application/json"
            self._script = not is_data

    def handle_data(self, data):
        if self._script and data.strip():
            self.found.append("inline script")

    def handle_endtag(self, tag):
        if tag == "script":
            self._script = False


def blocked_in(html: str) -> list[str]:
    """What the content policy would block in a template's source."""
    parser = Forbidden()
    parser.feed(JINJA.sub("", html))
    parser.close()
    return parser.found


def macros_with_token() -> set[str]:
    """Calls of macros that write the token."""
    macros = (macro for file in templates() for macro in MACRO.findall(file.read_text()))
    return {f"{called}(" for called, body in macros if any(token in body for token in TOKENS)}


def forms_without_token(html: str, *, tokens: Collection[str] = TOKENS) -> list[str]:
    """Opening tags of post forms that carry no token."""
    tags = (re.match(r"<form\b[^>]*>", form, re.IGNORECASE) for form in FORM.findall(html))
    return [
        tag.group()
        for tag in tags
        if tag and POSTS.search(tag.group()) and not any(token in tag.string for token in tokens)
    ]


def test_the_form_guard_finds_a_form_without_token():
    bare = '<form method="post" action="/x"><button>Go</button></form>'

    assert forms_without_token(bare) == ['<form method="post" action="/x">']
    assert forms_without_token(bare.replace("<button>", "{{ form.csrf_token }}<button>")) == []
    assert forms_without_token('<form method="get"></form>') == []


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: red">',
        "<style>p { color: red }</style>",
        "<script>alert(1)</script>",
        '<button onclick="go()">',
        '<a href="javascript:go()">',
        '<p {% if x %}style="a"{% endif %}>',
    ],
)
def test_the_policy_guard_finds_what_is_blocked(html):
    assert blocked_in(html)


def test_the_policy_guard_allows_files_and_data():
    assert blocked_in('<script src="/static/app.js"></script>') == []
    assert blocked_in('<script type="application/json">{"a": 1}</script>') == []


def test_there_are_templates():
    assert len(templates()) > 10


def test_every_template_parses(app):
    for file in [*templates(), *templates("*.txt")]:
        assert app.jinja_env.parse(file.read_text(), name(file), str(file)).body


def test_every_template_that_is_named_exists(app):
    for file in [*templates(), *templates("*.txt")]:
        for wanted in meta.find_referenced_templates(app.jinja_env.parse(file.read_text())):
            assert wanted is None or (TEMPLATES / wanted).exists(), f"{name(file)} wants {wanted}"


def test_every_post_form_carries_a_token():
    tokens = {*TOKENS, *macros_with_token()}
    missing = {name(f): forms_without_token(f.read_text(), tokens=tokens) for f in templates()}

    assert {file: tags for file, tags in missing.items() if tags} == {}


def test_no_template_holds_what_the_content_policy_blocks():
    blocked = {name(file): blocked_in(file.read_text()) for file in templates()}

    assert {file: found for file, found in blocked.items() if found} == {}


def test_no_template_trusts_text_as_html():
    trusting = [name(file) for file in templates() if re.search(r"\|\s*safe\b", file.read_text())]

    assert trusting == []


def test_every_page_stands_on_a_layout():
    for file in templates():
        text = file.read_text()
        is_part = file.name.startswith("_") or "{% macro" in text
        is_layout = text.startswith("<!DOCTYPE html>")
        assert is_part or is_layout or "{% extends" in text, name(file)


def test_every_message_has_its_three_templates():
    for folder in sorted((TEMPLATES / "email").iterdir()):
        if folder.is_dir():
            assert {file.name for file in folder.iterdir()} == {
                "subject.txt",
                "body.txt",
                "body.html",
            }


def test_the_frame_of_a_wide_table_is_written_by_its_macro():
    written = [name(file) for file in templates() if "table-wrap" in file.read_text()]

    assert written == ["templates/macros/page.html"]


CARDS = re.compile(r'"cards"\) %\}(.*?)\{% endcall %\}', re.DOTALL)
CELL = re.compile(r"<td\b([^>]*)>")
SAYS_WHAT_IT_IS = ("data-label=", "data-from=", "colspan=")


def test_cells_that_become_lines_of_a_card_say_what_their_column_was():
    mute = [
        (name(file), cell)
        for file in templates()
        for table in CARDS.findall(file.read_text())
        for cell in CELL.findall(table)
        if not any(one in cell for one in SAYS_WHAT_IT_IS)
    ]

    assert mute == []
