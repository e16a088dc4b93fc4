"""The pages of the administration that a landlord's managers keep their stock with."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from tests import factories as f
from tests.e2e.test_accessibility import DESK, PHONE, Open

pytestmark = pytest.mark.django_db(transaction=True)


def at(kind: str, page: str, *args: Any) -> str:
    return reverse(f"admin:listings_{kind}_{page}", args=args)


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_the_upkeep_of_the_stock_is_accessible(
    cast: SimpleNamespace, logged_in: Open, axe: Any, settings: Any, screen: Any
) -> None:
    """Lists, the page of a thing, its history, and what is done to many, asked and refused."""
    settings.ADMIN_REQUIRES_SECOND_FACTOR = False
    offer: Any = f.offer_of(cast.lac)
    things = {
        "residence": offer.dwelling.residence,
        "dwelling": offer.dwelling,
        "offer": offer,
    }
    page = logged_in(cast.chloe, viewport=screen)
    faults = {}

    def look(name: str) -> None:
        if found := [*axe(page, preload=False), *["h1"] * (page.locator("h1").count() != 1)]:
            faults[name] = found

    for kind, thing in things.items():
        for address in (
            at(kind, "changelist"),
            at(kind, "change", thing.pk),
            at(kind, "history", thing.pk),
        ):
            page.goto(address)
            look(address)
    page.goto(at("offer", "changelist"))
    page.locator("input[name=_selected_action]").first.check()
    page.locator("select[name=action]").first.select_option("set_charges")
    page.locator("button[name=index]").first.click()
    page.get_by_role("heading", name="Changer les charges").wait_for()
    look("asked")
    page.get_by_label("Charges").fill("peu")
    page.get_by_role("button", name="Enregistrer pour 1 ligne").click()
    page.locator(".errorlist").first.wait_for()
    look("refused")
    assert faults == {}
