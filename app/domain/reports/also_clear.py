"""What else is clear in a report, by name and in one sentence: the list below it may stay shut."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from app.domain.plurals import spelled
from app.domain.reports.contents import Conclusion, Kind

MOST_NAMED: Final = 5
"""More names than that are no help; the others are counted."""


def also_clear_words(also: Sequence[Conclusion]) -> str:
    """Names what else is clear: "Also clear: giving credit (strength) and offering help (low)".

    Low ones are named before others; beyond five names there is a count of statements. Empty where
    nothing else is clear.
    """
    statements = sorted(
        (one for one in also if one.statement is not None),
        key=lambda one: one.kind is not Kind.LOW,
    )
    named = [one for one in also if one in statements[:MOST_NAMED]]
    parts = [*_groups(named), *_together(also)]
    if left := len(statements) - len(named):
        parts.append(f"{spelled(left)} more {'statement' if left == 1 else 'statements'}")
    return f"Also clear: {_joined(parts)}" if parts else ""


def _groups(named: Sequence[Conclusion]) -> Iterator[str]:
    """Names of one kind together, the kind in brackets behind them."""
    found: dict[str, list[str]] = {}
    for one in named:
        found.setdefault(one.kind_words, []).append(one.called)
    for kind, names in found.items():
        yield f"{_joined(names)} ({kind})"


def _together(also: Sequence[Conclusion]) -> Iterator[str]:
    """What is about several statements at once, in its own words."""
    whole = [one for one in also if one.statement is None]
    yield from (one.clause for one in islice(whole, 1))
    if len(whole) > 1:
        yield f"{spelled(len(whole) - 1)} more about several statements together"


def _joined(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
