"""Commands for operators."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, cast

import click
from flask import Flask
from flask.cli import AppGroup

GROUPS: Final[Mapping[str, str]] = {
    "people": "Who works here: import, export, list, passwords, the HR role.",
    "cycle": "Plan, open, extend, close and publish cycles.",
    "history": "Quarters kept in another tool.",
    "report": "Write reports as PDF files.",
    "results": "What was released, for other programs.",
    "audit": "The log of acts.",
    "db": "The tables, and the migrations that bring them up to date.",
    "jobs": "Work in the background.",
    "backup": "Tell HR's desk about backups.",
    "ops": "Look after the installation.",
    "demo": "Invented people and quarters, to look around and to measure.",
}
"""Each group with what `flask --help` says of it; its commands are in the file of its name."""
OWN_FILES: Final[Mapping[str, Mapping[str, str]]] = {
    "people": {
        "list": "people_list",
        "import": "people_import",
        "sync": "people_import",
        "undo-import": "people_import",
        "password": "people_accounts",  # nosec B105 - the name of a command
        "make-hr": "people_accounts",
        "reset-factor": "people_accounts",
    },
    "cycle": {"list": "cycle_list"},
}
"""Commands in other files than the rest of their group, for they need much more or much less."""


READ_FEW_TABLES: Final = frozenset({"cycle_list", "people_list"})
"""Files whose commands write nothing and import the few tables that they read themselves."""


class LateGroup(AppGroup):
    """A group whose files are imported when one of its commands is asked for, and all tables then.

    All files together, and what they import, take longer than most commands; so do the tables.
    """

    def __init__(self, name: str, *, told: str, import_tables: Callable[[], None]) -> None:
        super().__init__(name, help=told)
        self._import_tables = import_tables

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of its commands."""
        return sorted([*_group_in(str(self.name)).commands, *self._own_files()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        file = self._own_files().get(cmd_name, str(self.name))
        if file not in READ_FEW_TABLES:
            self._import_tables()
        return _group_in(file).get_command(ctx, cmd_name)

    def _own_files(self) -> Mapping[str, str]:
        return OWN_FILES.get(str(self.name), {})


def _group_in(file: str) -> AppGroup:
    return cast(AppGroup, import_module(f"app.cli.{file}").commands)


def init_cli(app: Flask, *, import_tables: Callable[[], None]) -> None:
    """Hang every command group on `flask`; `import_tables` lets the database know them all."""
    for name, told in GROUPS.items():
        app.cli.add_command(LateGroup(name, told=told, import_tables=import_tables))
