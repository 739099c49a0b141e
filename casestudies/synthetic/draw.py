"""Synthetic cases by chance. The same seed and number give the same case, however many are made."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any

from casestudies.models.case import SUMMARY_LENGTH
from casestudies.models.context import ContextProfile
from casestudies.synthetic.material import Material
from casestudies.vocabulary import CompanyRole
from portal.models import PublicationState

PUBLISHED_SHARE = 0.95
TWO_COUNTRIES_SHARE = 0.1
CROSSED_SHARE = 0.3  # sentences made of the beginning of one and the end of another
NARRATIVE_WORDS = (150, 400)
UNPUBLISHED = (PublicationState.DRAFT, PublicationState.IN_REVIEW, PublicationState.ARCHIVED)
OTHER_ROLES = [role.value for role in CompanyRole if role != CompanyRole.OPERATOR]
PUBLISHERS = tuple(f"Synthetic publisher {letter}" for letter in "ABCDEFGHIJKL")
Row = dict[str, Any]


@dataclass(frozen=True)
class SyntheticCase:
    """One case as plain values: its own row, keys of what it is tied to, and rows of its parts.

    A figure's `source` is a place in `sources`.
    """

    row: Row
    collection: str
    countries: list[str]
    companies: list[tuple[str, str]]
    themes: list[str]
    partnership_types: list[str]
    approaches: list[str]
    outcomes: list[str]
    challenges: list[str]
    lessons: list[str]
    parties: list[Row]
    sources: list[Row]
    figures: list[Row]


class Zipf:
    """Keys of which the first are drawn most often: the n-th with a weight of 1 / n^exponent."""

    def __init__(self, keys: Sequence[str], exponent: float) -> None:
        self.keys = keys
        self.weights = list(accumulate(1 / place**exponent for place in range(1, len(keys) + 1)))

    def draw(self, random: Random, count: int) -> list[str]:
        """Give different keys."""
        found: dict[str, None] = {}
        while len(found) < min(count, len(self.keys)):
            found[random.choices(self.keys, cum_weights=self.weights)[0]] = None
        return list(found)


class Draw:
    """Draws cases by their numbers."""

    def __init__(self, material: Material, seed: int) -> None:
        self.material = material
        self.seed = seed
        self.countries = Zipf(material.countries, 1.0)
        self.companies = Zipf(material.companies, 0.9)
        self.themes = Zipf(material.themes, 0.8)
        self.partnership_types = Zipf(material.partnership_types, 0.7)
        self.approaches = Zipf(material.approaches, 0.7)

    def case(self, number: int) -> SyntheticCase:
        """Give the case of this number."""
        random = Random(f"{self.seed} {number}")  # noqa: S311  # chance for measuring, not secrets
        material = self.material
        countries = self.countries.draw(random, 1 + (random.random() < TWO_COUNTRIES_SHARE))
        near = [case for case in material.cases if countries[0] in case.countries]
        site = random.choice(near or material.cases)
        parties = random.sample(material.parties, random.randint(1, 6))
        sources = [self._source(random, number, place) for place in range(random.randint(2, 5))]
        return SyntheticCase(
            row=self._row(random, number, site, material.country_names[countries[0]]),
            collection=random.choice(material.cases).collection,
            countries=countries,
            companies=self._companies(random),
            themes=self.themes.draw(random, random.randint(1, 4)),
            partnership_types=self.partnership_types.draw(random, random.randint(1, 3)),
            approaches=self.approaches.draw(random, random.randint(1, 3)),
            outcomes=random.sample(material.outcomes, random.randint(1, 4)),
            challenges=random.sample(material.challenges, random.randint(1, 4)),
            lessons=random.sample(material.lessons, random.randint(1, 3)),
            parties=[{"name": party.name, "kind": party.kind} for party in parties],
            sources=sources,
            figures=self._figures(random, len(sources)),
        )

    def _row(self, random: Random, number: int, site: Any, country: str) -> Row:
        """Give the values of the case's own row."""
        like = random.choice(self.material.cases)
        first = random.randint(1985, 2024)
        last = random.choice([None, min(first + random.randint(0, 12), 2026)])
        published = random.random() < PUBLISHED_SHARE
        return {
            "slug": f"synthetic-case-{number}",
            "title": f"Synthetic case {number:,}: {site.mine}, {country}"[:160],
            "summary": self._summary(random),
            "mine": site.mine,
            "place": site.place,
            "latitude": site.row()["latitude"],
            "longitude": site.row()["longitude"],
            "year_from": first,
            "year_to": last,
            "mine_stage": random.choice(self.material.cases).mine_stage,
            "asgm_status": random.choice(self.material.cases).asgm_status,
            "context": self._narrative(random),
            "what_was_done": self._narrative(random),
            "outcome_status": like.outcome_status,
            "outcome_as_of": last or min(first + random.randint(0, 10), 2026),
            "outcome_note": self._sentence(random),
            "status_drivers": [driver.value for driver in like.status_drivers],
            "state": PublicationState.PUBLISHED if published else random.choice(UNPUBLISHED),
            **{name: getattr(like.context_profile, name) for name in ContextProfile.FIELDS},
        }

    def _companies(self, random: Random) -> list[tuple[str, str]]:
        """Give companies with their roles: an operator, and others beside it."""
        first, *others = self.companies.draw(random, random.choice([1, 1, 1, 2, 2, 3]))
        return [(first, CompanyRole.OPERATOR), *((c, random.choice(OTHER_ROLES)) for c in others)]

    def _source(self, random: Random, number: int, place: int) -> Row:
        """Give a source that nobody can take for a real one."""
        return {
            "title": f"Synthetic source: {self._crossed(random, self.material.cited)}"[:300],
            "publisher": random.choice(PUBLISHERS),
            "url": f"https://example.org/synthetic/{number}/{place}",
            "year": random.randint(1990, 2026),
        }

    def _figures(self, random: Random, sources: int) -> list[Row]:
        """Give figures of the library's kinds with other values."""
        return [
            {
                "label": like.label,
                "value": random.randint(1, 50_000),
                "unit": like.unit,
                "year": like.year,
                "claimed_by": like.claimed_by,
                "source": random.randrange(sources),
            }
            for like in random.sample(self.material.figures, random.randint(0, 5))
        ]

    def _summary(self, random: Random) -> str:
        """Give one or two sentences that fit on a card."""
        text = self._sentence(random)
        more = f"{text} {self._sentence(random)}"
        return more if len(more) <= SUMMARY_LENGTH else text[:SUMMARY_LENGTH]

    def _narrative(self, random: Random) -> str:
        """Give paragraphs: two narratives together have as many words as NARRATIVE_WORDS says."""
        wanted = random.randint(*NARRATIVE_WORDS) // 2
        paragraphs: list[list[str]] = [[]]
        words = 0
        while words < wanted:
            sentence = self._sentence(random)
            words += sentence.count(" ") + 1
            if len(paragraphs[-1]) == 4:
                paragraphs.append([])
            paragraphs[-1].append(sentence)
        return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)

    def _sentence(self, random: Random) -> str:
        """Give a sentence of the library, or one made of two."""
        if random.random() < CROSSED_SHARE:
            return self._crossed(random, self.material.sentences)
        return random.choice(self.material.sentences)

    @staticmethod
    def _crossed(random: Random, texts: Sequence[str]) -> str:
        """Give the first half of one text and the second half of another."""
        begin, end = random.choice(texts).split(), random.choice(texts).split()
        return " ".join([*begin[: -(-len(begin) // 2)], *end[len(end) // 2 :]])
