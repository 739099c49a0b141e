"""A draft that was made of what was sent in does not keep what is taken out of it later."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from reversion.models import Version

from casestudies.models import CaseStudy
from contributions.moderation import services
from portal.curation.history import record_step, steps_of
from portal.models import Step
from tests.builders import make_lesson
from tests.contributions.sending import SOUND, publish, send
from tests.contributions.test_moderation import make_moderator

pytestmark = pytest.mark.django_db(transaction=True)


def taken_up(client: Client) -> tuple[Any, CaseStudy]:
    """Give a contribution that names somebody, and the draft that was made of it."""
    lesson = make_lesson("a-lesson")
    sent, _key = send(
        client,
        "experience",
        lesson=lesson.slug,
        done="Kofi met us.",
        came_of_it="Peace.",
        district="Tarkwa",
        checked="1",
    )
    contribution = publish(sent)
    return contribution, contribution.draft_case


def redact(contribution: Any) -> None:
    by = make_moderator()
    services.claim(contribution, by)
    services.redact(contribution, by, "A meeting", "Somebody met us.", ["district"], SOUND)


def test_a_draft_that_nobody_worked_on_is_written_anew_and_its_history_with_it(
    client: Client,
) -> None:
    contribution, draft = taken_up(client)
    assert "Kofi" in draft.what_was_done
    redact(contribution)
    draft.refresh_from_db()
    assert (draft.title, draft.what_was_done, draft.place) == ("A meeting", "Somebody met us.", "")
    assert draft.state == "draft"
    assert [step.action for step in steps_of(draft)] == [Step.Action.CREATED]
    assert not Version.objects.filter(serialized_data__contains="Kofi").exists()
    assert not Version.objects.filter(serialized_data__contains="Tarkwa").exists()


def test_of_a_draft_that_somebody_worked_on_its_authors_are_told(client: Client) -> None:
    contribution, draft = taken_up(client)
    curator = User.objects.create_user("curator", email="curator@example.org")
    draft.what_was_done = "Kofi met them, a newspaper says."
    draft.save()
    record_step(draft, Step.Action.CHANGED, curator)
    mail.outbox.clear()
    redact(contribution)
    draft.refresh_from_db()
    assert draft.what_was_done == "Kofi met them, a newspaper says."
    last = steps_of(draft).first()
    assert last is not None
    assert contribution.reference in last.reason
    told = [each for each in mail.outbox if each.to == ["curator@example.org"]]
    assert len(told) == 1
    assert told[0].subject.startswith("Words to take out")
    assert "Kofi" not in told[0].subject + told[0].body
