"""Rules of how a workbook is laid out, protected, found one's way in, and printed."""

from __future__ import annotations

from collections.abc import Iterator

from exports.lint.areas import Area
from exports.lint.context import Context, Finding, is_heading, is_in_sight, is_wide, name_place
from exports.lint.looks import unseen
from exports.reading.records import Opened
from exports.reading.references import find_reads
from exports.style.words import counted


def columns(context: Context) -> Iterator[Finding]:
    """Yield headings that stand in one column here and in another there."""
    first: dict[str, tuple[str, set[int]]] = {}
    for sheet in context.sheets:
        if sheet.frozen[0] <= 1:
            continue
        own: dict[str, set[int]] = {}
        for column, text in sheet.headings.items():
            own.setdefault(text.strip().casefold(), set()).add(column)
        for text, stand in own.items():
            other, at = first.setdefault(text, (sheet.name, stand))
            for column in sorted(stand - at):
                words = sheet.headings[column]
                place = sheet.frozen[0] - 1, column
                yield Finding(name_place(sheet, place), f"'{words}' stands in another column on '{other}'")


def units(context: Context) -> Iterator[Finding]:
    """Yield rows of numbers that do not say in which unit they are."""
    for sheet in context.sheets:
        column = next((at for at, text in sheet.headings.items() if text.strip().casefold() in {"unit", "units"}), None)
        if column is None:
            if context.calculates[sheet.name]:
                yield Finding(name_place(sheet), "calculates, and no column is headed 'Unit'")
            continue
        for row in _rows_of_numbers(sheet, column):
            cell = sheet.cells.get((row, column))
            if cell is None or not str(cell.value).strip():
                yield Finding(name_place(sheet, (row, column)), "the row has numbers and no unit")


def _rows_of_numbers(sheet: Opened, column: int) -> list[int]:
    found = {
        row for (row, at), cell in sheet.cells.items() if at > column and row >= sheet.frozen[0] and cell.is_number
    }
    return sorted(found)


def sources(context: Context) -> Iterator[Finding]:
    """Yield rows with inputs that do not say where these come from."""
    for sheet in context.sheets:
        typed = context.inputs[sheet.name]
        column = next((at for at, text in sheet.headings.items() if "source" in text.casefold()), None)
        if typed and column is None:
            yield Finding(name_place(sheet), f"has {counted(len(typed), 'input')}, and no column is headed 'Source'")
        if column is None:
            continue
        for row in sorted({row for row, _ in typed}):
            cell = sheet.cells.get((row, column))
            if cell is None or not str(cell.value).strip(" ."):
                yield Finding(name_place(sheet, (row, column)), "the row has inputs and no source")


def merged(context: Context) -> Iterator[Finding]:
    """Yield merged cells."""
    for sheet in context.sheets:
        for span in sheet.merged:
            yield Finding(f"{sheet.name}!{span}", "the cells are merged")


def hidden(context: Context) -> Iterator[Finding]:
    """Yield hidden sheets, rows and columns, and cells whose contents cannot be seen."""
    for sheet in context.sheets:
        if sheet.is_hidden:
            yield Finding(name_place(sheet), "the sheet is hidden")
        for span in sheet.hidden:
            yield Finding(f"{sheet.name}!{span}", "is hidden")
        for place, how in unseen(sheet):
            yield Finding(name_place(sheet, place), how)


def macros(context: Context) -> Iterator[Finding]:
    """Yield parts that run code."""
    for part in context.book.macros:
        yield Finding(part, "the workbook holds code")


def locked(context: Context) -> Iterator[Finding]:
    """Yield sheets that anybody may overwrite, and formulas among the cells to type into."""
    for sheet in context.sheets:
        if sheet.formulas and not sheet.is_protected:
            yield Finding(name_place(sheet), "has formulas, and is not protected")
        for place, formula in sheet.formulas.items() if sheet.is_protected else ():
            if not sheet.cells[place].is_locked and not context.takes_over(sheet, place):
                yield Finding(name_place(sheet, place), f"is a formula that may be typed over: {formula}")


def validated(context: Context) -> Iterator[Finding]:
    """Yield cells to type into that take anything."""
    for sheet in context.sheets:
        unlocked = [place for place, cell in sheet.cells.items() if sheet.is_protected and not cell.is_locked]
        left_open = sheet.open if sheet.is_protected else ()
        wanted = {*context.inputs[sheet.name], *unlocked, *left_open}
        validated_ = Area(sheet.validated, {column for _, column in wanted})
        for place in sorted(wanted):
            if place not in validated_:
                yield Finding(name_place(sheet, place), "may be typed into, and nothing is validated")


def frozen(context: Context) -> Iterator[Finding]:
    """Yield sheets whose headings go out of sight."""
    for sheet in context.sheets:
        if sheet.cells and sheet.frozen[0] <= 1:
            yield Finding(name_place(sheet), "no line stays in sight when one scrolls down")
        if is_wide(sheet) and sheet.frozen[1] <= 1:
            yield Finding(name_place(sheet), "no column stays in sight when one scrolls to the right")


def master(context: Context) -> Iterator[Finding]:
    """Yield sheets on which no check is in sight."""
    if not any(sheet.formulas for sheet in context.sheets):
        return
    checks = {sheet.name for sheet in context.sheets if "check" in sheet.name.casefold()}
    if not checks:
        yield Finding("the workbook", "no sheet is named for its checks")
        return
    for sheet in context.sheets:
        looking = context.where(sheet, lambda shape: any(one.sheet in checks for one in shape.references))
        says = [place for place, _ in looking if is_heading(sheet, place)]
        if sheet.cells and not says:
            yield Finding(name_place(sheet), "no line that stays in sight says whether the checks hold")
        elif says and not any(is_in_sight(sheet, place) for place in says):
            message = "says whether the checks hold, and goes out of sight when one scrolls to the right"
            yield Finding(name_place(sheet, says[0]), message)


def printed(context: Context) -> Iterator[Finding]:
    """Yield sheets that do not print as a reader needs them."""
    for sheet in context.sheets:
        page = sheet.page
        lacking = [
            text
            for text, is_there in (
                # A page of text, such as a cover, stands upright.
                ("landscape", page.is_landscape or sheet is context.sheets[0]),
                (
                    "one page wide, or with its labels on each page",
                    page.wide == 1 or (page.wide > 1 and page.title_columns),
                ),
                ("its headings on each page", page.title_rows or sheet.frozen[0] <= 1),
                ("an area of its own", page.has_area),
                ("the file in the footer (&F)", "&F" in page.footer),
                ("the sheet in the footer (&A)", "&A" in page.footer),
                ("the page in the footer (&P)", "&P" in page.footer),
            )
            if not is_there
        ]
        if sheet.cells and lacking:
            yield Finding(name_place(sheet), f"does not print {', '.join(lacking)}")


def navigation(context: Context) -> Iterator[Finding]:
    """Yield sheets that no link leads to, or back from."""
    if len(context.sheets) <= 1:
        return
    first, *others = context.sheets
    linked = set(_find_links(context, first))
    for sheet in others:
        if sheet.name.casefold() not in linked:
            yield Finding(name_place(sheet), f"no link on '{first.name}' leads here")
        if first.name.casefold() not in set(_find_links(context, sheet)):
            yield Finding(name_place(sheet), f"no link leads back to '{first.name}'")


def _find_links(context: Context, sheet: Opened) -> Iterator[str]:
    """Yield the sheets that links on a sheet lead to, as spreadsheets compare their names."""
    shown = context.where(sheet, lambda shape: shape.text.upper().startswith("=HYPERLINK("))
    targets = {place: sheet.formulas[place].replace('"#', "").replace('"', "") for place, _ in shown}
    for place, cell in sheet.cells.items():
        if cell.link and place not in targets:
            targets[place] = context.resolve(sheet, cell.link) or cell.link.removeprefix("#")
    for target in targets.values():
        yield from (one.sheet.casefold() for one in find_reads(target, ""))
