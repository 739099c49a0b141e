"""What a perspective is made of, and what must hold before one is published."""

from collections.abc import Iterator

from django.db.models import Q

import contributions.dialogues.curation  # noqa: F401
from casestudies.models import CaseStudy
from contributions.models import (
    Perspective,
    PerspectivePartnershipType,
    PerspectiveSource,
    PerspectiveTheme,
)
from contributions.views import perspective_page
from lessons.models import Lesson
from portal.curation import previews
from portal.curation.anatomy import Anatomy, Part, Problem, extend, register
from portal.curation.checks import at_least_one, required


def check(perspective: Perspective) -> Iterator[Problem]:
    """Give what keeps a perspective from being published."""
    yield from required(perspective, ["title", "body"])
    if perspective.is_sent_in:  # its author is its source, and may have named no theme
        yield from required(perspective, ["speaker_kind"])
    else:
        yield from required(perspective, ["organisation"])
        yield from at_least_one(perspective, ["themes", "partnership_types", "sources"])


PERSPECTIVE = register(
    Anatomy(
        Perspective,
        parts=[
            Part("themes", PerspectiveTheme, "content_object"),
            Part("partnership_types", PerspectivePartnershipType, "content_object"),
            Part("sources", PerspectiveSource, "perspective"),
        ],
        check=check,
    )
)
# A case or lesson that is deleted and comes back is spoken of again.
spoken = Q(perspective__working_copy_of=None)
extend(
    CaseStudy,
    Part("perspectives", Perspective.cases.through, "casestudy", only=spoken, borrowed=True),
)
extend(
    Lesson,
    Part("perspectives", Perspective.lessons.through, "lesson", only=spoken, borrowed=True),
)
previews.register(
    Perspective,
    lambda request, perspective: perspective_page(request, perspective, is_preview=True),
)
