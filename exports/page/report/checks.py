"""Checks and whether they hold, and what sources print beside what the model computes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.analysis.published import Figure, figure_cell, figures
from engine.analysis.verdicts import Verdict, verdicts
from engine.plan.cells import Cell, label_of
from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from exports.page.report.values import Shown
from exports.page.texts import section, text, unit
from exports.style.formula_words import words
from exports.style.words import counted, in_review, sentences

STATES: Final = {True: ("holds", "good"), False: ("fails", "bad")}
_LOOKS: Final = {"reproduced": "good", "disputed": "doubtful", "failed": "bad", "not applicable": "muted"}


def checks(shown: Shown, results: Mapping[str, Results]) -> str:
    """Return the section of checks, each with its state in the scenario shown and the others that it fails in."""
    plan = shown.plan
    if not plan.tests:
        return ""
    failing: dict[int, list[str]] = {}
    for case in plan.cases:
        if case.id in results and case.id != shown.results.case.id:
            for number, verdict in enumerate(verdicts(results[case.id])):
                if not verdict.passed:
                    failing.setdefault(number, []).append(case.label)
    items = [
        f"{_check(number, verdict, failing.get(number, []))}\n"
        for number, verdict in enumerate(verdicts(shown.results))
    ]
    return section("checks", "Checks", f"<ul class=checks>\n{''.join(items)}</ul>")


def _check(number: int, verdict: Verdict, elsewhere: list[str]) -> str:
    state, look = STATES[verdict.passed]
    check = verdict.test.check
    spelled = text(words(check.test.tree)) if check.test.tree is not None else text(check.test.text)
    broken = [", ".join(cell.member) for cell in verdict.cells if not cell.passed and cell.member]
    more = sentences(
        [f"Fails for {', '.join(broken)}" if broken else "", f"Fails in {', '.join(elsewhere)}" if elsewhere else ""]
    )
    return (
        f"<li data-check={number} class={look}><span class=state>{state}</span> {text(check.label)} "
        f"<span class=words>{spelled}</span>" + (f" <span class=note>{text(more)}</span>" if more else "")
    )


def published(shown: Shown, results: Mapping[str, Results]) -> str:
    """Return the section of published figures, with the reason where one is disputed."""
    found = figures(shown.plan, results)
    if not found:
        return ""
    lines = "".join([_figure(shown.plan, figure) for figure in found])
    titles = ("Figure", "Computed", "Printed", "Unit", "Scenario", "Source", "Verdict")
    head = "".join([f"<th>{title}" for title in titles])
    said = ", ".join(
        [
            counted(count, word, word)
            for word in ("reproduced", "disputed", "failed")
            if (count := sum(figure.status == word for figure in found))
        ]
    )
    return section(
        "figures",
        "Published figures",
        f"<p class=note>What sources print, beside what the model computes: {said}.</p>\n"
        f'<table class="lines figures"><thead><tr>{head}<tbody>{lines}</table>',
    )


def _figure(plan: Plan, figure: Figure) -> str:
    quantity, one = figure.quantity, figure.published
    row = plan.row(quantity.id)
    label = label_of(plan, Cell(row.id, figure_cell(plan, quantity, one)))
    place, source = next(found for found in enumerate(plan.model.sources) if found[1].id == one.source)
    reason = sentences([" ".join(one.disputed.split()), " ".join(one.note.split())])
    computed = "" if figure.computed is None else in_review(figure.computed)
    return (
        f"<tr><th>{text(label)}<td class=value>{computed}<td>{one.value:,}"
        f"<td>{unit(row.unit)}<td>{text(plan.case(figure.scenario).label)}"
        f"<td><a href=#s-{text(source.id)}>[{place + 1}]</a>"
        f"<td class={_LOOKS[figure.status]}>{figure.status}"
        + (f" <span class=note>{text(reason)}</span>" if reason else "")
    )
