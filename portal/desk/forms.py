"""Forms whose autocompleting fields are told what has been fetched with the record."""

from typing import Any

from django import forms

from portal.desk.widgets import is_told, tell


class KnownForm(forms.ModelForm[Any]):
    """A form that asks the database for no name that came with its record.

    Otherwise a table of rows would ask once a row.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fetched = self.instance._state.fields_cache
        for name, field in self.fields.items():
            if fetched.get(name) is not None and is_told(field):
                tell(field, {fetched[name].pk: fetched[name]})
