"""The portal's addresses, and the page that others are compared with."""

from django.urls import include, path

from .search import bare

urlpatterns = [path("banc/", bare), path("", include("alin.urls"))]
