"""The rows of the scale, and their HTML put together from pieces that are written once.

A page holds 24 of them, and writing each afresh would cost more than everything else on it. No
piece that is kept knows a name and an answer together: what is destroyed with the ballots must not
live on in a process.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from markupsafe import Markup

from app.domain.scale import DEFAULT_LABELS, LABELS, NOT_OBSERVED

OPEN_MARK, EARLIER_MARK = "-", "e"
PIECES: Final = 20_000
"""So many pieces are kept: the names of a large company, or its statements."""


class ScaleRow(NamedTuple):
    """A line of the scale: one colleague, or one statement about oneself."""

    position: int
    cell: str
    """What a save calls it: a colleague's position, or "own", and what is answered."""
    field: str
    name: str
    note: str
    value: int | None
    is_earlier: bool = False
    is_away: bool = False
    team: str = ""
    is_observed: bool = True
    """Whether "not observed" is among the answers; about oneself it is not."""
    labels: tuple[str, ...] = DEFAULT_LABELS
    """The words for the answers 1 to 5."""

    @property
    def mark(self) -> str:
        """The letter by which the page remembers what this row showed."""
        if self.is_earlier:
            return EARLIER_MARK
        return OPEN_MARK if self.value is None else str(self.value)

    def __html__(self) -> str:
        """The row in a page: legend, the options, and "clear"."""
        line = (self.position, self.cell, self.name, self.note)
        # What goes around the options is kept, unless it tells of an answer.
        tells = self.is_earlier or self.is_away
        before, after = _told(*line, is_away=self.is_away) if tells else _around(*line)
        chosen = options(self.field, self.value, self.labels, observed=self.is_observed)
        return f"{before}{chosen}{after}"


def written(rows: Iterable[ScaleRow]) -> Markup:
    """All of `rows` one after the other, below the names of their teams where they have any."""
    parts = []
    for team, members in groupby(rows, key=attrgetter("team")):
        if team:
            parts.append(_team(team))
        parts += [row.__html__() for row in members]
    return Markup("".join(parts))  # noqa: S704 - each is safe  # nosec B704


_EARLIER: Final = ' <em class="before">answered earlier</em>'
_AWAY: Final = " <em>did not work together</em>"
_BEFORE: Final = (
    '<fieldset class="rate{0}" id="row-{1}" data-position="{1}" data-cell="{2}">\n'
    '<legend>{3}{4}</legend>\n<div class="scale">'
)
_AFTER: Final = Markup(
    '</div>\n<button type="submit" class="clear" name="clear" value="{}">clear<i> {}</i></button>\n'
    "</fieldset>\n"
)
_RADIO: Final = Markup(
    '<label><input type="radio" name="{0}" value="{1}"{2}><span>{1}<i> {3}</i></span></label>'
)
_NOT_OBSERVED: Final = Markup(
    '<label class="no"><input type="radio" name="{0}" value="{1}"{2}><span>{3}</span></label>'
)


@lru_cache(maxsize=PIECES)
def _team(name: str) -> str:
    return str(Markup("<h2>{}</h2>\n").format(name))


@lru_cache(maxsize=PIECES)
def _around(position: int, cell: str, name: str, note: str) -> tuple[str, str]:
    """What stands before and after the options of a row."""
    return _BEFORE.format("", position, cell, _legend(name, note), ""), _after(position, name)


def _told(position: int, cell: str, name: str, note: str, *, is_away: bool) -> tuple[str, str]:
    """The same of a row answered earlier, or about somebody not worked with."""
    kind, state, after = " earlier", _EARLIER, _after(position, name)
    if is_away:
        kind, state, after = "", _AWAY, "</div>\n</fieldset>\n"
    return _BEFORE.format(kind, position, cell, _legend(name, note), state), after


def _legend(name: str, note: str) -> str:
    return str(Markup("{} <small>{}</small>").format(name, note) if note else Markup.escape(name))


def _after(position: int, name: str) -> str:
    return str(_AFTER.format(position, name))


@lru_cache(maxsize=PIECES)
def options(field: str, chosen: int | None, labels: tuple[str, ...], *, observed: bool) -> str:
    """The radio buttons of one row: about a colleague with "not observed", about oneself without.

    Each carries its number for eyes and its anchor for ears; "not observed" is words only.
    """
    written = [
        _RADIO.format(field, value, " checked" if chosen == value else "", label)
        for value, label in enumerate(labels, start=1)
    ]
    if observed:
        is_chosen = " checked" if chosen == NOT_OBSERVED else ""
        written.append(_NOT_OBSERVED.format(field, NOT_OBSERVED, is_chosen, LABELS[NOT_OBSERVED]))
    return "\n".join(written)
