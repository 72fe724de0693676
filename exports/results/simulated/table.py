"""Simulations for a person: a table of percentiles with their errors, and how outputs are spread."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Final

import numpy as np

from engine.plan.cells import cell_name
from engine.problems import printable
from engine.uncertainty.decisions.appraisal import Appraisal, Worth
from engine.uncertainty.drivers.indices import Driver
from engine.uncertainty.figures import PERCENTILES, Figure
from engine.uncertainty.sampling import SET
from engine.uncertainty.simulation import Simulation, Spread
from engine.uncertainty.summaries.samples import Sample
from exports.results.console import Console, Table, Text, console, table
from exports.results.simulated.record import Decided, Driven, percent, why
from exports.style.scenarios import describe
from exports.style.words import BARS, in_table, unit_or_number

_WIDTH: Final = 24
_TAIL: Final = 0.5
_MOST_DRIVERS: Final = 20
_HELD: Final = {
    "no distribution": "held, as a range without a distribution is not drawn",
    "outside its range": "held, as the scenario has it outside its range",
    SET: "held, as it is set by hand",
}


def show(found: Simulation, driven: Driven, decided: Decided) -> None:
    """Print a line of figures and one of errors for each output, the targets, and what is to be known of them.

    Where there are drivers, a table for each output behind it; where there are decisions, two for each.
    """
    out = console()
    out.print(Text(f"Scenario: {printable(found.case.label)}"))
    if told := describe(found.plan, found.case):
        out.print(Text(f"  {printable(told)}", "dim"))
    if found.given is not None:
        shown = _chance(found.given.chance)
        out.print(Text(f"Given: {printable(found.given.condition.text)}, as in {shown} of cases"))
    out.print()
    out.print(_table(found))
    for target in found.targets:
        out.print(Text(f"{printable(target.condition.text)}: in {_chance(target.chance)} of cases"))
    for one in found.spreads:
        if note := _note(found, one):
            out.print(Text(f"  note: {printable(note)}", "yellow"))
    for cell, own in driven.items():
        out.print()
        out.print(_drivers(cell_name(found.plan, cell), own))
    for decision in decided.values():
        out.print()
        out.print(_options(found, decision))
        _tell_worth(out, found, decision)
    for reason in dict.fromkeys([one.reason for one in found.held]):
        names = ", ".join([one.name for one in found.held if one.reason == reason])
        out.print(Text(f"  {_HELD.get(reason, f'held, as it is {reason}')}: {printable(names)}", "dim"))


def _table(found: Simulation) -> Table:
    drawn = len(found.cases.sampling.names(found.cases.cone.drawn))
    made = table(f"{found.samples:,} cases of {drawn} draw{'' if drawn == 1 else 's'}, seed {found.cases.seed}")
    made.add_column("output", style="cyan", no_wrap=True)
    for name in ("mean", *[f"P{share}" for share in PERCENTILES]):
        made.add_column(name, justify="right", no_wrap=True)
    made.add_column("unit", no_wrap=True)
    made.add_column("no value", justify="right", no_wrap=True)
    made.add_column("P0.5 to P99.5", no_wrap=True)
    for number, one in enumerate(found.spreads):
        figures = [one.figures.mean, *one.figures.percentiles.values()]
        name, unit = cell_name(found.plan, one.output), unit_or_number(found.plan.row(one.output.id).unit.text)
        missing = percent(one.figures.missing) if one.figures.missing else ""
        made.add_row(
            printable(name), *[_value(figure) for figure in figures], unit, missing, _histogram(found.sample(number))
        )
        made.add_row("", *[Text(_error(figure), "dim") for figure in figures], "", "", "")
    return made


def _drivers(name: str, own: Sequence[Driver]) -> Table:
    made = table(f"What the spread of {name} comes from, in percent of its variance")
    if not own:
        made.add_column("it has none, or too few cases have a value", no_wrap=True)
        return made
    made.add_column("input", style="cyan", no_wrap=True)
    for heading in ("alone", "with all others known", "share of the whole"):
        made.add_column(heading, justify="right", no_wrap=True)
    made.add_column("", no_wrap=True)
    for one in own[:_MOST_DRIVERS]:
        shares = [f"{index.value * 100:.1f} ± {index.half * 100:.1f}" for index in (one.first, one.total, one.shapley)]
        bar = "█" * round(max(0.0, min(1.0, one.shapley.value)) * _WIDTH)
        made.add_row(printable(one.name), *shares, Text(bar, "blue"))
    if len(own) > _MOST_DRIVERS:
        made.caption = f"... and {len(own) - _MOST_DRIVERS} more with smaller shares: --csv or --json"
        made.caption_justify = "left"
    return made


def _options(found: Simulation, one: Appraisal) -> Table:
    name, unit = cell_name(found.plan, one.output), unit_or_number(found.plan.row(one.output.id).unit.text)
    goal = "highest" if one.decision.goal == "max" else "lowest"
    made = table(f"{printable(one.decision.label)}: the {goal} {name}, in {unit}")
    made.add_column("option", style="cyan", no_wrap=True)
    for heading in ("mean", "chance of being best"):
        made.add_column(heading, justify="right", no_wrap=True)
    for option, own in one.options.items():
        average = f"{_value(own.mean)} {_error(own.mean)}".rstrip()
        made.add_row(printable(option) + (" (best)" if option == one.best else ""), average, _chance(own.best))
    return made


def _tell_worth(out: Console, found: Simulation, one: Appraisal) -> None:
    """Print what it is worth to know all and each input, the most first."""
    unit = unit_or_number(found.plan.row(one.output.id).unit.text)
    if one.missing:
        name = cell_name(found.plan, one.output)
        note = f"in {percent(one.missing)} of cases an option has no {name}; they are left out"
        out.print(Text(f"  note: {printable(note)}", "yellow"))
    if one.best is None:
        return
    out.print()
    made = table(f"What it is worth at most to know before, in {unit}")
    made.add_column("input", style="cyan", no_wrap=True)
    for heading in ("worth", "95 %"):
        made.add_column(heading, justify="right", no_wrap=True)
    made.add_column("", no_wrap=True)
    for name, worth in [("everything", one.evpi), *list(one.evppi.items())[:_MOST_DRIVERS]]:
        bar = "█" * round(worth.value / one.evpi.value * _WIDTH) if one.evpi.value else ""
        made.add_row(printable(name), in_table(worth.value), _interval(worth), Text(bar, "blue"))
    if len(one.evppi) > _MOST_DRIVERS:
        made.caption = f"... and {len(one.evppi) - _MOST_DRIVERS} more that are worth less: --csv or --json"
        made.caption_justify = "left"
    out.print(made)


def _interval(worth: Worth) -> str:
    return f"{in_table(worth.low)} to {in_table(worth.high)}" if isfinite(worth.low) else ""


def _value(figure: Figure) -> str:
    return in_table(figure.value) if isfinite(figure.value) else "none"


def _error(figure: Figure) -> str:
    return f"± {figure.error:.2g}" if isfinite(figure.error) else ""


def _chance(figure: Figure) -> str:
    if not isfinite(figure.value):
        return "none"
    return f"{percent(figure.value)} ± {figure.error * 100:.2g} %"


def _note(found: Simulation, one: Spread) -> str:
    name = cell_name(found.plan, one.output)
    if one.figures.missing:
        because = why(one, found.counted)
        return f"{percent(one.figures.missing)} of cases have no {name}" + (f", because {because}" if because else "")
    return "" if one.depends else f"nothing that is drawn moves {name}"


def _histogram(own: Sample) -> Text:
    """Return how values are spread between their outermost half percents, a bar for each of even steps."""
    values = own.values
    if not values.size or values[0] == values[-1]:
        return Text("")
    low, high = own.percentiles([_TAIL, 100 - _TAIL])
    if low == high:
        low, high = values[0], values[-1]
    heights, _ = np.histogram(values, bins=_WIDTH, range=(low, high), weights=own.weights)
    levels = np.ceil(heights / heights.max() * len(BARS)).astype(int)
    return Text("".join([BARS[level - 1] if level else " " for level in levels.tolist()]), "blue")
