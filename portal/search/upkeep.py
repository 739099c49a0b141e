"""Keeping the indexes in step with the tables: after a change, anew, and compared."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction

from portal.models import SearchWord
from portal.search.declaration import Document, SearchIndex
from portal.search.query import words_of
from portal.search.registry import all_indexes
from portal.search.store import store

BATCH = 1_000
LONGEST_WORD = 40


def refresh(index: SearchIndex, keys: Collection[int]) -> None:
    """Bring the documents of some records in line. Call inside the transaction of their change.

    Records that are not published, or are gone, leave the index.
    """
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        some = ordered[start : start + BATCH]
        old = {document.key: document for document in store().read(index.table, some)}
        new = {document.key: document for document in index.documents(some)}
        changed = [document for key, document in new.items() if old.get(key) != document]
        gone = [key for key in old if key not in new]
        store().put(index.table, changed)
        store().remove(index.table, gone)
        words = Counter[str]()
        for document in changed:
            words.update(_words(document))
        replaced = Counter[str]()
        for key in [*(document.key for document in changed if document.key in old), *gone]:
            replaced.update(_words(old[key]))
        words.subtract(replaced)
        _count_words(index.name, words)


def scrub() -> None:
    """Leave no word behind of what has left the indexes. After the transaction of the change."""
    for index in all_indexes():
        store().scrub(index.table)


def _words(document: Document) -> set[str]:
    """Give the different words of a document, for its vocabulary."""
    text = " ".join(document[1:])
    return {w for w in words_of(text) if len(w) <= LONGEST_WORD and not w.isdigit()}


def _count_words(index: str, changes: Counter[str]) -> None:
    """Change how many documents hold each word; words that none holds any more go."""
    changes = Counter({word: change for word, change in changes.items() if change})
    rows = SearchWord.objects.filter(index=index, word__in=changes) if changes else []
    known = {row.word: row for row in rows}
    for word, row in known.items():
        row.documents = max(0, row.documents + changes[word])
    new = [
        SearchWord(index=index, word=word, documents=change)
        for word, change in changes.items()
        if word not in known and change > 0
    ]
    SearchWord.objects.bulk_create(new, batch_size=BATCH)
    kept = [row for row in known.values() if row.documents]
    SearchWord.objects.bulk_update(kept, ["documents"], batch_size=BATCH)
    unused = [row.pk for row in known.values() if not row.documents]
    SearchWord.objects.filter(pk__in=unused).delete()


def rebuild(index: SearchIndex) -> int:
    """Write an index anew from the tables, all or nothing; give the number of documents."""
    words = Counter[str]()
    count = 0

    def counted(documents: Iterable[Document]) -> Iterator[Document]:
        nonlocal count
        for document in documents:
            words.update(_words(document))
            count += 1
            yield document

    with transaction.atomic():
        store().clear(index.table)
        SearchWord.objects.filter(index=index.name).delete()
        store().put(index.table, counted(index.documents(None)))
        rows = (
            SearchWord(index=index.name, word=word, documents=number)
            for word, number in words.items()
        )
        while batch := list(islice(rows, BATCH)):
            SearchWord.objects.bulk_create(batch)
    return count


@dataclass(frozen=True)
class Drift:
    """How an index differs from the tables: primary keys of records, and words."""

    missing: list[int]
    left_over: list[int]
    outdated: list[int]
    words: list[str]

    def __bool__(self) -> bool:
        return bool(self.missing or self.left_over or self.outdated or self.words)


def drift(index: SearchIndex) -> Drift:
    """Compare an index with the tables."""
    wanted = {document.key: document for document in index.documents(None)}
    present = {document.key: document for document in store().read(index.table)}
    words = Counter[str]()
    for document in wanted.values():
        words.update(_words(document))
    rows = SearchWord.objects.filter(index=index.name).values_list("word", "documents")
    counted = dict(rows)
    return Drift(
        missing=sorted(wanted.keys() - present.keys()),
        left_over=sorted(present.keys() - wanted.keys()),
        outdated=sorted(k for k in wanted.keys() & present.keys() if wanted[k] != present[k]),
        words=sorted(w for w in {*words, *counted} if words.get(w) != counted.get(w)),
    )
