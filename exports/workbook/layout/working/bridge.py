"""Where the bridge between two scenarios stands: its choices and its table on Scenarios, its working on Cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from exports.style.a1 import letter
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.geometry import GRID, LABEL, LIVE, WIDTHS, text_height
from exports.workbook.layout.turns.mixtures import Pair

# Below the heading on Scenarios: what is chosen, then the head of the table.
FROM, TO, OUTPUT, TABLE = 1, 2, 3, 4
# The style of what is chosen.
CHOICE: Final = "choice_beside"
# The columns of the working: of an input which change it is; of a step; and of a bar, behind those of any waterfall.
CHANGE, BEFORE, AFTER, SHARE = range(GRID, GRID + 4)
PLACE, SHOWN, TOTAL, PART = range(GRID + 14, GRID + 18)
# What the label, the number and the words of a bar are put together from.
MORE, CHANGED, ADDED, SCIENTIFIC, PLAIN, SIGNED = range(GRID + 18, GRID + 24)
# The lines at the top of the working: what is chosen, how many changes are told apart, and how many there are.
_FROM, _TO, _OUTPUT, _MOST, _COUNT, _TOLD = range(1, 7)


class Bridge:
    """The lines of the bridge, of its working from one on, and of what is seen from another on."""

    def __init__(self, cases: Cases, pair: Pair, working: int, shown: int) -> None:
        self.cases = cases
        self.pair = pair
        self.changes = pair.mixtures.changes
        self.working = working
        self.outputs = working + _TOLD + 2
        self.inputs = self.outputs + len(cases.outputs) + 2
        self.mixtures = self.inputs + len(pair.inputs) + 2
        self.steps = self.mixtures + len(pair.mixtures) + 2
        self.bars = self.steps + len(pair.mixtures.steps) + 2
        self.shown = shown

    @property
    def count(self) -> int:
        """Return how many bars there are: where one begins, each change, and where one ends."""
        return self.changes + 2

    @property
    def after(self) -> int:
        """Return the line below the working."""
        return self.bars + self.count + 2

    @property
    def last_column(self) -> int:
        """Return the last column of the working."""
        return max(SIGNED, GRID + self.changes)

    def choice(self, which: int) -> str:
        """Return the cell of Scenarios in which something is chosen."""
        return f"Scenarios!${letter(LIVE)}${self.shown + which}"

    def setting(self, line: int) -> str:
        """Return the cell of Cases at the top of the working."""
        return f"${letter(LIVE)}${self.working + line}"

    @property
    def begins(self) -> str:
        """Return the cell with the place of the scenario to begin from, from 1."""
        return self.setting(_FROM)

    @property
    def ends(self) -> str:
        """Return the cell with the place of the scenario to go to."""
        return self.setting(_TO)

    @property
    def output(self) -> str:
        """Return the cell with the place of the output that is chosen."""
        return self.setting(_OUTPUT)

    @property
    def most(self) -> str:
        """Return the cell with how many changes are told apart."""
        return self.setting(_MOST)

    @property
    def differing(self) -> str:
        """Return the cell with how many inputs differ."""
        return self.setting(_COUNT)

    @property
    def told(self) -> str:
        """Return the cell with how many changes are shown."""
        return self.setting(_TOLD)

    def listed(self, column: int) -> str:
        """Return the cells of a column of the list of outputs."""
        return _down(column, self.outputs + 1, len(self.cases.outputs))

    def of_inputs(self, column: int) -> str:
        """Return the cells of a column of the inputs."""
        return _down(column, self.inputs + 1, len(self.pair.inputs))

    def of_mixtures(self) -> str:
        """Return the cells with the chosen output in each mixture."""
        return _down(LIVE, self.mixtures + 1, len(self.pair.mixtures))

    def of_steps(self, column: int) -> str:
        """Return the cells of a column of the steps."""
        return _down(column, self.steps + 1, len(self.pair.mixtures.steps))

    def of_bars(self, column: int) -> str:
        """Return the cells of a column of the bars."""
        return _down(column, self.bars + 1, self.count)

    def has(self, mixture: int, index: int) -> str:
        """Return the part of a formula that is 1 where a mixture has the change that an input is."""
        line = self.mixtures + 1 + mixture
        changes = f"${letter(GRID)}${line}:${letter(GRID + self.changes)}${line}"
        return f"INDEX({changes},1,1+${letter(CHANGE)}${self.inputs + 1 + index})"

    @property
    def labels(self) -> str:
        """Return the cells of Cases that name the outputs, as another sheet writes them."""
        return f"Cases!{self.listed(LABEL)}"


def choice_height(texts: Iterable[str]) -> float:
    """Return how high a line is whatever of a list is chosen on it, in points."""
    return max(text_height(text, CHOICE, WIDTHS[LIVE]) for text in texts)


def _down(column: int, first: int, count: int) -> str:
    name = letter(column)
    return f"${name}${first}:${name}${first + count - 1}"
