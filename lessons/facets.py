"""What lessons are browsed by. Declarations only: portal.facets counts."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from casestudies.facets import PARTNERSHIP_TYPES, THEMES
from casestudies.models import PartnershipType, Theme
from lessons.models import Lesson, LessonPartnershipType, LessonTheme
from lessons.search import LESSON_INDEX
from lessons.vocabulary import Audience
from portal.facets import Catalogue, Facet, Sort
from portal.facets.vocabularies import of_choices, of_links, of_list, of_terms
from portal.text import fold


def _by_number(row: Mapping[str, Any]) -> int:
    return int(row["number"])


def _by_title(row: Mapping[str, Any]) -> str:
    return fold(row["title"])


LESSONS = Catalogue(
    name="lessons",
    published=Lesson.objects.published,
    cards=lambda: Lesson.objects.published().for_cards(),
    columns=("number", "title"),
    facets=(
        Facet("theme", _("Theme"), of_terms(Theme), of_links(LessonTheme), words=THEMES),
        Facet(
            "sdg17",
            _("SDG 17 partnership type"),
            of_terms(PartnershipType),
            of_links(LessonPartnershipType),
            words=PARTNERSHIP_TYPES,
        ),
        Facet("audience", _("For whom"), of_choices(Audience), of_list(Lesson, "audiences")),
    ),
    sorts=(Sort("number", _("Number"), _by_number), Sort("title", _("Title"), _by_title)),
    index=LESSON_INDEX,
)
