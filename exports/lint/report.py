"""What the rules found, for a person and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from engine.problems import printable, shortened
from exports.lint.context import Finding
from exports.lint.rules import Rule
from exports.reading.records import OpenedBook
from exports.style.words import counted

_MOST_SHOWN: Final = 5
_LONGEST: Final = 160
_LONGEST_PLACE: Final = 80

Breaches = Sequence[tuple[Rule, Sequence[Finding]]]


def as_text(book: OpenedBook, found: Breaches) -> str:
    """Return a text: each rule that is broken with its source and the first places, then how many hold."""
    lines: list[str] = []
    for rule, findings in found:
        if not findings:
            continue
        lines.append(f"{rule.id}: {rule.text}  [{rule.source}]")
        lines += [_line(finding) for finding in findings[:_MOST_SHOWN]]
        if len(findings) > _MOST_SHOWN:
            lines.append(f"    and {len(findings) - _MOST_SHOWN:,} more")
    if not any(sheet.cells for sheet in book.sheets):
        return f"{book.path}: the workbook is empty, and there is nothing to hold against the rules"
    broken = sum(bool(findings) for _, findings in found)
    size = f"{counted(len(book.sheets), 'sheet')}, {book.formulas:,} formulas"
    hold = f"{len(found) - broken} of {len(found)} rules hold" if broken else f"all {len(found)} rules hold"
    return "\n".join([*lines, f"{book.path}: {size}: {hold}"])


def _line(finding: Finding) -> str:
    where, message = shortened(finding.where, _LONGEST_PLACE), shortened(finding.message, _LONGEST)
    return f"    {printable(where)}  {printable(message)}"


def record(book: OpenedBook, found: Breaches) -> dict[str, Any]:
    """Return plain values: every rule with all its findings."""
    return {
        "workbook": str(book.path),
        "rules": [
            {
                "id": rule.id,
                "text": rule.text,
                "source": rule.source,
                "holds": not findings,
                "findings": [{"where": finding.where, "message": finding.message} for finding in findings],
            }
            for rule, findings in found
        ],
    }
