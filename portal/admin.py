"""What the admins of all apps share: rows in an order, and the look of the desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import F
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from portal.changes import change

# Far beyond any real list, so that rows can be parked while they change places.
PARKED = 10_000

admin.site.site_header = _("Common Ground: curation")
admin.site.site_title = _("Common Ground")
admin.site.index_title = _("The library")


class OrderedForm(forms.ModelForm[Any]):
    """A row with an editable place in its list, counted from 1. An empty place means last."""

    order = forms.IntegerField(label=_("Order"), required=False, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["order"] = self.instance.position + 1
        self.fields["order"].widget.attrs["size"] = 3


class OrderedFormSet(BaseInlineFormSet[Any, Any, Any]):
    """Rows that are numbered anew, without gaps, whenever one of them changes."""

    def save(self, commit: bool = True) -> list[Any]:
        """Save, delete and renumber, all or nothing."""
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
        with transaction.atomic():
            for row in self.deleted_objects:
                row.delete()
            rows = type(self.empty_form.instance)._default_manager
            siblings = rows.filter(**{self.fk.name: self.instance})
            siblings.update(position=F("position") + PARKED)
            for position, form in enumerate(kept):
                form.instance.position = position
                setattr(form.instance, self.fk.name, self.instance)
                form.instance.save()
        return saved


class OrderedInline(admin.TabularInline[Any, Any]):
    """Ordered rows of a record, in a table. Subclasses name the model."""

    form = OrderedForm
    formset = OrderedFormSet
    exclude = ["position"]
    extra = 0
    formfield_overrides = {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2})},
        models.URLField: {"assume_scheme": "https"},
    }


class ContentAdmin(admin.ModelAdmin[Any]):
    """A record of the library. One form or action is one change of the corpus."""

    def changeform_view(self, *args: Any, **kwargs: Any) -> Any:
        """Add or change a record with all its rows."""
        with change():
            return super().changeform_view(*args, **kwargs)

    def changelist_view(self, *args: Any, **kwargs: Any) -> Any:
        """List records, or carry out an action on some."""
        with change():
            return super().changelist_view(*args, **kwargs)

    def delete_view(self, *args: Any, **kwargs: Any) -> Any:
        """Delete a record with all its rows."""
        with change():
            return super().delete_view(*args, **kwargs)


class PublishableAdmin(ContentAdmin):
    """A record with a publication state: what its lists and forms have in common."""

    show_facets = admin.ShowFacets.ALWAYS
    readonly_fields = ["created_at", "updated_at", "published_at"]
    save_on_top = True
    list_per_page = 50

    PUBLICATION: Any = (
        _("Publication"),
        {"fields": ["state", "created_at", "updated_at", "published_at"]},
    )
