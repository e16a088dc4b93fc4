"""What an applicant answers to a proposal."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """A plain answer; `version` is the candidacy that the page showed."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class RefusalForm(AnswerForm):
    reason = forms.CharField(
        label=_("Pourquoi refusez-vous ?"),
        help_text=_("Le bailleur le lira. Cela aide à mieux vous proposer un logement."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
