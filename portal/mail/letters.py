"""Texts of mails, from templates: plain words, the subject on the first line."""

from collections.abc import Mapping
from typing import NamedTuple

from django.template.loader import render_to_string


class Letter(NamedTuple):
    """What a mail says."""

    subject: str
    text: str


def letter(template: str, context: Mapping[str, object]) -> Letter:
    """Give the mail that a template makes. Blank lines that follow one another become one."""
    subject, _end, rest = render_to_string(template, dict(context)).strip().partition("\n")
    lines: list[str] = []
    for line in rest.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return Letter(subject, "\n".join(lines) + "\n")
