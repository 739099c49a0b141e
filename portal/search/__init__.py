"""Text search: the one door between a visitor's words and the records that hold them.

An app declares in its search.py what can be found (`SearchIndex`). `matching` gives the primary
keys that a text finds, `explained` says for the records on a page where the words stand, and
`suggestion` offers the nearest words when nothing was found. Which database does the work is known
only to this package.
"""

from portal.search.declaration import Document, SearchIndex
from portal.search.find import Hit, explained, matching
from portal.search.query import LONGEST_TEXT, Query, parse
from portal.search.registry import all_indexes, register, register_synonyms
from portal.search.suggest import suggestion

__all__ = [
    "LONGEST_TEXT",
    "Document",
    "Hit",
    "Query",
    "SearchIndex",
    "all_indexes",
    "explained",
    "matching",
    "parse",
    "register",
    "register_synonyms",
    "suggestion",
]
