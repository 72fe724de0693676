"""Units that a hint tells: declared, written in the place of another, or given to a quantity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.text.edits import dotted, quoted
from plainsheet.editor.answers.fixes.names import words
from plainsheet.editor.answers.fixes.site import Candidate, Site

_UNIT: Final = r"[A-Za-z€$%_][\w/*.^-]*"
SIDE: Final = re.compile(r"^(?P<side>.+?)  +(?:is|are)  +(?P<unit>\S.*?)(?:  +\[|$)", re.MULTILINE)


def declared(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that declares a unit, in a table of units that is made where there is none."""
    name, value = found["name"], found["value"]
    title = f"Declare the unit '{name}'"
    if any(path == ("units",) for path, _ in site.places.keys):
        yield from site.setting([(("units", name), quoted(value))], title)
        return
    end = site.newline
    header = next((one for one in site.places.statements if not one.path and one.table[:1] != ("model",)), None)
    if header is not None:
        at = site.text.rfind("\n", 0, header.start) + 1
        yield site.replaced((at, at), f"[units]{end}{dotted([name])} = {quoted(value)}{end}{end}", title)
    elif site.places.statements:
        edits = site.edits()
        edits.add_below(site.places.statements[-1].end, f"{dotted(['units', name])} = {quoted(value)}")
        yield Candidate(title, edits.listed())


def written(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write a unit in the place of the one that the message has."""
    if site.problem.code not in {"unit", "year"}:
        return
    path = site.path if site.path[-1:] == ("unit",) or site.path[:1] == ("units",) else (*site.path, "unit")
    text = site.written(path)
    if text is None:
        return
    for told in re.split(r", or | or |, ", found["units"].partition(";")[0]):
        unit = re.match(_UNIT, told)
        if unit is None or " as " in told:
            continue
        for wrong in site.quoted[::-1]:
            if wrong in text.text:
                at = text.text.index(wrong)
                spans = words(text.text, wrong) or [(at, at + len(wrong))]
                yield from site.in_text(path, spans, unit.group(), f"Write {unit.group()}")
        if "misleading" not in site.message:
            yield from site.in_text(path, words(text.text, "year"), unit.group(), f"Write {unit.group()}")


def of_the_formula(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that declares the unit that a formula gives."""
    side = SIDE.search(site.message)
    model = site.reading.model
    if side is not None and model is not None:
        owner = next((name for name in map(str, reversed(site.path)) if name in model.by_id), None)
        if owner is not None:
            unit = "1" if side["unit"].startswith("a pure number") else side["unit"]
            yield from site.setting([((*model.by_id[owner].path, "unit"), quoted(unit))])


def given(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that gives another quantity a unit."""
    model = site.reading.model
    if model is not None and found["name"] in model.by_id:
        path = (*model.by_id[found["name"]].path, "unit")
        yield from site.setting(
            [(path, quoted(found["unit"]))], f"Write unit = \"{found['unit']}\" for '{found['name']}'"
        )


def missing(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that say that a quantity is a pure number, or a share."""
    for unit in ("1", "percent"):
        yield from site.setting([((*site.path, "unit"), quoted(unit))])
