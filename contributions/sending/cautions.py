"""What in a text may put somebody at risk: exact places, private persons, ways to reach them.

Warnings and nothing more: the contributor decides, and a moderator looks again. They are guesses
about the form of words, so they miss some and find some that are harmless.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_DECIMAL = r"[-+]?\d{1,3}\.\d{3,}"
_PATTERNS: list[tuple[re.Pattern[str], str | Promise]] = [
    (
        re.compile(
            rf"{_DECIMAL}\s{{0,3}}[,;/ ]\s{{0,3}}{_DECIMAL}"  # 6.2345, -1.7654
            r"|\d{1,3}\s*°\s*\d{1,2}(\s*['′’]|\s*[NSEWO]\b)"  # 6° 12'
            r"|\b\d{1,2}[A-Z]{3}\d{4,10}\b",  # military grid
            re.IGNORECASE,
        ),
        _("This looks like coordinates. An exact place can put miners at risk."),
    ),
    (
        re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.\w"),  # from a first letter on: no long search
        _("This looks like an e-mail address."),
    ),
    (
        re.compile(r"(?<![\w.])\+?\(?\d[\d ()/.-]{7,}\d(?![\w.])"),
        _("This looks like a telephone number."),
    ),
    (
        re.compile(
            r"\b(mr|mrs|ms|miss|madame|mme|monsieur|m\.|señor|señora|sr|sra|don|doña|seu|dona"
            r"|alhaji|hajia|chief|nana)\.?\s+[A-ZÀ-Þ]\w+"
            r"|\b(?i:my|his|her|their|mon|mi|meu) (?i:brother|sister|son|daughter|neighbour|frère"
            r"|voisin|hermano|vecino|irmão|vizinho)\w*,? [A-ZÀ-Þ]\w+",
        ),
        _("This looks like the name of a private person. Is it safe to name them?"),
    ),
]
# Titles are written with a capital or without one; the name after them has one.
_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Miss|Madame|Mme|Monsieur|Señor|Señora|Sr|Sra|Don|Doña|Seu|Dona"
                    r"|Alhaji|Hajia|Chief|Nana)\b")  # fmt: skip


def cautions_in(text: str) -> list[str]:
    """Give a warning for each kind of thing in a text that may put somebody at risk."""
    lowered = _TITLE.sub(lambda match: match[0].lower(), text)
    return [str(warning) for pattern, warning in _PATTERNS if pattern.search(lowered)]
