"""Sealed documents made here: an authority of our own, its certificates, codes, and pages that
carry them. Nothing of this module reads what the portal reads them with."""

import base64
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pikepdf
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID
from PIL import Image

GS, US = "\x1d", "\x1f"
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Body:
    """A name of four characters, its key and its certificate."""

    name: str
    key: Key
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


def _subject(name: str, organisation: str, siret: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"0002 {siret}"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def body(
    name: str,
    organisation: str,
    siret: str,
    *,
    by: Body | None = None,
    since: date = date(2024, 1, 1),
    until: date = date(2027, 1, 1),
) -> Body:
    """An authority, or what one (`by`) has certified."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(name, organisation, siret)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(since.year, since.month, since.day, tzinfo=UTC))
        .not_valid_after(datetime(until.year, until.month, until.day, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .sign(by.key if by else key, hashes.SHA256())
    )
    return Body(name, key, certificate)


AUTHORITY = body("FRX1", "AUTORITE DES ESSAIS", "48146308100036")
DGFIP = body("FPX1", "DIRECTION GENERALE DES FINANCES PUBLIQUES", "13000495500014", by=AUTHORITY)
IMPRIMERIE = body("INX1", "IMPRIMERIE NATIONALE", "352973622", by=AUTHORITY)
EDF = body("EDX1", "ELECTRICITE DE FRANCE", "55208131766522", by=AUTHORITY)
# Certified by nobody that the list knows.
STRANGER = body("FPX1", "DIRECTION GENERALE DES FINANCES PUBLIQUES", "13000495500014",
                by=body("FRX9", "AUTORITE INCONNUE", "11111111100011"))  # fmt: skip
PEM = AUTHORITY.pem + DGFIP.pem + IMPRIMERIE.pem + EDF.pem


def code(
    fields: str,
    *,
    by: Body = DGFIP,
    type: str = "28",
    signed_on: date = date(2025, 8, 4),
    authority: str = "FRX1",
) -> bytes:
    """A 2D-Doc of version 4, signed."""
    days = (signed_on - date(2000, 1, 1)).days
    signed = f"DC04{authority}{by.name}FFFF{days:04X}{type}01FR{fields}".encode()
    r, s = decode_dss_signature(by.key.sign(signed, ec.ECDSA(hashes.SHA256())))
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return signed + US.encode() + base64.b32encode(raw).rstrip(b"=")


def notice(
    rfr: int = 23_400, year: int = 2024, one: str = "BENALI AMINA", two: str = "", **sealing
) -> bytes:
    """The code of an « avis d'impôt », with fields that nobody asked for."""
    second = f"48{two}{GS}490000000000002" if two else ""
    return code(
        f"431{GS}44227801234567845{year}46{one}{GS}470000000000001{second}"
        f"4A3107{year + 1}41{rfr}{GS}4V3542{GS}",
        **sealing,
    )


def card(until: str = "31122027", **sealing) -> bytes:
    return code(f"AH123456789{GS}AI{until}", **({"by": IMPRIMERIE, "type": "A2"} | sealing))


def bill(name: str = "MME BENALI AMINA", **sealing) -> bytes:
    return code(
        f"10{name}{GS}2212 RUE DU LAC{GS}247400025ANNECY{GS}",
        **({"by": EDF, "type": "01"} | sealing),
    )


def matrix(content: bytes, scale: int = 4) -> Image.Image:
    drawn = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.DataMatrix)
    return Image.fromarray(drawn.to_image(scale=scale)).convert("L")


def sheet(*codes: bytes, size: tuple[int, int] = (1240, 1754)) -> Image.Image:
    """A white page with the codes one below the other."""
    page = Image.new("RGB", size, "white")
    top = 80
    for each in codes:
        drawn = matrix(each)
        page.paste(drawn, (80, top))
        top += drawn.height + 60
    return page


def photo(*codes: bytes, **save) -> bytes:
    written = io.BytesIO()
    sheet(*codes).save(written, "JPEG", **{"quality": 70} | save)
    return written.getvalue()


def paper(*lines: str, codes: tuple[bytes, ...] = (), pages: int = 1) -> bytes:
    """A PDF with words that can be read as such, the codes on its first page."""
    document = pikepdf.new()
    font = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    for number in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.obj.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(F=font), XObject=pikepdf.Dictionary()
        )
        drawing = [b"BT /F 11 Tf 14 TL 40 480 Td"]
        drawing += [b"(" + _escaped(line) + b") Tj T*" for line in lines]
        drawing.append(b"ET")
        for rank, each in enumerate(codes if number == 0 else ()):
            page.obj.Resources.XObject[f"/C{rank}"] = _image(document, matrix(each))
            # Thirty millimetres, as on a real notice.
            drawing.append(b"q 85 0 0 85 %d 720 cm /C%d Do Q" % (40 + 120 * rank, rank))
        page.obj.Contents = document.make_stream(b"\n".join(drawing))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _escaped(line: str) -> bytes:
    return line.replace("\\", "").replace("(", "\\(").replace(")", "\\)").encode("cp1252")


def _image(document: pikepdf.Pdf, picture: Image.Image) -> pikepdf.Object:
    image = document.make_stream(picture.tobytes())
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height, image.BitsPerComponent = picture.width, picture.height, 8
    image.ColorSpace = pikepdf.Name.DeviceGray
    return document.make_indirect(image)
