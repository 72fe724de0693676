"""Another name for something in a model, wherever its text names it: nothing else of the text changes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from engine.language.functions import name_problem
from engine.model.load import RESERVED_TABLES, loads
from engine.model.model import Model
from engine.model.names import ID, id_hint
from engine.model.quantities import QUANTITY_KEYS, RESERVED_KEYS
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import Mistake, ModelError, errors_in, shortened
from engine.references.find import find_references
from engine.references.lookup import find_symbol
from engine.references.symbols import Reference, Symbol
from engine.solve import solved_cases
from engine.text.edits import dotted
from engine.text.labels import fold
from engine.text.positions import compose, line_and_column

_NUMBER: Final = re.compile(r"-?\d+")
_UNIT: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# Names that formulas use: what has one of these is told apart by nothing else.
_IN_FORMULAS: Final = frozenset({"quantity", "dimension"})


@dataclass(frozen=True, slots=True)
class Renaming:
    """A text in which something has another name, and the places at which the old text had the old one."""

    text: str
    symbol: Symbol
    references: tuple[Reference, ...]

    def counts(self) -> dict[str, int]:
        """Return how many places there are of each kind: those of declarations, and others by table or by key."""
        return Counter(["declaration" if one.is_declaration else _kind_of(one) for one in self.references])


def rename(made: Plan, name: str, new: str) -> Renaming:
    """Return the text of a plan's model with another name for what `name` is the name of.

    It is an id, a member as in ``region[North]``, or what stands in brackets above a table, as ``scenarios.high``.
    Raises Mistake where the new name cannot be, where it is another's, and where the text would mean anything else.
    """
    model = made.model
    found = find_references(model)
    symbol = find_symbol(model, found, name)
    after = replace(symbol, name=compose(new))
    _refuse_name(model, found, symbol, after)
    own = tuple([one for one in found if one.symbol == symbol])
    text = model.document.text
    for one in reversed(own):
        text = text[: one.start] + _spelled(one, text, after.name) + text[one.end :]
    _hold(made, text, found, symbol, after)
    return Renaming(text, symbol, own)


def _kind_of(one: Reference) -> str:
    """Return where a place is: the table that it stands below, or the key of a quantity."""
    keys = [str(key) for key in one.path if key in QUANTITY_KEYS]
    return str(one.path[0]) if one.path[0] in RESERVED_TABLES or not keys else keys[0]


def _refuse_name(model: Model, found: Sequence[Reference], symbol: Symbol, after: Symbol) -> None:
    """Raise Mistake where something cannot have a name, or where another has it."""
    new = after.name
    if symbol == after:
        message = f"'{symbol}' is called so already"
        raise Mistake(message, "give it another name")
    if symbol.kind == "member":
        others = [one for one in model.dimension[symbol.dimension].members if one != symbol.name]
        taken = next((one for one in others if fold(one) == fold(new)), "")
        if taken:
            message = f"'{symbol.dimension}' has a member '{taken}' already"
            raise Mistake(message, "choose another name: a spreadsheet does not tell capitals apart")
        if any(char in new for char in "\"'\\[],") or not new.isprintable():
            message = f"'{shortened(new)}' cannot be a member"
            raise Mistake(message, "a member has none of \" ' \\ [ ] , in its name")
        return
    is_unit = symbol.kind == "unit"
    if is_unit and not _UNIT.fullmatch(new):
        message = f"'{shortened(new)}' cannot be the name of a unit"
        raise Mistake(message, "names are letters, digits and _, and begin with a letter")
    if not is_unit and (not ID.fullmatch(new) or new.endswith("_")):
        message = f"'{shortened(new)}' cannot be an id"
        raise Mistake(message, id_hint(new))
    if symbol.kind in _IN_FORMULAS and (
        reason := name_problem(new) or "is a key of quantities" * (new in RESERVED_KEYS)
    ):
        message = f"'{new}' cannot be an id: it {reason}"
        raise Mistake(message, f"{new}_total or the like would do")
    kinds = _IN_FORMULAS if symbol.kind in _IN_FORMULAS else {symbol.kind}
    other = next((one.symbol for one in found if one.symbol.name == new and one.symbol.kind in kinds), None)
    if other is not None:
        message = f"there is a {other.kind} '{new}' already"
        raise Mistake(message, "choose another name")


def _spelled(one: Reference, text: str, new: str) -> str:
    """Return a new name as it is written at a place, in the manner of the old one."""
    old = text[one.start : one.end]
    if one.is_key:
        quote = old[0] if old[0] in "\"'" else ""
        return f"{quote}{new}{quote}" if quote else dotted([new])
    is_bare_member = one.in_formula and one.symbol.kind == "member" and text[one.start - 1] not in "\"'"
    if is_bare_member and not _NUMBER.fullmatch(new):
        begin = text.rfind("=", 0, one.start)
        quote = "'" if '"' in text[begin : one.start] else '"'
        return f"{quote}{new}{quote}"
    return new


def _hold(made: Plan, text: str, found: Sequence[Reference], symbol: Symbol, after: Symbol) -> None:
    """Raise Mistake unless a text says what it said before, with the new name wherever the old one stood."""
    model = made.model
    try:
        loaded = loads(text, model.document.name, files=model.files)
        planned = plan(loaded)
    except ModelError as wrong:
        first = errors_in(wrong.problems)[0]
        message = f"'{symbol}' cannot be called '{after.name}': {first.message}"
        raise Mistake(message, first.hint) from None
    named = [_called(one.symbol, symbol, after) for one in found]
    now = find_references(loaded)
    if [one.symbol for one in now] != named:
        strange = next((one for one, before in zip(now, named, strict=False) if one.symbol != before), now[-1])
        line, _ = line_and_column(text, strange.start)
        where = ".".join(map(str, strange.path))
        message = f"'{symbol}' cannot be called '{after.name}': {where}, in line {line}, would mean something else"
        raise Mistake(message, "choose another name")
    if not _are_equal(made, planned):
        message = f"'{symbol}' cannot be called '{after.name}': the results would change"
        raise Mistake(message, "choose another name")


def _called(one: Symbol, symbol: Symbol, after: Symbol) -> Symbol:
    """Return what something is called when a symbol has another name: a dimension is named by its members too."""
    if one == symbol:
        return after
    is_member = symbol.kind == "dimension" and one.dimension == symbol.name
    return replace(one, dimension=after.name) if is_member else one


def _are_equal(before: Plan, after: Plan) -> bool:
    """Return whether all quantities have the same values in all scenarios."""
    sides = [solved_cases(one)[0] for one in (before, after)]
    if len(sides[0]) != len(sides[1]):
        return False
    pairs = list(zip(before.model.quantities, after.model.quantities, strict=True))
    return all(
        np.array_equal(then[old.id], now[new.id], equal_nan=True)
        for then, now in zip(*[side.values() for side in sides], strict=True)
        for old, new in pairs
    )
