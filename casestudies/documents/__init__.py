"""Case studies as documents to print and to take along."""

from casestudies.documents.booklet import MOST, Detail, Setting, booklet, single

__all__ = ["MOST", "Detail", "Setting", "booklet", "single"]
