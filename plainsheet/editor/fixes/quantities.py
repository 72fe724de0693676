"""Quantities, sources and tables that a hint says to add."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from engine.problems import KeyPath
from engine.text.edits import dotted, quoted
from plainsheet.editor.document import Span
from plainsheet.editor.fixes.site import Candidate, Site
from plainsheet.editor.fixes.units import _SIDE

_NUMBER: Final = re.compile(r"(?<![\w.])\d[\d_]*(?:\.[\d_]+)?(?:[eE][+-]?\d+)?(?![\w.])")


def named_number(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that make a number of a formula a quantity, in the unit that its place in the formula asks for."""
    written = site.written(site.path)
    if written is None:
        return
    for number, unit in _numbers(site):
        for one in re.finditer(rf"(?<![\w.]){re.escape(number)}(?![\w.])", written.text):
            value = re.match(r"[\d_.eE+-]+", number).group()
            yield from _with_quantity(site, one.span(), "{id}", ("number", "Number in {label}"), value, unit)


def _numbers(site: Site) -> Iterator[tuple[str, str]]:
    """Yield the numbers that the problem is about, each with its unit."""
    if told := re.search(r"value = (\S+), unit = \"([^\"]+)\"", site.hint):
        yield f"{told[1]} {told[2]}", told[2]
        return
    sides = [(one["side"].strip(), one["unit"]) for one in _SIDE.finditer(site.message)]
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
    name = f"{above}_per_{below}".lower()
    for side in [one["side"].strip() for one in _SIDE.finditer(site.message)][::-1]:
        for one in re.finditer(rf"(?<![\w.]){re.escape(side)}(?![\w(])", written.text):
            is_plain = not re.search(r"[-+<>=]| (?:if|and|or) ", side)
            told = f"{side if is_plain else f'({side})'} * {{id}}"
            names = (name, f"{above} for one {below}")
            title = f"Multiply by '{name}', a new quantity that is 1 until you enter the rate"
            yield from _with_quantity(
                site, one.span(), told, names, "1", f"{above}/{below}", title, "1 until the rate is entered"
            )


def _with_quantity(
    site: Site,
    span: Span,
    told: str,
    names: tuple[str, str],
    value: str,
    unit: str,
    title: str = "",
    note: str = "our assumption",
) -> Iterator[Candidate]:
    """Yield the edit that adds an input, and writes it into a formula: `told` has its id."""
    model = site.reading.model
    owner = (
        None
        if model is None
        else next((model.by_id[str(key)] for key in reversed(site.path) if key in model.by_id), None)
    )
    statement = site.statement(site.path) or site.statement(site.path[:-1])
    written = site.written(site.path)
    if written is None or model is None or statement is None:
        return
    wanted, label = names
    base = wanted if "per" in wanted else f"{owner.id if owner else site.path[-2]}_{wanted}"
    id_ = _free(site, base)
    section = owner.path[:-1] if owner else ("assumptions",)
    lines = _table(
        (*section, id_),
        [
            ("label", quoted(label.format(label=owner.label if owner else site.path[-2]))),
            ("value", value),
            ("unit", quoted(unit)),
            ("note", quoted(note)),
        ],
        site,
    )
    edits = site.edits()
    raw = told.format(id=id_)
    edits.replace(written.span(*span), raw)
    edits.add_below(_end_of_block(site, statement.start), lines)
    yield Candidate(title or f"Name the number: '{id_}'", edits.listed())


def _table(path: KeyPath, keys: Sequence[tuple[str, str]], site: Site) -> str:
    """Return the lines of a table, below a line with nothing."""
    wide = max(len(key) for key, _ in keys)
    lines = ["", f"[{dotted(path)}]", *[f"{key.ljust(wide)} = {value}" for key, value in keys]]
    return site.newline.join(lines)


def _end_of_block(site: Site, at: int) -> int:
    """Return where the last value ends before the next header."""
    end = at
    for one in site.places.statements:
        if one.start >= at:
            if not one.path and one.start > at:
                break
            end = max(end, one.end)
    return end


def _free(site: Site, name: str) -> str:
    """Return a name that the text does not have, with a number behind it where it has."""
    number, found = 1, name
    while re.search(rf"\b{found}\b", site.text):
        number += 1
        found = f"{name}_{number}"
    return found


def source_added(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that adds a source."""
    name = found["name"]
    title = name.replace("_", " ")
    lines = _table(("sources", name), [("title", quoted(title[:1].upper() + title[1:]))], site)
    last = [
        one for one in site.places.statements if (one.path or one.table)[:1] == ("sources",)
    ] or site.places.statements[-1:]
    edits = site.edits()
    edits.add_below(_end_of_block(site, last[-1].start), lines)
    yield Candidate(f"Add the source '{name}'", edits.listed())


def model_begun(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that begins a text with its title."""
    end = site.newline
    name = re.sub(r"\.toml$", "", (site.problem.location.file if site.problem.location else "model").rpartition("/")[2])
    told = name.replace("_", " ")
    at = 1 if site.text.startswith("\ufeff") else 0
    yield site.replaced(
        (at, at), f"[model]{end}title = {quoted(told[:1].upper() + told[1:])}{end}{end}", "Begin with [model]"
    )
