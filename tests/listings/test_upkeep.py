"""Chloé, who manages Habitat du Lac, keeps its stock in the administration; of Logis d'Oc she sees
nothing there, and gets past no rule."""

from datetime import timedelta
from decimal import Decimal
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alin.kit import clock
from alin.kit.models import JournalEntry
from listings import services
from listings.models import Dwelling, Offer, Residence
from tests import factories as f

pytestmark = pytest.mark.django_db
KINDS = ("residence", "dwelling", "offer")


@pytest.fixture
def stock(cast: SimpleNamespace) -> SimpleNamespace:
    """The same things for both landlords; those of Logis d'Oc are called SENTINELLE."""
    for name, organisation in (("mine", cast.lac), ("theirs", cast.oc)):
        called = "Les Tilleuls" if name == "mine" else "SENTINELLE"
        residence = f.ResidenceFactory(organisation=organisation, name=called)
        dwelling = f.DwellingFactory(residence=residence, reference=f"{called[:4]}-1", dpe="E")
        offer = f.OfferFactory(dwelling=dwelling, description=called)
        setattr(cast, name, SimpleNamespace(residence=residence, dwelling=dwelling, offer=offer))
    return cast


@pytest.fixture
def manager(stock: SimpleNamespace, login: Any, settings: Any) -> Client:
    settings.ADMIN_REQUIRES_SECOND_FACTOR = False
    return login(stock.chloe)


def at(kind: str, page: str, *args: Any) -> str:
    return reverse(f"admin:listings_{kind}_{page}", args=args)


def posted(client: Client, kind: str, thing: Any, **changes: Any) -> Any:
    """The page of a thing as it is shown, with some fields typed otherwise."""
    page = client.get(at(kind, "change", thing.pk))
    form = page.context["adminform"].form
    shown = {name: form[name].value() for name in form.fields}
    sent = {name: "" if value is None else value for name, value in shown.items()} | changes
    for name in [name for name, value in sent.items() if value is False]:
        del sent[name]
    return client.post(at(kind, "change", thing.pk), sent)


def done(client: Client, kind: str, action: str, things: list[Any], **typed: Any) -> Any:
    data = {"action": action, "_selected_action": [each.pk for each in things]}
    return client.post(at(kind, "changelist"), data | typed)


# --- who enters ------------------------------------------------------------------------------


def test_a_manager_needs_a_second_factor(stock: SimpleNamespace, login: Any) -> None:
    client = login(stock.chloe)
    answer = client.get(at("offer", "changelist"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("mfa_index")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()
    assert client.get(at("offer", "changelist")).status_code == 200


@pytest.mark.parametrize("who", ["claire", "david", "amina", "gaelle"])
def test_agents_and_others_do_not_enter(
    stock: SimpleNamespace, login: Any, settings: Any, who: str
) -> None:
    settings.ADMIN_REQUIRES_SECOND_FACTOR = False
    client = login(getattr(stock, who))
    for kind in KINDS:
        assert client.get(at(kind, "changelist"), follow=True).status_code == 403


def test_a_manager_removed_is_out_at_once(stock: SimpleNamespace, manager: Client) -> None:
    assert manager.get(at("offer", "changelist")).status_code == 200
    stock.chloe.memberships.update(ended_at=clock.now())
    assert manager.get(at("offer", "changelist"), follow=True).status_code == 403


def test_nothing_else_of_the_administration_is_theirs(manager: Client) -> None:
    page = manager.get(reverse("admin:index")).content.decode()
    for kind in KINDS:
        assert at(kind, "changelist") in page
    for closed in ("kit_journalentry", "notifications_outboxmessage", "territory_commune"):
        address = reverse(f"admin:{closed}_changelist")
        assert address not in page
        assert manager.get(address).status_code == 403
    assert manager.get(reverse("admin:app_list", args=["kit"])).status_code == 404
    assert manager.get(reverse("admin:view_on_site", args=[1, 1])).status_code == 404
    assert manager.get(reverse("admin:password_change"))["Location"] == reverse(
        "account_change_password"
    )


# --- whose rows ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_lists_hold_ones_own_rows_alone(stock: SimpleNamespace, manager: Client, kind: str) -> None:
    page = manager.get(at(kind, "changelist"))
    assert [each.pk for each in page.context["cl"].queryset] == [getattr(stock.mine, kind).pk]
    assert "SENT" not in page.content.decode()
    found = manager.get(at(kind, "changelist"), {"q": "SENT"})
    assert list(found.context["cl"].queryset) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_thing_of_another_landlord_does_not_exist(
    stock: SimpleNamespace, manager: Client, kind: str
) -> None:
    theirs = getattr(stock.theirs, kind)
    for address in (at(kind, "change", theirs.pk), at(kind, "history", theirs.pk)):
        for query in ("", "?_popup=1", "?_to_field=id", "?_popup=1&_to_field=id"):
            assert manager.get(address + query).status_code == 404
        assert manager.post(address, {"shown_version": "1"}).status_code == 404
    # One that never was answers alike.
    assert manager.get(at(kind, "change", 0)).status_code == 404
    for page in ("change", "history"):
        assert manager.get(at(kind, page, getattr(stock.mine, kind).pk)).status_code == 200


def test_actions_leave_rows_of_another_landlord(stock: SimpleNamespace, manager: Client) -> None:
    both = [stock.mine.dwelling, stock.theirs.dwelling]
    asked = done(manager, "dwelling", "set_letters", both).content.decode()
    assert "SENT" not in asked
    done(manager, "dwelling", "set_letters", both, apply="1", dpe="B")
    done(manager, "dwelling", "set_letters", both, apply="1", dpe="B", select_across="1")
    assert dict(Dwelling.objects.values_list("residence__name", "dpe")) == {
        "Les Tilleuls": "B",
        "SENTINELLE": "E",
    }
    exported = done(manager, "dwelling", "export_csv", both).content.decode("utf-8-sig")
    assert "Les Tilleuls" in exported
    assert "SENT" not in exported


def test_autocomplete_and_lookups_tell_nothing(stock: SimpleNamespace, manager: Client) -> None:
    address = reverse("admin:autocomplete")

    def ask(model: str, field: str) -> Any:
        asked = {"app_label": "listings", "model_name": model, "field_name": field, "term": ""}
        return manager.get(address, asked)

    said = [each["text"] for each in ask("dwelling", "residence").json()["results"]]
    assert said == ["Les Tilleuls"]
    said = [each["id"] for each in ask("offer", "dwelling").json()["results"]]
    assert said == [str(stock.mine.dwelling.pk)]
    for model, field in (
        ("residence", "commune"),
        ("residence", "organisation"),
        ("offer", "reservataire"),
        ("offer", "published_by"),
    ):
        assert ask(model, field).status_code == 403
    for lookup in ("organisation__name", "candidacies__applicant__email", "published_by__password"):
        # Refused without a word, or as a list without that filter.
        answer = manager.get(at("offer", "changelist"), {f"{lookup}__startswith": "a"})
        assert answer.status_code == 400, lookup


def test_nobody_adds_nor_deletes_there(stock: SimpleNamespace, manager: Client) -> None:
    for kind in KINDS:
        mine = getattr(stock.mine, kind)
        assert manager.get(at(kind, "add")).status_code == 403
        assert manager.post(at(kind, "add"), {}).status_code == 403
        assert manager.post(at(kind, "delete", mine.pk), {"post": "yes"}).status_code == 403
        done(manager, kind, "delete_selected", [mine], post="yes")
        mine.refresh_from_db()


# --- one thing: through the services ---------------------------------------------------------


def test_a_change_is_in_the_history_and_in_the_journal(
    stock: SimpleNamespace, manager: Client
) -> None:
    offer = stock.mine.offer
    assert posted(manager, "offer", offer, charges="60,50").status_code == 302
    offer.refresh_from_db()
    assert (offer.charges, offer.version) == (Decimal("60.50"), 2)
    revision = offer.revisions.get()
    assert (revision.before, revision.by) == ({"charges": "75.00"}, stock.chloe)
    assert JournalEntry.objects.get(chain=f"offer:{offer.public_id}").data == {
        "fields": ["charges"]
    }
    history = manager.get(at("offer", "history", offer.pk)).content.decode()
    assert "modifié" in history
    assert "Chloé" in history


def test_only_what_the_form_shows_is_written(stock: SimpleNamespace, manager: Client) -> None:
    """A field added by hand, of another landlord's home or of what only a verb may set."""
    offer = stock.mine.offer
    posted(
        manager,
        "offer",
        offer,
        charges="61",
        dwelling=stock.theirs.dwelling.pk,
        organisation=stock.oc.pk,
        funding="PLAI",
        closed_early_at="2026-01-01",
        archived_at="2026-01-01",
    )
    saved = Offer.objects.get(pk=offer.pk)
    assert (saved.dwelling, saved.organisation, saved.funding) == (
        stock.mine.dwelling,
        stock.lac,
        "PLUS",
    )
    assert (saved.charges, saved.closed_early_at, saved.archived_at) == (Decimal(61), None, None)
    posted(manager, "dwelling", stock.mine.dwelling, residence=stock.theirs.residence.pk, dpe="A")
    dwelling = Dwelling.objects.get(pk=stock.mine.dwelling.pk)
    assert (dwelling.residence, dwelling.dpe) == (stock.mine.residence, "A")


def test_the_ceiling_of_rents_holds_there_too(stock: SimpleNamespace, manager: Client) -> None:
    f.rent_ceiling(stock.mine.residence.commune, "6.50")
    answer = posted(manager, "offer", stock.mine.offer, rent="600", deposit="412,40")
    page = answer.content.decode()
    # 6.50 × 0.77 × (62.5 + 20) = 412.91 €
    assert "dépasse de 187,09\u00a0€ le plafond de 412,91\u00a0€" in page
    assert 'value="600"' in page
    stock.mine.offer.refresh_from_db()
    assert stock.mine.offer.rent == Decimal("412.40")


def test_what_people_applied_to_gets_no_dearer(stock: SimpleNamespace, manager: Client) -> None:
    f.submitted(stock.amina, stock.mine.offer)
    page = posted(manager, "offer", stock.mine.offer, charges="90").content.decode()
    assert "ce montant peut baisser, pas augmenter" in page
    refused = done(manager, "offer", "set_charges", [stock.mine.offer], apply="1", charges="90")
    assert refused.status_code == 422
    assert "ce montant peut baisser, pas augmenter" in refused.content.decode()
    stock.mine.offer.refresh_from_db()
    assert stock.mine.offer.charges == Decimal(75)


def test_a_flat_stays_below_the_roof(stock: SimpleNamespace, manager: Client) -> None:
    page = posted(manager, "dwelling", stock.mine.dwelling, floor="9").content.decode()
    assert "La résidence a 4 étages" in page
    assert Dwelling.objects.get(pk=stock.mine.dwelling.pk).floor == 2


def test_somebody_was_faster(stock: SimpleNamespace, manager: Client) -> None:
    dwelling = stock.mine.dwelling
    services.update_dwelling(
        actor=stock.as_claire, dwelling=dwelling, changes={"dpe": "C"}, expected_version=1
    )
    answer = posted(manager, "dwelling", dwelling, shown_version="1", dpe="D", floor="3")
    page = unescape(answer.content.decode())
    assert "Quelqu'un d'autre vient d'enregistrer" in page
    assert "DPE : C" in page
    assert '<option value="D" selected>' in page
    assert 'name="shown_version" value="2"' in page
    posted(manager, "dwelling", dwelling, shown_version="2", dpe="D", floor="3")
    dwelling.refresh_from_db()
    assert (dwelling.dpe, dwelling.floor, dwelling.version) == ("D", 3, 3)


def test_a_closed_offer_is_read_and_no_more(stock: SimpleNamespace, manager: Client) -> None:
    services.close_early(actor=stock.as_claire, offer=stock.mine.offer, reason="Travaux.")
    page = manager.get(at("offer", "change", stock.mine.offer.pk)).content.decode()
    assert 'name="charges"' not in page
    answer = manager.post(
        at("offer", "change", stock.mine.offer.pk), {"charges": "1", "shown_version": "2"}
    )
    assert answer.status_code == 403
    stock.mine.offer.refresh_from_db()
    assert stock.mine.offer.charges == Decimal(75)


# --- many at once ----------------------------------------------------------------------------


def test_heating_of_many(stock: SimpleNamespace, manager: Client) -> None:
    homes = [stock.mine.residence] + [
        f.ResidenceFactory(organisation=stock.lac, name=f"R{n}", heating="individual")
        for n in range(3)
    ]
    empty = done(manager, "residence", "set_heating", homes, apply="1")
    assert "Indiquez ce qui change." in empty.content.decode()
    done(manager, "residence", "set_heating", homes, apply="1", heating="collective")
    mine = Residence.objects.filter(organisation=stock.lac)
    assert set(mine.values_list("heating", "heating_energy", "version")) == {("collective", "", 2)}
    assert JournalEntry.objects.filter(chain__startswith="residence:").count() == 4


def test_all_or_nobody_unless_said_otherwise(stock: SimpleNamespace, manager: Client) -> None:
    closed = f.offer_of(stock.lac, closes_at=clock.now() - timedelta(days=1))
    both = [stock.mine.offer, closed]
    later = clock.today() + timedelta(days=30)
    typed = {"apply": "1", "closes_on": f"{later:%d/%m/%Y}", "closes_hour": "18:00"}
    refused = done(manager, "offer", "extend", both, **typed)
    page = refused.content.decode()
    assert (refused.status_code, refused.context["others"]) == (422, 1)
    assert "Cette offre est close" in page
    assert f"{later:%d/%m/%Y}" in page
    assert Offer.objects.get(pk=stock.mine.offer.pk).version == 1
    done(manager, "offer", "extend", both, **typed, without_refused="on")
    extended = Offer.objects.get(pk=stock.mine.offer.pk)
    assert clock.local_day(extended.closes_at) == later
    assert Offer.objects.get(pk=closed.pk).version == 1


def test_archived_only_once_closed(stock: SimpleNamespace, manager: Client) -> None:
    draft = f.offer_of(stock.lac, published_at=None)
    page = done(manager, "offer", "archive", [draft, stock.mine.offer], apply="1")
    assert "Cette offre reçoit encore des candidatures" in page.content.decode()
    assert Offer.objects.filter(archived_at=None).count() == 3
    done(manager, "offer", "archive", [draft], apply="1")
    draft.refresh_from_db()
    assert draft.archived_at is not None


def test_never_more_at_once_than_a_page_can_wait(
    stock: SimpleNamespace, manager: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr("listings.admin.base.MOST_AT_ONCE", 2)
    many = [stock.mine.dwelling] + [
        f.DwellingFactory(residence=stock.mine.residence) for _n in range(2)
    ]
    answer = done(manager, "dwelling", "set_letters", many, apply="1", dpe="A")
    assert answer.status_code == 302
    assert "Choisissez 2 lignes au plus" in manager.get(answer["Location"]).content.decode()
    assert not Dwelling.objects.filter(dpe="A").exists()


def test_what_leaves_comes_back_unchanged(stock: SimpleNamespace, manager: Client) -> None:
    """A file taken out and brought back changes nothing, even what a spreadsheet would compute."""
    Offer.objects.filter(pk=stock.mine.offer.pk).update(
        description="-20 % de charges\nVue sur le lac", conditions="=sans animaux"
    )
    for action in ("export_csv", "export_xlsx"):
        content = done(manager, "dwelling", action, [stock.mine.dwelling]).content
        batch = services.send_import(actor=stock.as_chloe, name="parc", content=content)
        (line,) = batch.lines.all()
        assert (line.outcome, line.reasons, line.changes) == ("unchanged", [], [])


@pytest.mark.parametrize(("kind", "queries"), [("residence", 6), ("dwelling", 7), ("offer", 6)])
@pytest.mark.parametrize("rows", [1, 30])
def test_lists_ask_the_same_however_long(
    stock: SimpleNamespace,
    manager: Client,
    django_assert_num_queries: Any,
    kind: str,
    queries: int,
    rows: int,
) -> None:
    for n in range(rows - 1):
        residence = f.ResidenceFactory(organisation=stock.lac, name=f"R{n}")
        f.OfferFactory(dwelling=f.DwellingFactory(residence=residence))
    with django_assert_num_queries(queries):
        page = manager.get(at(kind, "changelist"))
    assert len(page.context["cl"].result_list) == rows
