"""A 2D-Doc code taken apart (France Titres, « Spécifications techniques 2D-DOC », 3.3)."""

import base64
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tddoc.header import Header
from tddoc.message import C40Message

_GS, _US = "\x1d", "\x1f"
# A printed code is one matrix: 3 116 digits at most, some 1 500 letters.
LONGEST = 3_200
_START = re.compile(r"DC0[1-4]")


@dataclass(frozen=True)
class SealCode:
    """What a code says. `fields`: by the two characters that name them in the specifications.

    `signed` is what `signature` (raw: r then s) signs; whatever follows it is signed by nobody."""

    authority: str
    certificate: str
    signed_on: date
    document_type: str
    perimeter: int
    fields: dict[str, Any] = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def parsed(content: bytes) -> SealCode | None:
    """The code in `content`; None for anything that is not one, whatever it is."""
    try:
        return _parsed(content)
    except (ValueError, KeyError, IndexError, AttributeError, OverflowError, TypeError):
        # `tddoc` trusts what it reads: a field cut short fails in as many ways as there are kinds.
        return None


def _parsed(content: bytes) -> SealCode | None:
    text = content.decode("ascii")
    if len(text) > LONGEST or not _START.match(text):
        return None
    signed, separator, rest = text.partition(_US)
    if not separator:
        return None
    header = Header.from_code(signed)
    # Without a date nobody can tell whether the certificate was good that day.
    if header.sign_date is None:
        return None
    message = C40Message.from_code(header.perimeter_id, signed[header.length :])
    # An annex may follow the signature: not signed, not read.
    encoded = rest.partition(_GS)[0].rstrip("=")
    signature = base64.b32decode(encoded + "=" * (-len(encoded) % 8))
    if not signature or len(signature) % 2:
        return None
    return SealCode(
        authority=header.ca_id,
        certificate=header.cert_id,
        signed_on=header.sign_date,
        document_type=header.doc_type_id,
        perimeter=header.perimeter_id,
        fields={each.definition.id: each.value for each in message.dataset},
        signed=signed.encode("ascii"),
        signature=signature,
    )
