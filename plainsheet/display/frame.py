"""Tables as frames of pandas: the one door to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from plainsheet.display.columns import TableColumn

if TYPE_CHECKING:
    import pandas as pd


def frame(columns: Sequence[TableColumn]) -> pd.DataFrame:
    """Return a DataFrame of columns; ImportError where pandas is not installed."""
    pandas = _library()
    return pandas.DataFrame({column.name: _cells(pandas, column) for column in columns})


def plain_frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    """Return a DataFrame of arrays by name; ImportError where pandas is not installed."""
    return _library().DataFrame(columns)


def _library() -> Any:  # noqa: ANN401  # pandas has no types
    try:
        import pandas as pd  # noqa: PLC0415  # an extra, and half a second
    except ImportError:
        message = "a frame needs pandas, which is not installed: pip install 'plainsheet[pandas]'"
        raise ImportError(message, name="pandas") from None
    return pd


def _cells(pandas: Any, column: TableColumn) -> Any:  # noqa: ANN401  # as above
    match column.kind:
        case "whole":
            return pandas.Series(column.cells, dtype="float64").astype("Int64")
        case "text":
            return pandas.array(column.cells, dtype="string")
    return column.cells
