"""Case studies as documents to print and to take along."""

from casestudies.documents.assembly import MOST, Setting, booklet, picked_booklet, single
from casestudies.documents.case import Detail

__all__ = ["MOST", "Detail", "Setting", "booklet", "picked_booklet", "single"]
