"""Every address × every kind of person × GET and POST, against the reviewed table docs/access.csv.

A new address without a line fails. `login` means sent to the login page; a number is the HTTP
status; `302` is a redirect elsewhere. POST is sent empty: what counts is who gets as far as a form.
"""

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from accounts import services as accounts
from accounts.models import (
    CoApplicantInvitation,
    HouseholdMember,
    Invitation,
    Membership,
    NumeroClaim,
)
from alin.kit import clock
from applications.models import Candidacy
from commission import services as commission
from commission.models import CommissionMember, SeatInvitation
from documents.models import PieceRequest, Seal, TrustList
from documents.paths import discreet_path
from eligibility.models import CeilingPublication
from listings import services as listings
from notifications.models import Notice
from tests import factories as f
from tests.documents import sealed

TABLE = Path(settings.BASE_DIR) / "docs" / "access.csv"
PEOPLE = [
    "anonymous",
    "amina",
    "cora",
    "bruno",
    "claire",
    "chloe",
    "david",
    "estelle",
    "zoe",
    "farid",
    "gaelle",
    "revoked",
]
# Tested list by list in test_administration.py and listings/test_upkeep.py; here, what is open to
# managers of landlords, as if their second factor had been given.
ADMIN = ("index", "autocomplete", "listings_residence_", "listings_dwelling_", "listings_offer_")
SECRET = "secret-of-the-invitation"


def every_name() -> Iterator[str]:
    """The names of all addresses, walked from the resolver."""

    def walk(patterns: list[Any], namespace: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner)
            elif isinstance(pattern, URLPattern):
                if namespace == "admin:" and not (pattern.name or "").startswith(ADMIN):
                    continue
                assert pattern.name, f"an address without a name: {pattern.pattern}"
                yield namespace + pattern.name

    yield from walk(get_resolver().url_patterns, "")


def rows() -> list[dict[str, str]]:
    with TABLE.open() as file:
        return list(csv.DictReader(file))


def test_every_address_is_declared() -> None:
    declared = {row["address"] for row in rows()}
    names = set(every_name())
    assert sorted(names - declared) == [], "declare these in docs/access.csv"
    assert sorted(declared - names) == [], "these no longer exist"


@pytest.fixture
def world(cast: SimpleNamespace, clamd: str, settings: Any) -> SimpleNamespace:
    """Amina's things, which Cora shares, and those of Habitat du Lac; everybody else must see
    nothing of them. Bruno has invited somebody to his dossier."""
    settings.ADMIN_REQUIRES_SECOND_FACTOR = False
    cast.zoe = f.person("Zoé")
    cast.cora = f.person("Cora", "Roux")
    f.shared(cast.amina, cast.cora)
    cast.revoked = f.member("Rémi", cast.lac)
    cast.revoked.memberships.update(ended_at=clock.now())
    offer = f.offer_of(cast.lac)
    cast.offer = offer
    cast.candidacy = f.submitted(cast.amina, offer)
    cast.stock_import = listings.send_import(
        actor=cast.as_claire, name="parc.csv", content=b"residence;logement\nInconnue;A1\n"
    )
    cast.picture = f.picture_of(offer.dwelling)
    cast.draft = f.offer_of(cast.lac, published_at=None)
    cast.home_member = HouseholdMember.objects.create(
        dossier=cast.amina.dossier,
        first_name="SENTINELLE-ENFANT",
        link="child",
        birth_date=clock.today(),
    )
    # What David reads at the table of a commission gives nothing to his own landlord.
    accounts.open_access(dossier=cast.amina.dossier, purpose="commission:1", person=cast.david)
    cast.piece_file = f.clean_file(cast.amina)
    cast.piece_request = PieceRequest.objects.create(
        dossier=cast.amina.dossier,
        kind_id="bail",
        organisation=cast.lac,
        asked_by=cast.claire,
        due=clock.now() + timedelta(days=9),
    )
    cast.seal = Seal.objects.create(
        file=cast.piece_file, kind="tax_notice", verdict="unknown", signed_on=clock.today()
    )
    cast.trust_list = TrustList.objects.create(
        pem=sealed.PEM,
        sha256="0" * 64,
        certificates=0,
        authorities=0,
        issued_on=clock.today(),
        next_update=clock.today() + timedelta(days=365),
        loaded_by=cast.farid,
    )
    cast.alert = listings.save_search(
        actor=cast.as_amina,
        criteria={"spots": ["*"]},
        name="SENTINELLE",
        frequency="daily",
        eligible_only=False,
    )
    cast.notice = Notice.objects.filter(recipient=cast.amina).first()
    cast.invitation = Invitation.objects.create(
        organisation=cast.lac,
        email="nouveau@example.test",
        role="agent",
        secret_digest=Invitation.digest(SECRET),
        invited_by=cast.chloe,
        expires_at=clock.now() + Invitation.LIFETIME,
    )
    cast.couple_invitation = CoApplicantInvitation.objects.create(
        dossier=cast.bruno.dossier,
        email="autre@example.test",
        link="partner",
        first_name="Autre",
        secret_digest=Invitation.digest(SECRET),
        invited_by=cast.bruno,
        expires_at=clock.now() + Invitation.LIFETIME,
    )
    cast.numero_claim = NumeroClaim.objects.create(
        dossier=cast.amina.dossier, numero_unique=cast.bruno.dossier.numero_unique
    )
    cast.membership = Membership.objects.get(user=cast.claire)
    dora = f.applicant("Dora", "Petit")
    other = f.offer_of(cast.lac)
    cast.session = f.session_of(cast.commission)
    item = commission.put_on_agenda(
        actor=cast.as_claire,
        session=cast.session,
        offer=other,
        candidacies=[f.ready(f.submitted(dora, other), cast.as_claire)],
        exception="too_few",
        exception_note="Une seule candidature.",
    )
    cast.entry = item.candidates.get()
    cast.seat = CommissionMember.objects.get(user=cast.hugo)
    cast.seat_invitation = SeatInvitation.objects.create(
        commission=cast.commission,
        email="nouvelle@example.test",
        capacity="mayor",
        secret_digest=Invitation.digest(SECRET),
        invited_by=cast.chloe,
        expires_at=clock.now() + Invitation.LIFETIME,
    )
    cast.publication = CeilingPublication.objects.create(
        year=clock.today().year, valid_from=clock.today(), uploaded_by=cast.farid
    )
    home = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    cast.proposed = f.proposed(cast.amina, home, cast.as_claire)
    return cast


def arguments(world: SimpleNamespace, address: str) -> list[Any]:
    """What the address points at: always something of Amina's or of Habitat du Lac."""
    things: dict[str, Any] = {
        "dossier_member": world.home_member,
        "dossier_member_remove": world.home_member,
        "piece_file": world.piece_file,
        "piece_file_remove": world.piece_file,
        "seal_confirm": world.seal,
        "trust_list": world.trust_list,
        "trust_apply": world.trust_list,
        "trust_leave": world.trust_list,
        "staff_piece": world.piece_file.piece,
        "staff_piece_original": world.piece_file,
        "staff_dossier_pieces": world.piece_file.piece.dossier,
        "staff_pieces_ask": world.piece_file.piece.dossier,
        "staff_request_withdraw": world.piece_request,
        "invitation_revoke": world.invitation,
        "membership_end": world.membership,
        "organisation": world.lac,
        "dossier_numero_claim_withdraw": world.numero_claim,
        "numero_claim": world.numero_claim,
        "facade": world.offer.dwelling.residence,
        "favourite": world.offer,
        "alert": world.alert,
        "alert_delete": world.alert,
        "plan": world.offer.dwelling,
        "offer": world.offer,
        "apply": world.offer,
        "staff_offer": world.draft,
        "offer_preview": world.draft,
        "offer_edit": world.offer,
        "offer_publish": world.offer,
        "offer_extend": world.offer,
        "offer_close": world.offer,
        "offer_archive": world.draft,
        "offer_duplicate": world.offer,
        "offer_history": world.offer,
        "offer_create": world.offer.dwelling,
        "dwelling": world.offer.dwelling,
        "dwelling_pictures": world.offer.dwelling,
        "residence_pictures": world.offer.dwelling.residence,
        "picture_delete": world.picture,
        "stock_import_result": world.stock_import,
        "dwelling_edit": world.offer.dwelling,
        "dwelling_delete": world.offer.dwelling,
        "dwelling_create": world.offer.dwelling.residence,
        "residence": world.offer.dwelling.residence,
        "residence_edit": world.offer.dwelling.residence,
        "residence_delete": world.offer.dwelling.residence,
        "prepare": world.offer,
        "candidacy": world.candidacy,
        "withdraw": world.candidacy,
        "resend": world.candidacy,
        "proposal_accept": world.proposed,
        "home_renounce": world.proposed,
        "proposal_refuse": world.proposed,
        "session": world.session,
        "session_close": world.session,
        "decide": world.entry,
        "agenda_remove": world.entry,
        "commission_manage": world.commission,
        "commission_edit": world.commission,
        "seat_invite": world.commission,
        "seat_end": world.seat,
        "seat_invitation_revoke": world.seat_invitation,
        "notice_open": world.notice,
    }
    if address == "picture":
        return [Path(world.picture.small.name).stem]
    if address in things:
        return [things[address].public_id]
    if address == "staff_piece_page":
        return [world.piece_file.public_id, 1]
    if address == "piece":
        return ["identite"]
    if address in {"piece_told", "piece_of_member_told"}:
        whose = world.home_member if address == "piece_of_member_told" else None
        asked = PieceRequest(dossier=world.amina.dossier, kind_id="handicap", member=whose)
        return list(resolve(discreet_path(asked)).kwargs.values())
    if address == "piece_of_member":
        return ["filiation", world.home_member.public_id]
    if address.startswith("ceilings_") and address not in {"ceilings_load", "ceilings_example"}:
        return [world.publication.public_id]
    if address == "alerts_unsubscribe":
        return [world.alert.person.alert_subscription.token]
    if address == "staff_point":
        return [world.candidacy.public_id, "identity"]
    if address.startswith("admin:listings_"):
        _site, kind, page = address.split("_", 2)
        home = {"offer": world.offer, "dwelling": world.offer.dwelling}
        owned = home.get(kind, world.offer.dwelling.residence)
        return [owned.pk] if page in {"change", "delete", "history"} else []
    if address.startswith("staff_") and address not in PLAIN_STAFF:
        return [world.candidacy.public_id]
    return {
        "invitation": [SECRET],
        "seat_invitation": [SECRET],
        "couple_invitation": [SECRET],
        "demo_mail_message": ["absent"],
        "account_confirm_email": ["cle-inconnue"],
        "account_reset_password_from_key": ["uid", "key"],
        "javascript-catalog": [],
    }.get(address, [])


PLAIN_STAFF = {"staff_home", "staff_offers", "staff_inbox", "staff_pieces", "staff_team"}


def path_of(world: SimpleNamespace, address: str) -> str:
    given = arguments(world, address)
    if address == "account_reset_password_from_key":
        return reverse(address, kwargs={"uidb36": "1", "key": "x-y"})
    return reverse(address, args=given)


def said(response: HttpResponse) -> str:
    if response.status_code == 302 and response["Location"].startswith("/compte/login/"):
        return "login"
    return str(response.status_code)


def ask(world: SimpleNamespace, address: str, method: str, who: str) -> tuple[str, HttpResponse]:
    """Ask as that person; whatever was written is undone."""
    client = Client(raise_request_exception=True)
    if who != "anonymous":
        client.force_login(getattr(world, who), backend="django.contrib.auth.backends.ModelBackend")
    with transaction.atomic():
        response = getattr(client, method.lower())(path_of(world, address))
        transaction.set_rollback(True)
    return said(response), response


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_table_is_true(world: SimpleNamespace, method: str) -> None:
    faults = []
    for row in rows():
        if row["method"] != method:
            continue
        for who in PEOPLE:
            status, response = ask(world, row["address"], method, who)
            if status != row[who]:
                faults.append(f"{row['address']} {method} {who}: {status}, expected {row[who]}")
            refused = status in {"login", "403", "404", "405"}
            body = response.content.decode(errors="replace") if refused else ""
            if "SENTINELLE-ENFANT" in body or (
                refused and "Benali" in body and who not in ("amina", "cora")
            ):
                faults.append(f"{row['address']} {method} {who}: a refusal that tells")
    assert faults == []


@pytest.mark.django_db
def test_every_answer_carries_the_security_headers(world: SimpleNamespace) -> None:
    for row in rows():
        if row["method"] != "GET":
            continue
        for who in ("anonymous", "amina", "claire"):
            _status, response = ask(world, row["address"], "GET", who)
            assert "script-src 'self'" in response["Content-Security-Policy"], row["address"]
            # A browser styles an image opened alone, and an image runs nothing.
            if row["address"] != "picture":
                assert "unsafe" not in response["Content-Security-Policy"]
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["X-Frame-Options"] == "DENY"
            if who != "anonymous" and row["address"] not in {"facade", "plan", "picture"}:
                assert "no-store" in response["Cache-Control"], (row["address"], who)


@pytest.mark.django_db
def test_reading_never_writes(world: SimpleNamespace) -> None:
    """GET on every address as the person who may: candidacies stay as they are."""
    before = list(Candidacy.objects.order_by("pk").values_list("pk", "state", "version"))
    for row in rows():
        if row["method"] == "GET":
            for who in ("amina", "claire", "estelle"):
                client = Client()
                client.force_login(
                    getattr(world, who), backend="django.contrib.auth.backends.ModelBackend"
                )
                client.get(path_of(world, row["address"]), {"decision": "attribution", "rank": "1"})
    assert list(Candidacy.objects.order_by("pk").values_list("pk", "state", "version")) == before
