from django.contrib import admin

from alin.kit.reading import ReadOnlyAdmin

from .models import Commune, Departement


@admin.register(Commune)
class CommuneAdmin(ReadOnlyAdmin):
    list_display = ["insee_code", "name", "departement", "zone_abc", "zone_123", "ceilings_zone"]
    list_filter = ["zone_abc", "zone_123", "ceilings_zone"]
    list_select_related = ["departement"]
    search_fields = ["insee_code", "name"]
    show_full_result_count = False


@admin.register(Departement)
class DepartementAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "region_name"]
