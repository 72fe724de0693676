"""What a workbook may hold: its parts are counted and bounded before a parser that builds anything is given them."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final
from xml.parsers import expat

from openpyxl.utils.cell import range_boundaries

from engine.files import read_file
from engine.problems import Mistake, shortened

_MOST_BYTES: Final = 100_000_000
_MOST_UNPACKED: Final = 400_000_000
_MOST_RATIO: Final = 300
_SMALL: Final = 10_000_000
_MOST_PARTS: Final = 5_000
_MOST: Final[Mapping[str, tuple[int, str]]] = {
    "c": (2_000_000, "cells"),
    "row": (1_048_576 * 2, "lines"),
    "si": (1_000_000, "texts"),
    "sheet": (500, "sheets"),
    "definedName": (1_000_000, "names"),
    "xf": (70_000, "formats"),
    "mergeCell": (100_000, "merged ranges"),
    "hyperlink": (200_000, "links"),
    "dataValidation": (100_000, "validations"),
}
_MOST_ELEMENTS: Final = 2_000_000
# One of each a cell or a text; letters of a text that look different are runs.
_PARTS_OF_CELLS: Final = frozenset({"v", "is", "t"})
_DEEPEST: Final = 100
# openpyxl makes a cell for each of a merged range, and for each that a link spans.
_LARGEST_SPAN: Final = 500_000
_SPANS: Final = frozenset({"mergeCell", "hyperlink"})
# Excel's own limit is 8,192; and openpyxl writes the text of a shared formula out for each cell that shares it.
_LONGEST_FORMULA: Final = 10_000
_MOST_FORMULA_TEXT: Final = 50_000_000
# What a cell says of the kind of its value, and what of a formula whose value is no number.
TEXT_KINDS: Final = frozenset({"s", "str", "inlineStr", "b", "e"})


@dataclass(frozen=True)
class Package:
    """The parts of a workbook's file by name; of those with cells, what the cells say of their values."""

    content: bytes
    parts: tuple[str, ...]
    kinds: Mapping[str, Mapping[str, str]]
    said: frozenset[str]

    @property
    def outside(self) -> list[str]:
        """Return the parts that lead out of the workbook."""
        return self._find_parts("xl/externallinks/externallink", "xl/connections.xml") or self._find_kinds(
            "externallink"
        )

    @property
    def macros(self) -> list[str]:
        """Return the parts that hold code."""
        named = self._find_parts("xl/vbaproject", "xl/macrosheets/", "xl/activex/")
        return named or self._find_kinds("vbaproject", "macrosheet", "activex")

    @property
    def embedded(self) -> list[str]:
        """Return the parts that are files of another program."""
        return self._find_parts("xl/embeddings/") or self._find_kinds("oleobject", "relationships/package")

    def _find_parts(self, *starts: str) -> list[str]:
        return [name for name in self.parts if name.casefold().startswith(starts)]

    def _find_kinds(self, *words: str) -> list[str]:
        """Return what parts are said to be, wherever they stand."""
        return sorted(kind for kind in self.said if any(word in kind.casefold() for word in words))


def package(path: Path) -> Package:
    """Return what a file holds; raise Mistake where it is no package, or larger than anybody means.

    Each part is read by expat, which builds nothing, with the counts of what openpyxl would build.
    """
    content = read_file(path, _MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        message = f"'{path}' has more than {_MOST_BYTES // 10**6} MB"
        raise Mistake(message, "split the workbook")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        message = f"'{path}' is protected by a password, or is of Excel 97"
        raise Mistake(message, "open it in a spreadsheet and save it as .xlsx without a password")
    counts: Counter[str] = Counter()
    kinds: dict[str, Mapping[str, str]] = {}
    said: set[str] = set()
    safe = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as archive, zipfile.ZipFile(safe, "w") as plain:
        entries = archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if len(entries) > _MOST_PARTS or unpacked > max(_SMALL, min(_MOST_UNPACKED, _MOST_RATIO * len(content))):
            message = (
                f"the file of {len(content):,} bytes unpacks to {len(entries):,} parts of {unpacked:,} bytes in all"
            )
            raise Mistake(message, "no workbook does that: ask whoever sent it")
        names = [entry.filename for entry in entries]
        twice = next((name for name, count in Counter(map(str.casefold, names)).items() if count > 1), None)
        if twice is not None:
            message = f"the file has the part '{shortened(twice)}' twice"
            raise Mistake(message, "open the workbook in a spreadsheet and save it again")
        # Any part may be a sheet: which ones are, only the parts themselves say.
        for entry in entries:
            if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                message = f"the part '{shortened(entry.filename)}' is packed in a way that no spreadsheet packs"
                raise Mistake(message, "open the workbook in a spreadsheet and save it again")
            # Not more than the file says that there is, whatever there is.
            with archive.open(entry) as packed:
                text = packed.read(entry.file_size)
            kinds[entry.filename] = _PartCounter(entry.filename, counts, said).read(text)
            plain.writestr(entry.filename, text)
    return Package(safe.getvalue(), tuple(names), kinds, frozenset(said))


@dataclass
class _PartCounter:
    """Counts what one part holds, in a count that all parts share."""

    part: str
    counts: Counter[str]
    said: set[str]
    kinds: dict[str, str] = field(default_factory=dict)
    formula: int | None = None
    shared: str = ""
    lengths: dict[str, int] = field(default_factory=dict)
    depth: int = 0
    parser: expat.XMLParserType = field(default_factory=lambda: expat.ParserCreate(namespace_separator=" "))

    def read(self, text: bytes) -> dict[str, str]:
        """Return what cells say of the kinds of their values, by address; nothing of a part that is no XML."""
        parser = self.parser
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self.refuse_doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        try:
            parser.Parse(text, True)  # noqa: FBT003  # expat's own way to say that this is all
        except expat.ExpatError as problem:
            # A picture is no XML. What openpyxl takes for XML, it reads with the same parser, no further than here.
            if self.part.endswith((".xml", ".rels")):
                message = f"the part '{shortened(self.part)}' is damaged: {problem}"
                raise Mistake(message, "open the workbook in a spreadsheet and save it again") from None
        return self.kinds

    def refuse_doctype(self, *_: object) -> None:
        message = f"the part '{shortened(self.part)}' declares a document type, where entities may be hidden"
        raise Mistake(message, "no spreadsheet writes that: ask whoever sent it")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        self.depth += 1
        if self.depth > _DEEPEST:
            message = f"the part '{shortened(self.part)}' is nested more than {_DEEPEST} deep"
            raise Mistake(message, "no spreadsheet writes that: ask whoever sent it")
        most = _MOST.get(kind)
        if most is not None:
            self.count(kind, 1, *most)
        if kind == "c":
            if attributes.get("t") in TEXT_KINDS and "r" in attributes:
                self.kinds[attributes["r"]] = attributes["t"]
        elif kind == "f":
            self.formula = 0
            self.shared = attributes.get("si", "") if attributes.get("t") == "shared" else ""
            self.parser.CharacterDataHandler = self.text
        elif kind in {"Override", "Default", "Relationship"}:
            self.said.add(attributes.get("ContentType", attributes.get("Type", "")))
        elif kind in _SPANS:
            self.count("spanned", _area(attributes.get("ref", "")), _LARGEST_SPAN, "cells merged or below links")
        elif most is None and kind not in _PARTS_OF_CELLS:
            self.count("elements", 1, _MOST_ELEMENTS, "elements")

    def text(self, text: str) -> None:
        if self.formula is not None:
            self.formula += len(text)

    def end(self, _name: str) -> None:
        self.depth -= 1
        if self.formula is None:
            return
        length, self.formula = self.formula, None
        self.parser.CharacterDataHandler = None
        if length > _LONGEST_FORMULA:
            message = f"a formula in the part '{shortened(self.part)}' has {length:,} letters"
            raise Mistake(message, "a spreadsheet takes 8,192 at most")
        if self.shared:
            length = self.lengths.setdefault(self.shared, length)
        self.count("formulas", length, _MOST_FORMULA_TEXT, "letters of formulas")

    def count(self, what: str, more: int, most: int, words: str) -> None:
        self.counts[what] += more
        if self.counts[what] > most:
            message = f"the workbook has more than {most:,} {words}"
            raise Mistake(message, "split the workbook")


def _area(span: str) -> int:
    try:
        left, top, right, bottom = range_boundaries(span.strip())
    except (TypeError, ValueError):
        left = None
    if left is None or top is None:
        message = f"{shortened(span)!r} is no range of cells"
        raise Mistake(message, "open the workbook in a spreadsheet and save it again")
    return int((bottom - top + 1) * (right - left + 1))
