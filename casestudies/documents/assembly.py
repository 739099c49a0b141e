"""A selection of cases, or one case, as a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from casestudies.documents.case import Detail, chapter
from casestudies.documents.overview import overview
from casestudies.documents.references import references
from casestudies.models import CaseStudy
from casestudies.question import in_words
from casestudies.verification import Seal, seal
from portal.browse import BrowsePage
from portal.linked_data import Absolute
from portal.pdf.chapters import chapters_for
from portal.pdf.document import (
    Block,
    Chapter,
    Cover,
    Document,
    Inline,
    bullets,
    heading,
    link,
    paragraph,
    strong,
    text,
)
from portal.qr import qr_svg

# Cases that one document may hold; beyond, a visitor chooses brief or narrows down.
MOST = {Detail.FULL: 200, Detail.SUMMARY: 200, Detail.BRIEF: 500}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a document depends on besides the content. `paper` is "a4" or "us-letter"."""

    absolute: Absolute
    paper: str
    day: date


def booklet(page: BrowsePage, detail: Detail, setting: Setting) -> Document:
    """Give a selection as a booklet. The number of cases must not be above MOST[detail]."""
    keys = page.every_key()
    cases = _in_order(keys)
    absolute = setting.absolute
    question = in_words(page)
    sealed = seal(page, cases)
    chapters = [overview(page, cases)]
    chapters += [chapter(n, case, detail, absolute) for n, case in enumerate(cases, start=1)]
    chapters += chapters_for("case", keys)
    if detail is not Detail.BRIEF:
        chapters.append(references(cases))
    chapters.append(_provenance(page, sealed, setting))
    return Document(
        title=text(question),
        description=text(_counted(page)),
        paper=setting.paper,
        language=get_language() or "en",
        foot=text(_foot(sealed, setting)),
        chapters=chapters,
        cover=_cover(page, question, sealed, setting),
        contents=text(_("Contents")),
    )


def single(case: CaseStudy, setting: Setting, foot: str) -> Document:
    """Give one case in full as a document without cover; `foot` says of which day it is."""
    chapters = [chapter(0, case, Detail.FULL, setting.absolute)]
    chapters += [_unbroken(made) for made in chapters_for("case", [case.pk])]
    chapters.append(_unbroken(references([case])))
    return Document(
        title=text(case.title),
        description=text(case.summary),
        paper=setting.paper,
        language=get_language() or "en",
        foot=text(foot),
        chapters=chapters,
    )


def _in_order(keys: Sequence[int]) -> list[CaseStudy]:
    """Give cases in the order of their keys; one withdrawn in between is left out."""
    rows = CaseStudy.objects.published().for_reading().in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _unbroken(made: Chapter) -> Chapter:
    """Give a chapter that goes on where the one before ends."""
    return Chapter(made.name, made.blocks, fresh=False)


def _counted(page: BrowsePage) -> str:
    """Give how much a selection holds, in words."""
    return ", ".join(f"{number} {label}" for number, label in _figures(page))


def _figures(page: BrowsePage) -> list[tuple[str, str]]:
    total, companies, countries = page.total, page.figures["operator"], page.figures["country"]
    return [
        (str(total), ngettext("case study", "case studies", total)),
        (str(companies), ngettext("operating company", "operating companies", companies)),
        (str(countries), ngettext("country", "countries", countries)),
    ]


def _foot(sealed: Seal, setting: Setting) -> str:
    return _("Common Ground, %(day)s, corpus version %(version)d, checksum %(checksum)s") % {
        "day": date_format(setting.day, "j F Y"),
        "version": sealed.version,
        "checksum": sealed.checksum,
    }


def _cover(page: BrowsePage, question: str, sealed: Seal, setting: Setting) -> Cover:
    day = date_format(setting.day, "j F Y")
    made = _("Made on %(day)s from version %(version)d of the corpus. Checksum %(checksum)s.") % {
        "day": day, "version": sealed.version, "checksum": sealed.checksum,
    }  # fmt: skip
    compiled = _(
        "Every case is compiled from the public sources that it lists. None is the text of the "
        "World Gold Council's report, whose subject this library shares."
    )
    address = setting.absolute(page.selection.in_view("").at_page(1).url(reverse("cases")))
    verify = setting.absolute(sealed.address)
    notes: list[list[Inline]] = [[text(made)], [text(compiled)]]
    for item in page.ignored:
        notes.append(
            [strong(_("Left out of the question: ")), text(f"{item.parameter}: {item.reason}")]
        )
    return Cover(
        eyebrow=text(_("Case studies where large- and small-scale gold mining meet")),
        title=text(question),
        subtitle="",
        figures=[(text(number), text(label)) for number, label in _figures(page)],
        notes=notes,
        address=address,
        address_shown=text(address),
        qr=qr_svg(setting.absolute(sealed.short_address)),
        qr_link=verify,
        qr_alternative=text(_("QR code that leads to the live selection and what has changed")),
        qr_caption=text(_("Live selection, and what has changed since")),
    )


def _provenance(page: BrowsePage, sealed: Seal, setting: Setting) -> Chapter:
    """Give where all of this comes from, and how to check whether it still holds."""
    verify = setting.absolute(sealed.address)
    told: list[list[Block]] = [
        [paragraph(text(_("Cases are compiled by Common Ground, in its own words, from the public "
                          "sources listed with each. They are not the text of any report.")))],
        [paragraph(text(_("A figure is a claim and not a measurement: each shows its source and "
                          "who makes it.")))],
        [paragraph(text(_("What became of a case is judged from its record alone. “Unknown” means "
                          "only that the record does not say.")))],
        [paragraph(text(_("The status of small-scale miners is given as the sources describe it; "
                          "it is no legal finding.")))],
    ]  # fmt: skip
    check = paragraph(
        strong(_("Has anything changed? ")),
        text(_("This page compares the document with the library of today: ")),
        link(verify, text(_("what has changed since"))),
        text("."),
    )
    about = setting.absolute(reverse("about"))
    more = paragraph(text(_("More on the limits of this library: ")), link(about, text(about)))
    title = heading(1, _("Where this comes from"), place="provenance")
    return Chapter("provenance", [*title, *bullets(told), check, more], fresh=False)
