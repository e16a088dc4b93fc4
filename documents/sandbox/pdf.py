"""PDF: every object is looked at, the document is written anew, and its pages are drawn."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from .images import LARGEST_PIXELS, PAGE_SIDE, write_page
from .kinds import Refused
from .reading import Reading

MOST_PAGES = 50
MOST_OBJECTS = 20_000
# A page of print takes some hundred kilobytes; 400 MB of drawing orders fit into 400 kB of file.
LARGEST_STREAM = 50_000_000
DEEPEST = 60
# ISO 32000: what runs, sends or opens something else when the document is read.
_ACTIVE_KEYS = {"/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
_ACTIVE_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/Rendition",
    "/Movie",
    "/Sound",
    "/RichMediaExecute",
}
_ACTIVE_SUBTYPES = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
_ATTACHED_KEYS = {"/EmbeddedFiles", "/EF", "/AF"}
_ATTACHED_NAMES = {"/EmbeddedFile", "/FileAttachment"}
# ISO 32000, flags of a field of text.
_SEVERAL_LINES = 1 << 12
# Tell of the author or of the software, and are no part of what one reads.
_DROPPED = ("/OpenAction", "/Metadata", "/PieceInfo")


def rewrite(source: Path, directory: Path) -> tuple[int, Reading]:
    """Write `clean` and the page images into `directory`; returns the number of pages, and what
    could be read on them.

    Raises Refused. What is written holds only objects that the pages lead to: older versions and
    bytes after the end are gone. A document locked against changes alone opens, and is unlocked."""
    try:
        with pikepdf.open(source) as document:
            pages = len(document.pages)
            if not pages:
                raise Refused("broken")
            if pages > MOST_PAGES:
                raise Refused("too_many_pages")
            if len(document.objects) > MOST_OBJECTS:
                raise Refused("too_heavy")
            for holder in _dictionaries(document):
                _look_at(holder)
                if isinstance(holder, pikepdf.Stream):
                    _weigh(holder)
            _drop_metadata(document)
            _print_form(document)
            document.save(
                directory / "clean",
                encryption=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
            )
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        raise Refused("broken") from error
    return pages, _draw(directory, pages)


def _dictionaries(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the document, those of streams and those inside others included."""
    waiting: list[tuple[Any, int]] = [(each, 0) for each in document.objects]
    waiting.append((document.trailer, 0))
    while waiting:
        thing, depth = waiting.pop()
        if depth > DEEPEST:
            raise Refused("too_heavy")
        if isinstance(thing, pikepdf.Array):
            inside = list(thing)
        elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            yield thing
            inside = [value for _key, value in thing.items()]
        else:
            continue
        # Indirect objects have their own turn: followed from here, a loop would never end.
        waiting += [
            (each, depth + 1)
            for each in inside
            if isinstance(each, pikepdf.Object) and not each.is_indirect
        ]


def _look_at(holder: Any) -> None:
    keys = set(holder.keys())
    if keys & _ATTACHED_KEYS or _names(holder) & _ATTACHED_NAMES:
        raise Refused("attached")
    if keys & _ACTIVE_KEYS or _name(holder, "/S") in _ACTIVE_ACTIONS:
        raise Refused("active")
    if _name(holder, "/Subtype") in _ACTIVE_SUBTYPES:
        raise Refused("active")


def _weigh(stream: pikepdf.Stream) -> None:
    """Refuse a stream that is much larger once opened; pictures by their size in pixels."""
    if _name(stream, "/Subtype") == "/Image":
        width, height = stream.get("/Width", 0), stream.get("/Height", 0)
        if not (isinstance(width, int) and isinstance(height, int)):
            raise Refused("broken")
        if width * height > LARGEST_PIXELS:
            raise Refused("too_heavy")
        return
    filters = stream.get("/Filter")
    if isinstance(filters, pikepdf.Array):
        if len(filters) > 2:
            raise Refused("too_heavy")
        filters = filters[0] if len(filters) else None
    if filters == pikepdf.Name.FlateDecode:
        opened = zlib.decompressobj()
        try:
            size = len(opened.decompress(stream.read_raw_bytes(), LARGEST_STREAM))
        except zlib.error as error:
            raise Refused("broken") from error
        if size >= LARGEST_STREAM:
            raise Refused("too_heavy")


def _names(holder: Any) -> set[str]:
    return {_name(holder, "/Type"), _name(holder, "/Subtype")}


def _name(holder: Any, key: str) -> str:
    value = holder.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _drop_metadata(document: pikepdf.Pdf) -> None:
    for holder in (document.Root, *(page.obj for page in document.pages)):
        for key in _DROPPED:
            if key in holder:
                del holder[key]
    if "/Info" in document.trailer:
        del document.trailer["/Info"]


def _print_form(document: pikepdf.Pdf) -> None:
    """What was typed into the fields of a form becomes print: neither the drawing of pages nor
    their text knows of fields, and a form filled in on a screen would look blank."""
    form = document.acroform
    anew = form.needs_appearances
    for page in document.pages:
        for place in form.get_widget_annotations_for_page(page):
            field = form.get_field_for_annotation(place)
            if not (field.is_text or field.is_choice):
                continue
            # Some programs write what was typed, and leave its drawing to who shows the page.
            # What is drawn already on several lines would be drawn anew on one: it stays.
            several_lines = field.is_text and field.flags & _SEVERAL_LINES
            if _is_drawn(place.obj) and (several_lines or not anew):
                continue
            if "/AP" in place.obj:
                del place.obj["/AP"]
            field.generate_appearance(place)
    # Fields that still need to be drawn would be left out of the pages.
    if anew:
        form.needs_appearances = False
    document.flatten_annotations("all")


def _is_drawn(place: Any) -> bool:
    drawings = place.get("/AP")
    return isinstance(drawings, pikepdf.Dictionary) and "/N" in drawings


def _draw(directory: Path, pages: int) -> Reading:
    reading = Reading()
    try:
        with pypdfium2.PdfDocument(directory / "clean") as document:
            if len(document) != pages:
                raise Refused("broken")
            for number, page in enumerate(document, start=1):
                # The size of a page is the document's word: a wall must not be drawn life-size.
                scale = min(2.5, PAGE_SIDE / max(*page.get_size(), 1))
                picture = page.render(scale=scale).to_pil().convert("RGB")
                write_page(picture, directory, number)
                reading.look_at_pdf_page(page, picture, number)
                page.close()
    except pypdfium2.PdfiumError as error:
        raise Refused("broken") from error
    return reading
