"""The life of what a landlord asks for: asked, answered, accepted, taken back, withdrawn."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from alin.kit import clock, french
from applications import services as applications
from documents import queries, rules, services
from documents.models import Piece, PieceFile, PieceKind, PieceRequest
from notifications.models import Notice, OutboxMessage
from tests import factories as f
from tests.documents.conftest import Give
from tests.documents.specimens import picture

pytestmark = pytest.mark.django_db
Enter = Callable[[object], Client]
Travel = Callable[[object], None]


@pytest.fixture
def studied(cast: SimpleNamespace, legal_list: None) -> SimpleNamespace:
    """Amina applied to Habitat du Lac, that asked her for the lease of her home."""
    cast.candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    cast.dossier = f.tenant(cast.amina)
    cast.asked = ask(cast, "bail")
    cast.page = f"/bailleur/dossiers/{cast.dossier.public_id}/pieces/"
    return cast


def ask(cast: SimpleNamespace, code: str) -> PieceRequest:
    (asked,) = services.request_pieces(
        actor=cast.as_claire,
        dossier=cast.dossier,
        lines=[services.RequestLine(PieceKind.objects.get(code=code))],
        due=clock.now() + timedelta(days=10),
    )
    return asked


def conclude(cast: SimpleNamespace, piece: Piece, outcome: str, **said: object) -> None:
    """As Claire, who has just looked at everything."""
    seen = rules.seen(piece.files.all(), queries.last_check_of(cast.as_claire, piece))
    services.conclude(actor=cast.as_claire, piece=piece, seen=seen, outcome=outcome, **said)


def awaited(cast: SimpleNamespace) -> list[str]:
    return [each.kind_id for each in queries.open_requests(cast.dossier)]


def given_and_read(cast: SimpleNamespace) -> PieceFile:
    """Amina gives the lease; a worker finds it readable."""
    file = f.clean_file(cast.amina, "bail")
    PieceRequest.objects.filter(kind="bail").update(answered_at=clock.now())
    return file


def test_accepting_a_piece_given_before_closes_what_was_asked(studied: SimpleNamespace) -> None:
    file = f.clean_file(studied.amina, "bail")
    PieceFile.objects.update(received_at=clock.now() - timedelta(days=3))
    ask(studied, "conge")
    assert awaited(studied) == ["bail", "conge"]
    conclude(studied, file.piece, "accepted")
    assert awaited(studied) == ["conge"]


def test_the_acceptance_of_one_landlord_closes_nothing_of_another(
    studied: SimpleNamespace,
) -> None:
    f.submitted(studied.amina, f.offer_of(studied.oc))
    file = f.clean_file(studied.amina, "bail")
    PieceFile.objects.update(received_at=clock.now() - timedelta(days=3))
    services.conclude(
        actor=studied.as_david,
        piece=file.piece,
        seen=rules.seen(file.piece.files.all()),
        outcome="accepted",
    )
    assert awaited(studied) == ["bail"]


def test_a_notice_of_another_year_does_not_close_what_is_asked_now(
    studied: SimpleNamespace,
) -> None:
    notice = f.clean_file(studied.amina, "avis-imposition").piece
    Piece.objects.filter(pk=notice.pk).update(year=clock.today().year - 3)
    ask(studied, "avis-imposition")
    conclude(studied, Piece.objects.get(pk=notice.pk), "accepted")
    assert awaited(studied) == ["bail", "avis-imposition"]


def test_the_notice_given_early_answers_nothing_and_keeps_nothing_answered(
    studied: SimpleNamespace, travel: Travel, give: Give, clamd: str
) -> None:
    """In October 2027 the incomes of 2025 are asked; the notice on those of 2026 has come out."""
    october = date(clock.today().year + 1, 10, 5)
    travel(datetime.combine(october, time(10), tzinfo=UTC))
    ask(studied, "avis-imposition")
    early = give("avis-imposition", year=october.year - 1)
    services.check_due()
    assert awaited(studied) == ["bail", "avis-imposition"]
    asked = give("avis-imposition", year=october.year - 2)
    services.check_due()
    assert awaited(studied) == ["bail"]
    services.remove_file(actor=studied.as_amina, file=asked.files.get())
    assert awaited(studied) == ["bail", "avis-imposition"]
    assert list(Piece.objects.filter(kind="avis-imposition")) == [early]


def test_who_asked_may_withdraw_and_the_person_is_told(
    studied: SimpleNamespace, login: Enter
) -> None:
    client = login(studied.claire)
    assert "Ne plus la demander" in client.get(studied.page).content.decode()
    address = f"/bailleur/pieces/demandes/{studied.asked.public_id}/retirer/"
    assert client.post(address).url == studied.page
    page = client.get(studied.page).content.decode()
    assert ("Demande retirée le" in page, "Ne plus la demander" in page) == (True, False)
    assert awaited(studied) == []
    notice = Notice.objects.filter(recipient=studied.amina).latest("pk")
    assert notice.title == "Pièce qui n'est plus demandée : Bail et dernière quittance de loyer"
    assert "n'attend plus cette pièce : vous n'avez rien à faire" in notice.body
    # Asked again one day, it is a new request.
    ask(studied, "bail")
    assert awaited(studied) == ["bail"]


def test_what_came_meanwhile_is_not_withdrawn(studied: SimpleNamespace, login: Enter) -> None:
    given_and_read(studied)
    before = Notice.objects.count()
    with pytest.raises(ValidationError, match="la pièce est arrivée"):
        services.withdraw_request(actor=studied.as_claire, request=studied.asked)
    address = f"/bailleur/pieces/demandes/{studied.asked.public_id}/retirer/"
    page = login(studied.claire).post(address, follow=True).content.decode()
    assert "n&#39;attend plus rien" in page
    assert PieceRequest.objects.get().withdrawn_at is None
    assert Notice.objects.count() == before


def test_another_landlord_withdraws_nothing(studied: SimpleNamespace, login: Enter) -> None:
    f.submitted(studied.amina, f.offer_of(studied.oc))
    address = f"/bailleur/pieces/demandes/{studied.asked.public_id}/retirer/"
    assert login(studied.david).post(address).status_code == 404
    assert awaited(studied) == ["bail"]


def test_a_request_waits_again_when_what_answered_it_is_taken_back(
    studied: SimpleNamespace, login: Enter
) -> None:
    first, second = given_and_read(studied), None
    second = PieceFile.objects.create(
        piece=first.piece, original_name="quittance.jpg", size=10, state="clean", pages=1,
        media_type="image/jpeg", sha256="0" * 64, checked_at=clock.now(),
    )  # fmt: skip
    assert awaited(studied) == []
    services.remove_file(actor=studied.as_amina, file=first)
    assert awaited(studied) == []
    services.remove_file(actor=studied.as_amina, file=second)
    assert awaited(studied) == ["bail"]
    page = login(studied.claire).get(studied.page).content.decode()
    assert "Demandée, à donner avant le" in page
    assert "Ce qui avait été donné a été repris" in page
    candidacy = f"/bailleur/candidatures/{studied.candidacy.public_id}/"
    assert "Ce qui avait été donné a été repris" in (
        login(studied.claire).get(candidacy).content.decode()
    )
    assert "vous demande cette pièce" in (
        login(studied.amina).get("/mon-dossier/pieces/bail/").content.decode()
    )


def test_what_was_asked_for_an_ended_study_does_not_come_back_with_the_next(
    studied: SimpleNamespace, travel: Travel, login: Enter
) -> None:
    """Nobody asks for it any more, and it would be overdue; what another landlord asked stays."""
    applications.submit_candidacy(actor=studied.as_amina, offer=f.offer_of(studied.oc))
    (elsewhere,) = services.request_pieces(
        actor=studied.as_david,
        dossier=studied.dossier,
        lines=[services.RequestLine(PieceKind.objects.get(code="avis-imposition"))],
        due=clock.now() + timedelta(days=10),
    )
    applications.withdraw(actor=studied.as_amina, candidacy=studied.candidacy)
    assert list(queries.open_requests(studied.dossier)) == [elsewhere]
    travel(clock.now() + timedelta(days=30))
    applications.submit_candidacy(actor=studied.as_amina, offer=f.offer_of(studied.lac))
    assert list(queries.open_requests(studied.dossier)) == [elsewhere]
    page = login(studied.claire).get(studied.page).content.decode()
    assert "Demande retirée le" in page
    # It may be asked anew.
    assert ask(studied, "bail").is_awaited


def test_what_was_asked_is_forgotten_some_time_after_the_study(
    studied: SimpleNamespace, travel: Travel
) -> None:
    """As long as the piece itself would stay: three months for a lease (92 days). A study that
    lasts keeps all it asked."""
    answered = PieceRequest.objects.filter(pk=studied.asked.pk)
    answered.update(answered_at=clock.now())
    applications.submit_candidacy(actor=studied.as_amina, offer=f.offer_of(studied.oc))
    (elsewhere,) = services.request_pieces(
        actor=studied.as_david,
        dossier=studied.dossier,
        lines=[services.RequestLine(PieceKind.objects.get(code="bail"))],
        due=clock.now() + timedelta(days=10),
    )
    PieceRequest.objects.filter(pk=elsewhere.pk).update(answered_at=clock.now())
    applications.withdraw(actor=studied.as_amina, candidacy=studied.candidacy)
    travel(clock.now() + timedelta(days=91))
    services.erase_due()
    assert answered.exists()
    travel(clock.now() + timedelta(days=2))
    services.erase_due()
    assert list(PieceRequest.objects.all()) == [elsewhere]


def test_a_home_given_up_leaves_what_is_asked_for_another_of_the_same_landlord(
    studied: SimpleNamespace,
) -> None:
    applications.submit_candidacy(actor=studied.as_amina, offer=f.offer_of(studied.lac))
    applications.withdraw(actor=studied.as_amina, candidacy=studied.candidacy)
    assert awaited(studied) == ["bail"]


def test_what_answered_an_ended_study_waits_for_nobody_when_it_is_taken_back(
    studied: SimpleNamespace, travel: Travel
) -> None:
    file = given_and_read(studied)
    applications.withdraw(actor=studied.as_amina, candidacy=studied.candidacy)
    travel(clock.now() + timedelta(days=30))
    applications.submit_candidacy(actor=studied.as_amina, offer=f.offer_of(studied.lac))
    services.remove_file(actor=studied.as_amina, file=file)
    assert awaited(studied) == []


def test_a_file_given_before_the_request_does_not_keep_it_answered(
    studied: SimpleNamespace,
) -> None:
    after = given_and_read(studied)
    PieceFile.objects.create(
        piece=after.piece, original_name="vieux.jpg", size=10, state="clean", pages=1,
        media_type="image/jpeg", sha256="0" * 64, checked_at=clock.now(),
        received_at=clock.now() - timedelta(days=2),
    )  # fmt: skip
    services.remove_file(actor=studied.as_amina, file=after)
    assert awaited(studied) == ["bail"]


def test_only_the_last_of_several_requests_waits_again(studied: SimpleNamespace) -> None:
    PieceRequest.objects.update(answered_at=clock.now())
    last = ask(studied, "bail")
    file = given_and_read(studied)
    services.remove_file(actor=studied.as_amina, file=file)
    assert list(queries.open_requests(studied.dossier)) == [last]


def test_a_refusal_that_asks_again_says_before_when_and_where(studied: SimpleNamespace) -> None:
    piece = f.clean_file(studied.amina, "avis-imposition").piece
    Piece.objects.filter(pk=piece.pk).update(year=clock.today().year - 3)
    due = clock.end_of_local_day(clock.now(), 12)
    conclude(
        studied, Piece.objects.get(pk=piece.pk), "refused", reason="wrong_period",
        sentence="Donnez le dernier avis.", ask_again_before=due,
    )  # fmt: skip
    notice = Notice.objects.filter(recipient=studied.amina).latest("pk")
    assert notice.body.endswith(f"À donner avant le {french.long_date(due)}.")
    # Where the notice of this year is given, not where the old one lies.
    assert notice.path == "/mon-dossier/pieces/avis-imposition/"
    mail = OutboxMessage.objects.filter(recipient=studied.amina).latest("pk")
    assert "/mon-dossier/pieces/avis-imposition/" in mail.body_text
    assert "annee=" not in mail.body_text


def test_a_colleague_who_was_faster_is_named(studied: SimpleNamespace, login: Enter) -> None:
    file = f.clean_file(studied.amina, content=picture())
    page = f"/bailleur/pieces/{file.piece.public_id}/"
    blank = rules.seen(file.piece.files.all())
    services.conclude(
        actor=studied.as_chloe, piece=file.piece, seen=blank, outcome="refused",
        reason="incomplete", sentence="Le verso manque.",
    )  # fmt: skip
    client = login(studied.claire)
    answer = client.post(page, {"outcome": "accepted", "seen": blank})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Chloé Durand a conclu avant vous" in said
    assert "refusée (Le verso manque.)" in said
    assert [each.checked_by for each in file.piece.checks.all()] == [studied.chloe]
    # She has read it now, and says something else.
    again = said.split('name="seen" value="')[1].split('"')[0]
    assert client.post(page, {"outcome": "accepted", "seen": again}).status_code == 302
    assert [each.outcome for each in file.piece.checks.all()] == ["accepted", "refused"]


def test_what_another_landlord_concluded_is_no_reason_to_stop(studied: SimpleNamespace) -> None:
    f.submitted(studied.amina, f.offer_of(studied.oc))
    piece = f.clean_file(studied.amina).piece
    blank = rules.seen(piece.files.all())
    for actor in (studied.as_claire, studied.as_david):
        services.conclude(actor=actor, piece=piece, seen=blank, outcome="accepted")
    assert piece.checks.count() == 2


def test_the_date_that_one_landlord_reads_is_its_own(studied: SimpleNamespace) -> None:
    """A lease receipt holds three months."""
    f.submitted(studied.amina, f.offer_of(studied.oc))
    piece = f.clean_file(studied.amina, "bail").piece
    own = clock.today() - timedelta(days=20)
    Piece.objects.filter(pk=piece.pk).update(dated_on=own)
    old = clock.today() - timedelta(days=200)
    conclude(studied, piece, "accepted", dated_on=old, although_too_old=True)
    piece.refresh_from_db()
    assert piece.dated_on == own

    # She took it as it is: neither she nor Amina is told that another is needed.
    assert standing(piece, studied.as_claire) is rules.Standing.ACCEPTED
    assert standing(piece, studied.as_david) is rules.Standing.READABLE
    assert standing(piece, None) is rules.Standing.ACCEPTED


def standing(piece: Piece, staff: object) -> rules.Standing:
    read = queries.with_details(Piece.objects.filter(pk=piece.pk), staff=staff)  # type: ignore[arg-type]
    return queries.standing_of(read.get(), clock.today())


def test_a_piece_accepted_although_too_old_is_told_so_and_for_as_long_as_the_study(
    studied: SimpleNamespace, login: Enter
) -> None:
    piece = f.clean_file(studied.amina, "bail").piece
    old = clock.today() - timedelta(days=200)
    conclude(studied, piece, "accepted", dated_on=old, although_too_old=True)
    page = "/mon-dossier/pieces/bail/"
    shown = login(studied.amina).get(page).content.decode()
    assert "bien qu&#39;elle soit trop ancienne" in shown
    assert "Trop ancienne" not in shown
    studied.dossier.accesses.update(until=clock.now())
    assert standing(piece, None) is rules.Standing.EXPIRED


def test_what_grew_old_since_it_was_accepted_is_to_be_given_again(
    studied: SimpleNamespace, travel: Travel
) -> None:
    piece = f.clean_file(studied.amina, "bail").piece
    conclude(studied, piece, "accepted")
    assert standing(piece, None) is rules.Standing.ACCEPTED
    travel(clock.now() + timedelta(days=100))
    assert standing(piece, studied.as_claire) is rules.Standing.EXPIRED
    assert standing(piece, None) is rules.Standing.EXPIRED


def test_accepting_a_piece_that_is_too_old_is_said_before(
    studied: SimpleNamespace, login: Enter
) -> None:
    piece = f.clean_file(studied.amina, "bail").piece
    page, client = f"/bailleur/pieces/{piece.public_id}/", login(studied.claire)
    assert "bien qu&#39;elle soit trop ancienne" not in client.get(page).content.decode()
    typed = {
        "outcome": "accepted",
        "seen": rules.seen(piece.files.all()),
        "dated_on": (clock.today() - timedelta(days=200)).isoformat(),
    }
    answer = client.post(page, typed)
    assert answer.status_code == 422
    assert "elle n&#39;est plus valable depuis le" in answer.content.decode()
    assert 'name="although_too_old"' in answer.content.decode()
    assert piece.checks.count() == 0
    assert client.post(page, {**typed, "although_too_old": "on"}).status_code == 302
    assert piece.checks.get().outcome == "accepted"


def test_the_refusal_of_a_landlord_who_is_done_asks_for_no_other_piece(
    studied: SimpleNamespace, login: Enter
) -> None:
    piece = f.clean_file(studied.amina).piece
    conclude(studied, piece, "refused", reason="incomplete", sentence="Le verso manque.")
    client = login(studied.amina)
    page = "/mon-dossier/pieces/identite/"
    assert "À remplacer" in client.get(page).content.decode()
    studied.dossier.accesses.update(until=clock.now())
    shown = client.get(page).content.decode()
    assert ("À remplacer" in shown, "Le verso manque." in shown) == (False, False)
    assert "Reçue et lisible" in shown
