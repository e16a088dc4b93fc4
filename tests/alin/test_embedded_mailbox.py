import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from pytest_django.fixtures import Settings

from alin.embedded import mailbox
from alin.embedded.processes import BASE_DIR, free_port, port_is_open, spawn, stop, wait_until


@pytest.fixture
def catcher(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """The demo's mail server, as a process; the portal's mail goes to it."""
    settings.MAILBOX_DIR = tmp_path / "mail"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = free_port()
    log = tmp_path / "log"
    process = spawn(
        [
            *(sys.executable, "-m", "alin.embedded.mail_catcher"),
            *(str(settings.EMAIL_PORT), settings.MAILBOX_DIR),
        ],
        log=log,
        cwd=BASE_DIR,
    )
    wait_until(lambda: port_is_open(settings.EMAIL_PORT), process=process, log=log)
    yield settings.MAILBOX_DIR
    stop(process)


def send(subject: str) -> None:
    message = EmailMultiAlternatives(
        subject=subject,
        body="Votre dossier a été reçu.",
        from_email="Alin <ne-pas-repondre@alin.example>",
        to=["Amina Dùpont <amina@example.org>", "bruno@example.org"],
    )
    message.attach_alternative("<p>Votre dossier a été reçu.</p>", "text/html")
    message.attach("reçu.pdf", b"%PDF-1.7", "application/pdf")
    message.send()


def test_a_caught_message_is_read_whole(catcher: Path) -> None:
    send("Été : dossier reçu")
    (caught,) = mailbox.messages()
    assert (
        caught.subject,
        caught.sender,
        caught.recipients,
        caught.text.strip(),
        caught.html.strip(),
        caught.attachments,
    ) == (
        "Été : dossier reçu",
        "Alin <ne-pas-repondre@alin.example>",
        ("Amina Dùpont <amina@example.org>", "bruno@example.org"),
        "Votre dossier a été reçu.",
        "<p>Votre dossier a été reçu.</p>",
        ("reçu.pdf",),
    )
    assert mailbox.message(caught.id) == caught


def test_the_newest_message_comes_first(catcher: Path) -> None:
    for subject in ("premier", "deuxième", "troisième"):
        send(subject)
    assert [caught.subject for caught in mailbox.messages()] == [
        "troisième",
        "deuxième",
        "premier",
    ]


@pytest.mark.parametrize("unknown", ["1-ab", "../secret-key", "", ".."])
def test_an_unknown_message_is_none(catcher: Path, unknown: str) -> None:
    assert mailbox.message(unknown) is None


def test_an_empty_mailbox_has_no_message(settings: Settings, tmp_path: Path) -> None:
    settings.MAILBOX_DIR = tmp_path / "absent"
    assert mailbox.messages() == []
