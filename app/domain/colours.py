"""A company's colour: whether words in it can be read, and its lighter tone for the dark."""

import re
from collections.abc import Iterable
from typing import Final

HEX: Final = re.compile(r"#[0-9a-f]{6}")
PAPER: Final = "#faf8f4"
"""The ground of a light page."""
NIGHT: Final = "#1a1816"
"""The ground of a dark page."""
READABLE: Final = 4.5
"""Least contrast of words with their ground: WCAG 2.2, criterion 1.4.3."""
STEPS: Final = 20

Rgb = tuple[float, float, float]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours such as "#14566a": 1 for the same, 21 for black on white.

    Source: WCAG 2.2, definitions of contrast ratio and relative luminance (sRGB, W3C 2023).
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def is_readable(colour: str) -> bool:
    """Whether words in `colour` can be read on a light page, and white ones on it."""
    return all(contrast(colour, ground) >= READABLE for ground in (PAPER, "#ffffff"))


def for_the_dark(colour: str) -> str:
    """The least lightened tone of `colour` that can be read on a dark page."""
    return _mixed_until(colour, "#ffffff", ground=NIGHT, wanted=READABLE + 1.5)


def stronger(colour: str, *, is_dark: bool) -> str:
    """The same a little further from its ground, for what the pointer is on."""
    return _mixed(colour, "#ffffff" if is_dark else "#000000", 0.25)


def washed(colour: str, *, is_dark: bool) -> str:
    """A ground with a breath of `colour`, on which words in it can still be read."""
    ground, share = (NIGHT, 0.82) if is_dark else ("#ffffff", 0.9)
    wash = _mixed(colour, ground, share)
    steps = (_mixed(wash, ground, step / STEPS) for step in range(STEPS + 1))
    return next((one for one in steps if contrast(one, colour) >= READABLE), ground)


def on_top_of(colour: str) -> str:
    """White or a near black, whichever is better read on `colour`."""
    return max(("#ffffff", "#101418"), key=lambda ink: contrast(ink, colour))


def _mixed_until(colour: str, other: str, *, ground: str, wanted: float) -> str:
    steps: Iterable[str] = (_mixed(colour, other, step / STEPS) for step in range(STEPS + 1))
    return next((one for one in steps if contrast(one, ground) >= wanted), other)


def _mixed(one: str, other: str, share: float) -> str:
    """`one` with so much of `other`, from 0 to 1."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    mixed = (round(255 * (mine * (1 - share) + theirs * share)) for mine, theirs in pairs)
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _channels(colour: str) -> Rgb:
    """Red, green and blue from 0 to 1."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
