"""What is wrong with a model as an editor shows it: where, in the words of `check`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from lsprotocol.types import Diagnostic, DiagnosticSeverity, Range

from engine.problems import Problem, in_file_order, printable
from plainsheet.editor.document import Document, Reading
from plainsheet.editor.lines import Span

SOURCE: Final = "plainsheet"
_MOST: Final = 1_000
_QUOTED: Final = re.compile(r"'([^'\n]+)'")


def diagnose(document: Document) -> list[Diagnostic]:
    """Return what is wrong with a model, in the order of its text; of its data, where this names them."""
    return [diagnostic_of(document, problem) for problem in in_file_order(_told(document))[:_MOST]]


def _told(document: Document) -> Sequence[Problem]:
    """Return the problems of a text; of data that is not what it was written for with the cells that differ."""
    problems = document.now.checked.problems
    wrong = tuple([one.message for one in problems if one.code == "hash" and one.severity == "error"])
    if not wrong or not document.is_in_folder:
        return problems
    # What a file had before is looked for when it is another, and not with every key.
    told = document.kept(_with_cells, document.looks, wrong)
    return [replace(one, message=told.get(one.message, one.message)) for one in problems]


def _with_cells(document: Document, *_: object) -> dict[str, str]:
    from exports.review.data.update import explain  # noqa: PLC0415  # only where a file of data is another one

    before = document.now.checked.problems
    return {one.message: told.message for one, told in zip(before, explain(before, document.now.model), strict=True)}


def diagnostic_of(document: Document, problem: Problem) -> Diagnostic:
    """Return a problem as an editor shows it."""
    told = "\n".join([problem.message, *([f"hint: {problem.hint}"] if problem.hint else [])])
    severity = DiagnosticSeverity.Warning if problem.severity == "warning" else DiagnosticSeverity.Error
    message = "\n".join(map(printable, told.split("\n")))
    return Diagnostic(_range(document, problem), message, severity, problem.code, source=SOURCE)


def _range(document: Document, problem: Problem) -> Range:
    span = span_of(document.now, problem)
    if span is not None:
        return document.lines.range(*span)
    line = (problem.location.line if problem.location else None) or 1
    start, end = document.lines.line(min(line, len(document.lines)) - 1)
    indent = len(document.text[start:end]) - len(document.text[start:end].lstrip())
    return document.lines.range(min(start + indent, end), end)


def span_of(reading: Reading, problem: Problem) -> Span | None:
    """Return where a problem stands in the text: the name that is wrong where the text has it, else all of its place.

    None where it is known by its line at most.
    """
    where = problem.location
    if where is None or where.known_line is not None or not where.path or reading.model is None:
        return None
    if where.file != reading.model.document.name:
        return None
    span = reading.span(where.path)
    return None if span is None else next(_names(reading.text, span, problem.message), span)


def _names(text: str, span: Span, message: str) -> Iterator[Span]:
    """Yield where the names that a message has in quotes stand in a part of a text, as whole words."""
    start, end = span
    for name in _QUOTED.findall(message.split("\n", maxsplit=1)[0]):
        word = rf"(?<!\w){re.escape(name)}(?!\w)"
        for one in re.finditer(word, text[start:end]):
            yield start + one.start(), start + one.end()
