"""One word for one thing: what has a name of its own is not called like something else."""

import ast
from collections import Counter

from tests.guards.places import nodes, python_files

ASKED_FOR = {"Meta"}
"""Names that a framework looks for inside a class of ours."""


def test_no_class_name_is_given_twice():
    """Whoever searches for a name finds one class."""
    given = Counter(
        node.name
        for file in python_files("app")
        for node in nodes(file)
        if isinstance(node, ast.ClassDef) and node.name not in ASKED_FOR
    )

    assert {name: times for name, times in given.items() if times > 1} == {}
