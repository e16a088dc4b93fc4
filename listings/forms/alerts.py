"""What is asked to keep a search."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import SavedSearch


class SavedSearchForm(forms.Form):
    name = forms.CharField(
        label=_("Nom de l'alerte"),
        max_length=80,
        error_messages={"required": _("Donnez un nom à votre alerte, par exemple « Annecy T3 ».")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    frequency = forms.ChoiceField(
        label=_("Quand vous prévenir ?"),
        help_text=_(
            "Le courriel du jour ou de la semaine part à 7 heures. Si un logement ferme avant le "
            "prochain courriel, ou juste après, nous vous l'annonçons plus tôt."
        ),
        choices=SavedSearch.Frequency.choices,
        initial=SavedSearch.Frequency.DAILY,
        widget=forms.RadioSelect,
    )
    eligible_only = forms.BooleanField(
        label=_("Seulement les logements auxquels j'ai droit"),
        help_text=_("D'après votre dossier, au moment où le logement paraît."),
        required=False,
    )
