"""The company's letterhead, from what HR and the environment have set."""

import io
import zlib
from functools import lru_cache

from PIL import Image

from app.infra.company import look
from app.infra.settings import settings
from app.pdf.engine.letterhead import Letterhead, Picture


def letterhead() -> Letterhead:
    """What papers are printed on at present."""
    shown = look()
    logo = _picture(shown.logo.on_paper) if shown.logo else None
    return Letterhead(settings().paper, shown.colour, logo)


@lru_cache(maxsize=2)
def _picture(png: bytes) -> Picture:
    """A logo's pixels; read and compressed once in the process."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        pixels = picture.convert("RGB").tobytes()
        return Picture(*picture.size, zlib.compress(pixels, 9))
