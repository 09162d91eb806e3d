"""Who reads a report, in sentences: everybody whom it concerns is named in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.plurals import spelled
from app.domain.reports.voice import Voice, capitalised

MOST_NAMED: Final = 3


@dataclass(frozen=True)
class Reader:
    """Somebody who was announced as a reader when the cycle opened."""

    name: str
    is_hr: bool


def readers_sentence(voice: Voice, readers: Sequence[Reader]) -> str:
    """Who reads the report beside its subject; HR is mentioned where nobody of HR is among them."""
    reads = "read this report" if voice.speaks_to_subject else "reads this report"
    who = capitalised(voice.you)
    if not readers:
        return f"{who} {reads}, and nobody else does."
    do = "does" if len(readers) == 1 else "do"
    without_hr = "" if any(reader.is_hr for reader in readers) else " HR does not."
    return f"{who} {reads}, and so {do} {_named([reader.name for reader in readers])}.{without_hr}"


def _named(names: Sequence[str]) -> str:
    """Three names at most; of more, two and how many others there are."""
    if len(names) > MOST_NAMED:
        names = [*names[: MOST_NAMED - 1], f"{spelled(len(names) - MOST_NAMED + 1)} others"]
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
