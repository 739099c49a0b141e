"""Texts of mails, from templates: plain words, the subject on the first line.

What a mail tells may change while it waits. Such a mail is posted as notes and the name of a
writer, which makes its text of them whenever it is about to leave.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.template.loader import render_to_string


class Letter(NamedTuple):
    """What a mail says."""

    subject: str
    text: str


# From the notes of a mail to what it says now; nothing where there is nothing left to say.
Writer = Callable[[str], Letter | None]
_writers: dict[str, Writer] = {}


def register_writer(name: str, writer: Writer) -> None:
    """Let mails be written when they leave."""
    _writers[name] = writer


def written(name: str, notes: str) -> Letter | None:
    """Give the mail that a writer makes of notes now."""
    return _writers[name](notes)


def letter(template: str, context: Mapping[str, object]) -> Letter:
    """Give the mail that a template makes. Blank lines that follow one another become one."""
    subject, _end, rest = render_to_string(template, dict(context)).strip().partition("\n")
    lines: list[str] = []
    for line in rest.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return Letter(subject, "\n".join(lines) + "\n")
