"""What this program writes to standard error: plain lines, or a JSON object on each line.

There is no line for a request that went well. Lines are about errors and slow statements; they
name no person, no address of a computer and no address of a page, and quote nothing that an
unexpected error says: it may hold what somebody typed.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType
from typing import IO, Any, Final

import click
from sqlalchemy.exc import DBAPIError

from config import Config

OURS: Final = "app"
"""The logger above all of ours."""


class LogFormat(StrEnum):
    """How a line of the log looks."""

    PLAIN = "plain"
    JSON = "json"


class WithoutValues(logging.Formatter):
    """Plain lines whose errors say what they are and where they come from, not what they say."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(request)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One line, and one more for each place that an error came through."""
        name = getattr(record, "request_id", "")
        record.request = f" [{name} {getattr(record, 'route', '')}]" if name else ""
        record.exc_text = None  # another formatter may have quoted what the error says
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - its name in logging
        """What an error is and the places it came through."""
        return "\n".join(places_of(ei[1]))


class JsonLines(logging.Formatter):
    """One JSON object a line, for programs that gather logs."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as an object; what is empty is left out."""
        error = record.exc_info[1] if record.exc_info else None
        line = {
            "time": f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%SZ}",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", ""),
            "route": getattr(record, "route", ""),
            "error": list(places_of(error)),
        }
        return json.dumps({name: said for name, said in line.items() if said}, ensure_ascii=False)


class ToStandardError(logging.StreamHandler[IO[str]]):
    """Writes to whatever is standard error at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> IO[str]:  # type: ignore[override]
        return sys.stderr


def configure(settings: Config, names: logging.Filter) -> None:
    """Let everything that this process logs be written as `settings` say, `names` added."""
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, ToStandardError)]:
        root.removeHandler(old)
    handler = ToStandardError()
    handler.setFormatter(JsonLines() if is_json(settings) else WithoutValues())
    handler.addFilter(is_worth_a_line)
    handler.addFilter(names)
    root.addHandler(handler)
    logging.getLogger(OURS).setLevel(logging.INFO)


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Whether a record is ours or a warning: other servers write one for each request."""
    return record.levelno >= logging.WARNING or record.name.split(".")[0] == OURS


def is_json(settings: Config) -> bool:
    """Whether lines are JSON objects."""
    return settings.log_format == LogFormat.JSON


def tell(settings: Config, sentence: str) -> None:
    """Say something that is no error: a sentence on the terminal, or a line of the log."""
    if is_json(settings):
        logging.getLogger(OURS).info("%s", sentence)
    else:
        click.echo(sentence, err=True)


def places_of(error: BaseException | None) -> Iterator[str]:
    """An error and those before it, the first one first: what it is, and where it came through."""
    if error is None:
        return
    yield from places_of(error.__cause__ or error.__context__)
    kind = type(error)
    yield f"{kind.__module__}.{kind.__qualname__}{_said_by_machines(error)}"
    yield from _frames(error.__traceback__)


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"


def _said_by_machines(error: BaseException) -> str:
    """What a database or the operating system said: both without values, and needed to mend it."""
    if isinstance(error, DBAPIError):
        words = str(error.orig).strip().splitlines()
        return f": {words[0]}" if words else ""
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror}"
    return ""
