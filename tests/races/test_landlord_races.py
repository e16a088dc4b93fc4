"""Two managers at once on one offer, one dwelling, one file: one wins, and the other is told."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from alin.kit import clock
from alin.kit.models import JournalEntry
from listings import services
from listings.models import Dwelling, Offer, Residence
from tests import factories as f
from tests.races.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HEADERS = "residence;logement;type;pieces;surface;etage;financement;loyer;charges"


def test_two_managers_edit_the_same_published_offer(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)

    def edit(actor: object, charges: int) -> Offer:
        return services.update_offer(
            actor=actor, offer=offer, changes={"charges": Decimal(charges)}, expected_version=1
        )

    results = at_once(lambda: edit(cast.as_claire, 60), lambda: edit(cast.as_chloe, 61))
    (winner,) = [each for each in results if isinstance(each, Offer)]
    assert sum(isinstance(each, services.StaleVersion) for each in results) == 1
    offer.refresh_from_db()
    assert (offer.charges, offer.version) == (winner.charges, 2)
    revision = offer.revisions.get()
    assert revision.after == {"charges": f"{winner.charges:.2f}"}
    assert offer.search_row.total_rent == offer.rent_with_charges


def test_two_managers_publish_at_once(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, published_at=None)
    results = at_once(
        *[
            lambda actor=actor: services.publish_offer(actor=actor, offer=offer, expected_version=1)
            for actor in (cast.as_claire, cast.as_chloe)
        ]
    )
    (refused,) = [each for each in results if isinstance(each, ValidationError)]
    assert refused.messages == ["Cette offre est déjà publiée."]
    chain = JournalEntry.objects.filter(chain=f"offer:{offer.public_id}")
    assert list(chain.values_list("event", flat=True)) == ["published"]


def test_closing_while_somebody_extends(cast: SimpleNamespace) -> None:
    """Either order is right; never an extended offer that says it closed before."""
    for _time in range(4):
        offer = f.offer_of(cast.lac)
        later = offer.closes_at + timedelta(days=5)
        closed, extended = at_once(
            lambda o=offer: services.close_early(actor=cast.as_claire, offer=o, reason="Travaux."),
            lambda o=offer, at=later: services.extend_offer(
                actor=cast.as_chloe, offer=o, closes_at=at, expected_version=1
            ),
        )
        assert isinstance(closed, Offer)
        offer.refresh_from_db()
        assert not offer.is_open(clock.now())
        if isinstance(extended, ValidationError | services.StaleVersion):
            assert offer.closes_at < later
        else:
            assert (offer.closes_at, offer.revisions.count()) == (later, 1)
        assert offer.search_row.ends_at == offer.closed_early_at


def test_publishing_while_the_dwelling_is_deleted(cast: SimpleNamespace) -> None:
    """A dwelling that is offered stays."""
    offer = f.offer_of(cast.lac, published_at=None)
    published, deleted = at_once(
        lambda: services.publish_offer(actor=cast.as_claire, offer=offer, expected_version=1),
        lambda: services.delete_dwelling(actor=cast.as_chloe, dwelling=offer.dwelling),
    )
    assert isinstance(published, Offer)
    assert isinstance(deleted, ValidationError)
    assert Dwelling.objects.filter(pk=offer.dwelling_id).exists()


def test_preparing_an_offer_while_the_dwelling_is_deleted(cast: SimpleNamespace) -> None:
    """One of the two, whichever came first; the other is told in words."""
    said = {
        "kind": "social",
        "programme": "ordinary",
        "funding": "PLUS",
        "rent": Decimal(400),
        "available_on": clock.today(),
        "opens_at": clock.now(),
        "closes_at": clock.now() + timedelta(days=9),
    }
    residence = f.ResidenceFactory(organisation=cast.lac)
    for _time in range(6):
        key = f.DwellingFactory(residence=residence).pk
        kept, gone = Dwelling.objects.get(pk=key), Dwelling.objects.get(pk=key)
        drafted, deleted = at_once(
            lambda kept=kept: services.create_draft(
                actor=cast.as_claire, dwelling=kept, changes=said
            ),
            lambda gone=gone: services.delete_dwelling(actor=cast.as_chloe, dwelling=gone),
        )
        if isinstance(drafted, Offer):
            assert isinstance(deleted, ValidationError)
            assert drafted.dwelling_id == key
        else:
            assert (drafted.messages, deleted) == (["Cet élément vient d'être supprimé."], None)
        assert Dwelling.objects.filter(pk=key).exists() == isinstance(drafted, Offer)


def test_publishing_while_the_dwelling_is_edited(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, published_at=None)
    published, edited = at_once(
        lambda: services.publish_offer(actor=cast.as_claire, offer=offer, expected_version=1),
        lambda: services.update_dwelling(
            actor=cast.as_chloe,
            dwelling=offer.dwelling,
            changes={"surface_m2": Decimal(60)},
            expected_version=1,
        ),
    )
    assert isinstance(published, Offer)
    assert isinstance(edited, Dwelling)
    offer.refresh_from_db()
    assert offer.search_row.surface_m2 == Decimal(60)


def test_a_file_is_applied_once(cast: SimpleNamespace) -> None:
    f.ResidenceFactory(organisation=cast.lac, reference="TIL-01")
    lines = [f"TIL-01;A-{n};appartement;3;62,5;2;PLUS;412,40;75" for n in range(5)]
    batch = services.send_import(
        actor=cast.as_claire, name="parc.csv", content="\n".join([HEADERS, *lines]).encode()
    )
    results = at_once(
        *[
            lambda actor=actor: services.ask_to_apply(
                actor=actor, batch=batch, without_refused=False
            )
            for actor in (cast.as_claire, cast.as_chloe, cast.as_claire)
        ]
    )
    assert sum(isinstance(each, ValidationError) for each in results) == 2
    assert (Dwelling.objects.count(), Offer.objects.count()) == (5, 5)
    assert Residence.objects.count() == 1


def test_two_workers_on_one_file(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("listings.services.imports.SMALL", 0)
    monkeypatch.setattr("listings.services.imports.CHECKED_AT_ONCE", 3)
    f.ResidenceFactory(organisation=cast.lac, reference="TIL-01")
    lines = [f"TIL-01;A-{n};appartement;3;62,5;2;PLUS;412,40;75" for n in range(12)]
    batch = services.send_import(
        actor=cast.as_claire, name="parc.csv", content="\n".join([HEADERS, *lines]).encode()
    )
    at_once(services.work_on_imports, services.work_on_imports)
    services.work_on_imports()
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.lines.count()) == ("checked", 12, 12)
    services.ask_to_apply(actor=cast.as_claire, batch=batch, without_refused=False)
    assert at_once(services.work_on_imports, services.work_on_imports) == [None, None]
    services.work_on_imports()
    batch.refresh_from_db()
    assert batch.state == "applied"
    assert (Dwelling.objects.count(), Offer.objects.count()) == (12, 12)


def test_two_files_prepare_an_offer_of_one_home(cast: SimpleNamespace) -> None:
    """One draft; whoever comes second is told that the home is no longer what was shown."""
    residence = f.ResidenceFactory(organisation=cast.lac, reference="TIL-01")
    for turn in range(4):
        home = f.DwellingFactory(residence=residence, reference=f"A-{turn}")
        batches = [
            services.send_import(
                actor=cast.as_claire,
                name="parc.csv",
                content=f"residence;logement;financement;loyer\nTIL-01;A-{turn};PLUS;{rent}".encode(),
            )
            for rent in (390, 395)
        ]
        results = at_once(
            *[
                lambda actor=actor, batch=batch: services.ask_to_apply(
                    actor=actor, batch=batch, without_refused=False
                )
                for actor, batch in zip((cast.as_claire, cast.as_chloe), batches, strict=True)
            ]
        )
        assert sorted(each.state for each in results) == ["applied", "refused"]
        (refused,) = [each for each in results if each.state == "refused"]
        assert "a changé depuis la vérification" in refused.refusal
        assert Offer.objects.filter(dwelling=home).count() == 1


def test_a_file_waits_for_the_one_that_is_being_written(cast: SimpleNamespace) -> None:
    """However long, and however often it is tried meanwhile: it loses no attempt."""
    residence = f.ResidenceFactory(organisation=cast.lac, reference="TIL-01")
    home = f.DwellingFactory(residence=residence, reference="A-1")
    batch = services.send_import(
        actor=cast.as_claire,
        name="parc.csv",
        content=b"residence;logement;financement;loyer\nTIL-01;A-1;PLUS;390",
    )
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    try:
        with psycopg.connect(**connection.get_connection_params()) as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"stock:{cast.lac.pk}"]
            )
            asked = services.ask_to_apply(actor=cast.as_claire, batch=batch, without_refused=False)
            for _time in range(4):
                services.work_on_imports()
            batch.refresh_from_db()
            assert (asked.state, batch.state, batch.attempts) == ("applying", "applying", 0)
            other.rollback()
        services.work_on_imports()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    batch.refresh_from_db()
    assert batch.state == "applied"
    assert home.offers.get().rent == Decimal(390)
