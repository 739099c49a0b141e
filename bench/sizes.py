"""Part: bytes over the wire: a first visit to /cases/ with every file that it loads, and later."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from bench.clients import Target, ask, text_of
from bench.corpora import library
from bench.options import Options
from bench.pages import FILTERS
from bench.processes import manage, portal
from bench.report import Table

# What a browser fetches by itself: style sheets, icons, scripts and images.
LOADED = re.compile(
    r"<link\b(?=[^>]*\brel=\"(?:stylesheet|icon|preload|manifest)\")[^>]*\bhref=\"([^\"]+)\""
    r"|<(?:script|img|source|iframe)\b[^>]*\bsrc=\"([^\"]+)\""
)
IN_STYLES = re.compile(r"url\(\s*[\"']?([^\"')]+)[\"']?\s*\)|@import\s+[\"']([^\"']+)")
FURTHER = (f"/cases/?{FILTERS}", "/cases/?page=2", "/lessons/", "/glossary/")


def run(options: Options) -> list[Table]:
    """Count on the shipped library."""
    manage(str(library()), "collectstatic", "--no-input", "--verbosity", "0")
    visit = Table("First visit to /cases/ (84 cases): bytes over the wire, gzip",
                  ["file", "body", "kept by the browser"])  # fmt: skip
    later = Table("A further page: bytes over the wire, gzip", ["page", "body"])
    with portal(str(library())) as (port, _pid):
        page = ask(Target(port, ("/cases/",)))
        total = len(page.body)
        visit.rows.append(["/cases/", total, page.headers.get("cache-control", "no")])
        waiting = _links(LOADED, text_of(page), "/cases/")
        seen: set[str] = set()
        while waiting:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            file = ask(Target(port, (path,)))
            visit.rows.append([path, len(file.body), file.headers.get("cache-control", "no")])
            total += len(file.body)
            if "css" in file.headers.get("content-type", ""):
                waiting += _links(IN_STYLES, text_of(file), path)
        visit.rows.append([f"in all, {len(seen) + 1} files", total, ""])
        case = re.search(r'<h3><a href="(/cases/[^"]+/)"', text_of(page))
        for path in (*FURTHER, *([case[1]] if case else [])):
            later.rows.append([path, len(ask(Target(port, (path,))).body)])
    return [visit, later]


def _links(pattern: re.Pattern[str], text: str, base: str) -> list[str]:
    """Give the paths on this site that a text loads, in order."""
    found = (unescape(next(filter(None, groups))) for groups in pattern.findall(text))
    wanted = [link for link in found if not link.startswith(("data:", "#"))]
    if away := [link for link in wanted if urlsplit(link).netloc]:
        raise RuntimeError(f"loaded from another site: {away}")
    return [urljoin(base, link) for link in wanted]
