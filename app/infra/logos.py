"""A company's logo as it is kept, cleaned."""

import base64
from dataclasses import dataclass
from typing import Final

PNG: Final = "image/png"
SVG: Final = "image/svg+xml"


@dataclass(frozen=True)
class Logo:
    """A cleaned picture."""

    kind: str
    content: bytes
    on_paper: bytes
    """The same as a small PNG on white, without anything transparent."""

    def as_text(self) -> str:
        """The pictures as one line."""
        pictures = (base64.b64encode(one).decode() for one in (self.content, self.on_paper))
        return " ".join([self.kind, *pictures])

    @classmethod
    def from_text(cls, text: str) -> "Logo":
        """The pictures out of their line."""
        kind, *pictures = text.split(" ")
        return cls(kind, *map(base64.b64decode, pictures))
