"""A file of cases: a heading of inputs, members of them and perhaps `scenario`, and a line for each case."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from engine.files import read_file
from engine.plan.assignments import value_of
from engine.plan.plan import Plan
from engine.plan.selection import locate
from engine.problems import ModelError, Problem, error, listed, shortened
from engine.sweeps.columns import MOST_CASES, Columns, canonical, too_many

_MOST_BYTES: Final = 2**26
_MOST_COLUMNS: Final = 1_000
_MOST_PROBLEMS: Final = 20
_SCENARIO: Final = "scenario"
# A unit stands in brackets behind the name, and behind the member where there is one.
_HEADING: Final = re.compile(
    r"(?P<name>[^\[\]()]*?(?:\[[^\[\]]*\])?)\s*(?:\[(?P<square>[^\[\]]*)\]|\((?P<round>.*)\))?"
)
_PLAIN: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")


def read_cases(plan: Plan, path: Path) -> Columns:
    """Return the cases in a .csv file; ModelError with what is wrong in which line, OSError where it cannot be read."""
    content = read_file(path, _MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise _wrong(path, 0, f"it is larger than {_MOST_BYTES // 2**20} MB", "split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong(path, 0, "it is no text in UTF-8", "save it as CSV UTF-8") from None
    return cases_in(plan, text, path)


def cases_in(plan: Plan, text: str, path: Path) -> Columns:
    """Return the cases in a text; `path` is what problems call it."""
    lines = _lines(text, path)
    first = next(lines, None)
    if first is None:
        raise _wrong(path, 0, "it is empty", "write a line of names, as in price,hours, and a line for each case")
    number, headings = first
    names = _names(plan, path, number, headings)
    texts: list[list[str]] = [[] for _ in names]
    for number, cells in lines:
        if len(cells) != len(names):
            what = f"{len(cells)} value{'' if len(cells) == 1 else 's'} below {len(names)} names"
            raise _wrong(path, number, what, "give each name one value; what has a comma stands in quotes")
        if len(texts[0]) == MOST_CASES:
            raise ModelError([too_many(plan, MOST_CASES + 1, f"{path.name}: more than ")])
        for own, cell in zip(texts, cells, strict=True):
            own.append(cell.strip())
    if not texts[0]:
        raise _wrong(path, 0, "it has no cases", "write a line of values for each case below the names")
    return _read(plan, names, texts, path)


def _read(plan: Plan, names: list[tuple[str, str]], texts: list[list[str]], path: Path) -> Columns:
    """Return columns of texts below names as numbers; ModelError with the first of what cannot be read."""
    scenarios: tuple[str, ...] = ()
    values = {}
    problems: list[Problem] = []
    for (name, unit), own in zip(names, texts, strict=True):
        if not name:
            scenarios = tuple(own)
            continue
        known: dict[str, float] = {}
        for cell in dict.fromkeys(own):
            try:
                known[cell] = _value(plan, name, cell, unit)
            except ModelError as wrong:
                where = f"{path.name}, case {own.index(cell) + 1}"
                problems += [error("cases", f"{where}: {one.message}", None, one.hint) for one in wrong.problems]
            if len(problems) >= _MOST_PROBLEMS:
                raise ModelError(problems)
        values[name] = np.array([known.get(cell, np.nan) for cell in own])
    if problems:
        raise ModelError(problems)
    return Columns(values, scenarios)


def _lines(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that are not empty, by number, as cells: between commas, or semicolons or tabs as the first."""
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = next((one for one in (";", "\t") if one in head), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as trouble:
        raise _wrong(path, reader.line_num, str(trouble), "a quote within quotes is written twice") from None


def _names(plan: Plan, path: Path, number: int, headings: list[str]) -> list[tuple[str, str]]:
    """Return the name and the unit of each column, of the scenario's no name; ModelError for what is not there."""
    if len(headings) > _MOST_COLUMNS:
        raise _wrong(path, number, f"{len(headings):,} names, and {_MOST_COLUMNS:,} are the most", "leave some out")
    found: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for heading in headings:
        try:
            if heading.strip() == _SCENARIO and _SCENARIO not in plan.index:
                found.append(("", ""))
            else:
                found.append(_name(plan, heading.strip()))
        except ModelError as wrong:
            problems += [error("cases", f"{path.name}: {one.message}", None, one.hint) for one in wrong.problems]
    names = [name or _SCENARIO for name, _ in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        problems.append(error("cases", f"{path.name}: {listed(twice)} stand there twice", None, "leave one out"))
    if problems:
        raise ModelError(problems)
    return found


def _name(plan: Plan, heading: str) -> tuple[str, str]:
    try:
        return canonical(plan, heading), ""
    except ModelError:
        parts = _HEADING.fullmatch(heading)
        if parts is None or (parts["square"] is None and parts["round"] is None):
            name, bracket, rest = heading.partition("[")
            # What is one number has no members: what stands in brackets is its unit.
            if not bracket or not rest.endswith("]") or locate(plan, name.strip())[0].over:
                raise
            found = canonical(plan, name.strip()), rest[:-1]
        else:
            found = canonical(plan, parts["name"].strip()), parts["square"] or parts["round"] or ""
        return found


def _value(plan: Plan, name: str, text: str, unit: str) -> float:
    if not text:
        message = f"'{name}' has no value"
        raise ModelError([error("cases", message, None, "give each case a value of each name")])
    if _PLAIN.fullmatch(text) and not unit and plan.chosen_from(locate(plan, name)[0]) is None:
        return float(text)
    return value_of(plan, name, f"{text} {unit}".strip() if _PLAIN.fullmatch(text) else text, "")


def _wrong(path: Path, number: int, what: str, hint: str) -> ModelError:
    where = f"{path.name}, line {number}" if number else path.name
    return ModelError([error("cases", f"{shortened(where)}: {what}", None, hint)])
