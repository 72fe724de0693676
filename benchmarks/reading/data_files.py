"""A million cells of a data file: read into a plan, and compared, beside pyarrow and pandas that only read them."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from unittest.mock import patch

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from engine.data.folder import Folder, hash_of
from engine.model.load import load, loads
from engine.planning.planner import plan
from exports.review.review import review_versions
from exports.review.versions import Version

_REGIONS, _HOURS, _COLUMNS = 25, 8_000, 5
_ROUNDS = 7
_MODEL: Final = """[model]
title = "Hours"
outputs = ["total"]
[dimensions.region]
members = [{regions}]
[dimensions.hour]
from = 1
to = {hours}
[data.d]
file = "{file}"
sha256 = "{hash}"
note = "metered"
{rows}
[s.total]
label = "Total"
unit = "MWh"
formula = "sum({sum}, over=[region, hour])"
"""
_ROW: Final = """[s.p{k}]
label = "P{k}"
over = ["region", "hour"]
unit = "MWh"
value = {{ data = "d", column = "p{k}" }}
"""


def data_files() -> dict[str, float]:
    """Return the time of load and plan over that of pyarrow or pandas reading the same bytes, and that of a diff, s.

    The text is read too; imports are not counted. Without pyarrow is what Python and numpy do alone.
    """
    with tempfile.TemporaryDirectory() as folder:
        frames = _frames()
        texts = {name: _written(Path(folder), name, frames) for name in ("a.csv", "a.parquet", "b.csv", "b.parquet")}
        files = Folder(Path(folder))
        found = {}
        for ending, peer in ((".parquet", _pyarrow), (".csv", pd.read_csv)):
            path = Path(folder) / f"a{ending}"
            times = _best(
                {
                    "ours": lambda text=texts[f"a{ending}"]: plan(loads(text, files=files)),  # type: ignore[misc]  # bound at once
                    "peer": lambda path=path, peer=peer: peer(path),  # type: ignore[misc]  # as above
                }
            )
            name = "pyarrow" if ending == ".parquet" else "pandas"
            found[f"data: {ending[1:]} into a plan / {name}"] = times["ours"] / times["peer"]
            if ending == ".csv":
                with patch.dict(sys.modules, {"pyarrow": None}):
                    alone = _best({"ours": lambda text=texts["a.csv"]: plan(loads(text, files=files))})  # type: ignore[misc]
                found["data: csv without pyarrow / pandas"] = alone["ours"] / times["peer"]
            sides = [Path(folder) / f"{side}{ending[1:]}.toml" for side in "ab"]
            for side, source in zip("ab", sides, strict=True):
                source.write_text(texts[f"{side}{ending}"])
            found[f"data: diff of two {ending[1:]}, s"] = _best({"diff": lambda sides=sides: _diff(*sides)}, 3)["diff"]  # type: ignore[misc]
        return found


def _frames() -> dict[str, pd.DataFrame]:
    chance = np.random.default_rng(1)
    columns = {f"p{k}": np.round(chance.uniform(1, 100, _REGIONS * _HOURS), 3) for k in range(_COLUMNS)}
    regions = np.repeat([f"R{number}" for number in range(_REGIONS)], _HOURS)
    first = pd.DataFrame({"region": regions, "hour": np.tile(range(1, _HOURS + 1), _REGIONS), **columns})
    second = first.copy()
    for row, column in ((5, "p0"), (100_000, "p3"), (7, "p4")):
        second.loc[row, column] += 400
    return {"a": first, "b": second}


def _written(folder: Path, name: str, frames: dict[str, pd.DataFrame]) -> str:
    path, frame = folder / name, frames[name[0]]
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    regions = ", ".join(f'"R{number}"' for number in range(_REGIONS))
    return _MODEL.format(regions=regions, hours=_HOURS, file=name, hash=hash_of(name, path.read_bytes()),
                         rows="".join(_ROW.format(k=k) for k in range(_COLUMNS)),
                         sum=" + ".join(f"p{k}" for k in range(_COLUMNS)))  # fmt: skip


def _pyarrow(path: Path) -> object:
    return pq.read_table(path)


def _diff(old: Path, new: Path) -> object:
    first = load(old)
    return review_versions(Version("old", first), Version("new", load(new, first)), None)


def _best(works: dict[str, Callable[[], object]], rounds: int = _ROUNDS) -> dict[str, float]:
    found = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            found[name] = min(found[name], time.perf_counter() - start)
    return found
