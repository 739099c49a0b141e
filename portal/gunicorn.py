"""How gunicorn serves the portal. PORT and WEB_CONCURRENCY move the port and the process count."""

import os
from typing import Any

from portal.sending.logs import PrivateLinkFilter

wsgi_app = "portal.wsgi"
bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Threads that wait for a PDF do no work meanwhile (portal/pdf/engine.py bounds their number).
threads = 8
# The application answers 414 beyond settings.LONGEST_ADDRESS itself, in plain words; gunicorn's own
# limit must lie above it, and this is as far as it goes.
limit_request_line = 8_190
graceful_timeout = 10
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Keep private links out of gunicorn's own log too."""
    server.log.error_log.addFilter(PrivateLinkFilter())
