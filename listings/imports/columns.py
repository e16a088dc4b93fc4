"""The columns of a landlord's file: every field that the pages of a residence, of a dwelling and
of an offer ask for."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from territory.queries import folded

# Title in the file → field of the form of the page.
DWELLING_COLUMNS = {
    "logement": "reference",
    "type": "kind",
    "pieces": "rooms",
    "surface": "surface_m2",
    "annexes": "annexes_m2",
    "loyer_max_convention": "convention_max_rent",
    "etage": "floor",
    "accessible": "accessible",
    "meuble": "furnished",
    "dpe": "dpe",
    "ges": "ges",
}
OFFER_COLUMNS = {
    "type_offre": "programme",
    "financement": "funding",
    "loyer": "rent",
    "charges": "charges",
    "charges_couvrent": "charges_cover",
    "depot": "deposit",
    "stationnement": "parking",
    "loyer_stationnement": "parking_rent",
    "disponible_le": "available_on",
    "ouverture": "opens_on",
    "heure_ouverture": "opens_hour",
    "cloture": "closes_on",
    "heure_cloture": "closes_hour",
    "contingent": "contingent",
    "reservataire": "reservataire",
    "salaries_seulement": "employees_only",
    "publics_prioritaires": "priority_publics",
    "age_min": "min_age",
    "age_max": "max_age",
    "situations": "statuses",
    "duree_max_mois": "max_stay_months",
    "presentation": "description",
    "conditions": "conditions",
}
WINDOW_COLUMNS = ("ouverture", "heure_ouverture", "cloture", "heure_cloture")
RESIDENCE_COLUMNS = {
    "nom_residence": "name",
    "adresse": "address",
    "code_postal": "postal_code",
    "commune": "commune",
    "latitude": "latitude",
    "longitude": "longitude",
    "qpv": "qpv",
    "etages_residence": "storeys",
    "ascenseur": "lift",
    "annee_construction": "built_in",
    "chauffage": "heating",
    "energie_chauffage": "heating_energy",
}
COLUMNS = ["residence", *DWELLING_COLUMNS, *OFFER_COLUMNS, *RESIDENCE_COLUMNS]
NEEDED = ("residence", "logement")
EXAMPLE = {
    "residence": "TIL-01",
    "logement": "A-12",
    "type": "appartement",
    "pieces": "3",
    "surface": "62,5",
    "annexes": "8",
    "loyer_max_convention": "",
    "etage": "2",
    "accessible": "non",
    "meuble": "non",
    "dpe": "C",
    "ges": "D",
    "type_offre": "logement familial",
    "financement": "PLUS",
    "loyer": "412,40",
    "charges": "75",
    "charges_couvrent": "eau froide, chauffage",
    "depot": "412,40",
    "stationnement": "stationnement possible, en plus",
    "loyer_stationnement": "25",
    "disponible_le": "01/03/2027",
    "ouverture": "",
    "heure_ouverture": "09:00",
    "cloture": "",
    "heure_cloture": "18:00",
    "contingent": "hors contingent, au bailleur",
    "reservataire": "",
    "salaries_seulement": "non",
    "publics_prioritaires": "personnes en situation de handicap",
    "age_min": "",
    "age_max": "",
    "situations": "",
    "duree_max_mois": "",
    "presentation": "Deux chambres au sud.",
    "conditions": "",
    "nom_residence": "Les Tilleuls",
    "adresse": "12 rue des Tilleuls",
    "code_postal": "69100",
    "commune": "Villeurbanne (69)",
    "latitude": "45,7719",
    "longitude": "4,8902",
    "qpv": "non",
    "etages_residence": "4",
    "ascenseur": "oui",
    "annee_construction": "1998",
    "chauffage": "collectif",
    "energie_chauffage": "réseau de chaleur",
}


def columns_of(headers: Sequence[str]) -> dict[int, str]:
    """Which column each header names. Raises ValidationError when the needed ones are missing,
    when one comes twice, or when one is unknown."""
    named = {i: _key(header) for i, header in enumerate(headers) if header}
    unknown = [headers[i] for i, key in named.items() if key not in COLUMNS]
    if unknown:
        raise ValidationError(
            _("Colonnes inconnues : %(names)s. Partez du modèle à télécharger.")
            % {"names": ", ".join(unknown)[:200]}
        )
    twice = {key for key in named.values() if list(named.values()).count(key) > 1}
    missing = [name for name in NEEDED if name not in named.values()]
    if twice or missing:
        raise ValidationError(
            _("Colonnes absentes ou en double : %(names)s.")
            % {"names": ", ".join([*missing, *sorted(twice)])}
        )
    return named


def _key(header: str) -> str:
    return folded(header).replace(" ", "_").replace("-", "_")
