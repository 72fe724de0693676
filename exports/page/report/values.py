"""Values as tables: a number, the members of a dimension below each other, or lines along periods."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.model.dimensions import Dimension
from engine.plan.evaluate import Results
from engine.plan.plan import Plan, Row
from exports.page.program.places import Places
from exports.page.texts import region, text, unit
from exports.style.words import in_review

# So many columns are within a small screen, and so many members within a page.
_NARROW: Final = 3
_SHORT: Final = 24
# So many columns are on paper, as page.css has it.
_PAPER: Final = 7
# A table of more cells is slow in a browser, and read by nobody.
_MOST_CELLS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan in the scenario that the page shows first; `places` say where its cells stand for the script."""

    plan: Plan
    results: Results
    places: Places

    def row(self, row: Row) -> int:
        """Return the number of a row."""
        return self.plan.index[row.id]

    def texts(self, row: Row) -> list[str]:
        """Return the values of a row as a reader is told them."""
        return told(self.plan, row, self.results)


def told(plan: Plan, row: Row, results: Results) -> list[str]:
    """Return the values of a row as a reader is told them: numbers at six digits, or the members of a choice."""
    choice, cells = plan.chosen_from(row), results.cells(row.id)
    return [in_review(value) for value in cells] if choice is None else [text(choice.member_at(one)) for one in cells]


def is_wide(plan: Plan, row: Row) -> bool:
    """Return whether a row takes a table of its own: along periods, or over several dimensions."""
    is_table = len(row.over) > 1 or (bool(row.over) and plan.model.dimension[row.over[0]].ordered)
    return is_table and not _is_long(plan, row)


def _is_long(plan: Plan, row: Row) -> bool:
    return plan.model.size(row.over) > _MOST_CELLS


def value(shown: Shown, row: Row) -> str:
    """Return the cell of a table with the value of a row that is not wide, with its members, or of many a summary."""
    if _is_long(shown.plan, row):
        return _summary(shown, row)
    found, first = shown.texts(row), shown.places.first[row.id]
    if not row.over:
        return f"<td data-cell={first}>{found[0]}"
    members = shown.plan.model.dimension[row.over[0]].members
    lines = [
        f"<tr><th>{text(member)}<td data-cell={at}>{one}"
        for at, (member, one) in enumerate(zip(members, found, strict=True), first)
    ]
    table = f"<table class=members>{''.join(lines)}</table>"
    return f"<td class=value>{region(row.label, table) if len(members) > _SHORT else table}"


def _summary(shown: Shown, row: Row) -> str:
    """Return the cell of a table with how many values a row has, and how small, middling and large they are."""
    cells = np.array(shown.results.cells(row.id))
    there = cells[~np.isnan(cells)]
    numbers = [there.min(), there.mean(), there.max()] if there.size and not shown.plan.chosen_from(row) else []
    titles = ("least", "mean", "largest")
    lines = [f"<tr><th>{title}<td>{in_review(one)}" for title, one in zip(titles, numbers, strict=False)]
    follows = " data-summary" if numbers else ""
    caption = f"<caption>{cells.size:,} values</caption>"
    return f"<td class=value><table class=members{follows}>{caption}{''.join(lines)}</table>"


def grids(shown: Shown, rows: Sequence[Row], about: Callable[[Row], str]) -> Iterator[str]:
    """Yield a table for each dimension that wide rows run along, and below it what is to be said `about` each row."""
    across = {row.id: shown.plan.across(row) for row in rows}
    for name in dict.fromkeys(across.values()):
        found = [row for row in rows if across[row.id] == name]
        yield _grid(shown, shown.plan.model.dimension[name], found, about)


def _grid(shown: Shown, along: Dimension, rows: Sequence[Row], about: Callable[[Row], str]) -> str:
    heads = "".join([f"<th>{text(member)}" for member in along.members])
    head = f"<thead><tr><th>{text(along.label)}<th>Unit{heads}"
    bodies = "".join([_lines(shown, along, row) for row in rows])
    table = f"<table class=grid>{head}{bodies}</table>"
    said = [f"<dt>{label(row)}<dd>{words}" for row in rows if (words := about(row))]
    name = f"{rows[0].label}{' and others' if rows[1:] else ''}, by {along.label}"
    look = "scroll long" if len(along.members) > _PAPER else "scroll"
    box = region(name, table, look) if len(along.members) > _NARROW else table
    return f"{box}\n" + (f"<dl class=about>{''.join(said)}</dl>\n" if said else "")


def _lines(shown: Shown, along: Dimension, row: Row) -> str:
    """Return a row in lines: one for each member of its other dimensions, below a line with its label."""
    plan, found, first = shown.plan, shown.texts(row), shown.places.first[row.id]
    given = row.is_set if row.given else None
    others = tuple([name for name in row.over if name != along.id])
    place = row.over.index(along.id)
    # How far apart the cells of a line are, and how many there are before the next block of lines.
    step = plan.model.size(row.over[place + 1 :])
    block = step * len(along.members)

    def cell(at: int) -> str:
        look = " class=given" if given is not None and given[at] else ""
        return f"<td{look} data-cell={first + at}>{found[at]}"

    def cells(line: int) -> str:
        start = line // step * block + line % step
        return "".join(map(cell, range(start, start + block, step)))

    head = f"<tr data-row={shown.row(row)}><th>{label(row)}<td>{unit(row.unit)}"
    if not others:
        return f"<tbody>{head}{cells(0)}"
    lines = [
        f"<tr><th>{text(', '.join(member))}<td>{cells(line)}" for line, member in enumerate(plan.model.members(others))
    ]
    return f"<tbody class=several>{head}<td colspan={len(along.members)}>{''.join(lines)}"


def label(row: Row) -> str:
    """Return the label of a row, and what formulas call it."""
    return f"{text(row.label)} <code>{row.id}</code>"
