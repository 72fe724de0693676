"""A cell of an input as it is found in a workbook, or refused; and which cell is meant where lines were moved."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine.model.rewriting.targets import Target
from exports.roundtrip.compared.straightened import Spot
from exports.roundtrip.registry import Registered, Registry

# One line too many is as bad as thousands.
FEW: Final = 10


@dataclass(frozen=True, slots=True)
class Refused:
    """A cell that is not taken, and why: what it holds, and what to do."""

    spot: str
    name: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Found:
    """An input's cell: its number in the declared unit, None where it is inherited, and what it was on export.

    What is no number but a member has its code, NaN where it is a member that the text has no more. `base` and
    `was_own` are None where the workbook does not say what was exported. `factor` is that of the cell on export; a
    factor has a cell of its own too. `cells` are how many cells of the input it is of, from that of `target` on: all
    of them for the end of a range that they share.
    """

    target: Target
    name: str
    spot: Spot
    value: Decimal | None
    base: Decimal | None
    was_own: bool | None
    factor: Decimal | None = None
    cells: int = 1


def find_spot(
    registry: Registry, entry: Registered | None, name: str, line: str, spots: list[Spot]
) -> Spot | Refused | None:
    """Return the cell that is meant, of those that its line and its column tell; None where there never was any."""
    if entry is not None and entry.lost:
        hint = "put it back; a scenario, a member or an input is deleted in the text"
        return Refused("Inputs", "", entry.lost, hint)
    spot = _chosen(registry, entry, line, spots)
    if spot is None:
        if entry is None:
            return None
        id_ = name.partition("[")[0]
        message = f"the line of the input '{id_}' has disappeared"
        return Refused("Inputs", id_, message, "put it back, or export the workbook again")
    contents = {_content(registry, one) for one in {*spots, spot}}
    if len(spots) > 1 and len(contents) > 1:
        places = " and ".join(sorted(one.address for one in spots)[:3])
        return Refused(spot.address, name, f"the input '{name}' stands twice: {places}", "delete the copy")
    return spot


def _chosen(registry: Registry, entry: Registered | None, line: str, spots: list[Spot]) -> Spot | None:
    """Return the cell that is meant: the one that the spreadsheet kept track of, if its line has the name."""
    tracked, aligned = (entry.spot, entry.aligned) if entry is not None else (None, None)
    if tracked is None or tracked in spots:
        return tracked or (spots[0] if spots else aligned)
    sheet = registry.by_sheet.get(tracked.sheet)
    on = sheet.name(tracked.place[0]) if sheet is not None else ""
    is_filled = any(registry.content(spot) is not None for spot in spots)
    if not is_filled and registry.content(tracked) is not None and on in {"", line}:
        # The cell alone was moved; the line stayed where it was, or its heading is gone.
        return tracked
    return spots[0] if spots else aligned


def _content(registry: Registry, spot: Spot) -> str:
    held = registry.content(spot)
    return "" if held is None else f"{held.is_formula}{held.value}"
