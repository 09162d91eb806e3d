"""Rules of the house that no linter knows."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable

import pytest

from tests.guards.places import (
    ROOT,
    SETTINGS,
    functions,
    name,
    nodes,
    python_files,
    templates,
    tree,
)

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
LONGEST_SLEEP = 0.5
BANNED = (
    "reviewer",
    "reviewee",
    "ratee",
    "evaluator",
    "appraiser",
    "campaign",
    "kudos",
    "utils",
    "helpers",
)
"""Words with another name in our glossary, or with no meaning at all."""
BANNED_WORD = re.compile(rf"(?<![A-Za-z])({'|'.join(BANNED)})s?(?![A-Za-z])", re.IGNORECASE)
TIME_SOURCES = re.compile(
    r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\s*\(", re.IGNORECASE
)

TIME_WORDS = re.compile(r"now\b|today\b|\btime\b", re.IGNORECASE)
"""One of these stands in all code in which TIME_SOURCES finds something."""


def sources():
    """Everything with words of ours in it; this file has to name them."""
    files = python_files("app", "tests", "migrations")
    files += [*SETTINGS, *templates(), *templates("*.txt")]
    files += [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [file for file in files if file.exists() and file.name != "test_style.py"]


def banned_in(text: str) -> set[str]:
    """Banned words in `text`, as parts of snake_case and CamelCase names as well."""
    ours = text.replace("email.utils", "")  # a name of Python's own
    ours = ours.replace("webauthn.helpers", "")  # a library's own
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", ours).replace("_", " ")
    return {found.group(1).lower() for found in BANNED_WORD.finditer(apart)}


def test_a_banned_word_is_found_inside_names():
    assert banned_in("def list_reviewers(): ...") == {"reviewer"}
    assert banned_in("class RateeForm: ...") == {"ratee"}
    assert banned_in("guarantee, separatee, strategy") == set()


def test_banned_words_do_not_occur():
    found = {name(file): banned_in(file.read_text()) for file in sources()}

    assert {file: words for file, words in found.items() if words} == {}


def test_no_file_is_too_long():
    lengths = {
        name(file): len(file.read_text().splitlines())
        for file in python_files("app", "tests", "migrations")
    }

    assert {file: length for file, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long():
    long = [
        f"{name(file)}: {function.name}"
        for file in [*python_files("app"), *SETTINGS]
        for function in functions(file)
        if (function.end_lineno or 0) - function.lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []


def test_a_package_is_one_sentence():
    for file in (ROOT / "app").glob("*/__init__.py"):
        body = tree(file).body
        if file.parent.name == "cli":
            continue  # it lists its commands
        assert len(body) == 1, name(file)
        assert ast.get_docstring(tree(file)), name(file)


def test_only_the_clock_reads_the_time():
    files = [file for file in python_files("app") if file.name != "clock.py"]

    assert [name(file) for file in files if reads_the_time(file.read_text())] == []


def reads_the_time(text: str) -> bool:
    """Whether code asks for the time. Taking it apart is slow, so words are looked for first."""
    return bool(TIME_WORDS.search(text) and TIME_SOURCES.search(code_of(text)))


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("now = datetime.now(UTC)", True),
        ("then = datetime . utcnow ( )", True),
        ("day = date.today()  # in no zone", True),
        ("seconds = time.time()", True),
        ("text = 'datetime.now()'  # datetime.now()", False),
        ("moment = clock.now()", False),
    ],
)
def test_code_that_reads_the_time_is_found(text, is_found):
    assert reads_the_time(text) is is_found


def code_of(text: str) -> str:
    """`text` without comments and strings."""
    kept = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in {tokenize.COMMENT, tokenize.STRING}
    ]
    return " ".join(kept).replace(" . ", ".").replace(" (", "(")


def test_no_work_is_left_as_a_note():
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")
    noted = [name(file) for file in sources() if marks.search(file.read_text())]

    assert noted == []


def jobs():
    """Every function that Huey runs."""
    for file in python_files("app"):
        for function in functions(file):
            marks = " ".join(ast.unparse(mark) for mark in function.decorator_list)
            if re.search(r"\bhuey\.(periodic_)?task\b", marks):
                yield file, function


def test_there_are_jobs_to_guard():
    assert list(jobs())


def test_every_job_calls_one_service_and_does_nothing_else():
    for file, job in jobs():
        told = [node for node in job.body if not is_docstring(node)]
        assert len(told) <= 2, f"{name(file)}: {job.name}"


def is_docstring(node: ast.stmt) -> bool:
    """Whether a statement is a bare string."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def sleeps(code: Iterable[ast.AST]) -> list[float]:
    """Seconds of every fixed sleep; what is computed counts as endless."""
    found = []
    for node in code:
        if not isinstance(node, ast.Call):
            continue
        called = str(getattr(node.func, "attr", getattr(node.func, "id", "")))
        if not called.endswith(("sleep", "wait_for_timeout")) or not node.args:
            continue
        try:
            seconds = float(ast.literal_eval(node.args[0]))
        except ValueError:
            seconds = float("inf")
        found.append(seconds / 1000 if "timeout" in called else seconds)
    return found


def test_a_long_sleep_is_found():
    assert sleeps(ast.walk(ast.parse("time.sleep(2)"))) == [2]
    assert sleeps(ast.walk(ast.parse("page.wait_for_timeout(700)"))) == [0.7]
    assert sleeps(ast.walk(ast.parse("sleep(patience)"))) == [float("inf")]


def test_no_test_waits_blindly():
    waiting = {name(file): sleeps(nodes(file)) for file in python_files("tests")}

    assert {f: s for f, s in waiting.items() if any(one > LONGEST_SLEEP for one in s)} == {}


def test_every_test_is_a_sentence():
    short = [
        f"{name(file)}: {function.name}"
        for file in python_files("tests")
        if file.name.startswith("test_")
        for function in functions(file)
        if function.name.startswith("test_") and function.name.count("_") < 3
    ]

    assert short == []


def test_every_test_can_fail():
    """It asserts, expects an exception, or calls something of its file that does."""
    silent = []
    for file in python_files("tests"):
        if not file.name.startswith("test_"):
            continue
        text = {function.name: ast.unparse(function) for function in functions(file)}
        checks = re.compile(r"\bassert\b|raises\(|\bexpect\(|assert_\w+\(|\bcheck_?\w*\(")
        for function, body in text.items():
            if not function.startswith("test_") or checks.search(body):
                continue
            called = set(re.findall(r"\b(\w+)\(", body))
            if not any(checks.search(text.get(other, "")) for other in called):
                silent.append(f"{name(file)}: {function}")

    assert silent == []


@pytest.mark.parametrize("file", [".ci/run", "Makefile"])
def test_no_machine_path_or_package_host_is_named(file):
    text = (ROOT / file).read_text()

    assert not re.search(r"https?://(?!127\.0\.0\.1|\$)|/root/|/home/|index-url", text)
