"""The short-lived process that sets one document: JSON on standard input, PDF on standard output.

It knows neither Django nor the portal, so that it starts in a few hundredths of a second, and it
puts limits on itself before it touches the data. What it has to tell (a standard that could not be
kept, a failure) goes to standard error as one JSON object.
"""

import json
import resource
import signal
import sys
from typing import Any, Literal

import typst

STANDARDS: list[Literal["ua-1"]] = ["ua-1"]


def main() -> int:
    """Set the document. Gives 0 when there is one, 1 when Typst refuses it even without standards.

    The input is {"template", "root", "fonts", "memory" (bytes), "seconds", "timestamp" (UNIX),
    "data" (passed on to the template, which finds it in `sys.inputs.data`)}.
    """
    order = json.load(sys.stdin.buffer)
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    signal.alarm(order["seconds"])  # should the parent die, this does not go on for ever
    try:
        document, told = _set(order, order["data"], STANDARDS), {}
    except typst.TypstError as refusal:
        try:
            document = _set(order, order["data"], [])
        except typst.TypstError as failure:
            json.dump({"failure": _words(failure)}, sys.stderr)
            return 1
        told = {"refusal": _words(refusal), "chapter": _chapter_at_fault(order)}
    json.dump(told, sys.stderr)
    sys.stderr.flush()
    sys.stdout.buffer.write(document)
    return 0


def _set(order: dict[str, Any], data: dict[str, Any], standards: list[Literal["ua-1"]]) -> bytes:
    compiler = typst.Compiler(
        order["template"],
        root=order["root"],
        font_paths=[order["fonts"]],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    document = compiler.compile(
        format="pdf", pdf_standards=[*standards], timestamp=order["timestamp"]
    )
    assert isinstance(document, bytes)
    return document


def _chapter_at_fault(order: dict[str, Any]) -> str:
    """Give the name of the first chapter that the standard refuses by itself; empty if none."""
    for chapter in order["data"]["chapters"]:
        try:
            _set(order, {**order["data"], "chapters": [chapter], "alone": True}, STANDARDS)
        except typst.TypstError:
            return str(chapter["name"])
    return ""


def _words(error: typst.TypstError) -> str:
    return "; ".join([error.message, *error.hints])


if __name__ == "__main__":
    sys.exit(main())
