"""The rules, each with the standard that it comes from and the function that finds what breaks it.

FAST is the FAST Standard (fast-standard.org). ICAEW 20 are the Twenty Principles for Good Spreadsheet Practice, in
their numbering before 2024; the ICAEW Code is the Financial Modelling Code, by its headings. Where no standard has a
rule that a program can verify, the rule is Plainsheet's own, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from engine.memory import collector_paused
from engine.progress import steps
from exports.lint import calculation, formulas, labels, looks, presentation, ranges
from exports.lint.context import Context, Finding
from exports.reading.records import OpenedBook


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, what it asks for, where it comes from, and the function that looks."""

    id: str
    text: str
    source: str
    find: Callable[[Context], Iterable[Finding]]


RULES: Final[tuple[Rule, ...]] = (
    Rule("apart", "Inputs, calculations and outputs stand on sheets of their own",
         "FAST 1.01-01; ICAEW 20, no. 10", calculation.apart),
    Rule("about", "The first sheet says what the workbook is for, whose, of when, how to use it, and its limits",
         "FAST 2.05, 2.06; ICAEW 20, no. 7", labels.about),
    Rule("flow", "Calculation goes through the sheets from left to right; only checks and choices are read before",
         "FAST 1.02-01", calculation.flow),
    Rule("columns", "A heading stands in the same column on every sheet",
         "FAST 1.01-02, 2.01-01; ICAEW 20, no. 11", presentation.columns),
    Rule("rows", "One formula a row",
         "FAST 3.02-01; ICAEW 20, no. 12", calculation.rows),
    Rule("constants", "No number in a formula but 0, 1, 2, 10 and exponents",
         "FAST 3.04-01; ICAEW 20, no. 14", calculation.constants),
    Rule("length", "A formula has 120 characters at most on the sheet of the model, 240 elsewhere",
         "FAST 3.03-01; the numbers: Plainsheet", formulas.length),
    Rule("nested", "IF stands in IF at most once, and CHOOSE picks from twelve at most",
         "FAST 3.03-06, 3.03-07; the numbers: Plainsheet", formulas.nested),
    Rule("chains", "No link to a link",
         "FAST 3.06-02", formulas.chains),
    Rule("once", "Each input and each calculation stands once",
         "FAST 1.01-07; ICAEW 20, no. 15", formulas.once),
    Rule("labels", "No two lines below one heading have one label, and every sheet has a name of its own",
         "FAST 3.05; ICAEW Code", labels.labels),
    Rule("adjacent", "A total takes in all numbers that go on beside its range",
         "after Excel, formulas which omit cells in a region", ranges.adjacent),
    Rule("text", "No number that a range takes in is stored as text",
         "after Excel, numbers formatted as text", ranges.text),
    Rule("units", "Every row of numbers has a unit",
         "FAST 3.05-04; ICAEW Code, units", presentation.units),
    Rule("sources", "Every input says where it comes from",
         "after FAST 2.04-02", presentation.sources),
    Rule("rounding", "No number is rounded to the digits that it shows",
         "ICAEW Code, avoid unnecessary rounding", calculation.rounding),
    Rule("moving", "No OFFSET and INDIRECT, and nothing volatile",
         "FAST 4.01-03; volatile functions: Plainsheet", calculation.moving),
    Rule("names", "Formulas refer to cells, not to names",
         "FAST 3.03-08", calculation.names),
    Rule("merged", "No merged cells",
         "FAST 4.02-02", presentation.merged),
    Rule("hidden", "Nothing is hidden",
         "FAST 2.01-08; ICAEW Code, don't hide things", presentation.hidden),
    Rule("outside", "No links to other files, programs or addresses",
         "FAST 1.03-02", calculation.outside),
    Rule("macros", "No macros",
         "after ICAEW 20, no. 16", presentation.macros),
    Rule("circular", "No circular references, and no iteration that allows them",
         "FAST 1.01-11; ICAEW Code, circular refs", calculation.circular),
    Rule("errors", "No cell shows an error",
         "after ICAEW 20, no. 18", calculation.errors),
    Rule("locked", "Only inputs may be typed over",
         "ICAEW 20, no. 20", presentation.locked),
    Rule("validated", "Whatever may be typed into is validated",
         "Plainsheet", presentation.validated),
    Rule("frozen", "Headings and labels stay in sight",
         "FAST 2.03-01; ICAEW Code, navigation", presentation.frozen),
    Rule("master", "A master check stays in sight on every sheet, wherever one scrolls",
         "FAST 2.03-05; ICAEW 20, no. 19", presentation.master),
    Rule("tolerances", "The sheet of the checks says how exactly they must hold",
         "ICAEW Code, include checks; ICAEW 20, no. 19", labels.tolerances),
    Rule("styles", "Every cell has a named style",
         "FAST 4.02-01", looks.styles),
    Rule("kinds", "Typed numbers, formulas and links to other sheets look different",
         "ICAEW Code, formatting; links: the Corporate Finance Institute", looks.kinds),
    Rule("formats", "Numbers of one formula have one format along their line, and in a block with a name",
         "ICAEW Code, formatting", looks.formats),
    Rule("navigation", "The first sheet links to all others, and these back to it",
         "FAST 2.06-01; ICAEW Code, navigation", presentation.navigation),
    Rule("printed", "Every sheet prints an area, one page wide, landscape but for the first, with heads and a footer",
         "FAST 1.02-02", presentation.printed),
)  # fmt: skip


def check_rules(book: OpenedBook) -> list[tuple[Rule, list[Finding]]]:
    """Return every rule with what breaks it."""
    with collector_paused():
        context = Context(book)
        return [(rule, list(rule.find(context))) for rule in steps("rules", RULES)]
