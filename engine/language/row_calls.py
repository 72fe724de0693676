"""Calls that read other members: ``sum(cost, by=region)``, ``npv(rate, flows)``, and their keywords."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from engine.language.functions import CALLABLE, COUNT, DAYS, GROUPED, ROW_FUNCTIONS
from engine.language.hints.calls import members_hint, miscounted, picked_hint, twice_hint
from engine.language.suggestions import FormulaError
from engine.language.tree import NOTHING, Aggregate, Name, Node

ENDS: Final = ("flat",)


class _Reader(Protocol):
    def read(self, node: ast.expr, depth: int) -> Node: ...
    def source(self, node: ast.expr) -> str: ...


@dataclass(slots=True)
class _Keywords:
    """What stands behind the arguments of a call."""

    over: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    where: Node | None = None
    ends: str = ""


def is_row_call(node: ast.Call, name: str) -> bool:
    """Return whether a call reads other members: `min` and `max` do where a keyword says so."""
    if name in {COUNT, DAYS}:
        return True
    return name in ROW_FUNCTIONS and (name not in CALLABLE or any(key.arg in GROUPED for key in node.keywords))


def row_call(reader: _Reader, node: ast.Call, name: str, depth: int) -> Node:
    """Return the node of a call that reads other members; raise FormulaError where it is not called so."""
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        message = f"'{name}' takes plain arguments only"
        raise FormulaError(message, f"write {_usage(name)}")
    if name == DAYS:
        return _days(reader, node)
    if name == COUNT:
        return _count(reader, node, depth)
    row = ROW_FUNCTIONS[name]
    if len(node.args) != len(row.arguments):
        raise _miscounted(reader, node, name)
    found = _keywords(reader, node, name, row.keywords, depth)
    arguments = [reader.read(argument, depth) for argument in node.args]
    argument = arguments.pop(row.row)
    return Aggregate(name, argument, found.over, found.by, found.where, tuple(arguments), found.ends)


def refuse_comprehension(reader: _Reader, node: ast.Call, name: str) -> None:
    """Raise FormulaError where a function that goes over members is given these one by one."""
    for argument in node.args if name in ROW_FUNCTIONS else ():
        if isinstance(argument, ast.GeneratorExp):
            one = argument.generators[0]
            message = f"'{reader.source(argument)}' is not in the language"
            raise FormulaError(message, members_hint(name, *map(reader.source, (argument.elt, one.target, one.iter))))


def refuse_comparison(reader: _Reader, name: str, selectors: Sequence[ast.expr]) -> None:
    """Raise FormulaError where a comparison stands in place of a member."""
    for compared in selectors:
        if isinstance(compared, ast.Compare):
            other = compared.comparators[0]
            is_one = isinstance(compared.ops[0], ast.Eq) and isinstance(other, ast.Constant)
            message = f"'{reader.source(compared)}' picks no member"
            hint = picked_hint(name, reader.source(compared), reader.source(other) if is_one else "")
            raise FormulaError(message, hint)


def _count(reader: _Reader, node: ast.Call, depth: int) -> Node:
    if node.args:
        message = "'count' takes no argument, and counts members by over=, by= and where="
        one = reader.source(node.args[0])
        named = ", ".join([f"{keyword.arg}={reader.source(keyword.value)}" for keyword in node.keywords])
        hint = f"write count(where={one}), or count(over=year)"
        if isinstance(node.args[0], ast.Name):
            hint = f"write count(over={one}), or count(where={one} > 0)"
        raise FormulaError(message, f"write count({named})" if named else hint)
    found = _keywords(reader, node, COUNT, GROUPED, depth)
    if not found.over and not found.by and found.where is None:
        message = "'count' is not told what to count"
        raise FormulaError(message, "write count(over=year), or count(where=sales > 0)")
    return Aggregate(COUNT, NOTHING, found.over, found.by, found.where)


def _days(reader: _Reader, node: ast.Call) -> Node:
    if len(node.args) != 1 or node.keywords or not isinstance(node.args[0], ast.Name):
        message = f"'{reader.source(node)}' names no calendar"
        raise FormulaError(message, "days takes the name of a calendar, as in days(month)")
    return Aggregate(DAYS, Name(node.args[0].id))


def _keywords(reader: _Reader, node: ast.Call, name: str, known: frozenset[str], depth: int) -> _Keywords:
    found = _Keywords()
    seen: dict[str | None, ast.expr] = {}
    for keyword in node.keywords:
        value = keyword.value
        if keyword.arg in seen:
            hint = twice_hint(keyword.arg, reader.source(seen[keyword.arg]), reader.source(value))
            message = f"'{keyword.arg}=' stands twice in '{name}'"
            raise FormulaError(message, hint)
        seen[keyword.arg] = value
        match keyword.arg:
            case "over" if "over" in known:
                found.over = names_of(reader, "over", value)
            case "by" if "by" in known:
                found.by = names_of(reader, "by", value)
            case "where" if "where" in known:
                found.where = reader.read(value, depth)
            case "ends" if "ends" in known:
                found.ends = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
                if found.ends not in ENDS:
                    message = f"there is no ends={reader.source(value)}"
                    raise FormulaError(message, 'write ends="flat", or leave it out: beyond the points is an error')
            case other:
                raise unknown_keyword(name, other or "**", sorted(known))
    return found


def unknown_keyword(name: str, keyword: str, known: list[str]) -> FormulaError:
    """Return what to say of a keyword that a function has not."""
    if known == ["over"]:
        return FormulaError(f"there is no argument '{keyword}'", "the dimension is named by over=")
    takes = ", ".join([f"{one}=" for one in known])
    return FormulaError(f"'{name}' has no argument '{keyword}'", f"it takes {takes or 'none by name'}")


def names_of(reader: _Reader, keyword: str, value: ast.expr) -> tuple[str, ...]:
    """Return the dimensions that stand behind ``over=`` or ``by=``."""
    named = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
    found = [dimension.id for dimension in named if isinstance(dimension, ast.Name)]
    if len(found) != len(named) or not found:
        message = f"'{keyword}={reader.source(value)}' names no dimension"
        texts = [one.value for one in named if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if texts and len(texts) == len(named) and all(map(str.isidentifier, texts)):
            bare = ", ".join(texts)
            raise FormulaError(message, f"write {keyword}={bare if len(texts) == 1 else f'[{bare}]'}")
        example = "year, or over=[product, year]" if keyword == "over" else "region, or by=[region, year]"
        raise FormulaError(message, f"write {keyword}={example}")
    return tuple(found)


def _usage(name: str) -> str:
    if name in {COUNT, DAYS}:
        return "count(over=year)" if name == COUNT else "days(month)"
    row = ROW_FUNCTIONS[name]
    return f"{name}(a, over=year)" if row.arguments == ("x",) else f"{name}({row.usage})"


def _miscounted(reader: _Reader, node: ast.Call, name: str) -> FormulaError:
    row = ROW_FUNCTIONS[name]
    if row.arguments != ("x",):
        message = miscounted(name, len(node.args), str(len(row.arguments)))
        return FormulaError(message, f"write {_usage(name)}: {row.meaning}")
    message = miscounted(name, len(node.args), f"1{' and over=' if 'over' in row.keywords else ''}")
    terms = {"min": "min(a, b) to compare", "max": "max(a, b) to compare"}.get(name, "a + b for a few terms")
    match node.args:
        case [first, ast.Name(id=other)] if name == "sum" and not node.keywords:
            one = reader.source(first)
            hint = f"write sum({one}, over={other}) over a dimension, or {one} + {other}"
        case _ if name == "rollup":
            hint = "write rollup(cash, by=year)"
        case _:
            hint = f"write {_usage(name)}, or {terms}"
    return FormulaError(message, hint)
