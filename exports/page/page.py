"""The file: report, data, program and scripts put together, under a policy that lets nothing else in."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Final

from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from engine.plan.selection import known_case
from exports.page.charts.drawn import drawn_charts
from exports.page.data import data
from exports.page.program.derivatives import derivatives
from exports.page.program.kinks import kinks
from exports.page.program.places import places
from exports.page.program.statements import program
from exports.page.report.report import report

# In the order in which each uses what stands before it; the program of the plan stands behind the first ones.
_BEFORE: Final = ("numbers", "cashflows")
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
_STYLES: Final = ("page", "live", "analysis")
_CURRENT: Final = ' aria-current="page"'


@dataclass(frozen=True, slots=True)
class Served:
    """What a page shows that is made anew as its model is saved: its version, and what is wrong or to be warned of."""

    version: str
    told: str = ""


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
    model = f'<script type="application/json" id="model">{data(plan, where, case, charts)}</script>'
    made = [program(plan, where), derivatives(plan, where), kinks(plan, where)]
    scripts = [*map(_script, _BEFORE), *made, *map(_script, _AFTER)]
    scripts += [_script("versions")] if versions else []
    body = f"{_links(versions)}{report(plan, results, case, where, charts)}\n{model}"
    return _document(plan.model.title, body, scripts, served)


def page_of_problems(title: str, served: Served) -> str:
    """Return a page that says why there is no other, until there is."""
    return _document(title, f"<main><h1>{escape(title)}</h1></main>", [], served)


def _links(versions: Sequence[Version]) -> str:
    """Return links to the versions of a page, where there are several."""
    links = [
        f'<a href="{escape(one.address)}"{_CURRENT if one.is_shown else ""}>{escape(one.label)}</a>' for one in versions
    ]
    return f'<nav class="versions" aria-label="Versions">{" ".join(links)}</nav>\n' if links else ""


def _document(title: str, body: str, scripts: Sequence[str], served: Served | None) -> str:
    style = _plain("".join([_read(f"styles/{name}.css") for name in _STYLES]))
    parts = scripts if served is None else [*scripts, _script("reload")]
    script = '(()=>{"use strict";\n' + "".join(parts) + "})();"
    asks = "connect-src 'self'; " if served is not None else ""
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; "
        f"{asks}base-uri 'none'; form-action 'none'"
    )
    version = f' data-version="{escape(served.version)}"' if served is not None else ""
    told = (
        f'<pre id="problems" role="alert">{escape(served.told)}</pre>\n' if served is not None and served.told else ""
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en"{version}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n'
        f"<body>\n{told}{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _script(name: str) -> str:
    return _plain(_read(f"scripts/{name}.js"))


def _read(name: str) -> str:
    return (files("exports.page") / name).read_text(encoding="utf-8")


def _plain(text: str) -> str:
    """Return a text of ours without indents, empty lines and lines that are comments."""
    lines = [line.strip() for line in text.splitlines()]
    return "".join([f"{line}\n" for line in lines if line and not line.startswith("//")])


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
