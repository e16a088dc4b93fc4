"""Files that people send, good and hostile, made here: nothing of anybody's."""

import base64
import io
import random
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from PIL import Image, ImageDraw

from alin.embedded.clamd import EICAR

# 64 × 48 pixels, blue then red, made once with an encoder that the project does not need.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
    "AAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAACMAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34"
    "+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5"
    "uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAA"
    "AAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAA"
    "AAAAAAEAAQWBAgMFhAAAACttZGF0AAAAHygBrwtg9eWDr//30fW9WKPsy5VS7anfz2Bvv9CJ9OA="
)


def pdf(pages: int = 1, change: Callable[[pikepdf.Pdf], None] | None = None, **save) -> bytes:
    document = pikepdf.new()
    for _page in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.obj.Contents = document.make_stream(b"0.5 g 60 60 200 300 re f")
    if change:
        change(document)
    written = io.BytesIO()
    document.save(written, **save)
    return written.getvalue()


def picture(format: str = "JPEG", size: tuple[int, int] = (900, 1200), **save) -> bytes:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for line in range(12):
        draw.text((60, 60 + 60 * line), f"Ligne {line} d'un document d'exemple", fill="black")
    written = io.BytesIO()
    image.save(written, format, **save)
    return written.getvalue()


def photograph_that_tells() -> bytes:
    """A JPEG with a place, a script in its comment, a thumbnail and an archive behind its end."""
    exif = Image.Exif()
    exif[0x010F] = "SENTINELLE-APPAREIL"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (45.9, 6.1, 0.0)
    exif[0x9286] = "SENTINELLE-EXIF"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as inside:
        inside.writestr("SENTINELLE-ZIP.txt", "caché")
    return (
        picture(exif=exif, comment=b"<script>SENTINELLE-COMMENTAIRE</script>") + archive.getvalue()
    )


def _archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as inside:
        inside.writestr("word/document.xml", "<w:document/>")
    return written.getvalue()


def _png_header(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds nothing of it."""
    head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    crc = zlib.crc32(head).to_bytes(4, "big")
    data = b"IDAT" + zlib.compress(b"\0" * 100)
    body = len(data[4:]).to_bytes(4, "big") + data + zlib.crc32(data).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + head + crc + body


def _root(**entries):
    def change(document: pikepdf.Pdf) -> None:
        for key, value in entries.items():
            document.Root[f"/{key}"] = pikepdf.Object.parse(value)

    return change


def _annotation(text: bytes):
    def change(document: pikepdf.Pdf) -> None:
        annotation = document.make_indirect(pikepdf.Object.parse(text))
        document.pages[0].obj.Annots = pikepdf.Array([annotation])

    return change


def _page_action(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.AA = pikepdf.Object.parse(b"<< /O << /S /Named /N /NextPage >> >>")


def _attachment(document: pikepdf.Pdf) -> None:
    document.attachments["programme.exe"] = b"MZ\x90\x00"


def _many_objects(document: pikepdf.Pdf) -> None:
    document.Root.Pile = pikepdf.Array(
        [document.make_indirect(pikepdf.Dictionary(N=number)) for number in range(20_001)]
    )


def _bomb(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.Contents = document.make_stream(b"0 0 m " * 10_000_000)


def form(*, value: str, drawing: str = "", **entries: Any) -> bytes:
    """A form with one field filled in on a screen; with `drawing`, the program drew it itself."""

    def fill(document: pikepdf.Pdf) -> None:
        font = document.make_indirect(
            pikepdf.Object.parse(
                b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            )
        )
        fonts = pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font))
        field = pikepdf.Object.parse(
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (nom) /F 4 /DA (/Helv 14 Tf 0 g) "
            b"/Rect [50 700 350 730] >>"
        )
        field.V = value
        if drawing:
            drawn = document.make_stream(f"BT /Helv 14 Tf 0 g 2 8 Td ({drawing}) Tj ET".encode())
            drawn.Type, drawn.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            drawn.BBox, drawn.Resources = pikepdf.Array([0, 0, 300, 30]), fonts
            field.AP = pikepdf.Dictionary(N=drawn)
        field = document.make_indirect(field)
        document.pages[0].obj.Annots = pikepdf.Array([field])
        document.Root.AcroForm = pikepdf.Dictionary(
            Fields=pikepdf.Array([field]), DR=fonts, DA="/Helv 0 Tf 0 g", **entries
        )

    return pdf(change=fill)


def _huge_page(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.MediaBox = pikepdf.Array([0, 0, 14_400, 14_400])


def _huge_picture(document: pikepdf.Pdf) -> None:
    image = document.make_stream(zlib.compress(b"\0" * 1000))
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height, image.BitsPerComponent = 90_000, 90_000, 1
    image.ColorSpace, image.Filter = pikepdf.Name.DeviceGray, pikepdf.Name.FlateDecode
    document.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))


def _noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


def _bilevel(side: int) -> bytes:
    written = io.BytesIO()
    Image.new("1", (side, side)).save(written, "PNG")
    return written.getvalue()


_JS = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
_LINK = b"<< /Type /Annot /Subtype /Link /Rect [0 0 90 90] /A << /S %s >> >>"

# name → (content, expected): "clean", or the reason of refusal. Written by hand from what the
# portal promises: PDF, JPEG, PNG, HEIC; 50 pages; 50 million pixels; nothing that runs.
CORPUS: dict[str, tuple[Callable[[], bytes], str]] = {
    "page.pdf": (lambda: b"<html><script>alert(1)</script></html>", "mismatch"),
    "prefixe.pdf": (lambda: b"<html>".ljust(1000) + pdf(), "mismatch"),
    "dessin.svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "wrong_type"),
    "anime.gif": (lambda: picture("GIF"), "wrong_type"),
    "anime.jpg": (lambda: picture("GIF"), "mismatch"),
    "programme.exe": (lambda: b"MZ\x90\x00" + _noise(500), "wrong_type"),
    "programme.pdf": (lambda: b"MZ\x90\x00" + _noise(500), "mismatch"),
    "archive.pdf": (_archive, "mismatch"),
    "lettre.docx": (_archive, "wrong_type"),
    "sans-extension": (pdf, "wrong_type"),
    "avis.pdf.exe": (pdf, "wrong_type"),
    "photo.webp": (lambda: picture("WEBP"), "wrong_type"),
    "png.jpg": (lambda: picture("PNG"), "mismatch"),
    "pdf.png": (pdf, "mismatch"),
    "film.heic": (lambda: b"\0\0\0\x18ftypisom" + _noise(200), "mismatch"),
    "coupe.jpg": (lambda: picture()[:4000], "broken"),
    "coupe.png": (lambda: picture("PNG")[:2000], "broken"),
    "coupe.heic": (lambda: HEIC[:300], "broken"),
    "bruit.jpg": (lambda: b"\xff\xd8\xff" + _noise(2000), "broken"),
    "bruit.pdf": (lambda: b"%PDF-1.7\n" + _noise(2000), "broken"),
    "sans-page.pdf": (lambda: pdf(0), "broken"),
    "secret.pdf": (
        lambda: pdf(encryption=pikepdf.Encryption(user="secret", owner="autre")),
        "encrypted",
    ),
    "script.pdf": (
        lambda: pdf(change=_root(Names=b"<< /JavaScript << /Names [(a) %s] >> >>" % _JS)),
        "active",
    ),
    "ouverture.pdf": (lambda: pdf(change=_root(OpenAction=_JS)), "active"),
    "script-cache.pdf": (
        lambda: pdf(
            change=_root(OpenAction=_JS),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        ),
        "active",
    ),
    "profond.pdf": (
        lambda: pdf(change=_root(Pile=b"[" * 20 + _JS + b"]" * 20)),
        "active",
    ),
    "page-active.pdf": (lambda: pdf(change=_page_action), "active"),
    "lance.pdf": (lambda: pdf(change=_annotation(_LINK % b"/Launch /F (cmd.exe)")), "active"),
    "envoie.pdf": (
        lambda: pdf(change=_annotation(_LINK % b"/SubmitForm /F (http://x.example)")),
        "active",
    ),
    "importe.pdf": (lambda: pdf(change=_annotation(_LINK % b"/ImportData /F (a.fdf)")), "active"),
    "ailleurs.pdf": (lambda: pdf(change=_annotation(_LINK % b"/GoToR /F (b.pdf)")), "active"),
    "dedans.pdf": (lambda: pdf(change=_annotation(_LINK % b"/GoToE /F (c.pdf)")), "active"),
    "xfa.pdf": (lambda: pdf(change=_root(AcroForm=b"<< /Fields [] /XFA (<xdp/>) >>")), "active"),
    "media.pdf": (
        lambda: pdf(change=_annotation(b"<< /Type /Annot /Subtype /RichMedia /Rect [0 0 9 9] >>")),
        "active",
    ),
    "joint.pdf": (lambda: pdf(change=_attachment), "attached"),
    "trombone.pdf": (
        lambda: pdf(
            change=_annotation(b"<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] >>")
        ),
        "attached",
    ),
    "cinquante-et-une.pdf": (lambda: pdf(51), "too_many_pages"),
    "objets.pdf": (lambda: pdf(change=_many_objects), "too_heavy"),
    "bombe.pdf": (lambda: pdf(change=_bomb), "too_heavy"),
    "image-immense.pdf": (lambda: pdf(change=_huge_picture), "too_heavy"),
    "bombe.png": (lambda: _bilevel(12_000), "too_fine"),
    "annonce.png": (lambda: _png_header(60_000, 60_000), "too_fine"),
    "virus.pdf": (lambda: pdf() + b"\n%" + EICAR, "infected"),
    "virus.jpg": (lambda: picture() + EICAR, "infected"),
    "cinquante.pdf": (lambda: pdf(50), "clean"),
    "verrouille.pdf": (
        lambda: pdf(encryption=pikepdf.Encryption(user="", owner="imprimeur")),
        "clean",
    ),
    "signet.pdf": (lambda: pdf(change=_root(OpenAction=b"[0 /Fit]")), "clean"),
    "formulaire.pdf": (lambda: form(value="BENALI"), "clean"),
    "formulaire-tordu.pdf": (
        lambda: pdf(change=_root(AcroForm=b"<< /Fields [7 << /Kids 3 >>] /DR 5 >>")),
        "clean",
    ),
    "grande-page.pdf": (lambda: pdf(change=_huge_page), "clean"),
    "bavard.jpg": (photograph_that_tells, "clean"),
    "ecran.png": (lambda: picture("PNG"), "clean"),
    "telephone.heic": (lambda: HEIC, "clean"),
}
