from django.urls import path

from . import views

urlpatterns = [
    path("logements/", views.offer_search, name="offer_search"),
    path("dessins/residences/<uuid:public_id>.svg", views.facade, name="facade"),
    path("dessins/logements/<uuid:public_id>.svg", views.plan, name="plan"),
]
