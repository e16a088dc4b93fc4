"""Offers: what puts a dwelling on the portal for a window of time."""

from datetime import datetime
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from alin.kit import clock
from alin.kit.models import PublicIdModel
from eligibility.models import Occupation

from .stock import Dwelling


class OfferQuerySet(models.QuerySet["Offer"]):
    def open_at(self, at: datetime) -> "OfferQuerySet":
        """Offers one may apply to at the instant `at`: the same predicate as `Offer.is_open`."""
        return self.filter(
            Q(closed_early_at=None) | Q(closed_early_at__gt=at),
            published_at__lte=at,
            opens_at__lte=at,
            closes_at__gt=at,
        )

    def by_commission(self) -> "OfferQuerySet":
        """Offers whose `path` is the commission."""
        return self.filter(kind="social", programme="ordinary")


def hides_address(offer: str = "") -> Q:
    """`Offer.address_hidden` for statements; `offer`: the path to the offer, as `offer__`."""
    return Q(**{f"{offer}programme": "emergency"}) | Q(
        **{f"{offer}priority_publics__contains": ["violence"]}
    )


class Offer(PublicIdModel):
    """A dwelling to let, for a window of time. Money in euros a month.

    Published when `published_at` is set. Open is computed, never stored."""

    class Kind(models.TextChoices):
        SOCIAL = "social", _("logement social")
        INTERMEDIATE = "intermediate", _("logement intermédiaire")
        TEMPORARY = "temporary", _("logement temporaire")

    class Funding(models.TextChoices):
        PLAI = "PLAI", _("PLAI – très social")
        PLUS = "PLUS", _("PLUS – social")
        PLS = "PLS", _("PLS – social, plafond plus haut")
        LLS = "LLS", _("LLS – social outre-mer")
        LLTS = "LLTS", _("LLTS – très social outre-mer")
        LLI = "LLI", _("LLI – intermédiaire")
        NONE = "", _("sans plafond de ressources")

    class Programme(models.TextChoices):
        """What kind of home it is within its category; each has its own conditions."""

        ORDINARY = "ordinary", _("logement familial")
        YOUNG_WORKERS = "young_workers", _("résidence pour jeunes actifs")
        STUDENTS = "students", _("résidence étudiante")
        MOBILITY = "mobility", _("résidence mobilité")
        EMERGENCY = "emergency", _("logement d'urgence")
        AGRICULTURAL = "agricultural", _("logement de salariés agricoles")
        SEASONAL = "seasonal", _("logement de travailleurs saisonniers")

    class Parking(models.TextChoices):
        NONE = "none", _("sans stationnement")
        INCLUDED = "included", _("stationnement compris dans le loyer")
        OPTIONAL = "optional", _("stationnement possible, en plus")

    class ChargesCover(models.TextChoices):
        COMMON_PARTS = "common_parts", _("entretien des parties communes")
        LIFT = "lift", _("ascenseur")
        WASTE = "waste", _("ordures ménagères")
        COLD_WATER = "cold_water", _("eau froide")
        HOT_WATER = "hot_water", _("eau chaude")
        HEATING = "heating", _("chauffage")
        ELECTRICITY = "electricity", _("électricité")
        INTERNET = "internet", _("internet")
        FURNITURE = "furniture", _("mobilier et services")

    class Contingent(models.TextChoices):
        """On whose share of the homes the offer counts (R441-5 CCH)."""

        OWN = "own", _("hors contingent, au bailleur")
        ACTION_LOGEMENT = "action_logement", _("Action Logement")
        STATE = "state", _("État (préfecture)")
        LOCAL = "local", _("commune ou intercommunalité")
        EMPLOYER = "employer", _("employeur")

    class PriorityPublic(models.TextChoices):
        """Whom the law puts first (L441-1 and L441-2-3 CCH)."""

        DALO = "dalo", _("ménages reconnus prioritaires (DALO)")
        DISABILITY = "disability", _("personnes en situation de handicap")
        VIOLENCE = "violence", _("victimes de violences")
        HOUSELESS = "houseless", _("personnes sans logement ou hébergées")
        UNFIT_HOME = "unfit_home", _("personnes en logement indigne ou suroccupé")
        EVICTION = "eviction", _("personnes menacées d'expulsion")
        BACK_TO_WORK = "back_to_work", _("reprise d'emploi après un long chômage")
        CARE_LEAVERS = "care_leavers", _("jeunes sortant de l'aide sociale à l'enfance")
        ESSENTIAL_WORKERS = "essential_workers", _("professions essentielles")
        TRANSFER = "transfer", _("locataires HLM demandant une mutation")

    # What somebody must be doing to live there.
    Status = Occupation

    class Path(models.TextChoices):
        CALEOL = "caleol", _("commission d'attribution")
        DIRECT = "direct", _("décision du bailleur")

    SOCIAL_FUNDINGS = ["PLAI", "PLUS", "PLS", "LLS", "LLTS"]
    SOCIAL_PROGRAMMES = ["ordinary", "young_workers", "students"]
    TEMPORARY_PROGRAMMES = ["mobility", "emergency", "agricultural", "seasonal"]

    dwelling = models.ForeignKey(Dwelling, on_delete=models.RESTRICT, related_name="offers")
    organisation = models.ForeignKey(Organisation, on_delete=models.RESTRICT, related_name="offers")
    kind = models.CharField(_("catégorie"), max_length=14, choices=Kind.choices)
    programme = models.CharField(
        _("type d'offre"), max_length=13, choices=Programme.choices, default=Programme.ORDINARY
    )
    funding = models.CharField(_("financement"), max_length=4, choices=Funding.choices, blank=True)
    rent = models.DecimalField(_("loyer hors charges"), max_digits=7, decimal_places=2)
    charges = models.DecimalField(_("charges"), max_digits=7, decimal_places=2, default=0)
    charges_cover = ArrayField(
        models.CharField(max_length=12, choices=ChargesCover.choices),
        verbose_name=_("ce que couvrent les charges"),
        default=list,
        blank=True,
    )
    deposit = models.DecimalField(_("dépôt de garantie"), max_digits=7, decimal_places=2, default=0)
    parking = models.CharField(
        _("stationnement"), max_length=8, choices=Parking.choices, default=Parking.NONE
    )
    parking_rent = models.DecimalField(
        _("loyer du stationnement"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    available_on = models.DateField(_("disponible le"))
    opens_at = models.DateTimeField(_("ouverture des candidatures"))
    closes_at = models.DateTimeField(_("clôture des candidatures"))
    contingent = models.CharField(
        _("contingent"), max_length=15, choices=Contingent.choices, blank=True
    )
    reservataire = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="reserved_offers",
        verbose_name=_("réservataire"),
    )
    employees_only = models.BooleanField(
        _("réservé aux salariés d'entreprises cotisantes"), default=False
    )
    priority_publics = ArrayField(
        models.CharField(max_length=17, choices=PriorityPublic.choices),
        verbose_name=_("publics prioritaires"),
        default=list,
        blank=True,
    )
    min_age = models.PositiveSmallIntegerField(_("âge minimum"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("âge maximum"), null=True, blank=True)
    statuses = ArrayField(
        models.CharField(max_length=15, choices=Status.choices),
        verbose_name=_("situations acceptées"),
        default=list,
        blank=True,
        help_text=_("Aucune case cochée : toutes les situations."),
    )
    max_stay_months = models.PositiveSmallIntegerField(
        _("durée maximum du séjour, en mois"), null=True, blank=True
    )
    conditions = models.TextField(_("conditions particulières"), blank=True)
    description = models.TextField(_("présentation"), blank=True)
    created_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    closed_early_at = models.DateTimeField(null=True, blank=True)
    closed_early_reason = models.CharField(max_length=200, blank=True)
    closing_told_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="duplicates"
    )
    version = models.PositiveIntegerField(default=1)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="offer_closes_after_it_opens",
                violation_error_message=_("La clôture doit venir après l'ouverture."),
            ),
            models.CheckConstraint(
                condition=(Q(rent__gt=0) | Q(programme="emergency", rent=0))
                & Q(charges__gte=0, deposit__gte=0),
                name="offer_amounts_are_positive",
                violation_error_message=_(
                    "Le loyer est positif ; seul un logement d'urgence peut être sans loyer. Les "
                    "charges et le dépôt ne sont pas négatifs."
                ),
            ),
            # At most one month of rent without charges: loi du 6 juillet 1989, art. 22.
            models.CheckConstraint(
                condition=Q(deposit__lte=F("rent")),
                name="deposit_at_most_one_month",
                violation_error_message=_(
                    "Le dépôt de garantie ne dépasse pas un mois de loyer hors charges."
                ),
            ),
            # Bail mobilité: loi du 6 juillet 1989, art. 25-17.
            models.CheckConstraint(
                condition=~Q(programme="mobility") | Q(deposit=0),
                name="no_deposit_for_a_bail_mobilite",
                violation_error_message=_("Un bail mobilité ne demande pas de dépôt de garantie."),
            ),
            # The same, art. 25-14.
            models.CheckConstraint(
                condition=~Q(programme="mobility")
                | Q(max_stay_months=None)
                | Q(max_stay_months__range=(1, 10)),
                name="bail_mobilite_lasts_ten_months_at_most",
                violation_error_message=_("Un bail mobilité dure de un à dix mois."),
            ),
            models.CheckConstraint(
                condition=Q(kind="social", funding__in=["PLAI", "PLUS", "PLS", "LLS", "LLTS"])
                | Q(kind="intermediate", funding="LLI")
                | Q(kind="temporary", funding=""),
                name="offer_funding_fits_its_kind",
                violation_error_message=_("Ce financement ne va pas avec cette catégorie."),
            ),
            models.CheckConstraint(
                condition=Q(kind="social", programme__in=["ordinary", "young_workers", "students"])
                | Q(kind="intermediate", programme="ordinary")
                | Q(
                    kind="temporary",
                    programme__in=["mobility", "emergency", "agricultural", "seasonal"],
                ),
                name="offer_programme_fits_its_kind",
                violation_error_message=_("Ce type d'offre ne va pas avec cette catégorie."),
            ),
            models.CheckConstraint(
                condition=Q(parking__in=["none", "included"], parking_rent__isnull=True)
                | Q(parking="optional", parking_rent__isnull=False, parking_rent__gte=0),
                name="offer_parking_has_a_price_of_its_own",
                violation_error_message=_(
                    "Un stationnement en plus a son loyer ; compris ou absent, il n'en a pas."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(contingent="own", reservataire__isnull=False),
                name="offer_outside_contingents_has_no_reservataire",
                violation_error_message=_("Une offre hors contingent n'a pas de réservataire."),
            ),
            models.CheckConstraint(
                condition=(Q(min_age=None) | Q(min_age__range=(16, 99)))
                & (Q(max_age=None) | Q(max_age__range=(16, 99)))
                & (Q(min_age=None) | Q(max_age=None) | Q(max_age__gte=F("min_age"))),
                name="offer_ages_in_order",
                violation_error_message=_(
                    "Les âges vont de 16 à 99 ans, le minimum avant le maximum."
                ),
            ),
            models.CheckConstraint(
                condition=Q(max_stay_months=None)
                | Q(kind="temporary", max_stay_months__range=(1, 60))
                | Q(programme__in=["young_workers", "students"], max_stay_months__range=(1, 60)),
                name="offer_stay_fits_its_programme",
                violation_error_message=_(
                    "Seuls un logement temporaire ou une résidence limitent le séjour, de 1 à "
                    "60 mois."
                ),
            ),
            models.CheckConstraint(
                condition=Q(closed_early_at=None) | ~Q(closed_early_reason=""),
                name="early_closing_has_a_reason",
                violation_error_message=_("Une clôture anticipée dit pourquoi."),
            ),
            models.CheckConstraint(
                condition=~Q(duplicate_of=F("id")),
                name="offer_is_not_its_own_copy",
                violation_error_message=_("Une offre n'est pas la copie d'elle-même."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["closes_at"],
                condition=Q(published_at__isnull=False),
                name="offer_published_closing",
            ),
            models.Index(fields=["organisation", "-closes_at"], name="offer_of_landlord"),
            models.Index(
                fields=["closes_at"],
                condition=Q(published_at__isnull=False, closing_told_at__isnull=True),
                name="offer_closing_to_tell",
            ),
        ]
        verbose_name = _("offre")
        verbose_name_plural = _("offres")

    def __str__(self) -> str:
        return f"{self.dwelling.typology} {self.dwelling.residence.commune}"

    @property
    def path(self) -> str:
        """Social homes are attributed by a commission (L441-2 CCH); the landlord decides others,
        and whoever runs a residence (L633-1, L631-12 CCH) admits to it. `by_commission` says the
        same."""
        ordinary = self.programme == self.Programme.ORDINARY
        by_commission = self.kind == self.Kind.SOCIAL and ordinary
        return self.Path.CALEOL if by_commission else self.Path.DIRECT

    @property
    def address_hidden(self) -> bool:
        """Whether nobody but who is chosen learns where the home stands: whoever flees violence is
        looked for, and emergency homes shelter such people too. `hides_address` says the same."""
        return (
            self.programme == self.Programme.EMERGENCY
            or self.PriorityPublic.VIOLENCE in self.priority_publics
        )

    @property
    def rent_with_charges(self) -> Decimal:
        return self.rent + self.charges

    def is_open(self, at: datetime) -> bool:
        """Whether one may apply at the instant `at`; `OfferQuerySet.open_at` says the same."""
        return (
            self.published_at is not None
            and self.published_at <= at
            and self.opens_at <= at < self.closes_at
            and (self.closed_early_at is None or self.closed_early_at > at)
        )

    def opens_later(self, at: datetime) -> bool:
        """Whether one will be able to apply, and not yet."""
        return at < self.opens_at < self.effective_closing()

    def effective_closing(self) -> datetime:
        """When the window ends, or ended early."""
        return min(filter(None, [self.closed_early_at, self.closes_at]))
