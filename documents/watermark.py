"""Writes across a page who looks at it: a copy that leaks tells from whom."""

import io
import unicodedata
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont


def marked(page: bytes, lines: Sequence[str]) -> bytes:
    """The JPEG `page` with `lines` repeated across it, translucent; the text under stays legible.

    The page is one of ours, redrawn by the sandbox: opening it here is safe."""
    with Image.open(io.BytesIO(page), formats=["JPEG"]) as opened:
        picture = opened.convert("RGBA")
    stamp = _stamp(plain("\n".join(lines)), max(14, picture.width // 45))
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    for row, top in enumerate(range(0, picture.height, max(1, stamp.height * 4 // 5))):
        for left in range((row % 2) * stamp.width // 3, picture.width, stamp.width):
            layer.alpha_composite(stamp, (left, top))
    written = io.BytesIO()
    Image.alpha_composite(picture, layer).convert("RGB").save(written, "JPEG", quality=80)
    return written.getvalue()


def plain(text: str) -> str:
    """Without accents nor narrow spaces: the font that comes with Pillow does not draw them."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _stamp(text: str, size: int) -> Image.Image:
    font = ImageFont.load_default(size)
    box = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox((0, 0), text, font=font)
    stamp = Image.new("RGBA", (int(box[2]) + size, int(box[3]) + size), (0, 0, 0, 0))
    ImageDraw.Draw(stamp).multiline_text(
        (size // 2, size // 2), text, font=font, fill=(150, 30, 40, 74)
    )
    return stamp.rotate(24, expand=True, resample=Image.Resampling.BICUBIC)
