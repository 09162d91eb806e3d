"""A process that opens ballots for a count, which hands them over and takes what they say.

Started by app.lifecycle.count.opening_together. It knows no web, no database and no settings,
writes no file and keeps nothing: the key and sealed ballots come and their contents go through one
socket that nobody else has. It ends when the other end is closed, also by a kill.
"""

import gc
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread

from app.domain.ballot.encoding import decode
from app.domain.count.contents import Box, Contents, Failure
from app.domain.errors import SealBrokenError
from app.infra.keys import CycleKeys

Opener = Callable[[bytes, bytes], bytes]


def opened(boxes: Sequence[Box], open_one: Opener) -> Contents:
    """What the ballots in `boxes` say. Raises SealBrokenError for one that was altered."""
    found = Contents()
    for rater, locator, sealed in boxes:
        found.add(rater, decode(open_one(locator, sealed)))
    return found


def open_until_closed(line: Connection) -> None:
    """Take the keys from `line`, then answer every piece of work with what its ballots say."""
    keys: CycleKeys = line.recv()
    asked: SimpleQueue[Sequence[Box] | None] = SimpleQueue()
    # Taken in beside the work: two ends that both wait to send would wait for ever.
    Thread(target=_take_in, args=(line, asked), daemon=True).start()
    open_one = keys.opener()
    while (boxes := asked.get()) is not None:
        try:
            line.send(_answer(boxes, open_one))
        except ConnectionError:
            return


def _answer(boxes: Sequence[Box], open_one: Opener) -> Contents | Failure:
    try:
        return opened(boxes, open_one)
    except SealBrokenError as error:
        return Failure(str(error), is_broken_seal=True)
    except Exception as error:  # whatever it is, the count stops there
        return Failure(type(error).__name__, is_broken_seal=False)


def _take_in(line: Connection, asked: "SimpleQueue[Sequence[Box] | None]") -> None:
    try:
        while True:
            asked.put(line.recv())
    except (EOFError, OSError):
        asked.put(None)  # the count has everything, or is gone


if __name__ == "__main__":
    gc.disable()  # of the thousands of objects made meanwhile it would find none
    open_until_closed(Connection(int(sys.argv[1])))
