"""Every page of the journey on a phone, the staff's also at a desk: nothing for axe to say, nothing
wider than the screen, a title and a heading of its own; a form that is refused says so first."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import Page, ViewportSize, expect

from accounts import services as accounts
from accounts.models import Dossier, HouseholdMember
from alin.kit import clock
from applications import services as applications
from commission import services as commission
from documents import services as documents
from documents.models import PieceKind
from documents.seals import from_pem
from listings import services as listings
from notifications.models import OutboxMessage
from tests import factories as f
from tests.documents import sealed
from tests.e2e.showing import follow, unfold_filters

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]
PHONE: ViewportSize = {"width": 360, "height": 780}
DESK: ViewportSize = {"width": 1280, "height": 800}
NARROWEST: ViewportSize = {"width": 320, "height": 780}
REFUSED = "Erreur : "
OVERFLOWING = """() => {
    const width = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= width) return "";
    const wide = [...document.body.querySelectorAll("*")].filter(element =>
        element.getBoundingClientRect().right > width && !element.closest(".table-region"));
    return wide.slice(-3).map(element => element.outerHTML.slice(0, 90)).join(" | ") || "?";
}"""
# The messages of the summary that lead to no control which is, or whose group is, in error.
ASTRAY = """() => [...document.querySelectorAll(".govuk-error-summary a")].filter(link => {
    const target = document.getElementById(link.hash.slice(1));
    return !target?.matches("[aria-invalid=true], fieldset[aria-describedby$=_error] *");
}).map(link => link.textContent)"""
# A refused point comes back on the page of its candidacy, at its own address.
SAME_PAGE = {"staff_point": "staff_candidacy", "ceilings_publish": "ceilings_publication"}
MAIL = """From: Alin <ne-pas-repondre@alin.example>
To: amina@example.test
Subject: Un logement vous est proposé : T3 à Villeurbanne
Date: Mon, 23 Nov 2026 09:05:00 +0000
Content-Type: text/plain; charset="utf-8"

Bonjour, lisez http://testserver/mes-candidatures/
"""


class Walk:
    """Looks at pages one after the other; `faults` keeps what is wrong with each."""

    def __init__(self, axe: Callable[[Page], list[str]]) -> None:
        self.axe = axe
        self.screen = PHONE
        self.faults: list[str] = []
        self.view_of_title: dict[str, str] = {}

    def visit(self, page: Page, path: str, state: str = "") -> None:
        page.set_viewport_size(self.screen)
        page.goto(path)
        self.look(page, state)

    def refuse(self, page: Page, button: str, state: str = "") -> None:
        """Send the form of the page, which must come back with its errors first."""
        page.get_by_role("main").get_by_role("button", name=button).first.click()
        summary = page.locator(".govuk-error-summary")
        expect(summary).to_be_focused()
        if not page.title().startswith(REFUSED):
            self.note(page, "refused", f"title {page.title()!r}")
        for astray in page.evaluate(ASTRAY):
            self.note(page, "refused", f"{astray!r} leads to no refused field")
        self.look(page, state or "refused", refused=True)

    def look(self, page: Page, state: str = "", *, refused: bool = False) -> None:
        for fault in self.axe(page):
            self.note(page, state, fault)
        headings = page.locator("h1").count()
        if headings != 1:
            self.note(page, state, f"{headings} h1")
        if page.title().startswith(REFUSED) != refused:
            self.note(page, state, f"title {page.title()!r}")
        self.name(page, state)
        page.set_viewport_size(NARROWEST)
        if overflowing := page.evaluate(OVERFLOWING):
            self.note(page, state, f"wider than 320 px: {overflowing}")
        page.set_viewport_size(self.screen)

    def name(self, page: Page, state: str) -> None:
        """Two different pages never have the same title."""
        title = page.title().removeprefix(REFUSED)
        if not title.partition(" – ")[0].strip():
            self.note(page, state, "no title")
        other = self.view_of_title.setdefault(title, _view(page))
        if other != _view(page):
            self.note(page, state, f"title of {other}: {title!r}")

    def note(self, page: Page, state: str, fault: str) -> None:
        self.faults.append(f"{_view(page)} {state}: {fault}")


def _view(page: Page) -> str:
    try:
        name = resolve(urlsplit(page.url).path).view_name
        return SAME_PAGE.get(name, name)
    except Resolver404:
        return "404"


def at(name: str, thing: Any = None) -> str:
    return reverse(name, args=[thing.public_id] if thing else [])


@pytest.fixture
def walk(axe: Callable[[Page], list[str]]) -> Walk:
    return Walk(axe)


def closed(organisation: Any, **fields: Any) -> Any:
    return f.offer_of(organisation, closes_at=clock.now() - timedelta(days=1), **fields)


def test_the_pages_of_a_visitor(
    cast: SimpleNamespace, new_page: Open, walk: Walk, settings: Any, tmp_path: Path
) -> None:
    settings.MAILBOX_DIR = tmp_path
    offer, past = f.offer_of(cast.lac), closed(cast.lac)
    page = new_page(viewport=PHONE)
    walk.visit(page, "/")
    walk.visit(page, "/logements/?q=villeurbanne", "filled")
    walk.visit(page, "/logements/?q=villeurbanne&loyer_max=1", "empty")
    walk.visit(page, "/logements/?q=zzzz", "unknown place")
    page.goto("/logements/")
    unfold_filters(page)
    page.get_by_label("Loyer maximum, charges comprises").fill("cher")
    walk.refuse(page, "Voir les résultats")
    walk.visit(page, at("offer", offer), "open")
    walk.visit(page, at("offer", past), "closed")

    walk.visit(page, "/compte/signup/")
    walk.refuse(page, "Créer mon compte")
    walk.visit(page, "/compte/login/")
    page.get_by_label("Courriel").fill(cast.amina.email)
    page.get_by_label("Mot de passe", exact=True).fill("faux")
    walk.refuse(page, "Se connecter")
    walk.visit(page, "/compte/password/reset/")
    walk.visit(page, "/invitation/inconnue/")
    walk.visit(page, "/nulle-part/")
    walk.visit(page, "/demo/courrier/", "empty")
    (tmp_path / "1-ab.eml").write_text(MAIL)
    walk.visit(page, "/demo/courrier/", "filled")
    walk.visit(page, "/demo/courrier/1-ab/")
    assert walk.faults == []


def test_the_dossier_empty_and_refused(cast: SimpleNamespace, logged_in: Open, walk: Walk) -> None:
    offer = f.offer_of(cast.lac)
    page = logged_in(f.person("Nadia", "Kaci"), viewport=PHONE)
    walk.visit(page, "/mon-dossier/", "empty")
    walk.visit(page, "/mon-dossier/identite/", "empty")
    page.get_by_label("Date de naissance").fill("01/01/2190")
    page.get_by_label("Numéro de téléphone").fill("zéro six")
    walk.refuse(page, "Enregistrer")
    walk.visit(page, "/mon-dossier/numero-unique/", "empty")
    page.get_by_label("Votre numéro unique").fill("123")
    walk.refuse(page, "Enregistrer")
    walk.visit(page, "/mon-dossier/foyer/", "empty")
    walk.visit(page, "/mon-dossier/foyer/ajouter/", "empty")
    walk.refuse(page, "Enregistrer")
    walk.visit(page, "/mon-dossier/ressources/", "empty")
    page.get_by_label("Votre revenu fiscal de référence").fill("-5")
    walk.refuse(page, "Enregistrer")
    walk.visit(page, "/mon-dossier/emploi/", "empty")
    page.get_by_label("Numéro SIRET de votre employeur").fill("123")
    page.get_by_label("Nombre de salariés de l'entreprise").fill("beaucoup")
    walk.refuse(page, "Enregistrer")
    walk.visit(page, "/mes-candidatures/", "empty")
    walk.visit(page, "/messages/", "empty")
    walk.visit(page, "/mes-favoris/", "empty")
    walk.visit(page, "/mes-alertes/", "empty")
    walk.visit(page, at("offer", offer), "dossier to complete")
    walk.visit(page, at("apply", offer), "dossier to complete")
    assert walk.faults == []


def test_giving_up_a_home_or_the_demande(
    cast: SimpleNamespace, logged_in: Open, walk: Walk
) -> None:
    home = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    proposed = f.proposed(cast.amina, home, cast.as_claire)
    accepted = applications.accept_proposal(actor=cast.as_amina, candidacy=proposed)
    page = logged_in(cast.amina, viewport=PHONE)
    walk.visit(page, at("home_renounce", accepted))
    walk.refuse(page, "Je renonce à ce logement")
    walk.visit(page, "/mon-dossier/numero-unique/abandonner/")
    walk.refuse(page, "J'abandonne ma demande")
    assert walk.faults == []


def test_a_dossier_for_two(cast: SimpleNamespace, logged_in: Open, walk: Walk) -> None:
    cora = f.person("Cora", "Roux")
    page = logged_in(cast.amina, viewport=PHONE)
    walk.visit(page, "/mon-dossier/a-deux/", "alone")
    page.get_by_label("Son adresse électronique").fill("cora")
    walk.refuse(page, "Envoyer l'invitation")
    accounts.invite_co_applicant(
        actor=cast.as_amina,
        dossier=cast.amina.dossier,
        email=cora.email,
        newcomer=accounts.Newcomer(link="partner", first_name="Cora"),
    )
    walk.visit(page, "/mon-dossier/a-deux/", "invited")
    mail = OutboxMessage.objects.get(to_address=cora.email).body_text
    secret = re.findall(r"(/dossier-commun/\S+/)", mail)[0]
    walk.visit(page, secret, "another account")
    hers = logged_in(cora, viewport=PHONE)
    walk.visit(hers, secret, "invited")
    hers.get_by_role("button", name="Accepter et partager ce dossier").click()
    expect(hers.get_by_role("status")).to_contain_text(
        "Vous partagez un dossier avec Amina Benali."
    )
    walk.look(hers, "shared")
    walk.visit(hers, secret, "used")
    walk.visit(hers, "/mon-dossier/identite/", "shared")
    walk.visit(hers, "/mon-dossier/foyer/", "shared")
    for one in (page, hers):
        walk.visit(one, "/mon-dossier/a-deux/", "shared")
        walk.visit(one, "/mon-dossier/a-deux/terminer/")
    assert walk.faults == []


def test_the_dossier_filled(cast: SimpleNamespace, logged_in: Open, walk: Walk) -> None:
    dossier = Dossier.objects.get(applicant=cast.amina)
    child = accounts.save_member(
        actor=cast.as_amina,
        dossier=dossier,
        expected_version=1,
        member=HouseholdMember(
            dossier=dossier, link="child", first_name="Sami", custody="full", dependant=True
        ),
    )
    page = logged_in(cast.amina, viewport=PHONE)
    for name in ("dossier", "dossier_identity", "dossier_numero", "dossier_household"):
        walk.visit(page, at(name), "filled")
    for name in ("dossier_resources", "dossier_employment"):
        walk.visit(page, at(name), "filled")
    file = f.clean_file(cast.amina)
    walk.visit(page, at("pieces"), "filled")
    walk.visit(page, at("piece_views"), "empty")
    walk.visit(page, "/mon-dossier/pieces/identite/", "filled")
    f.sealed_notice(cast.amina)
    walk.visit(page, "/mon-dossier/pieces/avis-imposition/", "sealed, with a hint")
    walk.visit(page, "/mon-dossier/pieces/bail/", "empty")
    walk.refuse(page, "Envoyer")
    walk.visit(page, at("piece_file_remove", file))
    walk.visit(page, at("dossier_member", child))
    walk.visit(page, at("dossier_member_remove", child))

    page.goto("/mon-dossier/identite/")
    accounts.save_section(
        actor=cast.as_amina,
        dossier=dossier,
        section="identity",
        expected_version=0,
        changes={"phone": "0639980011"},
    )
    page.get_by_label("Numéro de téléphone").fill("06 39 98 00 22")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("table")).to_contain_text("0639980011")
    walk.look(page, "conflict")
    for path in ("email", "password/change", "2fa"):
        walk.visit(page, f"/compte/{path}/")
    assert walk.faults == []


def test_applying_and_answering(cast: SimpleNamespace, logged_in: Open, walk: Walk) -> None:
    offer = f.offer_of(cast.lac)
    direct = f.offer_of(cast.lac, kind="temporary", funding="")
    proposal = f.proposed(cast.amina, direct, cast.as_claire)
    rich = logged_in(f.applicant("Rita", "Riche", rfr=190_000), viewport=PHONE)
    walk.visit(rich, at("offer", offer), "not eligible")

    page = logged_in(cast.amina, viewport=PHONE)
    walk.visit(page, at("offer", offer), "eligible")
    walk.visit(page, at("apply", offer))
    page.get_by_role("button", name="Envoyer ma candidature").click()
    expect(page.get_by_role("main")).to_contain_text("Candidature reçue")
    walk.look(page, "sent")
    walk.visit(page, at("offer", offer), "applied to")
    walk.visit(page, "/mes-candidatures/", "filled")
    walk.visit(page, "/messages/", "filled")
    walk.visit(page, at("candidacy", proposal), "proposal")
    walk.visit(page, at("withdraw", proposal.applicant.candidacies.latest("pk")))
    walk.visit(page, at("proposal_accept", proposal))
    walk.visit(page, at("proposal_refuse", proposal))
    page.get_by_label("Pourquoi refusez-vous ?").fill("Trop loin. " * 100)
    walk.refuse(page, "Je refuse ce logement")
    page.get_by_label("Pourquoi refusez-vous ?").fill("Trop loin.")
    page.get_by_role("button", name="Je refuse ce logement").click()
    expect(page.get_by_role("main")).to_contain_text("Vous avez refusé ce logement")
    walk.look(page, "refused proposal")
    walk.visit(page, "/plateforme/", "forbidden")
    early = f.offer_of(cast.lac)
    candidacy = f.submitted(cast.amina, early)
    listings.close_early(actor=cast.as_claire, offer=early, reason="Dégât des eaux.")
    walk.visit(page, at("candidacy", candidacy), "closed early")
    walk.visit(page, at("offer", early), "applied, closed early")
    assert walk.faults == []


def test_favourites_and_alerts(cast: SimpleNamespace, logged_in: Open, walk: Walk) -> None:
    offer, past = f.offer_of(cast.lac), closed(cast.lac)
    for kept in (offer, past):
        listings.keep_favourite(actor=cast.as_amina, offer=kept)
    page = logged_in(cast.amina, viewport=PHONE)
    walk.visit(page, "/mes-favoris/", "filled")
    walk.visit(page, "/logements/", "favourite")
    follow(page.get_by_role("link", name="Créer une alerte"))
    walk.look(page, "new")
    page.get_by_label("Nom de l'alerte").fill("")
    walk.refuse(page, "Enregistrer l'alerte")
    page.get_by_label("Nom de l'alerte").fill("Partout")
    page.get_by_role("button", name="Enregistrer l'alerte").click()
    expect(page.get_by_role("heading", name="Partout")).to_be_visible()
    walk.look(page, "filled")
    for days in (-1, 1):
        opening = clock.now() + timedelta(days=days)
        draft = f.offer_of(cast.lac, published_at=None, opens_at=opening)
        listings.publish_offer(actor=cast.as_claire, offer=draft, expected_version=1)
    listings.keep_favourite(actor=cast.as_amina, offer=draft)
    listings.find_alerts()
    with clock.travel(clock.now() + timedelta(days=1)):
        listings.send_digests()
    walk.visit(page, "/messages/", "links to homes")
    page.get_by_role("button", name="Ouvrir").click()
    expect(page.get_by_role("heading", name="trouvés par vos alertes")).to_be_in_viewport()
    walk.look(page, "found")
    walk.visit(page, "/mes-favoris/", "opens later")
    page.goto("/mes-alertes/")
    page.get_by_role("button", name="Mettre toutes mes alertes en pause").click()
    expect(page.get_by_role("button", name="Reprendre mes alertes")).to_be_visible()
    walk.look(page, "paused")
    token = cast.amina.alert_subscription.token
    walk.visit(page, f"/alertes/arreter/{token}/", "done")
    listings.unmute_alerts(actor=cast.as_amina)
    walk.visit(page, f"/alertes/arreter/{token}/", "asked")
    assert walk.faults == []


def test_the_pages_of_the_landlord(cast: SimpleNamespace, logged_in: Open, walk: Walk) -> None:
    offer, direct = f.offer_of(cast.lac), f.offer_of(cast.lac, kind="temporary", funding="")
    to_take = f.submitted(cast.amina, offer)
    ready = f.ready(f.submitted(cast.bruno, direct), cast.as_claire)
    accepted = f.proposed(
        cast.amina, f.offer_of(cast.lac, kind="temporary", funding=""), cast.as_claire
    )
    applications.accept_proposal(
        actor=cast.as_amina, candidacy=accepted, expected_version=accepted.version
    )
    page = logged_in(cast.claire, viewport=PHONE)
    walk.visit(page, "/bailleur/", "filled")
    walk.visit(page, "/bailleur/candidatures/", "filled")
    walk.visit(page, "/bailleur/candidatures/?q=personne", "empty")
    walk.visit(page, at("staff_candidacy", to_take), "to take")
    page.get_by_role("button", name="Prendre en instruction").click()
    expect(page.get_by_role("main")).to_contain_text("Il reste à vérifier")
    walk.look(page, "in instruction")
    page.locator("details.refuse > summary").first.click()
    walk.refuse(page, "Refuser le point")
    walk.visit(page, at("staff_set_aside", to_take))
    walk.refuse(page, "Ne pas retenir cette candidature")
    walk.visit(page, at("staff_candidacy", ready), "ready")
    walk.visit(page, at("staff_choose", ready))
    walk.refuse(page, "Retenir et proposer le logement")
    walk.visit(page, at("staff_lease", accepted))
    walk.visit(page, "/bailleur/offres/", "filled")
    walk.visit(page, at("staff_offer", offer), "filled")
    walk.visit(page, "/mon-dossier/", "forbidden")

    amina = f.tenant(cast.amina)
    walk.visit(page, at("staff_pieces"), "empty")
    piece = f.sealed_notice(cast.amina).piece
    walk.visit(page, at("staff_pieces"), "filled")
    walk.visit(page, at("staff_dossier_pieces", amina))
    documents.request_pieces(
        actor=cast.as_claire,
        dossier=amina,
        lines=[
            documents.RequestLine(PieceKind.objects.get(code="bail"), note="La dernière quittance.")
        ],
        due=clock.now() + timedelta(days=9),
    )
    walk.visit(page, at("staff_dossier_pieces", amina), "asked")
    walk.visit(page, at("staff_pieces_ask", amina))
    walk.refuse(page, "Demander ces pièces")
    walk.visit(page, at("staff_piece", piece))
    walk.refuse(page, "Refuser et prévenir")

    chloe = logged_in(cast.chloe, viewport=PHONE)
    walk.visit(chloe, "/bailleur/equipe/", "filled")
    walk.visit(chloe, "/bailleur/equipe/inviter/")
    walk.refuse(chloe, "Envoyer l'invitation")

    david = logged_in(cast.david, viewport=PHONE)
    for name in ("staff_home", "staff_inbox", "staff_offers", "commission_home"):
        walk.visit(david, at(name), "empty")
    walk.screen = DESK
    for path in (at("staff_home"), at("staff_inbox"), at("staff_offer", offer)):
        walk.visit(page, path, "at a desk")
    walk.visit(page, at("staff_candidacy", to_take), "at a desk")
    assert walk.faults == []


def test_the_stock_and_the_offers_of_the_landlord(
    cast: SimpleNamespace, logged_in: Open, walk: Walk
) -> None:
    offer, draft = f.offer_of(cast.lac), f.offer_of(cast.lac, published_at=None)
    dwelling, residence = offer.dwelling, offer.dwelling.residence
    residence.reference = "TIL-01"
    residence.save()
    listings.update_offer(
        actor=cast.as_chloe, offer=offer, changes={"rent": 400, "deposit": 0}, expected_version=1
    )
    f.picture_of(dwelling)
    page = logged_in(cast.claire, viewport=PHONE)
    walk.visit(page, at("residences"), "filled")
    walk.visit(page, at("residences") + "?q=zzz", "nothing found")
    walk.visit(page, at("residence", residence), "filled")
    walk.visit(page, at("residence_create"), "empty")
    walk.refuse(page, "Enregistrer la résidence")
    walk.visit(page, at("residence_edit", residence))
    walk.visit(page, at("residence_delete", residence))
    walk.visit(page, at("dwelling_create", residence), "empty")
    walk.refuse(page, "Enregistrer le logement")
    walk.visit(page, at("dwelling", dwelling), "filled")
    walk.visit(page, at("dwelling_edit", dwelling))
    walk.visit(page, at("dwelling_pictures", dwelling), "filled")
    walk.refuse(page, "Ajouter ces images")
    walk.visit(page, at("dwelling_delete", dwelling))
    page.get_by_role("button", name="Supprimer").click()
    expect(page.get_by_role("main")).to_contain_text("Ce logement a des offres")
    walk.look(page, "kept")
    walk.visit(page, at("stock_import"), "empty")
    walk.refuse(page, "Vérifier le fichier")
    batch = listings.send_import(
        actor=cast.as_claire,
        name="parc.csv",
        content=b"residence;logement;type;pieces;surface\nTIL-01;Z-1;maison;4;80\nNon;Z-2;;;",
    )
    walk.visit(page, at("stock_import_result", batch), "checked")
    walk.refuse(page, "Enregistrer 1")
    walk.visit(page, at("stock_import"), "filled")
    walk.visit(page, at("staff_offers") + "?etat=sans-candidat", "without candidates")
    walk.visit(page, at("staff_offers") + "?q=zzz", "nothing found")
    walk.visit(page, at("offer_new"), "filled")
    walk.visit(page, at("offer_create", dwelling), "prefilled")
    page.get_by_label("Loyer hors charges, par mois").fill("")
    walk.refuse(page, "Enregistrer et voir l'aperçu")
    walk.visit(page, at("offer_preview", draft), "draft")
    walk.visit(page, at("offer_edit", offer), "published")
    page.locator("[name=version]").evaluate("field => field.value = 1")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Enregistré maintenant")
    walk.look(page, "conflict")
    walk.visit(page, at("offer_extend", offer))
    walk.visit(page, at("offer_close", offer))
    walk.refuse(page, "Clore l'offre maintenant")
    walk.visit(page, at("offer_history", offer), "filled")
    walk.visit(page, at("offer_history", draft), "empty")
    walk.screen = DESK
    walk.visit(page, at("offer_create", dwelling), "at a desk")
    walk.visit(page, at("staff_offer", offer), "at a desk")
    david = logged_in(cast.david, viewport=PHONE)
    walk.visit(david, at("residences"), "empty")
    walk.visit(david, at("offer_new"), "empty")
    assert walk.faults == []


def test_the_pages_of_the_commission(cast: SimpleNamespace, logged_in: Open, walk: Walk) -> None:
    offer, other = f.offer_of(cast.lac), f.offer_of(cast.lac)
    dora = f.applicant("Dora", "Petit")
    three = [
        f.ready(f.submitted(user, offer), cast.as_claire) for user in (cast.amina, cast.bruno, dora)
    ]
    f.ready(f.submitted(dora, other), cast.as_claire)
    sitting = f.session_of(cast.commission)

    claire = logged_in(cast.claire, viewport=PHONE)
    walk.visit(claire, at("session_create"))
    walk.refuse(claire, "Créer la séance")
    walk.visit(claire, at("session", sitting), "empty agenda")
    walk.visit(claire, at("prepare", other))
    walk.refuse(claire, "Mettre à l'ordre du jour")

    item = commission.put_on_agenda(
        actor=cast.as_claire, session=sitting, offer=offer, candidacies=three
    )
    entries = list(item.candidates.order_by("pk"))
    walk.visit(claire, at("session", sitting), "to prepare")
    page = logged_in(cast.estelle, viewport=PHONE)
    walk.visit(page, at("commission_home"), "filled")
    walk.visit(page, at("session", sitting), "to decide")
    walk.visit(page, at("session_close", sitting), "too early")
    walk.visit(page, at("decide", entries[0]), "to decide")
    walk.refuse(page, "Enregistrer", "no decision")
    for decision, state in (
        ("Attribution par rang", "no rank"),
        ("Attribution sous condition suspensive", "no condition"),
        ("Non-attribution", "no motive"),
    ):
        page.get_by_role("radio", name=decision).check(force=True)
        walk.refuse(page, "Enregistrer", state)
    for rank, entry in enumerate(entries, start=1):
        commission.record_decision(
            actor=cast.as_estelle,
            entry=entry,
            decision="attribution_rang",
            rank=rank,
            expected_version=entry.version,
        )
    walk.visit(page, at("decide", entries[0]), "decided")
    walk.screen = DESK
    for path in (at("commission_home"), at("session", sitting), at("decide", entries[1])):
        walk.visit(page, path, "at a desk")
    walk.visit(claire, at("prepare", other), "at a desk")
    walk.screen = PHONE
    walk.visit(page, at("session_close", sitting), "ready")
    page.get_by_role("button", name="Clore la séance et notifier").click()
    expect(page.get_by_role("main")).to_contain_text("Séance close")
    walk.look(page, "closed")
    assert walk.faults == []


def test_the_pages_of_the_platform(cast: SimpleNamespace, logged_in: Open, walk: Walk) -> None:
    page = logged_in(cast.farid, viewport=PHONE)
    walk.visit(page, "/plateforme/", "filled")
    walk.visit(page, "/plateforme/?q=personne", "empty")
    walk.visit(page, at("trust"), "empty")
    walk.visit(page, at("trust_load"))
    walk.refuse(page, "Contrôler la liste")
    loaded = documents.load_trust_list(
        actor=cast.as_farid,
        chain=from_pem(sealed.PEM),
        issued_on=clock.today() - timedelta(days=9),
        next_update=clock.today() + timedelta(days=9),
    )
    walk.visit(page, at("trust"), "filled")
    walk.visit(page, at("trust_list", loaded), "filled")
    walk.visit(page, "/plateforme/organisations/creer/")
    walk.refuse(page, "Créer et inviter")
    walk.visit(page, at("organisation", cast.lac))
    walk.refuse(page, "Envoyer l'invitation")
    assert walk.faults == []


def test_the_pages_of_a_number_that_two_dossiers_claim(
    cast: SimpleNamespace, logged_in: Open, walk: Walk
) -> None:
    theirs = Dossier.objects.get(applicant=cast.bruno).numero_unique
    nadia = logged_in(f.person("Nadia", "Kaci"), viewport=PHONE)
    operator = logged_in(cast.farid, viewport=PHONE)
    walk.visit(operator, at("numero_claims"), "empty")
    walk.visit(nadia, at("dossier_numero_claim"))
    walk.refuse(nadia, "Demander une vérification")
    nadia.goto(at("dossier_numero"))
    nadia.get_by_label("Votre numéro unique").fill(theirs)
    walk.refuse(nadia, "Enregistrer", "taken")
    nadia.get_by_role("button", name="Ce numéro est le mien : demander").click()
    expect(nadia.get_by_role("main")).to_contain_text(f"Vérification du numéro {theirs} demandée")
    walk.look(nadia, "claimed")
    walk.visit(operator, at("numero_claims"), "filled")
    follow(operator.get_by_role("link", name=theirs))
    walk.look(operator, "to settle")
    walk.refuse(operator, "Décider et prévenir")
    operator.get_by_text("Le numéro passe au dossier qui le demande").click()
    operator.get_by_label("Motif").fill("Attestation vue au guichet.")
    walk.screen = DESK
    operator.get_by_role("button", name="Décider et prévenir").click()
    expect(operator.get_by_role("main")).to_contain_text("Accordée")
    follow(operator.get_by_role("link", name=theirs))
    walk.look(operator, "settled")
    assert walk.faults == []
