"""What a year is taken for: 365.25 days in a conversion, and a calendar number where a power counts periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.language.tree import Call, Name, Node, Number, depth, nodes
from engine.language.unparse import text
from engine.model.dimensions import Grid
from engine.model.model import Model
from engine.planning.checks.formulas import written
from engine.problems import Problem, shortened, warning
from engine.units.conversions import Conversion
from engine.units.grammar import names_in
from engine.units.registry import Units

_YEAR: Final = "year"
_YEARS: Final = frozenset({"year", "years", "yr", "yrs"})
# These are whole years, or whole parts of one.
_OF_YEARS: Final = frozenset({"month", "century", "millennium"})
_DEEPEST = 20
_FIRST, _LAST = 1500, 2500


def converted_years(model: Model, units: Units, conversions: Iterable[Conversion]) -> Iterator[Problem]:
    """Yield one warning where years are brought to hours, days or seconds: a year of pint's has 8,766 hours."""
    found = next((one for one in conversions if _converts_years(units, one)), None)
    if found is None:
        return
    places = [(*quantity.path, "unit") for quantity in model.quantities if _YEARS & set(names_in(quantity.unit))]
    places += [("dimensions", one.id, "unit") for one in model.dimensions if _YEARS & set(names_in(one.unit))]
    message = f"a year is taken as 365.25 days, 8,766 hours: {found.value:.10g} {found.label}"
    hint = "write common_year for 365 days (8,760 hours), or julian_year where 365.25 days are meant"
    yield warning("year", message, model.at(*(places[0] if places else ("units",))), hint)


def calendar_exponents(model: Model) -> Iterator[Problem]:
    """Yield a warning for each power whose exponent is a year of the calendar, where periods are meant."""
    for owner, formula, path in written(model):
        # Few formulas have a power, and none has one without this sign.
        for node in nodes(formula.tree) if formula.tree is not None and "**" in formula.text else ():
            match node:
                case Call(function="pow", arguments=(_, exponent)):
                    value = _value(model, exponent) if depth(exponent) < _DEEPEST else None
                    if value is not None and _FIRST <= value <= _LAST and not isinstance(exponent, Number):
                        message = (
                            f"'{owner}' raises to the power {shortened(text(exponent))}, which begins at {value:g}"
                        )
                        yield warning("year", message, model.at(*path), _hint(model, exponent))


def _converts_years(units: Units, conversion: Conversion) -> bool:
    names = {name for name, _ in conversion.atoms}
    others = names - {_YEAR} - _OF_YEARS
    return _YEAR in names and any(base == "time" for name in others for base, _ in units.facts(name)[0])


def _value(model: Model, node: Node) -> float | None:
    """Return what an exponent of numbers, inputs and members is at first; None for any other."""
    match node:
        case Number(value=value):
            return value
        case Name(id=id_) if id_ in model.dimension:
            numbers = model.dimension[id_].numbers
            return float(numbers[0]) if numbers else None
        case Name(id=id_) if id_ in model.by_id:
            given = model.by_id[id_].value
            return None if given is None or isinstance(given, Grid) else float(given)
        case Call(function="add" | "sub" as function, arguments=(left, right)):
            a, b = _value(model, left), _value(model, right)
            return None if a is None or b is None else a + b if function == "add" else a - b
    return None


def _hint(model: Model, exponent: Node) -> str:
    used = [node.id for node in nodes(exponent) if isinstance(node, Name)]
    dimension = next((id_ for id_ in used if id_ in model.dimension), "")
    if dimension:
        return f"a power counts periods: write ({dimension} - first({dimension})) for {dimension}"
    return f"a power counts periods: subtract the year from which '{used[0]}' counts"
