from django.contrib import admin

from alin.kit.reading import ReadOnlyAdmin

from .models import Ceiling, Parameter


@admin.register(Ceiling)
class CeilingAdmin(ReadOnlyAdmin):
    """Each figure with how sure it is and where it was read."""

    list_display = ["year", "funding", "zone", "category", "amount_eur", "status"]
    list_filter = ["year", "funding", "zone", "status"]
    search_fields = ["source"]


@admin.register(Parameter)
class ParameterAdmin(ReadOnlyAdmin):
    list_display = ["name", "value", "valid_from"]
    search_fields = ["name", "source"]
