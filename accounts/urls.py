from django.urls import path

from .views import claims, couple, dossier, household, platform, resources, situation, team

urlpatterns = [
    path("mon-dossier/", dossier.dossier, name="dossier"),
    path("mon-dossier/identite/", dossier.identity, name="dossier_identity"),
    path("mon-dossier/numero-unique/", dossier.numero, name="dossier_numero"),
    path("mon-dossier/numero-unique/renouveler/", dossier.renew, name="dossier_numero_renew"),
    path("mon-dossier/numero-unique/verification/", claims.claim, name="dossier_numero_claim"),
    path(
        "mon-dossier/numero-unique/verification/<uuid:public_id>/retirer/",
        claims.withdraw,
        name="dossier_numero_claim_withdraw",
    ),
    path("mon-dossier/foyer/", household.household, name="dossier_household"),
    path("mon-dossier/foyer/ajouter/", household.add_member, name="dossier_member_add"),
    path("mon-dossier/foyer/<uuid:public_id>/", household.edit_member, name="dossier_member"),
    path(
        "mon-dossier/foyer/<uuid:public_id>/retirer/",
        household.remove_member,
        name="dossier_member_remove",
    ),
    path("mon-dossier/ressources/", resources.resources, name="dossier_resources"),
    path("mon-dossier/emploi/", dossier.employment, name="dossier_employment"),
    path("mon-dossier/logement-actuel/", situation.housing, name="dossier_housing"),
    path("mon-dossier/demande/", situation.reasons, name="dossier_reasons"),
    path("mon-dossier/souhaits/", situation.wishes, name="dossier_wishes"),
    path("mon-dossier/a-deux/", couple.couple, name="dossier_couple"),
    path("mon-dossier/a-deux/renvoyer/", couple.resend, name="couple_resend"),
    path("mon-dossier/a-deux/annuler/", couple.revoke, name="couple_revoke"),
    path("mon-dossier/a-deux/terminer/", couple.end, name="couple_end"),
    path("dossier-commun/<str:secret>/", couple.invitation, name="couple_invitation"),
    path("communes/", situation.communes, name="communes"),
    path("invitation/<str:secret>/", team.invitation, name="invitation"),
    path("bailleur/equipe/", team.team, name="staff_team"),
    path("bailleur/equipe/inviter/", team.invite, name="team_invite"),
    path(
        "bailleur/equipe/invitations/<uuid:public_id>/annuler/",
        team.revoke_invitation,
        name="invitation_revoke",
    ),
    path("bailleur/equipe/<uuid:public_id>/retirer/", team.end_membership, name="membership_end"),
    path("plateforme/", platform.home, name="platform_home"),
    path("plateforme/numeros/", claims.claims, name="numero_claims"),
    path("plateforme/numeros/<uuid:public_id>/", claims.settle, name="numero_claim"),
    path("plateforme/organisations/creer/", platform.create, name="organisation_create"),
    path("plateforme/organisations/<uuid:public_id>/", platform.organisation, name="organisation"),
]
