"""The formats that a selection can be taken away in: what is on offer, and how large it will be.

A further format registers here. Sizes are
estimated from the number of cases: files are made only for those who ask for them.
"""

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from casestudies.documents import MOST, Detail
from portal.browse import BrowsePage
from portal.facets import Snapshot
from portal.tabular import Text, size_in_words

MOST_IN_WORKBOOK = 500  # cases beyond which a workbook takes too long to make


@dataclass(frozen=True, slots=True)
class Format:
    """One format: what it is good for, its address, and its size as measured on the library.

    `parameters` are added to those of the selection. Beyond `most` cases it is not offered.
    """

    label: Text
    purpose: Text
    url_name: str
    base_bytes: int
    case_bytes: int
    parameters: str = ""
    most: int | None = None

    @property
    def extension(self) -> str:
        """How the names of its files end."""
        return self.url_name.rpartition("-")[2]

    @property
    def options(self) -> dict[str, str]:
        """The parameters, by name."""
        return dict(parse_qsl(self.parameters))

    @property
    def name(self) -> str:
        """What programs call it: "csv", "pdf-brief"."""
        return "-".join([self.extension, *self.options.values()])


@dataclass(frozen=True, slots=True)
class Face:
    """A format as every menu of this corpus version shows it: its path, and its words escaped."""

    form: Format
    path: str
    label_html: str
    purpose_html: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A format of one selection: its address, and how large the file will be, in words."""

    face: Face
    url: str
    size: str

    @property
    def html(self) -> str:
        """The format as an item of the menu, in escaped HTML."""
        return (
            f'<li><a href="{escape(self.url)}" rel="nofollow">{self.face.label_html}</a> '
            f'<span class="muted">{escape(self.size)}: {self.face.purpose_html}</span></li>'
        )


@dataclass(frozen=True, slots=True)
class Menu:
    """What a selection can be taken away as. It stands on a hot page: see decision 5."""

    total: int
    offers: tuple[Offer, ...]

    @property
    def scope(self) -> str:
        """What the files hold, in words."""
        if self.total == 1:
            return _("The one case study found.")
        return _("All %d case studies, in this order, not only this page.") % self.total

    @property
    def html(self) -> SafeString:
        """The formats as a list, in escaped HTML."""
        items = "".join(offer.html for offer in self.offers)
        return mark_safe(  # noqa: S308  # escaped above and in the faces
            f'<ul class="links" aria-labelledby="export">{items}</ul>'
        )


# In the order of the menu: to read, to work with, to cite.
FORMATS = (
    Format(
        gettext_lazy("PDF booklet"),
        gettext_lazy("a page a case, with overview and sources, to print and to read"),
        "cases-export-pdf",
        90_000,
        33_000,
        most=MOST[Detail.SUMMARY],
    ),
    Format(
        gettext_lazy("PDF in brief"),
        gettext_lazy("a table, and half a page a case"),
        "cases-export-pdf",
        90_000,
        12_000,
        parameters="detail=brief",
        most=MOST[Detail.BRIEF],
    ),
    Format(
        gettext_lazy("PDF in full"),
        gettext_lazy("with the setting, the parties and what each case teaches"),
        "cases-export-pdf",
        90_000,
        40_000,
        parameters="detail=full",
        most=MOST[Detail.FULL],
    ),
    Format(
        gettext_lazy("PDF booklet on Letter paper"),
        gettext_lazy("the same for printers in North America"),
        "cases-export-pdf",
        90_000,
        33_000,
        parameters="paper=letter",
        most=MOST[Detail.SUMMARY],
    ),
    Format(
        gettext_lazy("Excel workbook (XLSX)"),
        gettext_lazy(
            "cases, companies, figures, sources and parties as tables, with what each column means"
        ),
        "cases-export-xlsx",
        22_000,
        2_000,
        most=MOST_IN_WORKBOOK,
    ),
    Format(
        gettext_lazy("Table (CSV)"),
        gettext_lazy("one row a case, for any spreadsheet or statistics program"),
        "cases-export-csv",
        700,
        1_200,
    ),
    Format(
        gettext_lazy("Data (JSON)"),
        gettext_lazy("full texts, figures and sources, for programs"),
        "cases-export-json",
        1_000,
        7_000,
    ),
    Format(
        gettext_lazy("BibTeX"),
        gettext_lazy("to cite from LaTeX, JabRef or Zotero"),
        "cases-export-bib",
        0,
        340,
    ),
    Format(
        gettext_lazy("RIS"),
        gettext_lazy("to cite from EndNote, Mendeley or Zotero"),
        "cases-export-ris",
        0,
        480,
    ),
)


def menu(page: BrowsePage) -> Menu | None:
    """Give what a selection can be taken away as; nothing where nothing was found. No query."""
    if not page.total:
        return None
    query = page.selection.in_view("").query_string
    offers = []
    sizes = _sizes(page.total, get_language())
    for face, size in zip(_faces(page.snapshot), sizes, strict=True):
        form = face.form
        if form.most is not None and page.total > form.most:
            continue
        parameters = f"{query}&{form.parameters}".strip("&")
        url = f"{face.path}?{parameters}" if parameters else face.path
        offers.append(Offer(face, url, size))
    return Menu(page.total, tuple(offers))


@lru_cache(maxsize=1_000)
def _sizes(total: int, language: str | None) -> tuple[str, ...]:
    """Give how large the file of each format will be, in words of the language of the request."""
    return tuple(size_in_words(form.base_bytes + total * form.case_bytes) for form in FORMATS)


def _faces(snapshot: Snapshot) -> list[Face]:
    """Give the formats with their addresses."""
    key = ("formats", get_language())
    known: list[Face] | None = snapshot.kept.get(key)
    if known is None:
        known = snapshot.kept[key] = [
            Face(
                form,
                reverse(form.url_name),
                escape(str(form.label)),
                escape(str(form.purpose)),
            )
            for form in FORMATS
        ]
    return known
