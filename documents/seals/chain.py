"""The certificates that seals are verified with: the list of the State, shipped or replaced."""

import io
import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

from .code import SealCode

# What `tddoc` 0.3.0 ships: the list that France Titres published, number 23.
SHIPPED_ISSUED_ON = date(2026, 5, 11)
SHIPPED_NEXT_UPDATE = date(2027, 5, 11)
# Certificates for trying the system out: their keys may be in anybody's hands.
_FOR_TRIALS = re.compile(r"\bTEST\b", re.IGNORECASE)
_TRIAL_AUTHORITY, _TRIAL_CERTIFICATE = "FR00", "0000"
_DIGITS = re.compile(r"\d{9,}")
_HASHES = {256: hashes.SHA256(), 384: hashes.SHA384(), 521: hashes.SHA512()}
MOST_FILES = 3_000
LARGEST_FILE = 20_000


class Verdict(StrEnum):
    """What the chain says of a code."""

    VERIFIED = "verified"
    ALTERED = "altered"
    UNKNOWN = "unknown"
    OUT_OF_DATE = "out_of_date"


class ChainFault(ValueError):
    """The files make no list of certificates; the message says why, in French."""


@dataclass(frozen=True)
class Issuer:
    """Who sealed: the name of the certificate, and the SIREN number that goes with it."""

    name: str
    siren: str


class Chain:
    """Certificates of sealing bodies, each issued by an authority of the same list."""

    def __init__(self, certificates: Iterable[x509.Certificate]) -> None:
        self.authorities: dict[str, list[x509.Certificate]] = defaultdict(list)
        self.leaves: dict[tuple[str, str], list[x509.Certificate]] = defaultdict(list)
        with warnings.catch_warnings():
            # Some names are longer, and some numbers other, than the standard of certificates has
            # them: France Titres trusts them all the same.
            warnings.simplefilter("ignore")
            for each in certificates:
                self._take(each)

    def _take(self, certificate: x509.Certificate) -> None:
        if _for_trials(certificate):
            return
        name, issuer = _common_name(certificate.subject), _common_name(certificate.issuer)
        if _is_authority(certificate):
            self.authorities[name].append(certificate)
        else:
            self.leaves[issuer, name].append(certificate)

    def judged(self, code: SealCode) -> tuple[Verdict, Issuer | None]:
        """Whether the seal holds, and who made it.

        A certificate counts if it was valid on the day of the signature: a notice signed while it
        was stays good when it has expired since. Nobody is asked whether it was revoked."""
        found = self.leaves.get((code.authority, code.certificate), [])
        known = [each for each in found if self._is_issued(each)]
        if not known:
            return Verdict.UNKNOWN, None
        good = [each for each in known if valid_on(each, code.signed_on)]
        if not good:
            return Verdict.OUT_OF_DATE, issuer_of(known[0])
        for each in good:
            if _signed_by(each, code):
                return Verdict.VERIFIED, issuer_of(each)
        return Verdict.ALTERED, issuer_of(good[0])

    def _is_issued(self, certificate: x509.Certificate) -> bool:
        return any(
            _issued_by(certificate, authority)
            for authority in self.authorities[_common_name(certificate.issuer)]
        )

    def every_leaf(self) -> list[x509.Certificate]:
        return [each for several in self.leaves.values() for each in several]

    def every_authority(self) -> list[x509.Certificate]:
        return [each for several in self.authorities.values() for each in several]

    def strays(self) -> list[str]:
        """The certificates that no authority of the list has issued, by name."""
        return sorted(
            f"{_common_name(each.issuer)} {_common_name(each.subject)}"
            for each in self.every_leaf()
            if not self._is_issued(each)
        )

    def as_pem(self) -> str:
        return "".join(
            each.public_bytes(serialization.Encoding.PEM).decode()
            for each in [*self.every_authority(), *self.every_leaf()]
        )


def from_pem(text: str) -> Chain:
    return Chain(x509.load_pem_x509_certificates(text.encode()))


@cache
def shipped() -> Chain:
    """The list that comes with `tddoc`; never what lies in the home of whoever runs the portal."""
    return Chain(
        _certificate(entry.name, entry.read_bytes())
        for entry in sorted(files("tddoc.chains").iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".der")
    )


def read_chain(archive: bytes) -> Chain:
    """The list in a ZIP of .der files, as `python -m tddoc.fetch_chains` leaves them.

    Raises ChainFault. A file that is no certificate condemns the whole: half a list would tell
    people that their seal is unknown."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            entries = [each for each in packed.infolist() if each.filename.endswith(".der")]
            if len(entries) > MOST_FILES or any(each.file_size > LARGEST_FILE for each in entries):
                raise ChainFault("L'archive est bien plus grande qu'une liste de certificats.")
            # Opened by hand: the size that an archive announces is its own word.
            certificates = [
                _certificate(each.filename, packed.open(each).read(LARGEST_FILE + 1))
                for each in entries
            ]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise ChainFault("Ce fichier n'est pas une archive ZIP que nous savons ouvrir.") from error
    chain = Chain(certificates)
    if not chain.leaves or not chain.authorities:
        raise ChainFault("L'archive ne contient pas de certificats .der et de leurs autorités.")
    if strays := chain.strays():
        raise ChainFault(
            f"L'autorité de {len(strays)} certificats manque ou ne les a pas signés : "
            f"{', '.join(strays[:5])}."
        )
    return chain


def _certificate(name: str, content: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(content)
    except ValueError as error:
        raise ChainFault(f"« {name} » n'est pas un certificat.") from error


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return basic.value.ca


def _for_trials(certificate: x509.Certificate) -> bool:
    organisation = _first(certificate.subject, NameOID.ORGANIZATION_NAME)
    return (
        _TRIAL_AUTHORITY in (_common_name(certificate.issuer), _common_name(certificate.subject))
        or _common_name(certificate.subject) == _TRIAL_CERTIFICATE
        or bool(_FOR_TRIALS.search(organisation))
    )


def valid_on(certificate: x509.Certificate, day: date) -> bool:
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return first.date() <= day <= last.date()


def issuer_of(certificate: x509.Certificate) -> Issuer:
    """France Titres writes the SIREN, or the SIRET that begins with it, in one of two places."""
    for oid in (NameOID.ORGANIZATION_IDENTIFIER, NameOID.ORGANIZATIONAL_UNIT_NAME):
        if found := _DIGITS.search(_first(certificate.subject, oid)):
            break
    name = _first(certificate.subject, NameOID.ORGANIZATION_NAME) or _common_name(
        certificate.subject
    )
    return Issuer(name[:120], found.group()[:9] if found else "")


def _issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _signed_by(certificate: x509.Certificate, code: SealCode) -> bool:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.key_size not in _HASHES:
        return False
    half = len(code.signature) // 2
    signature = encode_dss_signature(
        int.from_bytes(code.signature[:half], "big"), int.from_bytes(code.signature[half:], "big")
    )
    try:
        key.verify(signature, code.signed, ec.ECDSA(_HASHES[key.curve.key_size]))
    except InvalidSignature:
        return False
    return True


def _common_name(name: x509.Name) -> str:
    return _first(name, NameOID.COMMON_NAME)


def _first(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""
