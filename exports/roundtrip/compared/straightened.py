"""A workbook as if nothing had been moved in it, beside what an export writes; and what was moved, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from engine.problems import listed, shortened
from exports.reading.records import Held, Opened, OpenedBook, Place
from exports.reading.references import REFERENCE
from exports.roundtrip.compared.alignment import Alignment, align_columns, align_rows
from exports.roundtrip.compared.wording import LABEL_WIDTH, plain, row_label, row_labels, says_same
from exports.style.a1 import address, letter, parse_cell, unquote
from exports.style.words import counted, plural
from exports.workbook.layout.geometry import HEADER_ROW, runs

_FEW = 4


class Spot(NamedTuple):
    """A cell of a workbook."""

    sheet: str
    place: Place

    @property
    def address(self) -> str:
        """Return how a reader finds it."""
        return f"{self.sheet}!{self.cell}"

    @property
    def cell(self) -> str:
        """Return how a reader finds it on its sheet."""
        return address(self.place)


@dataclass
class _Paired:
    """A sheet of the workbook and the one that it is of an export, with where its lines and columns are."""

    before: Opened
    after: Opened
    rows: Alignment
    columns: Alignment
    # Whether each cell says what it did on export.
    is_untouched: bool = False

    def __post_init__(self) -> None:
        self.rows_before = {now: then for then, now in self.rows.there.items()}
        self.columns_before = {now: then for then, now in self.columns.there.items()}

    def before_of(self, place: Place) -> Place | None:
        """Return where a cell was on export; None for one of a new line or column."""
        row, column = self.rows_before.get(place[0]), self.columns_before.get(place[1])
        return None if row is None or column is None else (row, column)

    @cached_property
    def lost_rows(self) -> dict[int, str]:
        """Return the lines that were deleted, with words for that: one for all that stood side by side."""
        name, found = self.before.name, {}
        edges = {row for span in runs(self.rows.gone) for row in span}
        labels = row_labels(self.before, edges)
        for first, last in runs(self.rows.gone):
            label, other = labels.get(first, ""), labels.get(last, "")
            words = f"row {first} of {name}, {label}, was deleted"
            if first != last:
                words = f"rows {first} to {last} of {name}, from {label} to {other}, were deleted"
            found.update(dict.fromkeys(range(first, last + 1), words))
        return found

    @cached_property
    def lost_columns(self) -> dict[int, str]:
        """Return the same of columns."""
        name, found = self.before.name, {}
        for first, last in runs(self.columns.gone):
            words = f"column {letter(first)} of {name}{_heads(self.before, first)} was deleted"
            if first != last:
                words = f"columns {letter(first)} to {letter(last)} of {name} were deleted"
            found.update(dict.fromkeys(range(first, last + 1), words))
        return found


@dataclass
class Straightened:
    """The sheets of a workbook with each cell where it was on export, and what was moved; what is new stands apart.

    `exported` are the sheets as an export writes them; `new` what stands on lines and columns that were inserted.
    """

    exported: Mapping[str, Opened]
    sheets: dict[str, Opened] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    new: list[tuple[Spot, Held]] = field(default_factory=list)
    _paired: dict[str, _Paired] = field(default_factory=dict)

    def spot(self, sheet: str, place: Place) -> Spot:
        """Return where a cell stands in the workbook, by where it was on export."""
        paired = self._paired.get(sheet)
        if paired is None:
            return Spot(sheet, place)
        row, column = (one.there.get(at, at) for one, at in zip((paired.rows, paired.columns), place, strict=True))
        return Spot(paired.after.name, (row, column))

    def is_untouched(self, sheet: str) -> bool:
        """Return whether each cell of a sheet says what it did on export."""
        return sheet in self._paired and self._paired[sheet].is_untouched

    def with_headings(self, sheet: Opened) -> Opened:
        """Return a sheet of the workbook, or one as if nothing had been moved, with the headings that an export writes.

        By these what it holds is found; that somebody typed over them is told.
        """
        paired = next((one for name, one in self._paired.items() if sheet in (one.after, self.sheets.get(name))), None)
        if paired is None:
            return sheet
        headings = {place: cell for place, cell in paired.before.cells.items() if place[0] == HEADER_ROW}
        if sheet is paired.after:
            name = paired.before.name
            headings = {self.spot(name, place).place: cell for place, cell in headings.items()}
        if all(says_same(cell, sheet.cells.get(place)) for place, cell in headings.items()):
            return sheet
        cells = dict(sorted({**sheet.cells, **headings}.items()))
        return replace(sheet, cells=cells)

    def lost(self, sheet: str, place: Place) -> str:
        """Return that a cell was deleted, by where it was: with its sheet, its lines or its columns; or ''."""
        paired = self._paired.get(sheet)
        if paired is None:
            return f"the sheet {sheet} was deleted"
        return paired.lost_rows.get(place[0]) or paired.lost_columns.get(place[1], "")


def straighten(book: OpenedBook, exported: Sequence[Opened]) -> Straightened:
    """Return a workbook as if nothing had been moved in it, by what an export of the same text writes."""
    done = Straightened({sheet.name: sheet for sheet in exported})
    found = _pair_sheets(book, exported)
    for before in exported:
        after = found.get(before.name)
        if after is not None:
            done._paired[before.name] = _pair(before, after)  # noqa: SLF001  # it is made here
    paired = done._paired  # noqa: SLF001  # as above
    by_name = {one.after.name.casefold(): one for one in paired.values()}
    done.events += _tell_sheets(book, exported, found)
    for name, one in paired.items():
        if one.is_untouched:
            done.sheets[name] = one.after if one.after.name == name else replace(one.after, name=name)
            continue
        done.events += _tell_lines(one)
        cells: dict[Place, Held] = {}
        for place, cell in one.after.cells.items():
            at = one.before_of(place)
            if at is None:
                done.new.append((Spot(one.after.name, place), cell))
                continue
            cells[at] = _translated(cell, one, by_name, one.before.cells.get(at))
        done.sheets[name] = replace(one.after, name=name, cells=cells)
    return done


def _pair(before: Opened, after: Opened) -> _Paired:
    """Return two sheets with where the lines and columns of one are in the other; most sheets are as exported."""
    cells = after.cells
    if before is after or (
        before.cells.keys() == cells.keys() and all(says_same(cell, cells[at]) for at, cell in before.cells.items())
    ):
        rows, columns = ({at: at for at in range(1, max([place[axis] for place in cells], default=0) + 1)}
                         for axis in (0, 1))  # fmt: skip
        return _Paired(before, after, Alignment(rows), Alignment(columns), is_untouched=True)
    aligned = align_rows(before, after)
    return _Paired(before, after, aligned, align_columns(before, after, aligned.there))


def _pair_sheets(book: OpenedBook, exported: Sequence[Opened]) -> dict[str, Opened]:
    """Return which sheet of a workbook is which of an export: by its name, else by its title or its headings."""
    found = {before.name: sheet for before in exported for sheet in book.sheets if sheet.name == before.name}
    free = [sheet for sheet in book.sheets if sheet not in found.values()]
    for before in exported:
        if before.name not in found:
            titles = {cell.value for (row, _), cell in before.cells.items() if row == 1}
            alike = (s for s in free if any(c.value in titles for (row, _), c in s.cells.items() if row <= _FEW))
            if (sheet := next(alike, None)) is not None:
                found[before.name] = sheet
                free.remove(sheet)
    return found


def _translated(cell: Held, own: _Paired, by_name: Mapping[str, _Paired], before: Held | None) -> Held:
    """Return a cell with a formula in terms of where everything was; one that no program moved says so already."""
    if not cell.is_formula or says_same(before, cell):
        return cell
    if before is not None and before.is_formula and plain(cell) == plain(before):
        return cell
    return cell._replace(value=_in_terms_of_export(str(cell.value), own, by_name))


def _in_terms_of_export(formula: str, own: _Paired, by_name: Mapping[str, _Paired]) -> str:
    def was(found: re.Match[str]) -> str:
        if found["text"] is not None or not found["first"]:
            return found[0]
        there = own if found["sheet"] is None else by_name.get(unquote(found["sheet"]).casefold())
        if there is None:
            return found[0]
        ends = [_end(there, end) for end in (found["first"], found["last"]) if end]
        name = f"{there.before.name}!" if found["sheet"] is not None else ""
        return name + ":".join(ends)

    return REFERENCE.sub(was, formula)


def _end(there: _Paired, text: str) -> str:
    cell = parse_cell(text)
    at = there.before_of((cell.row, cell.column))
    if at is None:
        return text
    return f"{'$' * cell.is_column_fixed}{letter(at[1])}{'$' * cell.is_row_fixed}{at[0]}"


def _tell_sheets(book: OpenedBook, exported: Sequence[Opened], found: Mapping[str, Opened]) -> Iterator[str]:
    for before in exported:
        after = found.get(before.name)
        if after is not None and after.name != before.name:
            yield f"the sheet {before.name} is called '{shortened(after.name)}'"
    gone = [before.name for before in exported if before.name not in found]
    if gone:
        yield f"the {plural(len(gone), 'sheet')} {listed(gone)} {plural(len(gone), 'was', 'were')} deleted"
    for sheet in book.sheets:
        if sheet not in found.values():
            yield f"the sheet '{shortened(sheet.name)}' is new, and nothing of it is taken"
        if sheet.is_hidden:
            yield f"the sheet '{shortened(sheet.name)}' is hidden"
        elif sheet.hidden:
            names = ", ".join([_span_name(span) for span in sheet.hidden[:_FEW]])
            yield f"{names} of {sheet.name} {plural(len(sheet.hidden), 'is', 'are')} hidden, and read all the same"


def _span_name(span: str) -> str:
    first, _, last = span.partition(":")
    kind = "row" if first.isdigit() else "column"
    return f"{kind} {first}" if first == last else f"{kind}s {first} to {last}"


def _tell_lines(one: _Paired) -> Iterator[str]:
    name = one.after.name
    for new in _inserted(one.rows.new, one.rows_before):
        words = counted(len(new), "row was", "rows were").replace("1 row", "a row")
        yield f"{words} inserted {_before_row(one, new)} on {name}"
    for new in _inserted(one.columns.new, one.columns_before):
        words = counted(len(new), "column was", "columns were").replace("1 column", "a column")
        yield f"{words} inserted {_before_column(one, new)} on {name}"
    gone = list(dict.fromkeys([*one.lost_rows.values(), *one.lost_columns.values()]))
    yield from gone[:_FEW]
    if len(gone) > _FEW:
        yield f"{len(gone) - _FEW:,} more places of {name} lack rows or columns"
    if one.rows.moved:
        labels = [row_label(one.before, row) for row in one.rows.moved[:_FEW]]
        yield f"rows of {name} stand in another order: {', '.join(labels)}"
    if one.columns.moved:
        yield f"columns of {name} stand in another order: {', '.join([letter(at) for at in one.columns.moved[:_FEW]])}"


def _inserted(new: Sequence[int], known: Mapping[int, int]) -> Iterator[range]:
    """Yield lines or columns that were inserted side by side; behind the last there is nothing to insert into."""
    last = max(known, default=0)
    yield from (range(first, end + 1) for first, end in runs(new) if end < last)


def _before_row(one: _Paired, new: Sequence[int]) -> str:
    after = min(now for now in one.rows_before if now > new[-1])
    row = one.rows_before[after]
    return f"above row {row}, {label}," if (label := row_label(one.before, row)) else f"above row {row}"


def _before_column(one: _Paired, new: Sequence[int]) -> str:
    after = min(now for now in one.columns_before if now > new[-1])
    return f"before {letter(one.columns_before[after])}"


def _heads(sheet: Opened, column: int) -> str:
    """Return the texts that stand in a column, as those of a scenario and of a member, in quotes."""
    cells = sorted([(row, cell) for (row, at), cell in sheet.cells.items() if at == column and not cell.is_formula])
    texts = [str(cell.value) for _, cell in cells]
    named = list(dict.fromkeys([text for text in texts if not _is_number(text)]))[:_FEW]
    return f" ({', '.join([shortened(text, LABEL_WIDTH) for text in named])})" if named else ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
