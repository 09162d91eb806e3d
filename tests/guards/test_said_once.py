"""A number that is a rule stands in one constant; sentences and checks take it from there."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain import durations, limits, scale
from app.domain.plurals import SPELLED
from app.domain.release.policy import FLOORS
from tests.guards.places import SETTINGS, name, nodes, python_files, templates

OUTSIDE_WORDS = re.compile(r"\{#.*?#\}|\{%.*?%\}|<[^>]*>", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
TWO_LABELS = re.compile(
    "|".join(re.escape(label) for label in (scale.LOWEST, scale.HIGHEST)), re.IGNORECASE
)


def lengths() -> Iterator[str]:
    """Every duration that people are told of, in each way of saying it."""
    for duration in vars(durations).values():
        if not isinstance(duration, timedelta):
            continue
        hours, minutes = duration // timedelta(hours=1), duration // timedelta(minutes=1)
        if duration.days:
            yield from said(duration.days, "day")
            if duration.days % 7 == 0:
                yield from said(duration.days // 7, "week")
        yield from said(hours, "hour")
        yield from said(minutes, "minute")


def amounts() -> Iterator[str]:
    """Every other number of a rule, with the nouns that it is told with."""
    yield from said(scale.STATEMENTS, "statement")
    yield from said(limits.PASSWORD, "character")
    yield from said(limits.COMMENT, "character")
    yield from said(limits.PLANNED, "behaviour")
    for noun in ("colleague", "rater", "person|people"):
        for least in {limits.TEAM, *FLOORS.values()}:
            yield from (f"fewer than {one}" for one in said(least, noun))
            yield from (f"at least {one}" for one in said(least, noun))
    yield f"of {scale.STATEMENTS}"


def said(number: int, noun: str) -> Iterator[str]:
    """`number` of `noun` in digits and in words."""
    nouns = noun.split("|") if "|" in noun else [noun, f"{noun}s"]
    spelled = [SPELLED[number]] if number < len(SPELLED) else []
    spelled += {14: ["fourteen"], 30: ["thirty"], 60: ["sixty"], 90: ["ninety"]}.get(number, [])
    for word in (str(number), f"{number:,}", *spelled):
        yield from (f"{word} {one}" for one in nouns)


PHRASES = sorted({re.escape(one) for one in (*lengths(), *amounts())}, reverse=True)
REPEATED = re.compile(rf"(?<![\w-])({'|'.join(PHRASES)})\b", re.IGNORECASE)


ADVICE = re.compile("next two weeks|two weeks are usual", re.IGNORECASE)
"""Advice to people, which no rule knows: when to take a first step, how long a cycle may take."""


def repeated_in(text: str) -> set[str]:
    """What `text` says with a number of its own though a constant has it."""
    return {found.group(1).lower() for found in REPEATED.finditer(ADVICE.sub("…", text))}


def words_of(template: str) -> str:
    """What a template says itself: its text, and what is quoted in its expressions."""
    expressions = " ".join(EXPRESSION.findall(template))
    quoted = " ".join(one or other for one, other in QUOTED.findall(expressions))
    return f"{OUTSIDE_WORDS.sub(' ', EXPRESSION.sub('…', template))} {quoted}"


def strings_of(file: Path) -> Iterator[str]:
    """The strings of a file that people may read: no docstring, unless a command shows it."""
    tree = nodes(file)
    documented = [
        node.body[0].value
        for node in tree
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if node.body and isinstance(node.body[0], ast.Expr)
    ]
    bare = {id(node.value) for node in tree if isinstance(node, ast.Expr)}
    if "app/cli/" in name(file):
        bare -= {id(docstring) for docstring in documented}
    for node in tree:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
            yield "".join(map(str, parts))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Within 14 days, please.", {"14 days"}),
        ("A link works for two weeks.", {"two weeks"}),
        ("It works for an hour, or 60 minutes.", {"60 minutes"}),
        ("All 14 statements", {"14 statements"}),
        ("Statement 3 of 14", {"of 14"}),
        ("fewer than five colleagues", {"fewer than five colleagues"}),
        ("114 days, a 14-day week, 140 days", set()),
    ],
)
def test_a_repeated_number_is_found(text, found):
    assert repeated_in(text) == found


def test_only_what_a_template_says_itself_is_looked_at():
    page = '{# 14 days #}<p data-a="14 days">{{ life|lasting }}</p>{{ heading("14 statements") }}'

    assert repeated_in(words_of(page)) == {"14 statements"}


def test_no_template_repeats_the_number_of_a_rule():
    found = {
        name(file): repeated_in(words_of(file.read_text()))
        for file in (*templates(), *templates("*.txt"))
    }

    assert {file: phrases for file, phrases in found.items() if phrases} == {}


def test_no_sentence_in_code_repeats_the_number_of_a_rule():
    found = {
        name(file): {phrase for text in strings_of(file) for phrase in repeated_in(text)}
        for file in [*python_files("app"), *SETTINGS]
    }

    assert {file: phrases for file, phrases in found.items() if phrases} == {}


def test_the_labels_of_the_scale_are_written_in_one_place():
    found = [
        name(file)
        for file in (*templates(), *templates("*.txt"))
        if TWO_LABELS.search(words_of(file.read_text()))
    ]
    found += [
        name(file)
        for file in python_files("app")
        if name(file) not in {"app/domain/scale.py", "app/questionnaires/default.py"}
        if any(TWO_LABELS.search(text) for text in strings_of(file))
    ]

    assert found == []
