from django.urls import path

from . import views

urlpatterns = [
    path("mes-droits/", views.simulator, name="simulator"),
    path("mes-droits/resultat/", views.simulator_result, name="simulator_result"),
    path("mes-droits/garder/", views.keep_simulation, name="simulator_keep"),
]
