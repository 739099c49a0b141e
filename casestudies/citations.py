"""How a case study is cited: in words, as BibTeX and as RIS.

The library itself stands as author: cases are compiled by it, in its own words, from the sources
that each lists. RIS as in the format's public specification (tags TY to ER, one to a line).
"""

import re
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from casestudies.models import CaseStudy

AUTHOR = "Common Ground"
UNPUBLISHED = "Unpublished record (%s): not to be cited"
# Characters that mean something to TeX, and how they are written.
TEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    # Not as “\{”: BibTeX counts that brace, and one without its partner ends the field too late.
    "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip

# Whatever some reader may take for the end of a line, and other control characters.
BREAKS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Citation:
    """One case in the three forms."""

    text: str
    bibtex: str
    ris: str


def cite(case: CaseStudy, address: str) -> Citation:
    """Cite a case that stands at a full address."""
    return Citation(in_words(case, address), as_bibtex(case, address), as_ris(case, address))


def in_words(case: CaseStudy, address: str) -> str:
    """Cite a case in one line."""
    day = date_format(case.updated_at, "j F Y")
    form = _("%(author)s. “%(title)s”. Case study compiled from public sources, %(day)s. %(url)s")
    return form % {
        "author": AUTHOR,
        "title": case.title,
        "day": day,
        "url": address,
    }  # fmt: skip


def as_bibtex(case: CaseStudy, address: str) -> str:
    """Give a case as a BibTeX entry."""
    fields = {
        "author": f"{{{_tex(AUTHOR)}}}",
        "title": f"{{{_tex(case.title)}}}",
        "year": str(case.updated_at.year),
        "month": str(case.updated_at.month),
        "howpublished": _tex("Case study compiled from public sources"),
        "url": address,
    }
    key = f"commonground-{case.slug}"
    if not case.is_published:
        # A key of its own: the public text of the same case may stand in the same file.
        key += "-unpublished"
        fields["note"] = _tex(UNPUBLISHED % case.standing)
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def as_ris(case: CaseStudy, address: str) -> str:
    """Give a case as a RIS record."""
    fields = [
        ("TY", "ELEC"),
        ("AU", AUTHOR),
        ("TI", case.title),
        ("PY", str(case.updated_at.year)),
        ("DA", f"{case.updated_at:%Y/%m/%d}"),
        ("AB", case.summary),
        ("N1", "Compiled from public sources"),
        *([] if case.is_published else [("N1", UNPUBLISHED % case.standing)]),
        ("UR", address),
        ("ER", ""),
    ]
    return "\n".join(f"{tag}  - {_line(value)}" for tag, value in fields)


def _tex(text: str) -> str:
    """Write a text so that TeX sets it as it stands."""
    return "".join(TEX.get(char, char) for char in _line(text))


def _line(text: str) -> str:
    """Give a text on one line, without control characters; spaces of other widths stay."""
    return BREAKS.sub(" ", text).strip(" ")
