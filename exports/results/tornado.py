"""Sensitivities for a person: tables with bars in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.analysis.sensitivity import Influence, Sensitivity
from engine.plan.evaluate import Results
from engine.problems import printable
from exports.results.console import Table, Text, console, table
from exports.results.sensitivities import bars
from exports.results.solution import show_scenario
from exports.style.words import as_elasticity, in_table, unit_suffix, unit_words

_SWING_WIDTH: Final = 36
_MOST_SHOWN: Final = 20
_MOST_COLUMNS: Final = 8


def show(results: Results, found: Sequence[Sensitivity]) -> None:
    """Print for each output a table of its inputs, the largest swing first, then all outputs by all inputs."""
    out = console()
    show_scenario(results)
    if not found:
        out.print(Text("the model has no results, and nothing that could depend on an input"))
    for one in found:
        out.print()
        out.print(_table(one))
        for note in one.notes:
            out.print(Text(f"  note: {printable(note)}", "yellow"))
    if len(found) > 1:
        out.print()
        out.print(_matrix(found))


def _table(one: Sensitivity) -> Table:
    made = table(f"{one.name} = {in_table(one.value)}{unit_suffix(one.unit)}")
    made.add_column("input", style="cyan", no_wrap=True)
    for name in ("elasticity", "derivative"):
        made.add_column(name, justify="right", no_wrap=True)
    made.add_column("unit", no_wrap=True)
    for name in ("from", "to", "output from", "to"):
        made.add_column(name, justify="right", no_wrap=True)
    made.add_column("", no_wrap=True)
    drawn = [influence.extent for influence in bars(one)[:_MOST_SHOWN] if influence.extent is not None]
    least = min([one.value, *[low for low, _ in drawn]])
    most = max([one.value, *[high for _, high in drawn]])
    for influence in one.inputs[:_MOST_SHOWN]:
        made.add_row(*_cells(influence), _swing_bar(influence, one.value, least, most))
    if len(one.inputs) > _MOST_SHOWN:
        made.caption = f"... and {len(one.inputs) - _MOST_SHOWN} more with smaller swings: --csv or --json"
        made.caption_justify = "left"
    return made


def _cells(influence: Influence) -> list[str]:
    several = len(influence.low) > 1
    ends = ["each", "each"] if several else [in_table(influence.low[0]), in_table(influence.high[0])]
    if influence.members:
        ends = [printable(influence.members[end[0]]) for end in (influence.low, influence.high)]
    unit = unit_words(influence.derivative_unit)
    outputs = ["no value" if at is None else in_table(at) for at in (influence.output_at_low, influence.output_at_high)]
    return [influence.name, as_elasticity(influence.elasticity), _shown(influence.derivative), unit, *ends, *outputs]


def _swing_bar(influence: Influence, value: float, least: float, most: float) -> Text:
    """Return the tornado's bar: from the output at one end to that at the other, with a mark at the present value.

    What lies beyond both ends, where the output turns between them, is lighter.
    """
    low, high, extent = influence.output_at_low, influence.output_at_high, influence.extent
    if low is None or high is None or extent is None or most <= least:
        return Text("")

    def place(end: float) -> int:
        return round((end - least) / (most - least) * (_SWING_WIDTH - 1))

    (first, last), (lowest, highest) = sorted([place(low), place(high)]), map(place, extent)
    drawn = ["│" if index == place(value) else " " for index in range(_SWING_WIDTH)]
    if extent[0] != extent[1]:
        for index in range(lowest, highest + 1):
            drawn[index] = "█" if first <= index <= last else "▒"
    return Text("".join(drawn), "blue" if high >= low else "magenta")


def _matrix(found: Sequence[Sensitivity]) -> Table:
    shown = found[:_MOST_COLUMNS]
    made = table("Elasticities")
    made.add_column("input", style="cyan", no_wrap=True)
    for one in shown:
        made.add_column(printable(one.name), justify="right", no_wrap=True)
    by_name = [{influence.name: influence for influence in one.inputs} for one in shown]
    names = dict.fromkeys([i.name for one in shown for i in one.inputs if i.number is None])
    for name in names:
        cells = ["" if name not in known else as_elasticity(known[name].elasticity) for known in by_name]
        made.add_row(name, *cells)
    if len(found) > len(shown):
        made.caption = f"... and {len(found) - len(shown)} more outputs: --csv or --json"
    return made


def _shown(value: float | None) -> str:
    return "none" if value is None else in_table(value)
