"""Writing the zones of communes, with their history."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alin.kit import clock

from .models import Commune


class ZoneChange(NamedTuple):
    """A commune, with its zone ABC before and from a date on."""

    insee_code: str
    name: str
    before: str
    after: str


class ZonageRefused(Exception):
    """Why a zonage cannot be recorded, in French, for the operator."""


def record_zone_abc(
    zones: Mapping[str, str], *, since: date, source: str
) -> tuple[list[ZoneChange], int]:
    """Make `zones` (Insee code → Abis, A, B1, B2, C) the present zones ABC from `since` on, keep
    what was before as history, and return the communes that change, by code, with the number of
    communes that the zonage names. One transaction; said again, it changes nothing.

    An arrondissement that is not named follows its commune. Codes that are no commune's are
    passed over, and so are the collectivities overseas, which have no zone ABC.

    ZonageRefused when `since` is still to come or a later zonage is already recorded."""
    if since > clock.today():
        raise ZonageRefused(_("Ce zonage n’est pas encore en vigueur."))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '5min'")
        latest = Commune.objects.aggregate(latest=Max("zone_abc_as_of"))["latest"]
        if latest is not None and latest > since:
            raise ZonageRefused(
                _("Un zonage plus récent est déjà connu : celui du %s.") % f"{latest:%d/%m/%Y}"
            )
        # Communes written before histories were kept have none yet.
        keep_zone_abc_history(source=_("zonage connu avant celui-ci"))
        placed = _placed(zones)
        named = {each.insee_code: each.after for each in placed}
        cursor.execute(
            "UPDATE territory_commune AS c SET zone_abc = n.zone, zone_abc_as_of = %s"
            " FROM unnest(%s::text[], %s::text[]) AS n (code, zone)"
            " WHERE c.insee_code = n.code"
            " AND (c.zone_abc, c.zone_abc_as_of) IS DISTINCT FROM (n.zone, %s::date)",
            [since, list(named), list(named.values()), since],
        )
        keep_zone_abc_history(source=source)
    return [each for each in placed if each.after != each.before], len(named)


def _placed(zones: Mapping[str, str]) -> list[ZoneChange]:
    """The communes that a zonage names, locked, by code, with the zone it puts each in."""
    known = Commune.objects.exclude(zone_abc="").select_for_update().order_by("insee_code")
    placed = []
    for code, name, parent, before in known.values_list(
        "insee_code", "name", "parent_id", "zone_abc"
    ):
        after = zones.get(code) or zones.get(parent or "")
        if after is not None:
            placed.append(ZoneChange(code, name, before, after))
    return placed


def keep_zone_abc_history(*, source: str) -> None:
    """Make the open period of each commune say its present zone ABC: nothing to do where it
    does, else the period before ends on the day of the zonage. In the caller's transaction."""
    with connection.cursor() as cursor:
        # A correction of the same date replaces the zone; it was never in force.
        cursor.execute(
            "UPDATE territory_communezoneabc AS h SET zone = c.zone_abc, source = %s"
            " FROM territory_commune AS c"
            " WHERE c.insee_code = h.commune_id AND upper_inf(h.valid)"
            " AND lower(h.valid) = c.zone_abc_as_of AND h.zone <> c.zone_abc",
            [source],
        )
        cursor.execute(
            "UPDATE territory_communezoneabc AS h"
            " SET valid = daterange(lower(h.valid), c.zone_abc_as_of)"
            " FROM territory_commune AS c"
            " WHERE c.insee_code = h.commune_id AND upper_inf(h.valid)"
            " AND lower(h.valid) < c.zone_abc_as_of AND h.zone <> c.zone_abc"
        )
        cursor.execute(
            "INSERT INTO territory_communezoneabc (commune_id, zone, valid, source)"
            " SELECT c.insee_code, c.zone_abc, daterange(c.zone_abc_as_of, NULL), %s"
            " FROM territory_commune AS c"
            " WHERE c.zone_abc <> '' AND NOT EXISTS ("
            "  SELECT FROM territory_communezoneabc AS h"
            "  WHERE h.commune_id = c.insee_code AND upper_inf(h.valid))",
            [source],
        )
