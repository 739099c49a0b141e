"""Whether a document that was taken away still says what the library says.

A document carries the corpus version, a checksum of its content, and an address that holds a short
print of every case as it was. The page behind it (`/verify/`) compares these with the cases of
today. Nothing is stored: the address itself remembers.
"""

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from django.conf import settings
from django.db.models import Model
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.urls import reverse

from casestudies.models import CaseStudy
from portal.addresses import with_more, without
from portal.browse import BrowsePage
from portal.facets import Snapshot
from portal.pdf.chapters import chapters_for
from portal.pdf.document import Chapter
from portal.qr import LONGEST

FORMAT = 1  # of what `seen` holds
PRINT = 3  # bytes in an address that tell one state of a case from another
DIGEST = 8  # bytes of which the checksum is made
ATTACHED = 0  # stands among the keys of the cases for what other apps add to a document
MOST_SEEN = 501  # prints: of the largest document, and of what is attached to it
LONGEST_SEEN = 6_000  # characters; a real one of 500 cases has about 2,700
# What a reader sees of a case itself. The rendered HTML follows from the texts.
FIELDS = (
    "slug", "title", "summary", "mine", "place", "latitude", "longitude", "year_from", "year_to",
    "mine_stage", "asgm_status", "context", "what_was_done", "outcome_status", "outcome_as_of",
    "outcome_note", "status_drivers", "in_wgc_report", "last_checked",
)  # fmt: skip

Prints = dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Seal:
    """What a document carries: its version, its checksum, and the addresses that check it.

    `address` holds all; `short_address` is what a QR code can hold of it.
    """

    version: int
    checksum: str
    address: str
    short_address: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different today.

    `changed` and `came` are cases of today's selection, `left` those that are public but no longer
    in it, `withdrawn` how many are no longer public. `has_other_lessons` says that what the lessons
    and the glossary say of the cases has changed, where the cases have not. With `is_known` False
    the address does not say which cases there were: then only `is_same` is told.
    """

    is_same: bool
    is_known: bool
    changed: list[CaseStudy]
    came: list[CaseStudy]
    left: list[CaseStudy]
    withdrawn: int
    has_other_lessons: bool


def seal(page: BrowsePage, cases: Sequence[CaseStudy], attached: Sequence[Chapter]) -> Seal:
    """Seal the cases of a selection, and what other apps add to a document of them.

    Needs `for_reading()`.
    """
    prints = {ATTACHED: _digest_of(attached), **_remembered(page.snapshot, cases)}
    checksum = checksum_of(prints)
    state = {"version": page.corpus_version, "checksum": checksum}
    selection = page.selection.in_view("").at_page(1).url(reverse("verify"))
    short = with_more(selection, state)
    full = with_more(short, {"seen": packed(prints)})
    bare = with_more(reverse("verify"), state)
    # What stands around an address, the name of the site, takes some room too.
    address = full if len(full) < settings.LONGEST_ADDRESS - 200 else short
    fitting = next((found for found in (full, short) if len(found) < LONGEST), bare)
    return Seal(page.corpus_version, checksum, address, fitting)


def selection_of(query: QueryDict) -> QueryDict:
    """Give the query string of a document's address without what is not the selection."""
    return without(query, ("version", "checksum", "seen"))


def compare(
    snapshot: Snapshot, keys: Sequence[int], checksum: str, seen: Prints | None
) -> Comparison:
    """Compare the cases of today's selection with those of a document."""
    now = prints_of(snapshot, keys)
    is_same = checksum_of(now) == checksum
    if seen is None:
        return Comparison(is_same, False, [], [], [], 0, False)
    today = shortened(now)
    changed = [key for key in keys if key in seen and seen[key] != today[key]]
    came = [key for key in keys if key not in seen]
    gone = [key for key in seen if key not in today]
    cases = CaseStudy.objects.published()
    left = list(cases.filter(pk__in=gone).order_by("title"))
    return Comparison(
        is_same=is_same and seen == today,
        is_known=True,
        changed=cases.in_order(changed),
        came=cases.in_order(came),
        left=left,
        withdrawn=len(gone) - len(left),
        has_other_lessons=not (changed or came or gone) and seen.get(ATTACHED) != today[ATTACHED],
    )


def prints_of(snapshot: Snapshot, keys: Sequence[int]) -> Prints:
    """Give a digest of each case: another one as soon as anything that a reader sees changes.

    Those of this corpus version are kept. What the lessons and the glossary add to a document of
    these cases has a digest of its own.
    """
    known: Prints = snapshot.kept.setdefault("prints", {})
    if missing := [key for key in keys if key not in known]:
        _remembered(snapshot, CaseStudy.objects.published().for_reading().in_order(missing))
    prints = {key: known[key] for key in keys if key in known}
    return {ATTACHED: _digest_of(chapters_for("case", keys)), **prints}


def _remembered(snapshot: Snapshot, cases: Sequence[CaseStudy]) -> Prints:
    """Give the digests of some cases, and keep them for this corpus version."""
    prints = {case.pk: _digest(_content(case)) for case in cases}
    snapshot.kept.setdefault("prints", {}).update(prints)
    return prints


def _digest_of(chapters: Sequence[Chapter]) -> bytes:
    return _digest([chapter.blocks for chapter in chapters])


def shortened(prints: Mapping[int, bytes]) -> Prints:
    """Give prints as short as an address holds them."""
    return {key: digest[:PRINT] for key, digest in prints.items()}


def checksum_of(prints: Mapping[int, bytes]) -> str:
    """Give eight signs that stand for the content of some cases."""
    digest = blake2b(digest_size=4)
    for key in sorted(prints):
        digest.update(key.to_bytes(8, "big") + prints[key])
    return digest.hexdigest()


def packed(prints: Mapping[int, bytes]) -> str:
    """Write prints for an address: keys as steps of a few bytes, each followed by its print."""
    out = bytearray([FORMAT])
    last = 0
    for key in sorted(prints):
        step, last = key - last, key
        while step > 127:
            out.append(step & 127 | 128)
            step >>= 7
        out.append(step)
        out += prints[key][:PRINT]
    return base64.urlsafe_b64encode(zlib.compress(bytes(out), 9)).decode().rstrip("=")


def unpacked(text: str) -> Prints | None:
    """Read prints from an address; nothing where it is cut short or holds what no document does."""
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
    return _read(raw) if raw[:1] == bytes([FORMAT]) else None


def _read(raw: bytes) -> Prints | None:
    prints: Prints = {}
    key, at = 0, 1
    while at < len(raw):
        step = shift = 0
        while at < len(raw) and raw[at] & 128 and shift < 56:
            step |= (raw[at] & 127) << shift
            shift += 7
            at += 1
        if at + 1 + PRINT > len(raw) or len(prints) == MOST_SEEN:
            return None
        step |= raw[at] << shift
        key += step
        prints[key] = raw[at + 1 : at + 1 + PRINT]
        at += 1 + PRINT
    return prints if prints and max(prints) < 2**63 else None


def _digest(content: object) -> bytes:
    return blake2b(repr(content).encode(), digest_size=DIGEST).digest()


def _content(case: CaseStudy) -> list[object]:
    """Give all that a reader sees of a case."""
    own = [str(getattr(case, name)) for name in FIELDS]
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
    setting = [str(fact["value"]) for fact in case.context_facts]
    return [own, setting, str(case.collection), terms, parts, roles]


def _row(row: Model) -> list[tuple[str, str]]:
    """Give a part of a case as text, without its keys: they say nothing to a reader."""
    values = model_to_dict(row, exclude=["id", "case", "source"])
    if hasattr(row, "source"):
        values["source"] = row.source.number
    return [(name, str(value)) for name, value in values.items()]
