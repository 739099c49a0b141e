"""Model fields for short lists: stored as JSON, edited as check boxes or as lines of text."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class ChoicesField(models.JSONField):
    """Several values of one closed list, as a list of strings in the list's own order."""

    def __init__(
        self, *args: Any, options: type[models.TextChoices] | None = None, **kwargs: Any
    ) -> None:
        self.options = options
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse what is not in the list, or in it twice."""
        super().validate(value, model_instance)
        known = self.options.values if self.options else []
        unknown = [str(item) for item in value if item not in known]
        if unknown:
            raise ValidationError(_("Not in the list: %(values)s"), params={"values": unknown})
        if len(set(value)) != len(value):
            raise ValidationError(_("A value stands in the list twice."))

    def formfield(self, **kwargs: Any) -> Any:
        """Give check boxes."""
        return forms.MultipleChoiceField(
            choices=self.options.choices if self.options else [],
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=kwargs.get("help_text", self.help_text),
        )


class LinesFormField(forms.CharField):
    """A text box that holds one item a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Read lines as a list, without empty ones."""
        if isinstance(value, list):
            return value
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare lists, not their spelling."""
        return bool((initial or []) != self.to_python(data))


class PlainEncoder(json.JSONEncoder):
    """Writes letters as they are, so that a database can search for “Houndé”."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "ensure_ascii": False})


class LinesField(models.JSONField):
    """A short list of texts in a given order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs["encoder"] = PlainEncoder
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse anything but a list of texts that are not empty."""
        super().validate(value, model_instance)
        if not isinstance(value, list) or not all(_is_text(item) for item in value):
            raise ValidationError(_("Give a list of texts, none of them empty."))

    def formfield(self, **kwargs: Any) -> Any:
        """Give a text box with one item a line."""
        return LinesFormField(
            required=not self.blank,
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=kwargs.get("help_text", self.help_text) or _("One item a line."),
        )


class AddressesField(LinesField):
    """A short list of web addresses."""

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse anything but addresses of pages on the web."""
        super().validate(value, model_instance)
        for item in value:
            URLValidator(schemes=["http", "https"])(item)


def _is_text(item: object) -> bool:
    return isinstance(item, str) and bool(item.strip())


def labels(options: type[models.TextChoices], values: Iterable[str]) -> list[str]:
    """Give the labels of some values of a closed list, in the list's order."""
    chosen = set(values)
    return [str(label) for value, label in options.choices if value in chosen]
