"""The catalogues that the apps declare, found by name in their facets.py."""

from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from portal.facets.declaration import Catalogue


def all_catalogues() -> list[Catalogue]:
    """Give every catalogue declared in an installed app's facets.py, in the apps' order."""
    found = []
    for config in apps.get_app_configs():
        if config.name != "portal" and module_has_submodule(config.module, "facets"):
            declared = vars(import_module(f"{config.name}.facets"))
            found += [value for value in declared.values() if isinstance(value, Catalogue)]
    return found
