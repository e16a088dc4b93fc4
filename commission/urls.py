from django.urls import path

from .views import agenda, decisions, members, sessions

urlpatterns = [
    path("", sessions.commission_home, name="commission_home"),
    path("seances/creer/", sessions.create_session, name="session_create"),
    path("seances/<uuid:public_id>/", sessions.session, name="session"),
    path("seances/<uuid:public_id>/clore/", sessions.close, name="session_close"),
    path("candidats/<uuid:public_id>/", decisions.decide, name="decide"),
    path("candidats/<uuid:public_id>/retirer/", agenda.remove, name="agenda_remove"),
    path("preparer/<uuid:public_id>/", agenda.prepare, name="prepare"),
    path("gestion/", members.commissions, name="commissions"),
    path("gestion/creer/", members.create_commission, name="commission_create"),
    path("gestion/<uuid:public_id>/", members.commission, name="commission_manage"),
    path("gestion/<uuid:public_id>/modifier/", members.edit_commission, name="commission_edit"),
    path("gestion/<uuid:public_id>/nommer/", members.name_member, name="seat_invite"),
    path("membres/<uuid:public_id>/retirer/", members.end_seat, name="seat_end"),
    path(
        "invitations/<uuid:public_id>/annuler/",
        members.revoke_invitation,
        name="seat_invitation_revoke",
    ),
    path("invitation/<str:secret>/", members.invitation, name="seat_invitation"),
]
