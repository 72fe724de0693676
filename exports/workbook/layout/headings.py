"""What stands at the head of columns that an import reads back: written and looked for by the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.text.labels import fold
from exports.workbook.layout import geometry

NAME, UNIT, LIVE = "Name", "Unit", "Live"
SOURCE, FORMULA = "Source and range", "Formula in words"
# On Inputs, above the labels of the scenarios where dimensions have lines of their own.
SCENARIOS: Final = "Scenarios, in the order of the list on Cover"
# On Scenarios: what is chosen of the bridge between two of them.
BRIDGE: Final = ("From", "To", "Output")
# On Sensitivity: which two inputs the square of both is of.
CROSSED: Final = ("Input across", "Input down")
# The share by which inputs without a range go up and down.
SWING: Final = "Swing of an input without a range"
# What the chosen output shall be; and on Sensitivity, by which input.
TARGET: Final = "Target of the goal on Sensitivity"
SOUGHT: Final = "Input to be found"
# On Registry.
NOW, SCENARIO, EXPORTED, ORIGIN, CHANGED = "Now", "In scenario", "When exported", "Origin", "Changed"
# On Cover: from what text, and by what, a workbook was made.
FILE, HASH, REVISION, MADE_BY = "Model file", "SHA-256 of its text", "Git revision", "Made by"
AUTHOR, DATE = "Author", "Date"
# What Registry says of the origin of a cell's value.
OWN, INHERITED = "own", "inherited"
_INPUT: Final = "Input"

INPUTS: Final[Mapping[int, str]] = {
    geometry.LABEL: _INPUT,
    geometry.NAME: NAME,
    geometry.UNIT: UNIT,
    geometry.LIVE: LIVE,
    geometry.WORDS: SOURCE,
}
RESULTS: Final[Mapping[int, str]] = {**INPUTS, geometry.LABEL: "Result", geometry.WORDS: FORMULA}
REGISTRY: Final[Mapping[int, str]] = {
    geometry.LABEL: _INPUT,
    geometry.NAME: NAME,
    geometry.UNIT: UNIT,
    geometry.LIVE: NOW,
    geometry.WORDS: "Place in the model's text",
}
# By these a sheet is known, wherever its columns were moved; what else Registry says is for readers.
OF_INPUTS: Final = frozenset(INPUTS.values())
OF_RESULTS: Final = frozenset(RESULTS.values())
OF_REGISTRY: Final = frozenset({_INPUT, NAME, UNIT, NOW, SCENARIO, EXPORTED, ORIGIN, CHANGED})
_FIXED: Final = frozenset(map(fold, {*OF_INPUTS, *OF_RESULTS, *OF_REGISTRY, "Case", "Value"}))


def told_apart(label: str, name: str) -> str:
    """Return what stands at the head of a column of its own: with a name where a column elsewhere is called so."""
    return f"{label} ({name})" if fold(label) in _FIXED else label
