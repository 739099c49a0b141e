"""“Did you mean”: the nearest words of the corpus for words that it does not hold."""

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from portal.corpus import CorpusState
from portal.models import SearchWord
from portal.search.declaration import SearchIndex
from portal.search.find import matching
from portal.search.query import Query, parse

SHORTEST_WORD = 4  # letters below which a correction would be a guess


def suggestion(index: SearchIndex, query: Query, state: CorpusState) -> str:
    """Give the search with unknown words replaced by the nearest known ones.

    Gives an empty text where every word is known, where nothing is near, or where the corrected
    search finds nothing either. A few queries, and only where a search found nothing.
    """
    if not query.words:
        return ""
    counts = dict(SearchWord.objects.filter(index=index.name).values_list("word", "documents"))
    corrected = [
        word if word in counts or _is_found(index, word) else _nearest(word, counts)
        for word in query.words
    ]
    text = " ".join(corrected)
    if corrected == list(query.words) or not all(corrected):
        return ""
    return text if matching(index, parse(text, index.name, state), ranked=False) else ""


def _is_found(index: SearchIndex, word: str) -> bool:
    """Say whether a word finds something although the corpus spells it otherwise: a plural, say."""
    return bool(matching(index, Query(wanted=(((word,),),)), ranked=False))


def _nearest(word: str, counts: dict[str, int]) -> str:
    """Give the nearest word: fewest slips first, then the one in most documents; or none."""
    if len(word) < SHORTEST_WORD:
        return ""
    slips = 1 if len(word) < 8 else 2
    near = process.extract(
        word, counts.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=slips, limit=20
    )
    best = min(near, key=lambda found: (found[1], -counts[found[0]], found[0]), default=None)
    return best[0] if best else ""
