"""What a mail gives away: of some pieces the name alone puts somebody in danger."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Dossier, HouseholdMember
from alin.embedded.clamd import EICAR
from alin.kit import clock
from documents import queries, rules, services, storage
from documents.models import Piece, PieceFile, PieceKind
from documents.paths import discreet_path, piece_path
from notifications.models import Notice, OutboxMessage
from tests import factories as f
from tests.documents.conftest import Give
from tests.documents.specimens import picture

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[[object], Client]

GIVEN_AWAY = ("plainte", "violences", "protection", "récépissé", "r%C3%A9c", "coups")
# Those whose name tells of a violence, a health or a measure. Written by hand.
SENSITIVE = {
    "tutelle", "ordonnance-protection", "grossesse", "violences", "handicap", "besoins-handicap",
    "rapport-social",
}  # fmt: skip


@pytest.fixture
def shared(cast: SimpleNamespace, legal_list: None) -> SimpleNamespace:
    """Amina declared a complaint; the one she shares her dossier with reads every mail too."""
    cast.cora = f.person("Cora", "Benali")
    f.shared(cast.amina, cast.cora)
    f.submitted(cast.amina, f.offer_of(cast.lac))
    Dossier.objects.filter(applicant=cast.amina).update(separation_ground="complaint")
    cast.dossier = Dossier.objects.get(applicant=cast.amina)
    OutboxMessage.objects.all().delete()
    return cast


def request(cast: SimpleNamespace, *codes: str) -> None:
    services.request_pieces(
        actor=cast.as_claire,
        dossier=cast.dossier,
        lines=[
            services.RequestLine(PieceKind.objects.get(code=code), note="Celui de votre plainte.")
            for code in codes
        ],
        due=clock.now() + timedelta(days=9),
    )


def ask(cast: SimpleNamespace, give: Give) -> None:
    request(cast, "violences")


def ask_for_several(cast: SimpleNamespace, give: Give) -> None:
    request(cast, "violences", "salaire")


def withdraw(cast: SimpleNamespace, give: Give) -> None:
    request(cast, "violences")
    OutboxMessage.objects.all().delete()
    asked = queries.own_requests(cast.as_claire).get()
    services.withdraw_request(actor=cast.as_claire, request=asked)


def refuse(cast: SimpleNamespace, give: Give) -> None:
    piece = f.clean_file(cast.amina, "violences").piece
    services.conclude(
        actor=cast.as_claire, piece=piece, seen=rules.seen(piece.files.all()), outcome="refused",
        reason="unreadable", sentence="Le récépissé de votre plainte est flou.",
        ask_again_before=clock.now() + timedelta(days=9),
    )  # fmt: skip


def refuse_the_file(cast: SimpleNamespace, give: Give) -> None:
    give("violences", ("plainte.pdf", b"%PDF-1.7 nothing more"))
    assert services.check_due() == 1
    assert PieceFile.objects.get().state == "refused"


def find_it_infected(cast: SimpleNamespace, give: Give) -> None:
    file = f.clean_file(cast.amina, "violences")
    PieceFile.objects.update(
        original_name="plainte.jpg", checked_at=clock.now() - timedelta(days=8)
    )
    services.look_at_piece(actor=cast.as_claire, piece=file.piece, purpose="étude")
    storage.write(storage.clean_name(file.key), picture() + EICAR)
    assert services.rescan_due() == 1


def erase_soon(cast: SimpleNamespace, give: Give) -> None:
    f.clean_file(cast.amina, "violences")
    cast.dossier.accesses.exclude(organisation=None).delete()
    Piece.objects.update(given_at=clock.now() - timedelta(days=175))
    assert services.tell_of_erasures() == 1


@pytest.mark.parametrize(
    "happens",
    [ask, ask_for_several, withdraw, refuse, refuse_the_file, find_it_infected, erase_soon],
)
def test_no_mail_names_what_may_put_somebody_in_danger(
    shared: SimpleNamespace,
    give: Give,
    clamd: str,
    login: Enter,
    happens: Callable[[SimpleNamespace, Give], None],
) -> None:
    happens(shared, give)
    mails = list(OutboxMessage.objects.order_by("pk"))
    assert {shared.amina.email, shared.cora.email} <= {mail.to_address for mail in mails}
    for mail in mails:
        sent = f"{mail.subject} {mail.body_text} {mail.body_html}".lower()
        assert [word for word in GIVEN_AWAY if word in sent] == []
    titles = Notice.objects.filter(key__startswith="piece").values_list("title", flat=True)
    assert [each for each in titles if "plainte" in each.lower()] == []
    # The page that the mail leads to says which, to the person alone.
    hers = next(mail for mail in mails if mail.to_address == shared.amina.email)
    paths = re.findall(rf"{settings.BASE_URL}(/mon-dossier/pieces/\S*)", hers.body_text)
    page = login(shared.amina).get(paths[0], follow=True)
    assert "Récépissé de plainte ou ordonnance de protection" in page.content.decode()
    if "/voir/" in paths[0]:
        assert login(shared.bruno).get(paths[0]).status_code == 404


@pytest.mark.parametrize("whose", [None, "Lina"])
def test_the_link_leads_to_the_page_when_what_it_was_about_is_gone(
    shared: SimpleNamespace, login: Enter, whose: str | None
) -> None:
    child = whose and HouseholdMember.objects.create(
        dossier=shared.dossier, first_name=whose, link="child", birth_date=clock.today()
    )
    file = f.clean_file(shared.amina, "violences")
    Piece.objects.update(member=child or None)
    piece = Piece.objects.select_related("kind", "member").get()
    link, page = discreet_path(piece), piece_path(piece)
    services.remove_file(actor=shared.as_amina, file=file)
    assert not Piece.objects.exists()
    for person in (shared.amina, shared.cora):
        assert login(person).get(link)["Location"] == page
    assert login(shared.amina).get(page).status_code == 200


def test_a_link_of_somebody_else_or_forged_tells_nothing(
    shared: SimpleNamespace, login: Enter
) -> None:
    f.clean_file(shared.amina, "violences")
    link = discreet_path(Piece.objects.select_related("kind", "member").get())
    assert login(shared.bruno).get(link).status_code == 404
    assert login(shared.amina).get(f"{link.rstrip('/')}x/").status_code == 404
    assert login(shared.amina).get("/mon-dossier/pieces/voir/violences/").status_code == 404


def test_the_others_are_named_as_before(shared: SimpleNamespace) -> None:
    request(shared, "violences", "salaire")
    mail = OutboxMessage.objects.filter(to_address=shared.amina.email).get()
    assert "Trois derniers bulletins de salaire" in mail.body_text
    assert f"{settings.BASE_URL}/mon-dossier/pieces/salaire/" in mail.body_text
    assert "– une pièce de votre dossier, avant le" in mail.body_text


def test_the_list_says_which_names_tell_too_much(legal_list: None) -> None:
    found = PieceKind.objects.filter(sensitive=True).values_list("code", flat=True)
    assert set(found) == SENSITIVE


def test_who_gives_such_a_piece_is_told_who_else_reads_it(
    shared: SimpleNamespace, login: Enter
) -> None:
    client = login(shared.amina)
    page = client.get("/mon-dossier/pieces/violences/").content.decode()
    assert "Cora Benali verra cette pièce" in page
    assert "verra cette pièce" not in client.get("/mon-dossier/pieces/identite/").content.decode()
    page = login(shared.cora).get("/mon-dossier/pieces/violences/").content.decode()
    assert "Amina Benali verra cette pièce" in page
    assert "verra cette pièce" not in (
        login(shared.bruno).get("/mon-dossier/pieces/violences/").content.decode()
    )
