"""Names as people read, look for and tell apart; what nobody can see in them is levelled."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

JOINERS: Final = "\u200c\u200d"
"""Invisible, but part of words in Persian, Hindi and other scripts, all from U+0600 on."""
TURNS: Final = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
"""Write what follows in another direction: a name with them can pass for another one."""
HYPHENS: Final = dict.fromkeys(map(ord, "\u2010\u2011"), "-")
APOSTROPHES: Final = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u0060\u00b4"), "'")
WITHOUT_STROKE: Final = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "\u0131": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
"""Letters that Unicode does not take apart, as people type them who lack the key."""


def levelled(text: str) -> str:
    """`text` on one line as it looks: blanks and hyphens of any kind are plain, unseen signs gone.

    Joiners stay between two letters that they join. Controls stay, and so do marks that turn
    the direction of reading: they are faults to be told.
    """
    if text.isascii() and "  " not in text:
        return text.strip(" ")
    plain = text.translate(HYPHENS)
    seen = (letter for place, letter in enumerate(plain) if _is_seen(plain, place))
    spaced = "".join(" " if unicodedata.category(one) == "Zs" else one for one in seen)
    return unicodedata.normalize("NFC", " ".join(part for part in spaced.split(" ") if part))


def _is_seen(text: str, place: int) -> bool:
    letter = text[place]
    if letter in JOINERS:
        return joins_letters(text, place)
    return letter in TURNS or unicodedata.category(letter) != "Cf"


def joins_letters(text: str, place: int) -> bool:
    """Whether the joiner at `place` stands where a script needs it: between two of its letters."""
    around = (text[place - 1 : place], text[place + 1 : place + 2])
    return all(one >= "\u0600" and unicodedata.category(one)[0] in "LM" for one in around)


def folded(text: str) -> str:
    """`text` as it is looked for: "jose" finds José, "lucja" finds Łucja."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in parts if not "\u0300" <= letter <= "\u036f")
    plain = letters.translate(HYPHENS).translate(APOSTROPHES).translate(WITHOUT_STROKE)
    return unicodedata.normalize("NFC", plain)


class ListedPerson(NamedTuple):
    """A person as lists tell them apart."""

    name: str
    title: str
    department: str
    email: str


DETAILS: Final[Sequence[Callable[[ListedPerson], str]]] = (
    lambda one: one.title,
    lambda one: one.department,
    lambda one: one.email,
)
"""What stands behind a name that is not enough; an e-mail address belongs to one person only."""


def shared(names: Mapping[int, str]) -> set[int]:
    """Whose name somebody else in the list has too, however it is written."""
    often = Counter(map(_alike, names.values()))
    return {key for key, name in names.items() if often[_alike(name)] > 1}


def labels(people: Mapping[int, ListedPerson]) -> dict[int, str]:
    """What to call each of the people who stand beside each other, so that no two are alike.

    The name alone where it is enough; otherwise with the title in brackets, where the titles
    differ, else with the department, else with the e-mail address.
    """
    bearers: dict[str, list[int]] = defaultdict(list)
    for key, person in people.items():
        bearers[_alike(person.name)].append(key)
    return {key: label for keys in bearers.values() for key, label in _told_apart(people, keys)}


def _told_apart(
    people: Mapping[int, ListedPerson], keys: Sequence[int]
) -> Sequence[tuple[int, str]]:
    if len(keys) == 1:
        return [(keys[0], people[keys[0]].name)]
    detail = next((one for one in DETAILS if _tells(one, people, keys)), DETAILS[-1])
    return [(key, f"{people[key].name} ({detail(people[key])})") for key in keys]


def _tells(
    detail: Callable[[ListedPerson], str], people: Mapping[int, ListedPerson], keys: Sequence[int]
) -> bool:
    found = [_alike(detail(people[key])) for key in keys]
    return all(found) and len(set(found)) == len(found)


def _alike(text: str) -> str:
    """The same for names that readers cannot tell apart: case and blanks do not count."""
    return levelled(text).casefold()
