"""What an agent verified in a candidacy is verified in the dossier, and told when it changes."""

import html
import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from accounts import queries
from accounts import services as accounts
from accounts.models import TaxIncome
from accounts.rules import reference_income_year
from accounts.services import ToldIncome
from alin.kit import clock, french
from applications import services, staff_words
from applications.models import Candidacy
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def studied(cast: SimpleNamespace) -> SimpleNamespace:
    """Amina told 21 000 €; Claire of Habitat du Lac studies her candidacy."""
    cast.candidacy = f.in_instruction(f.submitted(cast.amina, f.offer_of(cast.lac)), cast.as_claire)
    cast.year = reference_income_year(clock.today())
    cast.today = " ".join(french.long_date(clock.today()).split())
    return cast


def conclude(cast: SimpleNamespace, outcome: str = "verified", point: str = "resources") -> None:
    services.conclude_point(
        actor=cast.as_claire,
        candidacy=cast.candidacy,
        point=point,
        outcome=outcome,
        reason="Avis illisible." if outcome == "refused" else "",
        expected_version=Candidacy.objects.get(pk=cast.candidacy.pk).version,
    )


def the_rfr() -> TaxIncome:
    return TaxIncome.objects.get(dossier__applicant__first_name="Amina")


def tells(cast: SimpleNamespace, rfr: int) -> None:
    accounts.save_resources(
        actor=cast.as_amina,
        dossier=cast.amina.dossier,
        expected_version=queries.section_state(cast.amina.dossier, "resources").version,
        told={None: ToldIncome(rfr_by_year={cast.year: rfr})},
    )


def page(cast: SimpleNamespace, login: Any, who: str = "claire", of: Any = None) -> str:
    """What the page of a candidacy says, in plain words."""
    shown = login(getattr(cast, who)).get(
        reverse("staff_candidacy", args=[(of or cast.candidacy).public_id])
    )
    assert shown.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown.content.decode())).split())


def test_verifying_the_point_verifies_the_figure(studied: SimpleNamespace, login: Any) -> None:
    conclude(studied, point="identity")
    assert not the_rfr().is_verified
    conclude(studied)
    assert the_rfr().is_verified
    assert (
        f"{studied.year}, Amina Benali 21 000 € vérifié le {studied.today} par Habitat du Lac"
        in page(studied, login)
    )


def test_refusing_the_point_afterwards_takes_it_back(studied: SimpleNamespace) -> None:
    conclude(studied)
    conclude(studied, "refused")
    assert not the_rfr().is_verified


def test_a_figure_declared_after_it_was_verified_is_shown_as_changed(
    studied: SimpleNamespace, login: Any
) -> None:
    conclude(studied)
    tells(studied, 18_000)
    assert (
        f"Revenu fiscal de référence : {studied.year}, Amina Benali 21 000 € 18 000 € "
        f"Changé depuis la vérification du {studied.today} : le montant vérifié était 21 000 €."
    ) in page(studied, login)


def test_a_verification_alone_changes_nothing_in_what_was_sent(
    studied: SimpleNamespace, login: Any
) -> None:
    conclude(studied)
    assert "Changé depuis" not in page(studied, login)
    sent_again = services.resend_dossier(
        actor=studied.as_amina, candidacy=studied.candidacy, expected_version=1
    )
    assert sent_again.checks.filter(point="resources").exists()


def test_another_landlord_reads_that_it_was_verified_not_by_whom(
    studied: SimpleNamespace, login: Any
) -> None:
    conclude(studied)
    elsewhere = f.submitted(studied.amina, f.offer_of(studied.oc))
    shown = page(studied, login, "david", elsewhere)
    assert f"Amina Benali 21 000 € vérifié le {studied.today} " in shown
    assert "Habitat du Lac" not in shown


def test_the_commission_reads_the_copy_with_its_verifications(studied: SimpleNamespace) -> None:
    conclude(studied)
    for point in ("identity", "household", "employer", "numero_unique"):
        conclude(studied, point=point)
    f.close(studied.candidacy.offer)
    version = Candidacy.objects.get(pk=studied.candidacy.pk).version
    services.mark_ready(
        actor=studied.as_claire, candidacy=studied.candidacy, expected_version=version
    )
    presented = services.present_to_commission(
        actor=studied.as_claire, candidacy=studied.candidacy, commission_at=clock.now()
    )
    tells(studied, 18_000)
    presented.refresh_from_db()
    (income,) = presented.presented_snapshot["incomes"]
    assert (income["rfr_eur"], income["verified_eur"], income["verified_for"]) == (
        21_000,
        21_000,
        "Habitat du Lac",
    )


def test_twelve_months_told_too_long_ago_are_said_to_staff(cast: SimpleNamespace) -> None:
    dossier = cast.amina.dossier
    dossier.recent_incomes.create(kind="12_months", amount_eur=9_000, told_on=date(2026, 3, 10))
    told = queries.snapshot(dossier, date(2026, 3, 10))

    def warning(on: date) -> str:
        said = staff_words.claims(told, on)["resources"]
        return next(line.warning for line in said if line.label.startswith("Douze"))

    assert (warning(date(2026, 6, 10)), warning(date(2026, 6, 11))) == (
        "",
        "À mettre à jour : déclaré il y a plus de 3 mois, ne compte plus.",
    )


def test_what_another_landlord_verified_stays_theirs(studied: SimpleNamespace) -> None:
    conclude(studied)
    judged = queries.snapshot(studied.amina.dossier, clock.today())
    assert (
        accounts.verify_figures(
            actor=studied.as_david, dossier=studied.amina.dossier, judged=judged
        )
        == 0
    )
    accounts.withdraw_verification(
        actor=studied.as_david, dossier=studied.amina.dossier, judged=judged
    )
    assert the_rfr().verified_for == studied.lac


def test_what_a_seal_proves_is_said_to_every_landlord(studied: SimpleNamespace, login: Any) -> None:
    elsewhere = f.in_instruction(
        f.submitted(studied.amina, f.offer_of(studied.oc)), studied.as_david
    )
    accounts.take_sealed_income(
        actor=studied.as_amina,
        dossier=studied.amina.dossier,
        member=None,
        year=studied.year,
        rfr_eur=21_000,
        signed_on=date(studied.year + 1, 8, 4),
    )
    said = f"vérifié le {studied.today} par le sceau de l'État"
    assert said in page(studied, login)
    assert said in page(studied, login, "david", elsewhere)
    # Whoever refuses the point does not undo the seal.
    conclude(studied, "refused")
    assert the_rfr().is_verified
