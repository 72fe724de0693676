"""A workbook as plain values, read from a file that nobody vouches for: nothing in it is run, or worked out."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from engine.data.package import MOST_TAGS, Package, read_package
from engine.memory import collector_paused
from engine.problems import Mistake, shortened
from engine.progress import steps
from exports.reading.outward import Judge
from exports.reading.parts.cells import Shared
from exports.reading.parts.comments import read_comments, read_people
from exports.reading.parts.contents import Contents, Kinds, Listed, is_true, read_contents, read_kinds, read_relations
from exports.reading.parts.ranges import Bounds
from exports.reading.parts.sheets import Sheet, read_sheet
from exports.reading.parts.styles import read_looks
from exports.reading.parts.texts import read_texts
from exports.reading.records import Opened, OpenedBook, Page, Remark, Way
from exports.style.a1 import address

_log: Final = logging.getLogger("plainsheet")
_LINKED: Final = "the workbook is linked to something outside of it"
_PRINTED, _AREA = "_xlnm.print_titles", "_xlnm.print_area"
_LINES: Final = re.compile(r"\$?[0-9]+:\$?[0-9]+")
_COLUMNS: Final = re.compile(r"\$?[A-Z]+:\$?[A-Z]+", re.IGNORECASE)
_FROZEN: Final = frozenset({"frozen", "frozenSplit"})
# Of what is told of a way out of a workbook, with its formula.
_LONGEST: Final = 160
# From here on reading and judging may take more than five seconds.
_MANY_TAGS: Final = 3_000_000
# More digits than a line or a column has.
_DIGITS: Final = 8


def read_workbook(path: Path, *, is_whole: bool = True) -> OpenedBook:
    """Return a workbook; raise Mistake where it is none that can be read, or larger than anybody means.

    Where it is not wanted whole, a workbook with macros, files of other programs or ways out of it is refused.
    """
    try:
        with collector_paused():
            package = read_package(path)
            kinds = read_kinds(package)
            if not is_whole:
                _refuse(path, (kinds.macros, "holds code"), (kinds.embedded, "holds files of another program"),
                        (kinds.outside, "is linked to something outside of it"))  # fmt: skip
            book = _read_book(path, package, kinds)
        if not is_whole:
            ways = [f"{way.where} {way.message}" for way in book.outside]
            _refuse(path, (ways, "is linked to something outside of it"))
    except Mistake as wrong:
        message = wrong.message if str(path) in wrong.message else f"'{path}': {wrong.message}"
        raise Mistake(message, wrong.hint) from None
    except OSError:
        raise
    except MemoryError:
        message = f"'{path}' holds more than can be read here"
        raise Mistake(message, "split the workbook") from None
    except Exception as problem:  # noqa: BLE001  # a broken file breaks zipfile, and what it unpacks with, in its own way
        message = f"'{path}' cannot be read as a workbook ({type(problem).__name__}: {shortened(str(problem))})"
        raise Mistake(message, "open it in a spreadsheet and save it as .xlsx") from None
    return book


def _refuse(path: Path, *found: tuple[list[str], str]) -> None:
    for where, what in found:
        if where:
            message = f"'{path}' {what}: {shortened(where[0], _LONGEST)}"
            raise Mistake(message, "save it without that, as .xlsx")


def _read_book(path: Path, package: Package, kinds: Kinds) -> OpenedBook:
    contents = read_contents(package)
    listed = [sheet for sheet in contents.sheets if not sheet.relation.kind.endswith("/chartsheet")]
    there = [sheet for sheet in listed if sheet.relation.is_part and sheet.relation.target in package]
    parts = [contents.find_part(kind) for kind in ("/styles", "/sharedStrings")]
    package.weigh([*[part for part in parts if part], *[sheet.relation.target for sheet in there]])
    if package.tags > _MANY_TAGS:
        share = 100 * package.tags // MOST_TAGS
        _log.info("%s: large, %d %% of what is read of one workbook at most, and may take a minute", path, share)
    shared = Shared(read_looks(package, parts[0]), read_texts(package, parts[1]), Bounds(), contents.starts_1904)
    names = _names(contents)
    judge = Judge([sheet.name for sheet in listed])
    ways = [Way(part, _LINKED) for part in kinds.outside]
    ways += [_find_missing(sheet) for sheet in listed if sheet not in there]
    ways += [Way(name, message) for name, text in names.items() if (message := judge.reach(f"={text}"))]
    people = read_people(package, contents)
    sheets = []
    for sheet in steps("reading sheets", there):
        part = sheet.relation.target
        relations = read_relations(package, part)
        read = read_sheet(package, part, relations, shared)
        opened = _opened(contents, sheet, read, read_comments(package, relations, people))
        ways += _find_ways(judge, opened, read)
        sheets.append(opened)
    return OpenedBook(path=path, sheets=tuple(sheets), names=names, outside=tuple(ways), macros=tuple(kinds.macros),
                      is_iterated=contents.is_iterated, is_as_shown=contents.is_as_shown)  # fmt: skip


def _find_missing(sheet: Listed) -> Way:
    target = shortened(sheet.relation.target)
    if sheet.relation.target and not sheet.relation.is_part:
        return Way(sheet.name, f"is a sheet that stands outside of the workbook, in '{target}'")
    return Way(sheet.name, f"is listed as a sheet, and its part '{target}' is missing")


def _find_ways(judge: Judge, sheet: Opened, read: Sheet) -> Iterator[Way]:
    formulas = sheet.formulas
    for place, formula in formulas.items() if not judge.all_stay(formulas.values()) else ():
        if message := judge.reach(formula):
            yield Way(f"{sheet.name}!{address(place)}", message)
    # Of validations, and of formats with conditions.
    for formula in read.formulas:
        if message := judge.reach(formula):
            yield Way(sheet.name, message)


def _names(contents: Contents) -> dict[str, str]:
    """Return what the defined names refer to; those of one sheet with its name in front."""
    found = {}
    for defined in contents.names:
        own = contents.sheet_of(defined)
        found[(f"{own.name}!{defined.name}" if own is not None else defined.name).upper()] = defined.text
    return found


def _opened(contents: Contents, listed: Listed, read: Sheet, remarks: tuple[Remark, ...]) -> Opened:
    pane, setup = read.said.get("pane", {}), read.said.get("pageSetup", {})
    is_frozen = pane.get("state") in _FROZEN
    frozen = (_count(pane, "ySplit") + 1, _count(pane, "xSplit") + 1) if is_frozen else (1, 1)
    is_fitted = is_true(read.said.get("pageSetUpPr", {}).get("fitToPage"))
    titles = "".join(
        [one.text for one in contents.names if one.name.casefold() == _PRINTED and contents.sheet_of(one) is listed]
    )
    return Opened(
        name=listed.name,
        cells=read.cells,
        is_hidden=listed.is_hidden,
        hidden=tuple(read.hidden),
        merged=tuple(read.merged),
        validated=tuple(read.validated),
        is_protected=is_true(read.said.get("sheetProtection", {}).get("sheet")),
        frozen=frozen,
        page=Page(
            is_landscape=setup.get("orientation") == "landscape",
            wide=(_count(setup, "fitToWidth") if "fitToWidth" in setup else 1) if is_fitted else 0,
            title_rows=_LINES.search(titles) is not None,
            title_columns=_COLUMNS.search(titles) is not None,
            footer=read.footer,
            has_area=any(one.name.casefold() == _AREA and contents.sheet_of(one) is listed for one in contents.names),
        ),
        open=tuple(read.open),
        remarks=remarks,
    )


def _count(attributes: Mapping[str, str], name: str) -> int:
    """Return a number of lines, columns or pages, which some write with a decimal point."""
    text = attributes.get(name, "").partition(".")[0]
    return int(text) if text.isdecimal() and len(text) < _DIGITS else 0
