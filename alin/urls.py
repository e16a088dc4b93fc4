"""The map of the site: three faces, one portal."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from . import components, demo, errors, health, home

urlpatterns = [
    path("", home.home, name="home"),
    path("bienvenue/", home.welcome, name="welcome"),
    path("espace/", home.switch_organisation, name="switch_organisation"),
    path("compte/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("eligibility.urls")),
    path("", include("listings.urls")),
    path("", include("documents.urls")),
    path("", include("applications.urls")),
    path("", include("notifications.urls")),
    path("commission/", include("commission.urls")),
    path("sante/vivant", health.alive, name="alive"),
    path("sante/pret", health.ready, name="ready"),
    path("admin/", admin.site.urls),
    path("composants/", components.components_page, name="components"),
]
if settings.DEMO:
    urlpatterns += [
        path("demo/entrer/", demo.enter, name="demo_login"),
        path("demo/courrier/", demo.mail, name="demo_mail"),
        path("demo/courrier/<str:message_id>/", demo.mail_message, name="demo_mail_message"),
    ]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
