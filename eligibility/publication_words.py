"""What is said of new ceilings: to the persons whose rights change, and to operators."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _

from alin.kit import french
from alin.kit.models import JournalEntry
from territory.models import Commune

from .models import CeilingPublication, Funding, RightChange
from .queries.publications import ComparedTable
from .rules import category_label


class Told(TypedDict):
    """What `notifications.tell` needs besides the person and the key."""

    title: str
    body: str
    path: str


def zone_label(zone: str) -> str:
    """A zone of ceilings in words: those of social homes, or those of intermediate ones."""
    known = {value: str(label) for value, label in Commune.CeilingsZone.choices}
    intermediate = {
        "A_bis": _("zone A bis"),
        "A": _("zone A"),
        "B1": _("zone B1"),
        "B2_C": _("zones B2 et C"),
    }
    return intermediate.get(zone) or known[zone]


def change_told(publication: CeilingPublication, changes: Iterable[RightChange]) -> Told:
    """What a person gains and loses."""
    changes = sorted(changes, key=lambda each: (each.funding, each.zone))
    day = french.long_date(publication.valid_from)
    gained = [_right(each) for each in changes if each.gained]
    lost = [_right(each) for each in changes if not each.gained]
    parts = [
        _(
            "Les plafonds de ressources changent le %(day)s. Avec les ressources que dit votre"
            " dossier aujourd’hui :"
        )
        % {"day": day}
    ]
    if gained:
        parts.append(_("Vous pourrez obtenir : %s.") % " ; ".join(gained))
    if lost:
        parts.append(_("Vous dépasserez le plafond de : %s.") % " ; ".join(lost))
    parts.append(
        _(
            "Pour une décision prise en %(year)d, ce sont vos ressources de %(income_year)d qui"
            " comptent. Vérifiez qu’elles sont dans votre dossier."
        )
        % {"year": publication.year, "income_year": publication.year - 2}
    )
    return {
        "title": _("Vos droits changent le %s") % day,
        "body": "\n\n".join(parts),
        "path": reverse("dossier_resources"),
    }


def withdrawal_told(publication: CeilingPublication) -> Told:
    """That what was told does not hold."""
    return {
        "title": _("Les plafonds annoncés pour %d sont retirés") % publication.year,
        "body": _(
            "Nous vous avions écrit que vos droits changeaient le %(day)s. Ces plafonds sont"
            " retirés : ce message ne compte plus. Jusqu’aux plafonds corrigés, le portail montre"
            " les derniers connus, à titre indicatif.\n\nMotif : %(reason)s\n\nQuand des plafonds"
            " corrigés seront publiés, nous vous écrirons de nouveau si vos droits changent."
        )
        % {
            "day": french.long_date(publication.valid_from),
            "reason": publication.withdrawal_reason,
        },
        "path": reverse("dossier_resources"),
    }


def _right(change: RightChange) -> str:
    return f"{Funding(change.funding).label} ({zone_label(change.zone)})"


def event_line(entry: JournalEntry) -> dict[str, object]:
    """A line of the history of a publication, for `ui.timeline`."""
    title = {
        "drafted": _("Fichier chargé"),
        "published": _("Publication"),
        "listed": _("Liste des droits qui changent établie"),
        "resumed": _("Reprise demandée"),
        "withdrawn": _("Retrait"),
    }[entry.event]
    text = {
        "drafted": lambda: (
            f"{entry.data['file']} : "
            + french.count(entry.data["amounts"], _("plafond"), _("plafonds"))
        ),
        "listed": lambda: french.count(entry.data["changes"], _("droit"), _("droits")),
        "withdrawn": lambda: entry.reason,
    }.get(entry.event, lambda: "")()
    return {"instant": entry.at, "title": title, "text": text, "who": entry.actor_label}


def table_view(table: ComparedTable) -> dict[str, object]:
    """Ceilings before and after, as rows to read: category, old, new, change."""
    rows = [
        [
            _category(category),
            _("inconnu") if before is None else french.euros(before, short=True),
            french.euros(after, short=True),
            "" if before is None else _percent(before, after),
        ]
        for category, before, after in table.rows
    ]
    return {
        "title": f"{table.funding} · {zone_label(table.zone)}",
        "old_year": table.old.year if table.old else None,
        "rows": rows,
        "gained": table.count.gained,
        "lost": table.count.lost,
        "spread": _spread(table),
    }


def _spread(table: ComparedTable) -> str:
    """The smallest and the largest change of a table."""
    changes = [(after / before, before, after) for _c, before, after in table.rows if before]
    if not changes:
        return _("sans plafond avant")
    (_low, *lowest), (_high, *highest) = min(changes), max(changes)
    least, most = _percent(*lowest), _percent(*highest)
    return least if least == most else _("de %(least)s à %(most)s") % {"least": least, "most": most}


def _percent(before: int, after: int) -> str:
    tenths = (Decimal(after - before) * 100 / before).quantize(Decimal("0.1"), ROUND_HALF_UP)
    sign = "+" if tenths > 0 else ""
    return f"{sign}{french.number(tenths)}\u00a0%"


def _category(category: str) -> str:
    if category.startswith("par_"):
        return _("par personne en plus")
    return category_label(category)
