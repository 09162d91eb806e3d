"""Every e-mail has its three templates, and each variable of a template is passed by its function.

A message is composed by a call of `Message.from_templates`, or of a function of the same file
that makes this call for several messages and adds variables that they share.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, FileSystemLoader, meta

from tests.guards.places import TEMPLATES, functions, name, nodes, python_files

FILES = {"subject.txt", "body.txt", "body.html"}
MAIL_FOLDER = TEMPLATES / "email"
ENVELOPE = {"to", "reader_id", "is_personal", "holds_link", "cycle_id", "useless_after"}
"""What a message has beside the variables of its templates."""


@dataclass(frozen=True)
class Composed:
    """A call that composes one message: its folder, and the variables that it passes."""

    message: str
    own: frozenset[str]
    shared: frozenset[str] = field(default=frozenset())
    """Variables that a function adds to several messages."""


def composed_in(tree: Iterable[ast.AST]) -> list[Composed]:
    """Every message that is composed in a file."""
    tree = list(tree)
    defined = [node for node in tree if isinstance(node, ast.FunctionDef)]
    sharing = {
        function.name: (function, call)
        for function in defined
        for call in calls_in(function)
        if is_from_templates(call) and not isinstance(call.args[0], ast.Constant)
    }
    found = []
    for call in (node for node in tree if isinstance(node, ast.Call)):
        if is_from_templates(call) and isinstance(call.args[0], ast.Constant):
            found.append(Composed(str(call.args[0].value), keywords(call) - ENVELOPE))
        elif isinstance(call.func, ast.Name) and call.func.id in sharing:
            function, inner = sharing[call.func.id]
            named = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
            texts = [one.value for one in call.args if isinstance(one, ast.Constant)]
            found.append(
                Composed(str(texts[0]), keywords(call) - named, keywords(inner) - ENVELOPE)
            )
    return found


def calls_in(function: ast.FunctionDef) -> list[ast.Call]:
    """Every call in `function`."""
    return [node for node in ast.walk(function) if isinstance(node, ast.Call)]


def is_from_templates(call: ast.Call) -> bool:
    """Whether `call` renders the templates of a message."""
    return ast.unparse(call.func).endswith(".from_templates")


def keywords(call: ast.Call) -> frozenset[str]:
    """The names that `call` passes by keyword."""
    return frozenset(one.arg for one in call.keywords if one.arg)


def variables_of(folder: Path, environment: Environment) -> dict[str, set[str]]:
    """For each template in `folder`: what it needs, with the layouts that it stands on."""
    return {
        file.name: needed_by(file.read_text(), environment) - environment.globals.keys()
        for file in sorted(folder.iterdir())
    }


def needed_by(text: str, environment: Environment) -> set[str]:
    """Variables that a template, or one that it extends or includes, does not set itself."""
    tree = environment.parse(text)
    found = meta.find_undeclared_variables(tree)
    for other in meta.find_referenced_templates(tree):
        assert other, "a template of a mail names the others that it needs in full"
        found |= needed_by((TEMPLATES / other).read_text(), environment)
    return found


def faults(messages: Iterable[Composed], needs: Mapping[str, Mapping[str, set[str]]]) -> list[str]:
    """What does not fit between the calls and the templates, by name of the message."""
    found = []
    messages = list(messages)
    for one in messages:
        if needs.get(one.message, {}).keys() != FILES:
            found.append(f"{one.message}: its templates have to be {', '.join(sorted(FILES))}")
            continue
        needed = set().union(*needs[one.message].values())
        found += [f"{one.message}: nobody passes {x}" for x in needed - one.own - one.shared]
        found += [f"{one.message}: no template uses {x}" for x in one.own - needed]
        bodies = needs[one.message]["body.txt"] ^ needs[one.message]["body.html"]
        found += [f"{one.message}: only one of its two bodies says {x}" for x in bodies]
    used = set().union(*(found for files in needs.values() for found in files.values()))
    found += [f"no template uses {x}" for one in messages for x in one.shared - used]
    found += [
        f"{folder}: nobody sends it" for folder in needs.keys() - {m.message for m in messages}
    ]
    return sorted(set(found))


def environment_of(app: Flask) -> Environment:
    """The environment of mails, with the filters and names that every template has."""
    return app.jinja_env.overlay(loader=FileSystemLoader(TEMPLATES))


CODE = """
def reminder(person):
    return _about("reminder", to=person, answered=3)

def _about(name, *, to, **more):
    return Message.from_templates(name, to=to.email, recipient=to.name, **more)

def farewell(person):
    return Message.from_templates("farewell", to=person.email, recipient=person.name)
"""
FITTING = {
    "reminder": {key: {"recipient", "answered"} for key in FILES},
    "farewell": {key: {"recipient"} for key in FILES},
}


def test_calls_and_templates_that_fit_have_no_faults():
    assert faults(composed_in(ast.walk(ast.parse(CODE))), FITTING) == []


@pytest.mark.parametrize(
    ("code", "needs", "fault"),
    [
        (CODE.replace('"farewell"', '"farwell"'), {}, "farwell: its templates have to be"),
        (CODE, {"farewell": {"subject.txt": {"recipient"}}}, "farewell: its templates have to be"),
        (CODE.replace("answered=", "answerd="), {}, "reminder: nobody passes answered"),
        (CODE.replace("answered=", "answerd="), {}, "reminder: no template uses answerd"),
        (CODE.replace("recipient=", "receiver="), {}, "farewell: nobody passes recipient"),
        (CODE, {"wedding": {key: set() for key in FILES}}, "wedding: nobody sends it"),
        (
            CODE,
            {"farewell": {key: {"recipient"} for key in FILES} | {"body.html": set()}},
            "farewell: only one of its two bodies says recipient",
        ),
    ],
)
def test_what_does_not_fit_is_found(code, needs, fault):
    found = faults(composed_in(ast.walk(ast.parse(code))), FITTING | needs)

    assert any(one.startswith(fault) for one in found), found


def test_every_call_and_every_template_of_a_message_fit(app):
    messages = [one for file in python_files("app") for one in composed_in(nodes(file))]
    folders = [folder for folder in MAIL_FOLDER.iterdir() if folder.is_dir()]
    needs = {folder.name: variables_of(folder, environment_of(app)) for folder in folders}

    assert faults(messages, needs) == []


def test_every_message_is_composed_in_a_file_called_messages():
    composing = {
        name(file)
        for file in python_files("app")
        for function in functions(file)
        if isinstance(function, ast.FunctionDef)
        if any(is_from_templates(call) for call in calls_in(function))
    }

    rooms = ("heard", "people", "projects", "reminders", "reports")
    assert composing == {f"app/{room}/messages.py" for room in rooms}
