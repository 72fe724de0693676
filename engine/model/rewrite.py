"""Values written into a model's text: only the digits of what changes differ, and everything else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from engine.model.by_member import spell_cells
from engine.model.dimensions import Grid
from engine.model.load import loads
from engine.model.model import Model, Quantity
from engine.problems import KeyPath, Mistake, ModelError
from engine.text.numerals import plain, respell
from engine.text.positions import KeyValue, Places, find_places

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


class Target(NamedTuple):
    """A cell of an input to write: in a scenario by its id, or None for the value as written; `number` by member.

    `is_factor` is for what a scenario multiplies it by, in place of a value.
    """

    id: str
    case: str | None
    number: int
    is_factor: bool = False


Wanted = Mapping[Target, Decimal | None]


@dataclass(frozen=True, slots=True)
class _Edit:
    """Letters from one place to another that are replaced."""

    start: int
    end: int
    text: str


def rewrite(text: str, model: Model, wanted: Wanted) -> str:
    """Return the text of a model with values in their declared units; None takes a scenario's own value away.

    What it sets it scales no more, and the reverse. Raises Mistake where the text leaves no place for a value.
    """
    writing = _Writing(text, model)
    known = said(model)
    others = [target._replace(is_factor=not target.is_factor) for target, value in wanted.items() if value is not None]
    wanted = {**dict.fromkeys([other for other in others if other in known]), **wanted}
    grouped: dict[tuple[str, str | None, bool], dict[int, Decimal | None]] = {}
    for target, value in wanted.items():
        grouped.setdefault((target.id, target.case, target.is_factor), {})[target.number] = value
    for (id_, case, is_factor), values in grouped.items():
        quantity = model.by_id[id_]
        if case is None:
            writing.write(quantity.value, (*quantity.path, "value"), quantity.over, values)
        else:
            writing.override(("scenarios", case, "scale" if is_factor else "set", id_), quantity, values)
    after = writing.apply()
    try:
        _hold(model, loads(after, model.document.name), wanted)
    except ModelError as problem:
        message = f"the text would be no TOML any more: {problem.problems[0].message}"
        raise Mistake(message, "write the values into the text by hand") from None
    return after


def said(model: Model) -> dict[Target, Decimal]:
    """Return every value that a model's text gives: as written, and in the scenarios that set or scale it."""
    found: dict[Target, Decimal] = {}

    def note(id_: str, case: str | None, setting: Decimal | Grid[Decimal] | None, *, is_factor: bool = False) -> None:
        over = model.by_id[id_].over
        for number in range(model.size(over)):
            value = setting.cells[number] if isinstance(setting, Grid) else setting
            if value is not None:
                found[Target(id_, case, number, is_factor)] = value

    for quantity in model.quantities:
        note(quantity.id, None, quantity.value)
    for scenario in model.scenarios:
        for is_factor, changes in ((False, scenario.set), (True, scenario.scale)):
            for id_, setting in changes:
                if id_ in model.by_id:
                    note(id_, scenario.id, setting, is_factor=is_factor)
    return found


def _hold(before: Model, after: Model, wanted: Wanted) -> None:
    """Raise Mistake unless the text says what is wanted, and of everything else what it said before."""
    expected = {target: value for target, value in {**said(before), **wanted}.items() if value is not None}
    found = said(after)
    for target in sorted({*expected, *found}, key=str):
        value = expected.get(target)
        if found.get(target) != value:
            where = f"in the scenario '{target.case}'" if target.case else "as written"
            told = "is inherited" if value is None else f"is {'scaled by ' * target.is_factor}{plain(value)}"
            message = f"the text leaves no place for it that '{target.id}' {told} {where}"
            raise Mistake(message, "write it into the text by hand")


def replace_formula(text: str, model: Model, id_: str, formula: str) -> str:
    """Return the text of a model with another formula for a quantity, in quotes that suit it."""
    path = (*model.by_id[id_].path, "formula")
    try:
        start, end = find_places(text).values[path]
    except KeyError:
        message = f"the formula of '{id_}' was not found in the text"
        raise Mistake(message, "write it into the text by hand") from None
    quoted = f"'{formula}'" if '"' in formula else f'"{formula}"'
    return text[:start] + quoted + text[end:]


class _Writing:
    def __init__(self, text: str, model: Model) -> None:
        self.text = text
        self.model = model
        self.places: Places = find_places(text)
        keys = ("set", "scale")
        self.changes = {(one.id, key): dict(getattr(one, key)) for one in model.scenarios for key in keys}
        self.edits: list[_Edit] = []
        # New lines by where they begin, so that several at one place keep their order.
        self.added: dict[int, list[str]] = {}
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def apply(self) -> str:
        """Return the text with all edits."""
        edits = [*self.edits, *[_Edit(at, at, "".join(lines)) for at, lines in self.added.items()]]
        text = self.text
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text

    def write(
        self,
        setting: Decimal | Grid[Decimal] | None,
        path: KeyPath,
        over: tuple[str, ...],
        values: Mapping[int, Decimal | None],
    ) -> None:
        """Write values where the text has some already: in their place, or member by member where several share one."""
        shared: dict[KeyPath, list[int]] = {}
        for number in range(self.model.size(over)):
            place = setting.paths[number] if isinstance(setting, Grid) else path
            if not isinstance(setting, Grid) or setting.cells[number] is not None:
                shared.setdefault(place, []).append(number)
        for place, numbers in shared.items():
            changed = [number for number in numbers if number in values]
            if not changed:
                continue
            start, end = self.place(place)
            spelled = self.text[start:end]
            all_ = {values.get(number) for number in numbers}
            if len(changed) == len(numbers) and len(all_) == 1:
                self.edits.append(_Edit(start, end, respell(spelled, _known(all_.pop()))))
                continue
            cells = [respell(spelled, _known(values[n])) if n in values else spelled for n in numbers]
            depth = len([key for key in place[len(path) :] if key != "list"])
            dimensions = [self.model.dimension[name] for name in over[depth:]]
            self.edits.append(_Edit(start, end, spell_cells(cells, dimensions)))

    def override(
        self, path: tuple[str, str, str, str], quantity: Quantity, values: Mapping[int, Decimal | None]
    ) -> None:
        """Write what a scenario sets or scales of a quantity."""
        setting = self.changes[path[1:3]].get(quantity.id)
        cells = range(self.model.size(quantity.over))
        have = [setting.cells[n] if isinstance(setting, Grid) else setting for n in cells]
        values = {number: value for number, value in values.items() if value is not None or have[number] is not None}
        if all(value is not None and have[number] is not None for number, value in values.items()):
            self.write(setting, path, quantity.over, values)
            return
        statements = [one for one in self.places.statements if one.path[:4] == path]
        apart = {one.path: one for one in statements}
        lost = [number for number, value in values.items() if value is None]
        places = [setting.paths[n] if isinstance(setting, Grid) else path for n in range(len(have))]
        are_lines = all(places[number] in apart and places.count(places[number]) == 1 for number in lost)
        if setting is not None and not (are_lines and self.are_by_member(statements, path)):
            # A list, or one value for all members, has no room for what is not set: a line for each member has.
            new = {number: values.get(number, value) for number, value in enumerate(have)}
            self.again(path, quantity, statements, new)
            return
        for number in lost:
            self.remove(apart[places[number]])
        known = {n: value for n, value in values.items() if value is not None and have[n] is not None}
        if known:
            self.write(setting, path, quantity.over, known)
        for number, value in values.items():
            if value is not None and have[number] is None:
                self.add(path, quantity, number, plain(value))

    def are_by_member(self, statements: Sequence[KeyValue], path: KeyPath) -> bool:
        """Return whether there is a line for each member, and no list or table on one line."""
        return all(one.path in self.places.values for one in statements) and (
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
            self.remove(statement)
        for number, value in values.items():
            if value is not None:
                self.add(path, quantity, number, plain(value), statements[0])

    def add(self, path: KeyPath, quantity: Quantity, number: int, value: str, beside: KeyValue | None = None) -> None:
        """Add a line to a scenario, after those that set something, in their manner."""
        member = self.model.members(quantity.over)[number] if quantity.over else ()
        keys = (*path, *member)
        sibling = beside or self.sibling(keys)
        if sibling is None:
            at = self.places.headers.get(("scenarios", path[1]))
            if at is None:
                message = f"the scenario '{path[1]}' has no table of its own in the text"
                raise Mistake(message, f"write [scenarios.{path[1]}] above what it sets")
            inside = [one.end for one in self.places.statements if one.path and one.table == path[:2]]
            self.line_after(max([at, *inside]), f"{_dotted(keys[2:])} = {value}")
            return
        table = sibling.table
        if keys[: len(table)] != table:
            table = ()
        key = _dotted(keys[len(table) :])
        aligned = self.text[sibling.start : sibling.equals]
        begin = self.text.rfind("\n", 0, sibling.start) + 1
        spaced = f"{key.ljust(len(aligned) - 1)} = " if aligned.endswith(" ") else f"{key}="
        indent = self.text[begin : sibling.start]
        if beside is not None:
            self.added.setdefault(begin, []).append(f"{indent}{spaced}{value}{self.newline}")
        else:
            self.line_after(sibling.end, f"{indent}{spaced}{value}")

    def sibling(self, keys: KeyPath) -> KeyValue | None:
        """Return the statement that a new one belongs below: of the same quantity, or the scenario's last one.

        One that sets stands rather by what sets, and one that scales by what scales.
        """
        inside = [
            one for one in self.places.statements
            if one.path[:2] == keys[:2] and one.path[2:3] in {("set",), ("scale",)} and len(one.path) > 3  # noqa: PLR2004  # set.id
            and keys[: len(one.table)] == one.table
        ]  # fmt: skip
        nearness = [(one.path[3] == keys[3], one.path[2] == keys[2]) for one in inside]
        nearest = [one for one, near in zip(inside, nearness, strict=True) if near == max(nearness)]
        return nearest[-1] if nearest else None

    def line_after(self, at: int, line: str) -> None:
        """Add a line below the one that a place stands on."""
        end = self.text.find("\n", at)
        if end < 0:
            self.added.setdefault(len(self.text), []).append(f"{self.newline}{line}")
        else:
            self.added.setdefault(end + 1, []).append(f"{line}{self.newline}")

    def remove(self, statement: KeyValue) -> None:
        """Take a statement away with its line, or with its lines."""
        begin = self.text.rfind("\n", 0, statement.start) + 1
        end = self.text.find("\n", statement.end)
        if self.text[begin : statement.start].strip():
            message = "what the scenario sets stands within a line of several"
            raise Mistake(message, "write it on lines of their own")
        self.edits.append(_Edit(begin, len(self.text) if end < 0 else end + 1, ""))

    def place(self, path: KeyPath) -> tuple[int, int]:
        try:
            return self.places.values[path]
        except KeyError:
            message = f"the value at {'.'.join(map(str, path))} was not found in the text"
            raise Mistake(message, "write it into the text by hand") from None


def _known(value: Decimal | None) -> Decimal:
    assert value is not None  # noqa: S101  # what is taken away goes another way
    return value


def _dotted(keys: Sequence[str | int]) -> str:
    return ".".join(str(key) if _BARE.fullmatch(str(key)) else _quoted(str(key)) for key in keys)


def _quoted(text: str) -> str:
    return f'"{text}"'
