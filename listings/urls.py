from django.urls import include, path

from .views import alerts, drawings, favourites, landlord_pictures, search, unsubscribe

urlpatterns = [
    path("images/<str:name>.webp", landlord_pictures.picture, name="picture"),
    path("bailleur/", include("listings.landlord_urls")),
    path("logements/", search.offer_search, name="offer_search"),
    path("logements/<uuid:public_id>/favori/", favourites.keep, name="favourite"),
    path("mes-favoris/", favourites.my_favourites, name="my_favourites"),
    path("mes-alertes/", alerts.my_alerts, name="my_alerts"),
    path("mes-alertes/creer/", alerts.create_alert, name="alert_create"),
    path("mes-alertes/pause/", alerts.pause_alerts, name="alerts_pause"),
    path("mes-alertes/<uuid:public_id>/", alerts.edit_alert, name="alert"),
    path("mes-alertes/<uuid:public_id>/supprimer/", alerts.delete_alert, name="alert_delete"),
    path("alertes/arreter/<uuid:token>/", unsubscribe.unsubscribe, name="alerts_unsubscribe"),
    path("dessins/residences/<uuid:public_id>.svg", drawings.facade, name="facade"),
    path("dessins/logements/<uuid:public_id>.svg", drawings.plan, name="plan"),
]
