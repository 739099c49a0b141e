"""Migration operations that make and remove a search index, on either database."""

from typing import Any

from django.db.migrations.operations.base import Operation

from portal.search.postgresql import (
    CREATE_CONFIGURATION,
    DROP_CONFIGURATION,
    UNACCENT_NUMBERED_WORDS,
    PostgreSQLStore,
)
from portal.search.store import store


class CreateSearchConfiguration(Operation):
    """Make PostgreSQL's text search configuration; SQLite needs none."""

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change no model."""

    def database_forwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        """Make the configuration."""
        if editor.connection.vendor == "postgresql":
            editor.execute(CREATE_CONFIGURATION)

    def database_backwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        """Remove the configuration."""
        if editor.connection.vendor == "postgresql":
            editor.execute(DROP_CONFIGURATION)

    def describe(self) -> str:
        """Say what the operation does."""
        return "Create the text search configuration"


class UnaccentNumberedWords(Operation):
    """Take accents off words with digits in them too, in PostgreSQL."""

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change no model."""

    def database_forwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        """Change the configuration."""
        if editor.connection.vendor == "postgresql":
            editor.execute(UNACCENT_NUMBERED_WORDS)

    def database_backwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        """Leave it: it does no harm to an older version."""

    def describe(self) -> str:
        """Say what the operation does."""
        return "Take accents off words with digits"


class RemakeSearchVector(Operation):
    """Let PostgreSQL read the stored texts of an index anew, by the rules of today."""

    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change no model."""

    def database_forwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        """Make the column anew."""
        if editor.connection.vendor == "postgresql":
            for statement in PostgreSQLStore().remake_vector(self.table):
                editor.execute(statement)

    def database_backwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        """Leave it: it does no harm to an older version."""

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Read the texts of {self.table} anew"


class CreateSearchIndex(Operation):
    """Make the table of a search index. Filling it is the work of `manage.py rebuild_search`."""

    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change no model: the index is none."""

    def database_forwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        """Make the table."""
        for statement in store(editor.connection.vendor).create(self.table):
            editor.execute(statement)

    def database_backwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        """Remove the table."""
        editor.execute(f"DROP TABLE {self.table}")

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Create the search index {self.table}"
