"""The block list in the admin."""

from typing import Any

from django.contrib import admin

from portal.sending.models import Blocked


@admin.register(Blocked)
class BlockedAdmin(admin.ModelAdmin[Any]):
    """Words and origins whose senders wait in the slower queue."""

    desk_group = "table"
    list_display = ["value", "kind", "note", "made_at"]
    list_filter = ["kind"]
    search_fields = ["value", "note"]
