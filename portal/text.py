"""Small helpers on plain text."""

import unicodedata


def fold(text: str) -> str:
    """Give the text without case and accents, for comparing and sorting: 'Houndé' -> 'hounde'."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def without_controls(text: str) -> str:
    """Give the text without control characters (NUL among them), which no database stores."""
    return "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
