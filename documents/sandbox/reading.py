"""What can be read for the person: seals, the text of a PDF, pages too dark or blurred.

Nothing here may cost a file its check: a page that cannot be read in time is left unread."""

import base64
import time
from contextlib import suppress
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter

# Enough for a tax notice and its annexes; the seal of one is on its first page.
MOST_PAGES_READ = 12
MOST_SEALS = 8
LONGEST_CODE = 2_000
LONGEST_TEXT = 20_000
# Of the processor time that limits.CPU_SECONDS allows: drawing and writing come first.
READING_SECONDS = 15
# A page of print at 250 dots an inch, when the drawing for the screen was too coarse for a seal.
FINE_SCALE = 3.5
FINE_SIDE = 3_600
PAGES_READ_FINE = 2

# Measured on printed pages photographed and spoilt on purpose: see the tests.
PAPER_TOO_DARK = 85
LEAST_CONTRAST = 40
LEAST_SHARPNESS = 0.12
_MATRICES = zxingcpp.barcode_formats_from_str("DataMatrix")
# A picture that the reader of codes chokes on has no seal.
_NO_SEAL = (MemoryError, RuntimeError, ValueError)
_MEASURED_SIDE = 1_600
_LAPLACIAN = ImageFilter.Kernel((3, 3), [0, 1, 0, 1, -4, 1, 0, 1, 0], scale=1, offset=128)


class Reading:
    """Gathers what each page shows."""

    def __init__(self) -> None:
        self.codes: list[bytes] = []
        self.texts: list[str] = []
        self.dim: list[int] = []
        self.blurred: list[int] = []

    @property
    def in_time(self) -> bool:
        return time.process_time() < READING_SECONDS

    def look_at(self, picture: Image.Image, number: int, *, photographed: bool) -> None:
        """A page as an image; only of a photograph is it asked whether it is dark or blurred."""
        if number > MOST_PAGES_READ or not self.in_time:
            return
        grey = picture.convert("L")
        self._take_codes(grey)
        if photographed:
            self._measure(grey, number)

    def look_at_pdf_page(self, page: Any, picture: Image.Image, number: int) -> None:
        text = _text_of(page) if number <= MOST_PAGES_READ else ""
        self.texts.append(text)
        found = len(self.codes)
        # Without a word to read, a page is the photograph of one.
        self.look_at(picture, number, photographed=not text.strip())
        if len(self.codes) == found and number <= PAGES_READ_FINE and self.in_time:
            scale = min(FINE_SCALE, FINE_SIDE / max(*page.get_size(), 1))
            with suppress(*_NO_SEAL):
                self._take_codes(page.render(scale=scale, grayscale=True).to_pil())

    def _take_codes(self, grey: Image.Image) -> None:
        found: list[zxingcpp.Barcode] = []
        with suppress(*_NO_SEAL):
            found = zxingcpp.read_barcodes(grey, formats=_MATRICES)
        for barcode in found:
            # The text of a code escapes the control characters that part its fields.
            code = bytes(barcode.bytes)
            if len(code) <= LONGEST_CODE and code not in self.codes:
                self.codes = [*self.codes, code][:MOST_SEALS]

    def _measure(self, grey: Image.Image, number: int) -> None:
        page = grey.copy()
        page.thumbnail((_MEASURED_SIDE, _MEASURED_SIDE))
        dark, bright = _percentile(page, 0.01), _percentile(page, 0.95)
        if bright < PAPER_TOO_DARK:
            self.dim.append(number)
        elif bright - dark >= LEAST_CONTRAST and sharpness(page) < LEAST_SHARPNESS:
            # A blank page has no edge either: it is nothing to complain of.
            self.blurred.append(number)

    def as_json(self) -> dict[str, object]:
        return {
            "codes": [base64.b64encode(code).decode() for code in self.codes],
            "texts": self.texts,
            "dim": self.dim,
            "blurred": self.blurred,
        }


def sharpness(page: Image.Image) -> float:
    """How steep the steepest edges are, for the contrast that the page has: from 0 to about 2."""
    contrast = max(1, _percentile(page, 0.999) - _percentile(page, 0.001))
    # Grain is no edge: it goes first. The rim of a filtered picture is not filtered.
    edges = page.filter(ImageFilter.GaussianBlur(1)).filter(_LAPLACIAN)
    edges = edges.crop((2, 2, page.width - 2, page.height - 2))
    return max(_percentile(edges, 0.999) - 128, 128 - _percentile(edges, 0.001)) / contrast


def _percentile(picture: Image.Image, share: float) -> int:
    wanted = share * picture.width * picture.height
    for level, count in enumerate(picture.histogram()):
        wanted -= count
        if wanted <= 0:
            return level
    return 255


def _text_of(page: Any) -> str:
    try:
        layer = page.get_textpage()
        try:
            text: str = layer.get_text_bounded()
        finally:
            layer.close()
    except (pypdfium2.PdfiumError, ValueError):
        return ""
    return text[:LONGEST_TEXT].encode(errors="replace").decode()
