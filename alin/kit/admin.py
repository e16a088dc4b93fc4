from django.contrib import admin

from .models import JobRun, JournalAnchor, JournalEntry
from .reading import ReadOnlyAdmin


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "chain", "sequence", "event", "actor_label", "organisation_label"]
    list_filter = ["event"]
    search_fields = ["chain", "actor_label"]
    ordering = ["-at"]
    show_full_result_count = False


@admin.register(JournalAnchor)
class JournalAnchorAdmin(ReadOnlyAdmin):
    list_display = ["day", "chains", "entries", "digest"]


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["job", "period", "started_at", "ended_at", "handled"]
    list_filter = ["job"]
