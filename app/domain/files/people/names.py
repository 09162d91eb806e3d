"""People's names: put together from columns, and compared however they are written."""

import re
from collections.abc import Mapping
from typing import Final

from app.domain.files.people.words import plain, values

MARK: Final = re.compile(r"\s*(?:\(((?:[^()]|\([^()]*\))*)\)|\[([^\[\]]*)\])\s*\Z")
TOKEN: Final = re.compile(r"[^\W_]+")

NameKey = tuple[str, ...]


def name_key(name: str) -> NameKey:
    """What two spellings of one name share: no case, accents, order, commas and marks."""
    bare, _marks = without_marks(name)
    return tuple(sorted(TOKEN.findall(plain(bare or name))))


def without_marks(name: str) -> tuple[str, tuple[str, ...]]:
    """A name without what systems write behind it, and those marks: "(On Leave)", "[C]"."""
    marks: list[str] = []
    while (found := MARK.search(name)) and found.start() > 0:
        marks.append(found.group(1) or found.group(2) or "")
        name = name[: found.start()].strip()
    return name, tuple(marks)


def turned(name: str) -> str:
    """Turn "Last, First" into "First Last"; "Smith, Jr., Robert" as "Robert Smith, Jr."."""
    parts = [part.strip() for part in name.split(",") if part.strip()]
    if len(parts) < 2 or (len(parts) == 2 and is_suffix(parts[1])):
        return name
    first = parts.pop()
    last, *suffixes = parts
    if is_suffix(first):
        suffixes, first = [first], ", ".join(suffixes)
    return ", ".join([f"{first} {last}", *suffixes]).strip()


def is_suffix(part: str) -> bool:
    """True for what stands behind a name: Jr., III, PhD."""
    return plain(part).replace(".", "") in values("suffix")


def put_together(cells: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The name people go by, and every name a manager may be called by elsewhere in the file."""
    last = " ".join(cells[field] for field in ("prefix", "last", "second_last") if cells.get(field))
    middle = cells.get("middle", "")
    legal = " ".join(part for part in (cells.get("first", ""), middle, last) if part)
    preferred = cells.get("preferred", "")
    known_as = preferred
    if preferred and last and name_key(last)[-1:] and not _holds(preferred, last):
        known_as = f"{preferred} {last}"
    short = " ".join(part for part in (cells.get("first", ""), last) if part)
    return known_as or legal, tuple(dict.fromkeys(n for n in (known_as, legal, short) if n))


def _holds(name: str, last: str) -> bool:
    return set(name_key(last)) <= set(name_key(name))
