"""What a person may do, read at once: every page of the desk asks for it."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q


class RightsBackend(ModelBackend):
    """Django's own backend, with the rights of a person and of their groups in one query."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Give all rights as "app.codename"; none for an object, as in Django's own."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if user_obj.is_superuser:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_all_rights"):
            own = Q(user=user_obj) | Q(group__user=user_obj)
            rows = Permission.objects.filter(own).order_by()
            named = rows.values_list("content_type__app_label", "codename").distinct()
            user_obj._all_rights = {f"{app}.{codename}" for app, codename in named}
        rights: set[str] = user_obj._all_rights
        return rights
