"""What synthetic cases are made of: the vocabularies, sentences and names of the library files."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from casestudies.library import CaseStudiesPart
from casestudies.library_form import CaseRecord, FigureRecord, PartyRecord
from portal.library import Findings, LoadError

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")


@dataclass(frozen=True)
class Material:
    """The library taken apart. Lists of keys begin with what the library's cases have most."""

    cases: list[CaseRecord]
    countries: list[str]
    companies: list[str]
    themes: list[str]
    partnership_types: list[str]
    approaches: list[str]
    sentences: list[str]
    outcomes: list[str]
    challenges: list[str]
    lessons: list[str]
    cited: list[str]
    figures: list[FigureRecord]
    parties: list[PartyRecord]
    country_names: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the library files.

        Raises LoadError if they are not sound.
        """
        part, findings = CaseStudiesPart(), Findings()
        part.read(folder, findings)
        if findings.problems or part.sdg17 is None:
            raise LoadError(findings.problems)
        cases = list(part.cases.values())
        texts = [
            text
            for case in cases
            for text in (case.summary, case.context, case.what_was_done, case.outcome_note)
        ]
        return cls(
            cases=cases,
            countries=_commonest(
                (c.code for c in part.countries), (x for c in cases for x in c.countries)
            ),
            companies=_commonest(
                (c.slug for c in part.companies), (x.slug for c in cases for x in c.companies)
            ),
            themes=_commonest((t.slug for t in part.themes), (x for c in cases for x in c.themes)),
            partnership_types=_commonest(
                (t.slug for t in part.sdg17.partnership_types), (x for c in cases for x in c.sdg17)
            ),
            approaches=_commonest(
                (a.slug for a in part.approaches), (x for c in cases for x in c.approaches)
            ),
            sentences=[x for text in texts for x in _SENTENCE_END.split(text) if len(x) > 20],
            outcomes=[text for case in cases for text in case.outcomes],
            challenges=[text for case in cases for text in case.challenges],
            lessons=[text for case in cases for text in case.lessons],
            cited=[source.title for case in cases for source in case.sources],
            figures=[figure for case in cases for figure in case.figures],
            parties=[party for case in cases for party in case.parties],
            country_names={country.code: country.name for country in part.countries},
        )


def _commonest(known: Iterable[str], used: Iterable[str]) -> list[str]:
    """Give all known keys, the most used first."""
    uses = Counter(used)
    return sorted(known, key=lambda key: (-uses[key], key))
