"""What differs between two versions, a line each; of members that came or went, a line for all of a quantity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.model.declared.data.files import DATA_KEYS
from engine.problems import shortened
from engine.versions.pair import Difference, DifferenceKind
from exports.style.effects import ratio
from exports.style.words import and_more, counted

MOST: Final = 40
MOST_CELLS: Final = 6
_LONGEST: Final = 160
_HEADINGS: Final[tuple[tuple[str, tuple[DifferenceKind, ...]], ...]] = (
    ("Assumptions", ("assumption",)),
    ("Data files", ("data",)),
    ("Formulas", ("formula",)),
    ("Quantities", ("added", "removed", "renamed", "moved", "unit", "dimension")),
    ("Bounds and ranges", ("bounds", "range", "correlation")),
    ("Scenarios", ("scenario",)),
    ("Sources and figures", ("source", "published")),
    ("Checks and charts", ("check", "chart")),
    ("Decisions", ("decision",)),
    ("Words", ("text", "section", "model")),
)


def group_by_heading(found: Sequence[Difference]) -> Iterator[tuple[str, list[Difference]]]:
    """Yield the differences under the headings that a reader looks for."""
    for heading, kinds in _HEADINGS:
        own = [one for one in found if one.kind in kinds]
        if own:
            yield heading, own


def is_of_members(one: Difference) -> bool:
    """Return whether it is an assumption of a member that one version alone has."""
    return one.kind == "assumption" and one.id.endswith("]") and not (one.before and one.after)


def list_differences(found: Sequence[Difference]) -> list[str]:
    """Return a line for each difference; of many members of one quantity the first few.

    What members bring that came, and take along that went, is a line a quantity, of many quantities the first few.
    """
    lines = []
    cells: dict[tuple[str, str], int] = {}
    for one in found:
        if is_of_members(one):
            continue
        key = (_base(one), one.scenario)
        cells[key] = cells.get(key, 0) + 1 + one.more
        if cells[key] - one.more <= MOST_CELLS:
            lines.append(_line(one))
    for (id_, scenario), count in cells.items():
        if count > MOST_CELLS:
            lines.append(f"... and {count - MOST_CELLS:,} more members of {id_}{f' in {scenario}' if scenario else ''}")
    lines += _of_members([one for one in found if is_of_members(one)])
    return lines if len(lines) <= MOST else [*lines[:MOST], and_more(len(lines) - MOST)]


def _base(one: Difference) -> str:
    return one.id.partition("[")[0]


def _of_members(found: Sequence[Difference]) -> list[str]:
    """Return the lines of what came with members and went with them."""
    groups: dict[tuple[str, str, str, bool], list[Difference]] = {}
    for one in found:
        groups.setdefault((_base(one), one.scenario, _label(one), bool(one.after)), []).append(one)
    lines = [_line(several[0]) if len(several) == 1 else _line_of_several(several) for several in groups.values()]
    more = len(lines) - MOST_CELLS
    if more <= 1:
        return lines
    return [*lines[:MOST_CELLS], f"... and {counted(more, 'line')} more of members that came or went"]


def _label(one: Difference) -> str:
    """Return the label without the member."""
    return one.label.replace(f" · {_member(one)}", "", 1)


def _member(one: Difference) -> str:
    return one.id.partition("[")[2].removesuffix("]")


def _line_of_several(several: Sequence[Difference]) -> str:
    """Return the line of members of one quantity that all came, or all went, with the first few values."""
    first = several[0]
    where = f", scenario {first.scenario}" if first.scenario else ""
    shown = [f"{_member(one)} = {one.after or one.before}" for one in several[:MOST_CELLS]]
    count = len(several) + sum(one.more for one in several)
    more = f" and {count - MOST_CELLS:,} more" if count > MOST_CELLS else ""
    word = "added" if first.after else "removed"
    return f"{_label(first)} ({_base(first)}{where}): {word}: {'; '.join(shown)}{more}"


def _line(one: Difference) -> str:
    where = f", scenario {one.scenario}" if one.scenario else ""
    # Of what may stand under one heading with others, what it is.
    kind = f"{one.kind} " if one.kind in {"check", "chart", "section", "correlation"} else ""
    name = one.label if one.kind == "renamed" else f"{one.label} ({one.id}{where})"
    return f"{kind}{name}: {describe_change(one)}"


def describe_change(one: Difference) -> str:
    """Return what was before and what is after, in words, and how far that is."""
    before, after = shortened(one.before, _LONGEST), shortened(one.after, _LONGEST)
    match one.kind:
        case "renamed":
            return f"renamed {before} -> {after}"
        case "moved":
            change = f"moved from {before} to {after}"
        case "data" if one.what and one.what not in DATA_KEYS:
            change = f"{one.what}; {before} -> {after}"
        case _ if one.what:
            change = _changed(one.what, before, after)
        case _ if not one.before:
            change = f"added: {after}"
        case _ if not one.after:
            change = f"removed: {before}"
        case _:
            change = f"{before} -> {after}"
    return f"{change}{ratio(one.ratio)}{'  (algebraically the same)' if one.is_same else ''}"


def _changed(what: str, before: str, after: str) -> str:
    """Return how one thing changed, as a person would say it: what came, what went, or both."""
    if before and after:
        return f"{what} {before} -> {after}"
    return f"{what} added: {after}" if after else f"{what} removed: {before}"
