from django.urls import path

from .views import applicant, seal, staff, trust

urlpatterns = [
    path("mon-dossier/pieces/", applicant.pieces, name="pieces"),
    path("mon-dossier/pieces/consultations/", applicant.views, name="piece_views"),
    path("mon-dossier/pieces/fichiers/<uuid:public_id>/", applicant.file, name="piece_file"),
    path(
        "mon-dossier/pieces/fichiers/<uuid:public_id>/retirer/",
        applicant.remove_file,
        name="piece_file_remove",
    ),
    path("mon-dossier/pieces/sceaux/<uuid:public_id>/", seal.confirm, name="seal_confirm"),
    path("mon-dossier/pieces/voir/<slug:mark>/", applicant.told, name="piece_told"),
    path(
        "mon-dossier/pieces/voir/<slug:mark>/<uuid:member_id>/",
        applicant.told,
        name="piece_of_member_told",
    ),
    path("mon-dossier/pieces/<slug:code>/", applicant.piece, name="piece"),
    path(
        "mon-dossier/pieces/<slug:code>/<uuid:member_id>/", applicant.piece, name="piece_of_member"
    ),
    path("bailleur/pieces/", staff.queue, name="staff_pieces"),
    path("bailleur/pieces/<uuid:public_id>/", staff.check, name="staff_piece"),
    path(
        "bailleur/pieces/fichiers/<uuid:public_id>/pages/<int:number>/",
        staff.page,
        name="staff_piece_page",
    ),
    path(
        "bailleur/pieces/fichiers/<uuid:public_id>/original/",
        staff.original,
        name="staff_piece_original",
    ),
    path("bailleur/dossiers/<uuid:public_id>/pieces/", staff.dossier, name="staff_dossier_pieces"),
    path("bailleur/dossiers/<uuid:public_id>/pieces/demander/", staff.ask, name="staff_pieces_ask"),
    path(
        "bailleur/pieces/demandes/<uuid:public_id>/retirer/",
        staff.withdraw_request,
        name="staff_request_withdraw",
    ),
    path("plateforme/sceaux/", trust.home, name="trust"),
    path("plateforme/sceaux/charger/", trust.load, name="trust_load"),
    path("plateforme/sceaux/<uuid:public_id>/", trust.trust_list, name="trust_list"),
    path("plateforme/sceaux/<uuid:public_id>/appliquer/", trust.apply, name="trust_apply"),
    path("plateforme/sceaux/<uuid:public_id>/ecarter/", trust.leave, name="trust_leave"),
]
