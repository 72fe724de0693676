"""A scenario that is edited: one input at a time."""

from __future__ import annotations

from typing import Any

from engine.plan import live
from plainsheet.arguments.changes import number_of, valued
from plainsheet.arguments.names import named
from plainsheet.results import Results


class Live:
    """The values of a scenario, kept up to date: an edit computes only what is downstream of it.

    ``live.set("price", 3)`` changes an input in its declared unit, and ``live.set("gpu", "B200")`` a choice;
    ``live["rent"]`` is a float in the declared unit, or an array over the dimensions, and of a choice its member.
    """

    def __init__(self, results: Results) -> None:
        self._plan = results.plan
        self._live = live.Live(results.solved)

    def __reduce__(self) -> tuple[type[Live], tuple[Results]]:
        """Return what it is pickled as: its values as they are now."""
        return Live, (self.results(),)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  # a float or an array, as the quantity is
        """Return a value as it is now, in its declared unit; ModelError for no such name."""
        row, member = named(self._plan, name)
        return valued(self._plan, row, member, self._live[row.id])

    def set(self, name: str, value: Any) -> list[str]:  # noqa: ANN401  # a number, an array or a pint quantity
        """Change an input, or one member of it, in its declared unit; return the ids that changed, the input first.

        An input over dimensions takes an array of its shape, or one number for all members. Raises ModelError, and
        changes nothing, where the input cannot have the value, or a result would have none or break its bounds.
        """
        return self._live.set(name, number_of(self._plan, name, value))

    def results(self) -> Results:
        """Return the values as they are now; later edits do not change them."""
        return Results(self._live.results())

    def __repr__(self) -> str:
        """Return whose numbers they are."""
        return f"<Live {self.results()!r}>"
