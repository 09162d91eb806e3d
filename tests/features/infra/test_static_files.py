"""Scripts and styles: joined, tightened, and kept by browsers until they change."""

import re

import pytest
from flask import url_for

from app.infra.static_files import IMPORT, MODULES, PAGES_SCRIPTS, StaticFiles, joined, tightened


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "modules").mkdir()
    return tmp_path


def write(folder, **modules):
    for name, text in modules.items():
        (folder / "modules" / f"{name}.js").write_text(text)


def test_a_script_holds_every_module_once_and_before_it_is_used(folder):
    write(
        folder,
        far="// Says what it does.\nexport const far = 1;\n",
        near='import { far } from "./far.js";\nexport const near = far + 1; // one more\n',
        begin='import { far } from "./far.js";\nimport { near } from "./near.js";\nfar + near;\n',
    )

    assert joined(folder / "modules", "begin") == (
        "const far = 1;\nconst near = far + 1;\nfar + near;\n"
    )


def test_nothing_of_an_import_or_export_is_left_in_what_pages_get(app):
    made = StaticFiles.of(app).made

    for name, text in made.items():
        if name.endswith(".js"):
            assert not re.search(r"^\s*(import|export)\b", text.decode(), re.MULTILINE), name


@pytest.mark.parametrize("script", PAGES_SCRIPTS)
def test_no_two_modules_of_a_page_give_one_name_to_two_things(app, script):
    given = re.compile(r"^(?:export )?(?:const|let|class|function) (\w+)", re.MULTILINE)
    folder = StaticFiles.of(app).folder / MODULES
    waiting, modules = [script], set()
    while waiting:
        module = waiting.pop()
        modules.add(module)
        waiting += set(IMPORT.findall((folder / f"{module}.js").read_text())) - modules

    found = [name for one in modules for name in given.findall((folder / f"{one}.js").read_text())]

    assert sorted(found) == sorted(set(found))


def test_a_style_keeps_the_blanks_that_mean_something():
    style = "/* Why. */\n.a :is(b, c) > d {\n  inline-size: calc(1rem + 2px);\n}\n"

    assert tightened(style) == ".a :is(b,c)>d{inline-size:calc(1rem + 2px)}"


def test_an_address_changes_with_any_file_and_is_kept_until_then(app, client, folder):
    with app.test_request_context():
        address = url_for("static", filename="review.js")
    answer = client.get(address)
    write(folder, far="1;")
    before = StaticFiles(folder).version
    write(folder, far="2;")

    assert answer.mimetype == "text/javascript"
    assert "immutable" in answer.headers["Cache-Control"]
    assert StaticFiles(folder).version != before


def test_a_page_from_before_an_update_still_finds_its_files(client):
    for name in ("review.js", "app.css", "favicon.svg", "modules/outbox.js"):
        answer = client.get(f"/static/0ld/{name}")

        assert answer.status_code == 200
        assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_nothing_outside_the_folder_is_served(client):
    for name in ("../factory.py", "modules/../../factory.py", "nothing.js", "modules"):
        assert client.get(f"/static/now/{name}").status_code == 404
