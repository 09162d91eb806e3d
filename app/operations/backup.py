"""A backup: a copy of the database and a description of it, never with a half of a key.

The halves of open cycles' keys stay in their folder. With a copy of both, everything that raters
answered could be read, and what is forgotten in the count would be remembered in the backup.
"""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra import audit_readings, clock, migrations
from app.infra.db import db
from app.infra.settings import settings
from app.operations import copies
from app.operations.copies import CopyError

DESCRIPTION: Final = "backup.json"
RUNNING: Final = (CycleState.OPEN, CycleState.CLOSING)


@dataclass(frozen=True)
class Description:
    """What a copy holds, as `backup.json` says it."""

    made_at: str
    """Date and time in UTC, to the minute."""
    kind: str
    """sqlite or postgresql."""
    step: str
    """The last migration that the copy went through."""
    running: dict[str, str]
    """Cycles that were running: their number and their name."""
    digest: str
    """SHA-256 of the copy."""


def make(folder: Path) -> Path:
    """Write a backup into a new folder below `folder`, whole or not at all; return the new one.

    Raises CopyError where it would lie beside the keys or in the data folder.
    """
    _refuse_place(folder)
    moment = clock.now()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / f"full-circle-{moment:%Y-%m-%d-%H%M%S}"
    if place.exists():
        raise CopyError(f"{place} is there already.")
    audit_readings.take_up()
    draft = Path(tempfile.mkdtemp(prefix=".full-circle-", dir=folder))
    try:
        file = draft / copies.FILE_OF[copies.kind()]
        running = _running()
        copies.write(file)
        _describe(
            draft,
            Description(
                made_at=f"{moment:%Y-%m-%d %H:%M}",
                kind=copies.kind(),
                step=migrations.reached(),
                running=running,
                digest=digest_of(file),
            ),
        )
        draft.rename(place)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return place


def described(place: Path) -> Description:
    """The description of a backup. Raises CopyError where there is none or it is damaged."""
    try:
        return Description(**json.loads((place / DESCRIPTION).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise CopyError(f"{place} is no backup: its {DESCRIPTION} cannot be read.") from None


def file_of(place: Path, found: Description) -> Path:
    """The copy itself, found to be the one that is described and readable to its end."""
    file = place / copies.FILE_OF.get(found.kind, "")
    if not file.is_file():
        raise CopyError(f"{place} holds no copy of a database.")
    if digest_of(file) != found.digest:
        raise CopyError(f"{file} is damaged: it is not what was written.")
    copies.test(file, found.kind)
    return file


def digest_of(file: Path) -> str:
    """SHA-256 of a file of any size."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _refuse_place(folder: Path) -> None:
    target = folder.resolve()
    for ours, why in (
        (settings().keys, "the keys: whoever copies it would have both halves of every open key"),
        (settings().data_folder, "the data: losing it would lose the backup"),
    ):
        if target.is_relative_to(ours.resolve()):
            raise CopyError(f"{folder} lies in the folder of {why}.")


def _running() -> dict[str, str]:
    rows = select(Cycle.id, Cycle.name).where(Cycle.state.in_(RUNNING)).order_by(Cycle.id)
    return {str(number): name for number, name in db.session.execute(rows)}


def _describe(draft: Path, found: Description) -> None:
    text = json.dumps(asdict(found), ensure_ascii=False, indent=2)
    file = draft / DESCRIPTION
    with file.open("w", encoding="utf-8") as out:
        out.write(text + "\n")
        out.flush()
        os.fsync(out.fileno())
