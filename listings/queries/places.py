"""What people type as a place, and what is near one."""

import re
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, Q, TextField

from territory.models import Commune, Departement
from territory.queries import communes_like, folded, label, neighbours

RADII_KM = (5, 10, 20, 30, 50)
# Communes next to those asked for; town halls farther apart are another daily life.
NEXT_KM = 10
MOST_SUGGESTIONS = 6
MOST_HOMONYMS = 60
ANYWHERE = "*"


@dataclass(frozen=True)
class Place:
    """Where the homes asked for are: `where` filters search rows.

    `communes`: whether a commune bears the name. `same_name`: the labels of the communes when
    several do; a label typed again means that one alone. `several`: the labels of the communes
    meant when they are more than one. `alike`: labels of communes with a name like what was
    typed. `centre`: the one commune meant, that a radius of `radius_km` is drawn around.
    `spots`: the same place as words, for saved searches (see `spots_of` in matching)."""

    key: str
    where: Q
    spots: list[str]
    communes: bool = False
    centre: Commune | None = None
    departements: list[str] = field(default_factory=list)
    radius_km: int = 0
    same_name: list[str] = field(default_factory=list)
    several: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)


def place_named(text: str, radius_km: int = 0) -> Place:
    """The place that `text` means: a commune, a département or a region by name, a postal code
    or the code of a département. Accents and capitals do not matter. Three statements at most,
    one when a commune is like it.

    A name that is both a commune's and a département's (Vienne) means both; with a radius, the
    commune alone."""
    typed, departement_code = _without_departement(text)
    key = folded(typed)
    if _is_departement_code(key):
        code = key.upper().zfill(2)
        if not Departement.objects.filter(code=code).exists():
            return Place(key, Q(pk__in=[]), [])
        return Place(key, Q(departement=code), [f"d:{code}"], departements=[code])
    found, departements, regions = _found(typed, key)
    if departement_code:
        found = [each for each in found if each.departement_id == departement_code]
    meant = found if _is_postal_code(key) else _meant(found)
    if radius_km and len(meant) == 1:
        return _around(key, meant[0], radius_km)
    where, spots = _in_communes(meant), [f"c:{each.insee_code}:0" for each in meant]
    if departement_code or _is_postal_code(key):
        departements, regions = [], []
    where |= Q(departement__in=departements) if departements else Q()
    where |= Q(region_code__in=regions) if regions else Q()
    spots += [*(f"d:{code}" for code in departements), *(f"r:{code}" for code in regions)]
    several = [label(commune) for commune in meant] if len(meant) > 1 else []
    return Place(
        key,
        where if spots else Q(pk__in=[]),
        spots,
        communes=bool(meant),
        centre=meant[0] if len(meant) == 1 else None,
        departements=sorted({*departements, *(each.departement_id for each in meant)}),
        same_name=several if not _is_postal_code(key) else [],
        several=several,
        alike=[label(commune) for commune in found[:MOST_SUGGESTIONS]],
    )


def _found(typed: str, key: str) -> tuple[list[Commune], list[str], list[str]]:
    """The communes that bear a name or one like it, the likeliest first, and the codes of the
    départements and of the regions that bear it."""
    named = Departement.objects.annotate(key=_folded_by_database("name")).filter(key=key)
    codes = named.order_by("code").values_list("code", flat=True)
    wider = Departement.objects.annotate(key=_folded_by_database("region_name")).filter(key=key)
    regions = wider.order_by("region_code").distinct("region_code")
    region_codes = regions.values_list("region_code", flat=True)
    rows = list(
        communes_like(typed).annotate(
            same_departements=ArraySubquery(codes), same_regions=ArraySubquery(region_codes)
        )[:MOST_HOMONYMS]
    )
    if rows:
        return [*rows], rows[0].same_departements, rows[0].same_regions
    return [], list(codes), list(region_codes)


def _in_communes(communes: list[Commune]) -> Q:
    """A commune holds its municipal arrondissements."""
    arrondissements = [each.insee_code for each in communes if each.parent_id]
    cities = [each.insee_code for each in communes if not each.parent_id]
    where = Q(city__in=cities) if cities else Q()
    return where | Q(commune__in=arrondissements) if arrondissements else where


def _around(key: str, centre: Commune, radius_km: int) -> Place:
    near = list(neighbours(centre, radius_km))
    codes = {centre.insee_code, *(each.insee_code for each in near)}
    if any(each.parent_id == centre.pk for each in near):
        # The whole of the city, though its farthest arrondissements be farther than that.
        codes.update(centre.arrondissements.values_list("insee_code", flat=True))
    return Place(
        key,
        # One column: of two, none of the indexes could answer alone.
        Q(commune__in=sorted(codes)),
        [f"c:{centre.insee_code}:{radius_km}"],
        communes=True,
        centre=centre,
        radius_km=radius_km,
        departements=sorted({centre.departement_id, *(each.departement_id for each in near)}),
    )


def _is_postal_code(key: str) -> bool:
    return re.fullmatch(r"[0-9]{5}", key) is not None


def _is_departement_code(key: str) -> bool:
    return re.fullmatch(r"[0-9]{1,3}|2[ab]", key) is not None


def _without_departement(text: str) -> tuple[str, str]:
    """“Saint-Denis (93)” → (“Saint-Denis”, “93”)."""
    match = re.fullmatch(r"(.+?)\s*\(\s*([0-9]{2,3}|2[ABab])\s*\)\s*", text)
    return (match[1], match[2].upper()) if match else (text, "")


def _meant(found: list[Commune]) -> list[Commune]:
    """Those that bear the exact name, else the only one whose name begins so."""
    exact = [each for each in found if getattr(each, "likelihood", None) == 0]
    begins = [each for each in found if getattr(each, "likelihood", None) == 1]
    return exact or (begins if len(begins) == 1 else [])


def _folded_by_database(column: str) -> Func:
    return Func(F(column), function="territory_folded", output_field=TextField())


def commune_label(commune: Commune) -> str:
    return label(commune)


def suggestions_for_unknown(place: Place) -> list[str] | None:
    """For a search that found nothing: None when the place exists, else what may have been
    meant, possibly nothing. One statement at most."""
    if place.communes:
        return None
    if _is_postal_code(place.key):
        return []
    rows = list(Departement.objects.values_list("code", "name", "region_name"))
    if _is_departement_code(place.key):
        return None if place.key.upper().zfill(2) in {code for code, *_names in rows} else []
    names = {folded(name): name for _code, *both in rows for name in both}
    if place.key in names:
        return None
    close = get_close_matches(place.key, names, n=2, cutoff=0.75)
    return [names[key] for key in close] + place.alike


def next_to(communes: list[Commune], km: float = NEXT_KM) -> set[str]:
    """The codes of the communes within `km` of one of these, without them. One statement."""
    if not communes:
        return set()
    around = [neighbours(each, km).order_by().values_list("insee_code") for each in communes]
    rows = around[0].union(*around[1:]) if len(around) > 1 else around[0]
    return {code for (code,) in rows} - {each.insee_code for each in communes}
