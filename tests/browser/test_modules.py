"""The scripts' pure parts, imported one by one into the browser that runs them."""

from pathlib import Path
from typing import Any

import pytest
from flask import url_for

from app.infra.static_files import MODULES, PAGES_SCRIPTS

pytestmark = pytest.mark.browser

OUTBOX = """
  const box = {};
  const outbox = new m.Outbox("ada.q3", box);
  outbox.put("1.4", 3);
  outbox.put("2.keep", "You listen.");
"""


@pytest.fixture(scope="module")
def blank(chromium):
    """A window for all tests of this file; what they import is served afresh to each."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def run(app, blank, address):
    """What a function's body gives back; `m` is the module."""
    blank.goto(f"{address}/ready")
    with app.test_request_context():
        folder = url_for("static", filename=MODULES)

    def evaluate(module: str, body: str, *values: Any) -> Any:
        begin = f'async (v) => {{ const m = await import("{folder}/{module}.js");'
        return blank.evaluate(f"{begin} {body} }}", list(values))

    return evaluate


def test_every_module_can_be_imported_without_a_page(app, run):
    folder = Path(app.root_path) / "static" / MODULES
    modules = {file.stem for file in folder.glob("*.js")} - set(PAGES_SCRIPTS)

    assert [name for name in modules if not run(name, "return Object.keys(m).length")] == []


def test_an_answer_waits_until_it_is_confirmed_as_it_was_sent(run):
    found = run(
        "outbox",
        OUTBOX
        + """
        const sent = outbox.written("1.4");
        outbox.put("1.4", 5);
        outbox.confirm("1.4", sent);
        outbox.confirm("2.keep", outbox.written("2.keep"));
        return [outbox.waiting, outbox.value("1.4")];
        """,
    )

    assert found == [["1.4"], 5]


def test_a_refused_answer_waits_but_is_not_sent_again_until_it_is_changed(run):
    found = run(
        "outbox",
        OUTBOX
        + """
        outbox.refuse("2.keep", outbox.written("2.keep"), "Too long.");
        const refused = [outbox.pending, outbox.waiting.length, outbox.refusals];
        outbox.put("2.keep", "Short.");
        return [refused, outbox.pending, outbox.refusals];
        """,
    )

    assert found == [[["1.4"], 2, ["Too long."]], ["1.4", "2.keep"], []]


def test_batches_are_numbered_and_overtake_the_number_that_was_seen(run):
    found = run(
        "outbox",
        OUTBOX
        + """
        const numbers = [outbox.number(), outbox.number(), outbox.number(9)];
        return [numbers.map((one) => one.split(" ")[1]), outbox.isLast(numbers[2]),
          outbox.isLast(numbers[1]), new Set(numbers.map((one) => one.split(" ")[0])).size];
        """,
    )

    assert found == [["1", "2", "10"], True, False, 1]


def test_older_reviews_of_the_same_person_are_forgotten_and_nobody_elses(run):
    found = run(
        "outbox",
        """
        const kept = ["review ada.q2 1.4", "review bob.q2 1.4", "review moving"];
        const box = Object.fromEntries(kept.map((key) => [key, "3"]));
        const outbox = new m.Outbox("ada.q3", box);
        outbox.put("1.4", 3);
        outbox.number();
        outbox.forgetOlderReviews();
        return Object.keys(box).sort();
        """,
    )

    assert found == [
        "review ada.q3 1.4",
        "review ada.q3#",
        "review bob.q2 1.4",
        "review moving",
    ]


def test_a_full_store_keeps_the_answer_in_the_page(run):
    found = run(
        "outbox",
        """
        const refuses = { set() { throw new Error("full"); } };
        const full = new Proxy({ "review ada.q3 1.1": "2" }, refuses);
        const outbox = new m.Outbox("ada.q3", full);
        outbox.put("1.4", 3);
        return [outbox.waiting, outbox.outlivesPage];
        """,
    )

    assert found == [["1.1", "1.4"], False]


@pytest.mark.parametrize(
    ("now", "first", "last", "wait"),
    [
        (100, 100, -9e9, 800),  # a pause after the first answer
        (4900, 100, -9e9, 200),  # typing on does not put it off for ever
        (1100, 1000, 900, 4800),  # never more often than every five seconds
    ],
)
def test_a_batch_goes_after_a_pause_neither_too_late_nor_too_often(run, now, first, last, wait):
    assert run("saving", "return m.delay(...v)", now, first, last) == wait


def test_faults_are_tried_again_after_two_seconds_and_up_to_a_minute(run):
    body = "const found = [2000]; while (found.length < 8) found.push(m.longer(found.at(-1)));"

    assert run("saving", f"{body} return found;") == [
        *(2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000),
    ]


@pytest.mark.parametrize(
    ("code", "answer", "meaning"),
    [
        (200, {}, "saved"),
        (412, {}, "overtaken"),
        (409, {}, "over"),
        (422, {}, "refused"),
        (413, {}, "refused"),
        (401, {}, "signed_out"),
        (403, {"owner": "ada", "token": "new"}, "renewed"),
        (403, {"owner": "ada", "token": "old"}, "signed_out"),  # else for ever
        (403, {"owner": "bob", "token": "new"}, "signed_out"),
        (403, None, "signed_out"),
        (500, None, "trouble"),
        (507, {"message": "The server has no room left."}, "trouble"),
        (503, {"message": "The server was busy for too long."}, "trouble"),
        (None, None, "offline"),
    ],
)
def test_every_answer_of_a_server_has_a_meaning(run, code, answer, meaning):
    known = {"owner": "ada", "token": "old"}

    assert run(
        "saving", "return m.meaning(v[0] ?? undefined, v[1], v[2])", code, answer, known
    ) == (meaning)


@pytest.mark.parametrize(
    ("state", "kind", "text"),
    [
        ({}, "ready", "Answers are saved as you go."),
        ({"left": 2}, "saving", "Saving …"),
        ({"at": "14:03"}, "saved", "Saved at 14:03"),
        (
            {"left": 1, "problem": "offline"},
            "offline",
            "No connection, 1 answer kept on this device.",
        ),
        (
            {"left": 3, "problem": "signed_out", "outlivesPage": False},
            "signed_out",
            "Signed out, 3 answers kept in this page.",
        ),
        ({"problem": "offline", "at": "14:03"}, "saved", "Saved at 14:03"),
        ({"left": 1, "refusals": ["Too long."]}, "refused", "Not accepted: Too long."),
        ({"over": "Yours counts.", "left": 1}, "closed", None),
        ({"doubled": 1, "at": "14:03"}, "doubled", "One text has two versions."),
        ({"doubled": 2}, "doubled", "2 texts have two versions."),
        ({"doubled": 2, "left": 1}, "saving", "Saving …"),
    ],
)
def test_what_is_said_follows_from_how_saving_stands(run, state, kind, text):
    calm = {"left": 0, "refusals": [], "outlivesPage": True}

    found = run("messages", "return m.message(v[0])", calm | state)

    assert found["kind"] == kind
    assert text is None or found["text"] == text


def test_ears_hear_a_trouble_begin_and_end_and_no_single_save(run):
    def speaks(kind, wrong, spoken):
        return run("messages", "return m.speaks(...v)", {"kind": kind, "wrong": wrong}, spoken)

    assert speaks("offline", "offline", "")
    assert not speaks("offline", "offline", "offline")
    assert not speaks("saving", "", "offline")
    assert speaks("saved", "", "offline")
    assert not speaks("saved", "", "")


@pytest.mark.parametrize(
    ("key", "row", "meaning"),
    [
        ("4", {}, "4"),
        ("n", {}, "0"),
        ("N", {}, "0"),
        ("x", {}, None),
        ("Enter", {}, None),
        ("Backspace", {}, "clear"),
        ("0", {"isScore": True}, "0"),
        ("0", {"isScore": True, "isOneChosen": True}, "10"),
        ("n", {"isScore": True}, None),
    ],
)
def test_a_key_means_a_value_or_to_clear(run, key, row, meaning):
    assert run("keys", "return m.meant(...v) ?? null", key, row) == meaning


def test_a_body_is_filled_up_to_a_class_of_sizes(run):
    sizes = run(
        "batch",
        "return v.map((n) => new Blob([m.filledUp('ü'.repeat(n))]).size)",
        *(1, 2048, 2049, 5000),
    )

    assert sizes == [4096, 4096, 8192, 16384]


def test_a_cell_is_written_for_the_server(run):
    assert run("batch", "return m.wire('3.keep', 'Yes', 'abc')") == [3, "keep", "Yes", "abc"]
    assert run("batch", "return m.wire('own.7', 4)") == ["own", 7, 4]


def test_a_page_remembers_one_mark_among_letters_and_among_fingerprints(run):
    assert run("cells", "return [m.markAt('-4e', 2), m.withMark('-4e', 0, '5')]") == ["e", "54e"]
    assert run("cells", "return [m.markAt('a.b', 1), m.withMark('a.b', 1, 'c')]") == ["b", "a.c"]


@pytest.mark.parametrize(
    ("text", "limit", "remark"),
    [
        ("x" * 799, 1000, ""),
        ("x" * 800, 1000, "200 of 1,000 characters left."),
        ("  " + "😀" * 1000 + "\n", 1000, "0 of 1,000 characters left."),
        ("e\u0301" * 10, 10, "0 of 10 characters left."),  # two signs, one letter
        (
            "x" * 5000,
            1000,
            "4,000 too many: 1,000 characters fit. Nothing is cut off; please shorten it.",
        ),
    ],
)
def test_from_four_fifths_of_a_limit_on_it_is_said_how_much_fits(run, text, limit, remark):
    body = "return m.remark(m.left(...v), v[1])"

    assert run("lengths", body, text, limit) == remark
