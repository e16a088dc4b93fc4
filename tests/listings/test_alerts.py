"""Searches that are kept, and the homes they find: once, and at the moment asked for."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import Dossier, User, WishedCommune
from alin.embedded.pytest_plugin import ReceivedMail
from alin.kit import clock
from eligibility.services import derive_facts
from listings import services
from listings.criteria import criteria_of
from listings.filters import OfferFilter
from listings.models import AlertRun, AlertSubscription, Offer, OfferAlert, SavedSearch
from listings.queries import Reader, open_rows
from listings.queries.matching import counts_today
from notifications.models import MailBody, Notice, OutboxMessage
from notifications.services import relay_due
from tests import factories as f
from tests.territory.factories import CommuneFactory, DepartementFactory

PARIS = ZoneInfo("Europe/Paris")


def saved(person: User, query: str = "", frequency: str = "now", **more: Any) -> SavedSearch:
    """What the page “Créer une alerte” keeps of the search at that address."""
    actor = f.actor_for(person)
    search = OfferFilter(QueryDict(query), queryset=open_rows(clock.now()), reader=Reader(actor))
    search.narrowed()
    assert not search.form.errors
    return services.save_search(
        actor=actor,
        criteria=criteria_of(search) | {"query": query},
        name=more.pop("name", "Mon alerte"),
        frequency=frequency,
        eligible_only=more.pop("eligible_only", False),
    )


def published(organisation: Any, **fields: Any) -> Offer:
    """A draft that its landlord publishes now, and what the worker does of it."""
    draft = f.offer_of(organisation, published_at=None, **fields)
    return announced(draft)


def announced(draft: Offer) -> Offer:
    services.publish_offer(actor=f.Actor(), offer=draft, expected_version=1)
    services.find_alerts()
    return draft


def told(offer: Offer) -> list[str]:
    alerts = OfferAlert.objects.filter(offer=offer).order_by("person__first_name")
    return [alert.person.first_name for alert in alerts]


def home_at(commune: Any, lac: Any, dwelling: dict[str, Any] | None = None, **fields: Any) -> Offer:
    residence = f.ResidenceFactory(organisation=lac, commune=commune, lift=False)
    return announced(
        f.OfferFactory(
            dwelling=f.DwellingFactory(residence=residence, **(dwelling or {})),
            published_at=None,
            **fields,
        )
    )


@pytest.fixture
def places() -> SimpleNamespace:
    savoie = DepartementFactory(code="74", name="Haute-Savoie")
    return SimpleNamespace(
        villeurbanne=CommuneFactory(),
        bron=CommuneFactory(
            insee_code="69029", name="Bron", latitude=45.739, longitude=4.913, postal_codes=[]
        ),
        annecy=CommuneFactory(
            insee_code="74010", name="Annecy", latitude=45.9, longitude=6.12,
            departement=savoie, postal_codes=["74000"],
        ),
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("q=Villeurbanne", True),
        ("q=69100", True),
        ("q=69", True),
        ("q=Auvergne-Rhône-Alpes", True),
        ("q=Bron", False),
        ("q=Bron&rayon=5", True),
        ("q=Annecy&rayon=50", False),
        ("q=Haute-Savoie", False),
        ("categorie=social", True),
        ("categorie=temporary&categorie=intermediate", False),
        ("type=ordinary", True),
        ("type=students&type=young_workers", False),
        ("financement=PLUS&financement=PLAI", True),
        ("financement=PLS", False),
        ("pieces=3", True),
        ("pieces=2&pieces=4", False),
        ("loyer_max=488", True),
        ("loyer_max=487", False),
        ("loyer_min=488", False),
        ("surface_min=62", True),
        ("surface_min=63", False),
        ("surface_max=62", False),
        ("bien=flat", True),
        ("bien=house", False),
        ("etage=bas", True),
        ("etage=haut", True),
        ("etage=rdc", False),
        ("ascenseur=on", False),
        ("accessible=on", False),
        ("dpe=C", True),
        ("dpe=B", False),
        ("disponible=2190-01-01", True),
        ("disponible=2020-01-01", False),
    ],
)
def test_an_alert_finds_what_its_search_finds(
    cast: SimpleNamespace, places: SimpleNamespace, query: str, found: bool
) -> None:
    """A PLUS flat of three rooms, 62.5 m², 487.40 €, second floor without lift, class C."""
    search = saved(cast.bruno, query)
    offer = home_at(places.villeurbanne, cast.lac, {"dpe": "C"})
    assert told(offer) == (["Bruno"] if found else [])
    counts = counts_today([search], Reader(cast.as_bruno))
    assert counts == {search.pk: 1 if found else 0}


@pytest.mark.django_db
def test_wishes_count_as_they_are_when_the_home_comes(
    cast: SimpleNamespace, places: SimpleNamespace
) -> None:
    WishedCommune.objects.create(dossier=cast.amina.dossier, slot=1, commune=places.villeurbanne)
    only, around = saved(cast.amina, "ou=communes"), saved(cast.amina)
    assert (only.wishes, around.wishes) == ("only", "around")
    next_door, far = home_at(places.bron, cast.lac), home_at(places.annecy, cast.lac)
    assert (told(next_door), told(far)) == (["Amina"], [])
    assert OfferAlert.objects.get(offer=next_door).search == around
    WishedCommune.objects.update(commune=places.annecy)
    assert told(home_at(places.annecy, cast.lac)) == ["Amina"]
    assert told(home_at(places.bron, cast.lac)) == []


@pytest.mark.django_db
def test_the_same_person_is_told_once_of_a_home(
    cast: SimpleNamespace, places: SimpleNamespace
) -> None:
    saved(cast.amina, "", "weekly")
    soonest = saved(cast.amina, "q=Villeurbanne", "now")
    saved(cast.amina, "pieces=3", "daily")
    offer = published(cast.lac)
    alert = OfferAlert.objects.get(offer=offer)
    assert (alert.search, alert.frequency, alert.told_at is None) == (soonest, "now", False)
    assert OutboxMessage.objects.count() == 1
    assert Notice.objects.filter(recipient=cast.amina).count() == 1
    AlertRun.objects.update(done_at=None)
    services.find_alerts()
    assert OutboxMessage.objects.count() == 1
    assert OfferAlert.objects.count() == 1


@pytest.mark.django_db
def test_only_those_entitled_when_they_asked_for_it(cast: SimpleNamespace) -> None:
    """21,000 € for one person: above PLAI, below PLUS. Rita has 190,000 €."""
    rita, nobody = f.applicant("Rita", rfr=190_000), f.person("Nadia")
    for person in (cast.amina, rita, nobody):
        saved(person, "", eligible_only=True)
    saved(cast.bruno)
    derive_facts(dossier_ids=[cast.amina.dossier.pk, rita.dossier.pk])
    assert told(published(cast.lac, funding="PLUS")) == ["Amina", "Bruno"]
    assert told(published(cast.lac, funding="PLAI")) == ["Bruno"]
    free = published(cast.lac, kind="temporary", funding="", programme="mobility")
    assert told(free) == ["Amina", "Bruno", "Rita"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"max_age": 30}, False),
        ({"min_age": 38}, True),
        ({"statuses": ["employee"]}, True),
        ({"statuses": ["student", "apprentice"]}, False),
    ],
)
def test_the_age_and_situation_asked_count_among_rights(
    cast: SimpleNamespace, conditions: dict[str, Any], found: bool
) -> None:
    """Amina is salaried and at least 38: what the alert finds is what her search finds."""
    search = saved(cast.amina, "", eligible_only=True)
    derive_facts(dossier_ids=[cast.amina.dossier.pk])
    offer = published(cast.lac, programme="young_workers", **conditions)
    assert told(offer) == (["Amina"] if found else [])
    counts = counts_today([search], Reader(f.actor_for(cast.amina)))
    assert counts == {search.pk: 1 if found else 0}


@pytest.mark.django_db
def test_a_home_for_a_season_is_found_by_who_told_such_a_contract(cast: SimpleNamespace) -> None:
    """Both are salaried: Bruno alone says that his contract is one of a season."""
    Dossier.objects.filter(applicant=cast.bruno).update(employment_contract="seasonal")
    searches = [saved(who, "", eligible_only=True) for who in (cast.amina, cast.bruno)]
    derive_facts(dossier_ids=[cast.amina.dossier.pk, cast.bruno.dossier.pk])
    offer = published(
        cast.lac, kind="temporary", funding="", programme="seasonal", statuses=["seasonal_worker"]
    )
    assert told(offer) == ["Bruno"]
    found = [
        counts_today([search], Reader(f.actor_for(who)))[search.pk]
        for search, who in zip(searches, (cast.amina, cast.bruno), strict=True)
    ]
    assert found == [0, 1]


@pytest.mark.django_db
def test_neither_never_nor_gone_people_are_told(cast: SimpleNamespace) -> None:
    saved(cast.amina, "", "never")
    gone = f.person("Gone")
    saved(gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert told(published(cast.lac)) == []


@pytest.mark.django_db
def test_a_home_found_during_a_pause_waits_and_writes_nothing(cast: SimpleNamespace) -> None:
    saved(cast.amina)
    saved(cast.bruno)
    services.mute_alerts(actor=cast.as_bruno)
    offer = published(cast.lac)
    alerts = OfferAlert.objects.filter(offer=offer).order_by("person__first_name")
    assert [(each.person.first_name, each.told_at is None) for each in alerts] == [
        ("Amina", False),
        ("Bruno", True),
    ]
    assert list(OutboxMessage.objects.values_list("recipient", flat=True)) == [cast.amina.pk]
    assert list(Notice.objects.values_list("recipient", flat=True)) == [cast.amina.pk]
    assert services.send_digests() == 0


@pytest.mark.django_db
def test_a_home_that_has_closed_meanwhile_is_not_announced(cast: SimpleNamespace) -> None:
    saved(cast.amina)
    draft = f.offer_of(cast.lac, published_at=None)
    services.publish_offer(actor=f.Actor(), offer=draft, expected_version=1)
    f.close(draft)
    services.find_alerts()
    assert told(draft) == []
    assert AlertRun.objects.get(offer=draft).done_at is not None


@pytest.mark.django_db
def test_a_mail_carries_its_own_way_out(
    cast: SimpleNamespace, smtp_server: ReceivedMail, client: Client
) -> None:
    saved(cast.amina)
    saved(cast.bruno)
    offer = published(cast.lac)
    assert MailBody.objects.count() == 1
    relay_due()
    mails = {str(mail["To"]): mail for mail in smtp_server.messages}
    assert sorted(mails) == ["amina@example.test", "bruno@example.test"]
    token = AlertSubscription.objects.get(person=cast.amina).token
    mail = mails["amina@example.test"]
    link = f"http://127.0.0.1:8000/alertes/arreter/{token}/"
    assert str(mail["List-Unsubscribe"]).strip() == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.sub(r"\s", " ", str(mail["Subject"])).strip() == (
        "Nouveau logement : T3 à Villeurbanne (69), 487,40 €"
    )
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            text = part.get_content()
            assert link in text
            assert f"/logements/{offer.public_id}/" in text
            assert "{{" not in text


@pytest.mark.django_db
def test_a_mail_about_a_candidacy_has_no_way_out(
    cast: SimpleNamespace, smtp_server: ReceivedMail
) -> None:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    relay_due()
    assert [mail["List-Unsubscribe"] for mail in smtp_server.messages] == [None]
    body = smtp_server.messages[0].get_body(("plain",))
    assert body is not None
    assert "alerte" not in body.get_content()


@pytest.mark.django_db
def test_one_click_ends_the_mails_without_login_nor_cookie(cast: SimpleNamespace) -> None:
    saved(cast.amina)
    saved(cast.bruno)
    token = AlertSubscription.objects.get(person=cast.amina).token
    stranger = Client(enforce_csrf_checks=True)
    page = reverse("alerts_unsubscribe", args=[token])
    asked = stranger.get(page)
    assert "Ne plus recevoir d&#39;alertes</button>" in asked.content.decode()
    assert told(published(cast.lac)) == ["Amina", "Bruno"]
    done = stranger.post(page, {"List-Unsubscribe": "One-Click"})
    assert (done.status_code, "C&#39;est fait" in done.content.decode()) == (200, True)
    OutboxMessage.objects.all().delete()
    published(cast.lac)
    assert list(OutboxMessage.objects.values_list("recipient", flat=True)) == [cast.bruno.pk]
    assert stranger.post(page).status_code == 200
    wrong = reverse("alerts_unsubscribe", args=["00000000-0000-4000-8000-000000000000"])
    assert stranger.get(wrong).status_code == 404


# --- at once, at the same time ---------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_find_the_alerts_of_a_home_once(cast: SimpleNamespace) -> None:
    for n in range(30):
        saved(f.person(f"P{n}"))
    draft = f.offer_of(cast.lac, published_at=None)
    services.publish_offer(actor=f.Actor(), offer=draft, expected_version=1)
    barrier = threading.Barrier(2, timeout=20)
    found: list[int | None] = []

    def work() -> None:
        try:
            barrier.wait()
            found.append(services.find_alerts_of(offer_id=draft.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert OfferAlert.objects.count() == 30
    assert OutboxMessage.objects.filter(key__startswith="alert:").count() == 30
    assert [n for n in found if n] == [30]


@pytest.mark.django_db(transaction=True)
def test_an_undone_publication_announces_nothing(cast: SimpleNamespace) -> None:
    saved(cast.amina)
    draft = f.offer_of(cast.lac, published_at=None, closes_at=clock.now() + timedelta(seconds=1))
    Offer.objects.filter(pk=draft.pk).update(
        opens_at=clock.now() - timedelta(days=9), closes_at=clock.now() - timedelta(days=1)
    )
    draft.refresh_from_db()
    with pytest.raises(ValidationError):
        services.publish_offer(actor=f.Actor(), offer=draft, expected_version=1)
    assert AlertRun.objects.count() == 0


# --- the pages -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_alert_is_created_from_any_search(
    login: Callable[[object], Client], cast: SimpleNamespace, places: SimpleNamespace
) -> None:
    client = login(cast.bruno)
    searched = client.get("/logements/?q=Annecy&pieces=3&loyer_max=600&page=1").content.decode()
    link = re.search(r'href="(/mes-alertes/creer/[^"]*)"', searched)
    assert link
    page = link[1].replace("&amp;", "&")
    form = client.get(page).content.decode()
    assert 'value="T3, Annecy, 600 € au plus"' in form
    response = client.post(page, {"name": "Annecy", "frequency": "weekly"})
    assert response["Location"] == "/mes-alertes/"
    kept = SavedSearch.objects.get()
    assert (kept.person, kept.spots, kept.rooms, kept.rent_max, kept.frequency, kept.query) == (
        cast.bruno, ["c:74010:0"], [3], 600, "weekly", "q=Annecy&pieces=3&loyer_max=600",
    )  # fmt: skip
    listed = client.get("/mes-alertes/").content.decode()
    assert "Annecy</h2>" in listed
    assert "0\u00a0logement" in listed


@pytest.mark.django_db
@pytest.mark.parametrize(("frequency", "said"), [("now", True), ("weekly", True), ("never", False)])
def test_an_alert_created_during_a_pause_says_when_it_will_write(
    login: Callable[[object], Client], cast: SimpleNamespace, frequency: str, said: bool
) -> None:
    saved(cast.bruno)
    client = login(cast.bruno)
    page, asked = "/mes-alertes/creer/", {"name": "Partout", "frequency": frequency}
    paused = "Vos alertes sont en pause : celle-ci cherche déjà"
    assert paused not in client.post(page, asked, follow=True).content.decode()
    services.mute_alerts(actor=cast.as_bruno)
    created = client.post(page, asked, follow=True).content.decode()
    assert ("Votre alerte est créée." in created, paused in created) == (True, said)


@pytest.mark.django_db
def test_a_refused_alert_keeps_what_was_typed(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    client = login(cast.bruno)
    response = client.post("/mes-alertes/creer/", {"name": "", "frequency": "weekly"})
    assert response.status_code == 422
    body = response.content.decode()
    assert "Donnez un nom à votre alerte" in body
    assert re.search(r'value="weekly"[^>]*checked', body)
    for n in range(10):
        saved(cast.bruno, name=f"n° {n}")
    response = client.post("/mes-alertes/creer/", {"name": "Onze", "frequency": "now"})
    assert response.status_code == 422
    assert "Vous avez déjà 10 alertes" in response.content.decode()
    assert 'value="Onze"' in response.content.decode()


@pytest.mark.django_db
def test_an_unknown_place_makes_no_alert(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    response = login(cast.bruno).get("/mes-alertes/creer/?q=zzzz")
    assert response["Location"] == "/logements/?q=zzzz"
    assert SavedSearch.objects.count() == 0


@pytest.mark.django_db
def test_alerts_are_changed_paused_and_deleted_by_their_owner_alone(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    search = saved(cast.amina, "", "daily")
    published(cast.lac)
    stranger = login(cast.bruno)
    page = reverse("alert", args=[search.public_id])
    assert stranger.get(page).status_code == 404
    assert stranger.post(f"{page}supprimer/").status_code == 404
    client = login(cast.amina)
    client.post(page, {"name": "Autre", "frequency": "weekly", "eligible_only": "on"})
    search.refresh_from_db()
    assert (search.name, search.frequency, search.eligible_only) == ("Autre", "weekly", True)
    assert OfferAlert.objects.get().frequency == "weekly"
    client.post("/mes-alertes/pause/")
    assert "en pause depuis" in client.get("/mes-alertes/").content.decode()
    client.post("/mes-alertes/pause/", {"reprendre": "1"})
    assert AlertSubscription.objects.get(person=cast.amina).muted_at is None
    client.post(f"{page}supprimer/")
    assert (SavedSearch.objects.count(), OfferAlert.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 10])
def test_my_alerts_cost_the_same_whatever_their_number(
    login: Callable[[object], Client],
    cast: SimpleNamespace,
    places: SimpleNamespace,
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for _row in range(rows):
        saved(cast.bruno, "q=Annecy&rayon=10", eligible_only=True)
    client = login(cast.bruno)
    with django_assert_num_queries(13):
        client.get("/mes-alertes/")


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 30])
def test_my_favourites_cost_the_same_whatever_their_number(
    login: Callable[[object], Client],
    cast: SimpleNamespace,
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for row in range(rows):
        offer = f.offer_of(cast.lac)
        services.keep_favourite(actor=cast.as_amina, offer=offer)
        f.unseen_pictures(offer.dwelling, 2 if row % 2 else 0)
    f.close(offer)
    client = login(cast.amina)
    with django_assert_num_queries(11):
        body = client.get("/mes-favoris/").content.decode()
    assert (body.count("<article"), body.count("/images/s0.webp")) == (rows, rows // 2)


@pytest.mark.django_db
def test_favourites_are_kept_after_closing_and_said_closed(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    first, second = f.offer_of(cast.lac), f.offer_of(cast.lac, rent=Decimal("500"))
    client = login(cast.amina)
    for offer in (first, second, second):
        response = client.post(reverse("favourite", args=[offer.public_id]))
        assert response["Location"] == reverse("offer", args=[offer.public_id])
    f.close(first)
    body = client.get("/mes-favoris/").content.decode()
    still, closed = body.split("Candidatures closes</h2>")
    assert (str(second.public_id) in still, str(first.public_id) in still) == (True, False)
    assert str(first.public_id) in closed
    assert "Dans vos favoris" in client.get("/logements/").content.decode()
    client.post(reverse("favourite", args=[second.public_id]), {"retirer": "1"})
    assert str(second.public_id) not in client.get("/mes-favoris/").content.decode()


@pytest.mark.django_db
def test_favourites_beyond_a_page_keep_the_open_ones_first_and_are_taken_away_there(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    """The oldest favourite is the only one still open: it comes first all the same."""
    still = f.offer_of(cast.lac)
    services.keep_favourite(actor=cast.as_amina, offer=still)
    for _n in range(31):
        gone = f.offer_of(cast.lac, closes_at=clock.now() - timedelta(hours=1))
        services.keep_favourite(actor=cast.as_amina, offer=gone)
    client = login(cast.amina)
    first, second = (client.get(f"/mes-favoris/?page={n}").content.decode() for n in (1, 2))
    assert (first.count("<article"), second.count("<article")) == (30, 2)
    assert first.index(str(still.public_id)) < first.index("Candidatures closes</h2>")
    answer = client.post(
        reverse("favourite", args=[still.public_id]), {"retirer": "1", "liste": "1"}
    )
    assert answer["Location"] == "/mes-favoris/"
    assert str(still.public_id) not in client.get("/mes-favoris/").content.decode()


def test_a_home_whose_alerts_break_the_worker_stops_no_other(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(cast.amina)
    homes = [f.offer_of(cast.lac, published_at=None) for _n in range(2)]
    for home in homes:
        services.publish_offer(actor=f.Actor(), offer=home, expected_version=1)
    whole = services.alerts.searches_met_by

    def broken(offer: Offer, row: Any) -> Any:
        if offer.pk == homes[0].pk:
            raise ZeroDivisionError
        return whole(offer, row)

    monkeypatch.setattr(services.alerts, "searches_met_by", broken)
    assert services.find_alerts() == 1
    assert (told(homes[0]), told(homes[1])) == ([], ["Amina"])
    monkeypatch.undo()
    assert services.find_alerts() == 1
    assert told(homes[0]) == ["Amina"]


@pytest.mark.django_db
def test_an_alert_that_cannot_find_says_what_the_dossier_lacks(
    login: Callable[[object], Client], cast: SimpleNamespace, places: SimpleNamespace
) -> None:
    f.offer_of(cast.lac)
    nobody_yet = f.person("Nadia")
    saved(nobody_yet, eligible_only=True)
    body = login(nobody_yet).get("/mes-alertes/").content.decode()
    assert ("0\u00a0logement" in body, "ne dit pas encore à quoi vous avez droit" in body) == (
        True,
        True,
    )
    wishes = WishedCommune.objects.create(dossier=cast.bruno.dossier, commune=places.annecy, slot=1)
    saved(cast.bruno)
    body = login(cast.bruno).get("/mes-alertes/").content.decode()
    assert ("0\u00a0logement" in body, "ne nomme plus de commune" in body) == (True, False)
    wishes.delete()
    body = login(cast.bruno).get("/mes-alertes/").content.decode()
    assert ("0\u00a0logement" in body, "ne nomme plus de commune" in body) == (True, True)


@pytest.mark.django_db
def test_an_alert_deleted_twice_is_deleted_once(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    search, client = saved(cast.amina), login(cast.amina)
    page = f"{reverse('alert', args=[search.public_id])}supprimer/"
    token = {"form_token": "5f0c1ad0-3f3e-4f5e-9d55-0d8c9f0a8a11"}
    assert [client.post(page, token)["Location"] for _click in range(2)] == ["/mes-alertes/"] * 2


@pytest.mark.django_db
def test_an_alert_deleted_in_another_tab_is_not_changed(cast: SimpleNamespace) -> None:
    search = saved(cast.amina)
    services.delete_search(actor=cast.as_amina, search=SavedSearch.objects.get())
    with pytest.raises(SavedSearch.DoesNotExist):
        services.update_search(
            actor=cast.as_amina, search=search, name="Autre", frequency="now", eligible_only=False
        )
    with pytest.raises(SavedSearch.DoesNotExist):
        services.delete_search(actor=cast.as_amina, search=search)
    assert SavedSearch.objects.count() == 0
