"""Receiving a request: within bounds, whole, and without holding a thread."""

import asyncio
from http import HTTPStatus

import pytest

from app.server.receiving import LARGEST_AT_ONCE, SMALL, STEADY, Receiver, RefusedError


async def coming(*chunks):
    for chunk in chunks:
        yield chunk


async def endless(chunk=b"x"):
    """What a client sends that never comes to an end."""
    yield chunk
    await asyncio.Event().wait()


def body_of(headers, chunks, receiver=None):
    return asyncio.run(received(receiver or Receiver(largest=1000), headers, chunks))


async def received(receiver, headers, chunks):
    async with receiver.body(headers, chunks) as body:
        return body


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


LARGE = 2 * SMALL


async def held_by_all(receiver, chunks):
    """One large body more than are held at once, from clients that send `chunks`."""
    sent = {"content-length": str(LARGE)}
    return [
        asyncio.create_task(answered(receiver, sent, chunks())) for _ in range(LARGEST_AT_ONCE + 1)
    ]


async def answered(receiver, headers, chunks):
    """Receive a body, and take for ever to answer it."""
    async with receiver.body(headers, chunks):
        await asyncio.Event().wait()


async def given_up(tasks):
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def all_but_the_last_byte():
    return endless(b"x" * (LARGE - 1))


def all_of_it():
    return coming(b"x" * LARGE)


@pytest.mark.parametrize("chunks", [all_but_the_last_byte, all_of_it])
def test_all_that_is_held_at_once_is_bounded_until_it_is_answered(chunks):
    receiver = Receiver(largest=LARGE)

    async def crowd():
        done, waiting = await asyncio.wait(
            await held_by_all(receiver, chunks), return_when=asyncio.FIRST_EXCEPTION
        )
        await given_up(waiting)
        return [task.exception() for task in done]

    (refusal,) = asyncio.run(asyncio.wait_for(crowd(), 60))
    assert isinstance(refusal, RefusedError)
    assert refusal.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert receiver.held == 0


def test_answers_are_received_while_large_bodies_fill_all_the_room():
    receiver = Receiver(largest=LARGE)

    async def save_among_them():
        crowd = await held_by_all(receiver, all_but_the_last_byte)
        await asyncio.wait(crowd, return_when=asyncio.FIRST_EXCEPTION)
        try:
            return await received(receiver, {"content-length": "5"}, coming(b"saved"))
        finally:
            await given_up(crowd)

    assert asyncio.run(asyncio.wait_for(save_among_them(), 60)) == b"saved"
