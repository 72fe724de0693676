"""The texts that the cells of a workbook share."""

from __future__ import annotations

from engine.data.package import Package
from exports.reading.parts.markup import Attributes, of_spreadsheet, tell


def read_texts(package: Package, part: str | None) -> list[str]:
    """Return the texts in the order in which cells refer to them: the letters alone, without how these are read out."""
    if part is None or part not in package:
        return []
    reader = _TextsReader()
    tell(package, part, reader.start, reader.end, reader.pieces.append)
    return reader.found


class _TextsReader:
    def __init__(self) -> None:
        self.found: list[str] = []
        self.pieces: list[str] = []
        self.runs: list[str] = []
        self.is_phonetic = False

    def start(self, element: str, _attributes: Attributes) -> None:
        self.pieces.clear()
        kind = of_spreadsheet(element)
        if kind == "si":
            self.runs.clear()
        elif kind == "rPh":
            self.is_phonetic = True

    def end(self, element: str) -> None:
        kind = of_spreadsheet(element)
        if kind == "t" and not self.is_phonetic:
            self.runs += self.pieces
        elif kind == "si":
            # Excel writes so what would else be read as the number of a letter.
            self.found.append("".join(self.runs).replace("x005F_", ""))
        elif kind == "rPh":
            self.is_phonetic = False
