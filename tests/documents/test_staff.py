"""A landlord's staff checks and asks; everybody else sees nothing; every look is written down."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image, ImageChops

from accounts import services as accounts
from accounts.models import Dossier, HouseholdMember
from alin.kit import clock, french
from alin.kit.actor import Actor
from commission.models import CommissionMember
from documents import queries, rules, services
from documents.models import Piece, PieceCheck, PieceFile, PieceKind, PieceRequest, PieceView
from documents.services import RequestLine
from notifications.models import Notice, OutboxMessage
from tests import factories as f
from tests.documents.specimens import picture

pytestmark = pytest.mark.django_db
Enter = Callable[[object], Client]
FORBIDDEN = [
    "releve-bancaire",
    "carte-vitale",
    "casier-judiciaire",
    "dossier-medical",
    "photo-identite",
    "caution",
]


@pytest.fixture
def studied(cast: SimpleNamespace, legal_list: None) -> SimpleNamespace:
    """Amina applied to Habitat du Lac and gave her identity, which is readable."""
    cast.candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    cast.file = f.clean_file(cast.amina, content=picture())
    cast.piece = cast.file.piece
    cast.dossier = f.tenant(cast.amina)
    return cast


def conclude(actor: Actor, piece: Piece, outcome: str, **said: str) -> None:
    """As who has just looked at every file of the piece."""
    seen = rules.seen(piece.files.all())
    services.conclude(actor=actor, piece=piece, seen=seen, outcome=outcome, **said)


def shown(client: Client, address: str) -> dict[str, str]:
    """What the page sends back of the files it shows."""
    page = client.get(address).content.decode()
    return {"seen": re.findall(r'name="seen" value="([^"]+)"', page)[0]}


def check_page(world: SimpleNamespace) -> str:
    return f"/bailleur/pieces/{world.piece.public_id}/"


def test_the_queue_holds_what_waits_for_this_landlord_alone(
    studied: SimpleNamespace, login: Enter
) -> None:
    f.clean_file(studied.bruno)
    page = login(studied.claire).get("/bailleur/pieces/").content.decode()
    addresses = set(re.findall(r'href="(/bailleur/pieces/[0-9a-f-]{36}/)"', page))
    assert addresses == {check_page(studied)}
    assert "Morel" not in page
    page = login(studied.david).get("/bailleur/pieces/").content.decode()
    assert "Aucune pièce à vérifier" in page


def test_a_piece_that_is_not_readable_yet_is_not_in_the_queue(
    studied: SimpleNamespace, login: Enter
) -> None:
    PieceFile.objects.create(piece=studied.piece, original_name="verso.jpg", size=10)
    page = login(studied.claire).get("/bailleur/pieces/").content.decode()
    assert "Aucune pièce à vérifier" in page


def test_accepting_goes_to_the_next_and_the_applicant_sees_it(
    studied: SimpleNamespace, login: Enter
) -> None:
    following = f.clean_file(studied.amina, "bail", picture()).piece
    client, page = login(studied.claire), check_page(studied)
    response = client.post(page, {"outcome": "accepted", **shown(client, page)})
    assert response["Location"] == f"/bailleur/pieces/{following.public_id}/"
    check = PieceCheck.objects.get()
    assert (check.outcome, check.organisation, check.checked_by) == (
        "accepted",
        studied.lac,
        studied.claire,
    )
    page = login(studied.amina).get("/mon-dossier/pieces/identite/").content.decode()
    assert "Acceptée par Habitat du Lac" in page


def test_a_refusal_says_why_tells_and_asks_again(studied: SimpleNamespace, login: Enter) -> None:
    day = clock.today() + timedelta(days=10)
    client = login(studied.claire)
    response = client.post(
        check_page(studied),
        {
            **shown(client, check_page(studied)),
            "outcome": "refused",
            "reason": "incomplete",
            "sentence": "Ajoutez le verso de la carte.",
            "due": day.isoformat(),
        },
    )
    assert response["Location"] == "/bailleur/pieces/"
    notice = Notice.objects.filter(recipient=studied.amina).latest("pk")
    assert notice.title == "Pièce à remplacer : Pièce d'identité ou titre de séjour"
    assert "Ajoutez le verso de la carte." in notice.body
    assert notice.path == "/mon-dossier/pieces/identite/"
    request = PieceRequest.objects.get()
    assert (clock.local_day(request.due), request.organisation) == (day, studied.lac)
    page = login(studied.amina).get("/mon-dossier/pieces/identite/").content.decode()
    assert "Il manque une page ou un côté" in page
    assert "Habitat du Lac vous demande cette pièce." in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choisissez la raison du refus."),
        ({"reason": "incomplete"}, "Dites en une phrase ce que la personne doit faire."),
        (
            {"reason": "incomplete", "sentence": "Le verso.", "due": "2020-01-01"},
            "Choisissez un jour à venir",
        ),
    ],
)
def test_a_refusal_without_a_reason_is_not_written(
    studied: SimpleNamespace, login: Enter, typed: dict[str, str], said: str
) -> None:
    response = login(studied.claire).post(check_page(studied), {"outcome": "refused", **typed})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert PieceCheck.objects.count() == 0


def test_a_piece_replaced_meanwhile_is_not_concluded_on(studied: SimpleNamespace) -> None:
    type(studied.piece).objects.update(replaced_at=clock.now())
    with pytest.raises(ValidationError, match="vient d'être remplacée"):
        conclude(studied.as_claire, studied.piece, "accepted")


def test_nobody_concludes_on_a_file_that_came_after_the_page(
    studied: SimpleNamespace, login: Enter
) -> None:
    client, page = login(studied.claire), check_page(studied)
    before = shown(client, page)
    late = PieceFile.objects.create(piece=studied.piece, original_name="verso.jpg", size=10)
    PieceFile.objects.filter(pk=late.pk).update(
        state="clean", pages=1, media_type="image/jpeg", sha256="0" * 64, checked_at=clock.now()
    )
    refusal = {"outcome": "refused", "reason": "incomplete", "sentence": "Le verso manque."}
    for typed in ({"outcome": "accepted"}, refusal, {"outcome": "accepted", "seen": ""}):
        response = client.post(page, before | typed)
        assert response.status_code == 422
        assert "Cette pièce a changé pendant que vous la regardiez" in response.content.decode()
    assert PieceCheck.objects.count() == 0
    # The page that says so shows the new file; what it sends back counts.
    again = re.findall(r'name="seen" value="([^"]+)"', response.content.decode())[0]
    assert "verso.jpg" in response.content.decode()
    client.post(page, {"outcome": "accepted", "seen": again})
    assert PieceCheck.objects.get().outcome == "accepted"


@pytest.mark.parametrize(
    ("state", "refusal"), [("received", ""), ("checking", ""), ("refused", "broken")]
)
def test_a_piece_with_a_file_that_nobody_can_read_is_not_accepted(
    studied: SimpleNamespace, login: Enter, state: str, refusal: str
) -> None:
    late = PieceFile.objects.create(piece=studied.piece, original_name="verso.jpg", size=10)
    PieceFile.objects.filter(pk=late.pk).update(state=state, refusal=refusal)
    client, page = login(studied.claire), check_page(studied)
    assert "Vous n&#39;en voyez pas tout : « verso.jpg »" in client.get(page).content.decode()
    response = client.post(page, {"outcome": "accepted", **shown(client, page)})
    assert response.status_code == 422
    assert "elle ne peut pas être acceptée" in response.content.decode()
    assert PieceCheck.objects.count() == 0


def test_a_page_carries_who_looks_and_the_look_is_shown_to_the_applicant(
    studied: SimpleNamespace, login: Enter
) -> None:
    address = f"/bailleur/pieces/fichiers/{studied.file.public_id}/pages/1/"
    for _turn in range(3):
        response = login(studied.claire).get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    with Image.open(io.BytesIO(response.content)) as served:
        plain = Image.open(io.BytesIO(picture())).convert("RGB")
        assert ImageChops.difference(served.convert("RGB"), plain).getbbox() is not None
        # Something red is written over the white paper.
        colours = served.convert("RGB").getcolors(1_000_000)
    assert any(red > 200 and red - green > 25 for _count, (red, green, _b) in colours)
    look = PieceView.objects.get()
    assert (look.viewer, look.organisation, look.what) == (studied.claire, studied.lac, "pages")
    page = login(studied.amina).get("/mon-dossier/pieces/consultations/").content.decode()
    assert "Habitat du Lac" in page
    assert "A regardé : Pièce d&#39;identité ou titre de séjour" in page


def test_the_original_leaves_by_an_explicit_act_written_down_each_time(
    studied: SimpleNamespace, login: Enter
) -> None:
    address = f"/bailleur/pieces/fichiers/{studied.file.public_id}/original/"
    client = login(studied.claire)
    assert client.get(address).status_code == 405
    for _time in range(2):
        response = client.post(address)
    assert response.content == picture()
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert [look.what for look in PieceView.objects.all()] == ["original", "original"]


def test_the_longest_name_keeps_no_piece_from_being_looked_at(
    studied: SimpleNamespace, login: Enter
) -> None:
    member = HouseholdMember.objects.create(
        dossier=studied.dossier, link="child", first_name="A" * 80, last_name="B" * 80
    )
    Piece.objects.update(member=member)
    assert login(studied.claire).get(check_page(studied)).status_code == 200
    label = PieceView.objects.get().piece_label
    start = "Pièce d'identité ou titre de séjour · "
    assert label == start + "A" * 80 + " " + "B" * (160 - len(start) - 81)


def test_every_look_can_be_read_page_after_page(studied: SimpleNamespace, login: Enter) -> None:
    begun = clock.now() - timedelta(days=30)
    PieceView.objects.bulk_create(
        PieceView(
            dossier=studied.dossier, piece=studied.piece, piece_label=f"Pièce n°{number}.",
            viewer=studied.claire, organisation=studied.lac, what="original", purpose="étude",
            at=begun + timedelta(minutes=number),
        )
        for number in range(120)
    )  # fmt: skip
    client, page = login(studied.amina), "/mon-dossier/pieces/consultations/"
    pages = [client.get(f"{page}?page={number}").content.decode() for number in (1, 2, 3)]
    assert [text.count("Pièce n°") for text in pages] == [50, 50, 20]
    assert "Pièce n°119." in pages[0]
    assert "Pièce n°0." in pages[2]
    assert "Page 1 sur 3" in pages[0]


@pytest.mark.parametrize("state", ["received", "checking", "refused"])
def test_staff_never_sees_a_file_that_is_not_clean(
    studied: SimpleNamespace, login: Enter, state: str
) -> None:
    refusal = "broken" if state == "refused" else ""
    PieceFile.objects.update(state=state, refusal=refusal)
    client = login(studied.claire)
    base = f"/bailleur/pieces/fichiers/{studied.file.public_id}/"
    assert client.get(base + "pages/1/").status_code == 404
    assert client.post(base + "original/").status_code == 404


def test_a_seat_on_the_commission_opens_no_piece_to_the_landlord_of_who_sits(
    studied: SimpleNamespace, login: Enter
) -> None:
    """David works for Logis d'Oc and sits on the commission of Habitat du Lac."""
    CommissionMember.objects.create(
        commission=studied.commission, user=studied.david, capacity="epci", since=clock.now()
    )
    accounts.open_access(dossier=studied.dossier, purpose="commission:1", person=studied.david)
    client = login(studied.david)
    dossier = f"/bailleur/dossiers/{studied.dossier.public_id}/pieces/"
    pages = [check_page(studied), dossier, f"{dossier}demander/"]
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    assert not queries.pieces_visible_to(studied.as_david).exists()
    with pytest.raises(ValidationError, match="ne vous est pas ouvert"):
        services.request_pieces(
            actor=studied.as_david,
            dossier=studied.dossier,
            lines=[RequestLine(PieceKind.objects.get(code="bail"))],
            due=clock.now() + timedelta(days=10),
        )


def test_the_access_ends_with_the_candidacy(studied: SimpleNamespace, login: Enter) -> None:
    studied.dossier.accesses.update(until=clock.now())
    client = login(studied.claire)
    assert client.get(check_page(studied)).status_code == 404
    assert (
        client.get(f"/bailleur/pieces/fichiers/{studied.file.public_id}/pages/1/").status_code
        == 404
    )


def test_several_pieces_are_asked_in_one_message(studied: SimpleNamespace, login: Enter) -> None:
    before = Notice.objects.filter(recipient=studied.amina).count()
    day = clock.today() + timedelta(days=15)
    response = login(studied.claire).post(
        f"/bailleur/dossiers/{studied.dossier.public_id}/pieces/demander/",
        {"pieces": ["salaire:", "bail:"], "due": day.isoformat(), "note": "Les trois derniers."},
    )
    assert response.status_code == 302
    assert {each.kind_id for each in PieceRequest.objects.all()} == {"salaire", "bail"}
    assert {clock.local_day(each.due) for each in PieceRequest.objects.all()} == {day}
    notices = Notice.objects.filter(recipient=studied.amina).order_by("-pk")
    assert notices.count() == before + 1
    assert notices[0].title == "Habitat du Lac vous demande 2\u00a0pièces"
    page = login(studied.amina).get("/mon-dossier/pieces/").content.decode()
    assert "Un bailleur vous les demande" in page


@pytest.fixture
def apart(studied: SimpleNamespace, login: Enter) -> SimpleNamespace:
    """Claire asks Amina for pay slips and Lou for her card: `chosen` on the first page, `each` on
    the next."""
    lou = HouseholdMember.objects.create(
        dossier=studied.dossier, link="other", first_name="Lou", last_name="Roy"
    )
    soon, late = (clock.today() + timedelta(days=days) for days in (7, 20))
    card = f"identite-adulte:{lou.public_id}"
    return SimpleNamespace(
        lou=lou, soon=soon, late=late, card=card,
        send=partial(
            login(studied.claire).post,
            f"/bailleur/dossiers/{studied.dossier.public_id}/pieces/demander/",
        ),
        chosen={"pieces": ["salaire:", card], "due": soon.isoformat(), "note": "Lisible."},
        each={f"due-{card}": late.isoformat(), f"note-{card}": "Recto verso.", "apart": "oui",
              "due-salaire": soon.isoformat(), "note-salaire": "Les trois derniers."},
    )  # fmt: skip


def test_each_piece_starts_with_what_was_said_of_all(apart: SimpleNamespace) -> None:
    second = apart.send({**apart.chosen, "apart": "choisir"})
    page = second.content.decode()
    assert (second.status_code, PieceRequest.objects.count()) == (200, 0)
    assert page.count(f'value="{apart.soon.isoformat()}"') == 3
    assert f'name="note-{apart.card}"' in page


def test_what_is_wrong_of_one_piece_asks_for_none(apart: SimpleNamespace) -> None:
    said = apart.chosen | apart.each
    refused = apart.send({**said, f"due-{apart.card}": "2020-01-01"})
    assert refused.status_code == 422
    assert "Choisissez un jour à venir" in refused.content.decode()
    assert 'value="Les trois derniers."' in refused.content.decode()
    refused = apart.send({**said, "note-salaire": "et la carte Vitale"})
    assert "La loi interdit de demander un relevé bancaire" in refused.content.decode()
    assert PieceRequest.objects.count() == 0


def test_each_piece_may_have_its_day_and_its_sentence_and_the_mail_leads_to_each(
    studied: SimpleNamespace, apart: SimpleNamespace, login: Enter
) -> None:
    assert apart.send(apart.chosen | apart.each).status_code == 302
    assert {
        (each.kind_id, each.member, clock.local_day(each.due), each.note)
        for each in PieceRequest.objects.all()
    } == {
        ("salaire", None, apart.soon, "Les trois derniers."),
        ("identite-adulte", apart.lou, apart.late, "Recto verso."),
    }
    mail = OutboxMessage.objects.filter(recipient=studied.amina).latest("pk")
    for path in (
        "/mon-dossier/pieces/salaire/",
        f"/mon-dossier/pieces/identite-adulte/{apart.lou.public_id}/",
    ):
        assert mail.body_text.count(f"{settings.BASE_URL}{path}\n") == 1
        assert f'href="{settings.BASE_URL}{path}"' in mail.body_html
        assert login(studied.amina).get(path).status_code == 200
    assert f"avant le {french.long_date(apart.late)}. Recto verso." in mail.body_text
    assert "fichiers" not in mail.body_text


@pytest.mark.parametrize("code", FORBIDDEN)
def test_nobody_can_ask_for_what_the_law_forbids(
    studied: SimpleNamespace, login: Enter, code: str
) -> None:
    day = clock.now() + timedelta(days=10)
    path = f"/bailleur/dossiers/{studied.dossier.public_id}/pieces/demander/"
    client = login(studied.claire)
    assert f'value="{code}:"' not in client.get(path).content.decode()
    typed = {"pieces": [f"{code}:"], "due": day.date().isoformat()}
    assert client.post(path, typed).status_code == 422
    line = RequestLine(PieceKind.objects.get(code=code))
    with pytest.raises(ValidationError):
        services.request_pieces(
            actor=studied.as_claire, dossier=studied.dossier, lines=[line], due=day
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        PieceRequest.objects.create(
            dossier=studied.dossier,
            kind_id=code,
            organisation=studied.lac,
            asked_by=studied.claire,
            due=day,
        )
    assert PieceRequest.objects.count() == 0


@pytest.mark.parametrize(
    "note",
    [
        "Joignez vos relevés bancaires.",
        "un RELEVE DE COMPTE récent",
        "et la carte vitale",
        "votre casier judiciaire",
        "le dossier médical",
        "les relevés de votre compte",
        "un relevé de la banque",
        "une photo d'identité",
        "vos extraits de compte",
        "un extrait de compte bancaire",
        "les relevés mensuels de compte",
        "vos relevés (bancaires)",
        "la lettre du garant",
        "une attestation de garant",
        "la carte-vitale",
        "un RELEVÉ DE COMPTE",
        "vos releve\u0301s bancaires",
        "le DOSSIER ME\u0301DICAL",
        "des relevés\u00a0bancaires",
    ],
)
def test_nor_in_the_sentence_that_comes_with_a_request(
    studied: SimpleNamespace, login: Enter, note: str
) -> None:
    day = clock.today() + timedelta(days=10)
    response = login(studied.claire).post(
        f"/bailleur/dossiers/{studied.dossier.public_id}/pieces/demander/",
        {"pieces": ["salaire:"], "due": day.isoformat(), "note": note},
    )
    assert response.status_code == 422
    assert "La loi interdit de demander un relevé bancaire" in response.content.decode()
    assert PieceRequest.objects.count() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        PieceRequest.objects.create(
            dossier=studied.dossier,
            kind_id="salaire",
            organisation=studied.lac,
            asked_by=studied.claire,
            due=clock.now() + timedelta(days=10),
            note=note,
        )


@pytest.mark.parametrize(
    "note",
    [
        "Le relevé de votre caisse de retraite.",
        "L'extrait d'acte de naissance, compte tenu de votre situation.",
        "Une photo de votre carte d'identité suffit.",
        "L'attestation de votre employeur, datée.",
        "Le relevé de situation de France Travail.",
    ],
)
def test_a_sentence_that_asks_for_a_legal_piece_is_sent(
    studied: SimpleNamespace, note: str
) -> None:
    line = RequestLine(PieceKind.objects.get(code="retraite"), note=note)
    day = clock.now() + timedelta(days=10)
    services.request_pieces(actor=studied.as_claire, dossier=studied.dossier, lines=[line], due=day)
    assert PieceRequest.objects.get().note == note


def test_only_who_may_see_a_dossier_asks_for_its_pieces(studied: SimpleNamespace) -> None:
    line = RequestLine(PieceKind.objects.get(code="bail"))
    day = clock.now() + timedelta(days=10)
    with pytest.raises(ValidationError):
        services.request_pieces(
            actor=studied.as_david, dossier=studied.dossier, lines=[line], due=day
        )
    with pytest.raises(PermissionDenied):
        services.request_pieces(
            actor=studied.as_estelle, dossier=studied.dossier, lines=[line], due=day
        )


def test_the_queue_costs_the_same_with_one_piece_and_with_many(
    studied: SimpleNamespace, login: Enter, django_assert_num_queries: Callable[..., object]
) -> None:
    client = login(studied.claire)
    client.get("/bailleur/pieces/")
    with django_assert_num_queries(6):
        client.get("/bailleur/pieces/")
    for code in ("bail", "union", "garde", "etudes", "conge", "chomage", "retraite"):
        f.clean_file(studied.amina, code)
    with django_assert_num_queries(6):
        client.get("/bailleur/pieces/")


def test_what_was_asked_and_came_is_on_the_page_of_the_candidacy(
    studied: SimpleNamespace, login: Enter
) -> None:
    address = f"/bailleur/candidatures/{studied.candidacy.public_id}/"
    page = login(studied.claire).get(address).content.decode()
    assert "Aucune pour l&#39;instant." in page
    assert f"/bailleur/dossiers/{studied.dossier.public_id}/pieces/demander/" in page
    bail, slip = (RequestLine(PieceKind.objects.get(code=code)) for code in ("bail", "salaire"))
    services.request_pieces(
        actor=studied.as_claire,
        dossier=studied.dossier,
        lines=[bail, slip],
        due=clock.now() + timedelta(days=10),
    )
    PieceRequest.objects.filter(kind_id="bail").update(answered_at=clock.now())
    other = f.applicant("Dora", "Petit")
    f.submitted(other, f.offer_of(studied.oc))
    services.request_pieces(
        actor=studied.as_david,
        dossier=Dossier.objects.get(applicant=other),
        lines=[RequestLine(PieceKind.objects.get(code="prestations"))],
        due=clock.now() + timedelta(days=10),
    )
    page = login(studied.claire).get(address).content.decode()
    asked = page[page.index('id="demandes"') : page.index('id="historique"')]
    assert "Bail et dernière quittance de loyer" in asked
    assert "Donnée le" in asked
    assert "Trois derniers bulletins de salaire" in asked
    assert "Attendue avant le" in asked
    assert "Attestation de la CAF" not in asked

    page = login(studied.amina).get("/mes-candidatures/").content.decode()
    assert "1\u00a0pièce demandée à donner" in page
    page = login(studied.bruno).get("/mes-candidatures/").content.decode()
    assert "à donner" not in page


def test_a_landlord_learns_nothing_of_what_another_concluded_or_asked(
    studied: SimpleNamespace, login: Enter
) -> None:
    f.submitted(studied.amina, f.offer_of(studied.oc))
    bail, slip = (f.clean_file(studied.amina, code).piece for code in ("bail", "salaire"))
    conclude(studied.as_claire, studied.piece, "accepted")
    conclude(
        studied.as_claire, bail, "refused", reason="incomplete", sentence="Ajoutez la quittance."
    )
    services.request_pieces(
        actor=studied.as_claire,
        dossier=studied.dossier,
        lines=[
            RequestLine(PieceKind.objects.get(code=code)) for code in ("chomage", "prestations")
        ],
        due=clock.now() + timedelta(days=10),
    )
    address = f"/bailleur/dossiers/{studied.dossier.public_id}/pieces/"
    pages = {
        name: [
            login(user).get(path).content.decode()
            for path in (address, *(f"/bailleur/pieces/{p.public_id}/" for p in (bail, slip)),
                         check_page(studied))
        ]
        for name, user in (("claire", studied.claire), ("david", studied.david))
    }  # fmt: skip
    theirs = "".join(pages["claire"])
    assert ["Acceptée" in theirs, "À remplacer" in theirs] == [True, True]
    assert "Demandée, à donner avant le" in pages["claire"][0]
    for page in pages["david"]:
        for said in (
            "Acceptée",
            "À remplacer",
            "Demandée",
            "a conclu",
            "Attestation de la CAF",
            "Ajoutez",
        ):
            assert said not in page
    # His own word is his to read.
    conclude(studied.as_david, slip, "accepted")
    assert "Acceptée" in login(studied.david).get(address).content.decode()
    page = login(studied.amina).get("/mon-dossier/pieces/identite/").content.decode()
    assert "Acceptée par Habitat du Lac" in page


def test_a_request_closes_when_the_landlord_may_no_longer_see_the_dossier(
    studied: SimpleNamespace, login: Enter
) -> None:
    services.request_pieces(
        actor=studied.as_claire,
        dossier=studied.dossier,
        lines=[RequestLine(PieceKind.objects.get(code="bail"))],
        due=clock.now() + timedelta(days=10),
    )
    pages = ["/mon-dossier/pieces/", "/mon-dossier/pieces/bail/", "/mes-candidatures/"]
    client = login(studied.amina)
    said = ["Un bailleur vous les demande", "vous demande cette pièce", "à donner"]
    before = [
        text in client.get(page).content.decode() for page, text in zip(pages, said, strict=True)
    ]
    studied.dossier.accesses.update(until=clock.now())
    after = [
        text in client.get(page).content.decode() for page, text in zip(pages, said, strict=True)
    ]
    assert (before, after) == ([True] * 3, [False] * 3)


def test_nor_in_the_sentence_of_a_refusal(studied: SimpleNamespace) -> None:
    with pytest.raises(ValidationError, match="La loi interdit de demander"):
        conclude(
            studied.as_claire, studied.piece, "refused", reason="unreadable",
            sentence="Envoyez plutôt vos relevés de compte.",
        )  # fmt: skip
    assert not PieceCheck.objects.exists()
    conclude(
        studied.as_claire, studied.piece, "refused", reason="unreadable",
        sentence="Envoyez une attestation de paiement, ou un RIB lisible.",
    )  # fmt: skip
