"""What people type about themselves: its messages and its limits. Nothing here writes."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignupForm(forms.Form):
    """Asked at sign-up besides address and password; allauth calls `signup` with the new user."""

    first_name = forms.CharField(
        label=_("Prénom"), max_length=80, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Nom"), max_length=80, widget=forms.TextInput({"autocomplete": "family-name"})
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing more to do: allauth has kept the names with the account."""
