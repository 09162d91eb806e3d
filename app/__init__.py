"""Full Circle: a 360-degree peer review that counts the ratings and forgets who gave them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config import Config


def create_app(settings: "Config | None" = None, *, testing: bool = False) -> "Flask":
    """Build the app from `settings` (by default the environment's)."""
    # Imported here, because a process that only draws papers needs no web and no database.
    from app.factory import build

    return build(settings, testing=testing)
