"""What the law asks of a session, without the database."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# At least three demandes per vacant home, but for three exceptions: R441-3 CCH.
LEAST_CANDIDATES = 3

# A closed list; the law gives none, so this one follows practice and is for landlords to review.
MOTIVES = {
    "resources_over": gettext_lazy("ressources supérieures au plafond"),
    "pieces_missing": gettext_lazy("pièces manquantes"),
    "typology": gettext_lazy("logement inadapté à la taille du foyer"),
    "effort": gettext_lazy("taux d'effort trop élevé"),
    "remaining_income": gettext_lazy("reste à vivre insuffisant"),
    "outdated": gettext_lazy("dossier non actualisé ou discordant"),
    "ranked_behind": gettext_lazy("autre candidature jugée prioritaire"),
    "adapted_home": gettext_lazy("logement adapté réservé à une personne handicapée"),
    "owner": gettext_lazy("propriétaire d'un logement adapté à ses besoins"),
    "rent_debt": gettext_lazy("dette locative sans plan d'apurement"),
    "residence_permit": gettext_lazy("séjour régulier d'un adulte non établi"),
}
# The two conditions of access whose breach makes a request inadmissible: R441-2-8 d CCH.
INADMISSIBILITY_MOTIVES = ["resources_over", "residence_permit"]


def motives_in_words(codes: list[str], text: str) -> str:
    """The motives as the applicant reads them."""
    said = ", ".join(str(MOTIVES[code]) for code in codes)
    said = said[:1].upper() + said[1:] + "." if said else ""
    return " ".join(part for part in (said, text.strip()) if part)


def ranks_follow_each_other(ranks: list[int]) -> list[str]:
    """Awards of one home are ranked 1, 2, 3… without gap; the reason when they are not."""
    if sorted(ranks) == list(range(1, len(ranks) + 1)):
        return []
    return [_("Les rangs d'un même logement doivent se suivre à partir de 1.")]
