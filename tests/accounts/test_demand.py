"""The life of a numéro unique: valid a year, renewed, struck off, back in time."""

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import queries, services
from accounts.models import Dossier
from accounts.rules import Demand, demand, months_after
from accounts.tasks import remind_renewals
from alin.kit import clock
from alin.kit.models import JobRun
from notifications.models import Notice, OutboxMessage
from tests import factories as f

SINCE = date(2025, 5, 12)


def on(day: date, **changes: Any) -> Demand | None:
    told: dict[str, Any] = {
        "registered_on": date(2022, 3, 1),
        "renewed_on": SINCE,
        "radiated_on": None,
        "ground": "",
    }
    return demand(**told | changes, on=day)


# Registered or renewed on 12 May 2025: each edge, from R441-2-7 CCH and the arrêté of
# 23 March 2015 (t + 13 and t + 18 months).
@pytest.mark.parametrize(
    ("day", "state", "reactivable"),
    [
        (date(2026, 4, 11), "active", None),
        (date(2026, 4, 12), "to_renew", None),
        (date(2026, 5, 12), "to_renew", None),
        (date(2026, 5, 13), "expired", None),
        (date(2026, 6, 11), "expired", None),
        (date(2026, 6, 12), "radiated", True),
        (date(2026, 11, 12), "radiated", True),
        (date(2026, 11, 13), "radiated", False),
    ],
)
def test_each_edge_of_a_year(day: date, state: str, reactivable: bool | None) -> None:
    standing = on(day)
    assert standing is not None
    assert standing.state == state
    assert standing.valid_until == date(2026, 5, 12)
    if reactivable is not None:
        assert (standing.ground, standing.is_reactivable(day)) == ("e", reactivable)


@pytest.mark.parametrize(
    ("ground", "until"),
    [
        ("a", None),
        ("b", None),
        ("c", date(2026, 6, 2)),
        ("d", None),
        ("e", date(2026, 11, 12)),
        ("f", None),
    ],
)
def test_only_two_grounds_let_a_demand_come_back(ground: str, until: date | None) -> None:
    standing = on(date(2026, 2, 1), radiated_on=date(2026, 1, 2), ground=ground)
    assert standing is not None
    assert (standing.state, standing.radiated_on) == ("radiated", date(2026, 1, 2))
    assert standing.reactivable_until == until


def test_nothing_is_said_without_a_date() -> None:
    assert on(SINCE, registered_on=None, renewed_on=None) is None


def test_months_end_where_the_month_does() -> None:
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 1, 15), -1) == date(2025, 12, 15)


# The applicant says that it is renewed


@pytest.fixture
def amina(cast: SimpleNamespace, travel: Callable[[datetime], None]) -> Any:
    """Amina on 20 April 2026; her demande ends on 12 May."""
    travel(datetime(2026, 4, 20, 10, tzinfo=clock.PARIS))
    Dossier.objects.filter(applicant=cast.amina).update(
        numero_registered_on=date(2022, 5, 3), numero_renewed_on=SINCE
    )
    Dossier.objects.exclude(applicant=cast.amina).update(numero_renewed_on=date(2026, 1, 10))
    cast.amina.dossier.refresh_from_db()
    return cast.amina


@pytest.mark.django_db
def test_a_renewal_is_declared_and_keeps_seniority(login: Any, amina: Any) -> None:
    client = login(amina)
    page = client.get(reverse("dossier_numero")).context["facts"]
    assert (page.state, page.sentence) == (
        "À renouveler",
        "Renouvelez votre demande avant le 12\u00a0mai 2026 pour garder son ancienneté.",
    )
    response = client.post(
        reverse("dossier_numero_renew"), {"version": 0, "renewed_on": "20/04/2026"}
    )
    assert response.url == reverse("dossier_numero")
    amina.dossier.refresh_from_db()
    assert (amina.dossier.numero_registered_on, amina.dossier.numero_renewed_on) == (
        date(2022, 5, 3),
        date(2026, 4, 20),
    )
    assert client.get(reverse("dossier_numero")).context["facts"].state == "Active"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("", "Écrivez la date du renouvellement."),
        ("21/04/2026", "Cette date est à venir : vérifiez l'année."),
        (
            "11/05/2025",
            "Votre demande a déjà été déposée ou renouvelée le 12\u00a0mai 2025.",
        ),
    ],
)
def test_an_impossible_renewal_is_refused(login: Any, amina: Any, day: str, reason: str) -> None:
    response = login(amina).post(reverse("dossier_numero_renew"), {"version": 0, "renewed_on": day})
    assert response.status_code == 422
    assert response.context["form"].errors == {"renewed_on": [reason]}


@pytest.mark.django_db
def test_a_demand_struck_off_comes_back_in_time_and_not_after(login: Any, amina: Any) -> None:
    client = login(amina)
    client.post(
        reverse("dossier_numero"),
        {
            "version": 0,
            "numero": amina.dossier.numero_unique,
            "registered_on": "03/05/2022",
            "renewed_on": "12/05/2025",
            "radiation_ground": "c",
            "radiated_on": "02/03/2026",
        },
    )
    facts = client.get(reverse("dossier_numero")).context["facts"]
    assert (facts.state, facts.may_renew) == ("Radiée", True)
    client.post(reverse("dossier_numero_renew"), {"version": 1, "renewed_on": "15/04/2026"})
    amina.dossier.refresh_from_db()
    assert (amina.dossier.numero_radiated_on, amina.dossier.numero_radiation_ground) == (None, "")

    Dossier.objects.filter(pk=amina.dossier.pk).update(
        numero_radiated_on=date(2026, 4, 16), numero_radiation_ground="b"
    )
    response = client.post(
        reverse("dossier_numero_renew"), {"version": 2, "renewed_on": "20/04/2026"}
    )
    assert response.status_code == 422
    amina.dossier.refresh_from_db()
    assert amina.dossier.numero_radiation_ground == "b"


@pytest.mark.django_db
def test_dates_that_were_not_told_are_no_striking_off(login: Any, amina: Any) -> None:
    """Renewed every year, told never: the page asks, and takes the answer."""
    Dossier.objects.filter(pk=amina.dossier.pk).update(numero_renewed_on=None)
    client = login(amina)
    facts = client.get(reverse("dossier_numero")).context["facts"]
    assert (facts.state, facts.may_renew) == ("À vérifier", True)
    client.post(reverse("dossier_numero_renew"), {"version": 0, "renewed_on": "20/04/2026"})
    assert client.get(reverse("dossier_numero")).context["facts"].state == "Active"


@pytest.mark.django_db
def test_a_ground_and_its_day_go_together(login: Any, amina: Any) -> None:
    client = login(amina)
    for typed, name in (
        ({"radiation_ground": "b"}, "radiated_on"),
        ({"radiated_on": "02/03/2026"}, "radiation_ground"),
    ):
        response = client.post(reverse("dossier_numero"), {"version": 0, "numero": ""} | typed)
        assert (response.status_code, list(response.context["form"].errors)) == (422, [name])
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=amina.dossier.pk).update(numero_radiation_ground="b")


# The reminder


def told() -> list[tuple[str, str]]:
    return list(
        Notice.objects.filter(key__startswith="renewal:").values_list("recipient__email", "title")
    )


@pytest.mark.django_db
def test_the_end_is_told_once_a_month_before_at_least(
    amina: Any, travel: Callable[[datetime], None]
) -> None:
    travel(datetime(2026, 3, 27, 8, tzinfo=clock.PARIS))
    assert (services.remind_renewals(), told()) == (0, [])
    # 45 days before the 12th of May.
    travel(datetime(2026, 3, 28, 8, tzinfo=clock.PARIS))
    assert services.remind_renewals() == 1
    expected = [
        (amina.email, "Renouvelez votre demande de logement avant le 12\u00a0mai 2026"),
    ]
    assert told() == expected
    assert OutboxMessage.objects.filter(key__startswith="renewal:").count() == 1
    # Again the same day, and the days after.
    remind_renewals()
    travel(datetime(2026, 4, 20, 8, tzinfo=clock.PARIS))
    assert (services.remind_renewals(), told()) == (0, expected)
    assert list(JobRun.objects.order_by("pk").values_list("job", "period", "handled")) == [
        ("remind-renewals", "2026-03-27", 0),
        ("remind-renewals", "2026-03-28", 1),
        ("remind-renewals", "2026-04-20", 0),
    ]


@pytest.mark.django_db
def test_the_next_end_is_told_in_its_turn(amina: Any, travel: Callable[[datetime], None]) -> None:
    services.remind_renewals()
    services.declare_renewal(
        actor=f.actor_for(amina),
        dossier=amina.dossier,
        expected_version=0,
        renewed_on=date(2026, 4, 20),
    )
    travel(datetime(2027, 4, 1, 8, tzinfo=clock.PARIS))
    Dossier.objects.exclude(pk=amina.dossier.pk).update(numero_unique="")
    assert services.remind_renewals() == 1
    assert [title for _who, title in told()] == [
        "Renouvelez votre demande de logement avant le 20\u00a0avril 2027",
        "Renouvelez votre demande de logement avant le 12\u00a0mai 2026",
    ]


@pytest.mark.django_db
def test_a_killed_reminder_goes_on_where_it_stopped(amina: Any) -> None:
    JobRun.objects.create(job="remind-renewals", period=clock.today().isoformat())
    assert services.remind_renewals() == 1
    assert queries.demand(amina.dossier, clock.today()) == Demand("to_renew", date(2026, 5, 12))
