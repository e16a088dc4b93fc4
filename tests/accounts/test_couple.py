"""Two people on one dossier: invited, accepted, used by both, ended at once."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from accounts import services
from accounts.models import (
    CoApplicant,
    CoApplicantInvitation,
    Dossier,
    HouseholdMember,
    SectionState,
    User,
)
from accounts.queries import dossiers_visible_to, own_dossier, snapshot
from accounts.services import Newcomer, SectionConflict
from accounts.signals import dossier_changed
from alin.kit import clock
from applications import services as applications
from applications.models import Candidacy
from applications.workflow import NotYours, roles_of
from commission import services as commission
from notifications.models import Notice, OutboxMessage
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def cora(cast: SimpleNamespace) -> User:
    """Amina's partner: an account, no dossier."""
    cast.cora = f.person("Cora", "Benali")
    cast.as_cora = f.actor_for(cast.cora)
    return cast.cora


def invite(cast: SimpleNamespace, email: str = "cora@example.test", **who: Any) -> str:
    """Amina invites; the page that the mail leads to."""
    if not who:
        who = {"newcomer": Newcomer(link="partner", first_name="Cora")}
    services.invite_co_applicant(
        actor=cast.as_amina, dossier=cast.amina.dossier, email=email, **who
    )
    return link_in_mail(email)


def link_in_mail(email: str) -> str:
    mail = OutboxMessage.objects.filter(to_address=email, subject__contains="dossier commun")
    return re.findall(r"(/dossier-commun/\S+/)", mail.latest("pk").body_text)[0]


def share(cast: SimpleNamespace) -> CoApplicant:
    """Cora has joined Amina's dossier."""
    return f.shared(cast.amina, cast.cora)


def others(user: User) -> list[str]:
    """What a person was told, oldest first."""
    return list(
        Notice.objects.filter(recipient=user).order_by("pk").values_list("title", flat=True)
    )


# Inviting


def form(**changes: str) -> dict[str, str]:
    return {
        "email": " Cora@Example.test ",
        "who": "nouvelle",
        "link": "partner",
        "first_name": "Cora",
        "last_name": "",
        "birth_date": "02/03/1990",
    } | changes


def test_the_holder_invites_somebody_who_joins_the_household_on_acceptance(
    login: Any, cast: SimpleNamespace, cora: User
) -> None:
    page = login(cast.amina).post(reverse("dossier_couple"), form(), follow=True)
    assert "Invitation envoyée à cora@example.test." in page.content.decode()
    assert HouseholdMember.objects.count() == 0
    secret = link_in_mail("cora@example.test")
    assert not CoApplicantInvitation.objects.filter(secret_digest__in=secret.split("/")).exists()
    client = login(cora)
    assert "Amina Benali vous propose un dossier commun" in client.get(secret).content.decode()
    assert client.post(secret).url == reverse("dossier")
    member = HouseholdMember.objects.get()
    assert (str(member), member.link, member.birth_date.isoformat()) == (
        "Cora Benali",
        "partner",
        "1990-03-02",
    )
    assert own_dossier(cast.as_cora) == cast.amina.dossier
    assert SectionState.objects.get(dossier=cast.amina.dossier, name="household").version == 2


def test_an_adult_of_the_household_is_offered_and_a_child_is_not(
    login: Any, cast: SimpleNamespace, cora: User
) -> None:
    people = HouseholdMember.objects
    partner = people.create(dossier=cast.amina.dossier, link="partner", first_name="Cora")
    people.create(dossier=cast.amina.dossier, link="child", first_name="Lila", custody="full")
    client = login(cast.amina)
    shown = client.get(reverse("dossier_couple")).context["form"].fields["who"].choices
    assert [label for _key, label in shown] == [
        "Cora",
        "Une personne qui n'est pas encore dans mon foyer",
    ]
    client.post(reverse("dossier_couple"), form(who=str(partner.public_id), link="", first_name=""))
    login(cora).post(link_in_mail("cora@example.test"))
    assert CoApplicant.objects.get().member == partner
    assert people.count() == 2


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (
            {"email": "amina@example.test"},
            {"email": "C'est votre propre adresse : écrivez la sienne."},
        ),
        ({"email": ""}, {"email": "Écrivez l'adresse électronique de cette personne."}),
        ({"who": ""}, {"who": "Dites qui est cette personne."}),
        (
            {"link": "", "first_name": ""},
            {
                "link": "Dites qui est cette personne pour vous.",
                "first_name": "Écrivez le prénom de cette personne.",
            },
        ),
    ],
)
def test_an_invitation_that_cannot_be_says_why_and_loses_nothing(
    login: Any, cast: SimpleNamespace, typed: dict[str, str], errors: dict[str, str]
) -> None:
    response = login(cast.amina).post(reverse("dossier_couple"), form(**typed))
    assert response.status_code == 422
    assert {k: v[0] for k, v in response.context["form"].errors.items()} == errors
    assert CoApplicantInvitation.objects.count() == 0
    assert 'value="02/03/1990"' in response.content.decode()


def test_one_invitation_at_a_time_that_can_be_sent_again_or_cancelled(
    login: Any, cast: SimpleNamespace, cora: User
) -> None:
    first = invite(cast)
    with pytest.raises(ValidationError, match="attend déjà une réponse"):
        invite(cast, "autre@example.test")
    client = login(cast.amina)
    client.post(reverse("couple_resend"))
    second = link_in_mail("cora@example.test")
    assert second != first
    assert [client.get(page).status_code for page in (first, second)] == [404, 200]
    client.post(reverse("couple_revoke"))
    refused = login(cora).post(second)
    assert (refused.status_code, refused.context["reason"]) == (
        422,
        "Cette invitation a été annulée, ou remplacée par une plus récente.",
    )
    assert CoApplicant.objects.count() == 0


# Accepting


def test_a_visitor_logs_in_or_signs_up_and_comes_back(
    client: Client, cast: SimpleNamespace
) -> None:
    page = invite(cast, "nina@example.test")
    shown = client.get(page)
    assert shown.context["login_href"] == f"/compte/login/?{urlencode({'next': page})}"
    assert shown.context["signup_href"].endswith("&email=nina%40example.test")
    assert "no-store" in shown["Cache-Control"]
    assert client.post(page).url == f"/compte/login/?next={page}"


def test_another_address_is_told_so_and_joins_nothing(login: Any, cast: SimpleNamespace) -> None:
    page = invite(cast)
    client = login(cast.bruno)
    assert "destinée à cora@example.test" in client.get(page).content.decode()
    response = client.post(page)
    assert (response.status_code, response.context["reason"]) == (
        422,
        "Cette invitation est destinée à une autre adresse que celle de votre compte.",
    )
    assert CoApplicant.objects.count() == 0


def test_an_invitation_works_once_and_for_seven_days(
    login: Any, cast: SimpleNamespace, cora: User
) -> None:
    page = invite(cast)
    CoApplicantInvitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    client = login(cora)
    assert client.get(page).status_code == 404
    assert client.post(page).context["reason"] == (
        "Cette invitation a expiré. Demandez à Amina Benali de vous la renvoyer."
    )
    CoApplicantInvitation.objects.update(expires_at=clock.now() + timedelta(days=1))
    assert client.post(page).status_code == 302
    assert client.post(page).context["reason"] == "Cette invitation a déjà servi."


def test_a_dossier_just_begun_is_set_aside_and_comes_back(
    login: Any, cast: SimpleNamespace, cora: User
) -> None:
    hers = Dossier.objects.create(applicant=cora, phone="0600000001")
    page = invite(cast)
    client = login(cora)
    assert "est mis de côté" in client.get(page).content.decode()
    client.post(page)
    assert services.open_dossier(user=cora) == cast.amina.dossier
    services.end_shared_dossier(actor=cast.as_cora, link=CoApplicant.objects.get())
    assert services.open_dossier(user=cora) == hers
    assert Dossier.objects.count() == 3


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("numero", "Votre propre dossier porte un numéro unique."),
        ("candidacy", "Vous avez des candidatures en cours avec votre propre dossier."),
        ("couple", "Votre propre dossier est déjà tenu à deux."),
        ("shared", "Vous partagez déjà un autre dossier."),
    ],
)
def test_who_has_a_demande_of_her_own_is_refused_with_a_way_out(
    login: Any, cast: SimpleNamespace, case: str, reason: str
) -> None:
    """Bruno has a complete dossier; what stands in it keeps him from Amina's."""
    page = invite(cast, "bruno@example.test")
    if case == "candidacy":
        home = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
        f.submitted(cast.bruno, home)
    if case != "numero":
        Dossier.objects.filter(applicant=cast.bruno).update(numero_unique="")
    if case == "couple":
        f.shared(cast.bruno, f.person("Dina"))
    if case == "shared":
        f.shared(f.applicant("Elsa"), cast.bruno)
    client = login(cast.bruno)
    assert client.get(page).context["stop"].startswith(reason)
    response = client.post(page)
    assert response.status_code == 422
    assert response.context["reason"].startswith(reason)
    assert not CoApplicant.objects.filter(dossier=cast.amina.dossier).exists()


def test_two_never_share_with_a_third_nor_one_with_two(cast: SimpleNamespace, cora: User) -> None:
    share(cast)
    with pytest.raises(IntegrityError, match="one_co_applicant_per_dossier"), transaction.atomic():
        CoApplicant.objects.create(dossier=cast.amina.dossier, user=cast.hugo)
    with (
        pytest.raises(IntegrityError, match="one_shared_dossier_per_account"),
        transaction.atomic(),
    ):
        CoApplicant.objects.create(dossier=cast.bruno.dossier, user=cora)
    with (
        pytest.raises(IntegrityError, match="dossier_set_aside_has_no_numero"),
        transaction.atomic(),
    ):
        Dossier.objects.filter(applicant=cast.bruno).update(set_aside_at=clock.now())
    with pytest.raises(ValidationError, match="Vous tenez déjà ce dossier à deux"):
        invite(cast, "autre@example.test")


# Keeping it together


def test_both_read_and_edit_and_each_learns_who_was_faster(
    login: Any, cast: SimpleNamespace, cora: User
) -> None:
    share(cast)
    typed = {"version": 0, "birth_date": "04/05/1988", "phone": "06 39 98 00 01"}
    client = login(cora)
    shown = client.get(reverse("dossier_identity")).content.decode()
    assert "«\u00a0vous\u00a0» désigne Amina Benali" in shown
    assert client.post(reverse("dossier_identity"), typed).status_code == 302
    again = login(cast.amina).post(
        reverse("dossier_identity"),
        typed | {"first_name": "Amina", "last_name": "Benali", "phone": "06 39 98 00 02"},
    )
    assert again.status_code == 409
    assert "Cora Benali l&#39;a enregistrée le" in again.content.decode()
    hint = login(cast.amina).get(reverse("dossier")).context["tasks"][0]["hint"]
    assert hint.endswith("par Cora Benali.")


def test_the_name_of_the_holder_is_hers_alone(
    login: Any, cast: SimpleNamespace, cora: User
) -> None:
    share(cast)
    typed = {"version": 0, "first_name": "Autre", "last_name": "Nom", "phone": "0639980001"}
    login(cora).post(reverse("dossier_identity"), typed)
    cast.amina.refresh_from_db()
    assert (str(cast.amina), str(User.objects.get(pk=cora.pk))) == ("Amina Benali", "Cora Benali")
    assert Dossier.objects.get(applicant=cast.amina).phone == "06 39 98 00 01"


def test_the_other_applicant_is_not_removed_from_the_household_meanwhile(
    login: Any, cast: SimpleNamespace, cora: User
) -> None:
    member = share(cast).member
    assert member is not None
    page = reverse("dossier_member_remove", args=[member.public_id])
    response = login(cast.amina).post(page, {"version": 2})
    assert response.status_code == 422
    assert "mettez-y fin d&#39;abord" in response.content.decode()
    assert HouseholdMember.objects.filter(pk=member.pk).exists()


def test_both_follow_apply_and_answer_and_the_log_says_who(
    login: Any, cast: SimpleNamespace, cora: User
) -> None:
    share(cast)
    home = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    response = login(cora).post(reverse("apply", args=[home.public_id]), {})
    candidacy = Candidacy.objects.get()
    page = reverse("candidacy", args=[candidacy.public_id])
    assert (response.url, candidacy.applicant, candidacy.dossier) == (
        page,
        cast.amina,
        cast.amina.dossier,
    )
    assert applications.submit_candidacy(actor=cast.as_amina, offer=home) == candidacy
    steps = login(cast.amina).get(page).context["timeline"]
    assert [(step["title"], step["text"]) for step in steps] == [
        ("Candidature envoyée", "par Cora Benali")
    ]
    assert login(cora).get(page).context["timeline"][0]["text"] == ""
    told = Notice.objects.get(recipient=cast.amina, title__startswith="Candidature reçue")
    assert told.body.startswith("Cora Benali l'a fait pour votre dossier commun.")
    hers = Notice.objects.get(recipient=cora, title__startswith="Candidature reçue")
    assert hers.body.startswith("Votre candidature est enregistrée.")
    mails = OutboxMessage.objects.filter(subject__startswith="Candidature reçue")
    assert sorted(mails.values_list("to_address", flat=True)) == [
        "amina@example.test",
        "cora@example.test",
    ]
    cards = login(cora).get(reverse("my_candidacies")).context["cards"]
    assert [card["candidacy"] for card in cards] == [candidacy]
    with pytest.raises(NotYours):
        applications.withdraw(actor=cast.as_bruno, candidacy=candidacy)
    applications.withdraw(actor=cast.as_cora, candidacy=candidacy)
    candidacy.refresh_from_db()
    assert candidacy.state == "withdrawn"


def test_the_landlord_reads_who_the_other_applicant_is(
    login: Any, cast: SimpleNamespace, cora: User
) -> None:
    share(cast)
    assert snapshot(cast.amina.dossier, clock.today())["co_applicant"]["name"] == "Cora Benali"
    candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    page = login(cast.claire).get(reverse("staff_candidacy", args=[candidacy.public_id]))
    text = page.content.decode()
    assert "Co-demandeur" in text
    assert "Cora Benali, cora@example.test" in text


def test_nobody_studies_or_decides_on_the_request_they_share(
    cast: SimpleNamespace, cora: User
) -> None:
    f.member("Cora", cast.lac)
    at_work = f.actor_for(cora, cast.lac)
    candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    assert roles_of(at_work, candidacy) == {"landlord"}
    share(cast)
    assert roles_of(at_work, candidacy) == {"applicant"}


def test_a_member_of_the_commission_does_not_decide_on_the_request_she_shares(
    cast: SimpleNamespace,
) -> None:
    f.shared(cast.amina, cast.estelle)
    offer = f.offer_of(cast.lac)
    session = f.session_of(cast.commission)
    item = commission.put_on_agenda(
        actor=cast.as_claire,
        session=session,
        offer=offer,
        candidacies=[f.ready(f.submitted(cast.amina, offer), cast.as_claire)],
        exception="too_few",
        exception_note="Une seule candidature.",
    )
    entry = item.candidates.get()
    with pytest.raises(NotYours):
        commission.record_decision(
            actor=cast.as_estelle,
            entry=entry,
            decision="attribution",
            expected_version=entry.version,
        )


def test_the_dossier_names_who_sees_it_and_for_which_home(
    login: Any, cast: SimpleNamespace, cora: User
) -> None:
    share(cast)
    for rooms in (2, 4):
        home = f.offer_of(cast.lac)
        home.dwelling.rooms = rooms
        home.dwelling.save()
        f.submitted(cast.amina, home)
    viewers = login(cast.amina).get(reverse("dossier")).context["viewers"]
    assert [(viewer["who"], viewer["why"]) for viewer in viewers] == [
        ("Cora Benali", "tient ce dossier avec vous et le modifie comme vous"),
        ("Habitat du Lac", "pour votre candidature : T4 à Villeurbanne, Les Tilleuls"),
        ("Habitat du Lac", "pour votre candidature : T2 à Villeurbanne, Les Tilleuls"),
    ]


# Ending


@pytest.mark.parametrize("who", ["amina", "cora"])
def test_either_ends_it_and_the_other_sees_nothing_from_then_on(
    login: Any, cast: SimpleNamespace, cora: User, who: str
) -> None:
    share(cast)
    candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    page = reverse("candidacy", args=[candidacy.public_id])
    hers = Client()
    hers.force_login(cora, backend="django.contrib.auth.backends.ModelBackend")
    assert hers.get(page).status_code == 200
    client = login(getattr(cast, who))
    assert "Mettre fin au dossier commun ?" in client.get(reverse("couple_end")).content.decode()
    assert CoApplicant.objects.get().ended_at is None
    assert client.post(reverse("couple_end")).url == reverse("dossier")
    assert hers.get(page).status_code == 404
    assert hers.get(reverse("my_candidacies")).context["cards"] == []
    shown = hers.get(reverse("dossier")).content.decode()
    assert "Amina" not in shown
    assert not dossiers_visible_to(cast.as_cora).exists()
    assert login(cast.amina).get(page).status_code == 200
    assert CoApplicant.objects.get().ended_by == getattr(cast, who)
    assert others(cora)[-1] == "Vous ne partagez plus de dossier avec Amina Benali"
    assert others(cast.amina)[-1] == "Votre dossier n'est plus commun"
    with pytest.raises(NotYours):
        applications.withdraw(actor=cast.as_cora, candidacy=candidacy)


def test_who_left_opens_a_dossier_of_her_own(login: Any, cast: SimpleNamespace, cora: User) -> None:
    link = share(cast)
    services.end_shared_dossier(actor=cast.as_cora, link=link)
    client = login(cora)
    client.post(reverse("dossier_identity"), {"version": 0, "phone": "0639980009"})
    assert Dossier.objects.get(applicant=cora).phone == "06 39 98 00 09"
    assert Dossier.objects.get(applicant=cast.amina).phone == "0600000000"


def test_only_the_holder_invites(login: Any, cast: SimpleNamespace, cora: User) -> None:
    share(cast)
    client = login(cora)
    assert client.post(reverse("dossier_couple"), form(email="x@example.test")).status_code == 403
    assert client.post(reverse("couple_revoke")).status_code == 403
    assert client.post(reverse("couple_resend")).status_code == 403
    with pytest.raises(ValidationError):
        services.invite_co_applicant(
            actor=cast.as_cora, dossier=cast.amina.dossier, email="x@example.test"
        )
    assert CoApplicantInvitation.objects.filter(email="x@example.test").count() == 0


def test_who_follows_dossiers_hears_of_the_couple(cast: SimpleNamespace, cora: User) -> None:
    heard: list[Dossier] = []

    def listen(*, dossier: Dossier, **kwargs: Any) -> None:
        heard.append(dossier)

    dossier_changed.connect(listen)
    try:
        link = share(cast)
        services.end_shared_dossier(actor=cast.as_cora, link=link)
    finally:
        dossier_changed.disconnect(listen)
    assert heard == [cast.amina.dossier, cast.amina.dossier]


def test_saving_what_the_other_has_just_saved_is_a_conflict(
    cast: SimpleNamespace, cora: User
) -> None:
    share(cast)
    services.save_section(
        actor=cast.as_cora,
        dossier=cast.amina.dossier,
        section="employment",
        expected_version=0,
        changes={"employer_headcount": 12},
    )
    with pytest.raises(SectionConflict) as conflict:
        services.save_section(
            actor=cast.as_amina,
            dossier=cast.amina.dossier,
            section="employment",
            expected_version=0,
            changes={"employer_headcount": 13},
        )
    assert conflict.value.state.saved_by == cora
