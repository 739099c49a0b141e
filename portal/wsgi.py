"""The application that gunicorn serves."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request.

    Python knows codecs that are no encodings of text, such as rot13. Django takes the charset of a
    request for one of those that are, before any code of ours runs, and would answer 500.
    """
    kind, options = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
    if "charset" in options:
        try:
            b"".decode(options["charset"])
        except (LookupError, ValueError):
            environ["CONTENT_TYPE"] = kind
    return _django(environ, start_response)
