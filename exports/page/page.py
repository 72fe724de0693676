"""The page of a plan: its report, the data and the program that make it live, and the scripts in their order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from engine.plan.selection import known_case
from exports.page.charts.drawn import drawn_charts
from exports.page.data import data
from exports.page.document import Served, document, script
from exports.page.program.derivatives import derivatives
from exports.page.program.kinks import kinks
from exports.page.program.places import places
from exports.page.program.statements import program
from exports.page.report.report import report

# In the order in which each uses what stands before it; they stand behind the program of the plan.
_AFTER: Final = (
    "model", "format",
    *[f"analysis/{name}" for name in ("special", "quantiles", "draws", "cone", "trials", "gradients", "tornado")],
    "elements",
    *[f"live/{name}" for name in (
        "trace", "show", "bar", "controls", "picture", "explanation", "search", "shapley", "changes", "link", "toml",
    )],
    "charts/axes", "charts/picture", "charts/charts",
    *[f"analysis/{name}" for name in ("curves", "sensitivity", "uncertainty")],
    "handle",
)  # fmt: skip
_CURRENT: Final = ' aria-current="page"'


@dataclass(frozen=True, slots=True)
class Version:
    """One of several versions of a page: what it is called, the address of its file, and whether it is this one."""

    label: str
    address: str
    is_shown: bool


def page(
    plan: Plan,
    results: Mapping[str, Results],
    scenario: str | None = None,
    served: Served | None = None,
    versions: Sequence[Version] = (),
) -> str:
    """Return a page of a plan as HTML, with a scenario (the model's first, if none is named) shown first."""
    where = places(plan)
    case = known_case(plan, scenario)
    charts = drawn_charts(results[case.id], results)
    computed = program(plan, where) + derivatives(plan, where) + kinks(plan, where)
    scripts = [script("numbers"), *_cashflows(computed), computed, *map(script, _AFTER)]
    scripts += [script("versions")] if versions else []
    body = f"{_links(versions)}{report(plan, results, case, where, charts)}"
    return document(plan.model.title, body, data(plan, where, case, charts), scripts, served)


def _cashflows(computed: str) -> list[str]:
    """Return the script of flows, loans and curves, where the program of a plan calls one of its functions."""
    found = script("cashflows")
    names = re.findall(r"^(?:const|function) (\w+)", found, re.MULTILINE)
    return [found] if re.search(rf"(?<![.\w])(?:{'|'.join(names)})\(", computed) else []


def page_of_problems(title: str, served: Served) -> str:
    """Return a page that says why there is no other, until there is."""
    return document(title, f"<main><h1>{escape(title)}</h1></main>", "", [], served)


def _links(versions: Sequence[Version]) -> str:
    """Return links to the versions of a page, where there are several."""
    links = [
        f'<a href="{escape(one.address)}"{_CURRENT if one.is_shown else ""}>{escape(one.label)}</a>' for one in versions
    ]
    return f'<nav class="versions" aria-label="Versions">{" ".join(links)}</nav>\n' if links else ""
