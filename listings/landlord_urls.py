"""The landlord's stock and offers, below /bailleur/."""

from django.urls import path

from .views import landlord_imports as imports
from .views import landlord_offers as offers
from .views import landlord_pictures as pictures
from .views import landlord_stock as stock

urlpatterns = [
    path("residences/", stock.residences, name="residences"),
    path("residences/nouvelle/", stock.residence_create, name="residence_create"),
    path("residences/<uuid:public_id>/modifier/", stock.residence_edit, name="residence_edit"),
    path("residences/<uuid:public_id>/supprimer/", stock.residence_delete, name="residence_delete"),
    path(
        "residences/<uuid:public_id>/logements/nouveau/",
        stock.dwelling_create,
        name="dwelling_create",
    ),
    path(
        "residences/logements/<uuid:public_id>/modifier/", stock.dwelling_edit, name="dwelling_edit"
    ),
    path(
        "residences/logements/<uuid:public_id>/supprimer/",
        stock.dwelling_delete,
        name="dwelling_delete",
    ),
    path("offres/nouvelle/<uuid:public_id>/", offers.offer_create, name="offer_create"),
    path(
        "residences/<uuid:public_id>/images/",
        pictures.residence_pictures,
        name="residence_pictures",
    ),
    path(
        "residences/logements/<uuid:public_id>/images/",
        pictures.dwelling_pictures,
        name="dwelling_pictures",
    ),
    path(
        "residences/images/<uuid:public_id>/supprimer/",
        pictures.picture_delete,
        name="picture_delete",
    ),
    path("residences/import/", imports.stock_import, name="stock_import"),
    path(
        "residences/import/<uuid:public_id>/",
        imports.stock_import_result,
        name="stock_import_result",
    ),
    path(
        "residences/import/modele.csv",
        imports.import_template,
        {"form": "csv"},
        name="import_template_csv",
    ),
    path(
        "residences/import/modele.xlsx",
        imports.import_template,
        {"form": "xlsx"},
        name="import_template_xlsx",
    ),
    path("residences/parc.csv", stock.stock_export, {"form": "csv"}, name="stock_export_csv"),
    path("residences/parc.xlsx", stock.stock_export, {"form": "xlsx"}, name="stock_export_xlsx"),
    path("offres/nouvelle/", offers.offer_new, name="offer_new"),
    path("offres/<uuid:public_id>/modifier/", offers.offer_edit, name="offer_edit"),
    path("offres/<uuid:public_id>/publier/", offers.offer_publish, name="offer_publish"),
    path("offres/<uuid:public_id>/prolonger/", offers.offer_extend, name="offer_extend"),
    path("offres/<uuid:public_id>/clore/", offers.offer_close, name="offer_close"),
    path("offres/<uuid:public_id>/archiver/", offers.offer_archive, name="offer_archive"),
    path("offres/<uuid:public_id>/dupliquer/", offers.offer_duplicate, name="offer_duplicate"),
    path("offres/<uuid:public_id>/historique/", offers.offer_history, name="offer_history"),
]
