"""The people one may enter the demonstration as, and the password they share."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PASSWORD = "un toit pour chacun"
DOMAIN = "demo.alin.example"


@dataclass(frozen=True)
class Role:
    """`kind` says which face of the portal the person opens: applicant, landlord, commission,
    reserver or platform."""

    key: str
    first_name: str
    last_name: str
    kind: str
    label: str | Promise
    description: str | Promise

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


CAST = [
    Role(
        "amina",
        "Amina",
        "Benali",
        "applicant",
        _("Amina Benali, candidate"),
        _("son dossier est complet ; un logement lui est proposé, elle doit répondre"),
    ),
    Role(
        "bruno",
        "Bruno",
        "Morel",
        "applicant",
        _("Bruno Morel, candidat"),
        _("il commence : il manque encore des choses dans son dossier"),
    ),
    Role(
        "ines",
        "Inès",
        "Garnier",
        "applicant",
        _("Inès Garnier, candidate"),
        _("elle tient son dossier à deux, avec Karim"),
    ),
    Role(
        "karim",
        "Karim",
        "Saïdi",
        "applicant",
        _("Karim Saïdi, co-demandeur"),
        _("il complète le dossier d'Inès et postule avec elle"),
    ),
    Role(
        "lucie",
        "Lucie",
        "Perrot",
        "applicant",
        _("Lucie Perrot, candidate"),
        _("sa demande n'a pas été renouvelée : elle peut encore la retrouver"),
    ),
    Role(
        "claire",
        "Claire",
        "Vasseur",
        "landlord",
        _("Claire Vasseur, agente d'Habitat du Lac"),
        _("elle publie les offres et étudie les candidatures"),
    ),
    Role(
        "chloe",
        "Chloé",
        "Marchetti",
        "landlord",
        _("Chloé Marchetti, responsable d'Habitat du Lac"),
        _("comme Claire ; elle invite et retire aussi les agents"),
    ),
    Role(
        "david",
        "David",
        "Castaing",
        "landlord",
        _("David Castaing, agent de Logis d'Oc"),
        _("un autre bailleur, qui ne voit rien d'Habitat du Lac"),
    ),
    Role(
        "estelle",
        "Estelle",
        "Fournier",
        "commission",
        _("Estelle Fournier, présidente de commission"),
        _("une séance l'attend dans quelques jours, avec plusieurs logements"),
    ),
    Role(
        "hugo",
        "Hugo",
        "Delmas",
        "commission",
        _("Hugo Delmas, représentant des locataires"),
        _("il siège à la même commission qu'Estelle"),
    ),
    Role(
        "gaelle",
        "Gaëlle",
        "Rousseau",
        "reserver",
        _("Gaëlle Rousseau, réservataire"),
        _("elle travaille pour Entreprises & Logement, qui réserve des logements"),
    ),
    Role(
        "farid",
        "Farid",
        "Haddad",
        "platform",
        _("Farid Haddad, équipe du portail"),
        _("il crée les organisations et veille au bon fonctionnement"),
    ),
]
