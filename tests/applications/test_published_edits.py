"""What an edit of a published offer may not do, whoever writes it: the page, a file, the
administration."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from alin.kit import clock
from applications.services import withdraw
from listings import services
from listings.forms.offers import OfferPageForm
from listings.models import Offer, StockImport
from tests import factories as f

pytestmark = pytest.mark.django_db


def change(cast: SimpleNamespace, offer: Offer, **changes: Any) -> Offer:
    offer.refresh_from_db()
    return services.update_offer(
        actor=cast.as_claire, offer=offer, changes=changes, expected_version=offer.version
    )


def refusal(cast: SimpleNamespace, offer: Offer, **changes: Any) -> dict[str, list[str]]:
    """Why the change is refused, by field; {} when it is written."""
    try:
        change(cast, offer, **changes)
    except ValidationError as refused:
        said: dict[str, list[str]] = refused.message_dict
        return said
    return {}


def imported(cast: SimpleNamespace, offer: Offer, **columns: str) -> StockImport:
    names = ";".join(["residence", "logement", *columns])
    home = offer.dwelling
    if not home.residence.reference:
        home.residence.reference = f"R-{home.residence_id}"
        home.residence.save()
    line = ";".join([home.residence.reference, home.reference, *columns.values()])
    return services.send_import(
        actor=cast.as_claire, name="parc.csv", content=f"{names}\r\n{line}".encode()
    )


def reasons(batch: StockImport) -> list[str]:
    return list(batch.lines.get().reasons)


def page_of(offer: Offer, **typed: str) -> dict[str, Any]:
    """The page of the offer as it is shown, with some fields typed otherwise."""
    shown = OfferPageForm.initial_of(offer).items()
    form = {name: value for name, value in shown if value not in (None, [], "")}
    for name in ("available_on", "opens_on", "closes_on"):
        form[name] = f"{form[name]:%d/%m/%Y}"
    for name in ("opens_hour", "closes_hour"):
        form[name] = f"{form[name]:%H:%M}"
    return form | typed


# --- what would not have been published ---------------------------------------------------------

MOBILITY = {"kind": "temporary", "programme": "mobility", "funding": "", "deposit": Decimal(0)}
ORDINARY = {"kind": "social", "programme": "ordinary", "funding": "PLUS"}
SEASONAL = {"kind": "temporary", "programme": "seasonal", "funding": "", "deposit": Decimal(0)}


def test_an_unfurnished_home_does_not_become_a_bail_mobilite(cast: SimpleNamespace) -> None:
    """Loi du 6 juillet 1989, article 25-12."""
    offer = f.offer_of(cast.lac)
    (said,) = refusal(cast, offer, **MOBILITY)["furnished"]
    assert "porte sur un logement meublé" in said
    services.update_dwelling(
        actor=cast.as_claire, dwelling=offer.dwelling, changes={"furnished": True},
        expected_version=1,
    )  # fmt: skip
    assert refusal(cast, offer, **MOBILITY) == {}


def test_a_home_of_class_g_let_for_the_season_does_not_become_a_family_home(
    cast: SimpleNamespace,
) -> None:
    """Loi du 6 juillet 1989, article 6: F at most since 1 January 2025."""
    offer = f.offer_of(cast.lac, **SEASONAL)
    type(offer.dwelling).objects.update(dpe="G")
    (said,) = refusal(cast, offer, **ORDINARY)["dpe"]
    assert "classe énergie G" in said
    assert refusal(cast, offer, description="Vue sur le lac") == {}


def test_a_published_home_is_not_free_since_a_day_gone_by(cast: SimpleNamespace) -> None:
    yesterday = clock.today() - timedelta(days=1)
    offer = f.offer_of(cast.lac)
    assert list(refusal(cast, offer, available_on=yesterday)) == ["available_on"]
    # One that has become so meanwhile is still corrected.
    Offer.objects.filter(pk=offer.pk).update(available_on=yesterday)
    assert refusal(cast, offer, description="Repeint") == {}


def test_the_page_and_the_file_say_it_too(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    offer = f.offer_of(cast.lac)
    typed = page_of(offer, programme="mobility", proposed_for="mobility", funding="", deposit="0")
    answer = login(cast.claire).post(reverse("offer_edit", args=[offer.public_id]), typed)
    assert answer.status_code == 422
    assert "porte sur un logement meublé" in answer.content.decode()
    file = {"type_offre": "résidence mobilité", "financement": "aucun", "depot": "0"}
    (said,) = reasons(imported(cast, offer, **file))
    assert "porte sur un logement meublé" in said
    # The same line may furnish the home.
    assert reasons(imported(cast, offer, meuble="oui", **file)) == []
    offer.refresh_from_db()
    assert offer.programme == "ordinary"


# --- when the home is free -----------------------------------------------------------------------


def test_a_month_later_is_counted_from_what_candidates_read(cast: SimpleNamespace) -> None:
    """Saved twice, a month does not become two."""
    offer = f.offer_of(cast.lac)
    read = offer.available_on
    candidacy = f.submitted(cast.amina, offer)
    assert refusal(cast, offer, available_on=read + timedelta(days=20)) == {}
    assert list(refusal(cast, offer, available_on=read + timedelta(days=32))) == ["available_on"]
    assert refusal(cast, offer, available_on=read + timedelta(days=31)) == {}
    (said,) = refusal(cast, offer, available_on=read + timedelta(days=40))["available_on"]
    assert french_day(read) in said.replace("\u00a0", " ")
    (line,) = reasons(imported(cast, offer, disponible_le=f"{read + timedelta(days=40):%d/%m/%Y}"))
    assert line.endswith(said)
    # Bruno read the later day, and Amina is gone: the month runs from his.
    f.submitted(cast.bruno, offer)
    assert list(refusal(cast, offer, available_on=read + timedelta(days=40))) == ["available_on"]
    withdraw(actor=cast.as_amina, candidacy=candidacy, expected_version=candidacy.version)
    assert refusal(cast, offer, available_on=read + timedelta(days=62)) == {}
    assert list(refusal(cast, offer, available_on=read + timedelta(days=63))) == ["available_on"]


def french_day(day: date) -> str:
    months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    return f"{'1er' if day.day == 1 else day.day} {months.split()[day.month - 1]} {day.year}"


# --- where the home stands -----------------------------------------------------------------------

EMERGENCY = {"kind": "temporary", "programme": "emergency", "funding": "", "deposit": Decimal(0)}


@pytest.mark.parametrize(
    ("said", "changes", "field"),
    [
        ({"priority_publics": ["violence"]}, {"priority_publics": []}, "priority_publics"),
        ({"priority_publics": []}, {"priority_publics": ["violence"]}, "priority_publics"),
        (EMERGENCY, SEASONAL, "programme"),
        (SEASONAL, EMERGENCY, "programme"),
        (EMERGENCY | {"priority_publics": ["violence"]}, SEASONAL, None),
        (EMERGENCY, {"priority_publics": ["violence"]}, None),
        ({"priority_publics": []}, {"priority_publics": ["dalo"]}, None),
    ],
)
def test_a_published_offer_neither_shows_nor_hides_the_address(
    cast: SimpleNamespace, said: dict[str, Any], changes: dict[str, Any], field: str | None
) -> None:
    """Even before anybody applied: what was read is read."""
    offer = f.offer_of(cast.lac, **said)
    refused = refusal(cast, offer, **changes)
    if field is None:
        assert refused == {}
        return
    (why,) = refused[field]
    assert "publiez-en une autre" in why
    draft = f.offer_of(cast.lac, published_at=None, **said)
    assert refusal(cast, draft, **changes) == {}


def test_a_word_of_a_file_or_a_box_does_not_publish_a_refuge(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    offer = f.offer_of(cast.lac, priority_publics=["violence"])
    assert "publiez-en une autre" in reasons(imported(cast, offer, publics_prioritaires="aucun"))[0]
    typed = page_of(offer)
    del typed["priority_publics"]
    answer = login(cast.claire).post(reverse("offer_edit", args=[offer.public_id]), typed)
    assert answer.status_code == 422
    assert "publiez-en une autre" in answer.content.decode()
    offer.refresh_from_db()
    assert offer.address_hidden


@pytest.mark.parametrize(
    ("said", "changes", "field"),
    [
        ({}, {"priority_publics": ["dalo"]}, "priority_publics"),
        ({"priority_publics": ["dalo"]}, {"priority_publics": ["dalo", "transfer"]},
         "priority_publics"),
        ({"priority_publics": ["dalo", "transfer"]}, {"priority_publics": ["dalo"]}, None),
        ({"contingent": "action_logement"}, {"contingent": "state"}, "contingent"),
        ({"contingent": ""}, {"contingent": "state"}, "contingent"),
        ({"contingent": "state"}, {"contingent": "own"}, None),
    ],
)  # fmt: skip
def test_nobody_new_goes_before_those_who_applied(
    cast: SimpleNamespace, said: dict[str, Any], changes: dict[str, Any], field: str | None
) -> None:
    offer = f.offer_of(cast.lac, **said)
    f.submitted(cast.amina, offer)
    assert list(refusal(cast, offer, **changes)) == ([] if field is None else [field])


# --- the window ----------------------------------------------------------------------------------


def test_an_extension_gives_time_however_little(cast: SimpleNamespace) -> None:
    """Two days more, six hours before it closes: 54 hours are left, and 48 of them are won."""
    soon = clock.now() + timedelta(hours=6)
    offer = f.offer_of(cast.lac, closes_at=soon)
    f.submitted(cast.amina, offer)
    longer = services.extend_offer(
        actor=cast.as_claire,
        offer=offer,
        closes_at=soon + timedelta(days=2),
        expected_version=1,
    )
    assert longer.closes_at == soon + timedelta(days=2)


def test_many_are_extended_by_a_day(
    cast: SimpleNamespace, login: Callable[[object], Client], settings: Any
) -> None:
    settings.ADMIN_REQUIRES_SECOND_FACTOR = False
    tonight = clock.end_of_local_day(clock.now(), 0)
    offer = f.offer_of(cast.lac, closes_at=tonight)
    tomorrow = clock.today() + timedelta(days=1)
    login(cast.chloe).post(
        reverse("admin:listings_offer_changelist"),
        {
            "action": "extend", "_selected_action": [offer.pk], "apply": "1",
            "closes_on": f"{tomorrow:%d/%m/%Y}", "closes_hour": "23:59",
        },
    )  # fmt: skip
    offer.refresh_from_db()
    assert offer.closes_at.astimezone(clock.PARIS).date() == tomorrow


def test_less_time_is_still_seventy_two_hours_at_least(cast: SimpleNamespace) -> None:
    now = clock.now()
    offer = f.offer_of(cast.lac, closes_at=now + timedelta(days=9))
    said = refusal(cast, offer, closes_at=now + timedelta(hours=71))
    assert "moins de 3" in said["closes_at"][0]
    assert refusal(cast, offer, closes_at=now + timedelta(hours=73)) == {}


# --- the rent and the home, corrected together ----------------------------------------------------


def test_a_line_that_corrects_the_surface_and_the_rent_together(cast: SimpleNamespace) -> None:
    """7 × 0.77 × (S + 20): 440.48 € for 62.5 m² × 0.99 of them, 485.10 € for 70 m²."""
    offer = f.offer_of(cast.lac)
    f.rent_ceiling(offer.dwelling.residence.commune, "7")
    assert "dépasse de" in reasons(imported(cast, offer, loyer="485"))[0]
    over = imported(cast, offer, surface="70", loyer="485,11")
    assert "le plafond de 485,10" in reasons(over)[0]
    batch = imported(cast, offer, surface="70", loyer="485,10")
    assert reasons(batch) == []
    services.ask_to_apply(actor=cast.as_claire, batch=batch, without_refused=False)
    offer.refresh_from_db()
    assert (offer.rent, offer.dwelling.surface_m2) == (Decimal("485.10"), Decimal(70))
    # Smaller and cheaper together, as well: 7 × 0.77 × 70 = 377.30 €.
    smaller = imported(cast, offer, surface="50", loyer="377,30")
    assert reasons(smaller) == []
    assert "le plafond de 377,30" in reasons(imported(cast, offer, surface="50", loyer="378"))[0]
