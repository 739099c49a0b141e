"""Text search: the one door between a visitor's words and the records that hold them."""

from portal.facets.declaration import Catalogue
from portal.text import fold


def search(catalogue: Catalogue, text: str) -> list[int]:
    """Give the primary keys of the published records that hold every word, best match first.

    Case and accents do not matter. A word counts by the weightiest text that holds it: the title
    before the summary, the summary before the rest. One or two queries.
    """
    words = fold(text).split()
    scored = []
    for key, texts in catalogue.documents():
        folded = [fold(part) for part in texts]
        places = [
            next((place for place, part in enumerate(folded) if word in part), None)
            for word in words
        ]
        found = [place for place in places if place is not None]
        if len(found) == len(words):
            scored.append((sum(found), key))
    return [key for _score, key in sorted(scored)]
