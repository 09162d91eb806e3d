"""Letters with what belongs to them: accents, vowel signs, joiners, the parts of an emoji.

A cluster is drawn by one typeface, and no line ends inside it.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

MARKS: Final = {"Mn", "Mc", "Me"}
JOINER: Final = "\u200d"
VIRAMA: Final = 9
"""The combining class of signs that tie the next consonant to the one before."""
BEFORE_THEIR_CONSONANT: Final = frozenset("เแโใไເແໂໃໄ")
"""Thai and Lao vowels that are written before the consonant they are spoken after."""
AFTER_THEIR_CONSONANT: Final = frozenset("ะาำๅๆฯະາຳຽໆຯ")
WITHOUT_SPACES: Final = (
    ("\u0e00", "\u0eff"),  # Thai, Lao
    ("\u1000", "\u109f"),  # Burmese
    ("\u1780", "\u17ff"),  # Khmer
    ("\u2e80", "\ud7ff"),  # Chinese, Japanese, Korean
    ("\uf900", "\ufaff"),
    ("\uff00", "\uffef"),
    ("\U00020000", "\U0003ffff"),
)
"""Scripts in which a line may end between any two clusters."""


def clusters(text: str) -> Iterator[str]:
    """`text` cut into clusters."""
    cluster = ""
    for letter in text:
        if cluster and not _continues(cluster, letter):
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


def _continues(cluster: str, letter: str) -> bool:
    last = cluster[-1]
    return (
        unicodedata.category(letter) in MARKS
        or letter in AFTER_THEIR_CONSONANT
        or _is_part_of_emoji(letter)
        or last in {JOINER, *BEFORE_THEIR_CONSONANT}
        or (unicodedata.combining(last) == VIRAMA and letter.isalpha())
        or (_is_flag_letter(letter) and len(cluster) == 1 and _is_flag_letter(last))
    )


def _is_part_of_emoji(letter: str) -> bool:
    """Joiners, variation selectors, skin tones and the tags of regional flags."""
    return (
        letter in {JOINER, "\u200c"}
        or "\ufe00" <= letter <= "\ufe0f"
        or "\U0001f3fb" <= letter <= "\U0001f3ff"
        or "\U000e0020" <= letter <= "\U000e007f"
    )


def _is_flag_letter(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def may_break_anywhere(word: str) -> bool:
    """Whether `word` holds letters of a script that puts no spaces between words."""
    return any(low <= letter <= high for letter in word for low, high in WITHOUT_SPACES)
