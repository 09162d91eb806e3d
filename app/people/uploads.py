"""A people file between its preview and the yes.

A small file travels in the page itself, signed, so that any web process can go on with it, and
nobody but the same person of HR. A large one waits in the data folder for the job that imports it:
one account of the machine may read it, no page gives it out, and no backup takes it along.
"""

import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

from app.domain.errors import ReviewError
from app.infra import clock
from app.infra.settings import settings

KEPT_FOR: Final = timedelta(hours=2)
"""A list may hold what nobody here needs, such as pay: long enough to answer what is asked."""
UNNAMED_FOR: Final = timedelta(minutes=5)
"""So long after it was written a file may lie here of which no import knows yet."""
CHOOSE_AGAIN: Final = "The uploaded file is no longer here. Please choose it once more."
NAME: Final = re.compile(r"[0-9a-f]{32}")
END: Final = ".list"


class UploadGoneError(ReviewError):
    """What was uploaded is not there any more or belongs to somebody else."""


class Tickets:
    """The small uploads of one HR person, each in a ticket that a page holds."""

    def __init__(self, *, secret: str, owner_id: int) -> None:
        self.serializer = URLSafeSerializer(secret, salt=f"people-file-{owner_id}")

    def keep(self, content: bytes) -> str:
        """A ticket that fetches `content` again."""
        return str(self.serializer.dumps(content.decode("latin-1")))  # there any byte is a letter

    def fetch(self, ticket: str) -> bytes:
        """What was kept in `ticket`. Raises UploadGoneError."""
        try:
            return str(self.serializer.loads(ticket)).encode("latin-1")
        except BadData:
            raise UploadGoneError(CHOOSE_AGAIN) from None


def new_name() -> str:
    """A random name, as files have it here."""
    return secrets.token_hex(16)


def keep_file(content: bytes) -> str:
    """Write `content` where only this program may read it; return its random name."""
    name = new_name()
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(_file(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode=0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)  # an import that was confirmed must find it after a power cut
    return name


def read_file(name: str) -> bytes:
    """What was written under `name`. Raises UploadGoneError."""
    try:
        return _file(name).read_bytes()
    except FileNotFoundError:
        raise UploadGoneError(CHOOSE_AGAIN) from None


def forget_file(name: str) -> None:
    """Delete what was written; doing it again does no harm."""
    _file(name).unlink(missing_ok=True)


def forget_files_but(names: Iterable[str]) -> None:
    """Delete every file that is not among `names`, except those written just now."""
    kept = {name + END for name in names}
    newest = (clock.now() - UNNAMED_FOR).timestamp()
    for file in folder().glob(f"*{END}"):
        with suppress(FileNotFoundError):
            if file.name not in kept and file.stat().st_mtime < newest:
                file.unlink()


def folder() -> Path:
    """Where large files wait."""
    return settings().data_folder / "uploads"


def _file(name: str) -> Path:
    """Raises UploadGoneError for names that we do not give: one could lead to another folder."""
    if not NAME.fullmatch(name):
        raise UploadGoneError(CHOOSE_AGAIN)
    return folder() / f"{name}{END}"
