from django.urls import include, path

from .views import drawings, landlord_pictures, search

urlpatterns = [
    path("images/<str:name>.webp", landlord_pictures.picture, name="picture"),
    path("bailleur/", include("listings.landlord_urls")),
    path("logements/", search.offer_search, name="offer_search"),
    path("dessins/residences/<uuid:public_id>.svg", drawings.facade, name="facade"),
    path("dessins/logements/<uuid:public_id>.svg", drawings.plan, name="plan"),
]
