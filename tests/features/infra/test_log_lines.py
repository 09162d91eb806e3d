"""Lines of the log: each is one object or one sentence, with the request's name and no values."""

import json
import logging
import re
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.infra import logs, slow_statements
from app.infra.db import db
from app.infra.logs import JsonLines, WithoutValues
from app.infra.request_ids import HEADER, SIGNS, NameRequest
from app.infra.settings import settings as current
from tests.factories import make_person

SECRET = "anna.berg@example.com said 2 about person 17"
OF_PROXY = "0123456789abcdef0123456789abcdef"
OURS = re.compile(rf"[{SIGNS}]{{4}}-[{SIGNS}]{{4}}")


class Kept(logging.Handler):
    """Keeps what would be written, named as it is in a real process."""

    def __init__(self, formatter):
        super().__init__()
        self.setFormatter(formatter)
        self.addFilter(NameRequest())
        self.lines = []

    def emit(self, record):
        """Keep one line."""
        self.lines.append(self.format(record))


@pytest.fixture(params=[JsonLines, WithoutValues])
def kept(request):
    handler = Kept(request.param())
    log = logging.getLogger("app")
    log.addHandler(handler)
    yield handler
    log.removeHandler(handler)


def failing(app, monkeypatch, endpoint="people.sign_in"):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(**_values):
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(SECRET) from error

    monkeypatch.setitem(app.view_functions, endpoint, fail)


def test_an_error_is_found_by_the_number_that_its_reader_quotes(app, client, monkeypatch, kept):
    failing(app, monkeypatch)

    answered = client.get("/sign-in")

    (number,) = set(OURS.findall(answered.get_data(as_text=True)))
    assert answered.headers[HEADER] == number
    assert number in kept.lines[-1]
    assert "people.sign_in" in kept.lines[-1]


def test_an_error_says_what_it_is_and_where_and_never_what_was_typed(
    app, client, monkeypatch, kept
):
    failing(app, monkeypatch)

    client.get("/sign-in?next=/people/17", headers={"User-Agent": SECRET})

    line = kept.lines[-1]
    assert "KeyError" in line
    assert "ValueError" in line
    assert "test_log_lines.py" in line
    for word in (SECRET, "anna", "/people/17", "/sign-in", "127.0.0.1"):
        assert word not in line


def test_what_the_database_said_is_kept_since_it_holds_no_values(app, kept):
    try:
        db.session.execute(text("SELECT :value FROM nowhere"), {"value": SECRET})
    except Exception:
        logging.getLogger("app.somewhere").exception("it failed")

    assert "nowhere" in kept.lines[-1]
    assert SECRET not in kept.lines[-1]


def test_every_line_is_one_object(app, client, monkeypatch):
    handler = Kept(JsonLines())
    logging.getLogger("app").addHandler(handler)
    failing(app, monkeypatch)
    client.get("/sign-in")
    logging.getLogger("app").removeHandler(handler)

    line = json.loads(handler.lines[-1])

    assert "\n" not in handler.lines[-1]
    assert list(line) == ["time", "level", "logger", "message", "request_id", "route", "error"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["time"])
    assert (line["level"], line["route"]) == ("error", "people.sign_in")


def test_a_server_that_tells_of_each_request_writes_nothing_to_our_log(settings, capsys):
    before = logging.getLogger().handlers[:]
    access = logging.getLogger("werkzeug")
    try:
        logs.configure(settings, NameRequest())
        access.setLevel(logging.INFO)
        access.info('127.0.0.1 "GET /people/17" 200')
        logging.getLogger("app.somewhere").warning("something else")
    finally:
        access.setLevel(logging.NOTSET)
        logging.getLogger().handlers[:] = before

    written = capsys.readouterr().err
    assert "something else" in written
    assert "/people/17" not in written


@pytest.mark.parametrize("place", ["/", "/nowhere", "/sign-in", "/ready", "/static/now/app.css"])
def test_every_answer_has_a_number_of_its_own(client, place):
    numbers = {client.get(place).headers[HEADER] for _ in range(3)}

    assert len(numbers) == 3
    assert all(OURS.fullmatch(number) for number in numbers)


def test_a_page_of_an_error_that_is_in_no_log_shows_no_number(client):
    page = client.get("/nowhere").get_data(as_text=True)

    assert "number" not in page
    assert not OURS.search(page)


def test_a_proxy_names_requests_where_one_is_set(app, client):
    unknown = client.get("/sign-in", headers={HEADER: OF_PROXY}).headers[HEADER]
    app.config["SETTINGS"] = replace(current(), trusted_proxies=1)

    known = client.get("/sign-in", headers={HEADER: OF_PROXY}).headers[HEADER]

    assert unknown != OF_PROXY
    assert known == OF_PROXY


@pytest.mark.parametrize("said", ["short", "x" * 65, "a b c d e f g h", "<script>", "ünbekannt-1"])
def test_a_name_that_is_not_well_formed_is_replaced(app, client, said):
    app.config["SETTINGS"] = replace(current(), trusted_proxies=1)

    found = client.get("/sign-in", headers={HEADER: said.encode("latin-1")}).headers[HEADER]

    assert OURS.fullmatch(found)


def test_the_fill_in_is_never_named_by_a_proxy_whose_log_knows_addresses(app, client):
    app.config["SETTINGS"] = replace(current(), trusted_proxies=1)

    found = client.get("/review", headers={HEADER: OF_PROXY}).headers[HEADER]

    assert OURS.fullmatch(found)


def test_a_slow_statement_is_written_without_its_values(app, kept):
    slow_statements.note("SELECT id\n  FROM person WHERE name = ? AND kind = 'new'", 1.26)

    assert "took 1.3 seconds: SELECT id FROM person WHERE name = ? AND kind = '…'" in kept.lines[-1]


def test_what_is_quick_enough_is_not_written(app, kept):
    slow_statements.note("SELECT 1", 0.9)

    assert kept.lines == []


@pytest.mark.parametrize(
    "values", ["(?, ?, ?)", "(%(id_1)s, %(id_2)s)", "(%(a_1)s::INTEGER, %(a_2)s)"]
)
def test_how_many_values_there_were_is_not_written(values):
    found = slow_statements.without_values(f"SELECT id FROM person WHERE id IN {values}")

    assert found == "SELECT id FROM person WHERE id IN (…)"


def test_statements_are_measured_where_a_limit_is_set(app, kept, monkeypatch):
    monkeypatch.setitem(app.extensions, "slow_statement", 1e-9)
    make_person(name="Anna Berg")

    assert any("INSERT INTO person" in line for line in kept.lines)
    assert not any("Anna" in line for line in kept.lines)


def test_in_the_fill_in_no_line_says_when_somebody_answered(app, kept, monkeypatch):
    monkeypatch.setitem(app.extensions, "slow_statement", 1e-9)
    with app.test_request_context("/review/save", method="POST"):
        db.session.execute(text("SELECT 1"))

    assert kept.lines == []
