"""The form of a case: its words and countries are read with few queries."""

from collections import defaultdict
from collections.abc import Container
from typing import Any

from django.db.models import (
    CharField,
    Exists,
    Model,
    OuterRef,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast
from django.forms.models import ModelChoiceIteratorValue

from casestudies.models import (
    CaseApproach,
    CasePartnershipType,
    CaseStudy,
    CaseTheme,
    Collection,
    Country,
)
from portal.curation.desk import RecordForm
from portal.desk.widgets import is_told, tell

LINKS = {"themes": CaseTheme, "partnership_types": CasePartnershipType, "approaches": CaseApproach}


LISTS = {"countries": Country, "collection": Collection}
Words = dict[str, list[tuple[Any, bool]]]


def _words(name: str, model: type[Model], chosen: Any, **absent: Any) -> QuerySet[Any, Any]:
    """Give the words of one vocabulary as rows that can stand beside those of any other."""
    rows: QuerySet[Any, Any] = (
        model._default_manager.order_by()
        .annotate(
            of=Value(name, output_field=CharField()),
            key=Cast("pk", CharField()),
            chosen=chosen,
            **absent,
        )
        .values_list("of", "position", "name", "key", "definition", "chosen")
    )
    return rows


def words_for(case: CaseStudy | None, lists: Container[str]) -> Words:
    """Give all terms of each vocabulary in order, and whether the case has them. One query.

    Countries are those of the case alone, unless they are among the lists that a form shows whole.
    """
    key = case and case.pk
    queries = [
        _words(
            name,
            link.tag_model(),
            Exists(link.objects.filter(tag=OuterRef("pk"), content_object=key)),
        )
        for name, link in LINKS.items()
    ]
    of_case = CaseStudy.countries.through._default_manager.filter(casestudy=key)
    is_there = Exists(of_case.filter(country=OuterRef("pk")))
    none, first = Value("", output_field=TextField()), Value(0)
    countries = _words("countries", Country, is_there, position=first, definition=none)
    queries.append(countries if "countries" in lists else countries.filter(chosen=True))
    if "collection" in lists:
        queries.append(_words("collection", Collection, Value(False), definition=none))
    words = defaultdict(list)
    models = {name: link.tag_model() for name, link in LINKS.items()} | LISTS
    for of, _position, name, pk, definition, chosen in sorted(queries[0].union(*queries[1:])):
        values = {"name": name, "definition": definition} if of in LINKS else {"name": name}
        word = models[of](pk=models[of]._meta.pk.to_python(pk), **values)
        words[of].append((word, bool(chosen)))
    return words


class CaseForm(RecordForm):
    """A case without its rows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        case = kwargs.get("instance")
        own: dict[str, Any] = self.base_fields
        lists = {name for name in LISTS if name in own and not is_told(own[name])}
        words = words_for(case, lists)
        if case is not None and case.pk:
            fetched = {name: [w for w, chosen in words[name] if chosen] for name in LINKS}
            if not args and "data" not in kwargs:
                fetched["countries"] = [w for w, chosen in words["countries"] if chosen]
            case.__dict__.setdefault("_prefetched_objects_cache", {}).update(fetched)
        super().__init__(*args, **kwargs)
        if case is not None:
            # What is only good for filling in the form must not answer for the record later.
            for name in LINKS.keys() & self.fields.keys():
                case.__dict__.get("_prefetched_objects_cache", {}).pop(name, None)
        for name in [*LINKS, *lists]:
            if name in self.fields:
                field: Any = self.fields[name]
                listed = [
                    (ModelChoiceIteratorValue(word.pk, word), str(word)) for word, _c in words[name]
                ]
                empty = [("", field.empty_label)] if field.empty_label is not None else []
                field.choices = [*empty, *listed]
        if not self.is_bound and "countries" in self.fields:
            countries = self.initial.get("countries", [])
            tell(self.fields["countries"], {c.pk: c for c in countries})
