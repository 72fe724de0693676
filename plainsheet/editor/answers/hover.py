"""What is known of a name: of a quantity its values, what it is computed from, and what it does to the outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from lsprotocol.types import Hover, MarkupContent, MarkupKind

from engine.analysis.gradients import Gradients
from engine.model.dimensions import Grid, cell
from engine.model.model import Model, Quantity
from engine.plan.evaluate import Results
from engine.plan.outputs import Output, outputs
from engine.plan.plan import Plan, Row
from engine.problems import ModelError, printable, shortened
from engine.references.symbols import Symbol
from exports.style.by_member import few
from exports.style.uncertainty import in_words
from exports.style.words import as_elasticity, counted
from plainsheet.editor.answers.names import name_at, uses
from plainsheet.editor.answers.values import bars, value_in_line
from plainsheet.editor.document import Document

_MOST_SCENARIOS: Final = 12
_MOST_OUTPUTS: Final = 3
_LONGEST: Final = 600


def hover(document: Document, place: int) -> Hover | None:
    """Return what is known of that which is named at a place; None where nothing is."""
    name = name_at(document, place)
    plan = None if name is None else name.reading.plan
    if name is None or plan is None:
        return None
    results: Mapping[str, Results] = name.reading.results or {}
    blocks = list(_blocks(plan, results, name.symbol))
    if name.symbol.kind not in {"quantity", "dimension", "member"}:
        count = sum(not one.is_declaration for one in uses(document, name))
        blocks.append(f"Named at {counted(count, 'place')}")
    text = "\n\n".join([block for block in blocks if block])
    return Hover(MarkupContent(MarkupKind.Markdown, text), document.lines.range(*name.span))


def _blocks(plan: Plan, results: Mapping[str, Results], symbol: Symbol) -> Iterator[str]:
    model = plan.model
    match symbol.kind:
        case "quantity":
            yield from _quantity(plan, results, plan.row(symbol.name))
        case "dimension" | "member":
            dimension = model.dimension[symbol.dimension or symbol.name]
            is_member = symbol.kind == "member"
            members = f"{counted(len(dimension.members), 'member')}: {few(dimension.members)}"
            yield _heading(symbol.name if is_member else dimension.label, str(symbol))
            yield _escape(f"of {dimension.label}" if is_member else members)
        case "unit":
            yield _heading(symbol.name, f"unit, {dict(model.units)[symbol.name]}")
        case "scenario":
            scenario = next(one for one in model.scenarios if one.id == symbol.name)
            yield _heading(scenario.label, f"scenario {symbol.name}")
        case "source":
            source = next(one for one in model.sources if one.id == symbol.name)
            yield _heading(source.title, f"source {symbol.name}")
        case _:
            yield _heading(symbol.name, symbol.kind)


def _quantity(plan: Plan, results: Mapping[str, Results], row: Row) -> Iterator[str]:
    quantity = row.quantity
    assert quantity is not None  # noqa: S101  # it has a name that an author gave it
    kind = "input" if quantity.is_input else "computed"
    over = f", over {', '.join(row.over)}" if row.over else ""
    yield _heading(quantity.label, f"{quantity.id}, {kind}{over}")
    yield _values(plan, results, row)
    first = next(iter(results.values()), None)
    if first is not None:
        drawn = bars(first, row)
        yield f"`{drawn}`" if drawn else ""
        yield _effects(first, row)
    yield "  \n".join([_escape(shortened(line, _LONGEST)) for line in _said(plan.model, quantity)])
    yield _readers(plan, quantity)


def _values(plan: Plan, results: Mapping[str, Results], row: Row) -> str:
    """Return what a quantity comes to in every scenario: a line where it is the same in all, else a table."""
    told = {plan.case(id_).label: _escape(value_in_line(one, row)) for id_, one in results.items()}
    if not told:
        return ""
    if len({*told.values()}) == 1:
        inside = {1: "", 2: " in both scenarios"}.get(len(told), f" in all {len(told)} scenarios")
        return f"**= {next(iter(told.values()))}**{inside}"
    lines = [f"| {_escape(label)} | {value} |" for label, value in list(told.items())[:_MOST_SCENARIOS]]
    rest = [f"| and {len(told) - len(lines)} more | |"] if len(told) > len(lines) else []
    return "\n".join(["| Scenario | Value |", "|---|---:|", *lines, *rest])


def _effects(results: Results, row: Row) -> str:
    """Return by how many percent the first outputs change for one percent of a quantity."""
    plan = results.plan
    told = [
        one for one in outputs(plan)[:_MOST_OUTPUTS] if one.row.id != row.id and row.id in plan.upstream(one.row.id)
    ]
    if not told or (row.quantity is not None and row.quantity.choice):
        return ""
    try:
        gradients = Gradients(results)
        found = [(one, _elasticity(results, gradients, one, row)) for one in told]
    except ModelError:
        return ""
    lines = [f"- {_escape(one.label)}: {as_elasticity(value)} %" for one, value in found if value is not None]
    return "\n".join(["1 % more of it changes", "", *lines]) if lines else ""


def _elasticity(results: Results, gradients: Gradients, output: Output, row: Row) -> float | None:
    value = results.at(output.cell)
    slopes = np.ravel(gradients.of_row(gradients.adjoints(output.cell), row))
    change = float(slopes @ np.ravel(results.values[results.plan.index[row.id]]))
    return change / value if value and np.isfinite(change) else None


def _said(model: Model, quantity: Quantity) -> Iterator[str]:
    """Yield what its author says of a quantity: its formula, its range, where it comes from, its note."""
    for member, formula in quantity.written:
        yield f"{f'{member}: ' if member else ''}{quantity.formula_key} = {' '.join(formula.text.split())}"
    if not isinstance(quantity.range, Grid) and (told := in_words(model, quantity)):
        yield f"{told[0].upper()}{told[1:]}"
    titles = {source.id: source.title for source in model.sources}
    ids = quantity.every_source
    yield from [f"Source: {titles[one]}" for one in ids if one in titles]
    if (note := cell(quantity.note, 0)) and not isinstance(quantity.note, Grid):
        yield f"Note: {' '.join(note.split())}"
    for figure in quantity.published:
        yield f"Published: {figure.value} ({titles.get(figure.source, figure.source)})"


def _readers(plan: Plan, quantity: Quantity) -> str:
    """Return which quantities are computed from one."""
    readers = [id_ for id_, read in plan.model.feeds.items() if quantity.id in read and id_ != quantity.id]
    return f"Used by {_listed(readers)}" if readers else "Used by no formula"


def _listed(ids: Sequence[str]) -> str:
    shown = [f"`{id_}`" for id_ in ids[:8]]
    return ", ".join([*shown, *([f"and {len(ids) - 8} more"] if len(ids) > 8 else [])])  # noqa: PLR2004  # a line


def _heading(label: str, what: str) -> str:
    return f"**{_escape(label)}** · {_escape(what)}"


def _escape(text: str) -> str:
    """Return a text that Markdown shows as it is: a model's words are no links, pictures or markup."""
    plain = printable(" ".join(text.split()))
    return "".join([f"\\{char}" if char in "\\`*_{}[]<>#|!~&" else char for char in plain])
