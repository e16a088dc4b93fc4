"""What an offer said, what it says now, and what may no longer change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _L

from alin.kit import french

from ..models import Dwelling, Offer, Picture, Residence
from .words import rent_in_words

# What an applicant reads of an offer, in the order of the page.
TRACKED = (
    "kind",
    "programme",
    "funding",
    "rent",
    "charges",
    "charges_cover",
    "deposit",
    "parking",
    "parking_rent",
    "available_on",
    "opens_at",
    "closes_at",
    "contingent",
    "reservataire_id",
    "employees_only",
    "priority_publics",
    "min_age",
    "max_age",
    "statuses",
    "max_stay_months",
    "conditions",
    "description",
)
# What an applicant reads of the home, under « dwelling.rooms », « residence.lift »…
_HOMES: dict[str, type[Dwelling | Residence]] = {"dwelling": Dwelling, "residence": Residence}
HOME_TRACKED = tuple(
    [f"dwelling.{name}" for name in (
        "kind", "rooms", "surface_m2", "annexes_m2", "floor", "accessible", "furnished", "dpe",
        "ges",
    )]
    + [f"residence.{name}" for name in (
        "name", "address", "postal_code", "qpv", "storeys", "lift", "built_in", "heating",
        "heating_energy",
    )]
)  # fmt: skip
# The pictures of each, under a name that is no field.
PICTURES = {
    "dwelling.pictures": _L("Images du logement"),
    "residence.pictures": _L("Images de la résidence"),
}
# What tells where the home stands, or lets its building be recognised (`Offer.address_hidden`).
WHERE = (
    *("residence.name", "residence.address", "residence.postal_code", "residence.qpv"),
    *("residence.storeys", "residence.built_in", "residence.heating", "residence.heating_energy"),
    *PICTURES,
)
_MONEY = {"rent", "charges", "deposit", "parking_rent"}
_LISTS = {
    "charges_cover": Offer.ChargesCover,
    "priority_publics": Offer.PriorityPublic,
    "statuses": Offer.Status,
}
_CHOICES = {
    "kind": Offer.Kind,
    "programme": Offer.Programme,
    "funding": Offer.Funding,
    "parking": Offer.Parking,
    "contingent": Offer.Contingent,
}
_FIXED = ("kind", "programme", "funding")
_PARKING = Offer.Parking
# A move of some days is told; beyond, it is another home in time than the one applied for.
_LATEST_DELAY = timedelta(days=31)
_NEVER_UP = ("rent", "charges", "deposit", "parking_rent")


@dataclass(frozen=True)
class Change:
    """One field of an offer, before and after, in words."""

    label: str
    before: str
    after: str


def as_plain(offer: Offer) -> dict[str, Any]:
    """What the offer says, as data that JSON keeps: amounts and instants as text."""
    return {name: _plain(getattr(offer, name)) for name in TRACKED}


def home_as_plain(home: Dwelling | Residence) -> dict[str, Any]:
    """What an applicant reads of the home, as `as_plain` gives it of the offer."""
    room = type(home).__name__.lower()
    return {
        name: _plain(getattr(home, name.removeprefix(f"{room}.")))
        for name in HOME_TRACKED
        if name.startswith(f"{room}.")
    }


def pictures_as_plain(home: Dwelling | Residence) -> list[str]:
    """What is seen on each picture of the home, in their order; one statement."""
    return [
        f"{each.get_role_display()} : {each.alt}" if each.role == Picture.Role.PLAN else each.alt
        for each in home.pictures.all()
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return list(value) if isinstance(value, (list, tuple)) else value


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The fields that differ between two states of an offer, or of its home, as `as_plain` and
    `home_as_plain` give them."""
    return [
        Change(_label(name), _in_words(name, before[name]), _in_words(name, after[name]))
        for name in (*TRACKED, *HOME_TRACKED, *PICTURES)
        if name in before and name in after and before[name] != after[name]
    ]


def _label(name: str) -> str:
    if name in PICTURES:
        return str(PICTURES[name])
    label = str(_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _field(name: str) -> Any:
    room, _dot, attribute = name.rpartition(".")
    return _HOMES.get(room, Offer)._meta.get_field(attribute.removesuffix("_id"))


def _in_words(name: str, value: Any) -> str:
    if name in _CHOICES:
        return str(dict(_CHOICES[name].choices).get(value, value)) or _("non renseigné")
    if name in PICTURES:
        return _pictures_in_words(value)
    if value is None or value in ("", []):
        return _("non renseigné")
    if name in _LISTS:
        labels = dict(_LISTS[name].choices)
        return ", ".join(str(labels.get(each, each)) for each in value)
    if name == "rent":
        return rent_in_words(Decimal(value))
    if name in _MONEY:
        return french.euros(Decimal(value))
    if name in ("opens_at", "closes_at"):
        return french.date_time(datetime.fromisoformat(value))
    if name == "available_on":
        return french.long_date(date.fromisoformat(value))
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if name.endswith("_m2"):
        return french.number(Decimal(value))
    choices = dict(_field(name).choices or [])
    return str(choices.get(value, value))


def _pictures_in_words(seen: Sequence[str]) -> str:
    if not seen:
        return _("aucune")
    numbered = " ; ".join(f"{rank}. {each}" for rank, each in enumerate(seen, start=1))
    return f"{french.count(len(seen), _('image'), _('images'))} ({numbered})"


def refused_once_published(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Why a published offer may not change so, whether somebody applied or not, by field: where
    the home stands was read already, or was promised to nobody."""
    hidden = _address_hidden(before)
    if hidden == _address_hidden(after):
        return {}
    by_programme = before["programme"] != after["programme"] and Offer.Programme.EMERGENCY in (
        before["programme"],
        after["programme"],
    )
    name = "programme" if by_programme else "priority_publics"
    return {
        name: _(
            "L'adresse de ce logement est protégée : cette modification la publierait. Closez "
            "cette offre avec un motif et publiez-en une autre."
        )
        if hidden
        else _(
            "L'adresse de ce logement a déjà été publiée : cette modification la protégerait trop "
            "tard. Closez cette offre avec un motif et publiez-en une autre."
        )
    }


def _address_hidden(said: Mapping[str, Any]) -> bool:
    offer = Offer(programme=said["programme"], priority_publics=said["priority_publics"])
    return offer.address_hidden


def refused_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], *, promised: date | None = None
) -> dict[str, str]:
    """Why an offer to which people have applied may not change so, by field. `promised`: the
    earliest day on which the home was to be free, as those who wait read it.

    They decided on what it said: it may become better for them, never dearer nor closed to some
    of them."""
    refused = {}
    for name in _FIXED:
        if before[name] != after[name]:
            refused[name] = _(
                "Des candidats ont postulé pour « %(before)s » : cela ne change plus. Clôturez "
                "cette offre avec un motif et publiez-en une autre."
            ) % {"before": _in_words(name, before[name])}
    for name in _NEVER_UP:
        if _amount(after[name]) > _amount(before[name]):
            refused[name] = _(
                "Des candidats ont postulé à %(before)s : ce montant peut baisser, pas augmenter."
            ) % {"before": french.euros(_amount(before[name]))}
    for name, message in [*_narrowed(before, after), *_taken_away(before, after)]:
        refused[name] = message
    if datetime.fromisoformat(after["closes_at"]) < datetime.fromisoformat(before["closes_at"]):
        refused["closes_at"] = _(
            "Cette clôture a été annoncée aux candidats : elle peut être repoussée. Pour fermer "
            "plus tôt, utilisez « Clore avant la date », avec un motif."
        )
    was, is_now = (date.fromisoformat(said["available_on"]) for said in (before, after))
    read = promised or was
    if is_now > was and is_now - read > _LATEST_DELAY:
        refused["available_on"] = _(
            "Des candidats ont postulé pour un logement disponible le %(before)s : il peut l'être "
            "un mois plus tard au plus."
        ) % {"before": french.long_date(read)}
    if after["opens_at"] != before["opens_at"]:
        refused["opens_at"] = _("Des candidats ont déjà postulé : l'ouverture ne change plus.")
    return refused


def _narrowed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Conditions that would shut out somebody who could apply, or put others before."""
    message = _("Des candidats ont postulé : cette condition ne peut plus en exclure.")
    narrower = {
        "employees_only": after["employees_only"] and not before["employees_only"],
        "min_age": (after["min_age"] or 0) > (before["min_age"] or 0),
        "max_age": (after["max_age"] or 200) < (before["max_age"] or 200),
        "statuses": bool(after["statuses"])
        and not set(before["statuses"] or Offer.Status.values) <= set(after["statuses"]),
        # Whoever a contingent, or a priority, puts first goes before those who have applied.
        "contingent": after["contingent"] not in ("", "own", before["contingent"]),
        "priority_publics": not set(after["priority_publics"]) <= set(before["priority_publics"]),
        "reservataire_id": bool(after["reservataire_id"])
        and after["reservataire_id"] != before["reservataire_id"],
        "max_stay_months": (after["max_stay_months"] or 999) < (before["max_stay_months"] or 999),
    }
    return [(name, message) for name, is_narrower in narrower.items() if is_narrower]


def _taken_away(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the rent or the charges included, and would no longer: the same price is then dearer."""
    lost = [each for each in before["charges_cover"] if each not in after["charges_cover"]]
    parkings = [str(each) for each in (_PARKING.NONE, _PARKING.OPTIONAL, _PARKING.INCLUDED)]
    refused = []
    if lost:
        refused.append(
            (
                "charges_cover",
                _("Des candidats ont postulé avec ces charges comprises : %(lost)s. Gardez-les.")
                % {"lost": _in_words("charges_cover", lost)},
            )
        )
    if parkings.index(after["parking"]) < parkings.index(before["parking"]):
        refused.append(
            (
                "parking",
                _("Des candidats ont postulé pour « %(before)s » : cela ne peut plus être retiré.")
                % {"before": _in_words("parking", before["parking"])},
            )
        )
    return refused


def _amount(value: str | None) -> Decimal:
    return Decimal(value or 0)


def refused_home_changes(changed: Collection[str], *, applied: bool) -> dict[str, str]:
    """Why the home of a published offer may not change so, by field (of the dwelling or of the
    residence). `applied`: whether somebody has applied.

    The commune decides the ceilings, and with them who may apply; the size is what one chose.
    Whatever else was mistaken is corrected: a lift that is not there is better said than hidden."""
    refused = {}
    if "commune" in changed:
        refused["commune"] = _(
            "Une offre publiée de cette résidence n'est pas terminée : sa commune décide des "
            "plafonds, elle ne change pas. Closez l'offre avec un motif, répondez aux candidats, "
            "puis corrigez la commune."
        )
    for name in ("kind", "rooms"):
        if applied and name in changed:
            refused[name] = _(
                "Des candidats ont postulé pour ce logement tel qu'il est publié : cela ne change "
                "plus. Closez l'offre avec un motif, répondez aux candidats, puis corrigez."
            )
    return refused
