"""Candidacies, what was verified in them, suspensive conditions, proposals."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Dossier, Organisation, User
from alin.kit import clock
from alin.kit.models import PublicIdModel
from listings.models import Dwelling, Offer


class State(models.TextChoices):
    """Labels are what the applicant reads; `workflow.STAFF_LABELS` is what staff read."""

    SUBMITTED = "submitted", _("Candidature reçue")
    INSTRUCTION = "instruction", _("Dossier en cours d'étude")
    COMMISSION = "commission", _("Présentée à la commission")
    AWARDED_WAITING = "awarded_waiting", _("Retenue, en attente de votre tour")
    PROPOSAL = "proposal", _("Logement proposé : votre réponse est attendue")
    ACCEPTED = "accepted", _("Logement accepté")
    LEASE_SIGNED = "lease_signed", _("Bail signé")
    WITHDRAWN = "withdrawn", _("Candidature retirée")
    NOT_SELECTED = "not_selected", _("Candidature non retenue")
    INADMISSIBLE = "inadmissible", _("Candidature irrecevable")
    NOT_AWARDED = "not_awarded", _("Logement non attribué")
    REFUSED = "refused", _("Proposition refusée")
    EXPIRED = "expired", _("Proposition restée sans réponse")


LIVE_STATES = [
    State.SUBMITTED,
    State.INSTRUCTION,
    State.COMMISSION,
    State.AWARDED_WAITING,
    State.PROPOSAL,
    State.ACCEPTED,
]
HOME_TAKEN_STATES = [State.ACCEPTED, State.LEASE_SIGNED]
MOST_SLOTS = 20


class Candidacy(PublicIdModel):
    """One applicant's request for one offer. `state` changes in `workflow.apply_transition` alone.

    `offer_terms` and `dossier_snapshot` are what was offered and what was told when it was
    submitted; `presented_snapshot` is the dossier as the commission saw it."""

    offer = models.ForeignKey(Offer, on_delete=models.RESTRICT, related_name="candidacies")
    dossier = models.ForeignKey(Dossier, on_delete=models.RESTRICT, related_name="candidacies")
    applicant = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="candidacies")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.RESTRICT, related_name="candidacies"
    )
    state = models.CharField(max_length=16, choices=State.choices, default=State.SUBMITTED)
    version = models.PositiveIntegerField(default=0)
    slot = models.PositiveSmallIntegerField()
    offer_terms = models.JSONField()
    dossier_snapshot = models.JSONField()
    presented_snapshot = models.JSONField(null=True, blank=True)
    # What the list is ranked by when an offer closes; copied so that it does not move.
    seniority_on = models.DateField(null=True, blank=True)
    submitted_at = models.DateTimeField(default=clock.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    ready_at = models.DateTimeField(null=True, blank=True)
    ready_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    commission_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    awarded_rank = models.PositiveSmallIntegerField(null=True, blank=True)
    # The dwelling this candidacy has taken, by whichever offer: written by a trigger with the
    # state, left when the landlord lets the dwelling anew (`free_home`).
    home = models.ForeignKey(
        Dwelling,
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,  # the partial index of `one_dwelling_one_tenant`, which a rush never writes
    )

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "applicant"],
                condition=Q(state__in=[s.value for s in LIVE_STATES]),
                name="one_live_candidacy_per_offer",
                violation_error_message=_("Vous avez déjà postulé à ce logement."),
            ),
            models.UniqueConstraint(
                fields=["applicant", "slot"],
                condition=Q(state__in=[s.value for s in LIVE_STATES]),
                name="one_live_candidacy_per_slot",
                violation_error_message=_("Vous avez atteint le nombre de candidatures en cours."),
            ),
            models.CheckConstraint(
                condition=Q(slot__gte=1, slot__lte=MOST_SLOTS), name="slot_is_in_range"
            ),
            models.UniqueConstraint(
                fields=["offer"],
                condition=Q(state__in=["accepted", "lease_signed"]),
                name="one_home_one_tenant",
                violation_error_message=_("Ce logement est déjà accepté par un autre candidat."),
            ),
            models.UniqueConstraint(
                fields=["home"],
                condition=Q(home__isnull=False),
                name="one_dwelling_one_tenant",
                violation_error_message=_("Ce logement est déjà accepté par un autre candidat."),
            ),
            models.CheckConstraint(
                condition=Q(home=None) | Q(state__in=["accepted", "lease_signed"]),
                name="only_a_taken_home_is_held",
                violation_error_message=_("Seul un logement accepté est tenu par son candidat."),
            ),
            models.UniqueConstraint(
                fields=["offer"],
                condition=Q(state="proposal"),
                name="one_proposal_at_a_time",
                violation_error_message=_("Ce logement est déjà proposé à un autre candidat."),
            ),
            models.UniqueConstraint(
                fields=["offer", "awarded_rank"],
                condition=Q(state="awarded_waiting"),
                name="one_candidate_per_rank",
                violation_error_message=_("Deux candidats ne peuvent pas avoir le même rang."),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "-submitted_at"], name="candidacy_inbox"),
            models.Index(fields=["offer", "seniority_on", "id"], name="candidacy_ranking"),
        ]
        verbose_name = _("candidature")
        verbose_name_plural = _("candidatures")

    def __str__(self) -> str:
        return f"{self.applicant} → {self.offer}"

    @property
    def journal_chain(self) -> str:
        return f"candidacy:{self.public_id}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES


class PointCheck(models.Model):
    """What an agent concluded on one point of a dossier, for one candidacy."""

    class Point(models.TextChoices):
        IDENTITY = "identity", _("Identité")
        HOUSEHOLD = "household", _("Composition du foyer")
        RESOURCES = "resources", _("Revenu fiscal de référence")
        EMPLOYER = "employer", _("Employeur et situation professionnelle")
        NUMERO_UNIQUE = "numero_unique", _("Numéro unique")

    class Outcome(models.TextChoices):
        VERIFIED = "verified", _("vérifié")
        REFUSED = "refused", _("refusé")

    candidacy = models.ForeignKey(Candidacy, on_delete=models.CASCADE, related_name="checks")
    point = models.CharField(max_length=16, choices=Point.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["candidacy", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["candidacy", "point"], name="one_conclusion_per_point"),
            models.CheckConstraint(
                condition=Q(outcome="verified") | ~Q(reason=""),
                name="refused_point_has_a_reason",
                violation_error_message=_("Dites pourquoi ce point est refusé."),
            ),
        ]
        verbose_name = _("point vérifié")
        verbose_name_plural = _("points vérifiés")

    def __str__(self) -> str:
        return f"{self.get_point_display()} : {self.get_outcome_display()}"


class SuspensiveCondition(models.Model):
    """A piece that an awarded candidate must still give (R441-3 CCH). Given in time, the landlord
    must sign; not given, the award lapses and the next in rank is offered the home."""

    candidacy = models.OneToOneField(
        Candidacy, on_delete=models.CASCADE, related_name="suspensive_condition"
    )
    piece = models.CharField(_("pièce attendue"), max_length=200)
    due_at = models.DateTimeField(_("à fournir avant le"))
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )

    class Meta:
        ordering = ["due_at"]
        verbose_name = _("condition suspensive")
        verbose_name_plural = _("conditions suspensives")

    def __str__(self) -> str:
        return self.piece


class Proposal(PublicIdModel):
    """The home offered to a candidate: ten days at least to answer, silence is a refusal
    (R441-10 CCH). Money in euros a month, as it stood when the proposal was made."""

    SHORTEST_DELAY = timedelta(days=10)

    class Answer(models.TextChoices):
        NONE = "", _("en attente")
        ACCEPTED = "accepted", _("acceptée")
        REFUSED = "refused", _("refusée")
        EXPIRED = "expired", _("sans réponse")

    candidacy = models.OneToOneField(
        Candidacy, on_delete=models.RESTRICT, related_name="current_proposal"
    )
    rank = models.PositiveSmallIntegerField()
    rent = models.DecimalField(max_digits=7, decimal_places=2)
    charges = models.DecimalField(max_digits=7, decimal_places=2)
    deposit = models.DecimalField(max_digits=7, decimal_places=2)
    available_on = models.DateField()
    sent_at = models.DateTimeField(default=clock.now)
    deadline = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    refusal_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline__gte=F("sent_at") + timedelta(days=10)),
                name="ten_days_at_least_to_answer",
                violation_error_message=_("Le délai de réponse est de dix jours au moins."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="answer_has_its_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["deadline"], condition=Q(answer=""), name="proposal_due"),
        ]
        verbose_name = _("proposition")
        verbose_name_plural = _("propositions")

    def __str__(self) -> str:
        return f"Proposition à {self.candidacy.applicant}"
