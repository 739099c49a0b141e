"""What the admins of all apps share: rows in an order, and the look of the desk."""

from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import F
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from portal.changes import change
from portal.curation.desk import RecordAdmin
from portal.desk.forms import KnownForm
from portal.desk.options import DeskAdmin, DeskInline
from portal.desk.widgets import is_listed
from portal.links import admin as links_admin  # noqa: F401  registers its models
from portal.links import cards as links_cards  # noqa: F401
from portal.safety import admin as safety_admin  # noqa: F401
from portal.sending import admin as sending_admin  # noqa: F401
from portal.spreadsheets.desk import SheetAdmin
from portal.sync import PARKED

admin.site.site_header = _("Common Ground: curation")
admin.site.site_title = _("Common Ground")
admin.site.index_title = _("The library")
# taggit's own open vocabulary is not used; ours are closed (portal/tagging.py).
admin.site.unregister(Tag)


class OrderedForm(KnownForm):
    """A row with an editable place in its list, counted from 1. An empty place means last."""

    order = forms.IntegerField(label=_("Order"), required=False, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["order"] = self.instance.position + 1
        self.fields["order"].widget.attrs["size"] = 3
        for field in self.fields.values():
            # A table has its labels in its head, where a screen reader does not look for them.
            field.widget.attrs.setdefault("aria-label", field.label)


class OrderedFormSet(BaseInlineFormSet[Any, Any, Any]):
    """Rows that are numbered anew, without gaps, whenever one of them changes.

    `recreates` says that changed rows are written as new ones: where two rows exchange values that
    must be unique, neither could be changed before the other.
    """

    recreates = False

    @cached_property
    def empty_form(self) -> Any:
        """The row by which others are added, made once: the admin asks for it several times."""
        return super().empty_form

    @cached_property
    def lists(self) -> dict[str, list[Any]]:
        """What the fields of a row list, read once for all rows."""
        return {}

    def add_fields(self, form: Any, index: int | None) -> None:
        """Give the box that deletes a row a name, as the other fields have one; share the lists."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = _("Delete")
        for name, field in form.fields.items():
            if is_listed(field):
                if name not in self.lists:
                    self.lists[name] = list(iter(field.choices))  # not counted first
                field.choices = self.lists[name]

    def save(self, commit: bool = True) -> list[Any]:
        """Save, delete and renumber, all or nothing. Rows that others added meanwhile come last.

        Raises ValueError for commit=False: the order is only known when everything is written.
        """
        if not commit:
            raise ValueError("ordered rows are saved at once")
        saved = super().save(commit=False)
        if not self.has_changed():
            return saved
        kept = [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form.instance.pk or form.has_changed())
        ]
        last = len(kept) + PARKED
        kept.sort(key=lambda form: form.cleaned_data.get("order") or last)
        rows = type(self.empty_form.instance)._default_manager
        siblings = rows.filter(**{self.fk.name: self.instance})
        with transaction.atomic():
            for row in self.deleted_objects:
                row.delete()
            for form in kept if self.recreates else ():
                if form.instance.pk and form.has_changed():
                    rows.filter(pk=form.instance.pk).delete()
                    form.instance.pk = None
                    form.instance._state.adding = True
            siblings.update(position=F("position") + PARKED)
            for position, form in enumerate(kept):
                form.instance.position = position
                setattr(form.instance, self.fk.name, self.instance)
                form.instance.save()
            others = siblings.filter(position__gte=PARKED).order_by("position")
            for position, row in enumerate(others, start=len(kept)):
                row.position = position
                row.save()
        return saved


class RecreatedFormSet(OrderedFormSet):
    """Ordered rows that may exchange values which must be unique."""

    recreates = True


class OrderedInline(DeskInline):
    """Ordered rows of a record, in a table. Subclasses name the model."""

    form = OrderedForm
    formset = OrderedFormSet
    exclude = ["position"]
    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2})},
        # Not the admin's own field, which takes two more lines to repeat the address.
        models.URLField: {"assume_scheme": "https", "widget": forms.URLInput},
    }


class ContentAdmin(DeskAdmin):
    """A record of the library. One form or action that is sent is one change of the corpus."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Add or change a record with all its rows."""
        with _one_change(request):
            return super().changeform_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """List records, or carry out an action on some."""
        with _one_change(request):
            return super().changelist_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Delete a record with all its rows."""
        with _one_change(request):
            return super().delete_view(request, *args, **kwargs)


def _one_change(request: HttpRequest) -> AbstractContextManager[Any]:
    """Give one change for what is sent; looking at a page takes no lock."""
    return nullcontext() if request.method in ("GET", "HEAD") else change()


class PublishableAdmin(RecordAdmin, SheetAdmin, ContentAdmin):
    """A record with a publication state: what its lists and forms have in common."""

    show_facets = admin.ShowFacets.ALWAYS
    readonly_fields = ["state", "created_at", "updated_at", "published_at"]
    save_on_top = True
    list_per_page = 50

    PUBLICATION: Any = (
        _("Publication"),
        {
            "fields": [
                ("change_reason", "seen_edition"),
                ("state", "created_at", "updated_at", "published_at"),
            ]
        },
    )
