"""Whether a document that was taken away still says what the library says.

A document carries the corpus version, a checksum of its content, and an address that holds a short
print of every case as it was. The page behind it (`/verify/`) compares these with the cases of
today. Nothing is stored: the address itself remembers.
"""

import base64
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlencode

from django.db.models import Model
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.urls import reverse

from casestudies.models import CaseStudy
from portal.browse import BrowsePage
from portal.qr import LONGEST

PRINT = 2  # bytes that tell one state of a case from another
OWN = ("version", "checksum", "seen")  # parameters besides those of the selection
LONGEST_SEEN = 6_000  # characters; a real one of 500 cases has about 2,000

Prints = dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Seal:
    """What a document carries: its version, its checksum, and the addresses that check it.

    `short_address` is `address`, without the prints of the cases where it would be too long for a
    QR code.
    """

    version: int
    checksum: str
    address: str
    short_address: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different today.

    `changed` and `came` are cases of today's selection, `left` those that are public but no longer
    in it, `withdrawn` how many are no longer public. With `is_known` False the address does not
    say which cases there were: then only `is_same` is told.
    """

    is_same: bool
    is_known: bool
    changed: list[CaseStudy]
    came: list[CaseStudy]
    left: list[CaseStudy]
    withdrawn: int


def seal(page: BrowsePage, cases: Sequence[CaseStudy]) -> Seal:
    """Seal a selection whose cases are given. Needs `for_reading()`."""
    prints = prints_of(cases)
    checksum = checksum_of(prints)
    selection = page.selection.in_view("").at_page(1).url(reverse("verify"))
    start = f"{selection}{'&' if '?' in selection else '?'}"
    state = urlencode({"version": page.corpus_version, "checksum": checksum})
    short = f"{start}{state}"
    address = f"{short}&seen={packed(prints)}"
    return Seal(
        page.corpus_version, checksum, address, address if len(address) < LONGEST else short
    )


def selection_of(query: QueryDict) -> QueryDict:
    """Give a query string without what is not the selection."""
    rest = query.copy()
    for name in OWN:
        rest.pop(name, None)
    return rest


def compare(cases: Sequence[CaseStudy], checksum: str, seen: Prints | None) -> Comparison:
    """Compare the cases of today with a document. Needs `for_reading()`."""
    now = prints_of(cases)
    if seen is None:
        return Comparison(checksum_of(now) == checksum, False, [], [], [], 0)
    gone = [key for key in seen if key not in now]
    left = list(CaseStudy.objects.published().filter(pk__in=gone).order_by("title"))
    return Comparison(
        is_same=now == seen,
        is_known=True,
        changed=[case for case in cases if case.pk in seen and seen[case.pk] != now[case.pk]],
        came=[case for case in cases if case.pk not in seen],
        left=left,
        withdrawn=len(gone) - len(left),
    )


def prints_of(cases: Iterable[CaseStudy]) -> Prints:
    """Give a short print of each case: another one as soon as anything a reader sees changes."""
    return {
        case.pk: blake2b(repr(_content(case)).encode(), digest_size=PRINT).digest()
        for case in cases
    }


def checksum_of(prints: Prints) -> str:
    """Give eight signs that stand for the content of some cases."""
    digest = blake2b(digest_size=4)
    for key in sorted(prints):
        digest.update(key.to_bytes(8, "big") + prints[key])
    return digest.hexdigest()


def packed(prints: Prints) -> str:
    """Write prints for an address: keys as steps of a few bytes, each followed by its print."""
    out = bytearray()
    last = 0
    for key in sorted(prints):
        step, last = key - last, key
        while step > 127:
            out.append(step & 127 | 128)
            step >>= 7
        out.append(step)
        out += prints[key]
    return base64.urlsafe_b64encode(zlib.compress(bytes(out), 9)).decode().rstrip("=")


def unpacked(text: str) -> Prints | None:
    """Read prints from an address; nothing where it is cut short or was not made here."""
    if not text or len(text) > LONGEST_SEEN:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        reader = zlib.decompressobj()
        raw = reader.decompress(base64.b64decode(padded, altchars=b"-_", validate=True), 64_000)
        if not reader.eof:
            return None
    except (ValueError, zlib.error):
        return None
    return _read(raw)


def _read(raw: bytes) -> Prints | None:
    prints: Prints = {}
    key = at = 0
    while at < len(raw):
        step = shift = 0
        while at < len(raw) and raw[at] & 128 and shift < 56:
            step |= (raw[at] & 127) << shift
            shift += 7
            at += 1
        if at + 1 + PRINT > len(raw):
            return None
        step |= raw[at] << shift
        key += step
        prints[key] = raw[at + 1 : at + 1 + PRINT]
        at += 1 + PRINT
    return prints if prints and max(prints) < 2**63 else None


def _content(case: CaseStudy) -> list[object]:
    """Give all that a reader sees of a case."""
    left_out = {"id", "state", "collection", "themes", "partnership_types", "approaches"}
    fields = [f.name for f in case._meta.concrete_fields if f.name not in left_out]
    own = [str(getattr(case, name)) for name in fields if not name.endswith("_at")]
    terms = [
        sorted(str(term) for term in related.all())
        for related in (case.countries, case.themes, case.partnership_types, case.approaches)
    ]
    parts = [
        [_row(row) for row in related.all()]
        for related in (
            case.outcomes, case.challenges, case.case_lessons, case.sources, case.figures,
            case.parties,
        )
    ]  # fmt: skip
    roles = [(r.company.name, r.role, r.position, r.note) for r in case.company_roles.all()]
    return [own, str(case.collection), terms, parts, roles]


def _row(row: Model) -> list[tuple[str, str]]:
    """Give a part of a case as text, without its keys: they say nothing to a reader."""
    values = model_to_dict(row, exclude=["id", "case", "source"])
    if hasattr(row, "source"):
        values["source"] = row.source.number
    return [(name, str(value)) for name, value in values.items()]
