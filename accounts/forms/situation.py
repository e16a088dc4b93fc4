"""Where the applicant lives now, and why another home is asked for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Dossier

from .dossier import SectionForm
from .inputs import EurosField, FrenchDateField, WholeNumberField, check_past

Reason = Dossier.Reason


class HousingForm(SectionForm):
    housing_status = forms.ChoiceField(
        label=_("Où vivez-vous aujourd'hui ?"),
        choices=Dossier.HousingStatus.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    housing_since = FrenchDateField(
        label=_("Depuis quand ?"),
        help_text=_("Une date approchée suffit. Par exemple : 01/09/2021"),
        required=False,
        validators=[check_past],
    )
    housing_rent_eur = EurosField(
        label=_("Ce que vous payez par mois, charges comprises"),
        help_text=_("Sans retirer l'aide au logement. Écrivez 0 si vous ne payez rien."),
        biggest=99_999,
        required=False,
        error_messages={"too_big": _("Ce montant est trop élevé (%(limit)s € au plus par mois).")},
    )
    housing_surface_m2 = WholeNumberField(
        label=_("Surface du logement"), smallest=1, biggest=1_000, required=False
    )
    housing_persons = WholeNumberField(
        label=_("Nombre de personnes qui y vivent, vous compris"),
        smallest=1,
        biggest=50,
        required=False,
    )


class ReasonsForm(SectionForm):
    reasons = forms.MultipleChoiceField(
        label=_("Pourquoi demandez-vous un logement ?"),
        help_text=_("Cochez tout ce qui correspond. Certaines raisons donnent une priorité."),
        choices=[
            (Reason.NO_HOME, _("Je n'ai pas de logement, ou un hébergement provisoire")),
            (Reason.EVICTION, _("Une expulsion est décidée ou annoncée")),
            (Reason.NOTICE, _("Mon propriétaire m'a donné congé")),
            (Reason.UNFIT, _("Mon logement est dangereux, insalubre ou non décent")),
            (Reason.TOO_SMALL, _("Mon logement est trop petit pour mon foyer")),
            (Reason.TOO_EXPENSIVE, _("Mon loyer est trop élevé pour mes ressources")),
            (Reason.DISABILITY, _("Mon logement est inadapté à un handicap ou à l'âge")),
            (Reason.SAFETY, _("J'ai besoin d'un lieu sûr")),
            (Reason.SEPARATION, _("Je me sépare")),
            (Reason.FAMILY, _("Mon foyer s'agrandit")),
            (Reason.WORK, _("Je me rapproche de mon travail ou de mes études")),
            (Reason.RETURN_TO_WORK, _("Je reprends un emploi après un long chômage")),
            (Reason.LEAVING_CARE, _("J'ai moins de 21 ans et je quitte l'aide à l'enfance")),
            (Reason.LEAVING_SHELTER, _("Je quitte un hébergement ou un lieu de soins")),
            (Reason.DALO, _("Une commission de médiation m'a reconnu prioritaire (DALO)")),
            (Reason.OTHER, _("Une autre raison")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reasons_note = forms.CharField(
        label=_("Quelque chose à préciser ?"),
        help_text=_(
            "Le bailleur le lit. N'écrivez rien sur votre santé, vos opinions ou votre religion."
        ),
        max_length=600,
        widget=forms.Textarea({"rows": 4}),
        required=False,
    )
