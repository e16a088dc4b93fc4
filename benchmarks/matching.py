"""Targets 4 and 5: from a home to the most senior dossiers, and to those who asked to be told."""

import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection

from accounts.models import Dossier, User, WishedCommune
from alin.kit import clock
from eligibility.queries import parameters_at
from listings import services
from listings.models import (
    AlertRun,
    AlertSubscription,
    Offer,
    OfferAlert,
    SavedSearch,
)
from listings.queries import dossiers_matching
from notifications.models import MailBody, Notice, OutboxMessage

from .homes import copies, quickly
from .measure import medians, thousands
from .rights import Finding
from .sizes import Size

TOP = 100
FREQUENT = 200


def measure(size: Size) -> Iterator[Finding | str]:
    call_command("load_ceilings", stdout=StringIO())
    offer = Offer.objects.filter(archived_at=None).order_by("pk")[0]
    _people(size.top_dossiers, offer)
    yield _top(size.top_dossiers, offer)
    _searches(size.alerts, offer)
    yield from _alerts(size.alerts, offer)


def _people(number: int, offer: Offer) -> None:
    """Dossiers with facts and a wish; one in ten wishes for the commune of the offer."""
    user = User.objects.create_user(email="modele@example.test")
    AlertSubscription.objects.create(person=user)
    dossier = Dossier.objects.create(applicant=user)
    commune = offer.dwelling.residence.commune
    WishedCommune.objects.create(dossier=dossier, slot=1, commune=commune)
    year = parameters_at(offer.published_at.date()).on.year
    with quickly(), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.7)")
        copies(user, number, email="'p' || n || '@example.test'")
        cursor.execute("SELECT min(id) FROM accounts_user WHERE email = 'p1@example.test'")
        first = cursor.fetchone()[0]
        copies(dossier, number, public_id="gen_random_uuid()", applicant_id=f"{first} + n - 1")
        cursor.execute(
            "INSERT INTO eligibility_dossierfacts (dossier_id, persons, category, extra,"
            " lli_extra, resources_eur, resources_year, resources_basis, has_numero_unique,"
            ' numero_valid, registered_on, "on", stale_on, computed_at)'
            " SELECT id, 1, (1 + floor(4 * random()))::int::text, 0, 0,"
            " (random() * 60000)::int, %s, 'N-2', true, true,"
            " date '2010-01-01' + (random() * 5800)::int, current_date, current_date + 30, now()"
            " FROM accounts_dossier WHERE id <> %s",
            [year - 2, dossier.pk],
        )
        cursor.execute(
            "INSERT INTO listings_wishrow (commune_id, dossier_id, registered_on, sizes)"
            " SELECT CASE WHEN dossier_id %% 10 = 0 THEN %s ELSE '75101' END, dossier_id,"
            " registered_on, '{}' FROM eligibility_dossierfacts",
            [commune.pk],
        )
        for table in ("accounts_user", "accounts_dossier", "eligibility_dossierfacts",
                      "listings_wishrow"):  # fmt: skip
            cursor.execute(f"VACUUM ANALYZE {table}")


def _top(number: int, offer: Offer) -> Finding:
    # From the same start, an offer that the page has read, to the same end; what a hand would
    # write. The portal writes the rights of a kind of home once, the first round, which does not
    # count: it reads the figures of the law each time.
    statement = (
        "WITH amounts AS (SELECT jsonb_object_agg(category, amount_eur) AS of"
        " FROM eligibility_ceiling WHERE funding = %(funding)s AND zone = %(zone)s"
        " AND valid @> %(today)s)"
        " SELECT w.dossier_id FROM listings_wishrow w"
        " JOIN eligibility_dossierfacts f ON f.dossier_id = w.dossier_id"
        " WHERE w.commune_id = %(commune)s AND f.has_numero_unique"
        " AND f.resources_eur <= ((SELECT of FROM amounts) ->> f.category)::int"
        " + f.extra * ((SELECT of FROM amounts) ->> 'par_personne_sup')::int"
        " AND (w.max_rent IS NULL OR w.max_rent >= %(rent)s)"
        " AND (w.sizes = '{}' OR %(rooms)s = ANY (w.sizes))"
        f" ORDER BY w.registered_on NULLS LAST, w.dossier_id LIMIT {TOP}"
    )
    commune = offer.dwelling.residence.commune

    def raw() -> list[int]:
        asked = {
            "funding": offer.funding, "zone": commune.ceilings_zone, "today": clock.today(),
            "commune": commune.pk, "rent": offer.rent_with_charges, "rooms": offer.dwelling.rooms,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(statement, asked)
            return [key for (key,) in cursor.fetchall()]

    def ours() -> list[int]:
        return dossiers_matching(offer, TOP)

    assert raw() == ours(), "les deux classements diffèrent"
    found = medians({"ours": ours, "raw": raw}, rounds=100)
    return Finding(
        f"4. les {TOP} plus anciens parmi {thousands(number)} dossiers",
        found["ours"], found["raw"], 2,
    )  # fmt: skip


def _searches(number: int, offer: Offer) -> None:
    """As many searches that the offer meets, as many that it does not; each of its own person."""
    model = SavedSearch.objects.create(
        person=User.objects.get(email="modele@example.test"), slot=1, name="Modèle",
        frequency="now", spots=["*"], rent_max=9_999,
    )  # fmt: skip
    subscription = AlertSubscription.objects.get()
    with quickly(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_user WHERE email = 'p1@example.test'")
        first = cursor.fetchone()[0]
        copies(
            model, 2 * number, public_id="gen_random_uuid()", person_id=f"{first} + n - 1",
            spots=f"CASE WHEN n <= {number} THEN ARRAY['d:"
            f"{offer.dwelling.residence.commune.departement_id}'] ELSE ARRAY['d:971'] END",
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO listings_alertsubscription (person_id, token)"
            " SELECT person_id, gen_random_uuid() FROM listings_savedsearch"
            " WHERE person_id <> %s",
            [subscription.pk],
        )
        model.delete()
        for table in ("savedsearch", "alertsubscription"):
            cursor.execute(f"VACUUM ANALYZE listings_{table}")


def _forget(offer: Offer) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE listings_offeralert, notifications_notice, notifications_outboxmessage"
        )
    AlertRun.objects.update_or_create(offer=offer, defaults={"done_at": None})
    MailBody.objects.all().delete()


def _alerts(number: int, offer: Offer) -> Iterator[Finding | str]:
    spot = f"d:{offer.dwelling.residence.commune.departement_id}"

    def ours() -> None:
        _forget(offer)
        assert services.find_alerts_of(offer_id=offer.pk) == number

    def raw() -> None:
        _forget(offer)
        _bare_statements(offer, spot)

    found = medians({"ours": ours, "raw": raw})
    yield Finding(
        f"5. {thousands(number)} alertes, messages et courriels en file",
        found["ours"], found["raw"], 1.5,
    )  # fmt: skip
    _forget(offer)
    twins = [threading.Thread(target=_in_thread, args=[offer.pk]) for _twin in range(2)]
    for twin in twins:
        twin.start()
    for twin in twins:
        twin.join()
    _in_thread(offer.pk)
    counts = {
        model.__name__: model._default_manager.count()  # type: ignore[attr-defined]
        for model in (OfferAlert, Notice, OutboxMessage)
    }
    assert set(counts.values()) == {number}, counts
    yield "   lancées deux fois à la fois puis une troisième : 0 doublon"


def _in_thread(offer_id: int) -> Any:
    try:
        services.find_alerts_of(offer_id=offer_id)
    finally:
        if threading.current_thread() is not threading.main_thread():
            connection.close()


def _bare_statements(offer: Offer, spot: str) -> None:
    """The same rows, as long, by three statements that know nothing but the place."""
    body = MailBody.objects.create(text="x" * 600, html="x" * 900)
    key, title = f"alert:{offer.public_id}", "x" * 60
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO listings_offeralert (person_id, offer_id, search_id, frequency, found_at,"
            " told_at) SELECT DISTINCT ON (person_id) person_id, %s, id, frequency, now(), now()"
            " FROM listings_savedsearch WHERE spots && ARRAY[%s]::varchar[]"
            " AND frequency <> 'never' ORDER BY person_id, id ON CONFLICT DO NOTHING",
            [offer.pk, spot],
        )
        cursor.execute(
            "INSERT INTO notifications_notice (public_id, recipient_id, key, title, body, path,"
            " created_at) SELECT gen_random_uuid(), person_id, %s, %s, %s, %s, now()"
            " FROM listings_offeralert ON CONFLICT DO NOTHING",
            [key, title, "x" * 300, f"/logements/{offer.public_id}/"],
        )
        cursor.execute(
            "INSERT INTO notifications_outboxmessage (key, recipient_id, to_address, subject,"
            " body_text, body_html, shared_id, unsubscribe_path, state, attempts,"
            " next_attempt_at, last_error, created_at)"
            " SELECT %s || ':' || a.person_id, a.person_id, u.email, %s, '', '', %s,"
            " '/alertes/arreter/' || s.token || '/', 'waiting', 0, now(), '', now()"
            " FROM listings_offeralert a JOIN accounts_user u ON u.id = a.person_id"
            " JOIN listings_alertsubscription s ON s.person_id = u.id ON CONFLICT DO NOTHING",
            [key, title, body.pk],
        )
