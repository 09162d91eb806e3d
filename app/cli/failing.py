"""How a command fails: one clear sentence on stderr and a non-zero exit."""

import sqlite3
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
import psycopg
from sqlalchemy.exc import DBAPIError

from app.domain.errors import PlanRefusedError, ReviewError

P = ParamSpec("P")
R = TypeVar("R")


def one_sentence(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a broken rule or an unusable file into the command's one sentence."""

    @wraps(command)
    def careful(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except PlanRefusedError as error:
            raise click.ClickException("\n".join(error.faults)) from error
        except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
            said = error.orig if isinstance(error, DBAPIError) else error
            raise click.ClickException(
                f"The database said: {said}. Is it up to date? flask db upgrade"
            ) from error
        except ReviewError as error:
            raise click.ClickException(error.in_full) from error
        except OSError as error:
            raise click.ClickException(str(error)) from error

    return careful
