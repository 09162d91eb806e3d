"""Talking to a sign-in provider within bounds: a silent one must not hold threads of the app.

A talk is held by a thread of its own, and whoever asked waits for it a few seconds at most. Two
such talks go on at once in a process; after one that came to nothing the provider counts as silent
for some seconds, and whoever asks is told so at once.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import copy_context
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Thread
from typing import Any, Final, TypeVar

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from app.infra import clock
from app.infra.openid.refusals import (
    BusyProviderError,
    MisfitError,
    SilentProviderError,
    UnconfirmedError,
)
from sign_in_providers import Provider

Answer = TypeVar("Answer")

STEP: Final = (2.0, 3.0)
"""Seconds for reaching the provider, and for each piece of its answer."""
PATIENCE: Final = 4.0
"""Seconds for a whole talk."""
QUEUE: Final = 1.0
"""Seconds in which somebody else's talk may end."""
AT_ONCE: Final = 2
SILENT_FOR: Final = timedelta(seconds=15)
NOT_US: Final = frozenset({"invalid_client", "unauthorized_client"})
"""What a token endpoint says when id or secret are wrong."""

SILENCE: Final = (TimeoutError, requests.ConnectionError, requests.Timeout, requests.HTTPError)
"""Nothing came, or only that the provider itself has trouble."""

_lines = BoundedSemaphore(AT_ONCE)
_silent_since: dict[str, datetime] = {}


def talk(provider: Provider, work: Callable[[], Answer]) -> Answer:
    """What `work` gets from `provider`. Raises a ProviderError with a sentence."""
    if _is_silent(provider):
        raise SilentProviderError(provider.label)
    if not _lines.acquire(timeout=QUEUE):
        raise BusyProviderError(provider.label)
    try:
        with _in_sentences(provider):
            return _in_time(work)
    finally:
        _lines.release()


@contextmanager
def _in_sentences(provider: Provider) -> Iterator[None]:
    """Turn what goes wrong on the way into what whoever signs in can understand."""
    try:
        yield
    except SILENCE as error:
        _silent_since[provider.issuer] = clock.now()
        raise SilentProviderError(provider.label) from error
    except OAuthError as error:
        if error.error in NOT_US:
            raise MisfitError(provider.label, "it does not take our client id and secret") from None
        raise UnconfirmedError(provider.label) from None
    except requests.RequestException as error:
        detail = f"it answered with an error ({type(error).__name__})"
        raise MisfitError(provider.label, detail) from error


def forget_silence() -> None:
    """Believe every provider to be there again; for who looks an installation over."""
    _silent_since.clear()


def _is_silent(provider: Provider) -> bool:
    since = _silent_since.get(provider.issuer)
    return since is not None and timedelta(0) <= clock.now() - since < SILENT_FOR


def session_with(provider: Provider, **more: Any) -> OAuth2Session:
    """A client of `provider`, to be used inside a talk; it follows nobody to elsewhere."""
    return OAuth2Session(
        provider.client_id, provider.client_secret, default_timeout=STEP, max_redirects=0, **more
    )


def _in_time(work: Callable[[], Answer]) -> Answer:
    """What `work` returns. Raises TimeoutError when it takes too long, and leaves it to itself."""
    done: Future[Answer] = Future()
    context = copy_context()  # with it goes the time that it is

    def run() -> None:
        try:
            done.set_result(context.run(work))
        except Exception as error:  # raised again where somebody waits
            done.set_exception(error)

    Thread(target=run, name="sign-in provider", daemon=True).start()
    return done.result(timeout=PATIENCE)
