"""A workbook held against rules of good modelling practice."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine.memory import collector_paused
from engine.problems import ModelError, error
from exports.lint import report
from exports.lint.context import Finding
from exports.lint.rules import Rule, check_rules
from exports.reading.reader import read_workbook
from exports.reading.records import OpenedBook
from plainsheet.failures import as_model_error


@dataclass(frozen=True)
class Lint:
    """What rules found in a workbook: `found` holds every rule with what breaks it; printed, what `lint` prints."""

    book: OpenedBook = field(repr=False)
    found: tuple[tuple[Rule, tuple[Finding, ...]], ...] = field(repr=False)

    @property
    def holds(self) -> bool:
        """Return whether every rule holds."""
        return not self.broken

    @property
    def broken(self) -> dict[str, tuple[Finding, ...]]:
        """Return the places where each broken rule is, by its id: `where` and `message`."""
        return {rule.id: findings for rule, findings in self.found if findings}

    def record(self) -> dict[str, Any]:
        """Return plain values, as `lint --json` prints them."""
        return report.record(self.book, self.found)

    def __str__(self) -> str:
        """Return the broken rules with their standards and the first places, then how many hold."""
        return report.as_text(self.book, self.found)


def lint(path: str | os.PathLike[str]) -> Lint:
    """Return what the rules find in any .xlsx or .xlsm workbook.

    Raises ModelError for a file that is no workbook, cannot be read, or is not there.
    """
    file = Path(path)
    if file.suffix.lower() not in {".xlsx", ".xlsm"}:
        raise ModelError([error("file", f"'{file}' is no .xlsx file")])
    with as_model_error(), collector_paused():
        return _held(read_workbook(file))


def lint_content(content: bytes, name: str) -> Lint:
    """Return what the rules find in the bytes of a workbook; `name` is what the report calls it."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "model.xlsx")
        file.write_bytes(content)
        return _held(replace(read_workbook(file), path=Path(name)))


def _held(book: OpenedBook) -> Lint:
    return Lint(book, tuple([(rule, tuple(findings)) for rule, findings in check_rules(book)]))
