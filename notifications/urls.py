from django.urls import path

from . import views

urlpatterns = [
    path("messages/", views.notices, name="notices"),
    path("messages/<uuid:public_id>/ouvrir/", views.open_notice, name="notice_open"),
    path("messages/tout-lu/", views.mark_all_read, name="notices_read"),
]
