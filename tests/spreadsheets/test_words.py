"""Vocabularies out as spreadsheets and in again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from casestudies.models import Approach, Collection, Company, PartnershipType, Theme
from contributions.models import Organisation
from portal.models import ImportJob
from portal.spreadsheets.planning import Plan
from portal.spreadsheets.running import NotSoundError
from portal.spreadsheets.scanning import FileRefusedError
from portal.spreadsheets.words import as_workbook, carry_out, check, template
from portal.words import merge
from tests.builders import (
    make_approach,
    make_case,
    make_company,
    make_curator,
    make_perspective,
    make_theme,
)
from tests.curation.test_desk import enter

pytestmark = pytest.mark.django_db
__all__ = ["enter"]
VOCABULARIES = [Theme, Approach, PartnershipType, Company, Collection, Organisation]


def quiet(done: int, total: int) -> None:
    """Tell nobody."""


def checked(model: Any, text: str) -> Plan:
    """Give what a CSV file would do."""
    return check(model, "words.csv", text.encode(), "", quiet)


@pytest.fixture(autouse=True)
def _words() -> None:
    """A word of each kind."""
    make_case()
    make_approach()
    make_perspective()
    company = make_company("acme-gold")
    company.aliases = ["Acme", "=Old"]
    company.save()


@pytest.mark.parametrize("model", VOCABULARIES)
def test_what_goes_out_comes_back_without_a_difference(model: Any) -> None:
    content = as_workbook(model, model.objects.all())
    plan = check(model, "words.xlsx", content, "", quiet)
    assert plan.is_sound, plan.shown()
    assert {each.status for each in plan.records} == {"unchanged"}
    assert as_workbook(model, model.objects.all()) == content


def test_new_and_changed_words_are_told_apart_and_columns_left_out_stay() -> None:
    make_theme("gender")
    text = "slug,name\ngender,Gender and work\nwater,Water\n"
    plan = checked(Theme, "slug,name,definition\ngender,Gender and work,About gender.\n")
    assert [each.status for each in plan.records] == ["changed"]
    assert "work" in plan.records[0].differences[0]["after"]
    assert not Theme.objects.filter(name="Gender and work").exists()  # dry
    faulty = checked(Theme, text)
    assert [each.status for each in faulty.records] == ["changed", "faulty"]  # no definition
    carry_out(Theme, "w.csv", b"slug,name\ngender,Women\n", "", make_curator(), quiet)
    theme = Theme.objects.get(slug="gender")
    assert (theme.name, theme.definition) == ("Women", "About gender.")


BAD = [
    ("slug,nmae\na,b\n", "no column “nmae”", "B1"),
    ("name\nb\n", "“slug” is missing", "A1"),
    ("slug,name,definition\n,b,c\n", "key is missing", "A2"),
    ("slug,name,definition\na,b,c\na,b,c\n", "stands there already", "A3"),
    ("slug,name,definition\nA b!,b,c\n", "slug", "A2"),
    ("slug,name,definition,position\na,b,c,first\n", "", "A2"),
    (f"slug,name,definition\na,{'x' * 300},c\n", "at most", "B2"),
]


@pytest.mark.parametrize(("text", "reason", "cell"), BAD)
def test_a_bad_row_says_what_and_where(text: str, reason: str, cell: str) -> None:
    plan = checked(Theme, text)
    faults = [*plan.faults, *(fault for each in plan.records for fault in each.faults)]
    assert any(reason in f.reason and f.cell == cell for f in faults), faults
    assert Theme.objects.count() == 1


def test_the_template_is_skipped_as_it_is() -> None:
    with pytest.raises(FileRefusedError):
        check(Theme, "template.xlsx", template(Theme), "", quiet)


def test_a_publisher_imports_words_and_an_editor_cannot(enter: Callable[[str], Client]) -> None:
    address = reverse("admin:casestudies_theme_sheets")

    def send(client: Client) -> Any:
        text = b"slug,name,definition\nwater,Water,About water.\n"
        file = SimpleUploadedFile("words.csv", text)
        return client.post(address, {"file": file}, follow=True)

    assert send(enter("Editor")).status_code == 403
    publisher = enter("Publisher")
    assert "1 new, 0 changed" in send(publisher).content.decode()
    job = ImportJob.objects.get()
    publisher.post(reverse("admin:casestudies_theme_job", args=[job.pk]))
    assert Theme.objects.filter(slug="water").exists()
    exported = publisher.post(reverse("admin:casestudies_theme_export"))
    assert exported.content.startswith(b"PK")


def test_an_old_sheet_does_not_bring_a_merged_word_back() -> None:
    content = as_workbook(Theme, Theme.objects.all())
    merge(make_theme("gender"), make_theme("equality"))
    plan = check(Theme, "themes.xlsx", content, "", quiet)
    assert [fault.reason for fault in plan.faults] == ["“gender” is now called “equality”."]
    with pytest.raises(NotSoundError):
        carry_out(Theme, "themes.xlsx", content, "", make_curator(), quiet)
    assert [theme.slug for theme in Theme.objects.all()] == ["equality"]
