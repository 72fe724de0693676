"""An exported workbook as lines, for git to compare: the inputs in each scenario, and the formulas in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.problems import Mistake, printable
from exports.reading.reader import read_workbook
from exports.roundtrip.named_lines import Lines, without_marks
from exports.roundtrip.registry import Registry
from exports.style.words import in_full


def as_lines(path: Path) -> str:
    """Return a workbook as text; of one that is no export every cell."""
    book = read_workbook(path)
    try:
        registry = Registry(book)
    except Mistake:
        cells = [(f"{sheet.name}!{place}", cell.value) for sheet in book.sheets for place, cell in sheet.cells.items()]
        return "".join(f"{printable(str(where))}: {printable(str(value))}\n" for where, value in cells)
    lines = Lines(list(registry.book.sheets))
    return "".join(f"{printable(line)}\n" for line in (*_inputs(registry), *_constants(lines), *_formulas(lines)))


def _inputs(registry: Registry) -> Iterator[str]:
    for (name, case), entry in registry.entries.items():
        held = registry.content(entry.spot) if entry.spot is not None else None
        if held is not None and not held.is_formula:
            value = held.value
            if entry.unit == "percent" and isinstance(value, int | float):
                # Cells of percent hold the fraction.
                value = in_full(float(value) * 100)
            yield f"{name} in {case} = {value} {entry.unit}"


def _constants(lines: Lines) -> Iterator[str]:
    """Yield the numbers that no scenario changes: those of formulas, and between units."""
    for read in lines.sheets.values():
        for row, (name, line) in read.names.items():
            held = read.sheet.cells.get((row, read.live))
            if not line and held is not None and held.is_number and not held.is_formula:
                yield f"{name} = {held.value}"


def _formulas(lines: Lines) -> Iterator[str]:
    said = set()
    for (name, line, _), (read, place, cell) in lines.formulas.items():
        if cell.is_formula:
            formula = without_marks(lines.normal(read, place, str(cell.value)))
            # The members above a block repeat those of the sheet's head.
            is_heading = line > 0 and formula.isidentifier()
            if not is_heading and (name, line, formula) not in said:
                said.add((name, line, formula))
                yield f"{name}{f'+{line}' if line else ''} = {formula}"
