"""Commands for operators."""

from importlib import import_module

from flask import Flask

GROUPS = (
    "people",
    "cycle",
    "history",
    "report",
    "results",
    "audit",
    "jobs",
    "backup",
    "ops",
    "demo",
)


def init_cli(app: Flask) -> None:
    """Hang every command group on `flask`."""
    for group in GROUPS:
        app.cli.add_command(import_module(f"app.cli.{group}").commands)
