from django.urls import path

from .views import (
    applicant,
    landlord,
    landlord_homes,
    landlord_lists,
    landlord_offers,
    offers,
    renunciation,
)

urlpatterns = [
    path("logements/<uuid:public_id>/", offers.offer, name="offer"),
    path("logements/<uuid:public_id>/postuler/", offers.apply, name="apply"),
    path("mes-candidatures/", applicant.my_candidacies, name="my_candidacies"),
    path("mes-candidatures/<uuid:public_id>/", applicant.candidacy, name="candidacy"),
    path("mes-candidatures/<uuid:public_id>/renvoyer/", applicant.resend, name="resend"),
    path("mes-candidatures/<uuid:public_id>/retirer/", applicant.withdraw, name="withdraw"),
    path("mes-candidatures/<uuid:public_id>/accepter/", applicant.accept, name="proposal_accept"),
    path("mes-candidatures/<uuid:public_id>/renoncer/", applicant.renounce, name="home_renounce"),
    path(
        "mon-dossier/numero-unique/abandonner/",
        renunciation.renounce_demand,
        name="demand_renounce",
    ),
    path("mes-candidatures/<uuid:public_id>/refuser/", applicant.refuse, name="proposal_refuse"),
    path("bailleur/", landlord_lists.staff_home, name="staff_home"),
    path("bailleur/offres/", landlord_offers.staff_offers, name="staff_offers"),
    path(
        "bailleur/offres/export.csv",
        landlord_offers.offers_export,
        {"form": "csv"},
        name="offers_csv",
    ),
    path(
        "bailleur/offres/export.xlsx",
        landlord_offers.offers_export,
        {"form": "xlsx"},
        name="offers_xlsx",
    ),
    path("bailleur/offres/<uuid:public_id>/", landlord_lists.staff_offer, name="staff_offer"),
    path(
        "bailleur/offres/<uuid:public_id>/apercu/",
        landlord_offers.offer_preview,
        name="offer_preview",
    ),
    path("bailleur/residences/<uuid:public_id>/", landlord_homes.residence, name="residence"),
    path(
        "bailleur/residences/logements/<uuid:public_id>/", landlord_homes.dwelling, name="dwelling"
    ),
    path("bailleur/candidatures/", landlord_lists.inbox, name="staff_inbox"),
    path("bailleur/candidatures/<uuid:public_id>/", landlord.candidacy, name="staff_candidacy"),
    path("bailleur/candidatures/<uuid:public_id>/prendre/", landlord.take, name="staff_take"),
    path(
        "bailleur/candidatures/<uuid:public_id>/points/<slug:point>/",
        landlord.conclude,
        name="staff_point",
    ),
    path("bailleur/candidatures/<uuid:public_id>/pret/", landlord.ready, name="staff_ready"),
    path(
        "bailleur/candidatures/<uuid:public_id>/ecarter/",
        landlord.set_aside,
        name="staff_set_aside",
    ),
    path("bailleur/candidatures/<uuid:public_id>/retenir/", landlord.choose, name="staff_choose"),
    path(
        "bailleur/candidatures/<uuid:public_id>/condition/",
        landlord.meet_condition,
        name="staff_meet_condition",
    ),
    path("bailleur/candidatures/<uuid:public_id>/bail/", landlord.sign_lease, name="staff_lease"),
]
