"""Seals: what a code says, whether the State vouches for it, and what is kept of it."""

import io
from datetime import date

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageDraw

from documents import seals, services
from documents.models import PieceFile, Seal
from documents.seals import Verdict
from tests import factories as f
from tests.documents import sealed
from tests.documents.conftest import Give
from tests.documents.specimens import picture

CHAIN = seals.from_pem(sealed.PEM)

# The specimen that France Titres and the tax office print in their documentation of type 28.
OFFICIAL_SPECIMEN = (
    "DC04FR000001FFFF23DC2801FR432,75<GS>44227801234567845202146RETI PATRICK<GS>4A31072022"
    "4Y145 RUE JULLIARD/ZASPECIMEN/78320/LEVIS STNOM<GS>4163198<GS>47300112345678948RETISOPHIE<GS>"
    "4907019877654324V3542<GS>4W182<GS>4X3724<GS><US>6W76EBC3I2LWHBVGNNYTL34SC6V32S2GDCIQQZLZNMTKC"
    "HNVEUISJYUQH5WE3AJJICBNG3YMQ2NXXHP5ZHVOQE332R6TUJDHNOHQ6BI"
)


def judged(content: bytes) -> Verdict:
    code = seals.parsed(content)
    assert code is not None
    return CHAIN.judged(code)[0]


def test_the_specimen_of_the_state_is_read_as_it_is_printed() -> None:
    code = seals.parsed(OFFICIAL_SPECIMEN.replace("<GS>", "\x1d").replace("<US>", "\x1f").encode())
    assert code is not None
    assert (code.document_type, code.signed_on) == ("28", date(2025, 2, 18))
    facts = seals.facts_of(code)
    assert (facts.names, facts.year, facts.rfr_eur) == (("RETI PATRICK", "RETISOPHIE"), 2021, 63198)
    # It is sealed by an authority for trials: nobody vouches for it.
    assert seals.shipped().judged(code) == (Verdict.UNKNOWN, None)


def test_the_chain_of_the_state_is_the_one_shipped() -> None:
    chain = seals.shipped()
    assert (len(chain.every_leaf()), len(chain.every_authority())) == (225, 7)
    assert chain.strays() == []
    by_siren = [seals.chain.issuer_of(each).siren for each in chain.every_leaf()]
    # Direction générale des finances publiques.
    assert by_siren.count("130004955") == 17
    names = {seals.chain.issuer_of(each).name for each in chain.every_leaf()}
    assert {name for name in names if "TEST" in name} == set()


def test_a_notice_says_the_income_the_year_and_the_names() -> None:
    code = seals.parsed(sealed.notice(23_400, 2024, two="ROUX CORA"))
    assert code is not None
    verdict, issuer = CHAIN.judged(code)
    assert verdict is Verdict.VERIFIED
    assert issuer == seals.Issuer("DIRECTION GENERALE DES FINANCES PUBLIQUES", "130004955")
    facts = seals.facts_of(code)
    assert facts == seals.Facts(names=("BENALI AMINA", "ROUX CORA"), year=2024, rfr_eur=23_400)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (sealed.notice(23_400).replace(b"4123400", b"4113400"), Verdict.ALTERED),
        (sealed.notice(one="BENALI AMINA").replace(b"AMINA", b"ALICE"), Verdict.ALTERED),
        (sealed.notice(by=sealed.STRANGER), Verdict.ALTERED),
        (sealed.notice(by=sealed.STRANGER, authority="FRX9"), Verdict.UNKNOWN),
        (sealed.notice(signed_on=date(2023, 12, 31)), Verdict.OUT_OF_DATE),
        (sealed.notice(signed_on=date(2024, 1, 1)), Verdict.VERIFIED),
        # Expired since: what counts is the day of the signature.
        (sealed.notice(signed_on=date(2027, 1, 1)), Verdict.VERIFIED),
        (sealed.notice(signed_on=date(2027, 1, 2)), Verdict.OUT_OF_DATE),
        # What follows the signature is signed by nobody, and changes nothing.
        (sealed.notice() + b"\x1d4199999", Verdict.VERIFIED),
    ],
)
def test_what_becomes_of_a_signature(content: bytes, expected: Verdict) -> None:
    assert judged(content) is expected


def test_a_certificate_without_its_authority_counts_for_nothing() -> None:
    code = seals.parsed(sealed.notice())
    assert code is not None
    chain = seals.from_pem(sealed.DGFIP.pem)
    assert chain.judged(code) == (Verdict.UNKNOWN, None)


def test_a_certificate_that_took_the_name_of_an_authority_counts_for_nothing() -> None:
    # Issued by « FRX1 », says its certificate; but not by the key of the FRX1 of the list.
    liar = sealed.body("FRX1", "AUTORITE DES ESSAIS", "48146308100036")
    forged = sealed.body("FPX2", "DIRECTION GENERALE DES FINANCES PUBLIQUES", "13000495500014",
                         by=liar)  # fmt: skip
    code = seals.parsed(sealed.notice(by=forged))
    assert code is not None
    chain = seals.from_pem(sealed.PEM + forged.pem)
    assert chain.judged(code) == (Verdict.UNKNOWN, None)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    assert seals.parsed(content) is None


@given(st.data())
def test_no_spoilt_code_breaks_the_reader_nor_is_verified(data: st.DataObject) -> None:
    """One notice with bytes changed, cut or put in: read or not, never another truth."""
    content = bytearray(NOTICE)
    for _change in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=4))
    code = seals.parsed(bytes(content))
    if code is None or code.signed == NOTICE.partition(b"\x1f")[0]:
        return
    assert CHAIN.judged(code)[0] is not Verdict.VERIFIED
    seals.facts_of(code)


NOTICE = sealed.notice()


@given(st.text(alphabet="0123456789ABCDEF", max_size=16), st.text(max_size=120))
def test_no_well_begun_code_breaks_the_reader(header: str, rest: str) -> None:
    code = seals.parsed(f"DC04{header}{rest}\x1f{'A' * 103}".encode())
    assert code is None or CHAIN.judged(code)[0] is not Verdict.VERIFIED


# From a file to its seal


def seals_of(give: Give, name: str, content: bytes, code: str = "avis-imposition") -> list[Seal]:
    give(code, (name, content))
    assert services.check_due() == 1
    file = PieceFile.objects.get()
    assert (file.state, file.refusal) == ("clean", "")
    return list(file.seals.all())


def told(seal: Seal) -> tuple[str, str, list[str], int | None, int | None]:
    return (seal.kind, seal.verdict, seal.names, seal.income_year, seal.rfr_eur)


VERIFIED = ("tax_notice", "verified", ["BENALI AMINA"], 2024, 23_400)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("avis.pdf", sealed.paper("Avis d'impôt", codes=(sealed.notice(),))),
        ("avis.jpg", sealed.photo(sealed.notice())),
        ("avis.jpg", sealed.photo(sealed.notice(), quality=15)),
    ],
)
def test_the_seal_of_a_file_is_read(
    give: Give, trusted: object, clamd: str, name: str, content: bytes
) -> None:
    [seal] = seals_of(give, name, content)
    assert told(seal) == VERIFIED
    assert (seal.issuer, seal.signed_on) == (
        "DIRECTION GENERALE DES FINANCES PUBLIQUES",
        date(2025, 8, 4),
    )


@pytest.mark.django_db(transaction=True)
def test_two_seals_of_one_file_are_two(give: Give, trusted: object, clamd: str) -> None:
    content = sealed.paper("Avis d'impôt", codes=(sealed.notice(), sealed.notice(19_000, 2025)))
    found = sorted(told(seal) for seal in seals_of(give, "avis.pdf", content))
    assert found == [VERIFIED, ("tax_notice", "verified", ["BENALI AMINA"], 2025, 19_000)]


@pytest.mark.django_db(transaction=True)
def test_a_seal_that_does_not_hold_says_nothing(give: Give, trusted: object, clamd: str) -> None:
    altered = sealed.notice().replace(b"4123400", b"4113400")
    [seal] = seals_of(give, "avis.jpg", sealed.photo(altered))
    assert told(seal) == ("tax_notice", "altered", [], None, None)


@pytest.mark.django_db(transaction=True)
def test_a_power_company_seals_no_tax_notice(give: Give, trusted: object, clamd: str) -> None:
    [seal] = seals_of(give, "avis.jpg", sealed.photo(sealed.notice(by=sealed.EDF)))
    assert told(seal) == ("tax_notice", "wrong_issuer", [], None, None)


@pytest.mark.django_db(transaction=True)
def test_the_disability_card_says_until_when(give: Give, trusted: object, clamd: str) -> None:
    [seal] = seals_of(give, "cmi.jpg", sealed.photo(sealed.card()), code="handicap")
    assert (told(seal), seal.valid_until) == (
        ("disability_card", "verified", [], None, None),
        date(2027, 12, 31),
    )


@pytest.mark.django_db(transaction=True)
def test_a_bill_says_who_lives_where(give: Give, trusted: object, clamd: str) -> None:
    [seal] = seals_of(give, "edf.jpg", sealed.photo(sealed.bill()), code="hebergeant")
    assert (told(seal), seal.address, seal.issuer) == (
        ("address", "verified", ["MME BENALI AMINA"], None, None),
        "12 RUE DU LAC 74000 ANNECY",
        "ELECTRICITE DE FRANCE",
    )


@pytest.mark.django_db(transaction=True)
def test_what_is_not_kept_of_a_seal(give: Give, trusted: object, clamd: str) -> None:
    """Fiscal numbers and the tax due are under the seal too: nowhere in the row."""
    [seal] = seals_of(give, "avis.jpg", sealed.photo(sealed.notice()))
    row = str(Seal.objects.filter(pk=seal.pk).values().get())
    for secret in ("0000000000001", "2278012345678", "3542"):
        assert secret in sealed.notice().decode()
        assert secret not in row


@pytest.mark.django_db(transaction=True)
def test_a_damaged_code_is_no_seal_and_no_refusal(give: Give, trusted: object, clamd: str) -> None:
    page = sealed.sheet(sealed.notice())
    ImageDraw.Draw(page).rectangle((120, 120, 300, 300), fill="white")
    written = io.BytesIO()
    page.save(written, "JPEG")
    assert seals_of(give, "avis.jpg", written.getvalue()) == []


@pytest.mark.django_db(transaction=True)
def test_a_wall_that_calls_itself_a_page_is_read_small(
    give: Give, trusted: object, clamd: str
) -> None:
    with pikepdf.open(io.BytesIO(sealed.paper("Avis", codes=(sealed.notice(),)))) as document:
        document.pages[0].obj.MediaBox = pikepdf.Array([0, 0, 14_400, 14_400])
        written = io.BytesIO()
        document.save(written)
    # The code is too small on such a page to be read; the file is kept all the same.
    assert seals_of(give, "avis.pdf", written.getvalue()) == []


@pytest.mark.django_db(transaction=True)
def test_a_piece_without_a_seal_has_none(give: Give, trusted: object, clamd: str) -> None:
    assert seals_of(give, "carte.jpg", picture()) == []


@pytest.mark.django_db(transaction=True)
def test_the_seal_goes_with_its_file(give: Give, trusted: object, clamd: str) -> None:
    [seal] = seals_of(give, "avis.jpg", sealed.photo(sealed.notice()))
    file = PieceFile.objects.select_related("piece__dossier__applicant").get()
    services.remove_file(actor=f.actor_for(file.piece.dossier.applicant), file=file)
    assert not Seal.objects.filter(pk=seal.pk).exists()
