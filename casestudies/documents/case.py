"""One case as a chapter: in brief, as a summary, or in full."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casestudies.models import CaseStudy, Company, Source
from casestudies.vocabulary import CompanyRole, OutcomeStatus
from portal.linked_data import Absolute
from portal.margins import Note
from portal.pdf.document import (
    Block,
    Chapter,
    Inline,
    bullets,
    emphasis,
    facts,
    heading,
    link,
    paragraph,
    pill,
    strong,
    table,
    text,
    to,
    together,
)
from portal.pdf.tree import blocks_of

# The sign of an outcome is its word; the colour of its box only helps the eye.
TONES = {
    OutcomeStatus.HELD: "good",
    OutcomeStatus.PARTLY_HELD: "mixed",
    OutcomeStatus.FADED: "bad",
    OutcomeStatus.REVERSED: "bad",
}


class Detail(StrEnum):
    """How much of each case a document tells."""

    BRIEF = "brief"
    SUMMARY = "summary"
    FULL = "full"


def chapter(
    number: int,
    case: CaseStudy,
    detail: Detail,
    absolute: Absolute,
    notes: Mapping[str, Sequence[Note]] | None = None,
) -> Chapter:
    """Give a case as a chapter; `number` is its place in the document, 0 if it stands alone.

    Needs `for_reading()`. `notes` stand beside its passages (portal/margins.py), by passage.
    """
    notes = notes or {}
    head = [
        paragraph(text(_eyebrow(number, case)), style="eyebrow"),
        *heading(1, case.title, place=place_of(case), number=number),
    ]
    if detail is Detail.BRIEF:
        blocks = together(*head, *_in_brief(case, absolute), *_noted(notes, absolute))
        return Chapter(case.slug, blocks, fresh=number == 1)
    return Chapter(case.slug, [*head, *_summary(case, detail is Detail.FULL, absolute, notes)])


def place_of(case: CaseStudy) -> str:
    """Give the name of the place in the document where a case begins."""
    return f"case-{_mark(case)}"


def place_of_source(case: CaseStudy) -> str:
    """Give the name of the place where the references of a case stand."""
    return f"sources-{_mark(case)}"


def _mark(case: CaseStudy) -> str:
    """Give what tells a case in a document, also from its working copy, which has its slug.

    No slug holds a full stop.
    """
    return f"{case.slug}.copy" if case.working_copy_of_id else case.slug


def years(case: CaseStudy) -> str:
    """Give the years of a case in words; empty where the record gives none."""
    if case.year_from and case.year_to:
        same = case.year_from == case.year_to
        return str(case.year_from) if same else f"{case.year_from}–{case.year_to}"
    if case.year_from:
        return _("since %d") % case.year_from
    return _("until %d") % case.year_to if case.year_to else ""


def outcome(case: CaseStudy) -> str:
    """Give what became of a case, with the year of the latest word on it."""
    words = str(case.get_outcome_status_display())
    if case.outcome_as_of:
        return _("%(status)s, as of %(year)d") % {"status": words, "year": case.outcome_as_of}
    return words


def main_operator(case: CaseStudy) -> Company | None:
    """Give the first company of a case that has the role of operator."""
    roles = case.company_roles.all()
    return next((role.company for role in roles if role.role == CompanyRole.OPERATOR), None)


def names(terms: object) -> str:
    """Give the names of related rows, separated by commas."""
    return ", ".join(str(term) for term in terms.all())  # type: ignore[attr-defined]


def _eyebrow(number: int, case: CaseStudy) -> str:
    first = _("Case %d") % number if number else _("Case study")
    standing = "" if case.is_published else _("Not public: %s") % case.standing.lower()
    return " · ".join(filter(None, [first, names(case.countries), years(case), standing]))


def _verdict(case: CaseStudy) -> Block:
    return pill(outcome(case), TONES.get(OutcomeStatus(case.outcome_status), "open"))


def _in_brief(case: CaseStudy, absolute: Absolute) -> list[Block]:
    """Give half a page: what was tried, what came of it, where to read on."""
    companies = ", ".join(role.company.name for role in case.company_roles.all())
    sources = len(case.sources.all())
    told = ngettext("%d public source", "%d public sources", sources) % sources
    return [
        _verdict(case),
        paragraph(text(case.summary)),
        *facts(
            [
                (_("Mine or project"), [text(f"{case.mine}, {case.place}")]),
                (_("Companies"), [text(companies)]),
                (_("Approach"), [text(names(case.approaches))]),
                (_("Themes"), [text(names(case.themes))]),
            ]
        ),
        *bullets([paragraph(text(point.text))] for point in case.outcomes.all()),
        *([paragraph(emphasis(case.outcome_note))] if case.outcome_note else []),
        paragraph(text(told + ": "), _address(case, absolute), style="small"),
    ]


def _summary(
    case: CaseStudy, full: bool, absolute: Absolute, notes: Mapping[str, Sequence[Note]]
) -> list[Block]:
    """Give a page or more: facts, what was done, what came of it, figures, sources.

    Each note stands under its passage, or at the end where the passage is not told.
    """
    told: set[str] = set()

    def beside(*passages: str) -> list[Block]:
        told.update(passages)
        return _noted({name: notes.get(name, ()) for name in passages}, absolute)

    blocks = [
        paragraph(text(case.summary), style="lead"),
        _verdict(case),
        *_facts(case, absolute),
    ]
    if full:
        blocks += [*heading(2, _("Context")), *blocks_of(case.context_html, 3), *_setting(case)]
        blocks += beside("context")
    blocks += [
        *heading(2, _("What was done")),
        *blocks_of(case.what_was_done_html, 3),
        *beside("done"),
        *heading(2, _("What came of it")),
        *([paragraph(emphasis(case.outcome_note))] if case.outcome_note else []),
        *bullets([paragraph(text(point.text))] for point in case.outcomes.all()),
        *beside("outcomes"),
        *_points(_("Challenges"), case.challenges),
        *beside("challenges"),
    ]
    if full:
        blocks += _points(_("What this case teaches"), case.case_lessons)
        blocks += beside("learnt")
    blocks += [*_figures(case), *beside("figures")]
    if full:
        blocks += _parties(case)
    rest = {name: found for name, found in notes.items() if name not in told}
    return [*blocks, *_noted(rest, absolute), *_sources(case)]


def _noted(notes: Mapping[str, Sequence[Note]], absolute: Absolute) -> list[Block]:
    """Give notes, such as replies: who, the words that are answered, the text, where it stands."""
    blocks: list[Block] = []
    for note in (note for found in notes.values() for note in found):
        address = absolute(note.address)
        by = _("%(what)s by %(who)s") % {"what": note.title, "who": note.byline}
        blocks.append(paragraph(strong(by), style="note"))
        if note.quote:
            blocks.append(paragraph(emphasis(f"“{note.quote}”")))
        blocks += [*blocks_of(note.html, 3), paragraph(link(address, text(address)), style="small")]
    return blocks


def _facts(case: CaseStudy, absolute: Absolute) -> list[Block]:
    pairs: list[tuple[object, str]] = [
        (_("Mine or project"), case.mine),
        (_("Place"), f"{case.place}, {names(case.countries)}"),
        (_("Companies"), "; ".join(_role(role) for role in case.company_roles.all())),
        (_("Mine stage"), case.get_mine_stage_display()),
        (_("Small-scale miners"), case.get_asgm_status_display()),
        (_("Approach"), names(case.approaches)),
        (_("Themes"), names(case.themes)),
        (_("SDG 17 partnerships"), names(case.partnership_types)),
        (_("What changed the result"), ", ".join(case.status_driver_labels)),
        (_("Collection"), str(case.collection)),
    ]
    told: list[tuple[object, list[Inline]]] = [
        (label, [text(value)]) for label, value in pairs if value
    ]
    return [*facts(told, across=2), paragraph(_address(case, absolute), style="small")]


def _role(role: object) -> str:
    name, note = role.company.name, role.note  # type: ignore[attr-defined]
    kind = role.get_role_display().lower()  # type: ignore[attr-defined]
    return f"{name} ({kind}; {note})" if note else f"{name} ({kind})"


def _address(case: CaseStudy, absolute: Absolute) -> Inline:
    address = absolute(case.get_absolute_url())
    return link(address, text(address))


def _setting(case: CaseStudy) -> list[Block]:
    """Give what the record knows of the setting."""
    known = [(fact["label"], fact["value"]) for fact in case.context_facts if fact["known"]]
    if not known:
        return []
    pairs: list[tuple[object, list[Inline]]] = [
        (capfirst(str(label)), [text(value)]) for label, value in known
    ]
    return [*heading(3, _("The setting, as far as the record tells")), *facts(pairs)]


def _points(title: str, points: object) -> list[Block]:
    """Give points under a heading; nothing where there are none."""
    items = [[paragraph(text(point.text))] for point in points.all()]  # type: ignore[attr-defined]
    return [*heading(2, title), *bullets(items)] if items else []


def _figures(case: CaseStudy) -> list[Block]:
    rows = [
        [
            [text(capfirst(figure.label))],
            [text(f"{figure.shown_value} {figure.unit}")],
            [text(figure.year or "–")],
            [text(figure.get_claimed_by_display())],
            [text(f"[{figure.source.number}]")],
        ]
        for figure in case.figures.all()
    ]
    if not rows:
        return []
    heads = [_("What"), _("Figure"), _("Year"), _("Who says so"), _("Source")]
    note = _("Each figure is a claim, with who makes it and where it was found.")
    return [
        *heading(2, _("Figures")),
        paragraph(text(note), style="small"),
        *table(heads, rows, ["2.6", "1.5", "auto", "1.1", "auto"]),
    ]


def _parties(case: CaseStudy) -> list[Block]:
    items = []
    for party in case.parties.all():
        kind = party.get_kind_display().lower()
        note = f"; {party.note}" if party.note else ""
        items.append([paragraph(text(f"{party.name} – {kind}{note}"))])
    return [*heading(2, _("Other parties")), *bullets(items)] if items else []


def _sources(case: CaseStudy) -> list[Block]:
    """Give the sources by number; in full they stand among the references."""
    pieces: list[Inline] = []
    for source in case.sources.all():
        pieces += [text(" · ")] if pieces else []
        pieces.append(to(place_of_source(case), text(f"[{source.number}]")))
        pieces.append(text(f" {_short(source)}"))
    checked = (
        _("last checked against them on %s") % date_format(case.last_checked, "j F Y")
        if case.last_checked
        else _("not checked against them again since it was compiled")
    )
    count = len(case.sources.all())
    told = ngettext(
        "Compiled from %(count)d public source; %(checked)s.",
        "Compiled from %(count)d public sources; %(checked)s.",
        count,
    ) % {"count": count, "checked": checked}
    score = _(
        "Completeness of this record: %(score)d of 100 points. That says nothing about conduct or "
        "about what is true."
    ) % {"score": case.completeness}
    return [
        *heading(2, _("Sources")),
        paragraph(*pieces, *([text(". ")] if pieces else []), text(told), style="small"),
        paragraph(text(score), style="small"),
    ]


def _short(source: Source) -> str:
    return f"{source.publisher} ({source.year})" if source.year else source.publisher
