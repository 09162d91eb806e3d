"""Arabic and Hebrew on paper: the order in which the parts of a line are drawn.

The levels come from python-bidi, which follows the Unicode rules (UAX 9); each part is then
shaped in its own direction.
"""

import unicodedata
from itertools import groupby
from typing import Final

from bidi import algorithm

RIGHT_TO_LEFT: Final = {"R", "AL"}
ONE_WAY: Final = {*RIGHT_TO_LEFT, "NSM", "BN"}
"""Letters, their marks and joiners: a word of these, as most are, has one part."""
LEFT_MARK, RIGHT_MARK = "\u200e", "\u200f"
"""Unseen signs that say which way a line runs."""


def is_right_to_left(text: str) -> bool:
    """Whether any letter of `text` runs from right to left."""
    return not text.isascii() and any(
        unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text
    )


def begins_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    return not text.isascii() and bool(algorithm.get_base_level(text))


def in_visual_order(text: str) -> list[tuple[str, bool]]:
    """The parts of a line from left to right as (text as written, runs right to left)."""
    if {unicodedata.bidirectional(letter) for letter in text} <= ONE_WAY:
        return [(text, True)]
    levels = _levels(text)
    parts = [
        (level, "".join(text[place] for place in places))
        for level, places in groupby(range(len(text)), key=levels.__getitem__)
    ]
    for turned in range(max(levels, default=0), 0, -1):
        parts = _reversed_from(parts, turned)
    return [(part, bool(level % 2)) for level, part in parts]


def _reversed_from(parts: list[tuple[int, str]], lowest: int) -> list[tuple[int, str]]:
    """`parts` with every sequence of levels from `lowest` on turned round (rule L2)."""
    ordered: list[tuple[int, str]] = []
    for is_turned, found in groupby(parts, key=lambda part: part[0] >= lowest):
        sequence = list(found)
        ordered.extend(reversed(sequence) if is_turned else sequence)
    return ordered


def _levels(text: str) -> list[int]:
    """The level of each letter: odd ones run right to left.

    Joiners are left out of the rules (X9) and stay beside the letter before them.
    """
    kept = [
        place
        for place, letter in enumerate(text)
        if unicodedata.bidirectional(letter) not in algorithm.X9_REMOVED
    ]
    line = "".join(text[place] for place in kept)
    base = algorithm.get_base_level(line)
    storage = {**algorithm.get_empty_storage(), "base_level": base, "base_dir": "LR"[base]}
    algorithm.get_embedding_levels(line, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    known = {place: found["level"] for place, found in zip(kept, storage["chars"], strict=True)}
    levels: list[int] = []
    for place in range(len(text)):
        before = levels[-1] if levels else base
        levels.append(known.get(place, before))
    return levels


def with_direction_of(paragraph: str, lines: list[str]) -> list[str]:
    """The lines of `paragraph`, each marked where it would begin the other way on its own."""
    turned = begins_right_to_left(paragraph)
    mark = RIGHT_MARK if turned else LEFT_MARK
    return [line if begins_right_to_left(line) == turned else f"{mark}{line}" for line in lines]
