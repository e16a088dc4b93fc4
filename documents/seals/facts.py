"""What is kept of a seal: the few fields that serve the person, never the whole code."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .chain import Issuer
from .code import SealCode

DGFIP = "130004955"
IMPRIMERIE_NATIONALE = "352973622"
LARGEST_RFR = 999_999


class SealKind(StrEnum):
    TAX_NOTICE = "tax_notice"
    DISABILITY_CARD = "disability_card"
    ADDRESS = "address"
    OTHER = "other"


# Types of documents of the 2D-Doc specifications. Notices and « avis de situation déclarative ».
_KINDS = {
    **dict.fromkeys(("04", "18", "24", "27", "28"), SealKind.TAX_NOTICE),
    "A2": SealKind.DISABILITY_CARD,
    **dict.fromkeys(("00", "01", "02"), SealKind.ADDRESS),
}
# Any body with a certificate could seal any type of document. Two of them have one author.
_ONLY_BY = {
    SealKind.TAX_NOTICE: DGFIP,
    SealKind.DISABILITY_CARD: IMPRIMERIE_NATIONALE,
}
_PERIMETER = 1


@dataclass(frozen=True)
class Facts:
    """Read under the seal. `names` as printed, capital letters, surname first in general."""

    names: tuple[str, ...] = ()
    year: int | None = None
    rfr_eur: int | None = None
    valid_until: str = ""
    address: str = ""


def kind_of(code: SealCode) -> SealKind:
    if code.perimeter != _PERIMETER:
        return SealKind.OTHER
    return _KINDS.get(code.document_type, SealKind.OTHER)


def may_seal(issuer: Issuer, kind: SealKind) -> bool:
    return _ONLY_BY.get(kind, issuer.siren) == issuer.siren


def facts_of(code: SealCode) -> Facts:
    kind = kind_of(code)
    if kind is SealKind.TAX_NOTICE:
        return _of_tax_notice(code)
    if kind is SealKind.DISABILITY_CARD:
        # Neither a name nor the mention of the card is under its seal: a number and a date.
        return Facts(valid_until=_day(code, "AI"))
    if kind is SealKind.ADDRESS:
        return _of_proof_of_address(code)
    return Facts()


def _of_tax_notice(code: SealCode) -> Facts:
    year, rfr = _number(code, "45"), _number(code, "41")
    return Facts(
        names=tuple(name for name in (_text(code, "46"), _text(code, "48")) if name),
        year=year if year is not None and 1990 <= year <= 2100 else None,
        rfr_eur=rfr if rfr is not None and rfr <= LARGEST_RFR else None,
    )


def _of_proof_of_address(code: SealCode) -> Facts:
    whole = (_text(code, "10"), _text(code, "14"), _text(code, "1I"))
    parts = tuple(
        f"{_text(code, surname)} {_text(code, given)}".strip()
        for surname, given in (("13", "12"), ("17", "16"), ("1L", "1K"))
    )
    # The place that is served, where the person lives; else where the bill is sent.
    served = " ".join(filter(None, (_text(code, field) for field in ("22", "24", "25"))))
    sent = " ".join(filter(None, (_text(code, field) for field in ("29", "2B", "2C"))))
    names = dict.fromkeys(name for name in (*whole, *parts) if name)
    return Facts(names=tuple(names), address=(served or sent)[:200])


def _text(code: SealCode, field: str) -> str:
    value = code.fields.get(field, "")
    return " ".join(value.replace("/", " ").split())[:120] if isinstance(value, str) else ""


def _number(code: SealCode, field: str) -> int | None:
    value = _text(code, field)
    return int(value) if value.isascii() and value.isdigit() else None


def _day(code: SealCode, field: str) -> str:
    value = code.fields.get(field)
    return value.isoformat() if isinstance(value, date) else ""
