"""What each key of the language means, by the table that it stands in: what the documentation and editors show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_NOTE: Final = "anything a reader should know"
_SOURCE: Final = "the key of a source, or a list of them"

MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "quantity": {
        "label": "what it is, in a few words; required",
        "unit": 'its unit; `"1"` for a pure number, `"percent"` for a share; required',
        "value": "a number: this quantity is an input",
        "formula": "an expression: this quantity is computed",
        "solve": "an equation that this quantity solves, in place of a formula",
        "min": "a hard bound: less is an error, in every scenario, for inputs and results",
        "max": "a hard bound: more is an error, in every scenario, for inputs and results",
        "whole": "`true` where only whole numbers make sense",
        "range": "`[low, high]`, what an input may plausibly be; it contains the value; "
        "`[low, middle, high]` of a metalog",
        "distribution": "how the range is filled: `normal`, `lognormal`, `uniform`, `loguniform`, `triangular`, "
        "`pert`, `metalog`; or `discrete`",
        "values": "what a discrete input may be",
        "weights": "how likely each of `values` is; of a choice, each of its members",
        "source": _SOURCE,
        "note": f"{_NOTE}; an input without source or note is a warning",
        "over": "the dimensions that it repeats along, one or a list",
        "choice": "a dimension: the value is one of its members",
        "rollup": 'how it is aggregated along time: `"sum"`, `"last"`, `"mean"`, `"first"` or `"none"`',
        "published": "figures that sources print",
    },
    "published": {
        "value": "the figure, in the quantity's unit, with the digits that are printed; required",
        "source": "the key of the source that prints it; required",
        "scenario": "the scenario that it is of; without it the one shown first",
        "at": "the member that it is of, or a list of one for each dimension",
        "digits": "how many digits are printed, where zeros at the end count too",
        "note": _NOTE,
        "disputed": "why the model does not reproduce it",
    },
    "column": {
        "data": "the file of data in which the values stand",
        "column": "the heading of the column with the values; others name the members of each row",
        "columns": "the dimension of which each member has a column of its own",
    },
    "section": {"label": "the heading", "note": "what a reader should know about the section"},
    "model": {
        "title": "what the model is called; required",
        "purpose": "what it is for, in one sentence for the cover",
        "author": "who wrote it, one or a list",
        "version": "the version, for the cover",
        "date": "the date, for the cover",
        "limitations": "what a reader must not take from it, one text or a list",
        "scenario": "the scenario that is shown first; without it the values as written",
        "outputs": "the ids of the headline results",
    },
    "source": {
        "title": "what it is called; required",
        "author": "who wrote it",
        "date": "when it was written",
        "url": "where it is to be found",
        "confidence": "how far it is to be trusted, such as high",
        "note": _NOTE,
    },
    "dimension": {
        "label": "what it is, in a few words",
        "members": "the names of its members, in a list",
        "ordered": "`true` where names come one after the other",
        "from": "the first number, or the first period in quotes",
        "to": "the last number, or the last period in quotes; a member too",
        "step": "how far apart numbers are; 1 without it",
        "unit": "the unit of its numbers",
        "note": _NOTE,
        "of": "the finer dimension that it groups, or whose periods it is made of",
        "map": "the member that each member of the finer dimension belongs to",
        "period": 'what its periods are: `"month"`, `"quarter"` or `"year"`',
        "starts": "the month, from 1 to 12, in which its years start",
        "source": f"of a group, {_SOURCE}",
    },
    "scenario": {
        "label": "what it is called, unlike all others; without it, its key",
        "extends": "the scenario that it starts from, or a list of them, the nearest first",
        "note": _NOTE,
        "set": "values of inputs that replace those as written, by id and by member",
        "scale": "factors by which values of inputs are multiplied, by id and by member",
    },
    "check": {
        "label": "what must hold, in a few words; without it, its key",
        "test": "a comparison that must hold in every scenario; required",
        "tolerance": "how far the sides may differ, in the unit of the left one",
    },
    "chart": {
        "kind": "`line`, `bar`, `waterfall`, `tornado` or `variance`; required",
        "title": "what stands above the chart",
        "note": "what stands below the chart",
        "x": 'what runs along it: a dimension, `"scenario"`, or, of a line, a single input, which goes from one value '
        "to another",
        "y": 'what is drawn, one or a list of numbers in one unit, no choices; a member as in `"share[North]"`; of a '
        "tornado one number, of a variance one quantity over time alone",
        "scenarios": "a curve for each of these, in place of the live scenario; what they do not change is drawn once",
        "from": "of a line along an input, where it begins, in the input's unit (its `range` without it)",
        "to": "of a line along an input, where it ends; of a variance, the last period that has come to be",
        "points": "in how many points a line along an input is drawn (25)",
        "mark": "quantities in the unit of `x`, such as a break-even, marked on the first curve",
        "log": '`"y"`, and along an input `"x"`, for axes on which equal steps are equal ratios',
        "steps": 'what is added up, in order (`"-tax"` is taken away)',
        "levels": "what stands after each step",
        "total": "the last bar; it must be what the steps come to, in every scenario",
        "plan": "another quantity over the same periods, which `y` is held against",
        "scenario": "the scenario in which `y` is as planned",
        "better": '`"higher"` (without it) or `"lower"`, as of costs: whether more than planned is for the better',
    },
    "correlation": {
        "between": "the two inputs that go together, or members of them; required",
        "rank": "how close, as a rank correlation between -1 and 1; required",
        "source": _SOURCE,
        "note": _NOTE,
    },
    "decision": {
        "label": "what is decided, in a few words; without it, its key",
        "note": _NOTE,
        "options": "what may be chosen between: members of the choice, or scenarios",
        "choice": "the choice that is decided",
        "value": "the output by which it is decided; required",
        "goal": '`"max"`, or `"min"` for a cost; required',
    },
    "data": {
        "file": "the file, below the model's folder: .csv, .xlsx or .parquet; required",
        "sha256": "the hash of its bytes, which `plainsheet data --update` writes",
        "sheet": "the sheet of a workbook; the first without it",
        "separator": "what stands between the columns of a text; a comma without it",
        "decimal": "the decimal sign of a text; a point without it",
        "thousands": "what stands between thousands in a text",
        "missing": "the number that empty cells, and rows that are not there, stand for",
        "dimensions": "the headings of the columns that name the members of dimensions, where they differ from these",
        "label": "what it is, in a few words",
        "source": _SOURCE,
        "note": _NOTE,
    },
}
