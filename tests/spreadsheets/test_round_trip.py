"""The whole library out as spreadsheets and back in: nothing is different, byte for byte."""

from typing import Any

import pytest

from casestudies.models import CaseStudy
from contributions.models import Perspective
from lessons.models import Lesson
from portal.spreadsheets.layout import layout_of
from portal.spreadsheets.planning import Status
from portal.spreadsheets.running import check
from portal.spreadsheets.writing import as_archive, as_workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.mark.parametrize(("write", "name"), [(as_workbook, "all.xlsx"), (as_archive, "all.zip")])
@pytest.mark.parametrize("model", [CaseStudy, Lesson, Perspective])
def test_what_goes_out_comes_back_without_a_difference(model: Any, write: Any, name: str) -> None:
    records = list(model.objects.order_by("slug"))
    content = write(layout_of(model), records)
    plan = check(model, name, content, "", lambda done, total: None)
    assert plan.faults == []
    assert [each.shown() for each in plan.records if each.status != Status.UNCHANGED] == []
    assert len(plan.records) == len(records)
    assert write(layout_of(model), records) == content
