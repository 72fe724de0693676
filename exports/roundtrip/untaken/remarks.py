"""What people say in comments on the cells of a workbook: who, about what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.problems import shortened
from exports.roundtrip.compared.straightened import Spot
from exports.roundtrip.compared.wording import row_label
from exports.roundtrip.registry import Registry

_LONGEST: Final = 300
_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Said:
    """A comment on a cell: who said what, '' for nobody, on the cell of an input in a scenario or on any other line."""

    spot: str
    about: str
    author: str
    text: str


def read_remarks(registry: Registry) -> Iterator[Said]:
    """Yield the comments of a workbook, sheet by sheet, each on one line and of a bounded length."""
    known = {entry.spot: key for key, entry in registry.entries.items() if entry.spot is not None}
    for sheet in registry.book.sheets:
        for remark in sheet.remarks:
            spot = Spot(sheet.name, remark.place)
            name, case = known.get(spot, ("", ""))
            scenario = f", scenario {case}" if case else ""
            about = f"{name}{scenario}" if name else row_label(sheet, remark.place[0])
            text = " ".join(remark.text.split())
            # Programs put the author in front of a note.
            text = text.removeprefix(f"{remark.author}:").strip() if remark.author else text
            author = " ".join(remark.author.split())
            yield Said(spot.address, about, shortened(author, _LONGEST_NAME), shortened(text, _LONGEST))
