from django.urls import path

from .views import ceilings, simulator

urlpatterns = [
    path("mes-droits/", simulator.simulator, name="simulator"),
    path("mes-droits/resultat/", simulator.simulator_result, name="simulator_result"),
    path("mes-droits/garder/", simulator.keep_simulation, name="simulator_keep"),
    path("plateforme/plafonds/", ceilings.home, name="ceilings"),
    path("plateforme/plafonds/charger/", ceilings.load, name="ceilings_load"),
    path("plateforme/plafonds/exemple.csv", ceilings.example, name="ceilings_example"),
    path(
        "plateforme/plafonds/<uuid:public_id>/", ceilings.publication, name="ceilings_publication"
    ),
    path(
        "plateforme/plafonds/<uuid:public_id>/publier/", ceilings.publish, name="ceilings_publish"
    ),
    path(
        "plateforme/plafonds/<uuid:public_id>/retirer/", ceilings.withdraw, name="ceilings_withdraw"
    ),
    path(
        "plateforme/plafonds/<uuid:public_id>/reprendre/", ceilings.resume, name="ceilings_resume"
    ),
    path(
        "plateforme/plafonds/<uuid:public_id>/avancement/",
        ceilings.progress,
        name="ceilings_progress",
    ),
    path(
        "plateforme/plafonds/<uuid:public_id>/droits.csv", ceilings.changes, name="ceilings_changes"
    ),
]
