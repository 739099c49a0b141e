"""Reads files that the site gives, as the programs of those who take them away do."""

import csv
import json
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import bibtexparser
import openpyxl
import rispy
from bibtexparser.bparser import BibTexParser
from django.test import Client

from tests.pdf.reading import words_of

FORMATS = ("csv", "xlsx", "json", "bib", "ris")
TEX = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    **{f"\\{char}": char for char in "&%$#_"},
}


def body_of(answer: Any) -> bytes:
    """Give the bytes of an answer, sent at once or while they were made."""
    body: bytes = answer.getvalue()
    return body


def text_of(answer: Any) -> str:
    """Give all that an answer says as text; of a workbook, that of its parts."""
    body = body_of(answer)
    if body.startswith(b"%PDF"):
        return words_of(body)
    if not body.startswith(b"PK"):
        return body.decode()
    with ZipFile(BytesIO(body)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())


def read_csv(answer: Any) -> list[dict[str, str]]:
    """Read a table."""
    text = body_of(answer).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def read_xlsx(answer: Any) -> Any:
    """Read a workbook."""
    return openpyxl.load_workbook(BytesIO(body_of(answer)))


def read_json(answer: Any) -> Any:
    """Read data."""
    return json.loads(body_of(answer))


def read_bibtex(answer: Any) -> list[dict[str, str]]:
    """Read entries of BibTeX, their titles as TeX would set them."""
    parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False)
    entries: list[dict[str, str]] = bibtexparser.loads(body_of(answer).decode(), parser).entries
    return [{**entry, "title": set_by_tex(entry["title"])} for entry in entries]


def set_by_tex(text: str) -> str:
    """Give what TeX sets for a field that keeps its capitals by a second pair of braces."""
    assert (text[0], text[-1]) == ("{", "}")
    text, made = text[1:-1], ""
    while text:
        word = next((word for word in TEX if text.startswith(word)), text[0])
        made += TEX.get(word, word)
        text = text[len(word) :]
    return made


def read_ris(answer: Any) -> list[dict[str, Any]]:
    """Read records of RIS."""
    records: list[dict[str, Any]] = rispy.loads(body_of(answer).decode())
    return records


def titles_of(answer: Any, extension: str) -> list[str]:
    """Give the titles of the cases in a file, in its order."""
    if extension == "csv":
        return [row["title"] for row in read_csv(answer)]
    if extension == "xlsx":
        return [row[1].value for row in read_xlsx(answer).worksheets[0].iter_rows(min_row=2)]
    if extension == "json":
        return [case["title"] for case in read_json(answer)["cases"]]
    if extension == "bib":
        return [entry["title"] for entry in read_bibtex(answer)]
    return [record["title"] for record in read_ris(answer)]


def browsed_titles(client: Client, query: str) -> list[str]:
    """Walk all pages of a selection and give its titles in order."""
    first = client.get(f"/cases.json?{query}").json()
    titles = [result["title"] for result in first["results"]]
    for page in range(2, first["pages"] + 1):
        later = client.get(f"/cases.json?{query}&page={page}").json()
        titles += [result["title"] for result in later["results"]]
    assert len(titles) == first["total"]
    return titles
