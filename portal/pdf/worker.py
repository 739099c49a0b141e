"""The short-lived process that sets one document: JSON on standard input, PDF on standard output.

It knows neither Django nor the portal, so that it starts in a few hundredths of a second, and it
puts limits on itself before it touches the data. What it has to tell (a standard that could not be
kept, a failure) goes to standard error as one JSON object.
"""

import json
import resource
import signal
import sys
import time
from typing import Any, Literal

import typst

STANDARDS: list[Literal["ua-1"]] = ["ua-1"]


def main() -> int:
    """Set the document. Gives 0 when there is one, 1 when Typst refuses it even without standards.

    The input is {"template", "root", "fonts", "memory" (bytes), "seconds", "timestamp" (UNIX),
    "data" (passed on to the template, which finds it in `sys.inputs.data`)}.
    """
    began = time.monotonic()
    order = json.load(sys.stdin.buffer)
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    signal.alarm(order["seconds"])  # should the parent die, this does not go on for ever
    told: dict[str, str] = {"standard": STANDARDS[0]}
    try:
        document = _set(order, order["data"], STANDARDS)
    except BaseException as refusal:  # a panic of the engine is no Exception
        try:
            document = _set(order, order["data"], [])
        except BaseException as failure:
            json.dump({"failure": _words(failure)}, sys.stderr)
            return 1
        deadline = began + order["seconds"] / 2
        told = {"refusal": _words(refusal), "chapter": _chapter_at_fault(order, deadline)}
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


def _chapter_at_fault(order: dict[str, Any], deadline: float) -> str:
    """Give the name of a chapter that the standard refuses by itself, looking by halves."""
    chapters = order["data"]["chapters"]
    while chapters:
        if time.monotonic() > deadline:
            return "not looked for: it would take too long"
        half = chapters[: len(chapters) // 2] or chapters
        is_at_fault = _is_refused(order, half)
        if len(chapters) == 1:
            return str(chapters[0]["name"]) if is_at_fault else "no chapter by itself"
        chapters = half if is_at_fault else chapters[len(half) :]
    return "no chapter by itself"


def _is_refused(order: dict[str, Any], chapters: list[Any]) -> bool:
    try:
        _set(order, {**order["data"], "chapters": chapters, "alone": True}, STANDARDS)
    except BaseException:
        return True
    return False


def _words(error: BaseException) -> str:
    if isinstance(error, typst.TypstError):
        return "; ".join([error.message, *error.hints])
    return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    sys.exit(main())
