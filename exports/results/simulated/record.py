"""Simulations as plain values and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any, Final

from engine.plan.cells import Cell, cell_name
from engine.uncertainty.decisions.appraisal import Appraisal, Worth
from engine.uncertainty.drivers.indices import Driver
from engine.uncertainty.figures import PERCENTILES, Figures
from engine.uncertainty.simulation import Simulation, Spread, Target
from exports.results.tables import safe
from exports.style.words import exactly

INDICES: Final = ("first", "total", "shapley")
Driven = Mapping[Cell, Sequence[Driver]]
Decided = Mapping[str, Appraisal]


def record(found: Simulation, driven: Driven, decided: Decided) -> dict[str, Any]:
    """Return a simulation as plain values: the interface behind ``simulate --json``. What has no value is None."""
    drivers = {cell_name(found.plan, cell): {one.name: _driver(one) for one in own} for cell, own in driven.items()}
    return {
        "model": found.plan.model.document.name,
        "title": found.plan.model.title,
        "scenario": found.case.id,
        "samples": found.samples,
        "seed": found.cases.seed,
        **({} if found.given is None else {"given": _target(found.given)}),
        "outputs": {cell_name(found.plan, one.output): _output(found, one) for one in found.spreads},
        "targets": [_target(one) for one in found.targets],
        **({"drivers": drivers} if driven else {}),
        **({"decisions": {id_: _decision(found, one) for id_, one in decided.items()}} if decided else {}),
        "held": [{"id": one.name, "why": one.reason} for one in found.held],
    }


def as_csv(found: Simulation, driven: Driven, decided: Decided) -> str:
    """Return a line for each output: its mean and percentiles, each with its standard error behind it.

    Where drivers were asked for, a line for each output and input: their indices, with the half widths behind them.
    Where decisions were, a line for each option, and for what it is worth to know everything and each input.
    """
    out = io.StringIO()
    lines = _driver_lines(found, driven) if driven else _decision_lines(found, decided) if decided else _lines(found)
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue()


def _lines(found: Simulation) -> Iterator[list[str]]:
    figures = ["mean", *[f"p{percentile}" for percentile in PERCENTILES]]
    yield ["output", "unit", *[name for one in figures for name in (one, f"{one}_error")], "sd", "missing", "why"]
    for one in found.spreads:
        own = one.figures
        told = [number for figure in (own.mean, *own.percentiles.values()) for number in (figure.value, figure.error)]
        name, unit = cell_name(found.plan, one.output), found.plan.row(one.output.id).unit.text
        numbers = [_text(number) for number in (*told, own.sd.value, own.missing)]
        yield [safe(name), safe(unit), *numbers, safe(why(one, found.counted) or "")]


def _driver_lines(found: Simulation, driven: Driven) -> Iterator[list[str]]:
    yield ["output", "input", *[name for one in INDICES for name in (one, f"{one}_half")]]
    for cell, inputs in driven.items():
        for driver in inputs:
            indices = [getattr(driver, name) for name in INDICES]
            numbers = [_text(number) for index in indices for number in (index.value, index.half)]
            yield [safe(cell_name(found.plan, cell)), safe(driver.name), *numbers]


def _decision_lines(found: Simulation, decided: Decided) -> Iterator[list[str]]:
    yield ["decision", "unit", "kind", "name", "value", "error", "low", "high", "best", "best_error"]
    for id_, one in decided.items():
        head = [id_, safe(found.plan.row(one.output.id).unit.text)]
        for name, option in one.options.items():
            mean, best = ([_text(figure.value), _text(figure.error)] for figure in (option.mean, option.best))
            yield [*head, "option", safe(name), *mean, "", "", *best]
        for kind, name, worth in [("evpi", "", one.evpi), *[("evppi", *pair) for pair in one.evppi.items()]]:
            interval = [_text(worth.low), _text(worth.high)]
            yield [*head, kind, safe(name), _text(worth.value), "", *interval, "", ""]


def _text(value: float) -> str:
    return exactly(value) if isfinite(value) else ""


def why(spread: Spread, cases: int) -> str | None:
    """Return why cases have no value of an output: one reason, or several with the share of cases of each."""
    reasons = spread.why
    if len(reasons) < 2:  # noqa: PLR2004  # one reason has all of them
        return next(iter(reasons), None)
    return "; ".join([f"{reason} ({percent(count / cases)})" for reason, count in reasons.items()])


def percent(share: float) -> str:
    """Return a share in percent, with a digit behind the point where it is small or nearly whole."""
    text = f"{share * 100:.3g}"
    return f"{text if 0 < float(text) < 100 or share in {0, 1} else f'{share * 100:.6g}'} %"  # noqa: PLR2004  # percent


def _output(found: Simulation, one: Spread) -> dict[str, Any]:
    figures = one.figures
    return {
        "unit": found.plan.row(one.output.id).unit.text,
        "mean": _number(figures.mean.value),
        "mean_error": _number(figures.mean.error),
        "sd": _number(figures.sd.value),
        "percentiles": _by_percentile(figures, "value"),
        "errors": _by_percentile(figures, "error"),
        "missing": figures.missing,
        "why": why(one, found.counted),
    }


def _by_percentile(figures: Figures, key: str) -> Mapping[str, float | None]:
    return {str(share): _number(getattr(figure, key)) for share, figure in figures.percentiles.items()}


def _target(one: Target) -> dict[str, Any]:
    return {"test": one.condition.text, "chance": _number(one.chance.value), "error": _number(one.chance.error)}


def _driver(one: Driver) -> dict[str, Any]:
    indices = {name: getattr(one, name) for name in INDICES}
    return {
        name: {"value": index.value, "interval": [index.value - index.half, index.value + index.half]}
        for name, index in indices.items()
    }


def _decision(found: Simulation, one: Appraisal) -> dict[str, Any]:
    return {
        "label": one.decision.label,
        "value": cell_name(found.plan, one.output),
        "unit": found.plan.row(one.output.id).unit.text,
        "goal": one.decision.goal,
        "options": {
            name: {
                "mean": _number(option.mean.value),
                "error": _number(option.mean.error),
                "best": _number(option.best.value),
                "best_error": _number(option.best.error),
            }
            for name, option in one.options.items()
        },
        "best": one.best,
        "evpi": _worth(one.evpi),
        "evppi": {name: _worth(worth) for name, worth in one.evppi.items()},
        "missing": one.missing,
    }


def _worth(one: Worth) -> dict[str, Any]:
    return {"value": _number(one.value), "interval": [_number(one.low), _number(one.high)]}


def _number(value: float) -> float | None:
    return value if isfinite(value) else None
