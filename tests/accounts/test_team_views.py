"""A manager's team, the page an invitation opens, and the operator's organisations."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Invitation, Membership, Organisation
from alin.kit import clock
from alin.kit.forms import TOKEN_FIELD
from notifications.models import OutboxMessage
from tests import factories as f

pytestmark = pytest.mark.django_db
BAD_ADDRESS = "Écrivez une adresse électronique entière, par exemple nom@bailleur.fr."


def invited(cast: SimpleNamespace, email: str, role: str = "agent", **changes: Any) -> str:
    """An invitation of the Lac; returns the page its mail leads to."""
    invitation = services.invite(actor=cast.as_chloe, organisation=cast.lac, email=email, role=role)
    Invitation.objects.filter(pk=invitation.pk).update(**changes)
    body = OutboxMessage.objects.get(key=f"invitation:{invitation.public_id}").body_text
    return re.findall(r"(/invitation/\S+/)", body)[0]


def team_of(organisation: Organisation) -> list[tuple[str, str]]:
    return list(
        Membership.objects.filter(organisation=organisation, ended_at=None)
        .order_by("user__first_name")
        .values_list("user__first_name", "role")
    )


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# The team


def test_a_manager_sees_her_team_and_nobody_elses(login: Any, cast: SimpleNamespace) -> None:
    invited(cast, "nouvelle@lac.test")
    services.invite(
        actor=cast.as_farid, organisation=cast.oc, email="secret@oc.test", role="manager"
    )
    response = login(cast.chloe).get(reverse("staff_team"))
    assert [str(m.user) for m in response.context["members"]] == ["Chloé Durand", "Claire Durand"]
    assert [i.email for i in response.context["invitations"]] == ["nouvelle@lac.test"]
    assert "secret@oc.test" not in response.content.decode()


def test_the_team_costs_the_same_with_one_or_thirty_people(
    login: Any, cast: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    client = login(cast.chloe)
    for n in (1, 30):
        for i in range(n):
            f.member(f"Agent{n}x{i}", cast.lac)
            invited(cast, f"invite{n}x{i}@lac.test")
        with django_assert_num_queries(7):
            client.get(reverse("staff_team"))


@pytest.mark.parametrize("name", ["staff_team", "team_invite"])
def test_an_agent_is_told_that_managers_do_this(
    login: Any, cast: SimpleNamespace, name: str
) -> None:
    response = login(cast.claire).get(reverse(name))
    assert response.status_code == 403
    assert (
        "Seuls les responsables d&#39;une organisation invitent et retirent des personnes."
        in response.content.decode()
    )


@pytest.mark.parametrize("name", ["staff_team", "team_invite"])
def test_an_applicant_has_no_team(login: Any, cast: SimpleNamespace, name: str) -> None:
    assert login(cast.amina).get(reverse(name)).status_code == 404


def test_a_manager_invites_once_even_with_a_double_click(login: Any, cast: SimpleNamespace) -> None:
    client = login(cast.chloe)
    typed = {"email": " Nouvelle@Lac.test", "role": "manager", TOKEN_FIELD: str(uuid4())}
    response = client.post(reverse("team_invite"), typed, follow=True)
    assert said(response) == ["Invitation envoyée à nouvelle@lac.test."]
    assert client.post(reverse("team_invite"), typed).url == reverse("staff_team")
    assert list(Invitation.objects.values_list("email", "role", "organisation")) == [
        ("nouvelle@lac.test", "manager", cast.lac.pk)
    ]


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("claire@example.test", "Cette personne fait déjà partie de l'organisation."),
        ("attend@lac.test", "Cette adresse a déjà une invitation en attente."),
        (
            "pas une adresse",
            BAD_ADDRESS,
        ),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(
    login: Any, cast: SimpleNamespace, email: str, reason: str
) -> None:
    invited(cast, "attend@lac.test")
    response = login(cast.chloe).post(reverse("team_invite"), {"email": email, "role": "agent"})
    assert (response.status_code, response.context["form"].errors["email"]) == (422, [reason])
    assert f'value="{email}"' in response.content.decode()


def test_a_manager_revokes_an_invitation_and_the_link_stops_working(
    login: Any, cast: SimpleNamespace
) -> None:
    page = invited(cast, "nouvelle@lac.test")
    found = Invitation.objects.get()
    client = login(cast.chloe)
    response = client.post(reverse("invitation_revoke", args=[found.public_id]), follow=True)
    assert said(response) == ["L'invitation de nouvelle@lac.test est annulée."]
    assert client.get(page).status_code == 404


def test_invitations_and_people_of_another_landlord_do_not_exist(
    login: Any, cast: SimpleNamespace
) -> None:
    f.member("Denis", cast.oc, "manager")
    invited(cast, "nouvelle@lac.test")
    found = Invitation.objects.get()
    claire = Membership.objects.get(user=cast.claire)
    client = login(f.person("Denis"))
    assert client.post(reverse("invitation_revoke", args=[found.public_id])).status_code == 404
    assert client.post(reverse("membership_end", args=[claire.public_id])).status_code == 404
    assert client.get(reverse("organisation", args=[cast.lac.public_id])).status_code == 404
    found.refresh_from_db()
    assert (found.revoked_at, len(team_of(cast.lac))) == (None, 2)


def test_an_agent_neither_revokes_nor_removes(login: Any, cast: SimpleNamespace) -> None:
    invited(cast, "nouvelle@lac.test")
    chloe = Membership.objects.get(user=cast.chloe)
    client = login(cast.claire)
    revoke = reverse("invitation_revoke", args=[Invitation.objects.get().public_id])
    assert client.post(revoke).status_code == 403
    assert client.post(reverse("membership_end", args=[chloe.public_id])).status_code == 403
    assert team_of(cast.lac) == [("Chloé", "manager"), ("Claire", "agent")]


def test_who_is_removed_is_out_at_the_next_click(login: Any, cast: SimpleNamespace) -> None:
    claire = Membership.objects.get(user=cast.claire)
    page = reverse("membership_end", args=[claire.public_id])
    hers = Client()
    hers.force_login(cast.claire, backend="django.contrib.auth.backends.ModelBackend")
    assert hers.get(reverse("staff_team")).status_code == 403
    client = login(cast.chloe)
    assert "Retirer Claire Durand de l&#39;équipe ?" in client.get(page).content.decode()
    assert team_of(cast.lac) == [("Chloé", "manager"), ("Claire", "agent")]
    response = client.post(page, follow=True)
    assert said(response) == ["Claire Durand ne fait plus partie de l'équipe."]
    assert team_of(cast.lac) == [("Chloé", "manager")]
    assert hers.get(reverse("staff_team")).status_code == 404


def test_the_last_manager_cannot_be_removed(login: Any, cast: SimpleNamespace) -> None:
    chloe = Membership.objects.get(user=cast.chloe)
    response = login(cast.chloe).post(reverse("membership_end", args=[chloe.public_id]))
    assert (response.status_code, response.context["refusal"]) == (
        422,
        "C'est le dernier responsable : nommez-en un autre avant de le retirer.",
    )
    assert ("Chloé", "manager") in team_of(cast.lac)


def test_a_manager_who_leaves_goes_home(login: Any, cast: SimpleNamespace) -> None:
    f.member("Manon", cast.lac, "manager")
    chloe = Membership.objects.get(user=cast.chloe)
    response = login(cast.chloe).post(reverse("membership_end", args=[chloe.public_id]))
    assert response.url == reverse("welcome")


# The page an invitation opens


def test_a_visitor_learns_who_invites_and_how_to_accept(
    client: Client, cast: SimpleNamespace
) -> None:
    page = invited(cast, "nina@lac.test")
    response = client.get(page)
    assert response.status_code == 200
    assert response.context["login_href"] == f"{reverse('account_login')}?next={quote(page, '')}"
    assert response.context["signup_href"] == (
        f"{reverse('account_signup')}?next={quote(page, '')}&email=nina%40lac.test"
    )
    assert "no-store" in response["Cache-Control"]
    assert client.post(page).url == f"{reverse('account_login')}?next={page}"
    assert len(team_of(cast.lac)) == 2


def test_the_invited_person_joins_and_works_there_at_once(
    login: Any, cast: SimpleNamespace
) -> None:
    nina = f.member("Nina", cast.oc)
    page = invited(cast, "NINA@example.test", role="manager")
    client = login(nina)
    before = client.session.session_key
    response = client.post(page)
    assert response.url == reverse("welcome")
    assert client.session.session_key != before
    assert ("Nina", "manager") in team_of(cast.lac)
    assert client.get(reverse("staff_team")).context["organisation"] == cast.lac


def test_another_person_cannot_take_the_invitation(login: Any, cast: SimpleNamespace) -> None:
    page = invited(cast, "nina@lac.test")
    client = login(cast.bruno)
    assert client.get(page).context["is_for_reader"] is False
    response = client.post(page)
    assert (response.status_code, response.context["reason"]) == (
        422,
        "Cette invitation est destinée à une autre adresse que celle de votre compte.",
    )
    assert len(team_of(cast.lac)) == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"expires_at": clock.now() - timedelta(days=1)},
            "Cette invitation a expiré. Demandez à votre responsable de vous en envoyer une autre.",
        ),
        ({"accepted_at": clock.now()}, "Cette invitation a déjà servi."),
        ({"revoked_at": clock.now()}, "Cette invitation n'est plus valable."),
    ],
)
def test_an_invitation_works_once_and_for_seven_days(
    login: Any, cast: SimpleNamespace, changes: dict[str, Any], reason: str
) -> None:
    page = invited(cast, cast.bruno.email, **changes)
    client = login(cast.bruno)
    assert client.get(page).status_code == 404
    response = client.post(page)
    assert (response.status_code, response.context["reason"]) == (422, reason)
    assert len(team_of(cast.lac)) == 2


def test_a_made_up_invitation_does_not_exist(client: Client, db: None) -> None:
    assert client.get(reverse("invitation", args=["invente"])).status_code == 404


def test_who_has_no_account_signs_up_confirms_and_comes_back_to_the_invitation(
    client: Client, cast: SimpleNamespace
) -> None:
    page = invited(cast, "nina@lac.test")
    signup = client.get(page).context["signup_href"]
    assert 'value="nina@lac.test"' in client.get(signup).content.decode()
    client.post(
        signup,
        {
            "email": "nina@lac.test",
            "password1": f.PASSWORD,
            "first_name": "Nina",
            "last_name": "Roy",
            "next": page,
        },
    )
    mail = OutboxMessage.objects.filter(to_address="nina@lac.test").latest("pk").body_text
    confirm = re.findall(r"(/compte/confirm-email/\S+/)", mail)[0]
    response = client.post(confirm)
    assert response.url == page
    client.post(page)
    assert ("Nina", "agent") in team_of(cast.lac)


# The platform


PLATFORM = ["platform_home", "organisation_create"]


@pytest.mark.parametrize("name", PLATFORM)
def test_the_platform_is_for_operators(login: Any, cast: SimpleNamespace, name: str) -> None:
    for user in (cast.amina, cast.chloe, cast.estelle, cast.gaelle):
        assert login(user).get(reverse(name)).status_code == 403
    assert login(cast.farid).get(reverse(name)).status_code == 200


def test_an_organisation_is_shown_to_operators_alone(login: Any, cast: SimpleNamespace) -> None:
    page = reverse("organisation", args=[cast.lac.public_id])
    assert login(cast.david).get(page).status_code == 404
    assert login(cast.chloe).get(page).status_code == 403
    assert login(cast.farid).get(page).status_code == 200


def test_operators_find_organisations_with_how_many_work_there(
    login: Any, cast: SimpleNamespace
) -> None:
    f.member("Ancien", cast.lac)
    Membership.objects.filter(user__first_name="Ancien").update(ended_at=clock.now())
    client = login(cast.farid)
    page = client.get(reverse("platform_home"), {"q": "lac"}).context["page"]
    assert [(o.name, o.people) for o in page.object_list] == [("Habitat du Lac", 2)]
    response = client.get(reverse("platform_home"), {"q": "introuvable"})
    assert "Aucune organisation trouvée" in response.content.decode()


def test_the_list_of_organisations_costs_the_same_with_one_or_thirty(
    login: Any, cast: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    client = login(cast.farid)
    for n in (1, 30):
        for i in range(n):
            f.OrganisationFactory(name=f"Bailleur {n}-{i}")
        with django_assert_num_queries(8):
            client.get(reverse("platform_home"))
    page = client.get(reverse("platform_home"), {"page": 2}).context["page"]
    assert (page.number, len(page.object_list)) == (2, 10)
    assert client.get(reverse("platform_home"), {"page": "x"}).context["page"].number == 1


def organisation(**changes: str) -> dict[str, str]:
    return {
        "kind": "bailleur",
        "name": "Foyer des Alpes",
        "email": "contact@alpes.test",
        "phone": "",
        "manager_email": "Patron@alpes.test",
    } | changes


def test_an_operator_opens_the_portal_to_a_landlord(login: Any, cast: SimpleNamespace) -> None:
    client = login(cast.farid)
    typed = organisation(**{TOKEN_FIELD: str(uuid4())})
    response = client.post(reverse("organisation_create"), typed, follow=True)
    client.post(reverse("organisation_create"), typed)
    made = Organisation.objects.get(name="Foyer des Alpes")
    assert response.redirect_chain == [(reverse("organisation", args=[made.public_id]), 302)]
    assert said(response) == ["Foyer des Alpes est créée. Invitation envoyée à patron@alpes.test."]
    assert list(Invitation.objects.values_list("email", "role", "organisation")) == [
        ("patron@alpes.test", "manager", made.pk)
    ]


@pytest.mark.parametrize(
    ("typed", "field", "reason"),
    [
        ({"name": "habitat du lac"}, "name", "Une organisation porte déjà ce nom."),
        ({"kind": "plateforme"}, "kind", None),
        (
            {"manager_email": "nul"},
            "manager_email",
            BAD_ADDRESS,
        ),
    ],
)
def test_an_organisation_that_cannot_be_is_refused(
    login: Any, cast: SimpleNamespace, typed: dict[str, str], field: str, reason: str | None
) -> None:
    before = Organisation.objects.count()
    response = login(cast.farid).post(reverse("organisation_create"), organisation(**typed))
    errors = response.context["form"].errors
    assert (response.status_code, list(errors)) == (422, [field])
    assert reason is None or errors[field] == [reason]
    assert Organisation.objects.count() == before


def test_an_operator_invites_another_manager_and_can_revoke(
    login: Any, cast: SimpleNamespace
) -> None:
    page = reverse("organisation", args=[cast.lac.public_id])
    client = login(cast.farid)
    response = client.post(page, {"email": "second@lac.test"}, follow=True)
    assert said(response) == ["Invitation envoyée à second@lac.test."]
    assert [i.role for i in response.context["invitations"]] == ["manager"]
    again = client.post(page, {"email": "second@lac.test"})
    assert again.context["form"].errors["email"] == [
        "Cette adresse a déjà une invitation en attente."
    ]
    revoke = reverse("invitation_revoke", args=[Invitation.objects.get().public_id])
    assert client.post(revoke).url == page
