"""`plainsheet import`: what was typed into a workbook comes back into the text, and nothing else does."""

from __future__ import annotations

import json
import os
import re
import resource
import struct
import subprocess
import sys
import tomllib
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from tests.toys.stall import (
    FLAT,
    PLACES,
    TEXT,
    Book,
    Change,
    Edits,
    Imported,
    Key,
    edited,
    exported,
    packed,
    places,
    typed,
)

ROOT = Path(__file__).parent.parent.parent.parent
# The clock is a guard against a hang, and no measurement: a refusal takes a second.
HANGS_AFTER = 60
MOST_MEMORY = 1_000_000_000
PRICE = "set.price           = {}       # a glass"
NORTH = "value.north = {{ from = 2026, list = [1_000, {}, # so far"
MASS = 'mass   = {{ label = "Mass", unit = "1", value = {} }} # heavy'
RENT = 'rent   = {{ label = "Rent", unit = "EUR", value = {} }}   # a month'
BOTH = [f"- {PRICE.format('6.50')}", f"+ {PRICE.format('8.25')}", "- value = 5.00   # five", "+ value = 7.00   # five"]
# What is typed, and the lines of the text that differ.
TYPED: dict[str, tuple[Edits, list[str]]] = {
    "nothing": ({}, []),
    "a number": ({("price", "plan"): 7}, ["- value = 5.00   # five", "+ value = 7.00   # five"]),
    "a percent": ({("share", "plan"): 0.455}, ["- value = 30.0", "+ value = 45.5"]),
    "an exponent": ({("mass", "plan"): 3e21}, [f"{sign} {MASS.format(text)}" for sign, text in (("-", "1e21"), ("+", "3e21"))]),
    "underscores": ({("rent", "plan"): 12500}, [f"{sign} {RENT.format(text)}" for sign, text in (("-", "1_000"), ("+", "12_500"))]),
    "within the last digit": ({("price", "plan"): 5.00000000000001}, []),
    "a member of a list": ({("sold[north, 2027]", "plan"): 1150}, [f"- {NORTH.format('1_100')}", f"+ {NORTH.format('1_150')}"]),
    "a member of several that share a value": ({("sold[South Side, 2028]", "plan"): 600}, ['- value."South Side" = 500  # each year', '+ value."South Side" = { from = 2026, list = [500, 500, 600] }  # each year']),
    "a scenario's own": ({("price", "boom"): 6.75}, [f"- {PRICE.format('6.50')}", f"+ {PRICE.format('6.75')}"]),
    "over what is inherited": ({("rent", "boom"): 900}, ["+ set.rent            = 900"]),
    "over what a grandparent has": ({("growth", "late_boom"): 0.01}, ["+ set.growth = 1"]),
    "over a member that is inherited": ({("sold[South Side, 2026]", "boom"): 70}, ['+ set.sold."South Side".2026 = 70']),
    "what was inherited all the same": ({("rent", "boom"): 1000}, []),
    "a cell cleared": ({("price", "boom"): None}, [f"- {PRICE.format('6.50')}"]),
    "back to what is inherited": ({("rent", "late_boom"): "=${rent boom}"}, ["- set.rent = 1_100"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_what_was_typed_comes_back_and_nothing_else(name: str) -> None:
    edits, expected = TYPED[name]
    done = typed(edits)
    assert (done.status, done.changed) == (0, expected), done.told


def refer(book: Book, old: str, new: str) -> None:
    """Let Registry follow what was moved, as a spreadsheet does."""
    for cell in [cell for line in book["Registry"].iter_rows() for cell in line if isinstance(cell.value, str)]:
        cell.value = re.sub(rf"(?<=[=(,]){re.escape(old)}(?!\d)", new, cell.value)


def renamed(book: Book) -> None:
    book["Inputs"].title = "Bob's inputs"
    refer(book, "Inputs!", "'Bob''s inputs'!")


def moved(book: Book) -> None:
    sheet, place = book["Inputs"], PLACES["price", "plan"]
    sheet["T40"], sheet[place].value = sheet[place].value, None
    refer(book, f"Inputs!$G${place[1:]}", "Inputs!$T$40")


def turned(book: Book) -> None:
    """Sort lines as a spreadsheet does: references within a line go with it, and Registry's stay."""
    first, last = [int(PLACES[id_, "plan"][1:]) for id_ in ("price", "share")]
    lines = [[cell.value for cell in book["Inputs"][number]] for number in (last, first)]
    for number, values in zip((first, last), lines, strict=True):
        for column, value in enumerate(values, 1):
            own = re.sub(r"^(=\$[A-Z])\d+$", rf"\g<1>{number}", value) if isinstance(value, str) else value
            book["Inputs"].cell(number, column).value = own


def row(id_: str, column: str = "G") -> str:
    return column + PLACES[id_, "plan"][1:]


# openpyxl changes no formula when it inserts or renames: names and headings must do.
MOVES: dict[str, Change] = {
    "sheets in another order": lambda book: book.move_sheet("Registry", -3),
    "a sheet renamed": renamed,
    "a sheet renamed without its references": lambda book: setattr(book["Inputs"], "title", "Annahmen"),
    "no Registry": lambda book: book.remove(book["Registry"]),
    "no defined names": lambda book: book.defined_names.clear(),
    "other sheets deleted": lambda book: [book.remove(book[name]) for name in ("Cover", "Checks")],
    "rows inserted above": lambda book: book["Inputs"].insert_rows(3, 4),
    "a row inserted between inputs": lambda book: book["Inputs"].insert_rows(int(row("price", ""))),
    "a column inserted in front": lambda book: book["Inputs"].insert_cols(1),
    "a column inserted before the scenarios": lambda book: book["Inputs"].insert_cols(7),
    "a column inserted between scenarios": lambda book: book["Inputs"].insert_cols(8),
    "rows sorted": turned,
    "a cell moved": moved,
    "a line's name deleted": lambda book: setattr(book["Inputs"][row("price", "C")], "value", None),
    "a line of Registry deleted": lambda book: book["Registry"].delete_rows(7),
    "a line of Registry without its number": lambda book: setattr(book["Registry"]["I7"], "value", None),
    "an untouched copy": lambda book: book.copy_worksheet(book["Inputs"]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [*[(name, TEXT) for name in MOVES], *[(name, FLAT) for name in MOVES if "column" in name]], ids=lambda one: one if one in MOVES else str(one == FLAT))  # fmt: skip
def test_an_input_is_found_wherever_it_has_gone(name: str, text: str) -> None:
    done = typed({("price", "plan"): 7, ("price", "boom"): 8.25}, MOVES[name], text)
    assert done.changed == BOTH, done.told


def copied(book: Book) -> None:
    book.copy_worksheet(book["Inputs"])[row("price")] = 9


def unregistered(book: Book) -> None:
    book.remove(book["Registry"])


# What nobody may take, where, and a word of the reason.
REFUSED: dict[str, tuple[Key, object, Change, str]] = {
    "a thousand with a comma": (("price", "plan"), "4,250", bool, "4,250"),
    "a decimal comma": (("price", "boom"), "989,4", bool, "989,4"),
    "a formula": (("price", "plan"), "=2*3", bool, "formula"),
    "an array formula": (("price", "plan"), ArrayFormula("G15", "=2*3"), bool, "formula"),
    "a scenario that is not the parent": (("price", "late_boom"), "=${price plan}", bool, "formula"),
    "itself": (("price", "boom"), "=${price boom}", bool, "formula"),
    "an error": (("price", "plan"), "#N/A", bool, "#N/A"),
    "a blank": (("price", "plan"), None, bool, "empty"),
    "a date": (("price", "plan"), datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), bool, "date"),
    "TRUE": (("staff", "plan"), True, bool, "TRUE"),
    "45 in percent": (("growth", "plan"), 45, bool, "percent"),
    "45 in percent without Registry": (("growth", "plan"), 45, unregistered, "percent"),
    "too little": (("price", "plan"), -1, bool, "min"),
    "too much": (("price", "late_boom"), 51, bool, "max"),
    "no whole number": (("staff", "boom"), 2.5, bool, "whole"),
    "another unit": (("rent", "plan"), 1000, lambda book: setattr(book["Inputs"][row("rent", "D")], "value", "kEUR"), "unit"),
    "a row deleted": (("rent", "plan"), 1000, lambda book: book["Inputs"].delete_rows(int(row("rent", ""))), "disappeared"),
    "a row cleared": (("rent", "plan"), 1000, lambda book: (book["Inputs"].delete_rows(int(row("rent", ""))), book["Inputs"].insert_rows(int(row("rent", "")))), "disappeared"),
    "an edited copy": (("price", "plan"), 5, copied, "twice"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_nobody_may_take_is_refused_with_its_cell_and_its_reason(name: str) -> None:
    key, value, change, word = REFUSED[name]
    done = typed({("share", "boom"): 0.2, key: value}, change)
    assert done.status == 1, done.changed
    assert re.search(rf"Inputs( Copy)?!{PLACES[key]} .*{re.escape(word)}", done.told), done.told


NEWER = TEXT.replace("5.00", "5.25").replace("set.share           = 12\n", "")


def test_what_both_changed_is_a_conflict_that_shows_all_three() -> None:
    book = edited(
        exported(TEXT), {("price", "plan"): 7, ("share", "boom"): 0.1, ("sold[South Side, 2026]", "boom"): 99}
    )
    told = Imported(book, NEWER).told
    assert re.search(rf"!{PLACES['price', 'plan']} .*\n.*exported 5 .*workbook 7 .*text 5\.25", told)
    assert re.search(rf"!{PLACES['share', 'boom']} .*\n.*exported 12 .*workbook 10 .*text inherited", told)
    record = json.loads(Imported(book, NEWER, "--json").told)
    assert [(one["exported"], one["workbook"], one["text"]) for one in record["conflicts"]] == [(5, 7, 5.25), (12, 10, None)]  # fmt: skip
    assert (record["written"], len(record["changes"])) == (False, 1)
    ours, theirs = [Imported(book, NEWER, side).changed for side in ("--ours", "--theirs")]
    assert ours == ['+ set.sold."South Side".2026 = 99']
    assert [line for line in theirs if line not in ours] == ["+ set.share           = 10", "- value = 5.25   # five", "+ value = 7.00   # five"]  # fmt: skip
    assert Imported(edited(exported(TEXT), {("price", "plan"): 5.25}), NEWER).status == 0
    assert Imported(book, NEWER, "--ours", "--theirs").status == 2


def test_what_only_the_text_changed_stays_and_is_not_said_to_be_alike() -> None:
    done = Imported(exported(TEXT), NEWER)
    assert (done.status, done.changed, "say what the text says" in done.told) == (0, [], False)


def test_a_scenario_whose_column_was_deleted_gets_no_other_ones_values() -> None:
    def deleted(book: Book) -> None:
        book["Inputs"].delete_cols(8)
        refer(book, "Inputs!$H", "#REF!")
        refer(book, "Inputs!$I", "Inputs!$H")

    done = typed({}, deleted, FLAT.replace('extends  = "boom"\n', ""))
    assert (done.status, done.changed) == (1, []), done.told


def test_check_writes_nothing_and_json_says_all() -> None:
    book = edited(exported(TEXT), {("price", "boom"): 7})
    checked, written = [Imported(book, TEXT, *more, "--json") for more in (["--check"], [])]
    (one,) = json.loads(checked.told)["changes"]
    assert [one[key] for key in ("input", "scenario", "exported", "workbook", "text")] == ["price", "boom", 6.5, 7, 6.5]
    assert [(len(done.changed), json.loads(done.told)["written"]) for done in (checked, written)] == [(0, False), (2, True)]  # fmt: skip


def test_an_older_export_still_counts_and_one_of_another_model_does_not() -> None:
    more = TEXT.replace("[stall]\n", "[scenarios.slump]\nlabel = 'Slump'\nset.price = 4\n\n[stall]\nrain = { label = 'Rain', value = 1, unit = '1' }\n")  # fmt: skip
    edits = {("price", "plan"): 7, ("sold[north, 2028]", "late_boom"): 1}
    expected = ["+ set.sold.north.2028 = 1", "- value = 5.00   # five", "+ value = 7.00   # five"]
    for old, new in ((TEXT, more), (more, TEXT)):
        done = Imported(edited(exported(old), edits), new)
        assert (done.status, done.changed) == (0, expected), done.told
    gone = Imported(edited(exported(more), {("rain", "plan"): 2}), TEXT)
    assert (gone.status, "rain" in gone.told) == (1, True)
    other = re.sub(r"\b(price|share|growth|rent|staff|mass)\b(?= *=|\]| [-+*/)]|\))", r"\1_x", FLAT)
    assert Imported(exported(other), TEXT).status == 1


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_marks_and_ends_of_lines_stay(mark: bytes, newline: str) -> None:
    text = TEXT.rstrip("\n").replace("\n", newline)
    done = Imported(edited(exported(TEXT), {("rent", "boom"): 900, ("price", "plan"): 7}), mark + text.encode())
    expected = text.replace("5.00", "7.00").replace("# more", f"# more{newline}set.rent            = 900")
    assert done.after == mark + expected.encode()


NUMBERS = st.from_regex(r"(0|[1-9][0-9]{0,4}|[1-9]_[0-9]{3})(\.[0-9]{1,3})?(e[1-3])?", fullmatch=True)
TAILS = st.sampled_from(["", "  # = 5.0, [x]", " #", "\t"])
PARENTS = {"base": "base", "one": "base", "two": "one", "three": "two"}


@settings(max_examples=8)
@given(st.data())
def test_random_models_keep_all_but_the_lines_of_what_was_typed(data: st.DataObject) -> None:
    def line(key: str) -> str:
        return f"{key}{data.draw(st.sampled_from(['=', ' = ', '   =']))}{data.draw(NUMBERS)}{data.draw(TAILS)}"

    ids = [f"in{number}" for number in range(data.draw(st.integers(1, 4)))]
    lines = ["[model]", 'title = "T"', 'outputs = ["out"]']
    for case, parent in PARENTS.items():
        lines += [f"[scenarios.{case}]", f'label = "{case}"', *([f'extends = "{parent}"'] if parent != "base" else [])]
        own = data.draw(st.lists(st.sampled_from(ids), unique=True)) if case != "base" else []
        lines += [line(f"set.{id_}") for id_ in own]
    for id_ in ids:
        lines += [f"[a.{id_}]", f'label = "{id_}"', 'unit = "1"', line("value")]
    lines += ["[a.out]", 'label = "Out"', 'unit = "1"', f'formula = "{" + ".join(ids)}"']
    text = data.draw(st.sampled_from(["\n", "\r\n"])).join(lines)

    def values(said: str) -> dict[Key, float]:
        tables = tomllib.loads(said)
        own = {(id_, "base"): float(tables["a"][id_]["value"]) for id_ in ids}
        return own | {(id_, case): float(value) for case in PARENTS for id_, value in tables["scenarios"][case].get("set", {}).items()}  # fmt: skip

    before = values(text)
    shown: dict[Key, float] = {}
    for case, parent in PARENTS.items():
        shown |= {(id_, case): before.get((id_, case), shown.get((id_, parent), 0)) for id_ in ids}
    number = st.decimals(-999, 9999, places=2).map(float)
    keys = [(key, st.none() | number if key[1] != "base" else number) for key in shown]
    edits = {key: data.draw(kind) for key, kind in data.draw(st.lists(st.sampled_from(keys), max_size=5, unique_by=lambda one: one[0]))}  # fmt: skip
    # A number that only repeats what was inherited may stand for either.
    edits = {key: value for key, value in edits.items() if key in before or value != shown[key]}
    done = Imported(edited(exported(text), edits), text)
    after = values(done.after.decode())
    assert after == {key: value for key, value in {**before, **edits}.items() if value is not None}, done.told
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    old, new = [[one[2:] for one in done.changed if one[0] == sign] for sign in "-+"]
    assert (len(old), len(new)) == (len(changed & before.keys()), len(changed & after.keys()))
    frames = [re.sub(r"(= *)[-\d._e]+", r"\1", one, count=1) for one in old]
    # Nothing but the digits differs, unless the line is new.
    for one in new:
        assert re.sub(r"(= *)[-\d._e]+", r"\1", one, count=1) in frames or re.fullmatch(r"set\.in\d *= *[-\d.]+", one)


def test_a_model_of_the_project_comes_back_with_one_line_changed() -> None:
    text = (ROOT / "models" / "loan.toml").read_text(encoding="utf-8")
    (key, place), *_ = places(exported(text)).items()
    value = openpyxl.load_workbook(BytesIO(exported(text)))["Inputs"][place].value
    done = typed({key: value * 1.01}, bool, text)
    assert (done.status, [line[0] for line in done.changed]) == (0, ["-", "+"]), done.told


MACRO = """<?xml version="1.0"?><script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Edit(source, target, price, boom)
Dim hidden(0) As New com.sun.star.beans.PropertyValue
Dim kind(0) As New com.sun.star.beans.PropertyValue
hidden(0).Name = "Hidden" : hidden(0).Value = True
kind(0).Name = "FilterName" : kind(0).Value = "Calc MS Excel 2007 XML"
book = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
sheet = book.Sheets.getByName("Inputs")
sheet.unprotect("")
sheet.getCellRangeByName(price).Value = 7
sheet.getCellRangeByName(boom).Value = 8.25
sheet.Rows.insertByIndex(16, 2)
sheet.Rows.insertByIndex(3, 1)
sheet.Columns.insertByIndex(7, 1)
sheet.Columns.insertByIndex(2, 1)
sheet.Name = "Bob's inputs"
book.Sheets.moveByName("Registry", 0)
book.storeToURL(ConvertToURL(target), kind())
book.close(True)
StarDesktop.terminate()
End Sub
</script:module>"""


@pytest.mark.libreoffice
def test_what_libreoffice_inserted_and_saved_comes_back(tmp_path: Path) -> None:
    source, target, profile = tmp_path / "book.xlsx", tmp_path / "saved.xlsx", tmp_path / "profile"
    source.write_bytes(exported(TEXT, is_whole=True))
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    subprocess.run([*command, "--terminate_after_init"], check=True, capture_output=True, timeout=100)
    (profile / "user/basic/Standard/Module1.xba").write_text(MACRO)
    cells = PLACES["price", "plan"], PLACES["price", "boom"]
    macro = f"macro:///Standard.Module1.Edit({','.join([json.dumps(str(one)) for one in (source, target, *cells)])})"
    subprocess.run([*command, macro], check=True, capture_output=True, timeout=100)
    done = Imported(target.read_bytes(), TEXT)
    assert done.changed == BOTH, done.told


LINK = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="other/x.xml"/></Relationships>'
CODE = '<Override PartName="/xl/a.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
TYPED_PRICE = rf'(?<=<c r="{row("price")}")([^>]*>)<v>5</v>'
EXPORTED_PRICE = r'(?<=<c r="I\d")([^>]*>)<v>5</v>'
HOSTILE: dict[str, Callable[[], bytes]] = {
    "a broken archive": lambda: exported(TEXT)[:-99],
    "macros": lambda: packed(("xl/vbaProject.bin", b"x")),
    "macros in other letters": lambda: packed(("xl/VBAProject.bin", b"x")),
    "macros elsewhere": lambda: packed(("xl/a.bin", b"x"), types=("</Types>", CODE)),
    "an embedded file": lambda: packed(("xl/embeddings/oleObject1.bin", b"x")),
    "an embedded file in other letters": lambda: packed(("xl/Embeddings/oleObject1.bin", b"x")),
    "a link outside": lambda: packed(("xl/externalLinks/externalLink1.xml", b"<a/>")),
    "a link outside elsewhere": lambda: packed(("xl/other/x.xml", b"<a/>"), links=("</Relationships>", LINK)),
    "a bomb": lambda: packed(("xl/media/a.bin", bytes(100_000_000))),
    "a bomb in another packing": lambda: packed(("xl/media/a.bin", bytes(9_000_000)), method=zipfile.ZIP_BZIP2),
    "entities": lambda: packed(inputs=("<worksheet", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet')),
    "a part twice": lambda: packed(("xl/workbook.xml", b"<a/>")),
    "a part twice in other letters": lambda: packed(("xl/WORKBOOK.xml", b"<a/>")),
    "a number without end on export": lambda: packed(registry=(EXPORTED_PRICE, rf"\1<v>{'9' * 400}</v>")),
    "an infinite number on export": lambda: packed(registry=(EXPORTED_PRICE, r"\1<v>1e999</v>"), inputs=(TYPED_PRICE, r"\1<v>7</v>")),
    "a number without end": lambda: packed(inputs=(TYPED_PRICE, rf"\1<v>{'9' * 4000}</v>")),
    "no number": lambda: packed(inputs=(TYPED_PRICE, r"\1<v>nan</v>")),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_workbook_that_means_harm_is_refused_in_a_few_lines(name: str) -> None:
    done = Imported(HOSTILE[name](), TEXT)
    assert (done.status, done.changed) == (1, []), done.told
    assert 0 < len(done.told.splitlines()) <= 3


def understated() -> bytes:
    """Return a workbook with a part of 2 GB that says that it has 1,000 bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(10_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = piece * 200 + packer.flush()
    content, name, out = exported(TEXT), "xl/media/a.bin", BytesIO(exported(TEXT))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, stream)
    content = out.getvalue()
    sizes, stored = struct.pack("<II", len(stream), len(stream)), struct.pack("<II", len(stream), 1000)
    content = content.replace(sizes, stored)
    for mark, offset, start in ((b"PK\3\4", 8, 30), (b"PK\1\2", 10, 46)):
        at = next(one.start() for one in re.finditer(re.escape(mark), content) if content[one.start() + start :].startswith(name.encode()))  # fmt: skip
        content = content[: at + offset] + struct.pack("<H", 8) + content[at + offset + 2 :]
    return content


def added(xml: str) -> bytes:
    return packed(inputs=("</sheetData>", xml + "</sheetData>"))


def shared() -> bytes:
    first = f'<row r="200"><c r="B200"><f t="shared" ref="B200:B15199" si="77">{"+".join(["A1"] * 3300)}</f></c></row>'
    return added(first + "".join([f'<row r="{n}"><c r="B{n}"><f t="shared" si="77"/></c></row>' for n in range(201, 15_200)]))  # fmt: skip


def repeated() -> bytes:
    return added("".join([f'<row r="{n}"><c r="C{n}" t="inlineStr"><is><t>price</t></is></c></row>' for n in range(200, 100_000)]))  # fmt: skip


@pytest.mark.parametrize("content", [shared, repeated, understated])
def test_a_heavy_workbook_takes_neither_the_machine_nor_the_day(content: Callable[[], bytes], tmp_path: Path) -> None:
    model, workbook = tmp_path / "stall.toml", tmp_path / "book.xlsx"
    model.write_text(TEXT)
    workbook.write_bytes(content())

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))

    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "import", str(workbook), "-m", str(model)],
        capture_output=True, text=True, timeout=HANGS_AFTER, preexec_fn=limit, check=False,  # no threads here
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert (done.returncode in {0, 1}, model.read_text()) == (True, TEXT)
    assert not re.search("traceback|memory", done.stderr, re.IGNORECASE), done.stderr
