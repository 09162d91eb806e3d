"""The files of deploy/: they keep the promises to raters, and start what they say they start."""

import configparser
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import crossplane
import pytest
import yaml

from app.factory import LARGEST_UPLOAD
from tests.commands import commands_of
from tests.guards.places import ROOT
from tests.guards.test_settings import settings_read

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SECRETS = {"FULL_CIRCLE_SECRET_KEY_FILE", "DATABASE_URL_FILE"}


def nginx_servers():
    parsed = crossplane.parse(str(DEPLOY / "nginx.conf"), check_ctx=False)
    assert parsed["errors"] == []
    return [block["block"] for block in parsed["config"][0]["parsed"]]


def arguments(block, name):
    """What a directive is set to, in `block` and every block inside of it."""
    found = []
    for line in block:
        if line["directive"] == name:
            found.append(line["args"])
        found += arguments(line.get("block", []), name)
    return found


def test_nginx_writes_no_line_about_who_saves_when():
    for server in nginx_servers():
        assert arguments(server, "access_log") == [["off"]]

    _, secure = nginx_servers()
    assert [args[-1] for args in arguments(secure, "error_log")] == ["crit"]


def test_nginx_compresses_nothing_and_keeps_no_answer_on_its_disk():
    _, secure = nginx_servers()

    assert arguments(secure, "gzip") == [["off"]]
    assert arguments(secure, "proxy_max_temp_file_size") == [["0"]]
    assert arguments(secure, "proxy_cache") == [["off"]]


def test_nginx_lets_clients_say_nothing_about_where_they_come_from():
    _, secure = nginx_servers()
    forwarded = dict(arguments(secure, "proxy_set_header"))

    assert forwarded["X-Forwarded-For"] == "$remote_addr"
    assert forwarded["X-Forwarded-Proto"] == "$scheme"
    assert forwarded["X-Forwarded-Host"] == "$host"
    assert forwarded["X-Request-Id"] == "$request_id"


def test_nginx_takes_as_much_as_the_app_does_and_only_over_tls():
    plain, secure = nginx_servers()

    assert arguments(secure, "client_max_body_size") == [[f"{LARGEST_UPLOAD // 1024**2}m"]]
    assert all("ssl" in args for args in arguments(secure, "listen"))
    assert arguments(plain, "return") == [["301", "https://$host$request_uri"]]


def caddy_words():
    lines = (DEPLOY / "Caddyfile").read_text().splitlines()
    return [line.split() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def test_caddy_logs_and_compresses_nothing():
    first_words = [words[0] for words in caddy_words()]

    assert not {"log", "encode", "log_append", "import"} & set(first_words)
    assert ["compression", "off"] in caddy_words()
    assert ["max_size", f"{LARGEST_UPLOAD // 1024**2}MB"] in caddy_words()
    assert ["header_up", "X-Forwarded-For", "{remote_host}"] in caddy_words()
    assert ["header_up", "X-Request-Id", "{http.request.uuid}"] in caddy_words()
    assert first_words.count("}") == sum(words[-1] == "{" for words in caddy_words())


def test_neither_proxy_shows_the_metrics():
    locations = [args for server in nginx_servers() for args in arguments(server, "location")]

    assert ["=", "/metrics"] in locations
    assert ["@inside", "path", "/metrics"] in caddy_words()


def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


OURS = ("tables", "web", "worker")


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_can_write_its_folders_only_and_nothing_more(name):
    service = compose()["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert {place.partition(":")[2] for place in service["volumes"]} == {"/data", "/keys"}


def test_secrets_are_files_in_compose_and_every_setting_exists():
    ours = compose()["services"]["web"]["environment"]
    known = {*settings_read(), *(f"{name}_FILE" for name in settings_read())}

    assert set(ours) <= known
    assert set(ours) >= SECRETS
    assert not {name.removesuffix("_FILE") for name in SECRETS} & set(ours)


def test_the_database_in_compose_logs_no_answer_and_shares_no_folder_with_the_keys():
    database = compose()["services"]["database"]

    for setting in ("log_statement=none", "log_min_duration_statement=-1"):
        assert setting in database["command"]
    assert "log_parameter_max_length=0" in database["command"]
    assert all("keys" not in place for place in database["volumes"])


def test_nothing_in_compose_is_reached_from_other_machines():
    published = [
        port for service in compose()["services"].values() for port in service.get("ports", [])
    ]

    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def unit(file):
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # names are case-sensitive
    parser.read(file)
    return parser


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_a_unit_runs_as_nobody_much_and_sees_no_home(file):
    service = unit(file)["Service"]

    assert service["User"] == "full-circle"
    assert service["ProtectSystem"] == "strict"
    assert service["ProtectHome"] == "yes"
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert service["UMask"] == "0077"
    assert service["LimitCORE"] == "0"


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_a_unit_finds_its_secrets_in_files(file):
    given = dict(re.findall(r"^Environment=(\w+)=(\S+)$", file.read_text(), re.MULTILINE))

    assert given.keys() >= SECRETS
    assert all(given[name].startswith("%d/") for name in SECRETS)
    assert given["FULL_CIRCLE_ENVIRONMENT"] == "production"


RUN = DEPLOY / "systemd" / "full-circle-run"


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_commands_run_by_hand_have_what_the_services_have(file):
    service = file.read_text()
    for line in RUN.read_text().splitlines():
        if found := re.search(r'--(?:property=|setenv=)"?([^"\\]+)', line):
            words = found.group(1).strip()
            known = words if "--property" in line else f"Environment={words}"
            assert f"\n{known}\n" in service, known

    assert set(re.findall(r"export (\w+)=", RUN.read_text())) == SECRETS
    assert os.access(RUN, os.X_OK)


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_what_a_unit_starts_is_a_command_of_ours(file, app):
    words = shlex.split(unit(file)["Service"]["ExecStart"])
    program = Path(words[0]).name

    if program == "python":
        assert words[1:3] == ["-m", "app.server"]
        return
    group, command = words[words.index("app:create_app") + 1 :][:2]
    assert f"{group} {command}" in commands_of(app)


def containerfile():
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.strip().split(maxsplit=1)) for line in lines]


def test_the_image_runs_as_an_account_of_its_own_with_all_that_is_needed():
    said = containerfile()
    lists = [what.split()[:-1] for word, what in said if word == "COPY" and "--from" not in what]
    copied = {name for names in lists for name in names}

    assert [what for word, what in said if word == "USER"] == ["full-circle"]
    assert all((ROOT / name).exists() for name in copied)
    assert {
        "app",
        "migrations",
        "templates",
        "config.py",
        "environment.py",
        "sign_in_providers.py",
    } <= copied
    assert any(word == "HEALTHCHECK" for word, _ in said)


@pytest.fixture
def container(tmp_path):
    """The environment of a container: what the image sets, and secrets as files."""
    text = " ".join(what for word, what in containerfile() if word == "ENV")
    given = dict(word.split("=", 1) for word in text.split())
    for name, secret in (
        ("FULL_CIRCLE_SECRET_KEY_FILE", "only-for-tests-0123456789-abcdefghijklmn"),
        ("DATABASE_URL_FILE", f"sqlite:///{tmp_path / 'database' / 'full-circle.sqlite'}"),
    ):
        (tmp_path / name).write_text(secret)
        given[name] = str(tmp_path / name)
    (tmp_path / "database").mkdir()
    given["FULL_CIRCLE_DATA"], given["FULL_CIRCLE_KEYS"] = (
        str(tmp_path / place.strip("/"))
        for place in (given["FULL_CIRCLE_DATA"], given["FULL_CIRCLE_KEYS"])
    )
    programs = Path(sys.executable).parent
    ours = {name: said for name, said in os.environ.items() if not name.startswith("FULL_CIRCLE")}
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {**ours, **given, "PATH": path, "FULL_CIRCLE_URL": "http://127.0.0.1:8000"}


def ran(words, container):
    return subprocess.run(
        words, cwd=ROOT, env=container, capture_output=True, text=True, timeout=60, check=False
    )


def test_what_the_containers_start_works_as_it_stands(container):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    (web,) = [json.loads(what) for word, what in containerfile() if word == "CMD"]
    (check,) = [what for word, what in containerfile() if word == "HEALTHCHECK"]
    check = [word.replace(":8000", f":{port}") for word in json.loads(check.partition("CMD ")[2])]
    web = [{"0.0.0.0": "127.0.0.1", "8000": port}.get(word, word) for word in web]
    tables = compose()["services"]["tables"]["command"]

    with subprocess.Popen(web, cwd=ROOT, env=container, stderr=subprocess.DEVNULL) as server:
        try:
            assert b"database" in answered(f"http://127.0.0.1:{port}/health")
            unready = ran(check, container).returncode
            made = ran(tables, container)
            ready = ran(check, container)
        finally:
            server.terminate()

    assert (unready, made.returncode, ready.returncode) == (1, 0, 0), made.stderr + ready.stderr
    assert told_by_worker(container) == "The worker is waiting for jobs.\n"


def told_by_worker(container):
    """What the worker says when it has started."""
    words = compose()["services"]["worker"]["command"]
    with subprocess.Popen(
        words, cwd=ROOT, env=container, stderr=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stderr is not None
        try:
            return worker.stderr.readline()
        finally:
            worker.kill()


def answered(address):
    for _ in range(600):
        try:
            with urlopen(address, timeout=5) as found:
                return found.read()
        except HTTPError as error:  # it has no database yet, and says so
            return error.read()
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(f"{address} does not answer")
