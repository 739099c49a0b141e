"""The environment: every setting that a deployment may choose, read once and checked at once.

`read_environment()` either gives a complete `Environment` or raises `ImproperlyConfigured` with
one line for each thing that is missing or makes no sense.
"""

import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError

BASE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Environment:
    """What the environment says, after checking. Paths are absolute."""

    production: bool
    secret_key: str
    allowed_hosts: list[str]
    trusted_origins: list[str]
    database_url: str
    state_folder: Path
    behind_proxy: bool
    log_level: str
    page_cache_bytes: int
    contact_email: str
    security_contact: str
    email: dict[str, Any]
    from_email: str
    mail_at_once: bool
    site_address: str
    review_by_another: bool
    admin_path: str
    staff_second_factor: bool
    sign_in_attempts: int
    sign_in_cool_off_minutes: int
    session_hours: int
    session_idle_minutes: int
    session_ends_with_browser: bool
    audit_days: int
    contact_keys: list[str]


def read_environment() -> Environment:
    """Read and check the environment.

    Local use needs nothing: a secret key is made once and kept beside the database. With
    PORTAL_PRODUCTION=true nothing is guessed.

    Raises ImproperlyConfigured, naming every fault at once.
    """
    env = Env(eager=False)
    production = env.bool("PORTAL_PRODUCTION", False)
    state_folder = env.path("STATE_FOLDER", BASE / "var")
    secret_key = env.str("SECRET_KEY", "")
    allowed_hosts: list[str] = env.list("ALLOWED_HOSTS", [])
    trusted_origins: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
    database_url = env.str("DATABASE_URL", "")
    behind_proxy = env.bool("BEHIND_PROXY", False)
    log_level = env.str("LOG_LEVEL", "INFO").upper()
    page_cache_bytes = env.int("PAGE_CACHE_BYTES", 32 * 1024 * 1024)
    contact_email = env.str("CONTACT_EMAIL", "")
    security_contact = env.str("SECURITY_CONTACT", "").strip()
    email = env.dj_email_url("EMAIL_URL", "console://")
    from_email = env.str("FROM_EMAIL", "common-ground@localhost")
    mail_at_once = env.bool("MAIL_AT_ONCE", True)
    site_address = env.str("SITE_ADDRESS", "").rstrip("/")
    review_by_another = env.bool("REVIEW_BY_ANOTHER", True)
    admin_path = env.str("ADMIN_PATH", "admin/").strip("/") + "/"
    staff_second_factor = env.bool("STAFF_SECOND_FACTOR", False)
    session_ends_with_browser = env.bool("SESSION_ENDS_WITH_BROWSER", False)
    contact_keys: list[str] = env.list("CONTACT_KEYS", [])
    numbers = {
        "SIGN_IN_ATTEMPTS": env.int("SIGN_IN_ATTEMPTS", 5),
        "SIGN_IN_COOL_OFF_MINUTES": env.int("SIGN_IN_COOL_OFF_MINUTES", 30),
        "SESSION_HOURS": env.int("SESSION_HOURS", 12),
        "SESSION_IDLE_MINUTES": env.int("SESSION_IDLE_MINUTES", 120),
        "AUDIT_DAYS": env.int("AUDIT_DAYS", 730),
    }
    faults: list[str] = []
    state_folder = state_folder.resolve()
    try:
        env.seal()
    except EnvValidationError as error:
        messages = error.error_messages
        assert isinstance(messages, dict)  # environs gives a list only for a single variable
        faults += [f"{name}: {' '.join(reasons)}" for name, reasons in messages.items()]
    else:
        if production:
            faults += _missing_in_production(secret_key, allowed_hosts, database_url)
            faults += _weak_contact_keys(contact_keys)
            faults += _mails_that_are_printed(email)
        faults += [f"{name} must be 1 or more" for name, value in numbers.items() if value < 1]
    faults += _odd_admin_path(admin_path)
    faults += _odd_contact(security_contact)
    faults += _odd_site_address(site_address)
    if not (email or {}).get("EMAIL_BACKEND"):
        faults.append("EMAIL_URL makes no sense: for example submission://user:password@host")
    if faults:
        raise ImproperlyConfigured(
            "The portal cannot start with this environment:\n  - " + "\n  - ".join(faults)
        )
    return Environment(
        production=production,
        secret_key=secret_key or _local_key(state_folder, "secret_key"),
        allowed_hosts=allowed_hosts or ["localhost", "127.0.0.1", "[::1]"],
        trusted_origins=trusted_origins,
        database_url=database_url or f"sqlite:///{quote(str(state_folder / 'portal.sqlite3'))}",
        state_folder=state_folder,
        behind_proxy=behind_proxy,
        log_level=log_level,
        page_cache_bytes=max(0, page_cache_bytes),
        contact_email=contact_email,
        security_contact=security_contact,
        email=email,
        from_email=from_email,
        mail_at_once=mail_at_once,
        site_address=site_address or _likely_site_address(production, allowed_hosts),
        review_by_another=review_by_another,
        admin_path=admin_path,
        staff_second_factor=staff_second_factor,
        sign_in_attempts=numbers["SIGN_IN_ATTEMPTS"],
        sign_in_cool_off_minutes=numbers["SIGN_IN_COOL_OFF_MINUTES"],
        session_hours=numbers["SESSION_HOURS"],
        session_idle_minutes=numbers["SESSION_IDLE_MINUTES"],
        session_ends_with_browser=session_ends_with_browser,
        audit_days=numbers["AUDIT_DAYS"],
        contact_keys=contact_keys or [_local_key(state_folder, "contact_key")],
    )


def _missing_in_production(
    secret_key: str, allowed_hosts: list[str], database_url: str
) -> list[str]:
    """List, in plain words, what a production environment still lacks."""
    faults = []
    if len(secret_key) < 50:
        faults.append("SECRET_KEY is missing or shorter than 50 characters: set a long random text")
    if not allowed_hosts:
        faults.append("ALLOWED_HOSTS is missing: list the host names, separated by commas")
    if "*" in allowed_hosts:
        faults.append("ALLOWED_HOSTS holds '*': name the hosts, or any host name is believed")
    if not database_url:
        faults.append("DATABASE_URL is missing: for example postgres://user:password@host/name")
    return faults


def _weak_contact_keys(keys: list[str]) -> list[str]:
    """Refuse to keep contact data under a key that is missing or can be guessed."""
    if keys and all(len(key) >= 32 for key in keys):
        return []
    return [
        "CONTACT_KEYS is missing or holds a key shorter than 32 characters: set one long random "
        "text; to replace it put the new one in front, separated by a comma"
    ]


def _mails_that_are_printed(email: dict[str, Any]) -> list[str]:
    """Refuse to print mails to a log: addresses and private links stand in them."""
    if ".console." not in email.get("EMAIL_BACKEND", ""):
        return []
    return [
        "EMAIL_URL is missing, or would print mails with addresses and private links to the log: "
        "name the mail server, for example submission://user:password@host"
    ]


def _odd_admin_path(path: str) -> list[str]:
    """Refuse a path that is no plain address; portal.E003 finds one that a page has already."""
    if re.fullmatch(r"([A-Za-z0-9_-]+/)+", path):
        return []
    return ["ADMIN_PATH must be letters, digits, hyphens and slashes: for example desk/"]


def _odd_contact(contact: str) -> list[str]:
    """Refuse a contact that security.txt may not hold."""
    if not contact or re.fullmatch(r"(https://|mailto:|tel:)\S+", contact):
        return []
    return ["SECURITY_CONTACT must begin with https://, mailto: or tel: and hold no space"]


def _odd_site_address(address: str) -> list[str]:
    """Refuse an address from which no links can be made."""
    if not address or re.fullmatch(r"https?://[^/?#\s]+", address):
        return []
    return ["SITE_ADDRESS must be a scheme and a host: for example https://example.org"]


def _likely_site_address(production: bool, allowed_hosts: list[str]) -> str:
    """Give the address of the site where the deployment does not say it."""
    if production:
        return f"https://{allowed_hosts[0].lstrip('.')}"
    return "http://localhost:8000"


def _local_key(folder: Path, name: str) -> str:
    """Give a key kept in the state folder; make it on first use, readable by its owner only."""
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64), encoding="ascii")
    return path.read_text(encoding="ascii")
