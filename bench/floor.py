"""The servers that give the portal's page with next to no work: what is left to win."""

import gzip
import html
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.clients import Response
from bench.machine import nginx
from bench.places import environment, python
from bench.processes import free_port, serving

# Headers that the server makes itself.
OF_THE_SERVER = {"date", "server", "connection", "content-length", "transfer-encoding"}

NGINX = """
{user}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 1000000;
    gzip_static on;
    default_type text/html;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/static;
    }}
}}
"""


def write(folder: Path, response: Response, total: int, titles: Sequence[str]) -> str:
    """Write the files of bench/minimal and nginx from the portal's page; give its HTML.

    The template is the finished page, in which title, totals and the titles of the results are
    variables.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("templates", "static"):
        (folder / name).mkdir(parents=True)
    page = gzip.decompress(response.body).decode()
    template = page
    if "{{" in page or "{%" in page or "{#" in page:
        raise RuntimeError("the page holds signs of the template language")
    head = page.split("<title>", 1)[1].split("</title>", 1)[0]
    words = {"head": html.unescape(head), "total": total, "titles": list(titles)}
    changes = [(f"<title>{head}<", "<title>{{ head }}<")]
    changes += [(f"<strong>{total}</strong>", "<strong>{{ total }}</strong>")]
    for place, title in enumerate(titles):
        # As Django's templates escape it.
        escaped = html.escape(title)
        changes.append((f">{escaped}</a></h3>", f">{{{{ titles.{place} }}}}</a></h3>"))
    for old, new in changes:
        if old not in template:
            raise RuntimeError(f"the page lacks {old!r}")
        template = template.replace(old, new, 1)
    headers = {name: value for name, value in response.headers.items() if name not in OF_THE_SERVER}
    (folder / "templates" / "page.html").write_text(template, encoding="utf-8", newline="")
    (folder / "static" / "page.html").write_text(page, encoding="utf-8", newline="")
    (folder / "static" / "page.html.gz").write_bytes(response.body)
    (folder / "words.json").write_text(json.dumps(words), encoding="utf-8")
    (folder / "headers.json").write_text(json.dumps(headers), encoding="utf-8")
    return page


@contextmanager
def minimal(folder: Path) -> Iterator[int]:
    """Serve bench/minimal exactly as the portal is served; give its port."""
    port = free_port()
    env = environment(
        str(folder / "unused.sqlite3"),
        PORT=str(port),
        DJANGO_SETTINGS_MODULE="bench.minimal.settings",
        MINIMAL_FOLDER=str(folder),
    )
    command = python("-m", "gunicorn", "--config", "python:portal.gunicorn")
    with serving(command, env, port, "/fixed/"):
        yield port


@contextmanager
def static_nginx(folder: Path) -> Iterator[int | None]:
    """Serve the page as a file by nginx; give its port, or None where it is not installed."""
    path = nginx()
    if path is None:
        yield None
        return
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(user=user, folder=folder, port=port), encoding="utf-8")
    command = [path, "-p", str(folder), "-c", str(configuration), "-e", "stderr"]
    with serving(command, environment(str(folder / "unused.sqlite3")), port, "/page.html"):
        yield port
