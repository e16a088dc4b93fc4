"""One click puts a sealed income into the dossier, as verified; never another person's."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts import services as accounts
from accounts.models import Dossier, HouseholdMember, SectionState, TaxIncome, User
from accounts.queries import snapshot
from accounts.services import ToldIncome
from alin.kit import clock
from documents import services
from documents.models import Piece, PieceFile, Seal
from tests import factories as f
from tests.documents.conftest import Give

pytestmark = pytest.mark.django_db(transaction=True)

# On this day the income of 2024 decides (arrêté du 29 juillet 1987: year N-2), 2025 may replace it.
TODAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SIGNED = date(2025, 8, 4)


@pytest.fixture(autouse=True)
def that_day(travel: Callable[[datetime], None]) -> None:
    travel(TODAY)


def seal_on(piece: Piece, rfr: int = 23_400, year: int = 2024, *names: str) -> Seal:
    file = piece.files.get()
    PieceFile.objects.filter(pk=file.pk).update(
        state="clean", media_type="image/jpeg", pages=1, sha256="0" * 64, checked_at=clock.now()
    )
    return Seal.objects.create(
        file=file,
        kind="tax_notice",
        verdict="verified",
        issuer="DIRECTION GENERALE DES FINANCES PUBLIQUES",
        signed_on=SIGNED,
        names=list(names or ("BENALI AMINA",)),
        income_year=year,
        rfr_eur=rfr,
    )


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(user: User, path: str = "/mon-dossier/pieces/avis-imposition/") -> str:
    response = client_of(user).get(path)
    assert response.status_code == 200
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def confirm(user: User, seal: Seal) -> str:
    """Click; what the portal answers."""
    response = client_of(user).post(f"/mon-dossier/pieces/sceaux/{seal.public_id}/")
    assert response.status_code == 302
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def figure(member: HouseholdMember | None = None, year: int = 2024) -> tuple[object, ...] | None:
    found = TaxIncome.objects.filter(member=member, year=year).first()
    return found and (found.rfr_eur, found.source, found.is_verified, found.seal_signed_on)


DONE = "C'est dans votre dossier, comme vérifié par le sceau."
SEALED = (23_400, "sealed", True, SIGNED)


def test_the_offer_is_shown_and_one_click_takes_it(give: Give, amina: User) -> None:
    seal = seal_on(give("avis-imposition"))
    shown = page(amina)
    assert "Revenu fiscal de référence 2024 : 23 400 €" in shown
    assert "vérifié par le sceau de l&#39;État" in shown
    # What was typed before (21 000 €) differs: said, and nothing refused.
    assert "Vous aviez indiqué 21 000 €." in shown
    assert (
        "Le dossier indique 21 000 € de revenu fiscal de référence 2024 ; le sceau de l&#39;avis "
        "dit 23 400 €." in shown
    )
    assert confirm(amina, seal) == DONE
    assert figure() == SEALED
    after = page(amina)
    assert "Ce montant est dans le dossier, comme vérifié." in after
    assert "Mettre ce montant dans mon dossier" not in after
    assert "Vérifié le 23 novembre 2026 par le sceau de l&#39;État." in page(
        amina, "/mon-dossier/ressources/"
    )


def test_confirming_twice_is_confirming_once(give: Give, amina: User) -> None:
    seal = seal_on(give("avis-imposition"))
    confirm(amina, seal)
    version = SectionState.objects.get(name="resources").version
    assert confirm(amina, seal) == DONE
    assert (figure(), SectionState.objects.get(name="resources").version) == (SEALED, version)


def test_a_figure_that_was_not_told_is_filled(give: Give, amina: User) -> None:
    TaxIncome.objects.all().delete()
    seal = seal_on(give("avis-imposition"))
    assert "Le dossier ne dit pas encore ce revenu." in page(amina)
    assert confirm(amina, seal) == DONE
    assert figure() == SEALED


def test_the_figure_changed_by_hand_is_not_verified_any_more(give: Give, amina: User) -> None:
    confirm(amina, seal_on(give("avis-imposition")))
    dossier = Dossier.objects.get(applicant=amina)
    accounts.save_resources(
        actor=f.actor_for(amina),
        dossier=dossier,
        expected_version=SectionState.objects.get(name="resources").version,
        told={None: ToldIncome({2024: 18_000})},
    )
    assert figure() == (18_000, "declared", False, SIGNED)
    assert "le sceau de l&#39;État avait vérifié un autre montant : 23 400 €." in page(
        amina, "/mon-dossier/ressources/"
    )
    # And may be taken again.
    assert confirm(amina, Seal.objects.get()) == DONE
    assert figure() == SEALED


def test_whoever_has_the_page_of_resources_open_meets_the_change(give: Give, amina: User) -> None:
    dossier = Dossier.objects.get(applicant=amina)
    confirm(amina, seal_on(give("avis-imposition")))
    with pytest.raises(accounts.SectionConflict):
        accounts.save_resources(
            actor=f.actor_for(amina),
            dossier=dossier,
            expected_version=0,
            told={None: ToldIncome({2024: 18_000})},
        )
    assert figure() == SEALED


def test_the_income_of_the_year_after_fills_its_own_year(give: Give, amina: User) -> None:
    seal = seal_on(give("avis-imposition"), 19_000, 2025)
    assert (
        "Cet avis porte sur les revenus de 2025 ; c&#39;est celui des revenus de 2024 qui est "
        "demandé." in page(amina)
    )
    assert confirm(amina, seal) == DONE
    assert (figure(), figure(year=2025)) == (
        (21_000, "declared", False, None),
        (19_000, "sealed", True, SIGNED),
    )


def test_a_year_that_nobody_asks_fills_nothing(give: Give, amina: User) -> None:
    seal = seal_on(give("avis-imposition"), 23_400, 2022)
    assert "Mettre ce montant dans mon dossier" not in page(amina)
    assert confirm(amina, seal) == (
        "Cet avis porte sur les revenus de 2022 ; c'est celui des revenus de 2024 qui est demandé."
    )
    assert TaxIncome.objects.count() == 1


def test_the_seal_of_somebody_else_fills_nothing(give: Give, amina: User) -> None:
    seal = seal_on(give("avis-imposition"), 23_400, 2024, "MOREL BRUNO")
    shown = page(amina)
    assert "Le sceau nomme MOREL BRUNO ; cette pièce est demandée pour Amina Benali." in shown
    assert "Mettre ce montant dans mon dossier" not in shown
    assert "Le sceau nomme MOREL BRUNO" in confirm(amina, seal)
    assert figure() == (21_000, "declared", False, None)


@pytest.mark.parametrize(
    "printed", ["BENALI AMINA", "AMINA BENALI", "MME BENALI AMINA LEILA", "Benali-Amina"]
)
def test_a_name_is_read_however_it_is_printed(give: Give, amina: User, printed: str) -> None:
    assert confirm(amina, seal_on(give("avis-imposition"), 23_400, 2024, printed)) == DONE


def test_a_replaced_piece_fills_nothing(give: Give, amina: User) -> None:
    seal = seal_on(give("avis-imposition"))
    give("avis-imposition", replace=True)
    assert confirm(amina, seal) == "Cette pièce a été remplacée : c'est la nouvelle qui compte."
    assert figure() == (21_000, "declared", False, None)


def test_a_removed_piece_has_no_seal_any_more(give: Give, amina: User) -> None:
    seal = seal_on(give("avis-imposition"))
    file = PieceFile.objects.select_related("piece__dossier__applicant").get()
    services.remove_file(actor=f.actor_for(amina), file=file)
    response = client_of(amina).post(f"/mon-dossier/pieces/sceaux/{seal.public_id}/")
    assert response.status_code == 404
    with pytest.raises(ValidationError, match="vient d'être retiré"):
        services.take_sealed_income(actor=f.actor_for(amina), seal=seal)


def test_the_figure_stays_verified_when_its_piece_goes(give: Give, amina: User) -> None:
    confirm(amina, seal_on(give("avis-imposition")))
    Piece.objects.all().delete()
    assert (figure(), Seal.objects.count()) == (SEALED, 0)


def test_a_seal_in_the_wrong_piece_fills_nothing(give: Give, amina: User) -> None:
    seal = seal_on(give("identite"))
    assert "Donnez-le comme avis d'impôt." in confirm(amina, seal)
    assert figure() == (21_000, "declared", False, None)


def test_nobody_confirms_the_piece_of_another(give: Give, amina: User) -> None:
    seal = seal_on(give("avis-imposition"))
    bruno = f.applicant("Bruno", "Morel")
    response = client_of(bruno).post(f"/mon-dossier/pieces/sceaux/{seal.public_id}/")
    assert response.status_code == 404
    with pytest.raises(PermissionDenied):
        services.take_sealed_income(actor=f.actor_for(bruno), seal=seal)
    assert figure() == (21_000, "declared", False, None)


def household(amina: User, **fields: object) -> HouseholdMember:
    return HouseholdMember.objects.create(
        **{
            "dossier": Dossier.objects.get(applicant=amina),
            "first_name": "Cora",
            "last_name": "Roux",
            "link": "partner",
            "birth_date": date(1990, 3, 2),
        }
        | fields
    )


def test_the_notice_of_the_partner_fills_hers(give: Give, amina: User) -> None:
    cora = household(amina)
    seal = seal_on(give("avis-imposition", member=cora), 9_000, 2024, "ROUX CORA")
    assert confirm(amina, seal) == DONE
    assert (figure(), figure(cora)) == (
        (21_000, "declared", False, None),
        (9_000, "sealed", True, SIGNED),
    )


def test_a_common_notice_counts_once(give: Give, amina: User) -> None:
    cora = household(amina)
    seal = seal_on(give("avis-imposition", member=cora), 40_000, 2024, "BENALI AMINA", "ROUX CORA")
    assert "Cet avis est commun avec Amina Benali" in confirm(amina, seal)
    assert figure(cora) is None


def test_a_common_notice_says_when_the_other_income_is_counted_besides(
    give: Give, amina: User
) -> None:
    cora = household(amina)
    TaxIncome.objects.create(dossier=cora.dossier, member=cora, year=2024, rfr_eur=9_000)
    seal_on(give("avis-imposition"), 40_000, 2024, "BENALI AMINA", "ROUX CORA")
    twice = "Cet avis est aussi celui de Cora Roux, dont le dossier compte le revenu à part."
    assert twice in page(amina)
    HouseholdMember.objects.update(shares_tax_notice=True)
    assert twice not in page(amina)


def test_a_first_name_alone_takes_nobody_s_notice(give: Give, amina: User) -> None:
    bruno = household(amina, first_name="Bruno", last_name="")
    seal = seal_on(give("avis-imposition", member=bruno), 9_000, 2024, "DJOKOVIC BRUNO")
    asked = "Écrivez le nom de famille de Bruno dans le foyer"
    assert asked in page(amina, f"/mon-dossier/pieces/avis-imposition/{bruno.public_id}/")
    assert asked in confirm(amina, seal)
    assert figure(bruno) is None
    HouseholdMember.objects.update(last_name="Djokovic")
    assert confirm(amina, seal) == DONE


def test_a_holder_without_a_name_is_asked_for_it_first(give: Give, amina: User) -> None:
    seal = seal_on(give("avis-imposition"))
    User.objects.filter(pk=amina.pk).update(last_name="")
    assert "le prénom et le nom de famille du demandeur" in confirm(amina, seal)
    assert figure() == (21_000, "declared", False, None)


@pytest.mark.parametrize("ground", ["divorce", "protection"])
def test_who_separates_is_not_offered_the_income_of_the_couple(
    give: Give, amina: User, ground: str
) -> None:
    seal = seal_on(give("avis-imposition"), 46_000, 2024, "BENALI AMINA", "ROUX CORA")
    Dossier.objects.update(separation_ground=ground)
    shown = page(amina)
    own_part = (
        "Cet avis est commun avec ROUX CORA, et une séparation est déclarée : seule la part de "
        "Amina Benali compte. Elle s&#39;écrit dans les ressources."
    )
    assert own_part in shown
    assert "Mettre ce montant dans mon dossier" not in shown
    assert "le sceau de l&#39;avis dit" not in shown
    assert own_part.replace("&#39;", "'") in confirm(amina, seal)
    assert figure() == (21_000, "declared", False, None)


def test_who_separates_may_take_a_notice_of_their_own(give: Give, amina: User) -> None:
    Dossier.objects.update(separation_ground="divorce")
    assert confirm(amina, seal_on(give("avis-imposition"))) == DONE


def test_a_second_declarant_whom_the_dossier_does_not_know_is_told_before_the_click(
    give: Give, amina: User
) -> None:
    seal_on(give("avis-imposition"), 46_000, 2024, "BENALI AMINA", "ROUX CORA")
    told = "Cet avis compte aussi le revenu de ROUX CORA, que le dossier ne connaît pas."
    shown = page(amina)
    assert told in shown
    assert "Mettre ce montant dans mon dossier" in shown
    household(amina)
    assert told not in page(amina)


def test_a_notice_of_two_parents_counts_once(give: Give, amina: User) -> None:
    jean = household(amina, first_name="Jean", link="ascendant")
    marie = household(amina, first_name="Marie", link="ascendant")
    names = ("ROUX JEAN", "ROUX MARIE")
    of_jean = seal_on(give("avis-imposition", member=jean), 30_000, 2024, *names)
    of_marie = seal_on(give("avis-imposition", member=marie), 30_000, 2024, *names)
    assert confirm(amina, of_jean) == DONE
    refused = confirm(amina, of_marie).replace("\u202f", " ").replace("\u00a0", " ")
    assert refused == (
        "Cet avis est commun avec Jean Roux, dont le dossier compte déjà 30 000 € de revenu fiscal "
        "de référence 2024 : il compterait deux fois. Dans les ressources, écrivez tout le montant "
        "de l'avis pour une seule de ces personnes, et 0 € pour l'autre."
    )
    assert (figure(jean), figure(marie)) == ((30_000, "sealed", True, SIGNED), None)


def test_a_notice_of_two_parents_may_be_taken_for_either(give: Give, amina: User) -> None:
    jean = household(amina, first_name="Jean", link="ascendant")
    marie = household(amina, first_name="Marie", link="ascendant")
    seal = seal_on(give("avis-imposition", member=marie), 30_000, 2024, "ROUX JEAN", "ROUX MARIE")
    TaxIncome.objects.create(dossier=jean.dossier, member=jean, year=2024, rfr_eur=0)
    assert confirm(amina, seal) == DONE


def test_a_person_renamed_since_is_compared_by_the_name_of_now(give: Give, amina: User) -> None:
    seal = seal_on(give("avis-imposition"))
    User.objects.filter(pk=amina.pk).update(last_name="Durand")
    assert "cette pièce est demandée pour Amina Durand" in confirm(amina, seal)
    assert figure() == (21_000, "declared", False, None)


def rename(amina: User, *, first_name: str = "Amina", last_name: str = "Benali") -> None:
    """As the page of identity does."""
    dossier = Dossier.objects.get(applicant=amina)
    accounts.save_section(
        actor=f.actor_for(amina),
        dossier=dossier,
        section="identity",
        expected_version=version_of(dossier, "identity"),
        person={"first_name": first_name, "last_name": last_name},
    )


def rename_member(member: HouseholdMember, **said: object) -> None:
    found = HouseholdMember.objects.select_related("dossier__applicant").get(pk=member.pk)
    for field, value in said.items():
        setattr(found, field, value)
    accounts.save_member(
        actor=f.actor_for(found.dossier.applicant),
        dossier=found.dossier,
        expected_version=version_of(found.dossier, "household"),
        member=found,
    )


def version_of(dossier: Dossier, section: str) -> int:
    state = SectionState.objects.filter(dossier=dossier, name=section).first()
    return state.version if state else 0


def test_the_notice_of_a_brother_stays_verified_for_nobody_else(give: Give, amina: User) -> None:
    seal = seal_on(give("avis-imposition"), 2_000, 2024, "MOREL BRUNO")
    rename(amina, first_name="Bruno", last_name="Morel")
    assert confirm(amina, seal) == DONE
    assert figure() == (2_000, "sealed", True, SIGNED)
    rename(amina)
    assert figure() == (2_000, "declared", False, None)
    assert "Le sceau nomme MOREL BRUNO" in confirm(amina, seal)


def test_a_member_renamed_is_compared_anew(give: Give, amina: User) -> None:
    cora = household(amina)
    seal = seal_on(give("avis-imposition", member=cora), 9_000, 2024, "ROUX CORA")
    own = seal_on(give("avis-imposition"))
    assert (confirm(amina, seal), confirm(amina, own)) == (DONE, DONE)
    rename_member(cora, first_name="Coralie")
    # Only what was verified of her.
    assert (figure(cora), figure()) == ((9_000, "declared", False, None), SEALED)
    rename_member(cora, first_name="Cora")
    assert figure(cora) == (9_000, "declared", False, None)
    assert confirm(amina, seal) == DONE
    assert figure(cora) == (9_000, "sealed", True, SIGNED)


def test_an_accent_or_a_capital_letter_makes_no_other_name(give: Give, amina: User) -> None:
    cora = household(amina)
    seal = seal_on(give("avis-imposition", member=cora), 9_000, 2024, "ROUX CORA")
    own = seal_on(give("avis-imposition"))
    assert (confirm(amina, seal), confirm(amina, own)) == (DONE, DONE)
    rename(amina, first_name="Âmina", last_name="BENALI")
    rename_member(cora, last_name="roux", birth_date=date(1990, 3, 3))
    assert (figure(cora), figure()) == ((9_000, "sealed", True, SIGNED), SEALED)


def test_an_amount_written_over_a_sealed_one_is_not_verified_by_writing_it_back(
    give: Give, amina: User
) -> None:
    confirm(amina, seal_on(give("avis-imposition")))
    TaxIncome.objects.update(rfr_eur=18_000, source="declared")
    rename(amina, last_name="Durand")
    TaxIncome.objects.update(rfr_eur=23_400)
    assert figure() == (23_400, "declared", False, None)


def test_what_a_seal_verified_an_agent_does_not_take_over(give: Give, amina: User) -> None:
    confirm(amina, seal_on(give("avis-imposition")))
    dossier = Dossier.objects.get(applicant=amina)
    judged = snapshot(dossier, clock.today())
    lac = f.OrganisationFactory()
    claire = f.actor_for(f.member("Claire", lac), lac)
    count = accounts.verify_figures(actor=claire, dossier=dossier, judged=judged)
    assert (count, figure()) == (0, SEALED)
    assert accounts.withdraw_verification(actor=claire, dossier=dossier, judged=judged) == 0
    assert figure() == SEALED


def test_an_agent_may_verify_another_amount_than_the_seal(give: Give, amina: User) -> None:
    confirm(amina, seal_on(give("avis-imposition")))
    TaxIncome.objects.update(rfr_eur=18_000, source="declared")
    dossier = Dossier.objects.get(applicant=amina)
    lac = f.OrganisationFactory()
    claire = f.actor_for(f.member("Claire", lac), lac)
    judged = snapshot(dossier, clock.today())
    assert accounts.verify_figures(actor=claire, dossier=dossier, judged=judged) == 1
    assert figure() == (18_000, "staff", True, None)
