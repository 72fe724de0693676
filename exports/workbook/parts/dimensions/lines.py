"""The lines of Inputs that show a dimension: its members and their places, a calendar's dates, what belongs to what."""

from __future__ import annotations

from engine.model.calendar import serial_day
from engine.model.dimensions import Dimension
from engine.model.names import days_id, map_id, map_name, start_id
from exports.style.a1 import letter
from exports.style.by_member import file_words
from exports.workbook.layout.choices import DATE, MEMBER, code_formula
from exports.workbook.layout.geometry import GRID, PlacedLine
from exports.workbook.layout.grid import SheetCell, SheetLine
from exports.workbook.parts.book import Book
from exports.workbook.parts.frame import IN_PART, describe, line_of, member_values, uncapitalize


def dimension_line(book: Book, line: PlacedLine) -> SheetLine:
    """Return a line of a dimension, each of whose cells stands below its member."""
    dimension = book.results.plan.model.dimension[line.members]
    match line.kind:
        case "places":
            return _line(
                f"Place of each {uncapitalize(dimension.label)}",
                "Counted from 1",
                [SheetCell(float(index + 1), "place", "0") for index in range(len(dimension.members))],
            )
        case "codes":
            label = f"Number of each {uncapitalize(dimension.label)} in formulas"
            return _line(
                label,
                "Counted from 0",
                [SheetCell(code, "place", "0") for code in dimension.codes],
                dimension.id,
            )
        case "starts" | "ends" | "days" | "heads":
            return _days(dimension, line)
        case "map" | "map_codes":
            return _map(book, dimension, line)
    words = _words(file_words(dimension.listed_in), dimension.note)
    values = member_values(dimension)
    cells = describe(dimension.label, dimension.id, dimension.unit, words)
    for index, value in enumerate(values):
        cells[GRID + index] = SheetCell(value, "constant" if isinstance(value, float) else "text_right")
    return line_of(cells)


def _days(dimension: Dimension, line: PlacedLine) -> SheetLine:
    label = uncapitalize(dimension.label)
    if line.kind == "days":
        lengths = [float((period.end - period.start).days + 1) for period in dimension.periods]
        cells = [SheetCell(length, "place", "0") for length in lengths]
        words = "Last day less first day, and 1"
        return _line(f"Days of each {label}", words, cells, days_id(dimension.id), unit="day")
    if line.kind == "heads":
        heads = [f"{period.name}{'' if period.is_whole else IN_PART}" for period in dimension.periods]
        return _line(f"Heading of each {label} (* in part)", "", [SheetCell(head, "text_right") for head in heads])
    is_start = line.kind == "starts"
    days = [period.start if is_start else period.end for period in dimension.periods]
    name = "First" if is_start else "Last"
    partial = [period.name for period in dimension.periods if not period.is_whole]
    words = f"In part: {', '.join(partial)}" if partial else ""
    cells = [SheetCell(serial_day(day), "place", DATE) for day in days]
    return _line(f"{name} day of each {label}", words, cells, start_id(dimension.id) if is_start else "")


def _map(book: Book, dimension: Dimension, line: PlacedLine) -> SheetLine:
    plan = book.results.plan
    group = plan.model.dimension[line.group]
    label = f"{group.label} of each {uncapitalize(dimension.label)}"
    if line.kind == "map":
        titles = {source.id: source.title for source in plan.model.sources}
        words = _words(
            file_words(group.mapped_in), *[titles.get(source, source) for source in group.sources], group.note
        )
        style = "text_right" if group.periods else "input_text"
        cells = [SheetCell(group.members[place], style) for place in group.places]
        return _line(label, words, cells, map_name(group.id), MEMBER)
    cells = []
    for index, place in enumerate(group.places):
        formula = code_formula(book.layout, group, f"{letter(GRID + index)}${line.number - 1}")
        cells.append(SheetCell(group.codes[place], "calculation", "0", formula=formula))
    words = "By its place among the members"
    return _line(f"{label}, as a number", words, cells, map_id(group.id, dimension.id))


def _words(*texts: str) -> str:
    return "; ".join([" ".join(text.split()) for text in texts if text.strip()])


def _line(label: str, words: str, cells: list[SheetCell], name: str = "", unit: str = "1") -> SheetLine:
    found = describe(label, name, unit, words)
    found |= {GRID + index: cell for index, cell in enumerate(cells)}
    return line_of(found)
