"""Whether this process is a command, such as `flask people list`, or serves pages."""

from typing import Final

import click
from flask.cli import ScriptInfo

WITH_PAGES: Final = frozenset({"run", "routes", "shell"})
"""Flask's own commands, whose users expect every page."""


def is_command() -> bool:
    """Whether the app is used by a command."""
    return _command() is not None


def needs_pages() -> bool:
    """Whether the app that is being built will show pages; a command of ours shows none."""
    command = _command()
    return command is None or command.info_name in WITH_PAGES


def _command() -> click.Context | None:
    context = click.get_current_context(silent=True)
    if context is None or context.find_object(ScriptInfo) is None:
        return None
    return context
