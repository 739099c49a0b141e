"""Who may do what with records, as roles that `manage.py setup_roles` makes.

An Editor drafts and sends to review; a Reviewer also judges what others wrote; a Publisher also
puts records before the public, takes them away, and keeps the vocabularies.
"""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, Q

from portal.curation.anatomy import all_anatomies
from portal.models import PublicationState, Publishable

Person = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Role:
    """A group of people with the same rights."""

    name: str
    on_records: tuple[str, ...]
    on_parts: tuple[str, ...]
    on_others: tuple[str, ...]
    also: tuple[str, ...] = ()  # code names of single permissions


EDITOR = Role("Editor", ("view", "add", "change"), ("view", "add", "change", "delete"), ("view",))
REVIEWER = Role("Reviewer", (*EDITOR.on_records, "review"), EDITOR.on_parts, EDITOR.on_others)
PUBLISHER = Role(
    "Publisher",
    (*REVIEWER.on_records, "publish", "delete"),
    REVIEWER.on_parts,
    ("view", "add", "change", "delete"),
)
# Decides on what stakeholders send in; sees the library, and changes nothing in it.
MODERATOR = Role(
    "Moderator",
    ("view",),
    ("view",),
    ("view",),
    (
        "moderate_contribution",
        "moderate_response",
        "add_blocked",
        "change_blocked",
        "delete_blocked",
        "view_blocked",
    ),
)  # fmt: skip
ROLES = (EDITOR, REVIEWER, PUBLISHER, MODERATOR)
# What an Editor may add beside records: a case needs them, and nobody sees them without one.
ADDED_BY_EDITORS = ("company", "organisation")
# What all roles may look at beside the library.
SEEN_BY_ALL = ("view_linkcheck",)


def has_right(person: Person, action: str, model: type[Model]) -> bool:
    """Say whether a person may do something with a kind of record at all."""
    opts = model._meta
    return bool(person.has_perm(f"{opts.app_label}.{action}_{opts.model_name}"))  # type: ignore[union-attr]


def require_right(person: Person, action: str, record: Model) -> None:
    """Raise PermissionDenied unless the person may."""
    if not has_right(person, action, type(record)):
        raise PermissionDenied


def may_edit(person: Person, record: Publishable) -> bool:
    """Say whether a person may change a record in its present state.

    What the public sees is changed in a working copy; what is in review, by reviewers only.
    """
    if record.state == PublicationState.DRAFT:
        return has_right(person, "change", type(record))
    if record.state == PublicationState.IN_REVIEW:
        return has_right(person, "review", type(record))
    return False


def set_up_roles(content_apps: set[str]) -> list[Group]:
    """Make the groups with their permissions, or bring them in line. Idempotent."""
    records: set[type[Model]] = {anatomy.model for anatomy in all_anatomies()}
    parts = {part.model for anatomy in all_anatomies() for part in anatomy.parts}
    with transaction.atomic():
        groups = []
        for role in ROLES:
            group, _made = Group.objects.get_or_create(name=role.name)
            group.permissions.set(_permissions(role, records, parts, content_apps))
            groups.append(group)
    return groups


def _permissions(
    role: Role, records: set[type[Model]], parts: set[type[Model]], apps: set[str]
) -> list[Permission]:
    found = []
    rows = Permission.objects.filter(
        Q(content_type__app_label__in=apps) | Q(codename__in=(*SEEN_BY_ALL, *role.also))
    )
    for permission in rows.select_related("content_type"):
        model = permission.content_type.model_class()
        action, _sep, name = permission.codename.partition("_")
        if model in records:
            allowed = role.on_records
        elif model in parts:
            allowed = role.on_parts
        else:
            allowed = role.on_others
        adds = action == "add" and name in ADDED_BY_EDITORS and "add" in role.on_records
        if permission.codename in (*role.also, *SEEN_BY_ALL) or action in allowed or adds:
            found.append(permission)
    return found
