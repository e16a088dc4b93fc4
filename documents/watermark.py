"""Writes across a page who looks at it: a copy that leaks tells from whom."""

import io
import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from PIL import Image, ImageDraw, ImageFont

from alin.kit.latin import plain

logger = logging.getLogger(__name__)

_FONT = "figtree/figtree-latin-wght-normal.woff2"
_WEIGHT = 600


def marked(page: bytes, lines: Sequence[str]) -> bytes:
    """The JPEG `page` with `lines` repeated across it, translucent; the text under stays legible.

    The page is one of ours, redrawn by the sandbox: opening it here is safe."""
    with Image.open(io.BytesIO(page), formats=["JPEG"]) as opened:
        picture = opened.convert("RGBA")
    stamp = _stamp(legible("\n".join(lines)), max(14, picture.width // 45))
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    for row, top in enumerate(range(0, picture.height, max(1, stamp.height * 4 // 5))):
        for left in range((row % 2) * stamp.width // 3, picture.width, stamp.width):
            layer.alpha_composite(stamp, (left, top))
    written = io.BytesIO()
    Image.alpha_composite(picture, layer).convert("RGB").save(written, "JPEG", quality=80)
    return written.getvalue()


def legible(text: str) -> str:
    """The text in the letters that the font draws, accents of French included; any other letter
    without what it wears, so that nobody's name becomes a row of squares."""
    return "".join(_drawn(letter) for letter in text.replace("\xa0", " "))


def _drawn(letter: str) -> str:
    if letter.encode("cp1252" if _font_file() else "ascii", "ignore"):
        return letter
    return plain(letter) or "?"


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font of the pages of the portal; where it is not installed, that of Pillow, which has
    no accents: nobody is kept from checking a piece for want of a font."""
    file = _font_file()
    if file is None:
        return ImageFont.load_default(size)
    drawn = ImageFont.truetype(io.BytesIO(file), size)
    drawn.set_variation_by_axes([_WEIGHT])
    return drawn


@cache
def _font_file() -> bytes | None:
    if found := finders.find(_FONT):
        return Path(str(found)).read_bytes()
    # Where the packages of the pages are not: the copy that `collectstatic` made.
    place: Any = staticfiles_storage
    try:
        name = place.stored_name(_FONT) if hasattr(place, "stored_name") else _FONT
        with place.open(name) as file:
            return bytes(file.read())
    except (OSError, ValueError):
        logger.warning("no font with accents: %s", _FONT)
        return None


def _stamp(text: str, size: int) -> Image.Image:
    written = font(size)
    box = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox((0, 0), text, font=written)
    stamp = Image.new("RGBA", (int(box[2]) + size, int(box[3]) + size), (0, 0, 0, 0))
    ImageDraw.Draw(stamp).multiline_text(
        (size // 2, size // 2), text, font=written, fill=(150, 30, 40, 74)
    )
    return stamp.rotate(24, expand=True, resample=Image.Resampling.BICUBIC)
