"""The pieces of a dossier: what was given, what staff concluded, what was asked, who looked."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dossier, HouseholdMember, Organisation, User
from alin.kit import clock
from alin.kit.models import PublicIdModel

from .kinds import FORBIDDEN_CODES, FORBIDDEN_SAID, FORBIDDEN_WORDS, PieceKind

_NEVER_ASKED = ~models.Q(kind__in=FORBIDDEN_CODES)
# A request that its landlord still waits for.
AWAITED = models.Q(answered_at=None, withdrawn_at=None)


class Departure(models.Model):
    """Somebody left a household while landlords studied the dossier: what they were studying of
    that person stays within their reach, out of the dossier, until they are done.

    The person is known by name alone; the row, and the pieces with it, go with the last of these
    studies."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="departures")
    name = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["dossier", "pk"]
        verbose_name = _("départ du foyer")
        verbose_name_plural = _("départs du foyer")

    def __str__(self) -> str:
        return self.name

    @property
    def on(self) -> date:
        return clock.local_day(self.at)


class Piece(PublicIdModel):
    """One piece given for one person of a dossier: a few files or photographs that go together.

    Replacing it makes another row and dates this one: what was given before stays readable until
    it is erased. `member` is empty for the applicant and for what concerns the whole household;
    `departure` tells that the person left it, and that the piece is of the dossier no more;
    `year` is the year of income of a tax notice, empty for every other kind."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="pieces")
    member = models.ForeignKey(
        HouseholdMember, null=True, blank=True, on_delete=models.CASCADE, related_name="pieces"
    )
    departure = models.ForeignKey(
        Departure, null=True, blank=True, on_delete=models.CASCADE, related_name="pieces"
    )
    kind = models.ForeignKey(PieceKind, on_delete=models.PROTECT, related_name="pieces")
    year = models.PositiveSmallIntegerField(_("année des revenus"), null=True, blank=True)
    # What the document itself says, read by who gives it or by who checks it.
    dated_on = models.DateField(_("date du document"), null=True, blank=True)
    given_at = models.DateTimeField(default=clock.now)
    given_by = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)
    # All that it held was refused: what it had replaced counts again.
    set_back_at = models.DateTimeField(null=True, blank=True)
    # The day of its erasure that its owners were told of, ahead of it.
    erasure_told_for = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["dossier", "-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "member", "kind", "year"],
                condition=models.Q(replaced_at=None, departure=None),
                nulls_distinct=False,
                name="one_current_piece_of_a_kind",
                violation_error_message=_("Cette pièce vient d'être ajoutée d'une autre fenêtre."),
            ),
            models.CheckConstraint(
                condition=_NEVER_ASKED,
                name="piece_given_is_of_the_list",
                violation_error_message=_("Cette pièce n'a pas à être donnée."),
            ),
            models.CheckConstraint(
                condition=models.Q(departure=None) | models.Q(member=None, replaced_at=None),
                name="piece_of_who_left_is_of_no_member",
                violation_error_message=_("Cette personne n'est plus dans le foyer."),
            ),
            models.CheckConstraint(
                condition=models.Q(set_back_at=None) | models.Q(replaced_at__isnull=False),
                name="piece_set_back_does_not_count",
                violation_error_message=_("Une pièce dont tout est refusé ne compte pas."),
            ),
        ]
        verbose_name = _("pièce")
        verbose_name_plural = _("pièces")

    def __str__(self) -> str:
        return f"{self.kind_id} · {self.dossier_id}"

    @property
    def label(self) -> str:
        return f"{self.kind.label} {self.year}" if self.year else self.kind.label

    @property
    def whose(self) -> str:
        """Whom it is asked for; empty for the applicant and for the whole household."""
        return str(self.departure or self.member or "")

    @property
    def given_on(self) -> date:
        return clock.local_day(self.given_at)

    @property
    def counts_from(self) -> date:
        """The day its owner counts its validity from: its date, for want of it the day it came."""
        return self.dated_on or self.given_on


class PieceCheck(models.Model):
    """What a landlord concluded of a piece. Never changed: the latest of an organisation counts."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Acceptée")
        REFUSED = "refused", _("Refusée")

    class Reason(models.TextChoices):
        UNREADABLE = "unreadable", _("On ne peut pas la lire")
        INCOMPLETE = "incomplete", _("Il manque une page ou un côté")
        WRONG_PIECE = "wrong_piece", _("Ce n'est pas la pièce demandée")
        WRONG_PERSON = "wrong_person", _("Elle concerne une autre personne")
        WRONG_PERIOD = "wrong_period", _("Elle concerne une autre période")
        EXPIRED = "expired", _("Elle n'est plus valable")
        MISMATCH = "mismatch", _("Elle ne dit pas la même chose que le dossier")
        NUMBER_SHOWN = "number_shown", _("On y lit votre numéro de sécurité sociale")

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="checks")
    organisation = models.ForeignKey(Organisation, on_delete=models.RESTRICT, related_name="+")
    checked_by = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(_("résultat"), max_length=10, choices=Outcome)
    reason = models.CharField(_("raison"), max_length=20, blank=True, choices=Reason)
    sentence = models.CharField(_("explication"), max_length=300, blank=True)
    # The date that this landlord read on the document: it counts for this landlord alone.
    dated_on = models.DateField(_("date du document"), null=True, blank=True)

    class Meta:
        ordering = ["piece", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="accepted", reason="", sentence="")
                | models.Q(outcome="refused") & ~models.Q(reason="") & ~models.Q(sentence=""),
                name="refused_piece_says_why",
                violation_error_message=_("Un refus a une raison et une phrase qui l'explique."),
            ),
            models.CheckConstraint(
                condition=~models.Q(sentence__iregex=FORBIDDEN_WORDS),
                name="piece_check_asks_nothing_forbidden",
                violation_error_message=FORBIDDEN_SAID,
            ),
        ]
        verbose_name = _("vérification de pièce")
        verbose_name_plural = _("vérifications de pièces")

    def __str__(self) -> str:
        return f"{self.piece_id} {self.outcome}"


class PieceRequest(PublicIdModel):
    """A landlord asks for one piece of one person, before the end of a day. It knows no
    candidacy: whoever asks for a reason of their own keeps the link."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="piece_requests")
    member = models.ForeignKey(
        HouseholdMember,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="piece_requests",
    )
    kind = models.ForeignKey(PieceKind, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.RESTRICT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    due = models.DateTimeField(_("à donner avant"))
    note = models.CharField(_("précision"), max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # What had answered it was taken back since: it waits again.
    reopened_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=_NEVER_ASKED,
                name="piece_request_is_of_the_list",
                violation_error_message=_("La loi interdit de demander cette pièce."),
            ),
            models.CheckConstraint(
                condition=~models.Q(note__iregex=FORBIDDEN_WORDS),
                name="piece_request_note_asks_nothing_forbidden",
                violation_error_message=FORBIDDEN_SAID,
            ),
            models.CheckConstraint(
                condition=models.Q(due__gt=models.F("asked_at")),
                name="piece_request_leaves_time",
                violation_error_message=_("Laissez du temps : choisissez un jour à venir."),
            ),
            models.UniqueConstraint(
                fields=["dossier", "member", "kind", "organisation"],
                condition=AWAITED,
                nulls_distinct=False,
                name="piece_asked_once_at_a_time",
                violation_error_message=_("Cette pièce est déjà demandée."),
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at=None) | models.Q(withdrawn_at=None),
                name="piece_request_answered_or_withdrawn",
                violation_error_message=_("Une demande a déjà reçu sa pièce."),
            ),
        ]
        verbose_name = _("demande de pièce")
        verbose_name_plural = _("demandes de pièces")

    def __str__(self) -> str:
        return f"{self.kind_id} · {self.dossier_id}"

    @property
    def is_awaited(self) -> bool:
        """`AWAITED`, of a row that was read."""
        return self.answered_at is None and self.withdrawn_at is None


class PieceView(models.Model):
    """Somebody of a landlord looked at a piece: what, when, for what. Shown to the applicant.

    The words are copied: they outlive the piece."""

    class What(models.TextChoices):
        PAGES = "pages", _("A regardé")
        ORIGINAL = "original", _("A téléchargé")

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="piece_views")
    piece = models.ForeignKey(Piece, null=True, on_delete=models.SET_NULL, related_name="views")
    piece_label = models.CharField(max_length=160)
    viewer = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.RESTRICT, related_name="+")
    what = models.CharField(max_length=10, choices=What)
    purpose = models.CharField(max_length=120)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("consultation de pièce")
        verbose_name_plural = _("consultations de pièces")

    def __str__(self) -> str:
        return f"{self.viewer_id} → {self.piece_label}"


class AskedPiece(models.Model):
    """From when to when the situation declared in a dossier asked for a piece: what lets the list
    say how it changed.

    The person is known by name and public key alone: who left the household is still named."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="asked_pieces")
    kind = models.ForeignKey(PieceKind, on_delete=models.CASCADE, related_name="+")
    member_key = models.UUIDField(null=True, blank=True)
    member_name = models.CharField(max_length=200, blank=True)
    # Asked since the list of this dossier was made for the first time: no news.
    at_first = models.BooleanField(default=False)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["dossier", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "kind", "member_key"],
                condition=models.Q(until=None),
                nulls_distinct=False,
                name="piece_of_the_list_once",
            )
        ]
        verbose_name = _("pièce de la liste d'un dossier")
        verbose_name_plural = _("listes des dossiers")

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.kind_id} {self.member_name}"
