from django.urls import path

from . import views

urlpatterns = [
    path("", views.commission_home, name="commission_home"),
    path("seances/creer/", views.create_session, name="session_create"),
    path("seances/<uuid:public_id>/", views.session, name="session"),
    path("seances/<uuid:public_id>/clore/", views.close, name="session_close"),
    path("candidats/<uuid:public_id>/", views.decide, name="decide"),
    path("preparer/<uuid:public_id>/", views.prepare, name="prepare"),
]
