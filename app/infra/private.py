"""Files for their owner only: what this program makes, and what was there before it started.

The database holds reports, mails that wait and hashes of passwords. Other accounts of the same
machine have no business there, so that nothing depends on how an operator set up the machine.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from config import Config, ConfigError

OURS: Final = (
    "full-circle.sqlite*",
    "jobs.sqlite*",
    "secret",
    "samples",
    "bundles",
    "measured",
    "uploads",
    "readings-to-note",
)
"""What may lie in the data folder; anything else there was put there by somebody else."""
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
OLD_KEYS: Final = "keys"
"""Where the keys once lay, inside the data folder."""


def keep_private() -> None:
    """From now on, whatever this process makes is for its owner only."""
    os.umask(OTHERS)


def close_to_others(settings: Config) -> list[str]:
    """Make the data folder, and close it, the keys and the database to other accounts.

    Returns a sentence for the operator about each thing that was moved or could not be closed.
    Raises ConfigError when keys lie inside the data folder and cannot be moved.
    """
    settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = _move_old_keys(settings)
    if open_ones := [place for place in _places(settings) if not _close(place)]:
        first, more = open_ones[0], len(open_ones) - 1
        others = f" and {more} more" if more else ""
        told.append(
            f"{first}{others} can be read by other accounts of this machine, and this account may "
            "not change that; let their owner take the permission away."
        )
    return told


def _move_old_keys(settings: Config) -> list[str]:
    """Bring keys out of the data folder, where one copy would take both halves of a key."""
    old, new = settings.data_folder / OLD_KEYS, settings.keys
    if not old.is_dir() or old.resolve() == new.resolve():
        return []
    try:
        new.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        old.rename(new)  # fails where keys lie already: which of them count is not ours to say
    except OSError as error:
        raise ConfigError(
            f"{old} holds keys that belong into {new}, out of the data folder, but moving them "
            f"failed: {error.strerror}. Move them by hand, then start again."
        ) from None
    return [f"The keys of open cycles were moved from {old} to {new}, out of the data folder."]


def _places(settings: Config) -> Iterator[Path]:
    """Every file and folder of ours that exists, folders before what is in them."""
    for folder, patterns in ((settings.data_folder, OURS), (settings.keys, ("*",))):
        if folder.is_dir():
            yield folder.resolve()
            for pattern in patterns:
                for place in sorted(folder.glob(pattern)):
                    yield place
                    yield from sorted(place.rglob("*"))
    if file := settings.database_file:
        beside = [file.with_name(file.name + end) for end in ("", "-wal", "-shm", "-journal")]
        yield from filter(Path.exists, beside)


def _close(place: Path) -> bool:
    """Take every permission of others away; whether they have none now."""
    try:
        mode = place.lstat().st_mode
        if stat.S_ISLNK(mode) or not mode & OTHERS:
            return True
        place.chmod(stat.S_IMODE(mode) & ~OTHERS)
        return not place.lstat().st_mode & OTHERS
    except FileNotFoundError:  # SQLite has put its log away meanwhile
        return True
    except OSError:
        return False
