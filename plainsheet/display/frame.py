"""Results as a table for pandas: the one door to it."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan
from typing import TYPE_CHECKING, Any

from engine.model.dimensions import Dimension
from engine.plan.evaluate import Results
from engine.plan.plan import Plan, Row

if TYPE_CHECKING:
    import pandas as pd

_OWN = ("name", "value", "unit", "label", "source")


def frame(results: Results) -> pd.DataFrame:
    """Return a line for each member of each quantity; ImportError where pandas is not installed."""
    pandas = pandas_library("pandas")
    plan = results.plan
    rows = [plan.row(id_) for id_ in plan.model.by_id]
    counts = [plan.model.size(row.over) for row in rows]

    def repeated(texts: list[str]) -> list[str]:
        return [text for text, count in zip(texts, counts, strict=True) for _ in range(count)]

    members = {_column(one): _members(pandas, plan, rows, one) for one in plan.model.dimensions}
    return pandas.DataFrame(
        {
            "name": repeated([row.id for row in rows]),
            **members,
            "value": [value for row in rows for value in results.told(row.id)],
            "unit": repeated([row.unit.text for row in rows]),
            "label": repeated([row.label for row in rows]),
            "source": [text for row, count in zip(rows, counts, strict=True) for text in _sources(row, count)],
        }
    )


def pandas_library(extra: str) -> Any:  # noqa: ANN401  # pandas has no types
    """Return pandas; ImportError, with the extra that brings it, where it is not installed."""
    try:
        import pandas as pd  # noqa: PLC0415  # an extra, and half a second
    except ImportError:
        message = f"a frame needs pandas, which is not installed: pip install 'plainsheet[{extra}]'"
        raise ImportError(message, name="pandas") from None
    return pd


def _column(dimension: Dimension) -> str:
    # No name in a model ends in _, so that this one is free.
    return f"{dimension.id}_" if dimension.id in _OWN else dimension.id


def _members(pandas: Any, plan: Plan, rows: list[Row], dimension: Dimension) -> Any:  # noqa: ANN401  # as above
    """Return the column of a dimension: numbers where it counts, and missing where a quantity is not over it."""
    if not dimension.numbers:
        texts: list[str | None] = []
        for row, places in _places(plan, rows, dimension):
            texts += [dimension.members[place] for place in places] if places else [None] * plan.model.size(row.over)
        return pandas.array(texts, dtype="string")
    numbers = [float(number) for number in dimension.numbers]
    found: list[float] = []
    for row, places in _places(plan, rows, dimension):
        found += [numbers[place] for place in places] if places else [nan] * plan.model.size(row.over)
    return pandas.Series(found, dtype="float64").astype("Int64" if dimension.is_whole else "Float64")


def _places(plan: Plan, rows: list[Row], dimension: Dimension) -> Iterator[tuple[Row, list[int]]]:
    """Yield each row with the place of each cell's member along a dimension; none where it is not over it."""
    for row in rows:
        if dimension.id not in row.over:
            yield row, []
            continue
        axis = row.over.index(dimension.id)
        inner, count = plan.model.size(row.over[axis + 1 :]), len(dimension.members)
        yield row, [number // inner % count for number in range(plan.model.size(row.over))]


def _sources(row: Row, count: int) -> list[str]:
    """Return the ids of the sources of each cell."""
    given = row.quantity.sources if row.quantity is not None else ()
    if isinstance(given, tuple):
        return [", ".join(given)] * count
    return [", ".join(one or ()) for one in given.cells]
