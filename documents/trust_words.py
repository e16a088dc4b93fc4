"""What an operator reads of the lists of certificates."""

from datetime import date
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.utils.translation import gettext as _

from alin.kit import french

from . import seals, trust
from .models import TrustList
from .seals.chain import issuer_of
from .seals.facts import DGFIP, IMPRIMERIE_NATIONALE


def in_force(on: date) -> dict[str, Any]:
    """The list that counts, and what is to be done about it."""
    counting = trust.in_force()
    advice = ""
    if counting.is_old(on):
        advice = _(
            "La liste devait être mise à jour le %(day)s. Les sceaux de certificats plus récents "
            "sont dits inconnus : chargez la nouvelle liste."
        ) % {"day": french.long_date(counting.next_update)}
    elif counting.is_growing_old(on):
        advice = _("Une nouvelle liste est attendue pour le %(day)s : préparez-la.") % {
            "day": french.long_date(counting.next_update)
        }
    name = _("chargée par un opérateur") if counting.chosen else _("livrée avec le portail")
    return {
        "chosen": counting.chosen,
        "advice": advice,
        "rows": [
            {"key": _("Liste"), "value": name},
            {"key": _("Publiée le"), "value": french.long_date(counting.issued_on)},
            {"key": _("Prochaine mise à jour"), "value": french.long_date(counting.next_update)},
            {
                "key": _("Certificats"),
                "value": _("%(leaves)s, certifiés par %(authorities)s")
                % {
                    "leaves": counting.certificates,
                    "authorities": french.count(
                        counting.authorities, _("autorité"), _("autorités")
                    ),
                },
            },
        ],
    }


def compared(trust_list: TrustList) -> dict[str, Any]:
    """What a list would change: authorities by fingerprint, certificates by number."""
    new, now = seals.from_pem(trust_list.pem), trust.chain_in_force()
    new_prints, now_prints = _prints(new.every_authority()), _prints(now.every_authority())
    leaves, known = _prints(new.every_leaf()), _prints(now.every_leaf())
    gone = [each for print_, each in known.items() if print_ not in leaves]
    return {
        "authorities_new": _named(new_prints, new_prints.keys() - now_prints.keys()),
        "authorities_gone": _named(now_prints, now_prints.keys() - new_prints.keys()),
        "figures": [
            {"key": _("Certificats"), "value": len(leaves)},
            {"key": _("dont nouveaux"), "value": len(leaves.keys() - known.keys())},
            {"key": _("Certificats qui disparaissent"), "value": len(gone)},
            *(
                {"key": _("De %(who)s") % {"who": who}, "value": _sealed_by(new, siren)}
                for who, siren in (
                    (_("la Direction générale des finances publiques"), DGFIP),
                    (_("l'Imprimerie nationale"), IMPRIMERIE_NATIONALE),
                )
            ),
        ],
        "gone": sorted({issuer_of(each).name for each in gone}),
    }


def _prints(certificates: list[x509.Certificate]) -> dict[str, x509.Certificate]:
    return {each.fingerprint(hashes.SHA256()).hex(): each for each in certificates}


def _named(prints: dict[str, x509.Certificate], which: set[str]) -> list[dict[str, str]]:
    return [
        {"name": issuer_of(prints[print_]).name, "print": " ".join(_fours(print_))}
        for print_ in sorted(which)
    ]


def _fours(text: str) -> list[str]:
    return [text[start : start + 4] for start in range(0, len(text), 4)]


def _sealed_by(chain: seals.Chain, siren: str) -> int:
    return sum(issuer_of(each).siren == siren for each in chain.every_leaf())
