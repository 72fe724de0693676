"""Results as tables of others: what the results of a scenario, and a model with all of its scenarios, can do alike."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.plan.evaluate import Results
from plainsheet.display import parquet
from plainsheet.display.columns import TableColumn, tidy, wide
from plainsheet.display.dataset import dataset
from plainsheet.display.frame import frame

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class Tables(ABC):
    """Tables of one scenario, or of all that a model has: then `scenario` is the first column, or dimension."""

    @abstractmethod
    def _cases(self) -> Sequence[Results]:
        """Return the results of the scenarios, one after the other."""

    @property
    def _is_by_scenario(self) -> bool:
        return True

    def frame(self, *names: str) -> pd.DataFrame:
        """Return a tidy pandas DataFrame, a line for each member of each quantity, in the author's order.

        Columns: `name`, one for each dimension (missing where the quantity is not over it; numbers where its members
        are), `value` in the declared unit, `unit`, `label`, and `source`, the ids of the sources. The value of a choice
        is its member, so that the column is of objects where there is one. A dimension called `name` has the column
        `name_`. With names there is a column for each of these quantities, and a line for each member of what they are
        over together. Raises ModelError for other names, and ImportError where pandas is not installed.
        """
        return frame(self._columns(names))

    def to_xarray(self, *names: str) -> xr.Dataset:
        """Return an xarray Dataset of all quantities, or of those that are named: each over its dimensions.

        A calendar has the first day of each period as its coordinate, and a dimension with groups a coordinate that
        says where each member belongs: `site_region`. Each variable has `units`, `long_name`, `source`, and its `kind`,
        so that ``data.filter_by_attrs(kind="input")`` has what may be changed. Raises ModelError for other names, and
        ImportError where xarray is not installed.
        """
        return dataset(self._cases(), names, by_scenario=self._is_by_scenario)

    def to_parquet(self, path: str | os.PathLike[str], *names: str) -> Path:
        """Write what `frame` returns to a .parquet file, whole or not at all, and return the path.

        A column of a quantity has its unit in the heading, ``price [USD/MWh]``, and `unit` and `label` in the metadata
        of its field; members and numbers of a tidy table have a column each. Raises ModelError for another suffix
        or a data file of the model, ImportError where pyarrow is not installed, and OSError where the disk refuses.
        """
        case = self._cases()[0]
        about = parquet.about(case.plan, "" if self._is_by_scenario else case.case.id)
        return parquet.write(path, parquet.as_parquet(self._columns(names), about), case.plan)

    def _columns(self, names: Sequence[str]) -> list[TableColumn]:
        by_scenario = self._is_by_scenario
        return (
            wide(self._cases(), names, by_scenario=by_scenario)
            if names
            else tidy(self._cases(), by_scenario=by_scenario)
        )
