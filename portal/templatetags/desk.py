"""The first page of the desk: its cards, and the list of models as curators think of it."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context

from portal.desk.dashboard import Card, Text, cards_for, grouped

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_cards(context: Context) -> list[Card]:
    """Give the cards that the person sees."""
    return cards_for(context["request"])


@register.filter
def desk_groups(app_list: Iterable[dict[str, Any]]) -> list[tuple[Text, list[dict[str, Any]]]]:
    """Give the models of Django's list of apps under headings."""
    return grouped(app_list)
