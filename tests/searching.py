"""Asking the search as tests do, and texts that mean it harm."""

from portal.corpus import current_state
from portal.search import Hit, Query, SearchIndex, all_indexes, explained, matching, parse
from portal.search.upkeep import Drift, drift


def index_named(name: str) -> SearchIndex:
    """Give one index."""
    return next(index for index in all_indexes() if index.name == name)


def query_of(text: str, index: str = "cases") -> Query:
    """Read a text as a page does."""
    return parse(text, index, current_state())


def found(text: str, index: str = "cases") -> list[str]:
    """Give the slugs that a text finds, the best first."""
    keys = matching(index_named(index), query_of(text, index))
    rows = index_named(index).rows(keys)
    return [rows[key].slug for key in keys]


def hit(text: str, key: int, index: str = "cases") -> Hit:
    """Give how one record is shown among the results of a text."""
    return explained(index_named(index), query_of(text, index), [key])[key]


def drifted() -> dict[str, Drift]:
    """Give the indexes that differ from the tables, and how."""
    drifts = {index.name: drift(index) for index in all_indexes()}
    return {name: found for name, found in drifts.items() if found}


HOSTILE = {
    "FTS5 operators": "gold AND OR NOT mine",
    "FTS5 operator alone": "NOT",
    "FTS5 NEAR": 'NEAR("gold" "mine", 10)',
    "FTS5 column": "title : gold",
    "FTS5 columns": "{title summary} : gold",
    "FTS5 start and star": "^gold * mine*",
    "FTS5 plus": "gold + mine",
    "tsquery operators": "gold & !mine | (<-> <2>) :* gold:AB",
    "tsquery quotes": "'gold':1A & ''''",
    "one quote": '"',
    "many quotes": '""" """" "',
    "apostrophes": "' '' '\"'\"",
    "unclosed phrase": 'gold "mine',
    "empty phrase": 'gold "" -""',
    "phrase of signs": '"&|!" gold',
    "only a minus": "-",
    "minuses": '-- - --gold -"gold',
    "found and left out": "gold -gold",
    "only exclusions": '-gold -"a mine"',
    "NUL": "go\x00ld \x00",
    "only NUL": "\x00",
    "control characters": "\x01gold\x02 mine\x03\x1b[31m\x7f",
    "line ends": "gold\r\n\tmine\x0b\x0c",
    "10,000 letters": "a" * 10_000,
    "10,000 characters in words": "gold " * 2_000,
    "10,000 quotes": '"' * 10_000,
    "10,000 brackets": "(" * 10_000,
    "200 characters in words": "a b " * 50,
    "200 alternating signs": '-"a" ' * 40,
    "emoji": "👩🏾‍🏭 gold 🏆",
    "only emoji": "🏆",
    "right-to-left marks": "\u202egold\u202c \u200f\u2067mine\u2069",
    "right-to-left words": "ذهب זהב",
    "only combining marks": "\u0301\u0301 \u0308",
    "not characters": "\ufffe\uffff gold",
    "replacement characters": "\ufffd\ufffd",
    "letters of later Unicode": "𞤀𞤁 𑪀 gold",
    "only letters of later Unicode": "𞤀𞤁",
    "digits of many scripts": "½ ² ٣ 1e9 0x1F 12.5 -40",
    "only stop words": "the of and to",
    "stop words in quotes": '"to be or not to be"',
    "SQL": "'; DROP TABLE search_cases; --",
    "SQL that is true": "1' OR '1'='1",
    "format strings": "%s %(q)s %d {0} {q} %",
    "like wildcards": "go% g_ld %%",
    "backslashes": "\\ \\' \\\" \\x00 gold\\",
    "brackets": "[(<{gold}>)] ]) ((",
    "HTML": "<script>alert('gold')</script> &lt; &#x27;",
    "underscores": "___ gold_mine",
    "ideographs": "金矿 黄金",
    "letters of many widths and cases": "İ ǅ １２３ ﬁ \ud7ff",
    "right-to-left letters": "مناجم",
    "signs within words": "US$8,743 d’Ivoire 100% #@!",
}
