"""Receiving a request: within bounds, whole, and without holding a thread."""

import asyncio
from http import HTTPStatus

import pytest

from app.server.receiving import LARGEST_AT_ONCE, STEADY, Receiver, RefusedError


async def coming(*chunks):
    for chunk in chunks:
        yield chunk


async def endless(chunk=b"x"):
    """What a client sends that never comes to an end."""
    yield chunk
    await asyncio.Event().wait()


def body_of(headers, chunks, receiver=None):
    receiver = receiver or Receiver(largest=1000)
    return asyncio.run(receiver.body(headers, chunks))


def refusal_of(headers, chunks, receiver=None):
    with pytest.raises(RefusedError) as refusal:
        body_of(headers, chunks, receiver)
    return refusal.value.status


def test_a_body_in_pieces_arrives_whole():
    assert body_of({"content-length": "6"}, coming(b"ab", b"", b"cdef")) == b"abcdef"


def test_a_request_without_a_body_is_not_waited_for():
    assert body_of({}, endless()) == b""
    assert body_of({"content-length": "0"}, endless()) == b""


def test_a_body_that_is_too_large_is_refused_before_any_of_it_is_read():
    for length in ("1001", "9" * 5000):
        assert refusal_of({"content-length": length}, endless()) == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "", " "])
def test_a_length_that_is_no_number_is_refused(length):
    if length:
        assert refusal_of({"content-length": length}, endless()) == 400


def test_a_body_of_unknown_length_is_refused():
    assert refusal_of({"transfer-encoding": "chunked"}, endless()) == 411


def test_half_a_body_is_refused():
    assert refusal_of({"content-length": "6"}, coming(b"abc")) == 400


def test_an_endless_body_is_given_up():
    receiver = Receiver(largest=1000, patience=0.01)

    assert refusal_of({"content-length": "900"}, endless(), receiver) == 408
    assert receiver.held == 0


def test_a_body_that_keeps_coming_is_given_more_time():
    receiver = Receiver(largest=100 * STEADY, patience=0.01)
    large = b"x" * (50 * STEADY)

    async def steady():
        yield large
        await asyncio.sleep(0.05)  # longer than a body is waited for of which nothing came
        yield b"end"

    assert len(body_of({"content-length": str(len(large) + 3)}, steady(), receiver)) > len(large)


def test_all_that_is_received_at_once_is_bounded():
    receiver = Receiver(largest=1000)

    async def crowd():
        tasks = [
            asyncio.create_task(receiver.body({"content-length": "1000"}, endless(b"x" * 999)))
            for _ in range(LARGEST_AT_ONCE + 1)
        ]
        done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return [task.exception() for task in done]

    (refusal,) = asyncio.run(crowd())
    assert isinstance(refusal, RefusedError)
    assert refusal.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert receiver.held == 0
