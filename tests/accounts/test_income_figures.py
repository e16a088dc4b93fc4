"""Where each figure comes from, who verified it, and how long a recent one counts."""

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from accounts import queries, services
from accounts.models import RecentIncome, TaxIncome
from accounts.rules import DeclaredResources, Recent, household_resources
from accounts.services import ToldIncome
from alin.kit import clock
from tests import factories as f

Travel = Callable[[datetime], None]
RFR_2024 = {(None, 2024): 20_000}


# A figure of the last twelve months told on 10 March 2026


def counted(on: date) -> tuple[Any, Any]:
    told = DeclaredResources(RFR_2024, {None: Recent(12_000, date(2026, 3, 10))}, {})
    resources = household_resources([], told, on)
    assert resources.counted is not None
    return resources.counted.basis, resources.last_12_months.stale


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 3, 10), ("12_months", ())),
        (date(2026, 6, 10), ("12_months", ())),
        # A day more than three months: the tax notice again.
        (date(2026, 6, 11), ("N-2", (None,))),
    ],
)
def test_twelve_months_told_long_ago_count_no_more(on: date, expected: tuple[Any, Any]) -> None:
    assert counted(on) == expected


def test_the_delay_is_a_setting_with_its_date(settings: Any) -> None:
    rule = {"source": "Règle du portail", "monthly": 3}
    settings.RECENT_INCOME_VALIDITY = [
        {"since": date(2020, 1, 1), "last_12_months": 3, **rule},
        {"since": date(2026, 6, 1), "last_12_months": 6, **rule},
    ]
    assert counted(date(2026, 6, 11)) == ("12_months", ())
    assert counted(date(2026, 9, 11)) == ("N-2", (None,))


def test_a_month_told_long_ago_is_no_budget() -> None:
    told = DeclaredResources(RFR_2024, {}, {None: Recent(1_500, date(2026, 3, 10))})
    june, july = (household_resources([], told, date(2026, m, 10)).monthly for m in (6, 7))
    assert ((june.amount, june.stale), (july.amount, july.stale)) == ((1_500, ()), (None, (None,)))


# The dossier


@pytest.fixture
def june(cast: SimpleNamespace, travel: Travel) -> SimpleNamespace:
    """15 June 2026: Amina declared 20 000 € for 2024."""
    travel(datetime(2026, 6, 15, 14, 32, tzinfo=clock.PARIS))
    # The cast was made on another day, whose year of income may be another.
    cast.amina.dossier.incomes.all().delete()
    f.complete_dossier(cast.amina, rfr=20_000)
    cast.dossier = cast.amina.dossier
    return cast


def told(cast: SimpleNamespace, version: int, rfr: int | None, **recent: Any) -> None:
    services.save_resources(
        actor=cast.as_amina,
        dossier=cast.dossier,
        expected_version=version,
        told={None: ToldIncome(rfr_by_year={2024: rfr}, **recent)},
    )


def verified_by_claire(cast: SimpleNamespace) -> int:
    judged = queries.snapshot(cast.dossier, clock.today())
    return services.verify_figures(actor=cast.as_claire, dossier=cast.dossier, judged=judged)


def the_rfr() -> TaxIncome:
    return TaxIncome.objects.get(year=2024, dossier__applicant__first_name="Amina")


def lines(response: Any) -> list[str]:
    """What is said beside each figure, with plain spaces."""
    return [" ".join(proof.text.split()) for proof in response.context["proofs"].values()]


@pytest.mark.django_db
def test_a_verified_figure_names_who_and_for_whom(june: SimpleNamespace, login: Any) -> None:
    assert verified_by_claire(june) == 1
    rfr = the_rfr()
    assert (rfr.source, rfr.is_verified, rfr.verified_by, str(rfr.verified_for)) == (
        "staff",
        True,
        june.claire,
        "Habitat du Lac",
    )
    page = login(june.amina).get(reverse("dossier_resources"))
    assert lines(page) == ["Vérifié le 15 juin 2026 par Habitat du Lac."]


@pytest.mark.django_db
def test_a_new_figure_voids_the_verification_in_the_same_save(
    june: SimpleNamespace, login: Any
) -> None:
    verified_by_claire(june)
    told(june, 0, 20_001)
    assert (the_rfr().is_verified, the_rfr().source) == (False, "declared")
    page = login(june.amina).get(reverse("dossier_resources"))
    assert lines(page) == [
        "Déclaré par vous le 15 juin 2026. Le 15 juin 2026, Habitat du Lac avait vérifié un autre "
        "montant : 20 000 €."
    ]


@pytest.mark.django_db
def test_saving_the_same_figure_keeps_its_verification(june: SimpleNamespace) -> None:
    verified_by_claire(june)
    told(june, 0, 20_000)
    assert (the_rfr().is_verified, the_rfr().source) == (True, "staff")


@pytest.mark.django_db
def test_a_figure_changed_while_the_agent_reads_is_not_verified(june: SimpleNamespace) -> None:
    judged = queries.snapshot(june.dossier, clock.today())
    told(june, 0, 30_000, monthly=1_200)
    count = services.verify_figures(actor=june.as_claire, dossier=june.dossier, judged=judged)
    assert (count, the_rfr().is_verified) == (0, False)


@pytest.mark.django_db
def test_a_landlord_withdraws_its_own_verification_alone(june: SimpleNamespace) -> None:
    verified_by_claire(june)
    judged = queries.snapshot(june.dossier, clock.today())
    services.withdraw_verification(actor=june.as_david, dossier=june.dossier, judged=judged)
    assert the_rfr().is_verified
    services.withdraw_verification(actor=june.as_claire, dossier=june.dossier, judged=judged)
    assert (the_rfr().is_verified, the_rfr().source) == (False, "declared")


@pytest.mark.django_db
def test_each_recent_figure_grows_old_by_itself(june: SimpleNamespace, travel: Travel) -> None:
    told(june, 0, 20_000, last_12_months=12_000, monthly=900)
    travel(datetime(2026, 7, 20, 9, tzinfo=clock.PARIS))
    told(june, 1, 20_000, last_12_months=12_000, monthly=1_000)
    days = dict(RecentIncome.objects.values_list("kind", "told_on"))
    assert days == {"12_months": date(2026, 6, 15), "monthly": date(2026, 7, 20)}


@pytest.mark.django_db
def test_an_old_figure_is_said_and_confirmed_with_one_tick(
    june: SimpleNamespace, login: Any, travel: Travel
) -> None:
    told(june, 0, 20_000, last_12_months=12_000)
    client = login(june.amina)
    fresh = client.get(reverse("dossier_resources"))
    assert (
        lines(fresh)[-1] == "Déclaré par vous le 15 juin 2026. Compte jusqu'au 15 septembre 2026."
    )
    assert "still_true" not in fresh.context["form"].fields
    assert fresh.context["counted"].basis == "Douze derniers mois"

    travel(datetime(2026, 9, 16, 9, tzinfo=clock.PARIS))
    client = login(june.amina)
    old = client.get(reverse("dossier_resources"))
    assert lines(old)[-1] == (
        "À mettre à jour : trop ancien pour compter. Déclaré par vous le 15 juin 2026."
    )
    assert old.context["counted"].basis == "Revenus de 2024"
    task = {t["title"]: t["status"] for t in client.get(reverse("dossier")).context["tasks"]}
    assert task["Vos ressources"] == "À mettre à jour"

    typed = {"version": 1, "rfr": "20000", "lately": "12000", "still_true": "on"}
    assert client.post(reverse("dossier_resources"), typed).status_code == 302
    again = client.get(reverse("dossier_resources"))
    assert again.context["counted"].basis == "Douze derniers mois"
    assert RecentIncome.objects.get().told_on == date(2026, 9, 16)
    task = {t["title"]: t["status"] for t in client.get(reverse("dossier")).context["tasks"]}
    assert task["Vos ressources"] == "Complet"
