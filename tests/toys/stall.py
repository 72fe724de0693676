"""A stall with odd spellings, its workbook as others leave it, and what an import of that comes to."""

from __future__ import annotations

import difflib
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl

from tests.command_line import run

Book = Any  # openpyxl has no types
Key = tuple[str, str]
Edits = Mapping[Key, object]
Change = Callable[[Book], object]
TEXT = """\
# A stall.   Everything here stays as it is.
[model]
title   = "Stall"
outputs = ["profit"]

[units]
EUR = "[money]"
glass="[glass]"

[dimensions.shop]
members = ["north", "South Side"]

[dimensions.year]
from = 2026
to   = 2028

[scenarios.plan]
label = "Plan"

[scenarios.boom]
label               = "Boom"     # good times
set.price           = 6.50       # a glass
set.share           = 12
set.sold.north.2027 = 1_300      # more

[scenarios.late_boom]
label    = "Late boom"
extends  = "boom"
set.rent = 1_100

[stall.price]
label = "Price"
value = 5.00   # five
unit  = "EUR/glass"
min   = 0
max   = 50

[stall.share]
label = "Share of the lemons"
value = 30.0
unit  = "percent"
max   = 100

[stall]
growth = { label = "Growth", unit = "percent", value = 3 }
rent   = { label = "Rent", unit = "EUR", value = 1_000 }   # a month
staff  = { label = "Staff", unit = "1", value = 4, whole = true }
mass   = { label = "Mass", unit = "1", value = 1e21 } # heavy
sales  = { label = "Sales", unit = "EUR", over = ["shop", "year"], formula = "sold * price" }
profit = { label = "Profit", unit = "EUR", formula = "sum(sales, over=[shop, year]) * (1 - share) * (1 + growth) - rent * staff * (mass / 1e21)" }

[stall.sold]
label = "Sold"
over  = ["shop", "year"]
unit  = "glass"
value.north = { from = 2026, list = [1_000, 1_100, # so far
    1_200] }
value."South Side" = 500  # each year
"""
# The same without dimensions: the scenarios stand in the line of the headings.
FLAT = re.sub(
    r"\[dimensions.*?(?=\[scenarios.plan)|set\.sold.*?\n|\[stall.sold\].*|sales .*?\n", "", TEXT, flags=re.DOTALL
)
FLAT = FLAT.replace("sum(sales, over=[shop, year])", "price * 9 * rent / price")


@cache
def exported(text: str, *, is_whole: bool = False) -> bytes:
    """Return a workbook without the sheets that an import does not ask for."""
    with TemporaryDirectory() as name:
        model, workbook = Path(name) / "stall.toml", Path(name) / "stall.xlsx"
        model.write_bytes(text.encode())
        result = run("export", model, "--xlsx", workbook)
        assert workbook.exists(), result.stderr
        return workbook.read_bytes() if is_whole else saved(workbook.read_bytes(), kept)


def kept(book: Book) -> None:
    for sheet in [sheet for sheet in book if sheet.title not in {"Cover", "Inputs", "Checks", "Registry"}]:
        book.remove(sheet)


def saved(content: bytes, change: Change) -> bytes:
    book, out = openpyxl.load_workbook(BytesIO(content)), BytesIO()
    change(book)
    book.save(out)
    return out.getvalue()


@cache
def places(content: bytes) -> dict[Key, str]:
    """Return the cell of each input in each scenario, as Registry says in words; what a map says is of none."""
    lines = openpyxl.load_workbook(BytesIO(content))["Registry"].iter_rows(min_row=7, values_only=True)
    return {(line[2], line[6] or ""): line[7].split("!")[1] for line in lines if line[2] and line[7]}


def place(id_: str, scenario: str) -> str:
    """Return the cell of an input in a scenario, as exported."""
    return places(exported(TEXT))[id_, scenario]


def edited(content: bytes, edits: Edits, change: Change = bool) -> bytes:
    """Return a workbook with something typed; {price plan} in a formula is the address of that cell."""

    def both(book: Book) -> None:
        for key, value in edits.items():
            meant = re.sub(r"\{(\w+) (\w+)\}", lambda m: place(m[1], m[2]), value) if isinstance(value, str) else value
            book["Inputs"][places(content)[key]].value = meant
        change(book)

    return saved(content, both)


class Imported:
    """An import of a workbook into a text: what it said, and the text after it."""

    def __init__(self, workbook: bytes, text: str | bytes, *options: str) -> None:
        before = text.encode() if isinstance(text, str) else text
        with TemporaryDirectory() as name:
            model, path = Path(name) / "stall.toml", Path(name) / "book.xlsx"
            model.write_bytes(before)
            path.write_bytes(workbook)
            result = run("import", path, "-m", model, *options)
            self.status, self.told, self.after = result.exit_code, result.stdout + result.stderr, model.read_bytes()
            assert sorted(one.name for one in Path(name).iterdir()) == ["book.xlsx", "stall.toml"]
        assert self.status == 0 or self.after == before
        old, new = [one.decode().splitlines(keepends=True) for one in (before, self.after)]
        self.changed = [line.rstrip("\r\n") for line in difflib.ndiff(old, new) if line[0] in "+-"]


def typed(edits: Edits, change: Change = bool, text: str = TEXT) -> Imported:
    return Imported(edited(exported(text), edits, change), text)


def packed(*more: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, **changes: tuple[str, str]) -> bytes:
    """Return the exported workbook with more parts, and with something replaced in a part by the end of its name."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(exported(TEXT))) as old, zipfile.ZipFile(out, "w", method) as new:
        for name in old.namelist():
            pattern, text = next((change for end, change in changes.items() if name.endswith(PARTS[end])), ("", ""))
            part = old.read(name)
            new.writestr(name, re.sub(pattern, text, part.decode(), count=1) if pattern else part)
        for name, part in more:
            new.writestr(name, part)
    return out.getvalue()


PARTS = {"inputs": "sheet2.xml", "registry": "sheet4.xml", "book": "workbook.xml", "links": "workbook.xml.rels", "types": "[Content_Types].xml"}  # fmt: skip


def row(id_: str, column: str = "G") -> str:
    return column + place(id_, "plan")[1:]


PRICE = "set.price           = {}       # a glass"
BOTH = [f"- {PRICE.format('6.50')}", f"+ {PRICE.format('8.25')}", "- value = 5.00   # five", "+ value = 7.00   # five"]
