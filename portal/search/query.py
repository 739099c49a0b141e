"""What a visitor typed, as words, phrases and exclusions that no database can choke on.

The grammar is what people know from elsewhere: all words must be there, "quotes" hold words
together, -word leaves out. Everything else (operators, brackets, quotes that never close) counts as
the space between words. The last word also stands for words that begin with it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.corpus import CorpusState
from portal.models import SearchWord
from portal.search.registry import synonym_groups

LONGEST_TEXT = 200  # characters of a text search; the rest is cut off, and said so
SHORTEST_PREFIX = 3  # letters from which a last word may stand for longer ones
MOST_EXPANSIONS = 30  # longer words that a last word stands for, the commonest first
LONGEST_NAME = 8  # words in the longest name that is looked up among the synonyms

Phrase = tuple[str, ...]
Alternatives = tuple[Phrase, ...]

# English words so common that PostgreSQL's English dictionary leaves them out of its index.
STOP_WORDS = frozenset(
    """
    i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she
    her hers herself it its itself they them their theirs themselves what which who whom this that
    these those am is are was were be been being have has had having do does did doing a an the and
    but if or because as until while of at by for with about against between into through during
    before after above below to from up down in out on off over under again further then once here
    there when where why how all any both each few more most other some such no nor not only own
    same so than too very s t can will just don should now
    """.split()  # noqa: SIM905  # read as a text
)

_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Query:
    """What must be found: of every entry of `wanted` at least one phrase, and none of `unwanted`.

    `words` are the words as typed, folded, for suggestions.
    """

    wanted: tuple[Alternatives, ...] = ()
    unwanted: tuple[Phrase, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to look for."""
        return not self.wanted


def words_of(text: str) -> list[str]:
    """Give the words of a text, without case and accents: as both databases see them.

    Neither folds further ("ß" stays "ß", "²" stays "²"), and so this does not either.
    """
    decomposed = unicodedata.normalize("NFD", text.lower())
    return _WORD.findall("".join(c for c in decomposed if not unicodedata.combining(c)))


def parse(text: str, index: str, state: CorpusState) -> Query:
    """Read what a visitor typed, for the index of this name. Never fails.

    Words that PostgreSQL does not index are left out, unless they stand in a longer phrase. Names
    in the vocabulary of synonyms stand for all names of their group. `state` is the state of the
    corpus at this moment. At most one query, and two more when the corpus has changed.
    """
    synonyms = _synonyms_at(state)
    wanted: list[Alternatives] = []
    unwanted: list[Phrase] = []
    run: list[Phrase] = []  # bare words since the last phrase: a name may stretch over several
    typed: list[str] = []
    last_is_bare = False
    for token in _TOKEN.finditer(text):
        phrase = tuple(words_of(token["phrase"] if token["word"] is None else token["word"]))
        if not phrase:
            continue
        last_is_bare = False
        if token["minus"]:
            unwanted.append(phrase)
        elif token["word"] is None:
            wanted += _named(run, synonyms)
            run = []
            wanted.append(synonyms.get(phrase, (phrase,)))
            typed += phrase
        else:
            run.append(phrase)
            typed += phrase
            last_is_bare = len(phrase) == 1
    named = _named(run, synonyms)
    # A half-typed word stands for longer ones, but not the last word of a longer name.
    if last_is_bare and named and run[-1] in named[-1]:
        named[-1] = _with_longer_words(named[-1], run[-1][0], index)
    wanted = [group for group in [*wanted, *named] if _says_something(group)]
    return Query(
        tuple(wanted),
        tuple(phrase for phrase in unwanted if _says_something((phrase,))),
        tuple(word for word in typed if word not in STOP_WORDS),
    )


def _says_something(group: Alternatives) -> bool:
    """Say whether any phrase has a word that is not too common to be indexed."""
    return any(word not in STOP_WORDS for phrase in group for word in phrase)


def _named(run: list[Phrase], synonyms: Mapping[Phrase, Alternatives]) -> list[Alternatives]:
    """Give the alternatives for a run of words: the longest names first, single words otherwise."""
    found: list[Alternatives] = []
    start = 0
    while start < len(run):
        for length in range(min(LONGEST_NAME, len(run) - start), 0, -1):
            name = tuple(word for phrase in run[start : start + length] for word in phrase)
            if name in synonyms:
                found.append(synonyms[name])
                break
        else:
            length = 1
            found.append((run[start],))
        start += length
    return found


def _with_longer_words(group: Alternatives, word: str, index: str) -> Alternatives:
    """Add words of the corpus that begin with the last word."""
    if len(word) < SHORTEST_PREFIX or word in STOP_WORDS:
        return group
    longer = SearchWord.objects.filter(index=index, word__startswith=word).exclude(word=word)
    words = longer.order_by("-documents", "word").values_list("word", flat=True)
    return (*group, *((found,) for found in words[:MOST_EXPANSIONS]))


_names: dict[CorpusState, Mapping[Phrase, Alternatives]] = {}


def _synonyms_at(state: CorpusState) -> Mapping[Phrase, Alternatives]:
    """Give, for every name that has others, all names of its group, itself first."""
    known = _names.get(state)
    if known is None:
        known = _by_name(synonym_groups())
        _names.clear()
        _names[state] = known
    return known


def _by_name(groups: Iterable[Iterable[str]]) -> dict[Phrase, Alternatives]:
    """Give the names of each group by each of its names; names in two groups gather both."""
    by_name: dict[Phrase, dict[Phrase, None]] = {}
    for group in groups:
        names = dict.fromkeys(tuple(words_of(name)) for name in group)
        names.pop((), None)
        for name in names:
            by_name.setdefault(name, {name: None}).update(names)
    return {name: tuple(names) for name, names in by_name.items() if len(names) > 1}
