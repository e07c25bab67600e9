"""Notes in Django's admin; nothing imports this unless ADMIN is on."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import F
from django.http import HttpRequest

from app.notes.models import Note


@admin.register(Note)
class NoteAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # generic in the stubs only
    """Finds notes by their owner, and changes them as the API does."""

    list_display = ("id", "owner", "excerpt", "tags", "updated")
    list_per_page = 50
    show_full_result_count = False  # else each list counts the whole table
    ordering = ("-id",)
    search_fields = ("owner__exact",)  # what the index on owners answers
    search_help_text = "An owner, to the letter."
    fields = ("owner", "text", "tags", "id", "version", "created", "updated")
    readonly_fields = ("id", "version", "created", "updated")

    @admin.display(description="text")
    def excerpt(self, note: Note) -> str:
        """The beginning of the text."""
        return note.text[:60]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **named: Any) -> Any:
        if db_field.name == "text":
            named["widget"] = AdminTextareaWidget()
        field: Any = super().formfield_for_dbfield(db_field, request, **named)
        if db_field.name == "tags":
            field.required = False
        return field

    def save_model(self, request: HttpRequest, obj: Note, form: Any, change: bool) -> None:
        """Write what was changed and nothing else; the version counts on, for ETags follow it."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        obj.version = F("version") + 1
        obj.save(update_fields=[*form.changed_data, "version", "updated"])
