"""Any model with its values over dimensions moved into CSV files, in a dialect and a form drawn at random."""

from __future__ import annotations

import csv
import random
from io import StringIO
from itertools import product

import tomlkit

from engine.data.folder import Kept
from engine.model.dimensions import Grid
from engine.model.load import loads
from engine.model.model import Model, Quantity
from engine.problems import printable


def in_files(model: Model, seed: int) -> tuple[str, dict[str, bytes]]:
    """Return the text of a model that takes each row of values from a file, and the files by name."""
    chance = random.Random(seed)  # noqa: S311  # a form, no secret
    text = tomlkit.parse(model.document.text)
    files: dict[str, bytes] = {}
    for quantity in model.quantities:
        if not isinstance(quantity.value, Grid) or quantity.choice:
            continue
        name = f"d{len(files)}"
        how, form, files[f"{name}.csv"] = _written(model, quantity, chance)
        table = text
        for key in quantity.path:
            table = table[key]  # type: ignore[index]  # tables in tables
        table["value"] = {"data": name, **how}
        text.setdefault("data", tomlkit.table())[name] = {"file": f"{name}.csv", **form}
    return tomlkit.dumps(text), files


def loaded(model: Model, seed: int) -> Model:
    """Return a model that takes each row of values from a file."""
    text, files = in_files(model, seed)
    return loads(text, files=Kept(files))


def _written(model: Model, quantity: Quantity, chance: random.Random) -> tuple[dict[str, str], dict[str, str], bytes]:
    assert isinstance(quantity.value, Grid)
    members = model.members(quantity.over)
    cells = dict(zip(members, quantity.value.cells, strict=True))
    separator, point, end = chance.choice(",;\t|"), chance.choice(".,"), chance.choice(["\n", "\r\n"])
    across = chance.choice([*quantity.over, ""])
    keys = [one for one in quantity.over if one != across]
    sideways = [model.dimension[across].members] if across else []
    heads = list(sideways[0]) if across else ["value"]
    rows = []
    for key in product(*[model.dimension[one].members for one in keys]):
        at = dict(zip(keys, key, strict=True))
        values = [cells[tuple(at.get(one, head) for one in quantity.over)] for head in heads]
        # What a formula goes on with is empty, or has no row.
        if any(value is not None for value in values) or chance.random() < 0.5:
            rows.append([*key, *["" if value is None else f"{value:f}".replace(".", point) for value in values]])
    chance.shuffle(rows)
    written = StringIO(newline="")
    csv.writer(written, delimiter=separator, lineterminator=end).writerows([[*keys, *heads], *rows])
    form = {"separator": separator, "decimal": point}
    how = {"columns": across} if across else {"column": "value"}
    assert printable(separator) or separator == "\t"
    return how, form, written.getvalue().encode()
