"""What is known of a model from the plan of another: the drafts of quantities that mean in both what they meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from engine.language.tree import Aggregate, nodes
from engine.model.model import Formula, Model, Quantity
from engine.plan.plan import Plan, Row
from engine.plan.program import is_computed_alike
from engine.planning.drafts import PLAIN, Draft, Drafted
from engine.problems import errors_in
from engine.units.conversions import Conversion


class Known:
    """The drafts of a plan's quantities, for a model that has the same units and dimensions."""

    def __init__(self, model: Model, before: Plan, drafted: Drafted) -> None:
        """Take the model that is planned, and a plan with what it was drafted as."""
        self.before = before
        self.drafted = drafted
        self._model = model
        # Whether formulas that come next find the working rows that they found.
        self._is_in_step = self._finds_in_order

    @staticmethod
    def fits(model: Model, before: Plan) -> bool:
        """Return whether quantities can mean in a model what they meant in a plan."""
        old = before.model
        is_right = not model.ambiguous and not errors_in(model.problems)
        is_alike = (model.units, model.dimensions) == (old.units, old.dimensions)
        return is_right and is_alike

    @cached_property
    def same(self) -> frozenset[str]:
        """Return the ids of the quantities that are declared as they were, and stand where they stood."""
        known = self.before.model.by_id
        return frozenset([one.id for one in self._model.quantities if _is_same(one, known.get(one.id))])

    @cached_property
    def unknown(self) -> list[Quantity]:
        """Return the quantities of which something may be wrong: all, where what they may name is another now."""
        old, new = self.before.model, self._model
        if self._named(old) != self._named(new) or old.by_id.keys() != new.by_id.keys():
            return list(new.quantities)
        return [quantity for quantity in new.quantities if quantity.id not in self.same]

    def draft(self, quantity: Quantity) -> Draft | None:
        """Return what a quantity was drafted as, where it comes to that again; None where nothing is known."""
        if quantity.id not in self.same or (self._moved and not self._moved.isdisjoint(self._uses(quantity))):
            return None
        draft = self.drafted.own.get(quantity.id, PLAIN)
        return None if draft.needs.finds_working and not self._is_in_step else draft

    def row(self, quantity: Quantity) -> Row:
        """Return the row that a quantity had."""
        return self.before.row(quantity.id)

    def compare(self, quantity: Quantity, draft: Draft) -> None:
        """Take the draft of a quantity that was not known: others may have found its working rows."""
        if draft.needs.working != self.drafted.own.get(quantity.id, PLAIN).needs.working:
            self._is_in_step = False

    def calls_as_before(self, conversions: Mapping[str, Conversion]) -> bool:
        """Return whether conversions have the names that they had, and no two want one."""
        before = self.drafted.conversions
        # Of two that want one name, that which is met later has another, and which that is may be otherwise now.
        return all(one.id == id_ and before.get(id_, one) == one for id_, one in conversions.items())

    def order(self, rows: Mapping[str, Row]) -> list[str] | None:
        """Return the order in which rows were calculated, where each reads what it read; None where one does not."""
        before = self.before
        if list(rows) != [row.id for row in self.drafted.rows] or not rows.keys() <= before.index.keys():
            return None
        if not all([is_computed_alike(row, before.row(row.id)) for row in rows.values()]):  # noqa: C419  # a list is faster here
            return None
        return [row.id for row in before.rows if row.kind != "constant"]

    @staticmethod
    def _named(model: Model) -> tuple[list[str], ...]:
        """Return what quantities may name beside each other."""
        return [one.id for one in model.sources], [one.id for one in model.scenarios]

    @cached_property
    def _moved(self) -> frozenset[str]:
        """Return the ids that mean something else to the formulas that use them."""
        old, new = self.before.model.by_id, self._model.by_id
        others = [id_ for id_ in new if id_ not in self.same and (id_ not in old or _face(old[id_]) != _face(new[id_]))]
        return frozenset(others) | (old.keys() - new.keys())

    def _uses(self, quantity: Quantity) -> Iterator[str]:
        """Yield what the formulas of a quantity name, where that may be anything else now."""
        for _, formula in quantity.written:
            yield from formula.names
            yield from _groups(formula) if self._model.dimensions else ()

    @property
    def _finds_in_order(self) -> bool:
        """Return whether what found or made working rows is all there, in the order in which it was."""
        finding = {id_: None for id_, draft in self.drafted.own.items() if draft.needs.finds_working}
        return [one.id for one in self._model.quantities if one.id in finding] == list(finding)


def _is_same(quantity: Quantity, was: Quantity | None) -> bool:
    # Formulas by member are equal under other keys; what was read at once is one and the same.
    return quantity is was or (not quantity.formulas and quantity == was)


def _face(quantity: Quantity) -> tuple[object, ...]:
    """Return what a formula may ask of a quantity that it uses."""
    members = [member for member, _ in quantity.formulas]
    kind = quantity.over, quantity.choice, quantity.rollup, quantity.formulas_over, members
    return quantity.unit, kind, quantity.is_input, quantity.whole, quantity.min


def _groups(formula: Formula) -> Iterable[str]:
    """Return what stands in over= and by= of a formula, which are no names in it."""
    found = [] if formula.tree is None else [node for node in nodes(formula.tree) if isinstance(node, Aggregate)]
    return [name for node in found for name in (*node.over, *node.by)]
