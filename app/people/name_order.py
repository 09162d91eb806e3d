"""The order of names, by the Unicode Collation Algorithm: Ágnes, Özlem and Øyvind before Zoe."""

from functools import cache

from pyuca import Collator  # type: ignore[import-untyped]

from app.domain.names import folded


@cache
def _collator() -> Collator:
    # Its table takes half a second to read: only writing a name waits for that.
    return Collator()


def sort_key(name: str) -> str:
    """Digits and letters a to f that every database sorts as people expect their names.

    Source: Unicode Technical Standard 10, default table of Unicode 9 or later.
    """
    return "".join(f"{weight:04x}" for weight in _collator().sort_key(name))


def search_text(name: str, title: str) -> str:
    """What looking for a person is held against, beside the e-mail address."""
    return folded(f"{name}\n{title}")
