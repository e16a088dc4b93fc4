"""What each adult of the household earns: two tax notices, the last twelve months, a month now."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Dossier, HouseholdMember
from accounts.rules import may_share_tax_notice
from accounts.services import ToldIncome

from .dossier import SectionForm
from .inputs import EurosField

N2, N1, LATELY, MONTHLY, TOGETHER = "rfr", "rfr_n1", "lately", "monthly", "together"
STILL_TRUE = "still_true"


def name_for(kind: str, member: HouseholdMember | None) -> str:
    """The field of one figure of one person; None stands for the applicant."""
    return kind if member is None else f"{kind}_{member.public_id.hex}"


def _labels(year: int) -> dict[str, tuple[str, str]]:
    """What each figure is called: the applicant's, then anybody else's."""
    return {
        N2: (
            _("Votre revenu fiscal de référence"),
            _("Revenu fiscal de référence de %(who)s"),
        ),
        N1: (
            _("Pour vous, revenu fiscal de référence de %(year)d") % {"year": year + 1},
            _("%(who)s, revenu fiscal de référence de {year}").format(year=year + 1),
        ),
        LATELY: (
            _("Pour vous, les douze derniers mois"),
            _("%(who)s, les douze derniers mois"),
        ),
        MONTHLY: (
            _("Ce que vous recevez chaque mois"),
            _("Ce que %(who)s reçoit chaque mois"),
        ),
    }


class ResourcesForm(SectionForm):
    """Four figures for the applicant and for each person who may declare an income. `asks_again`
    when recent ones grow old: whether they are still true."""

    separation_ground = forms.ChoiceField(
        label=gettext_lazy("Êtes-vous dans l'une de ces situations ?"),
        choices=[
            (Dossier.SeparationGround.NONE, gettext_lazy("Non")),
            (
                Dossier.SeparationGround.DIVORCE,
                gettext_lazy("Je divorce : un juge aux affaires familiales est saisi"),
            ),
            (Dossier.SeparationGround.PACS, gettext_lazy("Mon PACS est rompu")),
            (
                Dossier.SeparationGround.PROTECTION,
                gettext_lazy("J'ai une ordonnance de protection"),
            ),
            (
                Dossier.SeparationGround.COMPLAINT,
                gettext_lazy("J'ai porté plainte contre la personne avec qui je vivais"),
            ),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        members: list[HouseholdMember],
        year: int,
        asks_again: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        self.people: list[HouseholdMember | None] = [None, *members]
        for member in members:
            if may_share_tax_notice(member):
                self.fields[name_for(TOGETHER, member)] = forms.BooleanField(
                    label=_("%(who)s et moi déclarons nos revenus ensemble, sur le même avis")
                    % {"who": member},
                    required=False,
                )
        for kind, (own_label, other_label) in _labels(year).items():
            for person in self.people:
                self.fields[name_for(kind, person)] = EurosField(
                    label=other_label % {"who": person} if person else own_label,
                    biggest=99_999 if kind == MONTHLY else 999_999,
                    required=False,
                )
        if asks_again:
            self.fields[STILL_TRUE] = forms.BooleanField(
                label=_("Ces montants récents sont toujours exacts aujourd'hui"),
                help_text=_("Cochez si rien n'a changé ; sinon, corrigez-les au-dessus."),
                required=False,
            )

    def fields_of(self, kind: str) -> list[forms.BoundField]:
        """The fields of one kind of figure, the applicant's first."""
        names = [name_for(kind, person) for person in self.people]
        return [self[name] for name in names if name in self.fields]

    def told(self) -> dict[int | None, ToldIncome]:
        """What was typed, by person, as the service keeps it."""

        def typed(kind: str, person: HouseholdMember | None) -> Any:
            return self.cleaned_data.get(name_for(kind, person))

        return {
            person.pk if person else None: ToldIncome(
                rfr_by_year={self.year: typed(N2, person), self.year + 1: typed(N1, person)},
                last_12_months=typed(LATELY, person),
                monthly=typed(MONTHLY, person),
                shares_tax_notice=bool(typed(TOGETHER, person)),
                still_true=bool(self.cleaned_data.get(STILL_TRUE)),
            )
            for person in self.people
        }
