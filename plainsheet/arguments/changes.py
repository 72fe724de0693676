"""Changes of inputs, however they are handed over, as numbers in the declared units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.plan.assignments import into_declared_unit
from engine.plan.plan import Array, Plan, Row
from engine.plan.selection import choice_hint, codes_of, members_of
from engine.problems import Mistake, ModelError, Problem, error, shortened
from plainsheet.arguments.labelled import Labelled, labelled, placed
from plainsheet.arguments.names import named
from plainsheet.arguments.tables import by_name, columns

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    Changes = Mapping[str, Any] | pd.DataFrame | pd.Series | xr.Dataset | xr.DataArray


def changes_of(plan: Plan, changes: object) -> dict[str, float | Array]:
    """Return changes as numbers in the declared units, by name; raise ModelError with all that are none.

    They are a mapping of names, a DataFrame with a column a quantity and a column a dimension, a Series, a Dataset or a
    DataArray, with units that are converted.
    """
    return _each(plan, by_name(plan, changes), number_of)


def columns_of(plan: Plan, given: object) -> dict[str, float | Array]:
    """Return columns of cases by name, each a value a case, as `changes_of` has numbers: their labels mean nothing."""

    def column(plan: Plan, name: object, value: tuple[Any, str | None]) -> float | Array:
        with _told(plan, named(plan, name)[0]):
            return _numbers(plan, named(plan, name)[0], *value)

    return _each(plan, columns(plan, given), column)


def number_of(plan: Plan, name: object, value: Any) -> float | Array:  # noqa: ANN401  # whatever a caller hands over
    """Return a value, or an array of them, in the declared unit of what a name is of; raise ModelError for none.

    A quantity of pint's is converted, and so is a value that has a unit beside it; what has labels stands by these.
    """
    row, member = named(plan, name)
    given = value if isinstance(value, Labelled) else labelled(value)
    with _told(plan, row):
        if given is None:
            return _numbers(plan, row, value)
        numbers = np.atleast_1d(np.asarray(_numbers(plan, row, given.values, given.unit)))
        return float(numbers[0]) if member is not None and numbers.size == 1 else placed(plan, row, given, numbers)


def valued(plan: Plan, row: Row, member: tuple[int, ...] | None, value: Any) -> Any:  # noqa: ANN401  # as the quantity is
    """Return a value, or that of a member, as a caller is given it: numbers, or a choice's members as texts."""
    own = np.asarray(value if member is None else value[member])
    told = members_of(plan, row, own.ravel().tolist())
    return np.array(told).reshape(own.shape) if own.ndim else told[0]


def _each(
    plan: Plan, given: Mapping[Any, Any], number: Callable[[Plan, Any, Any], float | Array]
) -> dict[str, float | Array]:
    found: dict[str, float | Array] = {}
    problems: list[Problem] = []
    for name, value in given.items():
        try:
            found[name] = number(plan, name, value)
        except ModelError as wrong:  # all of them are said at once
            problems += wrong.problems
    if problems:
        raise ModelError(problems)
    return found


def _numbers(plan: Plan, row: Row, value: Any, unit: str | None = None) -> float | Array:  # noqa: ANN401  # as above
    """Return plain values in the declared unit; raise Mistake or ModelError for those that are none."""
    if plan.chosen_from(row) is not None:
        return _chosen(plan, row, value)
    try:
        if hasattr(value, "magnitude"):
            value, unit = _of_pint(plan, row, value)
        # numpy would drop the imaginary part.
        numbers = np.asarray(value).astype(np.float64, casting="unsafe" if not np.iscomplexobj(value) else "safe")
    except (TypeError, ValueError) as wrong:
        hint = f"give a number in {row.unit.text}" if row.unit.words else "give a pure number"
        message = f"'{row.id}' cannot be {shortened(repr(value))}: {shortened(str(wrong), 120)}"
        raise Mistake(message, hint) from None
    if unit is not None and unit != row.unit.text:
        factor = into_declared_unit(plan, row, unit)
        numbers = numbers if factor == 1 else numbers * float(factor)
    return float(numbers) if not numbers.ndim else numbers


def _of_pint(plan: Plan, row: Row, value: Any) -> tuple[Any, str | None]:  # noqa: ANN401  # a quantity of any registry
    """Return what a pint quantity is in the declared unit of a row; of another registry in its own, with its text."""
    own = plan.units.quantity(1.0, row.unit)
    # What names mean is for the model to say.
    return (value.m_as(own.units), None) if isinstance(value, type(own)) else (value.magnitude, f"{value.units:D}")


@contextmanager
def _told(plan: Plan, row: Row) -> Iterator[None]:
    """Raise ModelError, where the row stands, for what cannot be meant."""
    try:
        yield
    except Mistake as wrong:
        path = row.quantity.path if row.quantity is not None else ()
        raise ModelError([error("value", wrong.message, plan.model.at(*path), wrong.hint)]) from None


def _chosen(plan: Plan, row: Row, value: object) -> float | Array:
    """Return the codes of the members that a choice is changed to; ModelError for a number where these are texts."""
    codes = np.asarray(codes_of(plan, row, value if isinstance(value, str) else np.asarray(value)))
    dimension = plan.chosen_from(row)
    is_number = np.asarray(value).dtype.kind not in "OUM"
    if dimension is not None and is_number and not dimension.numbers:
        message = f"'{row.id}' cannot be {shortened(repr(value))}: it is a choice of '{dimension.id}'"
        hint = choice_hint(dimension, "")
        raise ModelError([error("member", message, plan.model.at(), hint)])
    return codes if codes.ndim else float(codes)
