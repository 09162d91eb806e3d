"""The first start on a machine that has never seen us: nothing has to be there already."""

import os
import pwd
import shutil
import subprocess
import sys

import pytest

from tests.guards.places import ROOT

pytestmark = pytest.mark.slow

ACCOUNT = "pgserver"
"""What the package of PostgreSQL would make when root starts a server."""
ONE_SERVER = """
import os, pathlib
from tests.databases import OnPostgres

with OnPostgres(pathlib.Path()) as place:
    (data,) = place.admin.execute("SHOW data_directory").fetchone()
    print(os.stat(data).st_uid, place.admin.execute("SELECT 1").fetchone())
"""
THREE_AT_ONCE = """
begun=
for number in 1 2 3; do "$@" & begun="$begun $!"; done
for server in $begun; do wait "$server" || exit 1; done
"""
OTHER_ACCOUNTS = 'mount --bind "$0" /etc && exec "$@"'


@pytest.fixture
def machine(tmp_path):
    """How to run a command on a machine without the account, where making one is noticed.

    In a mount namespace /etc is another one. Where namespaces cannot be had (a plain container, or
    not root) only the second half holds: whoever makes an account is noticed and refused.
    """
    etc = tmp_path / "etc"
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        return []
    shutil.copytree("/etc", etc, symlinks=True, ignore_dangling_symlinks=True)
    for name in ("passwd", "group", "shadow", "gshadow"):
        file = etc / name
        if file.exists():
            known = file.read_text().splitlines(keepends=True)
            file.write_text("".join(one for one in known if not one.startswith(f"{ACCOUNT}:")))
    return ["unshare", "--mount", "sh", "-c", OTHER_ACCOUNTS, str(etc)]


@pytest.fixture
def noticing(tmp_path):
    """An environment in which `useradd` fails and leaves a file behind."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("useradd", "adduser", "groupadd"):
        (tools / name).write_text(f"#!/bin/sh\ntouch '{tmp_path}/asked-for-an-account'\nexit 1\n")
        (tools / name).chmod(0o755)
    return os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"}


def test_three_servers_at_once_start_where_the_account_is_missing(machine, noticing, tmp_path):
    command = [*machine, "sh", "-c", THREE_AT_ONCE, "sh", sys.executable, "-c", ONE_SERVER]

    told = subprocess.run(
        command, cwd=ROOT, env=noticing, capture_output=True, text=True, check=False, timeout=300
    )

    owner = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines() == [f"{owner} (1,)"] * 3
    assert not (tmp_path / "asked-for-an-account").exists()


def test_a_server_starts_where_temporary_files_have_an_odd_and_long_place(tmp_path):
    odd = tmp_path / "a folder" / ("long-" * 25)
    odd.mkdir(parents=True)

    told = subprocess.run(
        [sys.executable, "-c", ONE_SERVER],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(odd), "XDG_RUNTIME_DIR": str(odd)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert (told.returncode, told.stderr) == (0, "")
