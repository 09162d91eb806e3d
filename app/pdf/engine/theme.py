"""How papers look: colours, and the styles of text.

The accent is the company's own colour where it has one. Pages only name it, and each file says
once which colour that is; so whatever was drawn and kept serves every company.

Every pair of colours keeps its difference in grey, so that a black-and-white print says the same.
"""

from dataclasses import dataclass, field
from typing import Final

from app.charts.marks import Role
from app.pdf.engine.faces import Face, source_sans

Colour = tuple[float, float, float]


def _colour(code: str) -> Colour:
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return round(red, 2), round(green, 2), round(blue, 2)


INK: Final = _colour("17212e")
SOFT: Final = _colour("566273")
HAIR: Final = _colour("d3d9e0")
FAINT: Final = _colour("e3e7eb")
PALE: Final = _colour("f1f4f6")
TINT: Final = _colour("cfdfe4")
BAND: Final = _colour("e6eaee")
STEEL: Final = _colour("aab4be")
GREY: Final = _colour("7d8794")
OUR_ACCENT: Final = "14566a"
ACCENT: Final = _colour(OUR_ACCENT)
WHITE: Final = _colour("ffffff")

FILLS: Final[dict[Role, Colour]] = {
    Role.COLLEAGUES: ACCENT,
    Role.INTERVAL: ACCENT,
    Role.OWN: INK,
    Role.LESS: GREY,
    Role.PREVIOUS: ACCENT,
    Role.COMPANY: GREY,
    Role.SHARE: TINT,
    Role.SHARE_BASE: TINT,
    Role.BAND: BAND,
    Role.AXIS: GREY,
    Role.GRID: FAINT,
    Role.GAP: STEEL,
    Role.LABEL: SOFT,
    Role.VALUE: INK,
}
STROKES: Final[dict[Role, float]] = {
    Role.INTERVAL: 1.1,
    Role.OWN: 1.3,
    Role.PREVIOUS: 1.7,
    Role.COMPANY: 1.7,
    Role.COLLEAGUES: 1.4,
    Role.GAP: 2.4,
}
THIN: Final = 0.5


ACCENT_NAME: Final = "/Accent"


def filling(colour: Colour) -> str:
    """The operators that make `colour` the one of letters and areas."""
    if colour == ACCENT:
        return f"{ACCENT_NAME} cs 0 sc"
    return "{:g} {:g} {:g} rg".format(*colour)


def stroking(colour: Colour) -> str:
    """The operators that make `colour` the one of lines."""
    if colour == ACCENT:
        return f"{ACCENT_NAME} CS 0 SC"
    return "{:g} {:g} {:g} RG".format(*colour)


def accent_space(colour: str) -> str:
    """The colour space behind the accent's name: one entry, `colour` such as "#7a1f5c" or ours."""
    return f"[/Indexed/DeviceRGB 0<{colour.removeprefix('#') or OUR_ACCENT}>]"


@dataclass(frozen=True)
class Style:
    """Face, size, line distance and colour of a piece of text."""

    face: Face
    size: float
    leading: float
    colour: Colour = INK
    operators: str = field(init=False, repr=False, compare=False)
    """What chooses the style inside a text object: its colour, and the face's first chapter."""

    def __post_init__(self) -> None:
        chosen = f"{filling(self.colour)} /{self.face.name}0 {self.size:g} Tf "
        object.__setattr__(self, "operators", chosen)


REGULAR: Final = source_sans("Regular")
STRONG: Final = source_sans("Semibold")
LIGHT: Final = source_sans("Light")

DISPLAY: Final = Style(LIGHT, 34, 40)
FIGURE: Final = Style(LIGHT, 44, 46, ACCENT)
TITLE: Final = Style(LIGHT, 22, 28)
SMALLER_TITLE: Final = Style(LIGHT, 16, 22)
LEAD: Final = Style(LIGHT, 15, 21)
HEADING: Final = Style(STRONG, 11, 15)
BODY: Final = Style(REGULAR, 10, 14.5)
BODY_STRONG: Final = Style(STRONG, 10, 14.5)
SMALL: Final = Style(REGULAR, 8.5, 11.5)
SMALL_STRONG: Final = Style(STRONG, 8.5, 11.5)
NOTE: Final = Style(REGULAR, 9, 12.5, SOFT)
LABEL: Final = Style(STRONG, 8, 11, ACCENT)
CHART_LABEL: Final = Style(REGULAR, 8, 10, SOFT)
CHART_VALUE: Final = Style(STRONG, 9, 11)
