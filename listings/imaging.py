"""Redrawing a picture that somebody sent: nothing of the file itself is kept."""

import io
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from alin.kit import french

FORMATS = ("JPEG", "PNG", "WEBP")
# Four bytes a pixel once decoded: 40 million are 160 MB, that one process can spare.
MOST_PIXELS = 40_000_000
LEAST_SIDE = 300
LARGE = 1600
# The picture of a card. Twenty of them, with the page around, are to weigh less than 200 kB.
SMALL_BOX = (480, 360)
SMALL_MOST_BYTES = 6_000


@dataclass(frozen=True)
class Rendition:
    content: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Redrawn:
    large: Rendition
    small: Rendition


def redraw(data: bytes) -> Redrawn:
    """Two WebP renditions of a photograph, upright, without EXIF, comment nor trailing bytes.

    The size is read in the header and checked before any pixel is decoded. Raises ValidationError
    in words."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(*image.size)
            # A photograph twice too large is decoded at half its size (JPEG alone).
            image.draft("RGB", (LARGE * 2, LARGE * 2))
            image.load()
            canvas = _on_new_canvas(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise ValidationError(_too_many_pixels()) from bomb
    except UnidentifiedImageError as unknown:
        raise ValidationError(
            _("Ce fichier n'est pas une image JPEG, PNG ou WebP. Choisissez un autre fichier.")
        ) from unknown
    except (OSError, SyntaxError, ValueError) as damaged:
        raise ValidationError(
            _("Cette image est abîmée : ouvrez-la, enregistrez-la de nouveau, puis renvoyez-la.")
        ) from damaged
    return Redrawn(_rendition(_within(canvas, LARGE, canvas.height), 80), _small(canvas))


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise ValidationError(_too_many_pixels(width * height))
    if min(width, height) < LEAST_SIDE:
        raise ValidationError(
            _("Cette image est trop petite : %(least)d pixels de côté au moins.")
            % {"least": LEAST_SIDE}
        )


def _too_many_pixels(pixels: int | None = None) -> str:
    limit = french.count(MOST_PIXELS // 1_000_000, _("million"), _("millions"))
    if pixels is None:
        return _(
            "Cette image a trop de pixels : %(limit)s au plus. Réduisez-la, puis renvoyez-la."
        ) % {"limit": limit}
    return _(
        "Cette image a %(n)s de pixels, pour %(limit)s au plus. Réduisez-la, puis renvoyez-la."
    ) % {"n": french.count(pixels // 1_000_000, _("million"), _("millions")), "limit": limit}


def _on_new_canvas(image: Image.Image) -> Image.Image:
    """The pixels alone, on white where they are transparent. Saving the image again would carry
    its comments along."""
    upright = ImageOps.exif_transpose(image)
    layer = upright.convert("RGBA")
    canvas = Image.new("RGB", layer.size, "white")
    canvas.paste(layer, mask=layer.getchannel("A"))
    return canvas


def _within(canvas: Image.Image, width: int, height: int) -> Image.Image:
    """The whole picture, reduced to fit; never enlarged."""
    scale = min(1.0, width / canvas.width, height / canvas.height)
    if scale == 1.0:
        return canvas
    size = (max(1, round(canvas.width * scale)), max(1, round(canvas.height * scale)))
    return canvas.resize(size, Image.Resampling.LANCZOS)


def _small(canvas: Image.Image) -> Rendition:
    """As good as its weight allows: a wall takes a third of what foliage does. Past the lowest
    quality that one can look at, it is the size that gives way."""
    width, height = SMALL_BOX
    while True:
        shown = _within(canvas, width, height)
        for quality in (70, 55, 40, 25):
            drawn = _rendition(shown, quality)
            if len(drawn.content) <= SMALL_MOST_BYTES:
                return drawn
        width, height = round(width * 0.8), round(height * 0.8)


def _rendition(shown: Image.Image, quality: int) -> Rendition:
    output = io.BytesIO()
    shown.save(output, "WEBP", quality=quality, method=4)
    return Rendition(output.getvalue(), shown.width, shown.height)
