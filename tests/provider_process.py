"""A real sign-in provider on this machine, in a process of its own."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

from sign_in_providers import Provider

PATIENCE: Final = 30.0


@contextmanager
def provider_with(*accounts: dict[str, Any]) -> Iterator[Provider]:
    """A provider with these accounts, each with its claims, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    issuer = f"http://127.0.0.1:{port}"
    told = [word for one in accounts for word in ("--user-claims", json.dumps(one))]
    program = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *told]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(issuer, process)
            yield Provider("login", "Example Login", issuer, "full-circle", "secret")
        finally:
            process.terminate()


def _wait_for(issuer: str, process: "subprocess.Popen[bytes]") -> None:
    ends_at = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5):
                return
        except (URLError, OSError):
            if process.poll() is not None or time.monotonic() > ends_at:
                raise
            time.sleep(0.05)
