from django.urls import path

from .views import drawings, search

urlpatterns = [
    path("logements/", search.offer_search, name="offer_search"),
    path("dessins/residences/<uuid:public_id>.svg", drawings.facade, name="facade"),
    path("dessins/logements/<uuid:public_id>.svg", drawings.plan, name="plan"),
]
