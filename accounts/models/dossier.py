"""The applicant's dossier, how often each section was saved, and who may see it."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from alin.kit import clock
from alin.kit.models import PublicIdModel
from territory.models import Commune

from .people import Organisation, User

_REASONS = [
    "no_home",
    "eviction",
    "notice",
    "unfit",
    "too_small",
    "too_expensive",
    "disability",
    "safety",
    "separation",
    "family",
    "work",
    "return_to_work",
    "leaving_care",
    "leaving_shelter",
    "dalo",
    "other",
]


class Dossier(PublicIdModel):
    """What an applicant tells once, for every candidacy.

    Nothing is compulsory here: completeness is computed (`accounts.rules.missing_facts`)."""

    class SeparationGround(models.TextChoices):
        """Situations in which only the applicant's resources count (L441-1 CCH)."""

        NONE = "", _("Non")
        DIVORCE = "divorce", _("Divorce en cours, un juge est saisi")
        PACS = "pacs", _("PACS rompu")
        PROTECTION = "protection", _("Ordonnance de protection")
        COMPLAINT = "complaint", _("Plainte déposée")

    class RadiationGround(models.TextChoices):
        """The closed list of R441-2-8 CCH."""

        HOUSED = "a", _("Logement social attribué et bail signé")
        RENOUNCED = "b", _("Demande abandonnée par écrit")
        NO_ANSWER = "c", _("Courrier resté sans réponse")
        INADMISSIBLE = "d", _("Demande jugée irrecevable par une commission")
        NOT_RENEWED = "e", _("Demande non renouvelée")
        MERGED = "f", _("Plusieurs demandes réunies en une seule")

    class HousingStatus(models.TextChoices):
        SOCIAL_TENANT = "social_tenant", _("Locataire d'un logement social")
        PRIVATE_TENANT = "private_tenant", _("Locataire d'un logement privé")
        HOSTED = "hosted", _("Hébergé par de la famille ou des amis")
        OWNER = "owner", _("Propriétaire")
        EMPLOYER = "employer", _("Logé par un employeur")
        RESIDENCE = "residence", _("Résidence sociale, foyer ou résidence étudiante")
        SHELTER = "shelter", _("Centre d'hébergement")
        HOTEL = "hotel", _("Hôtel")
        HOMELESS = "homeless", _("Sans abri, dans une voiture ou un abri de fortune")
        OTHER = "other", _("Autre situation")

    class Reason(models.TextChoices):
        """Why a home is asked for: the priorities of L441-1 CCH and the common reasons."""

        NO_HOME = "no_home", _("Sans logement, ou hébergement provisoire")
        EVICTION = "eviction", _("Expulsion décidée ou annoncée")
        NOTICE = "notice", _("Congé donné par le propriétaire")
        UNFIT = "unfit", _("Logement dangereux, insalubre ou non décent")
        TOO_SMALL = "too_small", _("Logement trop petit pour le foyer")
        TOO_EXPENSIVE = "too_expensive", _("Loyer trop élevé pour les ressources")
        DISABILITY = "disability", _("Logement inadapté à un handicap ou à l'âge")
        SAFETY = "safety", _("Besoin d'un lieu sûr")
        SEPARATION = "separation", _("Séparation")
        FAMILY = "family", _("Foyer qui s'agrandit")
        WORK = "work", _("Rapprochement du travail ou des études")
        RETURN_TO_WORK = "return_to_work", _("Reprise d'emploi après un long chômage")
        LEAVING_CARE = "leaving_care", _("Sortie de l'aide sociale à l'enfance avant 21 ans")
        LEAVING_SHELTER = "leaving_shelter", _("Sortie d'hébergement ou de soins")
        DALO = "dalo", _("Reconnu prioritaire par la commission de médiation (DALO)")
        OTHER = "other", _("Autre raison")

    class HomeKind(models.TextChoices):
        FLAT = "flat", _("Appartement")
        HOUSE = "house", _("Maison")

    class Floor(models.TextChoices):
        ANY = "", _("Tous les étages")
        GROUND = "ground", _("Rez-de-chaussée seulement")

    LARGEST_SIZE = 6

    applicant = models.OneToOneField(User, on_delete=models.RESTRICT, related_name="dossier")
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    disabled = models.BooleanField(_("carte mobilité inclusion, mention invalidité"), default=False)
    numero_unique = models.CharField(_("numéro unique"), max_length=18, blank=True)
    numero_registered_on = models.DateField(_("date de dépôt initial"), null=True, blank=True)
    numero_renewed_on = models.DateField(_("dernier renouvellement"), null=True, blank=True)
    numero_radiated_on = models.DateField(_("date de radiation"), null=True, blank=True)
    numero_radiation_ground = models.CharField(
        _("motif de radiation"), max_length=1, blank=True, choices=RadiationGround
    )
    # The end of validity that was told to the applicant: once for each.
    numero_reminded_for = models.DateField(null=True, blank=True, editable=False)
    employment_sector = models.CharField(
        _("situation professionnelle"),
        max_length=20,
        blank=True,
        choices=[
            ("private", _("Salarié du secteur privé (non agricole)")),
            ("agricultural", _("Salarié du secteur agricole")),
            ("public", _("Agent public")),
            ("self_employed", _("Indépendant")),
            ("student", _("Étudiant ou apprenti")),
            ("unemployed", _("En recherche d'emploi")),
            ("retired", _("Retraité")),
            ("other", _("Autre situation")),
        ],
    )
    # Asked because some homes are for a contract (a season, an apprenticeship); told or not.
    employment_contract = models.CharField(
        _("contrat de travail"),
        max_length=14,
        blank=True,
        default="",
        db_default="",
        choices=[
            ("permanent", _("Durée indéterminée (CDI)")),
            ("fixed_term", _("Durée déterminée (CDD)")),
            ("agency", _("Intérim")),
            ("seasonal", _("Saisonnier")),
            ("apprenticeship", _("Apprentissage ou professionnalisation")),
        ],
    )
    employer_name = models.CharField(_("nom de l'employeur"), max_length=120, blank=True)
    employer_siret = models.CharField(_("SIRET de l'employeur"), max_length=14, blank=True)
    employer_headcount = models.PositiveIntegerField(
        _("nombre de salariés de l'entreprise"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5_000_000)],
    )
    separation_ground = models.CharField(
        _("séparation"),
        max_length=20,
        blank=True,
        choices=SeparationGround,
        default=SeparationGround.NONE,
    )
    housing_status = models.CharField(
        _("logement actuel"), max_length=20, blank=True, choices=HousingStatus
    )
    housing_since = models.DateField(_("y vit depuis"), null=True, blank=True)
    housing_rent_eur = models.PositiveIntegerField(
        _("loyer actuel, charges comprises"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(99_999)],
    )
    housing_surface_m2 = models.PositiveSmallIntegerField(
        _("surface actuelle"), null=True, blank=True, validators=[MaxValueValidator(1_000)]
    )
    housing_persons = models.PositiveSmallIntegerField(
        _("personnes qui y vivent"), null=True, blank=True, validators=[MaxValueValidator(50)]
    )
    reasons = ArrayField(
        models.CharField(max_length=20, choices=Reason),
        verbose_name=_("raisons de la demande"),
        default=list,
        blank=True,
    )
    reasons_note = models.CharField(_("précisions"), max_length=600, blank=True)
    wish_kinds = ArrayField(
        models.CharField(max_length=10, choices=HomeKind),
        verbose_name=_("genres de logement souhaités"),
        default=list,
        blank=True,
    )
    wish_sizes = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("tailles souhaitées"),
        default=list,
        blank=True,
    )
    wish_max_rent_eur = models.PositiveIntegerField(
        _("loyer le plus haut, charges comprises"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(99_999)],
    )
    wish_floor = models.CharField(
        _("étage"), max_length=10, blank=True, choices=Floor, default=Floor.ANY
    )
    wish_lift = models.BooleanField(_("ascenseur nécessaire"), default=False)
    wish_accessible = models.BooleanField(_("logement accessible nécessaire"), default=False)
    # While its holder shares the dossier of somebody else; she finds it again afterwards.
    set_aside_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(set_aside_at=None) | models.Q(numero_unique=""),
                name="dossier_set_aside_has_no_numero",
                violation_error_message=_(
                    "Un dossier qui porte un numéro unique n'est pas mis de côté."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(numero_radiation_ground="", numero_radiated_on=None)
                | models.Q(
                    numero_radiation_ground__in=["a", "b", "c", "d", "e", "f"],
                    numero_radiated_on__isnull=False,
                ),
                name="radiation_has_ground_and_date",
                violation_error_message=_("Une radiation a un motif et une date."),
            ),
            models.CheckConstraint(
                condition=models.Q(wish_sizes__contained_by=[1, 2, 3, 4, 5, 6]),
                name="wished_sizes_exist",
                violation_error_message=_("Choisissez des tailles de T1 à T6 et plus."),
            ),
            models.CheckConstraint(
                condition=models.Q(wish_kinds__contained_by=["flat", "house"]),
                name="wished_kinds_exist",
                violation_error_message=_("Choisissez appartement, maison, ou les deux."),
            ),
            models.CheckConstraint(
                condition=models.Q(reasons__contained_by=_REASONS),
                name="reasons_are_of_the_list",
                violation_error_message=_("Choisissez des raisons de la liste."),
            ),
            models.UniqueConstraint(
                fields=["numero_unique"],
                condition=~models.Q(numero_unique=""),
                name="dossier_numero_unique_once",
                violation_error_message=_(
                    "Ce numéro unique est déjà celui d'un autre dossier. S'il est bien le vôtre, "
                    "contactez-nous : nous vérifierons avec vous."
                ),
            ),
        ]
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")

    def __str__(self) -> str:
        return f"Dossier de {self.applicant}"


class SectionState(models.Model):
    """How often a section was saved: a form that knows an older version meets a conflict page."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="sections")
    name = models.CharField(max_length=30)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.RESTRICT, related_name="+")
    # The form, as shown once, that saved last: one that saves as one types must not meet itself.
    saved_page = models.CharField(max_length=36, blank=True)

    class Meta:
        ordering = ["dossier", "name"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "name"], name="section_once_per_dossier")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.name} v{self.version}"

    @property
    def carried_over(self) -> bool:
        """Whether the portal filled the section in, from answers given before the account
        existed, and the person has not saved it since."""
        return self.version > 0 and self.saved_by_id is None


class WishedCommune(models.Model):
    """Where the applicant would like to live: five communes at most, in their order."""

    MOST = 5

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="wished_communes")
    slot = models.PositiveSmallIntegerField(_("rang"))
    commune = models.ForeignKey(Commune, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        ordering = ["dossier", "slot"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "slot"], name="one_commune_per_slot"),
            models.UniqueConstraint(
                fields=["dossier", "commune"],
                name="commune_wished_once",
                violation_error_message=_("Cette commune est déjà dans votre liste."),
            ),
            models.CheckConstraint(
                condition=models.Q(slot__gte=1, slot__lte=5),
                name="five_communes_at_most",
                violation_error_message=_("Cinq communes au plus."),
            ),
        ]
        verbose_name = _("commune souhaitée")
        verbose_name_plural = _("communes souhaitées")

    def __str__(self) -> str:
        return f"{self.slot}. {self.commune}"


class DossierAccess(models.Model):
    """Who may see a dossier, for what, from when to when. The only source of that right."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="accesses")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    person = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    purpose = models.CharField(max_length=120)
    # What the holder reads of the purpose: the home, the commission.
    subject = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organisation=None) ^ models.Q(person=None),
                name="access_for_one_organisation_or_person",
            ),
            models.UniqueConstraint(
                fields=["dossier", "organisation", "person", "purpose"],
                condition=models.Q(until=None),
                nulls_distinct=False,
                name="access_open_once_per_purpose",
            ),
        ]
        verbose_name = _("accès au dossier")
        verbose_name_plural = _("accès aux dossiers")

    def __str__(self) -> str:
        return f"{self.dossier_id} → {self.organisation or self.person} ({self.purpose})"
