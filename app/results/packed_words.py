"""Comments on their way through the count: most of them compressed, in the order they came."""

import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.results.models import CommentKind

TOGETHER: Final = 500
"""So many texts are compressed together: alone they are too short for it."""
LEVEL: Final = 3
KINDS: Final = tuple(CommentKind)


@dataclass(frozen=True, slots=True)
class Words:
    """A comment that may be released: about whom, which question, the text."""

    subject_id: int
    kind: CommentKind
    text: str


class PackedWords:
    """Comments that take a fifth of what they take as objects; they are read from the first on."""

    def __init__(self) -> None:
        self._subjects = array("i")
        self._kinds = bytearray()
        self._packed: list[bytes] = []
        self._lengths = array("I")
        """Of each text in characters."""
        self._lately: list[str] = []

    def append(self, words: Words) -> None:
        """Add one more."""
        self._subjects.append(words.subject_id)
        self._kinds.append(KINDS.index(words.kind))
        self._lengths.append(len(words.text))
        self._lately.append(words.text)
        if len(self._lately) == TOGETHER:
            self._packed.append(_packed(self._lately))
            self._lately = []

    def __len__(self) -> int:
        return len(self._subjects)

    def __iter__(self) -> Iterator[Words]:
        for subject, kind, text in zip(self._subjects, self._kinds, self._texts(), strict=True):
            yield Words(subject, KINDS[kind], text)

    @property
    def subject_ids(self) -> NDArray[np.int32]:
        """Whom each is about, (c,)."""
        return np.array(self._subjects, dtype=np.int32)

    def only(self, released: NDArray[np.bool_]) -> "PackedWords":
        """Those that are `released`, (c,)."""
        found = PackedWords()
        for words, is_released in zip(self, released.tolist(), strict=True):
            if is_released:
                found.append(words)
        return found

    def _texts(self) -> Iterator[str]:
        place = 0
        for packed in self._packed:
            together = zlib.decompress(packed).decode("utf-8", "surrogatepass")
            begin = 0
            for length in self._lengths[place : place + TOGETHER]:
                yield together[begin : begin + length]
                begin += length
            place += TOGETHER
        yield from self._lately


def _packed(texts: list[str]) -> bytes:
    return zlib.compress("".join(texts).encode("utf-8", "surrogatepass"), LEVEL)
