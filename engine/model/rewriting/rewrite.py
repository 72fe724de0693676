"""Values written into a model's text: only the digits of what changes differ, and everything else stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import takewhile
from typing import Final

from engine.model.by_member import spell_cells
from engine.model.declared.choices import as_toml
from engine.model.dimensions import DEFAULT, Dimension, Grid, cells_at, is_default, member_keys
from engine.model.load import loads
from engine.model.model import Model, Quantity
from engine.model.rewriting.maps import rewrite_map
from engine.model.rewriting.ranges import rewrite_ranges
from engine.model.rewriting.targets import Wanted, find_origin, hold, said
from engine.problems import KeyPath, Mistake, ModelError
from engine.text.edits import Edits, dotted
from engine.text.positions import KeyValue

# What a scenario does to values.
_CHANGES: Final = {("set",), ("scale",)}


def rewrite(text: str, model: Model, wanted: Wanted) -> str:
    """Return the text of a model with values in their declared units; None takes a scenario's own value away.

    What it sets it scales no more, and the reverse. Raises Mistake where the text leaves no place for a value.
    """
    for target in wanted:
        if (origin := find_origin(model, target)) is not None:
            message = f"'{target.id}' has no value in the text: it stands in {origin.spot(target.number)}"
            raise Mistake(message, "write it into the file, then  plainsheet data --update")
    known = said(model)
    settings = [target for target, value in wanted.items() if value is not None and not target.end]
    others = [target._replace(is_factor=not target.is_factor) for target in settings]
    wanted = {**dict.fromkeys([other for other in others if other in known]), **wanted}
    grouped: dict[tuple[str, str | None, bool], dict[int, Decimal | None]] = {}
    for target, value in wanted.items():
        if not target.end:
            grouped.setdefault((target.id, target.case, target.is_factor), {})[target.number] = value
    for group in model.dimension.keys() & {id_ for id_, _, _ in grouped}:
        text = rewrite_map(text, model, group, grouped.pop((group, None, False)))
    text = rewrite_ranges(text, model, {(t.id, t.number, t.end): _known(value) for t, value in wanted.items() if t.end})
    writing = _Writing(text, model)
    for (id_, case, is_factor), values in grouped.items():
        quantity = model.by_id[id_]
        if case is None:
            writing.write(quantity.value, (*quantity.path, "value"), quantity, values)
        else:
            writing.override(("scenarios", case, "scale" if is_factor else "set", id_), quantity, values)
    after = writing.edits.apply()
    try:
        hold(model, loads(after, model.document.name, files=model.files), wanted)
    except ModelError as problem:
        message = f"the text would be no TOML any more: {problem.problems[0].message}"
        raise Mistake(message, "write the values into the text by hand") from None
    return after


class _Writing:
    def __init__(self, text: str, model: Model) -> None:
        self.text = text
        self.model = model
        self.edits = Edits(text)
        keys = ("set", "scale")
        self.changes = {(one.id, key): dict(getattr(one, key)) for one in model.scenarios for key in keys}

    def toml(self, quantity: Quantity, value: Decimal | None, old: str = "") -> str:
        """Return a value as TOML has it, in the manner of an old one."""
        return as_toml(self.model, quantity.id, _known(value), old)

    def write(
        self,
        setting: Decimal | Grid[Decimal] | None,
        path: KeyPath,
        quantity: Quantity,
        values: Mapping[int, Decimal | None],
    ) -> None:
        """Write values where the text has some already: in their place, or member by member where several share one."""
        if not isinstance(setting, Grid):
            size = self.model.size(quantity.over)
            setting = Grid((setting,) * size, (path,) * size)
        dimensions = [self.model.dimension[name] for name in quantity.over]
        new = [values.get(number, value) for number, value in enumerate(setting.cells)]
        runs = self.runs(setting, path, quantity, new)
        done: set[int] = set()
        for table in runs:
            inside = cells_at(table[len(path) :], dimensions)
            cells = [self.toml(quantity, new[number]) for number in inside]
            self.edits.replace(
                self.edits.places.tables[table], spell_cells(cells, dimensions[len(table) - len(path) :])
            )
            done.update(inside)
        for place, numbers in setting.by_place.items():
            left = [number for number in numbers if number not in done]
            changed = [number for number in left if new[number] != setting.cells[number]]
            if not changed:
                continue
            span = self.edits.place(place)
            spelled = self.text[slice(*span)]
            if len({new[number] for number in left}) == 1:
                self.edits.replace(span, self.toml(quantity, new[left[0]], spelled))
            elif is_default(place[len(path) :], dimensions):
                for number in changed:
                    keys = (*path, *self.model.member(quantity.over, number))
                    self.add(keys, path[:-1], self.toml(quantity, new[number], spelled))
            else:
                own = {n: self.toml(quantity, new[n], spelled) for n in changed}
                words = [own.get(n, spelled) for n in left]
                depth = len(member_keys(place[len(path) :], dimensions))
                self.edits.replace(span, spell_cells(words, dimensions[depth:]))

    def runs(
        self, setting: Grid[Decimal], path: KeyPath, quantity: Quantity, new: Sequence[Decimal | None]
    ) -> dict[KeyPath, None]:
        """Return the runs that leave no room for a member's own value, where it had what is the default."""
        found: dict[KeyPath, None] = {}
        members = self.model.members(quantity.over)
        for numbers in setting.by_place.values():
            if len({new[number] for number in numbers}) == 1:
                continue
            for number in numbers:
                table = self.edits.inline_table((*path, *members[number]))
                is_inside = len(table) >= len(path) and (*table, "from") in self.edits.places.values
                is_run = is_inside and self.model.dimension[quantity.over[len(table) - len(path)]].has_runs
                if is_run and new[number] != setting.cells[number]:
                    found[table] = None
        return found

    def override(
        self, path: tuple[str, str, str, str], quantity: Quantity, values: Mapping[int, Decimal | None]
    ) -> None:
        """Write what a scenario sets or scales of a quantity."""
        setting = self.changes[path[1:3]].get(quantity.id)
        cells = range(self.model.size(quantity.over))
        have = [setting.cells[n] if isinstance(setting, Grid) else setting for n in cells]
        values = {number: value for number, value in values.items() if value is not None or have[number] is not None}
        if all(value is not None and have[number] is not None for number, value in values.items()):
            self.write(setting, path, quantity, values)
            return
        statements = [one for one in self.edits.places.statements if one.path[:4] == path]
        apart = {one.path: one for one in statements}
        dimensions = [self.model.dimension[name] for name in quantity.over]
        lost = [number for number, value in values.items() if value is None]
        places = [setting.paths[n] if isinstance(setting, Grid) else path for n in range(len(have))]
        gone = dict.fromkeys([*[places[number] for number in lost], *self.defaults_of(path, lost, dimensions)])
        # What a default gave the others stays theirs.
        kept = {n: values.get(n, have[n]) for n, place in enumerate(places) if place in gone and n not in lost}
        are_lines = all(place in apart for place in gone) and all(
            is_default(places[n][len(path) :], dimensions) for n in kept
        )
        if setting is not None and not (are_lines and self.are_by_member(statements, path)):
            # A list, or one value for all members, has no room for what is not set: a line for each member has.
            new = {number: values.get(number, value) for number, value in enumerate(have)}
            self.again(path, quantity, statements, new)
            return
        for place in gone:
            self.edits.remove(apart[place])
        for number, value in kept.items():
            self.add(
                (*path, *self.model.member(quantity.over, number)),
                path[:3],
                self.toml(quantity, value),
                apart[places[number]],
            )
        known = {n: value for n, value in values.items() if value is not None and have[n] is not None and n not in kept}
        if known:
            self.write(setting, path, quantity, known)
        for number, value in values.items():
            if value is not None and have[number] is None:
                self.add((*path, *self.model.member(quantity.over, number)), path[:3], self.toml(quantity, value))

    def defaults_of(self, path: KeyPath, lost: Sequence[int], dimensions: Sequence[Dimension]) -> Iterator[KeyPath]:
        """Yield the places of defaults that members would take which lose what they have."""
        for place in self.edits.places.values:
            keys = member_keys(place[len(path) :], dimensions)
            if place[: len(path)] == path and is_default(keys, dimensions):
                any_of_list = tuple([DEFAULT if isinstance(key, int) else key for key in keys])
                if not set(lost).isdisjoint(cells_at(any_of_list, dimensions)):
                    yield place

    def are_by_member(self, statements: Sequence[KeyValue], path: KeyPath) -> bool:
        """Return whether there is a line for each member, and no list or table on one line."""
        return all(one.path in self.edits.places.values for one in statements) and (
            len(statements) > 1
            or all(one.path != path or not self.model.by_id[str(path[3])].over for one in statements)
        )

    def again(
        self, path: KeyPath, quantity: Quantity, statements: Sequence[KeyValue], values: Mapping[int, Decimal | None]
    ) -> None:
        """Write all that a scenario sets of a quantity anew, a line a member."""
        if not statements:
            message = f"what '{path[1]}' sets of '{quantity.id}' stands in a table of its own on one line"
            raise Mistake(message, f"write it as set.{quantity.id}, on lines of their own")
        for statement in statements:
            self.edits.remove(statement)
        for number, value in values.items():
            if value is not None:
                self.add(
                    (*path, *self.model.member(quantity.over, number)),
                    path[:3],
                    self.toml(quantity, value),
                    statements[0],
                )

    def add(self, keys: KeyPath, owner: KeyPath, value: str, instead: KeyValue | None = None) -> None:
        """Add a value to what stands below an owner, a quantity or a scenario, in its manner."""
        table = self.edits.inline_table(keys)
        if instead is not None:
            self.edits.add_beside(instead, keys, value, before=True)
        elif table:
            self.edits.insert(table, keys, value)
        elif (sibling := self.sibling(keys, owner)) is not None:
            self.edits.add_beside(sibling, keys, value)
        else:
            at = self.edits.places.headers.get(keys[:2])
            if keys[0] != "scenarios" or at is None:
                name = ".".join(map(str, keys[:2]))
                message = f"'{name}' has no table of its own in the text"
                raise Mistake(message, f"write [{name}] above what belongs to it")
            inside = [one.end for one in self.edits.places.statements if one.path and one.table == keys[:2]]
            self.edits.add_below(max([at, *inside]), f"{dotted(keys[2:])} = {value}")

    def sibling(self, keys: KeyPath, owner: KeyPath) -> KeyValue | None:
        """Return the statement that a new one belongs below: the last with most of its keys, or a lone default.

        One that sets stands rather by what sets, and one that scales by what scales, of the same quantity first.
        """
        near: list[KeyValue] = []
        nearest = (len(owner), False, 0)
        for one in self.edits.places.statements:
            alike = (*one.path[:2], keys[2], *one.path[3:]) if one.path[2:3] in _CHANGES else one.path
            shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(alike, keys, strict=False))))
            nearness = (min(shared, len(owner) + 1), alike == one.path, shared)
            if nearness >= nearest and alike != owner and keys[: len(one.table)] == one.table:
                near = [*near, one] if nearness == nearest else [one]
                nearest = nearness
        most = nearest[2]
        named = [one for one in near if one.path[most : most + 1] != (DEFAULT,)]
        return next(reversed(named or near), None)


def _known(value: Decimal | None) -> Decimal:
    assert value is not None  # noqa: S101  # what is taken away goes another way
    return value
