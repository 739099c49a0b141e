"""How perspectives are found by text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

import contributions.dialogues.search  # noqa: F401
from casestudies.models import Country, PartnershipType, Theme
from contributions.models import (
    Organisation,
    Perspective,
    PerspectivePartnershipType,
    PerspectiveSource,
    PerspectiveTheme,
    ReplyInvitation,
)
from portal.search import Document, SearchIndex, register
from portal.search.declaration import Keys
from portal.text import joined

Texts = defaultdict[int, list[str]]
LINKS = (PerspectiveTheme, PerspectivePartnershipType)


def _documents(keys: Keys | None) -> Iterator[Document]:
    """Give the documents of the published perspectives among some, or of all. Four queries."""
    perspectives = Perspective.objects.published()
    if keys is not None:
        perspectives = perspectives.filter(pk__in=keys)
    names: Texts = defaultdict(list)
    sources: Texts = defaultdict(list)
    for link in LINKS:
        tags = link.objects.filter(content_object__in=perspectives).order_by("tag__position")
        for perspective, name in tags.values_list("content_object", "tag__name"):
            names[perspective].append(name)
    cited = PerspectiveSource.objects.filter(perspective__in=perspectives)
    rows = cited.order_by("perspective", "position")
    for perspective, title, publisher in rows.values_list("perspective", "title", "publisher"):
        sources[perspective] += [title, publisher]
    for row in perspectives.select_related("organisation__country", "speaker_country").order_by(
        "pk"
    ):
        country = row.country
        where = [country.name, *country.aliases] if country else []
        yield Document(
            row.pk,
            row.title,
            row.speaker,
            joined([*where, *names[row.pk]]),
            joined([row.body, row.note]),
            joined(sources[row.pk]),
        )


def _rows(keys: Keys) -> Mapping[int, Perspective]:
    rows: Mapping[int, Perspective] = Perspective.objects.published().for_cards().in_bulk(keys)
    return rows


def _tagged(row: Any) -> Iterable[int]:
    return [row.content_object_id]


def _all_tagged(row: Any) -> Iterable[int]:
    """Give the perspectives that carry a term."""
    return set(row.perspective_items.values_list("content_object", flat=True))


def _of_organisation(organisation: Organisation) -> Iterable[int]:
    return set(organisation.perspectives.values_list("pk", flat=True))


def _from_country(country: Country) -> Iterable[int]:
    said_there = Q(organisation__country=country) | Q(speaker_country=country)
    found = Perspective.objects.filter(said_there)
    return set(found.values_list("pk", flat=True))


PERSPECTIVE_INDEX = register(
    SearchIndex(
        name="perspectives",
        label=_("Perspectives"),
        documents=_documents,
        parts={
            Perspective: lambda perspective: [perspective.pk],
            ReplyInvitation: lambda invitation: [invitation.perspective_id],
            PerspectiveSource: lambda source: [source.perspective_id],
            **dict.fromkeys(LINKS, _tagged),
        },
        labels={
            Organisation: _of_organisation,
            Country: _from_country,
            Theme: _all_tagged,
            PartnershipType: _all_tagged,
        },
        list_url="perspectives",
        rows=_rows,
        template="contributions/_card.html",
    ),
    order=30,
)
