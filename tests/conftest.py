"""Fixtures that many tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from portal.library import load
from tests.builders import make_curator

LIBRARY = Path(settings.LIBRARY_FOLDER)


@pytest.fixture(scope="module")
def library(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The shipped library in the database, for all tests of a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(LIBRARY, lambda part, done, total: None)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def curator_client(db: None) -> Client:
    """A browser in which a curator is signed in."""
    client = Client()
    client.force_login(make_curator())
    return client
