"""A people file between its preview and the yes: nobody but the same HR person may fetch it.

A small file travels in the page itself, signed, so that any web process can go on with it. A
large one waits in the data folder, which several web machines have to share for that.
"""

import hashlib
import re
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

from app.domain.errors import ReviewError
from app.infra import clock

LARGEST_IN_PAGE: Final = 1024 * 1024
KEPT_FOR: Final = timedelta(hours=2)
"""A list may hold what nobody here needs, such as pay: long enough to answer what is asked."""
FILED: Final = "file-"
CHOOSE_AGAIN: Final = "The uploaded file is no longer here. Please choose it once more."
NAME: Final = re.compile(r"[0-9a-f]{32}")


class UploadGoneError(ReviewError):
    """What was uploaded is not there any more or belongs to somebody else."""


class Uploads:
    """The uploads of one HR person."""

    def __init__(self, folder: Path, *, secret: str, owner_id: int) -> None:
        self.folder = folder
        self.owner_id = owner_id
        self.serializer = URLSafeSerializer(secret, salt=f"people-file-{owner_id}")

    def keep(self, content: bytes) -> str:
        """A ticket that fetches `content` again."""
        self._forget_old()
        if len(content) <= LARGEST_IN_PAGE:
            return str(
                self.serializer.dumps(content.decode("latin-1"))
            )  # there any byte is a letter
        name = secrets.token_hex(16)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._file(name)
        file.touch(mode=0o600, exist_ok=False)
        file.write_bytes(content)
        return FILED + name

    def fetch(self, ticket: str) -> bytes:
        """What was kept for `ticket`. Raises UploadGoneError."""
        gone = UploadGoneError(CHOOSE_AGAIN)
        try:
            if not ticket.startswith(FILED):
                return str(self.serializer.loads(ticket)).encode("latin-1")
            return self._file(ticket.removeprefix(FILED)).read_bytes()
        except (BadData, FileNotFoundError, ValueError):
            raise gone from None

    def forget(self, ticket: str) -> None:
        """Delete what was kept; doing it again does no harm."""
        if ticket.startswith(FILED):
            with suppress(ValueError):
                self._file(ticket.removeprefix(FILED)).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        """The file of a random name, bound to its owner. Raises ValueError for other names."""
        if not NAME.fullmatch(name):
            raise ValueError("not a name that was given out")
        owned = hashlib.sha256(f"{name}/{self.owner_id}".encode()).hexdigest()
        return self.folder / f"{owned}.list"

    def _forget_old(self) -> None:
        oldest = (clock.now() - KEPT_FOR).timestamp()
        for file in self.folder.glob("*.list"):
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < oldest:
                    file.unlink()
