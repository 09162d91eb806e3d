"""Commands for operators."""

from collections.abc import Mapping
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
    "jobs": "Work in the background.",
    "backup": "Tell HR's desk about backups.",
    "ops": "Look after the installation.",
    "demo": "Invented people and quarters, to look around and to measure.",
}
"""Each group with what `flask --help` says of it; its commands are in the file of its name."""
OWN_FILES: Final[Mapping[str, Mapping[str, str]]] = {
    "people": {
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


class LateGroup(AppGroup):
    """A group whose files are imported when one of its commands is asked for.

    All files together, and what they import, take longer than most commands.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of its commands."""
        return sorted([*_group_in(str(self.name)).commands, *self._own_files()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        file = self._own_files().get(cmd_name, str(self.name))
        return _group_in(file).get_command(ctx, cmd_name)

    def _own_files(self) -> Mapping[str, str]:
        return OWN_FILES.get(str(self.name), {})


def _group_in(file: str) -> AppGroup:
    return cast(AppGroup, import_module(f"app.cli.{file}").commands)


def init_cli(app: Flask) -> None:
    """Hang every command group on `flask`."""
    for name, help_ in GROUPS.items():
        app.cli.add_command(LateGroup(name, help=help_))
