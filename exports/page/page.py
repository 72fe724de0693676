"""The file: report, data, program and scripts put together, under a policy that lets nothing else in."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Final

from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from engine.plan.selection import known_case
from exports.page.data import data
from exports.page.program.derivatives import derivatives
from exports.page.program.places import places
from exports.page.program.statements import program
from exports.page.report.report import report

# In the order in which each uses what stands before it; the program of the plan stands behind the first ones.
_BEFORE: Final = ("numbers", "cashflows")
_AFTER: Final = ("model", "format", "special", "quantiles", "draws", "cone", "trials", "gradients", "tornado", "handle")


def page(plan: Plan, results: Mapping[str, Results], scenario: str | None = None) -> str:
    """Return a page of a plan as HTML, with a scenario (the model's first, if none is named) shown first."""
    where = places(plan)
    case = known_case(plan, scenario)
    style = _plain(_read("styles/page.css"))
    scripts = [*map(_script, _BEFORE), program(plan, where), derivatives(plan, where), *map(_script, _AFTER)]
    script = '(()=>{"use strict";\n' + "".join(scripts) + "})();"
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<title>{escape(plan.model.title)}</title>\n<style>{style}</style>\n</head>\n'
        f"<body>\n{report(plan, results, case, where)}\n"
        f'<script type="application/json" id="model">{data(plan, where, case)}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
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
