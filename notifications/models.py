"""Messages as rows: what a person reads in the portal, and what must leave by mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alin.kit import clock
from alin.kit.models import PublicIdModel


class Notice(PublicIdModel):
    """A message in the portal, written in the transaction of what it tells: exactly once."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    key = models.CharField(max_length=120, help_text=_("Identifie l'événement pour la personne."))
    title = models.CharField(_("titre"), max_length=200)
    body = models.TextField(_("texte"))
    path = models.CharField(_("page"), max_length=300, blank=True)
    # A label and a path for each thing that it leads to besides.
    links = models.JSONField(_("liens"), default=list, db_default=[], blank=True)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notice_told_once")
        ]
        indexes = [
            models.Index(
                fields=["recipient"],
                condition=models.Q(read_at=None),
                name="notice_unread_by_recipient",
            )
        ]
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self) -> str:
        return self.title


class MailBody(models.Model):
    """What many mails say alike, kept once: fifty thousand copies of a page would take longer to
    write than to find their readers. `UNSUBSCRIBE` stands for each reader's own link."""

    UNSUBSCRIBE = "{{unsubscribe}}"

    text = models.TextField()
    html = models.TextField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("texte commun")
        verbose_name_plural = _("textes communs")

    def __str__(self) -> str:
        return f"{self.pk}"


class OutboxMessage(models.Model):
    """A mail to be sent, written in the transaction of its cause; the relay sends it.

    At least once: a crash between the server's “accepted” and our commit sends it again under
    the same Message-ID. Attempts are counted here before each try, so that a message that kills
    its sender stops after `MAX_ATTEMPTS`."""

    MAX_ATTEMPTS = 8

    class State(models.TextChoices):
        WAITING = "waiting", _("à envoyer")
        SENT = "sent", _("envoyé")
        DEAD = "dead", _("abandonné")

    key = models.CharField(max_length=160, unique=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    to_address = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    # Empty when the text is the one of `shared`.
    body_text = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    shared = models.ForeignKey(MailBody, null=True, on_delete=models.RESTRICT, related_name="+")
    # The page that ends such mails without logging in; only mails nobody is owed have one.
    unsubscribe_path = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["next_attempt_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="outbox_sent_has_its_instant",
                violation_error_message=_("Un message envoyé porte l'instant de l'envoi."),
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state="waiting"),
                name="outbox_due",
            )
        ]
        verbose_name = _("courriel à envoyer")
        verbose_name_plural = _("courriels à envoyer")

    def __str__(self) -> str:
        return f"{self.subject} → {self.to_address}"
