"""What an applicant sees and does: reading an offer, applying, following, answering."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import Dossier, RecentIncome, TaxIncome
from alin.kit import clock
from alin.kit.models import JournalEntry
from applications import services
from applications.models import Candidacy, Proposal, State
from commission import services as commission
from commission.models import AgendaCandidate
from listings.models import Offer
from tests import factories as f

Login = Callable[[object], Client]


def page(client: Client, name: str, public_id: object, status: int = 200) -> str:
    response = client.get(reverse(name, args=[public_id]))
    assert response.status_code == status
    return words(response.content)


def words(content: bytes) -> str:
    """The text of a page as it is read, spaces made plain."""
    body = re.sub(r"(?s)<(script|style|svg|header|footer)\b.*?</\1>", " ", content.decode())
    text = strip_tags(body.replace("<", " <")).replace("&#39;", "'")
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def fields(client: Client, url: str) -> dict[str, str]:
    """The hidden fields of the form that a page shows in its main part."""
    main = client.get(url).content.decode().partition("<main")[2]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def direct_offer(cast: SimpleNamespace, **more: object) -> Offer:
    return f.offer_of(cast.lac, kind="intermediate", funding="LLI", **more)


@pytest.fixture
def proposed(cast: SimpleNamespace) -> Candidacy:
    return f.proposed(cast.amina, direct_offer(cast), cast.as_claire)


# --- the offer -----------------------------------------------------------------------------


def test_a_visitor_reads_an_open_offer_with_its_ceilings(
    client: Client, cast: SimpleNamespace
) -> None:
    offer = f.OfferFactory()
    text = page(client, "offer", offer.public_id)
    said = [
        "T3 de 62,5 m² à Villeurbanne",
        "487,40 € par mois, charges comprises",
        "Dépôt de garantie 412,40 €",
        "Créer un compte pour postuler",
        "1 personne seule",
        "Arrêté du 29 juillet 1987",
        "classés par ancienneté de leur demande",
        "Aucune candidature pour l'instant.",
    ]
    assert [each for each in said if each not in text] == []


@pytest.mark.parametrize("published_in", [None, timedelta(hours=2)])
def test_a_draft_does_not_exist_for_the_public(
    client: Client, cast: SimpleNamespace, published_in: timedelta | None
) -> None:
    draft = f.OfferFactory(published_at=clock.now() + published_in if published_in else None)
    assert client.get(reverse("offer", args=[draft.public_id])).status_code == 404
    client.force_login(cast.amina, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("offer", args=[draft.public_id])).status_code == 404
    assert client.get(reverse("apply", args=[draft.public_id])).status_code == 404


def test_amina_reads_her_figure_the_ceiling_and_the_text(
    login: Login, cast: SimpleNamespace
) -> None:
    text = page(login(cast.amina), "offer", f.OfferFactory().public_id)
    assert "Vous remplissez les conditions" in text
    assert "Vos ressources 21 000 €" in text
    assert "Texte : Arrêté du 29 juillet 1987" in text


def test_a_household_above_the_ceiling_is_told_and_cannot_apply(
    login: Login, cast: SimpleNamespace
) -> None:
    TaxIncome.objects.filter(dossier__applicant=cast.amina).update(rfr_eur=90_000)
    offer = f.OfferFactory()
    client = login(cast.amina)
    assert "Vous ne remplissez pas les conditions de ce logement" in page(
        client, "offer", offer.public_id
    )
    refused = client.post(reverse("apply", args=[offer.public_id]))
    assert refused.status_code == 422
    assert Candidacy.objects.count() == 0


def test_a_little_above_a_plus_ceiling_is_warned_not_refused(
    login: Login, cast: SimpleNamespace
) -> None:
    TaxIncome.objects.filter(dossier__applicant=cast.amina).update(rfr_eur=25_000)
    text = page(login(cast.amina), "offer", f.OfferFactory().public_id)
    assert "Vous pouvez postuler, mais vous dépassez un peu le plafond" in text
    assert "Vous relirez votre dossier avant de l'envoyer." in text


def test_what_is_missing_is_said_with_its_page(login: Login, cast: SimpleNamespace) -> None:
    Dossier.objects.filter(applicant=cast.amina).update(numero_unique="", birth_date=None)
    client, offer = login(cast.amina), f.OfferFactory()
    response = client.get(reverse("offer", args=[offer.public_id]))
    assert "Complétez d'abord votre dossier." in words(response.content)
    found = [
        name
        for name in ["dossier_identity", "dossier_numero", "dossier_household"]
        if f'href="{reverse(name)}"' in response.content.decode()
    ]
    assert found == ["dossier_identity", "dossier_numero"]


def test_a_person_without_dossier_reads_offers_and_nothing_is_written(
    login: Login, cast: SimpleNamespace
) -> None:
    client, offer = login(f.person("Nora")), f.OfferFactory()
    assert "Il nous manque de quoi vous répondre" in page(client, "offer", offer.public_id)
    assert "Votre dossier est encore vide." in page(client, "apply", offer.public_id)
    assert Dossier.objects.filter(applicant__first_name="Nora").count() == 0


def test_a_home_without_commission_asks_for_no_numero_unique(
    login: Login, cast: SimpleNamespace
) -> None:
    Dossier.objects.filter(applicant=cast.amina).update(numero_unique="")
    offer = direct_offer(cast)
    text = page(login(cast.amina), "offer", offer.public_id)
    assert "Il manque encore" not in text
    assert "Il n'y a pas de commission pour ce logement." in text


def test_somebody_at_work_is_told_to_act_for_herself(login: Login, cast: SimpleNamespace) -> None:
    client, offer = login(cast.claire), f.OfferFactory()
    text = page(client, "offer", offer.public_id)
    assert "Vous travaillez en ce moment pour Habitat du Lac." in text
    assert client.post(reverse("apply", args=[offer.public_id])).status_code == 403


def test_a_closed_offer_says_so_and_names_open_ones_near(
    client: Client, cast: SimpleNamespace
) -> None:
    closed = f.OfferFactory(closes_at=clock.now() - timedelta(minutes=1))
    f.offer_of(cast.oc, rent=Decimal("301.00"), deposit=0)
    text = page(client, "offer", closed.public_id)
    assert "Les candidatures sont closes depuis le" in text
    assert "D'autres logements ouverts à proximité" in text
    assert "376 € par mois" in text
    assert "Créer un compte pour postuler" not in text


def test_an_offer_closed_early_gives_the_reason(client: Client, cast: SimpleNamespace) -> None:
    closed = f.OfferFactory(
        closed_early_at=clock.now() - timedelta(hours=1), closed_early_reason="Dégât des eaux."
    )
    text = page(client, "offer", closed.public_id)
    assert "closes avant la date prévue" in text
    assert "Dégât des eaux." in text
    assert "Aucun pour l'instant à moins de 30 kilomètres." in text


def test_an_offer_not_open_yet_says_when(login: Login, cast: SimpleNamespace) -> None:
    later = f.OfferFactory(opens_at=clock.now() + timedelta(days=1))
    text = page(login(cast.amina), "offer", later.public_id)
    assert "Les candidatures ouvrent le" in text
    assert "Les candidatures à ce logement ne sont pas encore ouvertes." in text


def test_the_ceilings_of_a_year_not_published_are_said_to_be_indicative(
    client: Client, cast: SimpleNamespace, travel: Callable[..., None]
) -> None:
    offer = f.OfferFactory(closes_at=clock.now() + timedelta(days=400))
    travel(clock.now() + timedelta(days=366))
    assert "ne sont pas encore publiés" in page(client, "offer", offer.public_id)


def test_amina_reads_what_the_home_would_leave_her(login: Login, cast: SimpleNamespace) -> None:
    """487,40 € of 21 000 € a year: 27,9 % of a twelfth, too much income for any aid; 1 262,60 €
    are left, 42,09 € a day."""
    text = page(login(cast.amina), "offer", f.OfferFactory().public_id)
    said = [
        "Et votre budget ? Loyer et charges 487,40 € par mois",
        "Aide au logement estimée (APL) 0 € par mois",
        "taux d'effort) 27,9 %",
        "42,09 € par personne et par jour",
        "qui n'est pas ce que vous recevez chaque mois",
    ]
    assert [each for each in said if each not in text] == []


def test_what_comes_in_each_month_is_used_when_it_was_told(
    login: Login, cast: SimpleNamespace
) -> None:
    """487,40 € of 1 200 €: 40,6 %."""
    RecentIncome.objects.create(dossier=cast.amina.dossier, kind="monthly", amount_eur=1_200)
    text = page(login(cast.amina), "offer", f.OfferFactory().public_id)
    said = ["taux d'effort) 40,6 %", "dépasse un tiers", "ce que votre foyer reçoit chaque mois"]
    assert [each for each in said if each not in text] == []


def test_a_month_told_long_ago_is_asked_again(login: Login, cast: SimpleNamespace) -> None:
    """487,40 € of a twelfth of 21 000 €: 27,9 %."""
    told_on = clock.today() - timedelta(days=120)
    RecentIncome.objects.create(
        dossier=cast.amina.dossier, kind="monthly", amount_eur=1_200, told_on=told_on
    )
    text = page(login(cast.amina), "offer", f.OfferFactory().public_id)
    said = ["taux d'effort) 27,9 %", "Vos ressources du mois sont à mettre à jour"]
    assert [each for each in said if each not in text] == []


def test_no_budget_without_an_income_nor_for_others(
    client: Client, login: Login, cast: SimpleNamespace
) -> None:
    offer = f.OfferFactory()
    assert "Et votre budget" not in page(client, "offer", offer.public_id)
    TaxIncome.objects.filter(dossier__applicant=cast.amina).delete()
    assert "Et votre budget" not in page(login(cast.amina), "offer", offer.public_id)
    assert "Et votre budget" not in page(login(cast.claire), "offer", offer.public_id)


def test_an_intermediate_home_promises_no_aid(login: Login, cast: SimpleNamespace) -> None:
    text = page(login(cast.amina), "offer", direct_offer(cast).public_id)
    assert "L'aide au logement n'est pas estimée pour ce logement." in text
    assert "Aide au logement estimée" not in text


@pytest.mark.parametrize("candidates", [0, 2])
def test_an_offer_is_read_in_few_statements(
    login: Login,
    cast: SimpleNamespace,
    candidates: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    client, offer = login(cast.amina), f.OfferFactory()
    for name in ("Dora", "Emma")[:candidates]:
        f.submitted(f.applicant(name, "Petit"), offer)
    with django_assert_num_queries(12):
        page(client, "offer", offer.public_id)


# --- applying ------------------------------------------------------------------------------


def test_amina_reads_what_the_landlord_will_see_then_applies(
    login: Login, cast: SimpleNamespace
) -> None:
    client, offer = login(cast.amina), f.OfferFactory()
    url = reverse("apply", args=[offer.public_id])
    text = page(client, "apply", offer.public_id)
    seen = ["Amina Benali", "Boulangerie du Port", "21 000 €", "TESTS", "Modifier : Identité"]
    assert [each for each in seen if each not in text] == []
    sent = client.post(url, fields(client, url))
    made = Candidacy.objects.get()
    assert (sent.status_code, sent["Location"]) == (
        302,
        reverse("candidacy", args=[made.public_id]),
    )
    assert "Votre candidature est envoyée." in page(client, "candidacy", made.public_id)
    assert "Vous avez postulé à ce logement le" in page(client, "offer", offer.public_id)


def test_a_double_click_makes_one_candidacy(login: Login, cast: SimpleNamespace) -> None:
    client, offer = login(cast.amina), f.OfferFactory()
    url = reverse("apply", args=[offer.public_id])
    form = fields(client, url)
    answers = [client.post(url, form)["Location"] for _click in range(2)]
    # Another tab, another token.
    answers.append(client.post(url)["Location"])
    made = Candidacy.objects.get()
    assert answers == [reverse("candidacy", args=[made.public_id])] * 3


def test_an_offer_that_closed_meanwhile_says_so(login: Login, cast: SimpleNamespace) -> None:
    client, offer = login(cast.amina), f.OfferFactory()
    url = reverse("apply", args=[offer.public_id])
    form = fields(client, url)
    Offer.objects.filter(pk=offer.pk).update(closes_at=clock.now())
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert "Votre candidature n'est pas partie." in words(refused.content)
    assert "Les candidatures à ce logement sont closes." in words(refused.content)
    assert Candidacy.objects.count() == 0


def test_get_never_applies(login: Login, cast: SimpleNamespace) -> None:
    page(login(cast.amina), "apply", f.OfferFactory().public_id)
    assert Candidacy.objects.count() == 0


def test_the_most_candidacies_at_once_is_said(
    login: Login, cast: SimpleNamespace, settings: object
) -> None:
    settings.MAX_LIVE_CANDIDACIES = 1  # type: ignore[attr-defined]
    f.submitted(cast.amina, f.OfferFactory())
    text = page(login(cast.amina), "offer", f.OfferFactory().public_id)
    assert "Vous avez déjà 1 candidatures en cours, le maximum." in text


# --- following -----------------------------------------------------------------------------


def test_the_empty_list_says_what_to_do(login: Login, cast: SimpleNamespace) -> None:
    response = login(cast.amina).get(reverse("my_candidacies"))
    assert "Vous n'avez pas encore postulé" in words(response.content)
    assert reverse("offer_search") in response.content.decode()


@pytest.mark.parametrize("rows", [1, 5])
def test_the_list_asks_the_same_number_of_statements(
    login: Login,
    cast: SimpleNamespace,
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for _row in range(rows):
        f.submitted(cast.amina, f.OfferFactory())
    client = login(cast.amina)
    with django_assert_num_queries(9):
        response = client.get(reverse("my_candidacies"))
    assert response.content.decode().count("<article") == rows


def test_the_answer_awaited_comes_first(
    login: Login, cast: SimpleNamespace, proposed: Candidacy
) -> None:
    later = f.submitted(cast.amina, f.OfferFactory())
    response = login(cast.amina).get(reverse("my_candidacies"))
    order = re.findall(r'<h2><a href="/mes-candidatures/([^/]+)/"', response.content.decode())
    assert order == [str(proposed.public_id), str(later.public_id)]


def test_somebody_elses_candidacy_does_not_exist(login: Login, cast: SimpleNamespace) -> None:
    brunos = f.submitted(cast.bruno, f.OfferFactory())
    client = login(cast.amina)
    names = ["candidacy", "withdraw", "proposal_accept", "proposal_refuse"]
    assert [client.get(reverse(n, args=[brunos.public_id])).status_code for n in names] == [404] * 4
    assert [
        client.post(reverse(n, args=[brunos.public_id]), {"version": 0}).status_code
        for n in names[1:]
    ] == [404] * 3
    assert Candidacy.objects.get(pk=brunos.pk).state == State.SUBMITTED


def test_the_page_keeps_the_landlords_work_and_other_people_out(
    login: Login, cast: SimpleNamespace
) -> None:
    offer = f.OfferFactory()
    f.submitted(cast.bruno, offer)
    mine = f.in_instruction(f.submitted(cast.amina, offer), cast.as_claire)
    services.conclude_point(
        actor=cast.as_claire,
        candidacy=mine,
        point="resources",
        outcome="refused",
        reason="Avis illisible SECRET",
        expected_version=mine.version,
    )
    body = login(cast.amina).get(reverse("candidacy", args=[mine.public_id])).content.decode()
    leaks = ["Claire", "SECRET", "Bruno", "bruno@", "Morel", "refusé", "point_concluded"]
    assert [leak for leak in leaks if leak in body] == []
    assert "Le bailleur étudie votre dossier" in body


def test_why_the_landlord_chose_is_not_told(
    login: Login, cast: SimpleNamespace, proposed: Candidacy
) -> None:
    assert JournalEntry.objects.filter(reason="Situation la plus adaptée.").count() == 1
    assert "Situation la plus adaptée." not in page(
        login(cast.amina), "candidacy", proposed.public_id
    )


def test_a_refusal_gives_its_motive_and_the_appeal(login: Login, cast: SimpleNamespace) -> None:
    mine = f.submitted(cast.amina, f.OfferFactory())
    services.set_aside(actor=cast.as_claire, candidacy=mine, reason="Logement trop petit.")
    text = page(login(cast.amina), "candidacy", mine.public_id)
    assert "Motif : Logement trop petit." in text
    assert "tribunal administratif" in text


def test_a_dossier_changed_since_is_shown(login: Login, cast: SimpleNamespace) -> None:
    mine = f.submitted(cast.amina, f.OfferFactory())
    client = login(cast.amina)
    assert "a changé depuis l'envoi" not in page(client, "candidacy", mine.public_id)
    Dossier.objects.filter(applicant=cast.amina).update(employer_name="Fonderie du Rhône")
    text = page(client, "candidacy", mine.public_id)
    assert "Votre dossier a changé depuis l'envoi" in text
    assert "Boulangerie du Port Fonderie du Rhône" in text


def test_the_offer_is_shown_as_it_was(login: Login, cast: SimpleNamespace) -> None:
    offer = f.OfferFactory()
    mine = f.submitted(cast.amina, offer)
    Offer.objects.filter(pk=offer.pk).update(rent=Decimal("999.00"))
    text = page(login(cast.amina), "candidacy", mine.public_id)
    assert ("412,40 €" in text, "999" in text) == (True, False)


def test_a_decision_is_not_readable_before_it_is_notified(
    login: Login, cast: SimpleNamespace
) -> None:
    offer = f.OfferFactory()
    people = [cast.amina, cast.bruno, f.applicant("Dora", "Petit")]
    candidacies = [f.ready(f.submitted(user, offer), cast.as_claire) for user in people]
    session = f.session_of(cast.commission)
    commission.put_on_agenda(
        actor=cast.as_claire, session=session, offer=offer, candidacies=candidacies
    )
    client, mine = login(cast.amina), candidacies[0].public_id
    before = page(client, "candidacy", mine)
    entries = list(AgendaCandidate.objects.order_by("pk"))
    commission.record_decision(
        actor=cast.as_estelle,
        entry=entries[0],
        decision="attribution_condition_suspensive",
        rank=1,
        condition_piece="Avis d'imposition SECRET",
        condition_due_on=clock.today() + timedelta(days=8),
        expected_version=0,
    )
    for entry, rank in ((entries[1], 2), (entries[2], 3)):
        commission.record_decision(
            actor=cast.as_estelle,
            entry=entry,
            decision="attribution_rang",
            rank=rank,
            expected_version=0,
        )
    assert page(client, "candidacy", mine) == before
    commission.close_session(actor=cast.as_estelle, session=session)
    assert "cette pièce : Avis d'imposition SECRET." in page(client, "candidacy", mine)
    theirs = page(login(cast.bruno), "candidacy", candidacies[1].public_id)
    assert ("au rang 2" in theirs, "SECRET" in theirs, "Amina" in theirs) == (True, False, False)


# A proposal has tests of its own below.
@pytest.mark.parametrize("state", [each for each in State.values if each != "proposal"])
def test_every_state_has_its_page_and_its_line(
    login: Login, cast: SimpleNamespace, state: str
) -> None:
    mine = f.submitted(cast.amina, f.OfferFactory())
    Candidacy.objects.filter(pk=mine.pk).update(state=state)
    client = login(cast.amina)
    label = str(State(state).label)
    assert label in page(client, "candidacy", mine.public_id)
    assert label in words(client.get(reverse("my_candidacies")).content)


@pytest.mark.parametrize("hours", [-1, 24])
def test_the_session_is_said_before_and_after_it_sat(
    login: Login, cast: SimpleNamespace, hours: int
) -> None:
    mine = f.submitted(cast.amina, f.OfferFactory())
    Candidacy.objects.filter(pk=mine.pk).update(
        state=State.COMMISSION, commission_at=clock.now() + timedelta(hours=hours)
    )
    text = page(login(cast.amina), "candidacy", mine.public_id)
    said = ["La commission s'est réunie le", "La commission d'attribution examine votre dossier le"]
    assert [each in text for each in said] == [hours < 0, hours > 0]


# --- answering -----------------------------------------------------------------------------


def test_a_proposal_shows_rent_deposit_and_deadline(
    login: Login, cast: SimpleNamespace, travel: Callable[[datetime], None]
) -> None:
    # In the morning: late in the evening a change of hour makes of ten days eleven.
    travel(clock.now().replace(hour=9))
    proposed = f.proposed(cast.amina, direct_offer(cast), cast.as_claire)
    text = page(login(cast.amina), "candidacy", proposed.public_id)
    said = ["Répondez avant le", "encore 10 jours", "À payer par mois 487,40 €", "412,40 €"]
    assert [each for each in said if each not in text] == []
    assert "Retirer ma candidature" not in text


def test_accepting_asks_first_then_is_done_once(
    login: Login, cast: SimpleNamespace, proposed: Candidacy
) -> None:
    client, url = login(cast.amina), reverse("proposal_accept", args=[proposed.public_id])
    form = fields(client, url)
    assert Candidacy.objects.get(pk=proposed.pk).state == State.PROPOSAL
    answers = [client.post(url, form)["Location"] for _click in range(2)]
    assert answers == [reverse("candidacy", args=[proposed.public_id])] * 2
    assert Candidacy.objects.get(pk=proposed.pk).state == State.ACCEPTED
    text = page(client, "candidacy", proposed.public_id)
    assert "Vous avez accepté ce logement." in text
    assert "Logement accepté" in text


def test_refusing_keeps_the_reason(
    login: Login, cast: SimpleNamespace, proposed: Candidacy
) -> None:
    client, url = login(cast.amina), reverse("proposal_refuse", args=[proposed.public_id])
    client.post(url, fields(client, url) | {"reason": "Trop loin de l'école."})
    answered = Proposal.objects.get(candidacy=proposed)
    assert (answered.answer, answered.refusal_reason) == ("refused", "Trop loin de l'école.")
    assert Candidacy.objects.get(pk=proposed.pk).state == State.REFUSED


def test_a_reason_too_long_is_refused_and_kept(
    login: Login, cast: SimpleNamespace, proposed: Candidacy
) -> None:
    client, url = login(cast.amina), reverse("proposal_refuse", args=[proposed.public_id])
    long = "école " * 200
    refused = client.post(url, fields(client, url) | {"reason": long})
    assert refused.status_code == 422
    assert long.strip() in refused.content.decode()
    assert "<title>Erreur : Refuser ce logement ?" in refused.content.decode()
    assert Candidacy.objects.get(pk=proposed.pk).state == State.PROPOSAL


def test_after_the_deadline_the_answer_is_refused_in_words(
    login: Login, cast: SimpleNamespace, proposed: Candidacy, travel: Callable[..., None]
) -> None:
    client, url = login(cast.amina), reverse("proposal_accept", args=[proposed.public_id])
    form = fields(client, url)
    travel(Proposal.objects.get().deadline + timedelta(seconds=1))
    late = client.post(url, form)
    assert late.status_code == 409
    assert "Le délai de réponse est écoulé." in words(late.content)
    assert 'aria-disabled="true"' in late.content.decode()
    assert Candidacy.objects.get(pk=proposed.pk).state == State.PROPOSAL


def test_a_page_grown_old_is_asked_again_with_what_was_typed(
    login: Login, cast: SimpleNamespace, proposed: Candidacy
) -> None:
    client, url = login(cast.amina), reverse("proposal_refuse", args=[proposed.public_id])
    form = fields(client, url) | {"reason": "Trop loin."}
    Candidacy.objects.filter(pk=proposed.pk).update(version=proposed.version + 1)
    stale = client.post(url, form)
    assert stale.status_code == 409
    assert "a changé pendant que vous lisiez cette page" in words(stale.content)
    assert "Trop loin." in stale.content.decode()
    assert f'name="version" value="{proposed.version + 1}"' in stale.content.decode()
    assert Candidacy.objects.get(pk=proposed.pk).state == State.PROPOSAL


@pytest.mark.parametrize("version", ["", "-1", "abc"])
def test_a_form_without_its_version_does_nothing(
    login: Login, cast: SimpleNamespace, proposed: Candidacy, version: str
) -> None:
    url = reverse("proposal_accept", args=[proposed.public_id])
    assert login(cast.amina).post(url, {"version": version}).status_code == 422
    assert Candidacy.objects.get(pk=proposed.pk).state == State.PROPOSAL


def test_withdrawing_asks_first_and_closes_the_dossier(login: Login, cast: SimpleNamespace) -> None:
    mine = f.submitted(cast.amina, f.OfferFactory())
    client, url = login(cast.amina), reverse("withdraw", args=[mine.public_id])
    form = fields(client, url)
    assert Candidacy.objects.get(pk=mine.pk).state == State.SUBMITTED
    client.post(url, form)
    assert Candidacy.objects.get(pk=mine.pk).state == State.WITHDRAWN
    again = client.get(url)
    assert "votre candidature est maintenant « Candidature retirée »" in words(again.content)
    # She may change her mind while the offer is open.
    assert "Vous relirez votre dossier" in page(client, "offer", mine.offer.public_id)
