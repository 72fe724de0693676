"""Where the square of two inputs stands: its choices and its table on Sensitivity, its working on Cases."""

from __future__ import annotations

from exports.style.a1 import letter
from exports.workbook.layout.cases import Cases
from exports.workbook.layout.geometry import GRID, LABEL, LIVE
from exports.workbook.layout.turns.crossings import Crossing

# Below the heading on Sensitivity: what is chosen, then what stands above the columns, and the values there.
ACROSS, DOWN, NOTE, PLACES, VALUES = range(1, 6)
# The columns of the inputs in the working: which of the two each is, the ends of its range, its decimals and its place.
IS_ACROSS, IS_DOWN, LOW, HIGH, DECIMALS, PLACE = range(GRID, GRID + 6)
_ACROSS, _DOWN, _OUTPUT, _SHARES, _OF_ACROSS, _OF_DOWN, _ALONG_ACROSS = range(1, 8)


class Square:
    """The lines of the square, of its working from one on, and of what is seen from another on."""

    def __init__(self, cases: Cases, crossing: Crossing, working: int, shown: int) -> None:
        self.cases = cases
        self.crossing = crossing
        self.side = crossing.side
        self.working = working
        self.outputs = working + _ALONG_ACROSS + 2
        self.inputs = self.outputs + len(cases.outputs) + 2
        self.table = self.inputs + len(crossing.inputs) + 2
        self.shown = shown

    @property
    def after(self) -> int:
        """Return the line below the working."""
        return self.table + self.side + 3

    @property
    def last_column(self) -> int:
        """Return the last column of the working."""
        return max(PLACE, self.before)

    def choice(self, which: int) -> str:
        """Return the cell of Sensitivity in which an input is chosen."""
        return f"Sensitivity!${letter(LIVE)}${self.shown + which}"

    @property
    def across(self) -> str:
        """Return the cell with the place of the input that goes across."""
        return f"${letter(LIVE)}${self.working + _ACROSS}"

    @property
    def down(self) -> str:
        """Return the cell with the place of the input that goes down."""
        return f"${letter(LIVE)}${self.working + _DOWN}"

    @property
    def output(self) -> str:
        """Return the cell with the place of the output that is chosen."""
        return f"${letter(LIVE)}${self.working + _OUTPUT}"

    @property
    def shares(self) -> int:
        """Return the line that says how far along a side each place is."""
        return self.working + _SHARES

    @property
    def of_across(self) -> int:
        """Return the line with the value of the input that goes across, its ends and its decimals."""
        return self.working + _OF_ACROSS

    @property
    def of_down(self) -> int:
        """Return the line with the value of the input that goes down, its ends and its decimals."""
        return self.working + _OF_DOWN

    @property
    def along_across(self) -> int:
        """Return the line with the values of the input that goes across, before they are whole."""
        return self.working + _ALONG_ACROSS

    @property
    def before(self) -> int:
        """Return the column of the table with the values of the input that goes down, before they are whole."""
        return GRID + self.side

    def share(self, place: int) -> str:
        """Return the cell that says how far along a side a place is."""
        return f"${letter(GRID + place)}${self.shares}"

    def listed(self, column: int) -> str:
        """Return the cells of a column of the list of outputs."""
        return _down(column, self.outputs + 1, len(self.cases.outputs))

    def of_inputs(self, column: int) -> str:
        """Return the cells of a column of the inputs."""
        return _down(column, self.inputs + 1, len(self.crossing.inputs))

    @property
    def labels(self) -> str:
        """Return the cells of Cases that name the inputs, as another sheet writes them."""
        return f"Cases!{self.of_inputs(LABEL)}"

    def along(self, index: int, crossed: int) -> str:
        """Return the part of a formula that says how far an input goes in a case: 0 if it is not chosen."""
        down, across = divmod(crossed, self.side)
        line = self.inputs + 1 + index
        one, other = (f"${letter(column)}${line}" for column in (IS_ACROSS, IS_DOWN))
        return f"{self.share(across)}*{one}+{self.share(down)}*{other}"


def lines_of_square(side: int) -> int:
    """Return how many lines the square takes on Sensitivity, with a free one below."""
    return VALUES + side + 2


def _down(column: int, first: int, count: int) -> str:
    name = letter(column)
    return f"${name}${first}:${name}${first + count - 1}"
