"""What many tests begin with: played once in a run, then set up again from its rows."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.infra.db import db
from app.people.models import Person
from config import Config
from tests.databases import OnPostgres, OnSqlite


@dataclass
class Scenes:
    """The scenes of a run by their names: every row, and the files of the key folder."""

    place: OnSqlite | OnPostgres
    kept: dict[Hashable, tuple[Any, dict[str, bytes]]] = field(default_factory=dict)

    def begin(self, name: Hashable, settings: Config, play: Callable[[], object]) -> None:
        """Let an empty database be as it is after `play`, which writes rows and key files only."""
        taken = db.session.scalar(select(Person.id).limit(1))
        assert taken is None, "a scene needs an empty database: name its fixture first"
        db.session.rollback()
        if name in self.kept:
            rows, files = self.kept[name]
            self.place.put_back(settings.database_url, rows)
            _put_back(files, settings.keys)
            return
        play()
        db.session.commit()
        self.kept[name] = self.place.picture(settings.database_url), _picture(settings.keys)


def _picture(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def _put_back(files: dict[str, bytes], folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_bytes(content)
