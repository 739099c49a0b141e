"""The shipped library as documents: a copy made of a record's document has the same document."""

from typing import Any

import pytest

from casestudies.models import CaseStudy
from contributions.models import Perspective
from lessons.models import Lesson
from portal.curation.document import read, write
from portal.models import Publishable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.mark.parametrize("model", [CaseStudy, Lesson, Perspective])
def test_the_whole_library_goes_round(model: type[Publishable]) -> None:
    rows: Any = model._default_manager
    for record in rows.all()[:20]:
        document = read(record)
        copy = model(working_copy_of=record, state="draft")
        write(copy, document)
        copied = read(copy)
        assert copied["fields"] == document["fields"]
        borrowed = {"evidence", "perspectives"} if model is not Lesson else {"perspectives"}
        for name in document["parts"].keys() - borrowed:
            assert copied["parts"][name] == document["parts"][name]
