"""Receiving what a client sends, within bounds of time and size.

Nothing here holds a thread: a client that sends a byte a second costs its few bytes. Without
these bounds four of them would hold all threads of the app, for as long as they like.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, Protocol

LARGEST_AT_ONCE: Final = 8
"""So many of the largest bodies, or more smaller ones, are in this process at once."""
SMALL: Final = 64 * 1024
"""Bodies up to this size, as saved answers are, are received whatever else is held: as many as
there are connections are less than one may hold of the large ones."""
PATIENCE: Final = 20.0
"""Seconds for a body to arrive, and one more for each of `STEADY` bytes that have come."""
STEADY: Final = 16 * 1024


class RefusedError(Exception):
    """A request is not received any further; `status` and text tell its sender why."""

    def __init__(self, status: HTTPStatus, words: str) -> None:
        super().__init__(words)
        self.status = status


class Headers(Protocol):
    """What a client said about its request."""

    def get(self, key: str, /) -> str | None: ...

    def __contains__(self, key: object, /) -> bool: ...


@dataclass
class Receiver:
    """Receives bodies of up to `largest` bytes, and knows how much is held of all together."""

    largest: int
    patience: float = PATIENCE
    held: int = field(default=0, init=False)

    @asynccontextmanager
    async def body(self, headers: Headers, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """The whole body, which counts as held until the block ends: threads may be busy for long.

        Raises RefusedError for one that is too large, too slow or cut off.
        """
        received: list[bytes] = []
        try:
            yield await self._whole(headers, chunks, received)
        finally:
            self.held -= sum(map(len, received))

    async def _whole(
        self, headers: Headers, chunks: AsyncIterable[bytes], received: list[bytes]
    ) -> bytes:
        announced = self._announced(headers)
        if not announced:
            return b""
        try:
            await self._receive(announced, chunks, received)
        except TimeoutError:
            raise RefusedError(
                HTTPStatus.REQUEST_TIMEOUT, "What was sent took too long to arrive."
            ) from None
        received[:] = [b"".join(received)]  # in place of its pieces, not beside them
        if len(received[0]) != announced:
            raise RefusedError(HTTPStatus.BAD_REQUEST, "Only a part of what was sent arrived.")
        return received[0]

    def _announced(self, headers: Headers) -> int:
        """How many bytes follow. Raises RefusedError for an unknown number, or too many."""
        if "transfer-encoding" in headers:
            raise RefusedError(
                HTTPStatus.LENGTH_REQUIRED, "Please say with Content-Length how much you send."
            )
        length = headers.get("content-length") or "0"
        if not (length.isascii() and length.isdecimal()):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "Content-Length is not a number.")
        # A number of a million digits is no number that Python reads.
        if len(length) > len(str(self.largest)) or int(length) > self.largest:
            raise RefusedError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"Full Circle takes at most {self.largest // 1024**2} MB at once.",
            )
        return int(length)

    async def _receive(
        self, announced: int, chunks: AsyncIterable[bytes], received: list[bytes]
    ) -> None:
        began, length = asyncio.get_running_loop().time(), 0
        async with asyncio.timeout(self.patience) as limit:
            async for chunk in chunks:
                received.append(chunk)
                length += len(chunk)
                self.held += len(chunk)
                if announced > SMALL and self.held > LARGEST_AT_ONCE * self.largest:
                    raise RefusedError(
                        HTTPStatus.SERVICE_UNAVAILABLE,
                        "Too much is being sent at once. Please try again in a minute.",
                    )
                if length >= announced:
                    return
                limit.reschedule(began + self.patience + length / STEADY)
