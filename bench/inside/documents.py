"""Sets the booklet of a selection by the portal's engine or by WeasyPrint, and measures the cost.

CPU and memory are those of the processes that this one starts: each engine runs in one of its own,
from its start to the finished file.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pypdfium2
from django.http import QueryDict
from django.utils import timezone

from bench.peers.html import html_of
from casestudies.documents import Detail, Setting, booklet
from casestudies.facets import CASES
from portal.browse import browse
from portal.pdf import engine
from portal.pdf.document import Document

WEASYPRINT = (
    "import sys, weasyprint; "
    "weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2], pdf_variant='pdf/ua-1')"
)


def measure(query: str, detail: str, peer: str, repeats: int) -> dict[str, Any]:
    """Give wall time (each run), CPU seconds and peak memory of one run, size and pages."""
    document = _document(query, Detail(detail))
    times = []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(repeats):
        began = time.perf_counter()
        pdf = _weasyprint(document) if peer == "weasyprint" else engine.typeset(
            document, timezone.now()
        )  # fmt: skip
        times.append((time.perf_counter() - began) * 1000)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "times": times,
        "cpu": cpu / repeats,
        "memory": after.ru_maxrss / 1024,
        "size": len(pdf),
        "pages": len(pypdfium2.PdfDocument(pdf)),
    }


def _document(query: str, detail: Detail) -> Document:
    page = browse(CASES, QueryDict(query), "/cases/")
    setting = Setting(lambda path: f"https://example.org{path}", "a4", timezone.localdate())
    return booklet(page, detail, setting, as_of="")


def _weasyprint(document: Document) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.html"), Path(folder, "out.pdf")
        source.write_text(html_of(json.loads(json.dumps(document.as_data()))), encoding="utf-8")
        subprocess.run(
            [sys.executable, "-c", WEASYPRINT, str(source), str(target)],
            check=True,
            capture_output=True,
        )
        return target.read_bytes()
