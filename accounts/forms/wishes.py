"""Which home the applicant would like."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Dossier, WishedCommune
from territory.models import Commune
from territory.queries import commune_meant, label

from .dossier import SectionForm
from .inputs import EurosField

SLOTS = range(1, WishedCommune.MOST + 1)


class WishesForm(SectionForm):
    """Once valid, `communes()` are those wished, by slot. A name in doubt has `suggestions`: the
    page offers them, and the one chosen comes back as `commune_N_choice`."""

    wish_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Genre de logement"),
        choices=Dossier.HomeKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    wish_sizes = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Taille"),
        help_text=gettext_lazy("Un T3 a deux chambres et un séjour. Plusieurs choix possibles."),
        choices=[
            (n, f"T{n}" if n < Dossier.LARGEST_SIZE else gettext_lazy("T6 et plus"))
            for n in range(1, Dossier.LARGEST_SIZE + 1)
        ],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    wish_max_rent_eur = EurosField(
        label=gettext_lazy("Loyer le plus haut que vous acceptez, charges comprises"),
        help_text=gettext_lazy("Par mois, avant l'aide au logement."),
        biggest=99_999,
        required=False,
        error_messages={
            "invalid": gettext_lazy("Écrivez le loyer par mois en euros entiers, par exemple 650."),
            "too_big": gettext_lazy("Ce montant est trop élevé (%(limit)s € au plus par mois)."),
        },
    )
    wish_floor = forms.ChoiceField(
        label=gettext_lazy("Étage"),
        choices=Dossier.Floor.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    wish_lift = forms.BooleanField(
        label=gettext_lazy("Il faut un ascenseur si le logement est en étage"), required=False
    )
    wish_accessible = forms.BooleanField(
        label=gettext_lazy("Il faut un logement accessible en fauteuil roulant"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suggestions: dict[str, list[tuple[str, str]]] = {}
        self._meant: dict[int, Commune] = {}
        for slot in SLOTS:
            self.fields[f"commune_{slot}"] = forms.CharField(
                label=_("Commune %(n)d") % {"n": slot},
                max_length=80,
                required=False,
                widget=forms.TextInput({"autocomplete": "off"}),
            )

    def commune_fields(self) -> list[tuple[BoundField, list[tuple[str, str]]]]:
        """The fields of the communes with what each may mean, when it is in doubt."""
        names = [f"commune_{slot}" for slot in SLOTS]
        return [(self[name], self.suggestions.get(name, [])) for name in names]

    def communes(self) -> dict[int, Commune]:
        return self._meant

    def clean(self) -> dict[str, Any]:
        taken: set[str] = set()
        for slot in SLOTS:
            name = f"commune_{slot}"
            text = self.cleaned_data.get(name, "")
            if not text:
                continue
            commune = self._chosen(name, text)
            if commune is None:
                continue
            if commune.pk in taken:
                self.add_error(name, _("Cette commune est déjà dans votre liste."))
                continue
            taken.add(commune.pk)
            self._meant[slot] = commune
        return self.cleaned_data

    def _chosen(self, name: str, text: str) -> Commune | None:
        """The commune typed, or chosen among those it may mean; None when still in doubt."""
        meant = commune_meant(text)
        choice = self.data.get(f"{name}_choice", "")
        chosen = next((each for each in meant.candidates if each.pk == choice), meant.commune)
        if chosen is not None:
            self.cleaned_data[name] = label(chosen)
            return chosen
        self.suggestions[name] = [(each.pk, label(each)) for each in meant.candidates]
        self.add_error(
            name,
            ValidationError(
                _("Plusieurs communes peuvent correspondre : choisissez la vôtre.")
                if meant.candidates
                else _("Nous ne trouvons pas cette commune. Écrivez son nom ou son code postal."),
                code="doubt",
            ),
        )
        return None
