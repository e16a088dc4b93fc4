"""What an applicant answers to a proposal."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """A plain answer; `version` is the candidacy that the page showed."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class RenunciationForm(AnswerForm):
    reason = forms.CharField(
        label=_("Pourquoi renoncez-vous ?"),
        help_text=_("Le bailleur le lira. Une phrase suffit."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Écrivez pourquoi vous renoncez à ce logement.")},
    )


class RefusalForm(AnswerForm):
    reason = forms.CharField(
        label=_("Pourquoi refusez-vous ?"),
        help_text=_("Le bailleur le lira. Cela aide à mieux vous proposer un logement."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DemandRenunciationForm(forms.Form):
    sure = forms.BooleanField(
        label=_("J'abandonne ma demande de logement social et son ancienneté"),
        error_messages={"required": _("Cochez la case pour confirmer, ou revenez au dossier.")},
    )
