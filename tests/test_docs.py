"""The documents keep their word: what they name exists, and what exists is named."""

import re
from pathlib import Path

import pytest

from portal.env import BASE

DOCUMENTS = sorted([*BASE.glob("*.md"), *BASE.glob("docs/**/*.md"), BASE / "fixtures/README.md"])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(BASE)))
def test_every_link_in_a_document_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text())
    missing = [
        link for link in links if "://" not in link and not (document.parent / link).exists()
    ]
    assert not missing


def test_every_variable_that_the_portal_reads_is_documented() -> None:
    code = (BASE / "portal/env.py").read_text() + (BASE / "portal/gunicorn.py").read_text()
    read = set(re.findall(r'(?:env\.\w+|environ\.get)\(\s*["\']([A-Z_]+)["\']', code))
    documented = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (BASE / "docs/deployment.md").read_text(), re.M)
    )
    assert read
    assert read == documented


def test_every_command_for_people_is_named_in_a_document() -> None:
    told = " ".join(document.read_text() for document in DOCUMENTS)
    commands = [path.stem for path in BASE.glob("*/management/commands/[!_]*.py")]
    targets = re.search(r"^\.PHONY: (.*)$", (BASE / "Makefile").read_text(), re.M)
    assert commands
    assert targets is not None
    wanted = [f"manage.py {name}" for name in commands]
    wanted += [f"make {name}" for name in targets[1].split() if name != "clean"]
    assert [name for name in wanted if name not in told] == []


def test_every_folder_of_the_house_is_on_the_map() -> None:
    readme = (BASE / "README.md").read_text()
    folders = [p.parent.name for p in BASE.glob("*/apps.py")]
    folders += ["templates", "static", "fixtures", "tests", "docs"]
    assert [folder for folder in folders if f"`{folder}/`" not in readme] == []
