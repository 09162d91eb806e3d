"""Arabic and Hebrew on paper: the order and the letter forms in which they are drawn.

A PDF places glyphs from left to right and joins nothing itself. This is the plain part of
the Unicode rules (runs of one direction, digits kept, mirrored brackets, joined forms from
Unicode's own table), enough for names and comments; the original stays in the text layer.
"""

import unicodedata
from functools import cache
from itertools import groupby
from typing import Final

RIGHT_TO_LEFT: Final = {"R", "AL"}
MIRRORED: Final = str.maketrans("()[]{}<>«»", ")(][}{><»«")
FORMS: Final = range(0xFE80, 0xFEFD)


def is_right_to_left(text: str) -> bool:
    """Whether any letter of `text` runs from right to left."""
    return any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text)


def in_visual_order(text: str) -> str:
    """One line of `text` in the order and the forms in which it is drawn."""
    parts = [(way, "".join(letters)) for way, letters in groupby(text, key=_Ways(text).of)]
    turned = [_turned(part) if way else part for way, part in parts]
    begins = next((way for way in map(_strong, text) if way is not None), False)
    return "".join(reversed(turned) if begins else turned)


def _strong(letter: str) -> bool | None:
    """True for right to left, False for left to right, None for what follows its neighbours."""
    kind = unicodedata.bidirectional(letter)
    if kind in RIGHT_TO_LEFT:
        return True
    return False if kind in {"L", "EN", "AN"} else None


class _Ways:
    """The direction of each letter of one line; a neutral one goes with equal neighbours."""

    def __init__(self, text: str) -> None:
        known = [_strong(letter) for letter in text]
        begins = next((way for way in known if way is not None), False)
        after = self._filled(known[::-1], last=begins)[::-1]
        before = self._filled(known, last=begins)
        self._ways = iter(
            one if one == other else begins for one, other in zip(before, after, strict=True)
        )

    @staticmethod
    def _filled(ways: list[bool | None], *, last: bool) -> list[bool]:
        filled = []
        for way in ways:
            last = last if way is None else way
            filled.append(last)
        return filled

    def of(self, _letter: str) -> bool:
        """The direction of the next letter."""
        return next(self._ways)


def _turned(part: str) -> str:
    return _joined(part)[::-1].translate(MIRRORED)


def _joined(text: str) -> str:
    """Arabic letters in the form their neighbours ask for; other letters unchanged."""
    shaped = []
    for place, letter in enumerate(text):
        forms = _forms().get(letter, {})
        joins_before = place > 0 and "<initial>" in _forms().get(text[place - 1], {})
        joins_after = place + 1 < len(text) and "<final>" in _forms().get(text[place + 1], {})
        form = _form(forms, before=joins_before, after=joins_after)
        shaped.append(forms.get(form, letter))
    return "".join(shaped)


def _form(forms: dict[str, str], *, before: bool, after: bool) -> str:
    joins_after = after and "<initial>" in forms
    if before and "<final>" in forms:
        return "<medial>" if joins_after else "<final>"
    return "<initial>" if joins_after else "<isolated>"


@cache
def _forms() -> dict[str, dict[str, str]]:
    """For each Arabic letter its drawn forms, read from Unicode's decompositions."""
    found: dict[str, dict[str, str]] = {}
    for code in FORMS:
        kind, *letters = unicodedata.decomposition(chr(code)).split()
        if len(letters) == 1:
            found.setdefault(chr(int(letters[0], 16)), {})[kind] = chr(code)
    return found
