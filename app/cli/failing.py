"""How a command fails: one clear sentence on stderr and a non-zero exit."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from app.domain.errors import PlanRefusedError, ReviewError
from app.infra.troubles import database_errors, sentence_of

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
        except database_errors() as error:
            raise click.ClickException(sentence_of(error)) from error
        except ReviewError as error:
            raise click.ClickException(error.in_full) from error
        except OSError as error:
            raise click.ClickException(_about_a_file(error)) from error

    return careful


def _about_a_file(error: OSError) -> str:
    """Which file cannot be used, and why; other faults of the system in its own words."""
    if error.filename is None or error.strerror is None:
        return str(error)
    return f"{error.filename} cannot be used: {error.strerror}."
