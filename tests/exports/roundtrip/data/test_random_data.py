"""Random models with their values in CSV files of random dialects: what is typed comes back, and no other byte differs."""

from __future__ import annotations

import csv
import random
import re
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.model.data import DataGrid
from engine.model.load import load
from engine.model.model import Model
from engine.plan.evaluate import evaluate
from engine.planning.planner import plan
from engine.problems import ModelError
from exports.workbook.layout.inputs import lines
from exports.workbook.xlsx import workbook
from tests.command_line import succeed
from tests.toys import random_dimensions
from tests.toys.in_files import in_files

Values = dict[str, Decimal]
# A smaller seed is no simpler model.
UNSHRUNK = (Phase.explicit, Phase.generate)


@pytest.mark.slow
@settings(max_examples=4, phases=UNSHRUNK)
@given(st.integers(0, 10**6))
def test_random_edits_come_back_into_their_cells(seed: int) -> None:
    _check(seed)


@pytest.mark.slow
@settings(max_examples=20, phases=UNSHRUNK)
@given(st.integers(0, 10**6))
def test_many_random_edits_come_back_into_their_cells(seed: int) -> None:
    _check(seed)


def _check(seed: int) -> None:
    """Type into the workbook of a model, import it, and compare what the model and each file hold."""
    chance = random.Random(seed)  # noqa: S311  # a form, no secret
    text, files = in_files(random_dimensions.made(seed).model, seed)
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_MOST_ON_INPUTS", chance.choice([0, 1_000]))
        source = Path(name) / "m.toml"
        source.write_text(text)
        before = {file: _disguised(content, chance) for file, content in files.items()}
        for file, content in before.items():
            (source.parent / file).write_bytes(content)
        model = load(source)
        planned = plan(model)
        try:
            evaluate(planned, planned.cases[0].id)
        except ModelError:
            return
        old = _values(model)
        keys = chance.sample(sorted(old), min(len(old), 4))
        edits = {key: Decimal(chance.randint(-(10**7), 10**7)).scaleb(-3) for key in keys}
        (source.parent / "m.xlsx").write_bytes(_typed(workbook(planned, planned.cases[0].id), edits))
        succeed("import", source.parent / "m.xlsx", "-m", source)
        assert _values(load(source)) == {**old, **edits}
        hashes = re.compile(r'sha256 = "\w{64}"\n')
        assert hashes.sub("", source.read_text()) == hashes.sub("", text)
        forms = {one.file: one.form.separator for one in model.data}
        after = {file: (source.parent / file).read_bytes() for file in files}
        differing = sum(_differing(before[file], after[file], forms[file]) for file in files)
        assert differing == sum(old[key] != value for key, value in edits.items())


def _disguised(content: bytes, chance: random.Random) -> bytes:
    """Return a table with what does not count in its spelling: a mark, another end, and zeros behind."""
    text = content.decode()
    if chance.random() < 0.5:
        text = text.removesuffix("\n").removesuffix("\r")
    if chance.random() < 0.5:
        text = re.sub(r"(?<=\.\d)(?=[;|\t\r\n])", "0", text)
    return (chance.choice(["", "\ufeff"]) + text).encode()


def _values(model: Model) -> Values:
    """Return what stands in files, by what the workbook's list of cells calls it."""
    found = {}
    for quantity in model.quantities:
        if isinstance(quantity.value, DataGrid):
            for member, value in zip(model.members(quantity.over), quantity.value.cells, strict=True):
                if value is not None:
                    found[f"{quantity.id}[{', '.join(member)}]"] = value
    return found


def _typed(content: bytes, edits: Values) -> bytes:
    """Return a workbook with other numbers in the cells of names, which Registry tells in its first case."""
    book = openpyxl.load_workbook(BytesIO(content))
    places: dict[str, str] = {}
    for _, _, name, _, _, _, _, cell, *_ in book["Registry"].iter_rows(min_row=7, values_only=True):
        places.setdefault(str(name), str(cell))
    for name, value in edits.items():
        sheet, _, place = places[name].partition("!")
        book[sheet][place] = float(value)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def _differing(old: bytes, new: bytes, separator: str) -> int:
    """Return in how many cells two tables differ, between which nothing does but quotes."""
    split = [_split(content.decode(), separator) for content in (old, new)]
    assert split[0][1] == split[1][1]
    return sum(a != b for a, b in zip(split[0][0], split[1][0], strict=True))


def _split(text: str, separator: str) -> tuple[list[str], list[str]]:
    """Return the cells of a table, and what stands between them without quotes."""
    cells = [cell for line in csv.reader(StringIO(text, newline=""), delimiter=separator) for cell in line]
    between, done = [], 0
    for cell in cells:
        start = text.index(cell, done)
        between.append(text[done:start].replace('"', ""))
        done = start + len(cell)
    return cells, [*between, text[done:].replace('"', "")]
