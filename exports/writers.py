"""What a model can be written as: for each form its suffix, and the bytes of a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.charts.series import charts_of, drawn
from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from engine.plan.selection import known_case
from exports.files.office import convert
from exports.files.stamp import Stamp
from exports.results.as_json import solution
from exports.results.tables import as_csv, as_markdown
from exports.workbook.package import showing

Write = Callable[[Plan, Mapping[str, Results], str | None, Stamp, int], bytes]


@dataclass(frozen=True, slots=True)
class Writer:
    """One form of file.

    `write` takes a plan, every scenario's results, the scenario shown first, a stamp, and how many trials are live.
    """

    suffix: str
    write: Write


def _xlsx(plan: Plan, _results: Mapping[str, Results], scenario: str | None, stamp: Stamp, trials: int) -> bytes:
    from exports.workbook.xlsx import workbook  # noqa: PLC0415  # openpyxl takes a quarter of a second

    return workbook(plan, known_case(plan, scenario).id, stamp, trials=trials)


def _ods(plan: Plan, results: Mapping[str, Results], scenario: str | None, stamp: Stamp, trials: int) -> bytes:
    return convert(_xlsx(plan, results, scenario, stamp, trials), _name(plan), "ods")


def _pdf(plan: Plan, _results: Mapping[str, Results], scenario: str | None, stamp: Stamp, _trials: int) -> bytes:
    from exports.workbook.xlsx import workbook  # noqa: PLC0415  # as above

    content = workbook(plan, known_case(plan, scenario).id, stamp, trials=0, with_report=True)
    # What computes nothing has a cover alone.
    return convert(showing(content, "Report" if plan.model.outputs else "Cover"), _name(plan), "pdf")


def _name(plan: Plan) -> str:
    return Path(plan.model.document.name).stem


def _json(plan: Plan, results: Mapping[str, Results], scenario: str | None, _stamp: Stamp, _trials: int) -> bytes:
    record = solution(results[known_case(plan, scenario).id], results)
    return (json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _html(plan: Plan, results: Mapping[str, Results], scenario: str | None, _stamp: Stamp, _trials: int) -> bytes:
    from exports.page.page import page  # noqa: PLC0415  # only who writes one needs it

    return page(plan, results, scenario).encode()


def _csv(plan: Plan, results: Mapping[str, Results], scenario: str | None, _stamp: Stamp, _trials: int) -> bytes:
    # The mark at the beginning tells spreadsheets that the text is UTF-8.
    return as_csv(plan, _asked(plan, results, scenario)).encode("utf-8-sig")


def _markdown(plan: Plan, results: Mapping[str, Results], scenario: str | None, _stamp: Stamp, _trials: int) -> bytes:
    return as_markdown(plan, _asked(plan, results, scenario)).encode()


def _asked(plan: Plan, results: Mapping[str, Results], scenario: str | None) -> Mapping[str, Results]:
    """Return the results of a scenario that is named, and of all where none is."""
    if scenario is None:
        return results
    id_ = known_case(plan, scenario).id
    return {id_: results[id_]}


WRITERS: Final[Mapping[str, Writer]] = {
    "xlsx": Writer(".xlsx", _xlsx),
    "ods": Writer(".ods", _ods),
    "pdf": Writer(".pdf", _pdf),
    "html": Writer(".html", _html),
    "json": Writer(".json", _json),
    "csv": Writer(".csv", _csv),
    "markdown": Writer(".md", _markdown),
}


def pictures(plan: Plan, results: Mapping[str, Results], scenario: str | None) -> dict[str, bytes]:
    """Return the model's charts as pictures by the names of their files, each as SVG and as PNG."""
    from exports.pictures.figure import chart  # noqa: PLC0415  # matplotlib takes a third of a second

    live = results[known_case(plan, scenario).id]
    found = {plot.chart.id: drawn(plot, live, results) for plot in charts_of(plan)}
    return {
        f"{name}{suffix}": content
        for name, one in found.items()
        for suffix, content in chart(one, live, (".svg", ".png")).items()
    }
