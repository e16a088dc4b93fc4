"""The answers of a simulation, kept in the dossier of a new account."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.models import Dossier, HouseholdMember, IncomeFigure, SectionState, User
from accounts.rules import reference_income_year
from accounts.services import SectionConflict
from alin.kit import clock
from alin.kit.actor import SystemActor

from ..forms import SimulationForm
from ..rules.simulation import Answers

# Nobody typed these lines in the dossier: their section is saved by nobody until it is read.
SIMULATION = SystemActor(label="Simulation")
SECTIONS = ("household", "resources", "employment", "identity")
Link = HouseholdMember.Link
Custody = HouseholdMember.Custody


def carry_over(*, user: User, kept: Mapping[str, str], income_year: int) -> list[str]:
    """Start the dossier with the answers of a simulation (`SimulationForm.kept`), and return the
    names of the sections filled in.

    Only sections that were never saved are written, and only what has one meaning: an age is no
    date of birth, and the income of several tax notices cannot be shared out. `income_year` is
    the year of income that was asked for. The sections have been saved by nobody
    (`SectionState.saved_by` is empty) until the person saves them. Answers that are no longer
    valid carry nothing."""
    form = SimulationForm(dict(kept))
    if not form.is_valid():
        return []
    dossier = accounts.open_dossier(user=user)
    saved = set(
        SectionState.objects.filter(dossier=dossier, version__gt=0).values_list("name", flat=True)
    )
    filled = []
    for section in SECTIONS:
        if section in saved:
            continue
        try:
            with transaction.atomic():
                if _fill(dossier, section, form, income_year):
                    filled.append(section)
        except SectionConflict:
            # The person was faster in another window: what she typed stays.
            continue
    return filled


def _fill(dossier: Dossier, section: str, form: SimulationForm, income_year: int) -> bool:
    """Whether the answers had something to write into the section."""
    told = form.answers()
    if section == "household":
        return _fill_household(dossier, told)
    if section == "resources":
        return _fill_income(dossier, told, income_year)
    changes: dict[str, object] = {}
    if section == "identity" and told.disability and _is_alone(told):
        changes = {"disabled": True}
    if section == "employment" and told.employment is not None:
        changes = {
            "employment_sector": form.cleaned_data["secteur"],
            "employer_headcount": told.employment.headcount,
        }
    if changes:
        accounts.save_section(
            actor=SIMULATION,
            dossier=dossier,
            section=section,
            expected_version=0,
            changes=changes,
        )
    return bool(changes)


def _fill_household(dossier: Dossier, told: Answers) -> bool:
    people = _people(told)
    for version, member in enumerate(people):
        accounts.save_member(
            actor=SIMULATION, dossier=dossier, expected_version=version, member=member
        )
    return bool(people)


def _people(told: Answers) -> list[HouseholdMember]:
    """The spouse and the children, to be named. Of the others the simulator does not know who
    they are for the applicant: she adds them herself."""
    people = []
    if told.couple:
        link = Link.SPOUSE if told.union == "married" else Link.PARTNER
        people.append(HouseholdMember(first_name=_("Conjoint ou conjointe"), link=link))
    custodies = (
        [Custody.FULL] * told.children
        + [Custody.ALTERNATING] * told.alternating
        + [Custody.VISITING] * told.visiting
    )
    people += [
        HouseholdMember(
            first_name=_("Enfant %(n)d") % {"n": number},
            link=Link.CHILD,
            custody=custody,
            dependant=custody != Custody.VISITING,
        )
        for number, custody in enumerate(custodies, start=1)
    ]
    if told.expected:
        people.append(
            HouseholdMember(first_name=_("Enfant à naître"), link=Link.CHILD, expected=True)
        )
    return people


def _fill_income(dossier: Dossier, told: Answers, income_year: int) -> bool:
    """The incomes of one person, or of a married couple as on its one tax notice. Nothing when
    there are several notices, or when the year that counts is another by now."""
    several_notices = told.union == "cohabiting" or told.other_adults
    if (
        told.rfr_n2 is None
        or several_notices
        or income_year != reference_income_year(clock.today())
    ):
        return False
    spouse = HouseholdMember.objects.filter(dossier=dossier, link=Link.SPOUSE).first()
    if told.couple and spouse is None:
        return False
    incomes: dict[int | None, accounts.ToldIncome] = {
        None: accounts.ToldIncome(
            rfr_by_year={income_year: told.rfr_n2, income_year + 1: told.rfr_n1},
            last_12_months=None if spouse else told.last_12_months,
            monthly=None if spouse else told.monthly,
        )
    }
    if spouse:
        incomes[spouse.pk] = accounts.ToldIncome(rfr_by_year={}, shares_tax_notice=True)
    accounts.save_resources(
        actor=SIMULATION,
        dossier=dossier,
        expected_version=0,
        told=incomes,
        source=IncomeFigure.Source.SIMULATION,
    )
    return True


def _is_alone(told: Answers) -> bool:
    return not (told.couple or told.all_children or told.dependants or told.other_adults)
