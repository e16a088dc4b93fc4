"""Photographs: decoded whole, redrawn on a new canvas, so that nothing but the picture remains."""

import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from .kinds import HEIC, JPEG, PNG, Refused
from .reading import Reading

LARGEST_PIXELS = 50_000_000
# A4 at 300 dots an inch is 2480 wide: enough to read the smallest print.
CLEAN_SIDE = 2480
PAGE_SIDE = 1800
_SMOOTH = ("RGB", "RGBA", "L", "LA", "CMYK")
_FORMATS = {JPEG: "JPEG", PNG: "PNG", HEIC: "HEIF"}


def redraw(source: Path, kind: str, directory: Path) -> tuple[int, Reading]:
    """Write `clean` (a JPEG) and its page into `directory`; returns 1, the number of pages, and
    what could be read of the picture as it was received.

    Raises Refused. A plain copy would keep comments, thumbnails and places of a JPEG."""
    picture = _opened(source, kind)
    canvas = Image.new("RGB", picture.size, "white")
    if picture.mode in ("RGBA", "LA"):
        shown = picture.convert("RGBA")
        canvas.paste(shown, mask=shown)
    else:
        canvas.paste(picture.convert("RGB"))
    canvas.save(directory / "clean", "JPEG", quality=85, optimize=True)
    write_page(canvas, directory, 1)
    reading = Reading()
    reading.look_at(canvas, 1, photographed=True)
    return 1, reading


def write_page(picture: Image.Image, directory: Path, number: int) -> None:
    page = picture.copy()
    page.thumbnail((PAGE_SIDE, PAGE_SIDE))
    page.save(directory / f"{number:04d}.jpg", "JPEG", quality=80)


def _opened(source: Path, kind: str) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS
    # Between the limit and twice the limit Pillow would only warn.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    if kind == HEIC:
        import pi_heif

        pi_heif.register_heif_opener(thumbnails=False)
    try:
        opened = Image.open(source, formats=[_FORMATS[kind]])
        if opened.width * opened.height > LARGEST_PIXELS:
            raise Refused("too_fine")
        opened.draft("RGB", (CLEAN_SIDE, CLEAN_SIDE))
        opened.load()
        # Smaller first: all that follows copies the picture.
        picture = opened if opened.mode in _SMOOTH else opened.convert(_smooth_mode(opened))
        picture.thumbnail((CLEAN_SIDE, CLEAN_SIDE))
        return ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused("too_fine") from error
    except MemoryError as error:
        raise Refused("too_heavy") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Refused("broken") from error


def _smooth_mode(picture: Image.Image) -> str:
    """The mode in which a palette or black and white picture can be made smaller and stay clear."""
    return "RGBA" if "transparency" in picture.info else "RGB"
