"""Quantities, sources and tables that a hint says to add."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.model.model import Quantity
from engine.problems import KeyPath
from engine.text.edits import dotted, quoted
from plainsheet.editor.answers.fixes.formulas import bracketed
from plainsheet.editor.answers.fixes.site import Candidate, Site, in_words
from plainsheet.editor.answers.fixes.units import SIDE
from plainsheet.editor.lines import Span

_NUMBER: Final = re.compile(r"(?<![\w.])\d[\d_]*(?:\.[\d_]+)?(?:[eE][+-]?\d+)?(?![\w.])")
_KEY: Final = re.compile(r"(title|url) = \"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class _Input:
    """An input that a text does not have yet."""

    id: str
    label: str
    value: str
    unit: str
    note: str = "our assumption"


def named_number(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that make a number of a formula a quantity, in the unit that its place asks for."""
    written, owner = site.written(site.path), _owner(site)
    if written is None:
        return
    name, label = (owner.id, owner.label) if owner else (str(site.path[-2]), in_words(str(site.path[-2])))
    for number, unit in _numbers(site):
        value = number.partition(" ")[0]
        new = _Input(_free(site, f"{name}_number"), f"Number in {label}", value, unit)
        for one in re.finditer(rf"(?<![\w.]){re.escape(number)}(?![\w.])", written.text):
            yield from _with_input(site, new, one.span(), new.id, f"Name the number: '{new.id}'")


def _numbers(site: Site) -> Iterator[tuple[str, str]]:
    """Yield the numbers that the problem is about, each with its unit."""
    if told := re.search(r"value = (\S+), unit = \"([^\"]+)\"", site.hint):
        yield f"{told[1]} {told[2]}", told[2]
        return
    sides = [(one["side"].strip(), one["unit"]) for one in SIDE.finditer(site.message)]
    for number, _ in sides:
        for _, unit in sides:
            if _NUMBER.fullmatch(number) and not unit.startswith("a pure number"):
                yield number, unit
    if not sides:
        for number in _NUMBER.findall(site.message.partition("bare number")[2]):
            yield number, "1"


def rate(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that multiply by a rate between two currencies, a quantity that is 1 until somebody enters it."""
    written = site.written(site.path)
    if written is None:
        return
    above, below = found["above"], found["below"]
    id_ = _free(site, f"{above}_per_{below}".lower())
    new = _Input(id_, f"{above} for one {below}", "1", f"{above}/{below}", "1 until the rate is entered")
    title = f"Multiply by '{id_}', a new quantity that is 1 until you enter the rate"
    for side in reversed([one["side"].strip() for one in SIDE.finditer(site.message)]):
        for one in re.finditer(rf"(?<![\w.]){re.escape(side)}(?![\w(])", written.text):
            yield from _with_input(site, new, one.span(), f"{bracketed(side)} * {id_}", title)


def _with_input(site: Site, new: _Input, span: Span, told: str, title: str) -> Iterator[Candidate]:
    """Yield the edit that adds an input in the section of a formula, and writes a part of the formula with it."""
    statement = site.statement(site.path) or site.statement(site.path[:-1])
    written, owner = site.written(site.path), _owner(site)
    if written is None or statement is None:
        return
    keys = [("label", quoted(new.label)), ("value", new.value), ("unit", quoted(new.unit)), ("note", quoted(new.note))]
    section = owner.path[:-1] if owner else ("assumptions",)
    edits = site.edits()
    edits.replace(written.span(*span), told)
    edits.add_below(_end_of_block(site, statement.start), _table(site, (*section, new.id), keys))
    yield Candidate(title, edits.listed())


def _owner(site: Site) -> Quantity | None:
    """Return the quantity that a problem is within; None where it is another part of the model."""
    model = site.reading.model
    by_id = {} if model is None else model.by_id
    return next((by_id[key] for key in reversed(site.path) if isinstance(key, str) and key in by_id), None)


def _table(site: Site, path: KeyPath, keys: Sequence[tuple[str, str]]) -> str:
    """Return the lines of a table, below a line with nothing."""
    wide = max(len(key) for key, _ in keys)
    lines = ["", f"[{dotted(path)}]", *[f"{key.ljust(wide)} = {value}" for key, value in keys]]
    return site.newline.join(lines)


def _end_of_block(site: Site, at: int) -> int:
    """Return where the last value ends before the next header."""
    end = at
    for one in site.places.statements:
        if one.start > at and not one.path:
            break
        end = max(end, one.end)
    return end


def _free(site: Site, name: str) -> str:
    """Return a name that the text does not have, with a number behind it where it has."""
    number, found = 1, name
    while re.search(rf"\b{re.escape(found)}\b", site.text):
        number += 1
        found = f"{name}_{number}"
    return found


def source_added(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that adds a source."""
    name = found["name"]
    # What named it by its title or its address says them, and is named by its id.
    own = [(key, value) for key, value in _KEY.findall(site.hint) if value != "..."]
    titled = own if "title" in dict(own) else [("title", in_words(name)), *own]
    lines = _table(site, ("sources", name), [(key, quoted(value)) for key, value in titled])
    others = [one for one in site.places.statements if (one.path or one.table)[:1] == ("sources",)]
    edits = site.edits()
    last = (others or site.places.statements)[-1]
    edits.add_below(_end_of_block(site, last.start), lines)
    place = site.value(site.path)
    if "by its id" in site.hint and place is not None and site.written(site.path) is not None:
        edits.replace(place, quoted(name))
    yield Candidate(f"Add the source '{name}'", edits.listed())


def model_begun(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that begins a text with its title."""
    at = 1 if site.text.startswith("\ufeff") else 0
    lines = ["[model]", f"title = {quoted(in_words(site.file))}", "", ""]
    yield site.replaced((at, at), site.newline.join(lines), "Begin with [model]")
