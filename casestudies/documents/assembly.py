"""A selection of cases, or one case, as a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from casestudies.documents.case import Detail, chapter, main_operator
from casestudies.documents.overview import overview
from casestudies.documents.references import references
from casestudies.models import CaseStudy
from casestudies.question import question_of, short_question_of
from casestudies.verification import Seal, seal
from portal.browse import BrowsePage
from portal.facets import Ignored
from portal.linked_data import Absolute
from portal.margins import notes_for
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
    visible,
)
from portal.qr import qr_svg

# Cases that one document may hold; beyond, a visitor chooses brief or narrows down.
LONGEST_SHOWN = 240  # characters of an address in print; its link holds all
MOST = {Detail.FULL: 200, Detail.SUMMARY: 200, Detail.BRIEF: 500}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a document depends on besides the content.

    `paper` is "a4" or "us-letter"; `ignored` is what of its address was not understood.
    """

    absolute: Absolute
    paper: str
    day: date
    ignored: tuple[Ignored, ...] = ()


def booklet(page: BrowsePage, detail: Detail, setting: Setting, as_of: str) -> Document:
    """Give a selection as a booklet; `as_of` says of which day and version it is.

    The number of cases must not be above MOST[detail].
    """
    cases = CaseStudy.objects.published().for_reading().in_order(page.every_key())
    added = chapters_for("case", [case.pk for case in cases])
    sealed = seal(page, cases, added)
    question = question_of(page)
    foot = f"{as_of}, {_('checksum')} {sealed.checksum}"
    cover = _cover(page, cases, question, sealed, setting)
    chapters = [*_chapters(cases, added, detail, setting), _provenance(setting, sealed)]
    return _bound(cases, question, foot, cover, chapters, setting)


def picked_booklet(
    cases: Sequence[CaseStudy], notice: str, detail: Detail, setting: Setting, as_of: str
) -> Document:
    """Give cases that were picked by hand as a booklet, in their order; else as `booklet`.

    `notice` says that some are not public; it stands on the cover and at the foot of each page.
    There is no seal: only a selection of the public has an address at which it can be checked.
    Needs `for_reading()`.
    """
    question = _("Case studies picked by hand")
    foot = f"{as_of}. {notice}" if notice else as_of
    made = _("Made on %(day)s at the curation desk.") % {"day": date_format(setting.day, "j F Y")}
    notes: list[list[Inline]] = [[strong(notice)]] if notice else []
    cover = Cover(
        eyebrow=_eyebrow(),
        title=text(question),
        figures=_figures(cases),
        notes=[*notes, [text(made)], [text(_compiled())]],
    )
    added = chapters_for("case", [case.pk for case in cases])
    chapters = [*_chapters(cases, added, detail, setting), _provenance(setting)]
    return _bound(cases, question, foot, cover, chapters, setting)


def _chapters(
    cases: Sequence[CaseStudy], added: Sequence[Chapter], detail: Detail, setting: Setting
) -> list[Chapter]:
    """Give the overview, each case, what other apps add, and the references."""
    notes = notes_for("case", [case.pk for case in cases])
    chapters = [overview(cases)]
    chapters += [
        chapter(n, case, detail, setting.absolute, notes.get(case.pk))
        for n, case in enumerate(cases, 1)
    ]
    if detail is Detail.BRIEF:
        # It does not print the texts that use them.
        return [*chapters, *(chapter for chapter in added if chapter.name != "terms")]
    return [*chapters, *added, references(cases)]


def _bound(
    cases: Sequence[CaseStudy],
    title: str,
    foot: str,
    cover: Cover,
    chapters: list[Chapter],
    setting: Setting,
) -> Document:
    """Give a booklet of what was made for it."""
    return Document(
        title=visible(title),
        description=text(", ".join(f"{number} {label}" for number, label in _figures(cases))),
        paper=setting.paper,
        language=get_language() or "en",
        foot=text(foot),
        chapters=chapters,
        cover=cover,
        contents=text(_("Contents")),
    )


def single(case: CaseStudy, setting: Setting, as_of: str) -> Document:
    """Give one case in full as a document without cover; `as_of` as for a booklet."""
    notes = notes_for("case", [case.pk]).get(case.pk)
    chapters = [chapter(0, case, Detail.FULL, setting.absolute, notes)]
    chapters += [_unbroken(made) for made in chapters_for("case", [case.pk])]
    chapters.append(_unbroken(references([case])))
    return Document(
        title=visible(case.title),
        description=text(case.summary),
        paper=setting.paper,
        language=get_language() or "en",
        foot=text(as_of),
        chapters=chapters,
    )


def _unbroken(made: Chapter) -> Chapter:
    """Give a chapter that goes on where the one before ends."""
    return Chapter(made.name, made.blocks, fresh=False)


def _figures(cases: Sequence[CaseStudy]) -> list[tuple[str, str]]:
    """Count the cases, their main operators and their countries, each with its name."""
    total = len(cases)
    companies = len({operator for case in cases if (operator := main_operator(case))})
    countries = len({country for case in cases for country in case.countries.all()})
    counted = [
        (total, ngettext("case study", "case studies", total)),
        (companies, ngettext("operating company", "operating companies", companies)),
        (countries, ngettext("country", "countries", countries)),
    ]
    return [(text(number), text(label)) for number, label in counted]


def _eyebrow() -> str:
    return text(_("Case studies where large- and small-scale gold mining meet"))


def _compiled() -> str:
    return _(
        "Every case is compiled from the public sources that it lists. None is the text of the "
        "World Gold Council's report, whose subject this library shares."
    )


def _cover(
    page: BrowsePage, cases: Sequence[CaseStudy], question: str, sealed: Seal, setting: Setting
) -> Cover:
    day = date_format(setting.day, "j F Y")
    made = _("Made on %(day)s from version %(version)d of the corpus. Checksum %(checksum)s.") % {
        "day": day, "version": sealed.version, "checksum": sealed.checksum,
    }  # fmt: skip
    address = setting.absolute(page.selection.in_view("").at_page(1).url(reverse("cases")))
    verify = setting.absolute(sealed.address)
    notes: list[list[Inline]] = [[text(made)], [text(_compiled())]]
    short = short_question_of(page)
    if short != question:
        notes.append([strong(_("In full: ")), text(question)])
    for item in setting.ignored:
        notes.append(
            [strong(_("Left out of the question: ")), text(f"{item.parameter}: {item.reason}")]
        )
    return Cover(
        eyebrow=_eyebrow(),
        title=text(short),
        figures=_figures(cases),
        notes=notes,
        address=address,
        address_shown=text(
            address if len(address) < LONGEST_SHOWN else f"{address[:LONGEST_SHOWN]}…"
        ),
        qr=qr_svg(setting.absolute(sealed.short_address)),
        qr_link=verify,
        qr_alternative=text(_("QR code that leads to the live selection and what has changed")),
        qr_caption=text(_("Live selection, and what has changed since")),
    )


def _provenance(setting: Setting, sealed: Seal | None = None) -> Chapter:
    """Give where all of this comes from, and how to check whether it still holds if that can be."""
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
    about = setting.absolute(reverse("about"))
    more = paragraph(text(_("More on the limits of this library: ")), link(about, text(about)))
    title = heading(1, _("Where this comes from"))
    blocks = [*title, *bullets(told), *([_check(sealed, setting)] if sealed else []), more]
    return Chapter("provenance", blocks, fresh=False)


def _check(sealed: Seal, setting: Setting) -> Block:
    """Lead to the page that says what has changed since."""
    return paragraph(
        strong(_("Has anything changed? ")),
        text(_("This page compares the document with the library of today: ")),
        link(setting.absolute(sealed.address), text(_("what has changed since"))),
        text("."),
    )
