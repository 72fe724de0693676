"""``price=1:10:50`` and ``price=1,2,5`` as a person types them: the values that an input takes, in declared units."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np

from engine.plan.assignments import value_of
from engine.plan.plan import Plan
from engine.plan.selection import locate
from engine.problems import ModelError, Problem, error, shortened
from engine.sweeps.columns import MOST_CASES, canonical

_AXIS: Final = re.compile(r"\s*(?P<name>[^=\[\]]+?(?:\[[^\[\]]*\])?)\s*=\s*(?P<values>.+?)\s*", re.DOTALL)
_RANGE: Final = re.compile(
    r"(?P<first>[^:]*):(?P<last>[^:]*):\s*(?P<count>\d{1,9})\s*(?P<unit>[^\d:][^:]*)?", re.DOTALL
)
_GROUP: Final = re.compile(r"0\d{2}(?:\.\d*)?")
_BARE: Final = re.compile(r"[-+]?[\d._]+(?:[eE][-+]?\d+)?")


def axes(plan: Plan, texts: Iterable[str]) -> dict[str, list[float]]:
    """Return the values of each input that varies, by name; ModelError for all that cannot be read."""
    found: dict[str, list[float]] = {}
    problems: list[Problem] = []
    for text in texts:
        try:
            name, values = _axis(plan, text)
        except ModelError as wrong:
            problems += wrong.problems
            continue
        if name in found:
            problems.append(error("over", f"--over gives '{name}' twice", None, "give all of its values at once"))
        found[name] = values
    if problems:
        raise ModelError(problems)
    return found


def _axis(plan: Plan, text: str) -> tuple[str, list[float]]:
    parts = _AXIS.fullmatch(text)
    if parts is None:
        raise _wrong(text, "it gives no values", _ways("price"))
    name, values = canonical(plan, parts["name"]), parts["values"]
    row, _ = locate(plan, name)
    if plan.chosen_from(row) is None and ":" in values:
        return name, _even(plan, name, text, values)
    each = [one.strip() for one in values.split(",")]
    if not all(each):
        raise _wrong(text, "a value is missing between commas", _ways(name))
    if plan.chosen_from(row) is None:
        if group := next((one for one in each[1:] if _GROUP.fullmatch(one)), ""):
            raise _wrong(text, f"'{group}' looks like digits of the number before it", "write 1000 for a thousand")
        each = _with_unit(each)
    return name, [value_of(plan, name, one, "--over ") for one in each]


def _even(plan: Plan, name: str, text: str, values: str) -> list[float]:
    """Return so many values from one to another, both among them."""
    parts = _RANGE.fullmatch(values)
    if parts is None:
        raise _wrong(text, f"'{shortened(values)}' is not FROM:TO:COUNT", _ways(name))
    count = int(parts["count"])
    if not 1 < count <= MOST_CASES:
        raise _wrong(text, f"the count of values is {count:,}, and 2 to {MOST_CASES:,} are possible", _ways(name))
    ends = _with_unit([parts["first"].strip(), parts["last"].strip(), f"0 {parts['unit'] or ''}".strip()])[:2]
    first, last = [value_of(plan, name, one, "--over ") for one in ends]
    # At 15 digits 0.3 is 0.3, and not what three times 0.1 is.
    return [float(f"{value:.15g}") for value in np.linspace(first, last, count).tolist()]


def _with_unit(each: list[str]) -> list[str]:
    """Return values as typed, with the unit of the last one behind all of them, where no other has one."""
    last = _BARE.match(each[-1])
    unit = each[-1][last.end() :].strip() if last is not None else ""
    has_no_other = all(_BARE.fullmatch(one) for one in each[:-1])
    return [f"{one} {unit}" for one in each[:-1]] + each[-1:] if unit and has_no_other else each


def _ways(name: str) -> str:
    return f'write --over "{name}=1:10:50" for 50 values from 1 to 10, or --over "{name}=1,2,5"'


def _wrong(text: str, what: str, hint: str) -> ModelError:
    return ModelError([error("over", f"--over {shortened(text)}: {what}", None, hint)])
