"""A new year of ceilings for tests: 2027 as a file, and dossiers that stand where it matters."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from accounts.models import Dossier, HouseholdMember, TaxIncome
from accounts.rules import reference_income_year
from accounts.signals import dossier_changed
from alin.kit import clock
from alin.kit.actor import Actor
from eligibility import services
from eligibility.models import Ceiling, CeilingPublication
from tests import factories as f

DECEMBER = datetime(2026, 12, 20, 12, tzinfo=ZoneInfo("Europe/Paris"))
HEADER = "year,funding,zone,category,amount_eur,status,source"
SOCIAL = ("PLAI", "PLUS", "PLS", "LLS", "LLTS")
# What INSEE might publish for the third quarter of 2026, against 145.77.
INDEX = Decimal("147.22")


def file_of(year: int = 2027, *, fundings: Iterable[str] = SOCIAL, percent: str = "") -> str:
    """The ceilings of 2026, each × 147.22 / 145.77, or raised by that percentage."""
    factor = 1 + Decimal(percent) / 100 if percent else INDEX / Decimal("145.77")
    lines = [HEADER]
    for each in Ceiling.objects.filter(year=2026, funding__in=list(fundings)):
        amount = (each.amount_eur * factor).quantize(Decimal(1), ROUND_HALF_UP)
        named = f"{year},{each.funding},{each.zone},{each.category}"
        lines.append(f"{named},{amount},confirmed,arrêté du 20 décembre {year - 1}")
    return "\n".join(lines) + "\n"


def draft(actor: Actor, text: str | None = None) -> CeilingPublication:
    rows = [line.split(",") for line in (text or file_of()).strip().split("\n")]
    lines = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    return services.draft_publication(
        actor=actor, lines=lines, year=int(lines[0]["year"]), file_name="plafonds-2027.csv"
    )


def published(actor: Actor, text: str | None = None) -> CeilingPublication:
    return services.publish_ceilings(
        actor=actor, publication=draft(actor, text), valid_from=date(2027, 1, 1)
    )


def lives_alone(first_name: str, rfr: int) -> Dossier:
    """One person without card nor dependants, who told what she earned two years ago."""
    dossier = Dossier.objects.create(applicant=f.person(first_name), birth_date=date(1980, 1, 1))
    TaxIncome.objects.create(
        dossier=dossier, year=reference_income_year(clock.today()), rfr_eur=rfr
    )
    dossier_changed.send(sender=Dossier, dossier=dossier)
    return dossier


def lives_with(first_name: str, rfr: int, *others: str) -> Dossier:
    """The same with that many others (links), all adults but children, who are dependants."""
    dossier = lives_alone(first_name, rfr)
    year = reference_income_year(clock.today())
    for link in others:
        child = link == "child"
        member = HouseholdMember.objects.create(
            dossier=dossier,
            first_name="Lou",
            link=link,
            birth_date=date(2015, 1, 1) if child else date(1970, 1, 1),
            dependant=child,
        )
        if not child:
            TaxIncome.objects.create(dossier=dossier, member=member, year=year, rfr_eur=0)
    dossier_changed.send(sender=Dossier, dossier=dossier)
    return dossier
