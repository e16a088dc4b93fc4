"""What an agent types about a candidacy."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import PointCheck

LONGEST_POINT_REASON = 300


class StepForm(forms.Form):
    """A button: the version of the candidacy that the page showed."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ReasonForm(StepForm):
    """A decision that carries a reason."""

    reason = forms.CharField(
        label=_("Motif"),
        max_length=1000,
        error_messages={"required": _("Écrivez le motif de cette décision.")},
        widget=forms.Textarea({"rows": 5}),
    )


class PointForm(StepForm):
    """The conclusion on one point. `seen` is the conclusion that the page showed, if any."""

    outcome = forms.ChoiceField(choices=PointCheck.Outcome.choices, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Ce qui ne va pas"), max_length=LONGEST_POINT_REASON, required=False
    )

    def clean(self) -> dict[str, object]:
        typed = super().clean() or {}
        refused = typed.get("outcome") == PointCheck.Outcome.REFUSED
        if refused and not typed.get("reason"):
            self.add_error("reason", _("Dites pourquoi ce point est refusé."))
        return typed
