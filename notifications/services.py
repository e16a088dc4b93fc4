"""Tell people things. The only code that writes messages and sends mail."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from email.utils import make_msgid
from smtplib import SMTPException
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string

from alin.kit import clock
from alin.kit.actor import Actor
from alin.kit.waking import wake_after_commit

from .models import MailBody, Notice, OutboxMessage

logger = logging.getLogger(__name__)

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=2)


class Recipient(Protocol):
    """Whoever can be told: this floor knows no more of people."""

    @property
    def pk(self) -> int: ...
    @property
    def email(self) -> str: ...


def tell(
    *,
    user: Recipient,
    key: str,
    title: str,
    body: str,
    path: str = "",
    links: Sequence[tuple[str, str]] = (),
) -> None:
    """Write a notice for `user` and the mail that says the same; both once per (user, key).

    Call it in the transaction of the event it tells. `path` is the page of the portal that shows
    more; the mail carries its full address. `links`: a label and a path for each thing that both
    lead to besides. Wakes the relay after commit."""
    if notify(user=user, key=key, title=title, body=body, path=path, links=links):
        queue_email(
            key=f"{key}:{user.pk}",
            to_address=user.email,
            subject=title,
            body=body,
            path=path,
            links=links,
            recipient_id=user.pk,
        )


def notify(
    *,
    user: Recipient,
    key: str,
    title: str,
    body: str,
    path: str = "",
    links: Sequence[tuple[str, str]] = (),
) -> bool:
    """Write a notice in the portal alone, once per (user, key): its mail is written otherwise.
    Returns whether it is new."""
    told = {"title": title, "body": body, "path": path, "links": [list(each) for each in links]}
    _notice, first = Notice.objects.get_or_create(recipient_id=user.pk, key=key, defaults=told)
    return first


def queue_email(
    *,
    key: str,
    to_address: str,
    subject: str,
    body: str,
    path: str = "",
    links: Sequence[tuple[str, str]] = (),
    recipient_id: int | None = None,
    unsubscribe_path: str = "",
) -> None:
    """Queue a mail, once per `key`; it leaves after commit.

    `unsubscribe_path`: the page that ends such mails, for those that nobody is owed."""
    link = settings.BASE_URL + unsubscribe_path if unsubscribe_path else ""
    text, html = _written(subject, body, path, link, links)
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                key=key,
                recipient_id=recipient_id,
                to_address=to_address,
                subject=" ".join(subject.split())[:200],
                body_text=text,
                body_html=html,
                unsubscribe_path=unsubscribe_path,
            )
        ],
        ignore_conflicts=True,
    )
    wake_after_commit("notifications.tasks.relay_outbox")


def _written(
    subject: str,
    body: str,
    path: str,
    unsubscribe: str,
    links: Sequence[tuple[str, str]] = (),
) -> tuple[str, str]:
    context = {
        "subject": subject,
        "paragraphs": [part.strip() for part in body.split("\n\n") if part.strip()],
        "address": settings.BASE_URL + path if path else "",
        "links": [(label, settings.BASE_URL + to) for label, to in links],
        "unsubscribe": unsubscribe,
        "site_name": settings.SITE_NAME,
    }
    return (
        render_to_string("notifications/email.txt", context),
        render_to_string("notifications/email.html", context),
    )


def tell_many(
    *,
    readers: QuerySet[Any, Any],
    key: str,
    title: str,
    body: str,
    path: str = "",
    unsubscribe: str = MailBody.UNSUBSCRIBE,
) -> int:
    """What `tell` does, for as many people as there are and in one statement. Returns how many
    mails are new.

    `readers` gives for each: recipient, address, path of the page that ends such mails. The text
    is written once; each mail gets the reader's own link when it leaves. `unsubscribe` is empty
    for what people are owed: such mails end by no link."""
    subject = " ".join(title.split())[:200]
    text, html = _written(subject, body, path, unsubscribe)
    shared = MailBody.objects.create(text=text, html=html)
    now = clock.now()
    sql, values = readers.query.sql_with_params()
    with connection.cursor() as cursor:
        # Who reads is asked once, for the notices and for the mails.
        cursor.execute(
            f"WITH r (recipient, address, unsubscribe) AS MATERIALIZED ({sql}), told AS ("
            "INSERT INTO notifications_notice"
            " (public_id, recipient_id, key, title, body, path, created_at)"
            " SELECT gen_random_uuid(), r.recipient, %s, %s, %s, %s, %s FROM r"
            " ON CONFLICT (recipient_id, key) DO NOTHING)"
            " INSERT INTO notifications_outboxmessage (key, recipient_id, to_address, subject,"
            " body_text, body_html, shared_id, unsubscribe_path, state, attempts,"
            " next_attempt_at, last_error, created_at)"
            " SELECT %s || ':' || r.recipient, r.recipient, r.address, %s, '', '', %s,"
            " r.unsubscribe, 'waiting', 0, %s, '', %s FROM r"
            " ON CONFLICT (key) DO NOTHING",
            [*values, key, title[:200], body, path, now, key, subject, shared.pk, now, now],
        )
        queued: int = cursor.rowcount
    wake_after_commit("notifications.tasks.relay_outbox")
    return queued


def relay_due(*, limit: int = 200) -> int:
    """Send what is due, one row at a time, skipping rows that another relay holds.

    Returns how many mails the server accepted. An error postpones the row (1 min, doubled up to
    2 h) and gives up after `OutboxMessage.MAX_ATTEMPTS`."""
    sent = 0
    for _turn in range(limit):
        message = _claim_one()
        if message is None:
            break
        sent += _send_claimed(message)
    return sent


def _claim_one() -> OutboxMessage | None:
    """Count the attempt in the row, and commit it, before anything can go wrong."""
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(state=OutboxMessage.State.WAITING, next_attempt_at__lte=clock.now())
            .first()
        )
        if message is None:
            return None
        if message.attempts >= OutboxMessage.MAX_ATTEMPTS:
            message.state = OutboxMessage.State.DEAD
            message.save(update_fields=["state"])
            return message
        message.attempts += 1
        pause = min(FIRST_RETRY * 2 ** (message.attempts - 1), LONGEST_RETRY)
        message.next_attempt_at = clock.now() + pause
        message.save(update_fields=["attempts", "next_attempt_at"])
        return message


def _send_claimed(message: OutboxMessage) -> int:
    """Hand the mail to the server while holding its row, and mark it. 1 when accepted.

    Waits for the row instead of skipping it: another relay that looked for work at the moment of
    the claim holds it for an instant, and a mail skipped here would leave a minute late."""
    with transaction.atomic():
        mine = (
            OutboxMessage.objects.select_for_update()
            .filter(pk=message.pk, attempts=message.attempts, state=OutboxMessage.State.WAITING)
            .first()
        )
        if mine is None:
            return 0
        try:
            _as_mail(mine).send()
        except (SMTPException, OSError) as error:
            mine.last_error = f"{type(error).__name__}: {error}"[:500]
            if mine.attempts >= OutboxMessage.MAX_ATTEMPTS:
                mine.state = OutboxMessage.State.DEAD
            mine.save(update_fields=["last_error", "state"])
            return 0
        mine.state = OutboxMessage.State.SENT
        mine.sent_at = clock.now()
        mine.save(update_fields=["state", "sent_at"])
        return 1


def _as_mail(message: OutboxMessage) -> EmailMultiAlternatives:
    headers = {"Message-ID": _message_id(message), "Auto-Submitted": "auto-generated"}
    text, html = message.body_text, message.body_html
    link = settings.BASE_URL + message.unsubscribe_path
    if message.unsubscribe_path:
        # RFC 8058: the reader's own software ends these mails in one click, by a POST.
        headers["List-Unsubscribe"] = f"<{link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if message.shared is not None:
        text = message.shared.text.replace(MailBody.UNSUBSCRIBE, link)
        html = message.shared.html.replace(MailBody.UNSUBSCRIBE, link)
    mail = EmailMultiAlternatives(
        subject=message.subject, body=text, to=[message.to_address], headers=headers
    )
    mail.attach_alternative(html, "text/html")
    return mail


def _message_id(message: OutboxMessage) -> str:
    """The same for every attempt, so that a mail sent again after a crash is seen as one."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"<outbox-{message.pk}@{domain or make_msgid()}>"


def mark_read(*, actor: Actor, notice: Notice) -> None:
    """The recipient has seen the notice; the first time counts."""
    Notice.objects.filter(pk=notice.pk, recipient_id=actor.user_id, read_at=None).update(
        read_at=clock.now()
    )


def mark_all_read(*, actor: Actor) -> None:
    Notice.objects.filter(recipient_id=actor.user_id, read_at=None).update(read_at=clock.now())


def retry_dead(*, message: OutboxMessage) -> None:
    """Give an abandoned mail its attempts back; used by operators."""
    OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.DEAD).update(
        state=OutboxMessage.State.WAITING, attempts=0, next_attempt_at=clock.now()
    )
    wake_after_commit("notifications.tasks.relay_outbox")
