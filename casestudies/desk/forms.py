"""The form of a case: its words and countries are read with few queries."""

from collections import defaultdict
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Value, prefetch_related_objects
from django.forms.models import ModelChoiceIteratorValue

from casestudies.models import (
    CaseApproach,
    CasePartnershipType,
    CaseStudy,
    CaseTheme,
)
from portal.curation.desk import RecordForm
from portal.desk.widgets import tell

LINKS = {"themes": CaseTheme, "partnership_types": CasePartnershipType, "approaches": CaseApproach}


def words_for(case: CaseStudy | None) -> dict[str, list[tuple[Any, bool]]]:
    """Give all terms of each vocabulary in order, and whether the case has them. One query."""
    queries = [
        link.tag_model()
        .objects.order_by()
        .annotate(
            of=Value(name, output_field=CharField()),
            chosen=Exists(link.objects.filter(tag=OuterRef("pk"), content_object=case and case.pk)),
        )
        .values_list("of", "position", "name", "pk", "definition", "chosen")
        for name, link in LINKS.items()
    ]
    words = defaultdict(list)
    for of, _position, name, key, definition, chosen in sorted(queries[0].union(*queries[1:])):
        term = LINKS[of].tag_model()(pk=key, name=name, definition=definition)
        words[of].append((term, bool(chosen)))
    return words


class CaseForm(RecordForm):
    """A case without its rows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        case = kwargs.get("instance")
        words = words_for(case)
        if case is not None and case.pk:
            if not args and "data" not in kwargs:
                prefetch_related_objects([case], "countries")  # the map shows them too
            fetched = {name: [t for t, chosen in words[name] if chosen] for name in LINKS}
            case.__dict__.setdefault("_prefetched_objects_cache", {}).update(fetched)
        super().__init__(*args, **kwargs)
        if case is not None:
            # What is only good for filling in the form must not answer for the record later.
            for name in LINKS.keys() & self.fields.keys():
                case.__dict__.get("_prefetched_objects_cache", {}).pop(name, None)
        for name in LINKS:
            if name in self.fields:
                field: Any = self.fields[name]
                field.choices = [
                    (ModelChoiceIteratorValue(term.pk, term), term.name) for term, _c in words[name]
                ]
        if not self.is_bound and "countries" in self.fields:
            countries = self.initial.get("countries", [])
            tell(self.fields["countries"], {c.pk: c for c in countries})
