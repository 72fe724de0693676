"""The numbers of a scenario, and what they answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.analysis import closed_form as closed_forms
from engine.analysis import goal as goals
from engine.analysis import sensitivity as sensitivities_
from engine.analysis import verdicts
from engine.analysis.gradients import Gradients
from engine.analysis.shapes import kinks as kinks_
from engine.analysis.swings.ranges import SWING
from engine.plan import batch, evaluate
from engine.plan.outputs import numbers_of, refuse_choice
from engine.plan.plan import Array, Plan
from engine.problems import ModelError, error
from plainsheet.arguments.changes import number_of, valued
from plainsheet.arguments.names import named, numbered
from plainsheet.display import notebook
from plainsheet.display.tables import Tables

if TYPE_CHECKING:
    from engine.units.catalog.registry import PintQuantity

_WIDEST_SWING = 10.0


@dataclass(frozen=True, eq=False)
class Results(Tables):
    """One scenario's numbers: ``results["price"]`` is a float in the declared unit, 50 for 50 percent.

    Of a quantity over dimensions it is a numpy array, an axis a dimension, in the order of `over`;
    ``results["price[2027]"]`` is one member's float. Of a choice it is the text of its member, ``results["gpu"]``, or
    an array of texts; where members count, their number. Iteration gives the names. `solved` is the engine's record.
    """

    solved: evaluate.Results = field(repr=False)

    @property
    def plan(self) -> Plan:
        """Return the checked model that they are of: `rows` in the order of calculation, `units`, `warnings`."""
        return self.solved.plan

    @property
    def scenario(self) -> str:
        """Return the id of the scenario."""
        return self.solved.case.id

    @property
    def changed(self) -> dict[str, Any]:
        """Return the inputs that were changed, by name, in declared units, and choices as members."""
        changed = self.solved.changed.items()
        return {name: valued(self.plan, named(self.plan, name)[0], None, value) for name, value in changed}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  # a float or an array, as the quantity is
        """Return a value in its declared unit: a float, or an array over dimensions; ModelError for no such name."""
        row, member = named(self.plan, name)
        return valued(self.plan, row, member, self.solved[row.id])

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the quantities, in the author's order."""
        return iter(self.plan.model.by_id)

    def __contains__(self, name: object) -> bool:
        """Return whether ``results[name]`` has a value: of a quantity, or of a member of one."""
        try:
            named(self.plan, str(name))
        except ModelError:
            return False
        return isinstance(name, str)

    def keys(self) -> list[str]:
        """Return the names of the quantities, in the author's order: ``dict(results)`` is a dict of all values."""
        return list(self)

    def quantity(self, name: str) -> PintQuantity:
        """Return a value as a pint quantity in its declared unit, a float or an array; ModelError for no such name."""
        row, _ = named(self.plan, name)
        if self.plan.chosen_from(row) is not None:
            message = f"'{row.id}' is a choice, and its members have no unit"
            raise ModelError([error("value", message, self.plan.model.at(), f'its member is results["{name}"]')])
        return self.plan.units.quantity(self[name], row.unit)

    def _cases(self) -> list[evaluate.Results]:
        return [self.solved]

    @property
    def _is_by_scenario(self) -> bool:
        return False

    def gradient(self, output: str) -> Mapping[str, float | Array]:
        """Return the derivative of one output, or member of one, by each input of the model, in declared units.

        A float, or an array in the shape of an input over dimensions; at a kink one-sided, NaN where there is none.
        Raises ModelError for no such name, for a choice, and where a member must be named.
        """
        cell = numbered(self.plan, output, 'gradient("{}")')
        refuse_choice(self.plan, cell, "derivatives")
        gradients = self.gradients()
        return gradients.by_input(gradients.adjoints(cell), cell)

    def gradients(self) -> Gradients:
        """Return the local derivatives, computed once for several outputs; ModelError where a formula is too long."""
        return Gradients(self.solved)

    def sensitivity(self, *outputs: str, swing: float = SWING) -> list[sensitivities_.Sensitivity]:
        """Return a Sensitivity for each output: its inputs, the largest swing first, in declared units.

        Without names, of the model's outputs; of an output over dimensions, of all its members. Inputs without a range
        go up and down by `swing`, 0.1 for 10 percent. A choice has none. Raises ModelError for no such name, for a
        choice, and for a swing outside 0 to 10.
        """
        for name in outputs:
            named(self.plan, name)
        cells = numbers_of(self.plan, outputs, "sensitivity")
        if not isinstance(swing, int | float) or not 0 < swing <= _WIDEST_SWING:
            message = f"the swing {swing!r} is not between 0 and {_WIDEST_SWING:g}"
            raise ModelError([error("share", message, self.plan.model.at(), "write 0.1 for 10 percent")])
        return sensitivities_.sensitivity(self.solved, list(dict.fromkeys(cells)), swing)

    def goal(self, output: str, target: float, *, by: str) -> goals.Goal:
        """Return the Goal: the `value` of the input `by` at which an output is `target`, both in declared units.

        Both may be members. Raises ModelError where the output does not depend on the input, or the goal is not
        reached within the bounds, and for no such name.
        """
        cell = numbered(self.plan, output, 'goal("{}", ...)')
        given = numbered(self.plan, by, 'by="{}"')
        value = number_of(self.plan, output, target)
        if not isinstance(value, float):
            message = f"the goal of '{output}' is one number, and was given {value.size}"
            raise ModelError([error("goal", message, self.plan.model.at())])
        return goals.goal(self.solved, cell, value, given)

    def closed_form(self, output: str) -> closed_forms.ClosedForm:
        """Return the ClosedForm of one output, or member of one: `text`, `latex`, `tree`, and the `cells` it names.

        A share is a fraction in it. Raises ModelError for no such name, or where a member must be named.
        """
        return closed_forms.closed_form(self.solved, numbered(self.plan, output, 'closed_form("{}")'))

    def verdicts(self) -> list[verdicts.Verdict]:
        """Return whether each check of the model holds: `passed`, and by member both sides in declared units."""
        return verdicts.verdicts(self.solved)

    def _repr_html_(self) -> str:
        """Return the outputs as a table, for a notebook."""
        return notebook.results(self.solved)

    def __repr__(self) -> str:
        """Return whose numbers they are."""
        changed = f", {self.changed}" if self.changed else ""
        return f"<Results of {self.plan.model.title!r}, scenario {self.scenario!r}{changed}>"


@dataclass(frozen=True, eq=False)
class ManyResults:
    """Many cases' numbers: ``many["price"]`` is an array in the declared unit, cases first.

    Over dimensions it is of shape (cases, members of the first, ...); ``many["price[2027]"]`` is of shape (cases,).
    A case without a value is NaN. `solved` is the engine's own record.
    """

    solved: batch.ManyResults = field(repr=False)

    @property
    def cases(self) -> int:
        """Return how many cases there are."""
        return self.solved.cases

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  # an array of numbers, or of a choice's members
        """Return the values of a quantity, cases first, in its declared unit; ModelError for no such name."""
        row, member = named(self.solved.plan, name)
        values = self.solved[row.id]
        index: tuple[Any, ...] = (slice(None), *(member or ()))
        return valued(self.solved.plan, row, None, values[index])

    def __repr__(self) -> str:
        """Return whose numbers they are."""
        return f"<ManyResults of {self.solved.plan.model.title!r}, {self.cases:,} cases>"


def kinks(results: Results, output: str) -> list[str]:
    """Return what to know of an output's derivatives, a sentence each: kinks, where they are one-sided, and steps.

    Raises ModelError for no such name, or where a member must be named.
    """
    cell = numbered(results.plan, output, 'kinks(results, "{}")')
    refuse_choice(results.plan, cell, "derivatives")
    gradients = results.gradients()
    return kinks_.kinks(results.solved, gradients.dependent(gradients.adjoints(cell)))
