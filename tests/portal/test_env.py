"""The environment: local needs nothing, production refuses to start half-configured."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.env import BASE, read_environment

NAMES = [
    "PORTAL_PRODUCTION",
    "CONTACT_KEYS",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "STATE_FOLDER",
    "CSRF_TRUSTED_ORIGINS",
    "BEHIND_PROXY",
    "LOG_LEVEL",
    "SECURITY_CONTACT",
    "SITE_ADDRESS",
    "EMAIL_URL",
]
COMPLETE = {
    "PORTAL_PRODUCTION": "true",
    "SECRET_KEY": "x1y2z3" * 12,
    "CONTACT_KEYS": "a long random text that seals now,a long random text that still opens",
    "ALLOWED_HOSTS": "commonground.example.org",
    "DATABASE_URL": "sqlite:////tmp/none.sqlite3",
    "EMAIL_URL": "submission://portal:secret@mail.example.org",
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start from an environment that says nothing, with a state folder of its own."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STATE_FOLDER", str(tmp_path / "state"))


def test_local_use_needs_nothing(tmp_path: Path) -> None:
    environment = read_environment()
    assert not environment.production
    assert environment.database_url == f"sqlite:///{tmp_path / 'state' / 'portal.sqlite3'}"
    assert "127.0.0.1" in environment.allowed_hosts
    assert "console" in environment.email["EMAIL_BACKEND"]  # a developer reads mails in the log


def test_the_local_secret_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    key = read_environment().secret_key
    assert len(key) > 50
    assert read_environment().secret_key == key
    assert (tmp_path / "state" / "secret_key").stat().st_mode & 0o077 == 0


def test_production_names_everything_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_PRODUCTION", "true")
    with pytest.raises(ImproperlyConfigured) as caught:
        read_environment()
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "EMAIL_URL"):
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("CONTACT_KEYS", ""),
        ("CONTACT_KEYS", "a long random text that seals,short"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("DATABASE_URL", ""),
        ("BEHIND_PROXY", "perhaps"),
        ("EMAIL_URL", ""),
        ("EMAIL_URL", "console://"),
        ("EMAIL_URL", "nonsense"),
    ],
)
def test_production_refuses_one_fault(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for key, complete in {**COMPLETE, name: value}.items():
        monkeypatch.setenv(key, complete)
    with pytest.raises(ImproperlyConfigured, match=name):
        read_environment()


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py in a process of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=BASE,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_production_start_without_secret_key_and_hosts_says_so(tmp_path: Path) -> None:
    answer = manage("check", PORTAL_PRODUCTION="true", STATE_FOLDER=str(tmp_path))
    assert answer.returncode != 0
    assert "SECRET_KEY is missing" in answer.stderr
    assert "ALLOWED_HOSTS is missing" in answer.stderr


def test_the_deployment_check_is_clean_under_production_settings(tmp_path: Path) -> None:
    key = "".join(chr(33 + number % 90) for number in range(0, 630, 7))
    answer = manage(
        "check",
        "--deploy",
        "--fail-level=DEBUG",
        **{**COMPLETE, "SECRET_KEY": key, "STATE_FOLDER": str(tmp_path)},
    )
    assert answer.returncode == 0, answer.stderr
    assert "no issues (0 silenced)" in answer.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIGN_IN_ATTEMPTS", "0"),
        ("SESSION_HOURS", "-1"),
        ("SESSION_IDLE_MINUTES", "soon"),
        ("ADMIN_PATH", "desk room"),
        ("ADMIN_PATH", "/"),
        ("STAFF_SECOND_FACTOR", "perhaps"),
    ],
)
def test_a_setting_for_staff_that_makes_no_sense_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        read_environment()


def test_the_path_of_the_admin_may_be_given_with_or_without_slashes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for given in ("desk", "/desk/", "desk/"):
        monkeypatch.setenv("ADMIN_PATH", given)
        assert read_environment().admin_path == "desk/"


def test_links_in_mails_lead_to_the_first_host_unless_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    assert read_environment().site_address == "https://commonground.example.org"
    monkeypatch.setenv("SITE_ADDRESS", "https://gold.example.org/")
    assert read_environment().site_address == "https://gold.example.org"
    monkeypatch.setenv("SITE_ADDRESS", "gold.example.org")
    with pytest.raises(ImproperlyConfigured, match="SITE_ADDRESS"):
        read_environment()
