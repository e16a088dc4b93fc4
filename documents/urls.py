from django.urls import path

from .views import applicant

urlpatterns = [
    path("mon-dossier/pieces/", applicant.pieces, name="pieces"),
    path("mon-dossier/pieces/consultations/", applicant.views, name="piece_views"),
    path("mon-dossier/pieces/fichiers/<uuid:public_id>/", applicant.file, name="piece_file"),
    path(
        "mon-dossier/pieces/fichiers/<uuid:public_id>/retirer/",
        applicant.remove_file,
        name="piece_file_remove",
    ),
    path("mon-dossier/pieces/<slug:code>/", applicant.piece, name="piece"),
    path(
        "mon-dossier/pieces/<slug:code>/<uuid:member_id>/", applicant.piece, name="piece_of_member"
    ),
]
