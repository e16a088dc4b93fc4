"""The search's own copy of homes says what the offers say, whoever wrote them."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from alin.kit import clock
from listings import services
from listings.models import Dwelling, Offer, Residence, SearchRow
from territory.models import Commune, Departement
from tests import factories as f
from tests.territory.factories import CommuneFactory


def said_by(offer: Offer) -> dict[str, Any] | None:
    """What the row of an offer must say, from the offer itself."""
    fresh = Offer.objects.get(pk=offer.pk)
    if fresh.published_at is None or fresh.archived_at is not None:
        return None
    dwelling, residence = fresh.dwelling, fresh.dwelling.residence
    commune = residence.commune
    return {
        "offer_id": fresh.pk,
        "public_id": fresh.public_id,
        "commune_id": commune.insee_code,
        "city_id": commune.parent_id or commune.insee_code,
        "departement_id": commune.departement_id,
        "region_code": commune.departement.region_code,
        "ceilings_zone": commune.ceilings_zone,
        "zone_abc": commune.zone_abc,
        "kind": fresh.kind,
        "funding": fresh.funding,
        "programme": fresh.programme,
        "employees_only": fresh.employees_only,
        "min_age": fresh.min_age,
        "max_age": fresh.max_age,
        "statuses": fresh.statuses,
        "home_kind": dwelling.kind,
        "rooms": dwelling.rooms,
        "surface_m2": dwelling.surface_m2,
        "total_rent": fresh.rent + fresh.charges,
        "floor": dwelling.floor,
        "lift": residence.lift,
        "accessible": dwelling.accessible,
        "dpe": dwelling.dpe,
        "available_on": fresh.available_on,
        "published_at": fresh.published_at,
        "opens_at": fresh.opens_at,
        "ends_at": min(filter(None, [fresh.closes_at, fresh.closed_early_at])),
    }


def row_of(offer: Offer) -> dict[str, Any] | None:
    return SearchRow.objects.filter(offer=offer).values().first()


CHANGES: dict[str, Callable[[Offer], object]] = {
    "rent": lambda o: Offer.objects.filter(pk=o.pk).update(rent=Decimal("498")),
    "charges": lambda o: Offer.objects.filter(pk=o.pk).update(charges=Decimal("12.5")),
    "residence": lambda o: Offer.objects.filter(pk=o.pk).update(
        programme="young_workers", min_age=16, max_age=30, statuses=["employee", "apprentice"]
    ),
    "window": lambda o: Offer.objects.filter(pk=o.pk).update(
        closes_at=o.closes_at + timedelta(days=9)
    ),
    "closed early": lambda o: services.close_early(actor=f.Actor(), offer=o, reason="Vendu"),
    "archived": lambda o: Offer.objects.filter(pk=o.pk).update(archived_at=clock.now()),
    "withdrawn": lambda o: Offer.objects.filter(pk=o.pk).update(published_at=None),
    "dwelling": lambda o: Dwelling.objects.filter(pk=o.dwelling_id).update(
        rooms=5, surface_m2=Decimal("99.5"), floor=0, accessible=True, dpe="A", kind="house"
    ),
    "lift": lambda o: Residence.objects.filter(dwellings=o.dwelling_id).update(lift=False),
    "moved": lambda o: Residence.objects.filter(dwellings=o.dwelling_id).update(
        commune=CommuneFactory(insee_code="74010", name="Annecy")
    ),
    "arrondissement": lambda o: Residence.objects.filter(dwellings=o.dwelling_id).update(
        commune=CommuneFactory(
            insee_code="69383",
            name="Lyon 3e",
            kind="ARM",
            parent=CommuneFactory(insee_code="69123", name="Lyon"),
        )
    ),
    "zones": lambda o: Commune.objects.filter(residences__dwellings=o.dwelling_id).update(
        zone_abc="B1", ceilings_zone="idf_hors_paris"
    ),
    "region": lambda o: Departement.objects.filter(code="69").update(region_code="99"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_the_row_follows_every_change(change: str) -> None:
    offer, other = f.OfferFactory(), f.OfferFactory()
    assert row_of(offer) == said_by(offer)
    before = row_of(other)
    CHANGES[change](offer)
    said = said_by(offer)
    assert row_of(offer) == said
    if change in ("archived", "withdrawn"):
        assert said is None
    if change in ("rent", "dwelling", "closed early") and other.dwelling_id != offer.dwelling_id:
        assert row_of(other) == before


def edited(offer: Offer, **changes: Any) -> Offer:
    offer.refresh_from_db()
    return services.update_offer(
        actor=f.Actor(), offer=offer, changes=changes, expected_version=offer.version
    )


def extended(offer: Offer) -> Offer:
    offer.refresh_from_db()
    return services.extend_offer(
        actor=f.Actor(),
        offer=offer,
        closes_at=offer.closes_at + timedelta(days=3),
        expected_version=offer.version,
    )


def moved(offer: Offer) -> object:
    """The service refuses it while an offer is published; the row follows whoever writes."""
    return Residence.objects.filter(dwellings=offer.dwelling_id).update(
        commune=CommuneFactory(insee_code="74010", name="Annecy"), lift=False
    )


def dwelling_edited(offer: Offer) -> object:
    dwelling = Dwelling.objects.get(pk=offer.dwelling_id)
    changes = {"rooms": 5, "surface_m2": Decimal("99.5"), "floor": 0, "dpe": "A", "kind": "house"}
    return services.update_dwelling(
        actor=f.Actor(), dwelling=dwelling, changes=changes, expected_version=dwelling.version
    )


def archived(offer: Offer) -> object:
    services.close_early(actor=f.Actor(), offer=offer, reason="Vendu")
    assert row_of(offer) == said_by(offer)
    return services.archive_offer(actor=f.Actor(), offer=offer)


VERBS: dict[str, tuple[Callable[[Offer], object], set[str]]] = {
    "rent": (lambda o: edited(o, rent=Decimal(401), deposit=Decimal(0)), {"total_rent"}),
    "charges": (lambda o: edited(o, charges=Decimal("12.5")), {"total_rent"}),
    "funding": (lambda o: edited(o, funding="PLAI"), {"funding"}),
    "employees": (lambda o: edited(o, employees_only=True), {"employees_only"}),
    "extend": (extended, {"ends_at"}),
    "close": (
        lambda o: services.close_early(actor=f.Actor(), offer=o, reason="Vendu"),
        {"ends_at"},
    ),
    "dwelling": (dwelling_edited, {"rooms", "surface_m2", "floor", "dpe", "home_kind"}),
    "picture": (lambda o: f.picture_of(o.dwelling), set()),
    "duplicate": (lambda o: services.duplicate_offer(actor=f.Actor(), offer=o), set()),
}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS)
def test_the_row_follows_every_verb(verb: str, cast: SimpleNamespace) -> None:
    """It says what the offer says, and nothing changed but what the verb changes."""
    offer = f.offer_of(cast.lac)
    do, fields = VERBS[verb]
    before = row_of(offer)
    assert before is not None
    do(offer)
    after = row_of(offer)
    assert after is not None
    assert after == said_by(offer)
    assert {name for name in after if after[name] != before[name]} == fields
    assert SearchRow.objects.count() == 1


@pytest.mark.django_db
def test_the_row_through_the_life_of_an_offer(cast: SimpleNamespace) -> None:
    """No row for a draft; one once published; moved with its residence; none once archived."""
    home = f.offer_of(cast.lac, published_at=None)
    draft = services.duplicate_offer(actor=cast.as_claire, offer=home)
    assert SearchRow.objects.count() == 0
    services.publish_offer(actor=cast.as_claire, offer=draft, expected_version=draft.version)
    assert row_of(draft) == said_by(draft) is not None
    moved(draft)
    assert row_of(draft) == said_by(draft)
    assert SearchRow.objects.get().commune_id == "74010"
    archived(draft)
    assert (row_of(draft), said_by(draft)) == (None, None)


@pytest.mark.django_db
def test_publishing_writes_the_row(cast: SimpleNamespace) -> None:
    draft = f.offer_of(cast.lac, published_at=None, opens_at=clock.now() + timedelta(days=1))
    assert row_of(draft) is None
    Offer.objects.filter(pk=draft.pk).update(published_at=clock.now())
    assert row_of(draft) == said_by(draft) is not None


@pytest.mark.django_db
def test_rebuilding_repairs_what_differs_and_says_how_much(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lost, wrong, gone = f.OfferFactory(), f.OfferFactory(), f.OfferFactory()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM listings_searchrow WHERE offer_id = %s", [lost.pk])
        cursor.execute("UPDATE listings_searchrow SET rooms = 9 WHERE offer_id = %s", [wrong.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE listings_offer DISABLE TRIGGER USER")
        cursor.execute("UPDATE listings_offer SET published_at = NULL WHERE id = %s", [gone.pk])
        cursor.execute("ALTER TABLE listings_offer ENABLE TRIGGER USER")
    call_command("rebuild_search")
    assert "3" in capsys.readouterr().out
    assert [row_of(each) for each in (lost, wrong, gone)] == [
        said_by(each) for each in (lost, wrong, gone)
    ]
    call_command("rebuild_search")
    assert "rien à changer" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_one_home_at_once_are_both_in_the_row() -> None:
    offer = f.OfferFactory()
    barrier = threading.Barrier(2, timeout=20)

    def change(write: Callable[[], object]) -> None:
        try:
            barrier.wait()
            write()
        finally:
            connection.close()

    writes: list[Callable[[], object]] = [
        lambda: Offer.objects.filter(pk=offer.pk).update(rent=Decimal("533")),
        lambda: Dwelling.objects.filter(pk=offer.dwelling_id).update(rooms=6),
    ]
    for _turn in range(10):
        Offer.objects.filter(pk=offer.pk).update(rent=Decimal("412.40"))
        Dwelling.objects.filter(pk=offer.dwelling_id).update(rooms=3)
        threads = [threading.Thread(target=change, args=[write]) for write in writes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert row_of(offer) == said_by(offer)
