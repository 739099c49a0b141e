"""Everything that a case study is made of."""

from casestudies.models.case import (
    CaseApproach,
    CaseCompany,
    CasePartnershipType,
    CaseStudy,
    CaseTheme,
)
from casestudies.models.goal import Goal, GoalGroup, GoalSource, Target
from casestudies.models.parts import CaseLesson, Challenge, Figure, Outcome, Party, Source
from casestudies.models.reference import Collection, Company, Country
from casestudies.models.tags import Approach, PartnershipType, Theme

__all__ = [
    "Approach",
    "CaseApproach",
    "CaseCompany",
    "CaseLesson",
    "CasePartnershipType",
    "CaseStudy",
    "CaseTheme",
    "Challenge",
    "Collection",
    "Company",
    "Country",
    "Figure",
    "Goal",
    "GoalGroup",
    "GoalSource",
    "Outcome",
    "PartnershipType",
    "Party",
    "Source",
    "Target",
    "Theme",
]
