"""Tables as Parquet files, which tell the unit of each column in its heading and beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.arrow import as_parquet as arrow_bytes
from engine.plan.plan import Plan
from exports.files.atomic import replace_file
from exports.files.locate import refuse_data, target_path
from plainsheet.display.columns import TableColumn
from plainsheet.failures import as_model_error


def as_parquet(columns: Sequence[TableColumn], about: Mapping[str, str]) -> bytes:
    """Return a file with the headings ``price [USD/MWh]``; ImportError where pyarrow is not installed."""
    whole = [part for column in columns for part in _apart(column)]
    return arrow_bytes({_heading(one): (_cells(one), _told(one)) for one in whole}, about)


def about(plan: Plan, scenario: str) -> dict[str, str]:
    """Return what is told of a whole table: title, purpose, and the scenario where it is of one."""
    told = {"title": plan.model.title, "purpose": plan.model.purpose, "scenario": scenario}
    return {name: text for name, text in told.items() if text}


def write(path: str | os.PathLike[str], content: bytes, plan: Plan) -> Path:
    """Write a file whole, or not at all.

    Raises ModelError for another suffix than .parquet, where there is no folder, and for a data file of the plan's.
    """
    with as_model_error():
        target = target_path(Path(path), None, ".parquet")
        refuse_data(target, plan.model)
    replace_file(target, content)
    return target


def _apart(column: TableColumn) -> list[TableColumn]:
    """Return a column of numbers and of members as two, since a file has one kind of cells in a column."""
    if column.kind != "any" or len({isinstance(cell, str) for cell in column.cells}) == 1:
        return [column]
    numbers = [np.nan if isinstance(cell, str) else cell for cell in column.cells]
    members = [cell if isinstance(cell, str) else None for cell in column.cells]
    return [replace(column, cells=numbers, kind="number"), TableColumn("member", members, "text")]


def _heading(column: TableColumn) -> str:
    return f"{column.name} [{column.unit}]" if column.unit not in {"", "1"} else column.name


def _told(column: TableColumn) -> dict[str, str]:
    return {name: text for name, text in (("unit", column.unit), ("label", column.label)) if text}


def _cells(column: TableColumn) -> Any:  # noqa: ANN401  # texts, or a masked array of numbers
    if column.kind not in {"whole", "number"}:
        return list(column.cells)
    cells = np.asarray(column.cells, dtype=np.float64)
    is_missing = np.isnan(cells)
    values = np.where(is_missing, 0, cells).astype(np.int64) if column.kind == "whole" else cells
    return np.ma.MaskedArray(values, is_missing)
