"""The commands of an app by their names, also of groups whose files are imported late."""

import click
from flask import Flask


def names_in(group: click.Command) -> list[str]:
    """The commands of a group; of a single command its own name."""
    if not isinstance(group, click.Group):
        return [str(group.name)]
    return group.list_commands(click.Context(group))


def commands_of(app: Flask) -> set[str]:
    """All our own commands: people list, cycle open, …"""
    groups = app.cli.commands.items()
    return {f"{name} {command}" for name, group in groups for command in names_in(group)}
