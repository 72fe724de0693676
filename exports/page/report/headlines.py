"""What is read first: what the model is about, and its outputs, in the scenario shown and in every other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.model.model import Model
from engine.plan.evaluate import Results
from engine.plan.outputs import Output, outputs
from engine.plan.plan import Case, Plan
from exports.page.report.values import Shown, told
from exports.page.texts import region, section, text, unit
from exports.style.scenarios import describe
from exports.style.words import sentences

_MOST_SCENARIOS: Final = 40
_PAPER: Final = 8


def header(model: Model) -> str:
    """Return the title of a model, its purpose, who made it and when, and its limits."""
    made = " · ".join(
        [
            text(one)
            for one in (", ".join(model.author), f"Version {model.version}" * bool(model.version), model.date)
            if one
        ]
    )
    limits = "".join([f"<li>{text(one)}" for one in model.limitations])
    return (
        f"<header>\n<h1>{text(model.title)}</h1>\n"
        + (f"<p class=purpose>{text(sentences([model.purpose]))}</p>\n" if model.purpose.strip() else "")
        + (f"<p class=made>{made}</p>\n" if made else "")
        + (f'<ul class=limits aria-label="Limitations">{limits}</ul>\n' if limits else "")
        + "</header>\n"
    )


def headlines(shown: Shown, results: Mapping[str, Results]) -> str:
    """Return the section of results."""
    found = outputs(shown.plan)
    if not found:
        return ""
    case = shown.results.case
    about = sentences([case.note]) or sentences([describe(shown.plan, case)])
    scenario = (
        f"<p class=scenario>Scenario: <b id=scenario-label>{text(case.label)}</b> "
        f"<span id=scenario-note>{text(about)}</span></p>"
    )
    cards = "".join([_card(shown, one) for one in found])
    return section(
        "results", "Results", f"{scenario}\n<div class=cards>\n{cards}\n</div>\n{_scenarios(shown, found, results)}"
    )


def _card(shown: Shown, one: Output) -> str:
    at = shown.places.of(one.cell)
    return (
        f"<div class=card><h3>{text(one.label)}</h3><p><output data-cell={at}>"
        f"{shown.texts(one.row)[one.number]}</output> <span class=unit>{unit(one.row.unit)}</span></p></div>"
    )


def _scenarios(shown: Shown, found: list[Output], results: Mapping[str, Results]) -> str:
    """Return the outputs in every scenario, a line an output; '' where there is one alone."""
    plan = shown.plan
    cases = [case for case in plan.cases if case.id in results][:_MOST_SCENARIOS]
    if len(cases) < 2:  # noqa: PLR2004  # nothing to compare
        return ""
    columns = [_told(plan, results[case.id], found) for case in cases]
    heads = "".join([_head(case) for case in cases])
    lines = [
        f"<tr><th>{text(one.label)}<td>{unit(one.row.unit)}{''.join([f'<td>{column[number]}' for column in columns])}"
        for number, one in enumerate(found)
    ]
    head = f"<thead><tr><th>Output<th>Unit{heads}"
    name = "Outputs in every scenario, as written"
    table = f'<table class="grid scenarios"><caption>{name}{head}<tbody>{"".join(lines)}</table>'
    noted = [f"<dt>{text(case.label)}<dd>{text(said)}" for case in cases if (said := _about(plan, case))]
    about = f"\n<dl class=about>{''.join(noted)}</dl>" if noted else ""
    return region(name, table, "scroll long" if len(cases) > _PAPER else "scroll") + about


def _told(plan: Plan, results: Results, found: list[Output]) -> list[str]:
    rows = {one.row.id: told(plan, one.row, results) for one in found}
    return [rows[one.row.id][one.number] for one in found]


def _head(case: Case) -> str:
    return f'<th data-scenario="{text(case.id)}">{text(case.label)}'


def _about(plan: Plan, case: Case) -> str:
    return sentences([case.note, describe(plan, case)])
