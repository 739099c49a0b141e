"""Fields of the desk's forms: texts that are counted and previewed, words with their definitions.

Everything works without scripts; static/desk/ makes it live.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import (
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)


class CountedTextarea(forms.Textarea):
    """A short text with a limit: shows how many characters are left."""

    template_name = "desk/counted_textarea.html"

    class Media:
        js = ["desk/texts.js"]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the length of the text."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["length"] = len(str(value or ""))
        context["widget"]["limit"] = context["widget"]["attrs"].get("maxlength")
        return context


class MarkdownTextarea(forms.Textarea):
    """A text in Markdown: counts its words and shows how it will look.

    `preview` is the address that renders a text (portal.desk.preview).
    """

    template_name = "desk/markdown_textarea.html"

    class Media:
        js = ["desk/texts.js"]

    def __init__(self, preview: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 12, "class": "vLargeTextField", **(attrs or {})})
        self.preview = preview

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the number of words and where previews are made."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["words"] = len(str(value or "").split())
        context["widget"]["preview"] = self.preview
        return context


class DefinedCheckboxes(forms.CheckboxSelectMultiple):
    """Check boxes of a vocabulary's terms, each with its definition to fold out."""

    option_template_name = "desk/defined_option.html"

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the definition."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        option["definition"] = getattr(getattr(value, "instance", None), "definition", "")
        return option


class _Known(AutocompleteMixin):
    """Autocompletion that asks the database only for what it has not been told.

    `known` maps values to labels. A form with many rows would otherwise ask once a row.
    """

    known: Mapping[str, str] = {}

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        """Give the chosen options."""
        chosen = [item for item in value if item]
        if not all(item in self.known for item in chosen):
            return super().optgroups(name, value, attr)
        widget: Any = self
        is_clearable = not (widget.is_required or widget.allow_multiple_selected)
        listed = [("", "")] if is_clearable else []
        listed += [(item, self.known[item]) for item in chosen]
        options = [
            widget.create_option(name, item, label, item in chosen, index)
            for index, (item, label) in enumerate(listed)
        ]
        return [(None, options, 0)]


class KnownAutocomplete(_Known, AutocompleteSelect):
    """Choose one by typing."""


class KnownAutocompleteMultiple(_Known, AutocompleteSelectMultiple):
    """Choose several by typing."""


def is_told(field: forms.Field) -> bool:
    """Say whether a field can be told what its values are called."""
    return isinstance(_inner(field), _Known)


def is_listed(field: forms.Field) -> bool:
    """Say whether a field lists everything that could be chosen, as the database holds it."""
    is_select = isinstance(_inner(field), forms.Select) and not is_told(field)
    return is_select and isinstance(field, forms.ModelChoiceField)


def tell(field: forms.Field, known: Mapping[Any, Any]) -> None:
    """Tell an autocompleting field what its values are called: a mapping of key to label."""
    _inner(field).known = {str(key): str(label) for key, label in known.items()}


def _inner(field: forms.Field) -> Any:
    """Give the widget itself, from within Django's wrapper with its add button."""
    return getattr(field.widget, "widget", field.widget)
