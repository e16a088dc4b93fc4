"""The list of certificates: shipped by default, replaced by an operator who looked at it."""

import io
import zipfile
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from alin.kit import clock
from alin.kit.models import JournalEntry
from documents import seals, services, trust
from documents.models import TrustList
from documents.seals import ChainFault, from_pem, read_chain
from tests.documents import sealed


def archive(**files: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for name, content in files.items():
            packed.writestr(f"chaines/{name}.der", content)
    return written.getvalue()


GOOD = archive(FRX1=sealed.AUTHORITY.der, FRX1_FPX1=sealed.DGFIP.der)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "n'est pas une archive ZIP"),
        (b"PK\x03\x04 abime", "n'est pas une archive ZIP"),
        (archive(), "ne contient pas de certificats"),
        (archive(FRX1=sealed.AUTHORITY.der), "ne contient pas de certificats"),
        (archive(FRX1_FPX1=sealed.DGFIP.der), "ne contient pas de certificats"),
        (
            archive(FRX1=sealed.AUTHORITY.der, A=sealed.DGFIP.der, B=sealed.STRANGER.der),
            "L'autorité de 1 certificats manque ou ne les a pas signés : FRX9 FPX1.",
        ),
        (
            archive(FRX1=sealed.AUTHORITY.der, A=b"rien"),
            "« chaines/A.der » n'est pas un certificat",
        ),
        (archive(FRX1=bytes(30_000)), "bien plus grande"),
    ],
)
def test_a_bad_archive_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(ChainFault, match=reason.replace("(", "\\(")):
        read_chain(content)


@given(st.binary(max_size=300), st.integers(0, len(GOOD) - 1))
def test_no_archive_breaks_the_reader(noise: bytes, at: int) -> None:
    for content in (noise, GOOD[:at] + noise + GOOD[at + len(noise) :]):
        try:
            read_chain(content)
        except ChainFault:
            continue


def test_the_dates_of_the_list_that_is_shipped_are_those_it_says() -> None:
    from importlib.resources import files

    listed = files("tddoc.tsl").joinpath("tsl_signed.xml").read_text(encoding="utf-8")
    assert "<tsl:ListIssueDateTime>2026-05-11T14:00:00Z" in listed
    assert "<tsl:dateTime>2027-05-11T14:00:00Z" in listed
    assert (
        date(2026, 5, 11),
        date(2027, 5, 11),
    ) == (seals.chain.SHIPPED_ISSUED_ON, seals.chain.SHIPPED_NEXT_UPDATE)


@pytest.fixture
def farid(cast: SimpleNamespace) -> Client:
    client = Client()
    client.force_login(cast.farid, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, content: bytes = GOOD, **dates: str) -> object:
    return client.post(
        "/plateforme/sceaux/charger/",
        {
            "file": SimpleUploadedFile("chaines.zip", content),
            "issued_on": "02/01/2026",
            "next_update": "02/01/2029",
            **dates,
        },
    )


@pytest.mark.django_db
def test_an_operator_replaces_the_list_and_goes_back(cast: SimpleNamespace, farid: Client) -> None:
    code = seals.parsed(sealed.notice())
    assert code is not None
    assert trust.chain_in_force().judged(code)[0] == "unknown"
    response = send(farid)
    loaded = TrustList.objects.get()
    assert response["Location"] == f"/plateforme/sceaux/{loaded.public_id}/"
    # Loaded, it counts for nothing.
    assert trust.chain_in_force().judged(code)[0] == "unknown"
    shown = farid.get(response["Location"]).content.decode()
    assert "AUTORITE DES ESSAIS" in shown
    assert "une autorité de trop pourrait tout signer" in shown

    farid.post(f"/plateforme/sceaux/{loaded.public_id}/appliquer/")
    assert trust.chain_in_force().judged(code)[0] == "verified"
    assert trust.in_force().next_update == date(2029, 1, 2)
    farid.post(f"/plateforme/sceaux/{loaded.public_id}/ecarter/")
    assert trust.chain_in_force().judged(code)[0] == "unknown"
    entries = JournalEntry.objects.filter(chain="trust-lists").order_by("sequence")
    assert [(each.event, each.user_id) for each in entries] == [
        ("trust_list_loaded", cast.farid.pk),
        ("trust_list_in_force", cast.farid.pk),
        ("trust_list_set_aside", cast.farid.pk),
    ]


@pytest.mark.django_db
def test_a_list_put_in_force_sets_the_one_before_aside(cast: SimpleNamespace) -> None:
    lists = [
        services.load_trust_list(
            actor=cast.as_farid,
            chain=from_pem(sealed.PEM),
            issued_on=clock.today() - timedelta(days=days),
            next_update=clock.today() + timedelta(days=365),
        )
        for days in (9, 2)
    ]
    for each in lists:
        services.put_in_force(actor=cast.as_farid, trust_list=each)
    assert trust.chosen_list() == lists[1]
    assert TrustList.objects.filter(set_aside_at=None).get() == lists[1]
    with pytest.raises(ValidationError, match="déjà été mise en vigueur"):
        services.put_in_force(actor=cast.as_farid, trust_list=lists[0])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ({"next_update": "01/01/2026"}, "La prochaine mise à jour vient après la publication"),
        ({"issued_on": "01/01/2099"}, "Une liste déjà publiée"),
        ({"issued_on": "hier"}, "JJ/MM/AAAA"),
    ],
)
def test_dates_that_make_no_sense_are_refused(
    farid: Client, dates: dict[str, str], reason: str
) -> None:
    response = send(farid, **dates)
    assert response.status_code == 422
    assert reason in response.content.decode()
    assert TrustList.objects.count() == 0


@pytest.mark.django_db
def test_only_operators_choose_the_list(cast: SimpleNamespace) -> None:
    for actor in (cast.as_claire, cast.as_amina):
        with pytest.raises(PermissionDenied):
            services.load_trust_list(
                actor=actor,
                chain=from_pem(sealed.PEM),
                issued_on=date(2026, 1, 1),
                next_update=date(2027, 1, 1),
            )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days_left", "said"),
    [(31, ""), (29, "Une nouvelle liste est attendue"), (-1, "chargez la nouvelle liste")],
)
def test_the_operator_is_told_when_the_list_grows_old(
    farid: Client, cast: SimpleNamespace, days_left: int, said: str
) -> None:
    loaded = services.load_trust_list(
        actor=cast.as_farid,
        chain=from_pem(sealed.PEM),
        issued_on=clock.today() - timedelta(days=300),
        next_update=clock.today() + timedelta(days=days_left),
    )
    services.put_in_force(actor=cast.as_farid, trust_list=loaded)
    shown = farid.get("/plateforme/sceaux/").content.decode()
    assert ("Liste à renouveler" in shown) == bool(said)
    assert said in shown


@pytest.mark.django_db
@pytest.mark.parametrize("lists", [1, 30])
def test_the_number_of_queries_does_not_follow_the_number_of_lists(
    farid: Client, cast: SimpleNamespace, lists: int, django_assert_num_queries: object
) -> None:
    for _each in range(lists):
        TrustList.objects.create(
            pem=sealed.PEM,
            sha256="0" * 64,
            certificates=3,
            authorities=1,
            issued_on=date(2026, 1, 1),
            next_update=date(2027, 1, 1),
            loaded_by=cast.farid,
        )
    with django_assert_num_queries(8):  # type: ignore[operator]
        farid.get("/plateforme/sceaux/")
