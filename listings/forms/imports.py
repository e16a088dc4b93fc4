"""Sending a file of stock."""

from django import forms
from django.utils.translation import gettext_lazy as _L


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_L("Fichier CSV ou XLSX"),
        help_text=_L("20 000 lignes et 10 Mo au plus. Rien n'est enregistré avant votre accord."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"empty": _L("Ce fichier est vide.")},
    )


class ApplyForm(forms.Form):
    without_refused = forms.BooleanField(
        label=_L("Enregistrer sans les lignes refusées"), required=False
    )
