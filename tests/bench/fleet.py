"""A whole installation on this machine, each part a process of its own that can be killed.

Web processes and workers are started as docs/operations.md says, in production, on a PostgreSQL
that waits for the disk. Whatever was killed is started again after a few seconds, as systemd does.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from config import Config
from tests.bench.fill_in import SECRET
from tests.bench.serving import children_of
from tests.databases import started_server

ROOT = Path(__file__).parents[2]
HOST = "review.example.com"
"""What a proxy calls it; its certificate is not part of this."""
WHERE = re.compile(r"\[\S+ \S+\]")
"""Which request it was, in a line of the log."""
START_WITHIN = 90.0
"""Seconds for a process to be there, on a machine that does much else."""


class Database:
    """A PostgreSQL server that listens on a port of 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        made = started_server(folder)
        made.stop()
        folder.chmod(0o755)  # it runs under another account
        self._folder, self._program = folder / "data", made.bin_path / "postgres"
        self._account = made.system_user
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers: after a crash it reads its log first."""
        told = ["-c", "listen_addresses=127.0.0.1", "-p", str(self.port), "-k", ""]
        with (self._folder.parent / "postgresql.log").open("ab") as log:
            self.process = subprocess.Popen(
                [self._program, "-D", self._folder, *told],
                stderr=log,
                stdout=log,
                cwd=self._folder.parent,
                user=self._account,
                extra_groups=[] if self._account else None,
                start_new_session=True,
            )
        _until(self._answers, "PostgreSQL")

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.url("postgres")).close()
            return True
        return False

    def crash(self) -> None:
        """Stop it at once, whatever anybody is doing (PostgreSQL's immediate shutdown)."""
        self._stop(signal.SIGQUIT)

    def stop(self) -> None:
        """Stop it and end every connection."""
        self._stop(signal.SIGINT)

    def _stop(self, how: int) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None

    def url(self, name: str = "full_circle") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"


@dataclass
class Program:
    """One of our processes, with everything that it has started itself."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.arguments],
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """Kill it with its children, without a chance to tidy up."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Let it finish what it does."""
        if self.process is not None and self.is_running:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(40)
        self._signal(signal.SIGKILL)

    def _signal(self, which: int) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, which)
            self.process.wait()

    def kill_a_child(self) -> bool:
        """Kill what answers requests and let its parent live, as a machine out of memory does."""
        children = self._family()[1:]
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return bool(children)

    def memory(self) -> float:
        """MB that it and its children hold at the moment (RSS, shared pages counted for each)."""
        return sum(_resident(process) for process in self._family())

    def _family(self) -> list[int]:
        if self.process is None:
            return []
        return [self.process.pid, *children_of(self.process.pid)]


@dataclass
class Fleet:
    """The installation: its database, its programs, and its settings."""

    folder: Path
    database: Database
    settings: Config
    webs: list[Program] = field(default_factory=list)
    workers: list[Program] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)

    @property
    def programs(self) -> list[Program]:
        return [*self.webs, *self.workers]

    def environment(self) -> dict[str, str]:
        """What each process reads, as on a machine that is set up by the handbook."""
        settings = self.settings
        return {
            "FULL_CIRCLE_ENVIRONMENT": settings.environment,
            "FULL_CIRCLE_SECRET_KEY": settings.secret_key,
            "DATABASE_URL": settings.database_url,
            "FULL_CIRCLE_DATA": str(settings.data_folder),
            "FULL_CIRCLE_KEYS": str(settings.keys),
            "FULL_CIRCLE_URL": settings.base_url,
            "FULL_CIRCLE_TRUSTED_PROXIES": str(settings.trusted_proxies),
            "FULL_CIRCLE_SMTP_URL": settings.smtp_url,
            "PYTHONUTF8": "1",
        }

    def run(self, *arguments: str, production: bool = True) -> None:
        """Run one of our commands to its end. Raises CalledProcessError when it fails."""
        environment = {**os.environ, **self.environment()}
        if not production:
            environment["FULL_CIRCLE_ENVIRONMENT"] = "development"
        told = [sys.executable, "-m", "flask", "--app", "app:create_app", *arguments]
        subprocess.run(told, check=True, env=environment, cwd=ROOT)

    def start(self, *, webs: int, workers: int) -> None:
        """Start so many of each, and wait until every web process answers."""
        environment = self.environment()
        self.ports = [free_port() for _ in range(webs)]
        for number, port in enumerate(self.ports, 1):
            serve = ["app.server", "--host", "127.0.0.1", "--port", str(port), "--processes", "1"]
            log = self.folder / f"web{number}.log"
            self.webs.append(Program(f"web {number}", serve, environment, log))
        for number in range(1, workers + 1):
            work = ["flask", "--app", "app:create_app", "jobs", "run"]
            log = self.folder / f"worker{number}.log"
            self.workers.append(Program(f"worker {number}", work, environment, log))
        for program in self.programs:
            program.start()
        for port in self.ports:
            _until(lambda port=port: _is_open(port), f"the web process at {port}")

    def stop(self) -> None:
        for program in self.programs:
            program.stop()
        self.database.stop()

    def errors(self) -> dict[str, int]:
        """How often each kind of error line stands in the logs of our programs."""
        found: dict[str, int] = {}
        for program in self.programs:
            for line in program.log.read_text(errors="replace").splitlines():
                if "ERROR" in line or line.startswith(("Traceback", "psycopg.", "sqlalchemy.")):
                    shown = WHERE.sub("", line.partition("ERROR")[2] or line)[:150]
                    found[shown] = found.get(shown, 0) + 1
        return found


@contextmanager
def installed(*, smtp_url: str = "") -> Iterator[Fleet]:
    """An empty installation in a folder of its own, which is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="full-circle-many-", dir="/tmp"))
    database = Database(folder)
    with psycopg.connect(database.url("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE full_circle TEMPLATE template0 ENCODING 'UTF8'")
    settings = Config(
        SECRET,
        environment="production",
        database_url=database.url(),
        data_folder=folder / "app-data",
        key_folder=folder / "app-keys",
        base_url=f"https://{HOST}",
        smtp_url=smtp_url,
        trusted_proxies=1,
    )
    fleet = Fleet(folder, database, settings)
    try:
        yield fleet
    finally:
        fleet.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _resident(process: int) -> float:
    with suppress(FileNotFoundError, ProcessLookupError):
        told = Path(f"/proc/{process}/status").read_text()
        return int(told.partition("VmRSS:")[2].split()[0] or 0) / 1024 if "VmRSS:" in told else 0.0
    return 0.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _until(is_so: object, what: str) -> None:
    end = time.monotonic() + START_WITHIN
    while not is_so():  # type: ignore[operator]
        if time.monotonic() > end:
            raise RuntimeError(f"{what} did not start")
        time.sleep(0.05)
