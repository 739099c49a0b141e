"""Markdown to safe HTML: rendered once, when a text is saved, and stored beside it."""

from html import escape
from typing import Any

import markdown
import nh3
from django.db import models

ALLOWED_TAGS = {
    "a", "abbr", "blockquote", "br", "caption", "code", "dd", "dl", "dt", "em", "h3", "h4", "hr",
    "li", "ol", "p", "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr",
    "ul",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "ol": {"start"},
    "th": {"scope", "colspan"},
    "td": {"colspan"},
}
ALLOWED_SCHEMES = {"http", "https", "mailto"}
# A page has its own h1 and h2: headings inside a text begin below them.
HEADINGS = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4"}


def render(text: str) -> str:
    """Give the HTML of a Markdown text, holding only harmless elements.

    Raw HTML in the text is parsed and cleaned like the rest; scripts, styles, images and frames
    disappear with their content or keep only their words.
    """
    try:
        html = markdown.markdown(text, extensions=["tables", "sane_lists", "abbr"])
    except RecursionError:  # lists in lists in lists: shown as it was typed
        html = f"<pre>{escape(text)}</pre>"
    for found, kept in HEADINGS.items():
        html = html.replace(f"<{found}>", f"<{kept}>").replace(f"</{found}>", f"</{kept}>")
    return nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes=ALLOWED_SCHEMES,
        link_rel="noopener noreferrer",
    )


class RenderedField(models.TextField[str, str]):
    """The sanitised HTML of a Markdown field on the same model, kept in step on every save.

    `source` is the name of the Markdown field. With `save(update_fields=[source])` name this field
    too.
    """

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs["editable"] = False
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Describe the field for migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs["source"] = self.source
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Render the source anew."""
        html = render(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, html)
        return html
