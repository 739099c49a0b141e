"""Who may reach what in the admin: every address and action, by role, with the codes as data.

`permissions.txt` beside this file is the data: a line for each address and method, and a code for
each of anonymous, Editor, Reviewer, Publisher, Moderator and superuser; for actions on the list of
cases, after a slash, how many rows were added, removed or put into another state. An address that
is not listed fails the test; `UPDATE_PERMISSIONS=1` writes the file anew, to be read before it is
committed.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse
from django.urls.resolvers import URLResolver

from casestudies.models import CaseStudy, Goal, Outcome, PartnershipType, Target
from contributions.models import Attachment, Contribution, Flag, Perspective
from contributions.moderation.desk import STEPS
from contributions.vocabulary import ContributionState
from lessons.models import BaselineChecklist, BaselineQuestion, BaselineSection
from portal.curation import workflow
from portal.curation.history import steps_of
from portal.curation.tasks import TASKS
from portal.sealed import seal
from tests.builders import (
    make_approach,
    make_case,
    make_dialogue,
    make_evidence,
    make_figure,
    make_lesson,
    make_perspective,
    make_response,
    make_term,
)

pytestmark = pytest.mark.django_db
ROLES = ("Editor", "Reviewer", "Publisher", "Moderator")
EVERYBODY = ("anonymous", *ROLES, "superuser")
TABLE = Path(__file__).with_name("permissions.txt")
STATES = ("draft", "in-review", "published", "archived")
Asked = tuple[str, str, dict[str, Any] | None]  # name for the table, address, what is sent


def patterns(found: Any = None) -> Iterator[URLPattern]:
    """Give every named address of the admin."""
    for pattern in admin.site.urls[0] if found is None else found:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns)
        elif pattern.name:
            yield pattern


@pytest.fixture
def rows() -> dict[str, Any]:
    """One row of each kind, a case in each state, and a step to go back to."""
    cases = {state: make_case(state=state, parties=("ngo",)) for state in STATES}
    for case in cases.values():
        Outcome.objects.create(case=case, text="It held.")
        make_figure(case)
    lesson = make_lesson(state="draft")
    make_evidence(lesson, cases["draft"])
    make_perspective(state="draft")
    make_response(make_dialogue(state="draft"), text="Words", text_state="waiting")
    make_approach()
    make_term("galamsey")
    Goal.objects.create(number=17, name="g", statement="s", why_here="w", notes="n")
    kind = PartnershipType.objects.get()
    Target.objects.create(number="17.1", partnership_type=kind, paraphrase="p", relevance="r")
    checklist = BaselineChecklist.objects.create(title="t", purpose="p")
    section = BaselineSection.objects.create(
        checklist=checklist, slug="s", name="n", introduction="i"
    )
    BaselineQuestion.objects.create(
        section=section, slug="q", question="q", why="w", how="h", answer_type="text"
    )
    for case in cases.values():
        workflow.store_once(case)
    return {
        "cases": cases,
        "step": steps_of(cases["draft"])[0],
        "contributions": contributions(),
    }


def contributions() -> dict[str, Contribution]:
    """Give a contribution in each state, each with a file, and make a flag."""
    Flag.objects.create(perspective=Perspective.objects.get(), text="No.", key_print="f")
    made = {}
    for state in ContributionState:
        row = made[state.value] = Contribution.objects.create(
            kind="correction", state=state, key_print=state.value, stakeholder_kind="ngo"
        )
        Attachment.objects.create(
            contribution=row, type=Attachment.Type.PDF, size=1, digest="d", content=seal(b"x")
        )
    return made


def requests(rows: dict[str, Any]) -> Iterator[Asked]:
    """Give every address, read and sent, for each state of a case where that matters."""
    for pattern in patterns():
        name = str(pattern.name)
        owner = next((m for m in admin.site._registry if name.startswith(_stem(m))), None)
        for variant, values in _variants(name, owner, pattern, rows):
            address = reverse(f"admin:{name}", kwargs=values)
            shown = f"{name} {variant}".strip()
            yield f"GET {shown}", address, None
            yield f"POST {shown}", address, {"post": "yes", "reason": "why"}
            if name == "contributions_contribution_step":
                for step in STEPS:
                    yield f"POST {shown} {step}", address, {"do": step}
    cases = rows["cases"].values()
    listed = reverse("admin:casestudies_casestudy_changelist")
    for action in admin.site.get_model_admin(CaseStudy).actions or ():
        chosen = {"_selected_action": [case.pk for case in cases], "apply": "yes", "reason": "why"}
        yield f"POST action {action.__name__}", listed, {"action": action.__name__, **chosen}


def _stem(model: Any) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}_"


def _variants(
    name: str, owner: Any, pattern: URLPattern, rows: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the arguments of an address: one set, or one for each state and step of a case."""
    wanted = set(pattern.pattern.converters)
    wanted |= set(pattern.pattern.regex.groupindex)
    key = next(iter({"key", "object_id", "pk", "id"} & wanted), None)
    values: dict[str, Any] = {}
    if "app_label" in wanted:
        values["app_label"] = "casestudies"
    if "step_id" in wanted:
        values["step_id"] = rows["step"].pk
    if "content_type_id" in wanted:
        values |= {"content_type_id": 1, "object_id": "1"}
    if "job_id" in wanted:
        values["job_id"] = uuid4()  # of nobody
    if "url" in wanted:
        values["url"] = "nothing-here"
    if key and name.endswith("_delete_filter"):  # of a filter that is not theirs
        yield "", {key: 1}
    elif owner is Contribution and key:
        for state, row in rows["contributions"].items():
            file = {"file": row.attachments.get().pk} if "file" in wanted else {}
            yield f"[{state}]", {key: row.pk, **file}
    elif owner is CaseStudy and key and "task" in wanted:
        for task in TASKS:
            for state, case in rows["cases"].items():
                yield f"{task.name} [{state}]", values | {key: case.pk, "task": task.name}
    elif owner is CaseStudy and key:
        for state, case in rows["cases"].items():
            if "step_id" not in wanted or state == "draft":
                yield f"[{state}]", values | {key: case.pk}
    else:
        if "task" in wanted:
            values["task"] = "publish"
        if key and owner is not None:
            first = owner._default_manager.order_by("pk").first()
            values[key] = first.pk if first else 1
        yield "", values


def people() -> dict[str, Client]:
    """Give a browser for everybody."""
    call_command("setup_roles", verbosity=0)
    clients = {"anonymous": Client()}
    for role in ROLES:
        person = User.objects.create_user(role.lower(), is_staff=True)
        person.groups.add(Group.objects.get(name=role))
        clients[role] = _entered(person)
    clients["superuser"] = _entered(User.objects.create_superuser("owner"))
    return clients


def _entered(person: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(person)
    return client


def answer(client: Client, address: str, sent: dict[str, Any] | None) -> str:
    """Give the code of an answer, and undo whatever it did."""
    with transaction.atomic():
        before = standing()
        found = client.get(address) if sent is None else client.post(address, sent)
        is_action = sent is not None and "action" in sent
        effect = f"/{len(before ^ standing())}" if is_action else ""
        transaction.set_rollback(True)
    return f"{found.status_code}{effect}"


def standing() -> set[tuple[Any, ...]]:
    """Give the state of every case."""
    return set(CaseStudy.objects.values_list("pk", "state"))


@pytest.mark.parametrize("role", EVERYBODY)
def test_every_address_and_action_answers_each_role_as_listed(
    rows: dict[str, Any], role: str
) -> None:
    client = people()[role]
    found = {
        name: answer(client, address, sent)
        for name, address, sent in requests(rows)
        if "logout" not in name
    }
    if os.environ.get("UPDATE_PERMISSIONS"):
        write_column(role, found)
    assert found == {name: codes[EVERYBODY.index(role)] for name, codes in listed().items()}


def listed() -> dict[str, list[str]]:
    """Give the codes of everybody, by address and method."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return {name: codes.split() for name, codes in (line.split(" | ") for line in lines)}


def write_column(role: str, found: dict[str, str]) -> None:
    """Write the codes of one role into the table, and leave those of the others."""
    table, place = listed(), EVERYBODY.index(role)
    lines = []
    for name, code in found.items():
        codes = table.get(name, ["?"] * len(EVERYBODY))
        codes[place] = code
        lines.append(f"{name} | {' '.join(codes)}\n")
    TABLE.write_text("".join(lines), encoding="utf-8")
