"""What is stored of a dossier is what would be derived of it now, whatever changed it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts import services as accounts
from accounts.models import Dossier, HouseholdMember, RecentIncome, TaxIncome, User
from accounts.services import ToldIncome
from alin.kit import clock
from alin.kit.actor import Actor
from eligibility import services
from eligibility.models import DossierFacts
from eligibility.queries import facts_columns, household_facts
from tests import factories as f
from tests.territory.factories import CommuneFactory

pytestmark = pytest.mark.django_db

MID_JUNE = datetime(2026, 6, 15, 12, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(autouse=True)
def mid_june(travel: Callable[[datetime], None]) -> None:
    travel(MID_JUNE)


class Person:
    """Somebody who fills in a dossier, and the version of each of its sections."""

    def __init__(self, first_name: str = "Amina") -> None:
        self.user: User = f.person(first_name)
        self.actor: Actor = f.actor_for(self.user)
        self.dossier: Dossier = accounts.open_dossier(user=self.user)
        self._versions: dict[str, int] = {}

    def common(self, section: str) -> dict[str, Any]:
        version = self._versions.get(section, 0)
        self._versions[section] = version + 1
        return {"actor": self.actor, "dossier": self.dossier, "expected_version": version}

    def save(self, section: str, **changes: Any) -> None:
        accounts.save_section(section=section, changes=changes, **self.common(section))

    def live_with(self, link: str, **fields: Any) -> HouseholdMember:
        return accounts.save_member(
            member=HouseholdMember(first_name="Karim", link=link, **fields),
            **self.common("household"),
        )

    def earn(self, told: dict[int | None, ToldIncome], **more: Any) -> None:
        accounts.save_resources(told=told, **more, **self.common("resources"))

    @property
    def facts(self) -> DossierFacts:
        return DossierFacts.objects.get(dossier=self.dossier)


def of_2024(amount: int, **more: Any) -> ToldIncome:
    return ToldIncome(rfr_by_year={2024: amount}, **more)


def test_a_dossier_just_opened_has_facts() -> None:
    amina = Person()
    assert (amina.facts.category, amina.facts.resources_eur, amina.facts.has_numero_unique) == (
        "1",
        None,
        False,
    )


def each_step(amina: Person) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every service that changes a dossier, in turn, and what the facts must say after it."""
    amina.save("identity", birth_date=date(1990, 5, 4), phone="0600000000")
    yield "identity", {"category": "1", "persons": 1}
    amina.earn({None: of_2024(20_000)})
    yield "income", {"resources_eur": 20_000, "resources_year": 2024, "resources_basis": "N-2"}
    karim = amina.live_with("spouse", birth_date=None)
    # 36 years and an age unknown: two persons, or a young couple.
    yield "spouse", {"category": "2", "young_category": "3", "resources_eur": None}
    karim.birth_date = date(2008, 1, 1)
    accounts.save_member(member=karim, **amina.common("household"))
    yield "his age", {"category": "3", "young_category": None, "lli_column": "couple"}
    amina.earn({None: of_2024(20_000), karim.pk: of_2024(5_000)})
    yield "both incomes", {"resources_eur": 25_000}
    amina.earn({None: ToldIncome({}, last_12_months=9_000), karim.pk: ToldIncome({}, 8_000)})
    yield (
        "less lately",
        {
            "resources_eur": 17_000,
            "resources_basis": "12_months",
            "resources_year": None,
        },
    )
    amina.earn({None: ToldIncome({}), karim.pk: ToldIncome({})}, separation_ground="divorce")
    yield "separation", {"resources_eur": 20_000, "resources_basis": "N-2"}
    accounts.remove_member(member=karim, **amina.common("household"))
    yield "alone again", {"category": "1", "lli_column": "seul"}
    amina.live_with("child", dependant=True, custody="full", birth_date=date(2020, 1, 1))
    yield "a child", {"category": "3", "persons": 2, "lli_column": "1_pac"}
    amina.save("employment", employment_sector="private", employer_headcount=12)
    yield "employer", {"employment_sector": "private", "employer_headcount": 12}
    amina.save("employment", employment_contract="seasonal")
    yield "season", {"employment_contract": "seasonal", "employer_headcount": 12}
    amina.save("employment", employment_contract="permanent")
    yield "no season", {"employment_contract": None, "employment_sector": "private"}
    amina.save("employment", employment_sector="unemployed", employment_contract="seasonal")
    yield "no employer", {"employment_contract": None, "employment_sector": "jobseeker"}
    amina.save("employment", employment_sector="private")
    accounts.save_numero_unique(
        text="0740523000001TESTS",
        registered_on=date(2023, 5, 2),
        renewed_on=None,
        **amina.common("numero"),
    )
    yield (
        "number",
        {
            "has_numero_unique": True,
            "numero_valid": False,
            "registered_on": date(2023, 5, 2),
        },
    )
    accounts.declare_renewal(renewed_on=date(2026, 5, 2), **amina.common("numero"))
    yield "renewal", {"numero_valid": True, "registered_on": date(2023, 5, 2)}
    accounts.save_wishes(changes={}, communes=[CommuneFactory()], **amina.common("wishes"))
    yield "wishes", {"category": "3"}
    accounts.save_numero_unique(
        text="", registered_on=None, renewed_on=None, **amina.common("numero")
    )
    yield "no number", {"has_numero_unique": False, "numero_valid": False, "registered_on": None}


def test_after_every_service_that_changes_a_dossier_the_facts_are_those_derived_anew() -> None:
    amina = Person()
    for step, expected in each_step(amina):
        stored = DossierFacts.objects.filter(dossier=amina.dossier).values().get()
        assert {name: stored[name] for name in expected} == expected, step
        DossierFacts.objects.all().delete()
        services.derive_facts(dossier_ids=[amina.dossier.pk])
        anew = DossierFacts.objects.filter(dossier=amina.dossier).values().get()
        for of_when in ("computed_at", "on"):
            stored.pop(of_when), anew.pop(of_when)
        assert stored == anew, step


def test_the_facts_and_the_change_are_one_transaction() -> None:
    amina = Person()
    with pytest.raises(accounts.SectionConflict):
        accounts.save_section(
            actor=amina.actor,
            dossier=amina.dossier,
            section="employment",
            expected_version=7,
            changes={"employment_sector": "public"},
        )
    assert amina.facts.employment_sector is None


def test_a_day_that_changes_facts_derives_them_again(travel: Callable[[datetime], None]) -> None:
    amina = Person()
    amina.save("identity", birth_date=date(1998, 9, 1))
    karim = amina.live_with("spouse", birth_date=date(1999, 3, 1))
    amina.earn({None: of_2024(20_000), karim.pk: of_2024(5_000)})
    bruno = Person("Bruno")
    bruno.save("identity", birth_date=date(1980, 12, 1))
    # 27 and 27 years; her birthday is the first day that may change something.
    assert amina.facts.stale_on == date(2026, 9, 1)
    assert services.derive_stale_facts() == services.FactsReport(0, 0, 0)
    travel(datetime(2026, 9, 1, 8, tzinfo=ZoneInfo("Europe/Paris")))
    assert services.derive_stale_facts() == services.FactsReport(0, 0, 1)
    # 28 and 27: 55, still young until his birthday; first comes the year of other incomes.
    assert (amina.facts.category, amina.facts.stale_on) == ("3", date(2027, 1, 1))
    travel(datetime(2027, 1, 1, 0, 30, tzinfo=ZoneInfo("Europe/Paris")))
    assert services.derive_stale_facts() == services.FactsReport(0, 1, 1)
    assert (amina.facts.resources_eur, amina.facts.stale_on) == (None, date(2027, 3, 1))
    travel(datetime(2027, 3, 1, 8, tzinfo=ZoneInfo("Europe/Paris")))
    assert services.derive_stale_facts() == services.FactsReport(0, 1, 0)
    assert amina.facts.category == "2"
    assert services.derive_stale_facts() == services.FactsReport(0, 0, 0)


def test_the_end_of_the_demande_is_such_a_day(travel: Callable[[datetime], None]) -> None:
    amina = Person()
    accounts.save_numero_unique(
        text="0740723000001TESTS",
        registered_on=date(2023, 7, 2),
        renewed_on=date(2025, 7, 3),
        **amina.common("numero"),
    )
    assert (amina.facts.numero_valid, amina.facts.stale_on) == (True, date(2026, 7, 4))
    travel(datetime(2026, 7, 3, 23, 59, tzinfo=ZoneInfo("Europe/Paris")))
    services.derive_stale_facts()
    assert amina.facts.numero_valid is True
    travel(datetime(2026, 7, 4, 0, 1, tzinfo=ZoneInfo("Europe/Paris")))
    services.derive_stale_facts()
    assert amina.facts.numero_valid is False


def test_no_day_before_the_announced_one_changes_anything(
    travel: Callable[[datetime], None],
) -> None:
    """Whatever the rules depend on, the day of it is foreseen: each day of thirteen months."""
    people = [Person("Amina"), Person("Bruno"), Person("Chloé")]
    for number, each in enumerate(people):
        each.save("identity", birth_date=date(1998, 2, 28 - number), disabled=number == 2)
        if number == 1:
            Dossier.objects.filter(pk=each.dossier.pk).update(birth_date=date(2000, 2, 29))
        other = each.live_with("partner", birth_date=date(1999, 8, 1))
        child = each.live_with("child", birth_date=date(2008, 11, 11))
        TaxIncome.objects.bulk_create(
            TaxIncome(dossier=each.dossier, member=who, year=year, rfr_eur=9_000 - year)
            for who in (None, other, child)
            for year in range(2023, 2028)
        )
        RecentIncome.objects.bulk_create(
            RecentIncome(
                dossier=each.dossier,
                member=who,
                kind="12_months",
                amount_eur=5_000,
                told_on=date(2026, 3, 17) + timedelta(days=40 * number),
            )
            for who in (None, other, child)
        )
        accounts.save_numero_unique(
            text=f"074072300000{number}TESTS",
            registered_on=date(2023, 7, 2),
            renewed_on=date(2025, 11, 30),
            **each.common("numero"),
        )
    services.derive_all_facts()
    changes = 0
    for day in range(1, 400):
        travel(MID_JUNE + timedelta(days=day))
        today = clock.today()
        due = DossierFacts.objects.filter(stale_on__lte=today).count()
        assert services.derive_stale_facts().unchanged <= due
        before = DossierFacts.objects.order_by("pk").values()
        stored = [{k: v for k, v in row.items() if k not in HOW} for row in before]
        assert stored == [columns(each.dossier, today) for each in people], today
        changes += due
    assert changes >= 10


HOW = ("on", "stale_on", "computed_at", "dossier_id")


def columns(dossier: Dossier, on: date) -> dict[str, Any]:
    fresh = Dossier.objects.get(pk=dossier.pk)
    found = facts_columns(fresh, on)
    order = [field.attname for field in DossierFacts._meta.concrete_fields]
    return {name: found[name] for name in order if name in found and name not in HOW}


def test_all_facts_in_as_many_statements_for_three_dossiers_as_for_thirty() -> None:
    def statements(keys: list[int]) -> int:
        DossierFacts.objects.all().delete()
        with CaptureQueriesContext(connections["default"]) as found:
            services.derive_facts(dossier_ids=keys)
        return len([each for each in found if "SAVEPOINT" not in each["sql"]])

    keys = [f.complete_dossier(f.person(f"Amina{n}")).pk for n in range(30)]
    assert statements(keys[:3]) == statements(keys) == 8


def test_the_command_says_what_it_changed(capsys: pytest.CaptureFixture[str]) -> None:
    amina = Person()
    amina.save("identity", birth_date=date(1990, 5, 4))
    Person("Bruno")
    Person("Chloé")
    DossierFacts.objects.filter(dossier=amina.dossier).update(category="4")
    DossierFacts.objects.filter(dossier__applicant__first_name="Bruno").delete()
    call_command("derive_facts")
    assert capsys.readouterr().out == (
        "Faits des dossiers : créés : 1, modifiés : 1, inchangés : 1.\n"
    )
    call_command("derive_facts")
    assert capsys.readouterr().out == (
        "Faits des dossiers : créés : 0, modifiés : 0, inchangés : 3.\n"
    )
    assert amina.facts.category == "1"


def test_the_daily_round_finds_a_dossier_that_has_no_facts_yet() -> None:
    amina = Person()
    DossierFacts.objects.all().delete()
    assert services.derive_stale_facts() == services.FactsReport(1, 0, 0)
    assert amina.facts.persons == household_facts(amina.dossier, clock.today()).persons
