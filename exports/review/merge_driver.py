"""Merges by quantity: two branches that changed different assumptions agree, however close their lines stand."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.model.dimensions import Grid
from engine.model.load import loads
from engine.model.model import Model, Quantity
from engine.planning.planner import plan
from engine.problems import KeyPath, ModelError
from exports.files.git import merge_lines
from exports.review import pieces
from exports.review.layouts import lay_alike
from exports.review.respelling import spell_alike, unit_meaning


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged text; `conflicts` tell by quantity what both sides changed, and the text has marks where they do."""

    text: str
    conflicts: tuple[str, ...] = ()


def three_way(base: str, ours: str, theirs: str) -> Merge:
    """Return the merge of two texts that come from a third; its lines end as ours do."""
    merge = _merge_texts(*[text.replace("\r\n", "\n") for text in (base, ours, theirs)])
    return replace(merge, text=merge.text.replace("\n", "\r\n")) if "\r\n" in ours else merge


def _merge_texts(base: str, ours: str, theirs: str) -> Merge:
    """Return the merge by lines where that works, else piece by piece."""
    models = _models(base, ours, theirs)
    if models is not None:
        base, ours, theirs = lay_alike((base, ours, theirs), models)
        # A side that took over what another says is a model as well.
        base, ours, theirs = spell_alike((base, ours, theirs), _models(base, ours, theirs) or models)
        models = _models(base, ours, theirs)
    clashes = {} if models is None else _clashing_units(*models) | _clashing_members(*models)
    by_lines, is_clean = merge_lines(base, ours, theirs)
    if any(pieces.says(text) is None for text in (base, ours, theirs)):
        return Merge(by_lines, () if is_clean else ("one of the texts is no TOML, so that only lines were compared",))
    # A last line without an end is no other line.
    ended = [text if text.endswith("\n") else f"{text}\n" for text in (base, ours, theirs)]
    found = pieces.merge_pieces(ended[0], ended[1], ended[2], clashes)
    is_right = is_clean and not clashes and _trouble_of_both(by_lines, ours, theirs) is None
    if is_right and (found.conflicts or pieces.says(found.text) == pieces.says(by_lines)):
        # Lines that stand alike in two tables may have been taken for each other, where a table was moved.
        return Merge(by_lines)
    conflicts = (*clashes.values(), *found.conflicts)
    if (conflicts or _trouble(found.text)) and (alike := pieces.one_layout(base, ours, theirs)) is not None:
        return Merge(alike)
    if not conflicts and (trouble := _trouble_of_both(found.text, ours, theirs)) is not None:
        conflicts = (f"both sides together are no model: {trouble}",)
    return Merge(found.text, conflicts)


def by_lines_alone(base: str, ours: str, theirs: str) -> Merge:
    """Return the merge that git makes of any text."""
    text, is_clean = merge_lines(base, ours, theirs)
    return Merge(text, () if is_clean else ("only lines could be compared",))


def _models(*texts: str) -> list[Model] | None:
    """Return what the texts say as models; None where one is none."""
    try:
        return [loads(text) for text in texts]
    except ModelError:
        return None


def _clashing_units(then: Model, here: Model, there: Model) -> dict[KeyPath, str]:
    """Return the quantities of which one side changed the unit, and the other a number: 3 kEUR is not 3 EUR."""
    found = {}
    for quantity in here.quantities:
        before, other = then.by_id.get(quantity.id), there.by_id.get(quantity.id)
        if before is None or other is None or unit_meaning(there, other.unit) == unit_meaning(here, quantity.unit):
            continue
        is_clashing = any(
            unit_meaning(side, unit) != unit_meaning(then, before.unit)
            and _numbers(model, one) != _numbers(then, before)
            for one, model, side, unit in ((quantity, here, there, other.unit), (other, there, here, quantity.unit))
        )
        if is_clashing:
            units = f"the unit is {quantity.unit} here and {other.unit} there"
            found[quantity.path] = f"'{quantity.id}': {units}, and the other side changed a number of it"
    return found


def _clashing_members(then: Model, here: Model, there: Model) -> dict[KeyPath, str]:
    """Return the dimensions of which one side moved members, and the other changed values: lists go by place."""
    found: dict[KeyPath, str] = {}
    for dimension in then.dimensions:
        for side, rest in ((here, there), (there, here)):
            members = side.dimension[dimension.id].members if dimension.id in side.dimension else ()
            is_moved = members[: len(dimension.members)] != dimension.members
            if is_moved and _lists(rest, dimension.id) != _lists(then, dimension.id):
                message = (
                    f"the members of '{dimension.id}' have other places, and the other side changed values over them"
                )
                found["dimensions", dimension.id] = message
    return found


def _lists(model: Model, dimension: str) -> object:
    """Return all values over a dimension, which a list may give by their places."""
    own = [(one.id, one.value) for one in model.quantities if dimension in one.over]
    ids = {id_ for id_, _ in own}
    own += [(id_, value) for one in model.scenarios for id_, value in (*one.set, *one.scale) if id_ in ids]
    return [(id_, value.cells if isinstance(value, Grid) else None) for id_, value in own]


def _numbers(model: Model, quantity: Quantity) -> object:
    """Return all that is in a quantity's unit."""
    own = [quantity.value, quantity.range, quantity.min, quantity.max]
    own += [value for scenario in model.scenarios for id_, value in scenario.set if id_ == quantity.id]
    cells = [setting.cells if isinstance(setting, Grid) else setting for setting in own]
    return cells, [figure.value for figure in quantity.published]


def _trouble_of_both(text: str, ours: str, theirs: str) -> str | None:
    """Return why two models make none together, as where one uses what the other took away; None where they do."""
    trouble = _trouble(text)
    return trouble if trouble is not None and _trouble(ours) is None and _trouble(theirs) is None else None


def _trouble(text: str) -> str | None:
    """Return what keeps a text from being a model; None where nothing does."""
    try:
        plan(loads(text))
    except ModelError as trouble:
        return trouble.problems[0].message.partition("\n")[0]
    return None
