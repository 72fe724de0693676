"""The report, from the title down."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from engine.plan.evaluate import Results
from engine.plan.plan import Case, Plan
from exports.page.charts.drawn import DrawnChart
from exports.page.program.places import Places
from exports.page.report.assumptions import assumptions
from exports.page.report.calculation import calculation
from exports.page.report.charts import charts
from exports.page.report.checks import checks, published
from exports.page.report.dimensions import chance, dimensions
from exports.page.report.headlines import header, headlines
from exports.page.report.sources import listed
from exports.page.report.values import Shown


def report(plan: Plan, results: Mapping[str, Results], case: Case, places: Places, drawn: Sequence[DrawnChart]) -> str:
    """Return the body of a page; every value of a cell stands alone in an element with ``data-cell``, its place."""
    shown = Shown(plan, results[case.id], places)
    model = plan.model
    sections = [
        headlines(shown, results),
        charts(drawn),
        assumptions(shown, dimensions(model) + chance(model)),
        calculation(shown),
        checks(shown, results),
        published(shown, results),
        listed(model),
    ]
    links = re.findall(r'^<h2 id="(\w+)-h">([^<]*)</h2>', "".join([one[:200] for one in sections]), re.MULTILINE)
    contents = "".join([f'<li><a href="#{id_}">{heading}</a>' for id_, heading in links])
    return (
        f'<a class=skip href="#report">Skip to the report</a>\n{header(model)}'
        f'<nav aria-label="Contents"><ul>{contents}</ul></nav>\n<main id=report>\n{"".join(sections)}</main>'
    )
