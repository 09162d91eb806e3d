"""A process that draws one SVG file as a PNG: the file comes in, the picture goes out.

Drawing a file of strangers may take for ever or end the process (filters inside filters, a
thousand deep). So it happens in one that has little time, little memory and nothing to lose.
Letters are drawn in the typeface of papers, as other machines have other typefaces.
"""

import resource
import sys
from pathlib import Path
from typing import Final

import font_source_sans_pro
from resvg_py import svg_to_bytes

SECONDS: Final = 5
MEMORY: Final = 1 << 30
"""Bytes."""
FONT: Final = Path(font_source_sans_pro.font_directory) / "SourceSansPro-Regular.ttf"
LETTERS: Final = "Source Sans Pro"


def draw(svg: str, *, width: int, height: int) -> bytes:
    """The drawing as a PNG, as large as it fits into so many pixels. Raises ValueError."""
    return svg_to_bytes(
        svg_string=svg,
        width=width,
        height=height,
        skip_system_fonts=True,
        font_files=[str(FONT)],
        font_family=LETTERS,
        serif_family=LETTERS,
        sans_serif_family=LETTERS,
        cursive_family=LETTERS,
        fantasy_family=LETTERS,
        monospace_family=LETTERS,
    )


def main() -> None:
    """Draw what comes in, within the limits."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    width, height = map(int, sys.argv[1:])
    svg = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(draw(svg, width=width, height=height))


if __name__ == "__main__":
    main()
