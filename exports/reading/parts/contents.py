"""What a workbook's file lists: its sheets with their parts, its names, and of which kinds its parts are."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from engine.data.package import AGAIN, Package
from engine.problems import Mistake, shortened
from exports.reading.parts.markup import Attributes, local, of_spreadsheet, tell

_TYPES: Final = "[content_types].xml"
# What is outside, and asked for by nobody but a reader who clicks; a sheet that is outside is told by its name.
_INERT: Final = ("/hyperlink", "/worksheet")
_MOST_SHEETS: Final = 500
_MOST_NAMES: Final = 200_000
# Of a number that may be the place of a sheet.
_DIGITS: Final = 6
_NOT_IN_NAMES: Final = re.compile(r"[\x00-\x1f\[\]:*?/\\]")
_TRUE: Final = frozenset({"1", "true", "on"})


def is_true(text: str | None) -> bool:
    """Return what an attribute says that is true or false."""
    return text in _TRUE


class Relation(NamedTuple):
    """What one part says of another: its kind, where it is, and whether that is a part of the file."""

    kind: str
    target: str
    is_part: bool


class Listed(NamedTuple):
    """A sheet as a workbook lists it."""

    name: str
    is_hidden: bool
    relation: Relation


class Defined(NamedTuple):
    """A defined name: what it refers to, and the place of the one sheet that it is of, if any."""

    name: str
    text: str
    sheet: int | None


@dataclass
class Contents:
    """What a workbook lists."""

    relations: Mapping[str, Relation]
    sheets: list[Listed] = field(default_factory=list)
    names: list[Defined] = field(default_factory=list)
    starts_1904: bool = False
    is_iterated: bool = False
    is_as_shown: bool = False

    def sheet_of(self, defined: Defined) -> Listed | None:
        """Return the one sheet that a name is of."""
        is_local = defined.sheet is not None and defined.sheet < len(self.sheets)
        return self.sheets[defined.sheet] if is_local and defined.sheet is not None else None

    def find_part(self, kind: str) -> str | None:
        """Return the part of a kind that all sheets share."""
        return next((one.target for one in self.relations.values() if one.kind.endswith(kind) and one.is_part), None)


def read_contents(package: Package) -> Contents:
    """Return what a workbook lists. Raises Mistake where it is no workbook, or lists a sheet or its part twice."""
    root = read_relations(package, "").values()
    part = next((one.target for one in root if one.kind.endswith("/officeDocument") and one.is_part), None)
    if part is None or part not in package:
        message = "nothing in the file says that it is a workbook"
        raise Mistake(message, "open it in a spreadsheet and save it as .xlsx")
    found = Contents(read_relations(package, part))
    package.weigh([part])
    reader = _ContentsReader(found)
    tell(package, part, reader.start, reader.end, reader.text)
    for names, what in (
        ([one.name for one in found.sheets], "sheet"),
        ([one.relation.target for one in found.sheets], "part of a sheet"),
    ):
        twice = next((name for name, count in Counter(map(str.casefold, names)).items() if count > 1), None)
        if twice is not None:
            message = f"the workbook lists the {what} '{shortened(twice)}' twice"
            raise Mistake(message, AGAIN)
    return found


class _ContentsReader:
    def __init__(self, found: Contents) -> None:
        self.found = found
        self.name: Attributes | None = None
        self.pieces: list[str] = []

    def start(self, element: str, attributes: Attributes) -> None:
        kind = of_spreadsheet(element)
        self.pieces.clear()
        if kind == "sheet":
            self.sheet(attributes)
        elif kind == "definedName":
            self.name = attributes
        elif kind == "workbookPr":
            self.found.starts_1904 = is_true(attributes.get("date1904"))
        elif kind == "calcPr":
            self.found.is_iterated = is_true(attributes.get("iterate"))
            self.found.is_as_shown = not is_true(attributes.get("fullPrecision", "1"))

    def text(self, text: str) -> None:
        self.pieces.append(text)

    def end(self, _element: str) -> None:
        if self.name is not None:
            sheet = self.name.get("localSheetId", "")
            place = int(sheet) if sheet.isdecimal() and len(sheet) < _DIGITS else None
            self.found.names.append(Defined(self.name.get("name", ""), "".join(self.pieces), place))
            self.name = None
            if len(self.found.names) > _MOST_NAMES:
                message = f"the workbook has more than {_MOST_NAMES:,} names"
                raise Mistake(message, "split the workbook")

    def sheet(self, attributes: Attributes) -> None:
        name = attributes.get("name", "")
        if not name or _NOT_IN_NAMES.search(name):
            message = f"a sheet cannot be called {shortened(name)!r}"
            raise Mistake(message, AGAIN)
        id_ = next((value for key, value in attributes.items() if " " in key and local(key) == "id"), "")
        relation = self.found.relations.get(id_, Relation("", "", is_part=False))
        self.found.sheets.append(Listed(name, attributes.get("state", "visible") != "visible", relation))
        if len(self.found.sheets) > _MOST_SHEETS:
            message = f"the workbook has more than {_MOST_SHEETS} sheets"
            raise Mistake(message, "split the workbook")


def read_relations(package: Package, part: str) -> dict[str, Relation]:
    """Return what a part says of others, by its own names for them; nothing where it says nothing."""
    folder, name = posixpath.split(part)
    there = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, Relation] = {}

    def start(element: str, attributes: Attributes) -> None:
        if local(element) == "Relationship":
            target = attributes.get("Target", "")
            path = "" if attributes.get("TargetMode") == "External" else _resolve(folder, target)
            found[attributes.get("Id", "")] = Relation(attributes.get("Type", ""), path or target, bool(path))

    if there in package:
        package.weigh([there])
        tell(package, there, start)
    return found


def _resolve(folder: str, target: str) -> str:
    """Return the part that a path leads to; '' where it leads out of the file."""
    path = posixpath.normpath(posixpath.join("/", folder, target)) if target else ""
    depth = 0
    for step in () if target.startswith("/") else posixpath.join(folder, target).split("/"):
        depth += -1 if step == ".." else step not in {"", "."}
        if depth < 0:
            return ""
    return path.lstrip("/")


@dataclass(frozen=True)
class Kinds:
    """The parts of a workbook that are more than its sheets: those that run, are of other programs, or lead out."""

    macros: list[str]
    embedded: list[str]
    outside: list[str]


def read_kinds(package: Package) -> Kinds:
    """Return what parts are by their names, or are said to be, wherever they stand, and how they are related."""
    found: set[str] = set()
    linked: set[str] = set()

    def start(element: str, attributes: Attributes) -> None:
        if local(element) in {"Override", "Default", "Relationship"}:
            kind = attributes.get("ContentType", attributes.get("Type", ""))
            found.add(kind)
            if attributes.get("TargetMode") == "External" and not kind.endswith(_INERT):
                linked.add(attributes.get("Target", ""))

    parts = [part for part in package.parts if part.casefold() == _TYPES or part.casefold().endswith(".rels")]
    package.weigh(parts)
    for part in parts:
        tell(package, part, start)

    def find(*words: str) -> list[str]:
        return sorted(kind for kind in found if any(word in kind.casefold() for word in words))

    outside = package.find_parts("xl/externallinks/externallink", "xl/connections.xml", "xl/webextensions/") or find(
        "externallink", "/connections", "spreadsheetml.connections", "webextension"
    )
    return Kinds(
        macros=package.find_parts("xl/vbaproject", "xl/macrosheets/", "xl/activex/")
        or find("vbaproject", "macrosheet", "activex"),
        embedded=package.find_parts("xl/embeddings/") or find("oleobject", "relationships/package"),
        outside=outside or sorted(linked),
    )
