"""Where a sentence on a page leads: a link, or a button that does it at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Way:
    """A link or a button that leads on."""

    label: str
    endpoint: str
    values: Mapping[str, object] = field(default_factory=dict)
    posts: bool = False
    """A button that does it at once, instead of a link to a page."""
