"""Fixtures that many tests share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client

from portal.library import load
from portal.search import all_indexes
from portal.search.store import store
from tests.builders import make_curator

LIBRARY = Path(settings.LIBRARY_FOLDER)


@pytest.fixture(scope="session")
def library_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The name of a copy of the test database that holds the shipped library, loaded once."""
    with django_db_blocker.unblock():
        connection.close()  # so that SQLite has everything in the one file that is copied
        connection.creation.clone_test_db("library", verbosity=0)
        name = str(connection.creation.get_test_db_clone_settings("library")["NAME"])
        with database(name):
            load(LIBRARY, lambda part, done, total: None)
    yield name
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(verbosity=0, suffix="library")


@pytest.fixture(scope="module")
def library(library_database: str, django_db_blocker: Any) -> Iterator[None]:
    """The shipped library in the database, until the end of a module."""
    with django_db_blocker.unblock(), database(library_database), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def database(name: str) -> Iterator[None]:
    """Look at another database of the same server, or at another file."""
    own = connection.settings_dict["NAME"]
    _look_at(name)
    try:
        yield
    finally:
        _look_at(own)


def _look_at(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()


@pytest.fixture(autouse=True)
def no_index_is_left(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Empty the search indexes after a test that commits: Django's flush knows models only."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        with django_db_blocker.unblock():
            for index in all_indexes():
                store().clear(index.table)


@pytest.fixture
def curator_client(db: None) -> Client:
    """A browser in which a curator is signed in."""
    client = Client()
    client.force_login(make_curator())
    return client
