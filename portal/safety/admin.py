"""People, groups and the audit log in the admin: for superusers only, and written down."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.safety import second_factor
from portal.safety.audit import record
from portal.safety.models import AuditAction, AuditEntry

# Secrets of other people's phones are nobody's business, a superuser's neither.
admin.site.unregister([TOTPDevice, StaticDevice, User, Group])


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that may be looked at, and neither added, changed nor deleted."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes."""
        return False


class SuperuserAdmin(admin.ModelAdmin[Any]):
    """What only superusers reach, so that nobody grants rights that they do not have.

    Each change is recorded with the rights that it gave and took.
    """

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Say who sees these in the menu."""
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say who may look."""
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say who may add."""
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say who may change."""
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say who may delete."""
        return _is_superuser(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, keeping in mind which rights there were before."""
        form.rights_before = _rights(self.model._default_manager.get(pk=obj.pk)) if change else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save groups and permissions, and record what is different from before."""
        super().save_related(request, form, formsets, change)
        before, after = form.rights_before, _rights(form.instance)
        lines = [] if change else [_("added")]
        for name in after:
            lines += _difference(name, before.get(name, set()), after[name])
        if lines:
            record(request.user, AuditAction.RIGHTS_CHANGED, form.instance, "\n".join(lines))

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Record what is about to be deleted."""
        for row in queryset:
            record(request.user, AuditAction.RIGHTS_CHANGED, row, _("deleted"))
        return super().log_deletions(request, queryset)


def _is_superuser(request: HttpRequest) -> bool:
    """Say whether an active superuser asks."""
    user = request.user
    return isinstance(user, User) and user.is_active and user.is_superuser


def _rights(row: User | Group) -> dict[str, set[str]]:
    """Give what a person or a group may do, by kind."""
    if isinstance(row, Group):
        return {_("permissions"): set(row.permissions.values_list("codename", flat=True))}
    flags = ("is_active", "is_staff", "is_superuser")
    return {
        _("name"): {row.username},
        _("status"): {flag for flag in flags if getattr(row, flag)},
        _("groups"): set(row.groups.values_list("name", flat=True)),
        _("permissions"): set(row.user_permissions.values_list("codename", flat=True)),
    }


def _difference(name: str, before: set[str], after: set[str]) -> list[str]:
    """Say what came and what went, in a line each."""
    lines = []
    if after - before:
        lines.append(f"{name} + {', '.join(sorted(after - before))}")
    if before - after:
        lines.append(f"{name} − {', '.join(sorted(before - after))}")
    return lines


@admin.register(User)
class PersonAdmin(SuperuserAdmin, UserAdmin[User]):
    """People who sign in."""

    list_display = ["username", "first_name", "last_name", "is_staff", "has_second_factor"]
    actions = ["remove_second_factor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Give people together with whether they have a second factor."""
        return super().get_queryset(request).prefetch_related("totpdevice_set")

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def has_second_factor(self, user: User) -> bool:
        """Say whether a person has set up a second factor."""
        devices = user.totpdevice_set.all()  # type: ignore[attr-defined]
        return any(device.confirmed for device in devices)

    @admin.action(
        description=gettext_lazy("Remove the second factor (for a lost phone)"),
        permissions=["change"],
    )
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Take the second factor of the chosen people away, so that they can set it up anew."""
        assert isinstance(request.user, User)
        count = sum(second_factor.remove(user, by=request.user) for user in queryset)
        text = ngettext(
            "The second factor of %(count)d person is removed.",
            "The second factor of %(count)d people is removed.",
            count,
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(Group)
class RoleAdmin(SuperuserAdmin, GroupAdmin):
    """Groups of people with the same rights."""


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The audit log: for superusers, and for whoever was given the right to look."""

    list_display = ["moment", "who", "action", "subject", "detail", "address_print"]
    list_filter = ["action", "moment"]
    search_fields = ["actor_name", "subject", "detail", "address_print"]
    date_hierarchy = "moment"
    fields = ["moment", "actor_name", "action", "subject", "detail", "address_print"]
    list_per_page = 100
    show_full_result_count = False

    @admin.display(description=gettext_lazy("who"), ordering="actor_name")
    def who(self, entry: AuditEntry) -> str:
        """Give who did it; a dash where nobody was signed in."""
        return entry.actor_name or "–"
