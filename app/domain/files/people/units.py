"""Departments: put together from columns, and spelled one way."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final

from app.domain.files.people.names import NameKey, name_key
from app.domain.files.people.questions import AnswerChoice, Asking, Question, some

UNIT_FIELDS: Final = ("company", "path", "division", "department", "team")
"""From broad to narrow."""
SEPARATOR: Final = re.compile(r"\s*/\s*|\s+>\s+|\s+»\s+|\\")
BEHIND: Final = re.compile(r"\s*\((?P<inside>(?:[^()]|\([^()]*\))*)\)\Z")

Path = tuple[str, ...]


def path_of(cells: Mapping[str, str], names: Container[NameKey]) -> Path:
    """The department's names from the root down; equal neighbours and blanks fall away."""
    path: list[str] = []
    for field in UNIT_FIELDS:
        for part in SEPARATOR.split(cells.get(field, "")):
            name = _without_manager(part.strip(), names)
            if name and (not path or path[-1] != name):
                path.append(name)
    return tuple(path)


def _without_manager(part: str, names: Container[NameKey]) -> str:
    """A unit's name without its manager in brackets behind it; codes stay."""
    behind = BEHIND.search(part)
    if behind and name_key(behind["inside"]) in names:
        return part[: behind.start()].strip()
    return part


def folded(path: Path) -> Path:
    """What spellings of one path share: no case, and one blank where there are several."""
    return tuple(" ".join(name.casefold().split()) for name in path)


def alike(paths: Sequence[Path], existing: Iterable[Path], asking: Asking) -> dict[Path, Path]:
    """Each path that differs from another in case or blanks only, with the one to use.

    Offered as one question; the directory's own spelling wins, then the most frequent one.
    """
    counts = Counter(prefix for path in paths for prefix in prefixes(path))
    known = {prefix for path in existing for prefix in prefixes(path)}
    spellings: dict[Path, set[Path]] = {}
    for prefix in {*counts, *known}:
        spellings.setdefault(folded(prefix), set()).add(prefix)
    best = {
        key: max(some_paths, key=lambda path: (path in known, counts[path], path))
        for key, some_paths in spellings.items()
    }
    different = [
        " / ".join(path)
        for path in sorted(counts)
        if path != best[folded(path)] and path[-1] != best[folded(path)][-1]
    ]
    if not different:
        return {}
    question = Question(
        "departments",
        "Some departments differ in capitals or blanks only. Are they one?",
        (
            AnswerChoice("one", "Yes, spell them one way"),
            AnswerChoice("apart", "No, keep them apart"),
        ),
        "one",
        some(f"“{path}”" for path in different),
        is_offer=True,
    )
    if asking.ask(question) != "one":
        return {}
    return {path: best[folded(path)] for path in set(paths) if best[folded(path)] != path}


def prefixes(path: Path) -> list[Path]:
    """The path and everything above it."""
    return [path[:depth] for depth in range(1, len(path) + 1)]


def nearness(one: Path, other: Path) -> int:
    """How many levels two departments share from the top."""
    shared = 0
    for mine, theirs in zip(folded(one), folded(other), strict=False):
        if mine != theirs:
            break
        shared += 1
    return shared
