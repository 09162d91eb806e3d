"""Routes and requests are found in files called views, and nowhere else."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards.places import APP, ROOT, name, nodes, python_files

ROUTING = re.compile(
    r"\.(route|get|post|put|patch|delete|errorhandler|(before|after|teardown)_request"
    r"|context_processor)$"
)
REGISTERING = re.compile(r"(^|\.)(Blueprint|add_url_rule|register_error_handler)$")
TECHNICAL = ("app/infra/", "app/server/", "app/factory.py", "app/people/guard.py")
"""What hangs on every request alike, and belongs to no page."""


def routes_in(tree: Iterator[ast.AST] | tuple[ast.AST, ...]) -> list[str]:
    """What makes a page or hangs on the requests of one: decorators, blueprints, handlers."""
    found = []
    for node in tree:
        if isinstance(node, ast.FunctionDef):
            marks = (
                mark.func if isinstance(mark, ast.Call) else mark for mark in node.decorator_list
            )
            found += [node.name for mark in marks if ROUTING.search(ast.unparse(mark))]
        if isinstance(node, ast.Call) and REGISTERING.search(ast.unparse(node.func)):
            found.append(ast.unparse(node.func))
    return found


def is_view(file: Path) -> bool:
    """Whether `file` is called as a file with routes is called."""
    return file.name == "views.py" or file.name.startswith("views_")


@pytest.mark.parametrize(
    "code",
    [
        '@bp.route("/x")\ndef show(): ...',
        '@bp.post("/x")\ndef save(): ...',
        "@bp.before_request\ndef wait(): ...",
        'bp = Blueprint("x", __name__)',
        'bp.add_url_rule("/x", view_func=show)',
    ],
)
def test_a_route_is_found(code):
    assert routes_in(tuple(ast.walk(ast.parse(code))))


def test_routes_are_in_views_only():
    elsewhere = {
        name(file): routes_in(nodes(file))
        for file in python_files("app")
        if not is_view(file) and not name(file).startswith(TECHNICAL)
    }

    assert {file: found for file, found in elsewhere.items() if found} == {}


def test_every_file_of_views_is_named_in_the_contracts_and_the_other_way_round():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    inside = next(one for one in contracts if one["name"].startswith("Inside a feature"))
    frameworks = next(one for one in contracts if one["name"].startswith("Only views, forms"))
    views = {file.stem for file in APP.rglob("views*.py") if is_view(file)}

    assert set(re.findall(r"views\w*", " ".join(inside["layers"]))) == views
    assert set(re.findall(r"views\w*", " ".join(frameworks["allowed_importers"]))) == views


def test_views_of_a_feature_are_known_to_its_own_views_only():
    strangers = [
        f"{name(file)} imports {node.module}"
        for file in python_files("app")
        if name(file) != "app/factory.py"
        for node in nodes(file)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.")
        for module in [f"{node.module}.{alias.name}" for alias in node.names]
        if ".views" in module
        and not (is_view(file) and module.split(".")[1] == file.relative_to(APP).parts[0])
    ]

    assert strangers == []
