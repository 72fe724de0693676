"""Formulas that somebody changed in a workbook: found, told in words, and read back into the language where it can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from engine.language.solving import equivalent
from engine.language.tree import Aggregate, Call, Member, Name, Node, Number, Pick, rebuilt
from engine.language.unparse import text as written
from engine.model.formulas import replace_formula
from engine.model.load import loads
from engine.model.model import Model
from engine.plan.cells import as_written
from engine.plan.plan import Plan, Row
from engine.planning.planner import plan
from engine.problems import ModelError, shortened
from exports.reading.finance import NotReadable
from exports.reading.formula_tree import tree, whole
from exports.reading.records import Place
from exports.reading.references import REFERENCE
from exports.roundtrip.compared.straightened import Spot, Straightened
from exports.roundtrip.compared.wording import LOST, plain, says_same
from exports.roundtrip.formulas.known_parts import with_known_parts, without_guesses
from exports.roundtrip.formulas.other_periods import cell_beside, period_at, with_shifts
from exports.roundtrip.formulas.wording import in_words
from exports.roundtrip.named_lines import Key, Lines, NamedSheet, export_sheets
from exports.roundtrip.registry import Registry, find_reshaped
from exports.roundtrip.typed_values import same
from exports.style.a1 import parse_cell
from exports.style.words import in_full
from exports.workbook.formulas.stepwise.steps import in_steps, without_steps

_CONVERSION: Final = "conversion of units"


@dataclass(frozen=True, slots=True)
class Edited:
    """A formula that was changed: where, before and after in words, and what the language makes of it.

    `formula` is '' where it cannot be read back, and `reason` says why not; `is_same` is None where nobody can tell.
    """

    id: str
    label: str
    spot: str
    before: str
    after: str
    is_formula: bool = True
    formula: str = ""
    reason: str = ""
    is_same: bool | None = None


def find_edits(planned: Plan, registry: Registry) -> list[Edited]:
    """Return the formulas of a workbook that differ from those that its model comes to, one a row."""
    straight = registry.straight
    sheets = registry.book.sheets if straight is None else map(straight.with_headings, straight.sheets.values())
    theirs = Lines(list(sheets))
    if not theirs.results:
        return []
    planned = in_steps(planned)
    ours = Lines(export_sheets(planned) if straight is None else list(straight.exported.values()))
    others = find_reshaped(planned, registry) if straight is None else frozenset[str]()
    found: dict[str, list[tuple[Key, Edited]]] = {}
    for key, (read, place, cell) in ours.formulas.items():
        name = key[0]
        there = theirs.formulas.get(key)
        held = there[2] if there is not None else None
        # What a program left as it was, though it moved what it reads, nobody changed.
        if held is not None and held.is_formula and (says_same(cell, held) or plain(held) == plain(cell)):
            continue
        is_of_now = straight is not None or _is_of_now(name, ours, theirs)
        if not is_of_now or not others.isdisjoint(_over(planned, name)):
            continue
        normal = ours.normal(read, place, str(cell.value))
        after = theirs.normal(there[0], there[1], str(held.value)) if there and held and held.is_formula else ""
        if without_guesses(after) == without_guesses(normal) or _is_lost(straight, ours, key, after):
            continue
        row = planned.row(name)
        spot = _spot(straight, there[0], there[1]).address if there else "Model"
        there_now = after or (f"the number {held.value}" if held is not None else "nothing")
        before, now = [in_words(planned, key, one) for one in (normal, there_now)]
        one = Edited(name, row.label, spot, before, now, bool(after))
        found.setdefault(name, []).append((key, one))
    rows = [_interpret(planned, theirs, ours, name, cells) for name, cells in found.items()]
    return [*rows, *_constants(planned, ours, theirs, straight)]


def find_compared(planned: Plan, straight: Straightened) -> Iterator[Spot]:
    """Yield the cells of formulas and of their constants, which are told as such."""
    ours = Lines(list(straight.exported.values()))
    for read, place, _ in ours.formulas.values():
        yield straight.spot(read.sheet.name, place)
    for read in ours.sheets.values():
        for at, (name, line) in read.names.items():
            sheet, place = straight.sheets.get(read.sheet.name), (at, read.live)
            is_constant = not line and name in planned.index and planned.row(name).kind == "constant"
            if is_constant and sheet is not None and place in sheet.cells:
                yield straight.spot(read.sheet.name, place)


def _spot(straight: Straightened | None, read: NamedSheet, place: Place) -> Spot:
    """Return where a cell stands in the workbook."""
    return Spot(read.sheet.name, place) if straight is None else straight.spot(read.sheet.name, place)


def _is_lost(straight: Straightened | None, ours: Lines, key: Key, after: str) -> bool:
    """Return whether a formula went with its line or column, or reads what did: then that is told, and no formula."""
    if straight is None:
        return False
    read, place, _ = ours.formulas[key]
    return bool(straight.lost(read.sheet.name, place)) or LOST in after


def _over(planned: Plan, name: str) -> set[str]:
    """Return the dimensions that a formula has to do with: its own, and those of what it uses."""
    row = planned.row(name)
    return set(row.over).union(*[planned.row(used).over for used in row.uses])


def _constants(planned: Plan, ours: Lines, theirs: Lines, straight: Straightened | None) -> Iterator[Edited]:
    """Yield the constants of formulas that somebody typed over."""
    for read in theirs.sheets.values():
        for at, (name, line) in read.names.items():
            held = read.sheet.cells.get((at, read.live))
            row = planned.row(name) if name in planned.index else None
            if line or row is None or row.kind != "constant" or held is None or not isinstance(row.value, float):
                continue
            is_kept = held.is_number and not held.is_formula and same(float(held.value), row.value)
            users = [one for one in planned.rows if name in one.uses]
            if is_kept or (straight is None and not all(_is_of_now(one.id, ours, theirs) for one in users)):
                continue
            is_unit = row.note == _CONVERSION
            reason = "it follows from the units" if is_unit else "a number in a formula is changed in the text"
            spot = _spot(straight, read, (at, read.live)).address
            yield Edited(name, row.label, spot, in_full(row.value), str(held.value), is_formula=False, reason=reason)


def apply_edits(text: str, model: Model, edits: list[Edited]) -> str:
    """Return the text of a model with formulas that were read back."""
    for one in edits:
        text = replace_formula(text, model, one.id, one.formula)
    return text


def _interpret(planned: Plan, theirs: Lines, ours: Lines, name: str, cells: list[tuple[Key, Edited]]) -> Edited:
    row = planned.row(name)
    own = [(key, one) for key, one in cells if not _is_rolled(planned, key)]
    if not own:
        return replace(cells[0][1], reason="totals, and coarser periods, follow from the row")
    cells = own
    key, one = cells[0]
    try:
        _refuse_part(planned, row, ours, cells)
        after = _read_alike(planned, theirs, [other for other, _ in cells])
        before = _read(planned, ours, key)
        is_same = equivalent(before, after)
        formula = written(as_written(planned, _without_conversions(planned, after)))
        _refuse_other(planned, row, formula, after)
    except NotReadable as problem:
        return replace(one, reason=str(problem))
    except ModelError as problem:
        # Where in the formula it is follows on lines of its own.
        return replace(one, reason=shortened(problem.problems[0].message.partition("\n")[0], 160))
    return replace(one, formula=formula, is_same=is_same)


def _refuse_part(planned: Plan, row: Row, ours: Lines, cells: list[tuple[Key, Edited]]) -> None:
    """Raise NotReadable unless a whole row was changed, in one manner, to formulas."""
    quantity = row.quantity
    if quantity is None or quantity.formula is None or quantity.is_equation or row.given:
        message = f"'{row.id}' is solved, or begins with values"
        if quantity is None:
            message = f"it is a part of a formula of the text, that of '{row.note}'"
        raise NotReadable(message)
    if any(not one.is_formula for _, one in cells):
        message = "a number or nothing stands where the formula was: what is no formula is an input of the text"
        raise NotReadable(message)
    all_ = [key for key in ours.formulas if key[0] == row.id and not _is_rolled(planned, key)]
    if len(all_) != len(cells):
        message = f"it was changed in {len(cells)} of {len(all_)} cells of its row"
        raise NotReadable(message)


def _is_rolled(planned: Plan, key: Key) -> bool:
    """Return whether a cell takes a row together along its periods: before them, or beside them."""
    name, _, right = key
    row = planned.row(name)
    across = planned.across(row)
    return bool(across) and not 0 <= right < len(planned.model.dimension[across].members)


def _read_alike(planned: Plan, lines: Lines, keys: list[Key]) -> Node:
    """Return the one formula of several cells: copied along a row it reads alike, since its members move with it."""
    first, *others = dict.fromkeys([_read(planned, lines, key) for key in keys])
    if others:
        message = "its row holds formulas that differ"
        raise NotReadable(message)
    return first


def _refuse_other(planned: Plan, row: Row, formula: str, after: Node) -> None:
    """Raise NotReadable unless the formula in the language comes to the one in the workbook."""
    document = planned.model.document
    text = replace_formula(document.text, planned.model, row.id, formula)
    tried = plan(loads(text, document.name, files=planned.model.files))
    expression = tried.row(row.id).expression
    if expression is None or equivalent(_with_numbers(tried, expression), after) is not True:
        message = f"'{formula}' would come to something else, since units are converted by themselves"
        raise NotReadable(message)


def _read(planned: Plan, lines: Lines, own: Key) -> Node:
    """Return a formula of a row as a tree, with conversions as names and bare numbers as such."""
    read, place, held = lines.formulas[own]
    row = planned.row(own[0])
    across = planned.across(row)

    formula, known = with_known_parts(planned, own, str(held.value))

    def leaf(text: str) -> Node:
        found = REFERENCE.fullmatch(text)
        there = lines.sheet(read, found["sheet"]) if found is not None else None
        if found is None or there is None or not found["first"]:
            message = f"the language has no words for '{text}'"
            raise NotReadable(message)
        first = parse_cell(found["first"])
        key = there.key(first[:2])
        moves = None if first.is_column_fixed else there.right(first[1]) - read.right(place[1])
        period = None if found["last"] else period_at(planned, across, key, moves)
        if period is not None:
            return period
        if key is None or key[0] not in planned.index:
            message = f"the language has no words for '{text}', which is no row of the model"
            raise NotReadable(message)
        name, line, right = key
        other = planned.row(name)
        if found["last"]:
            if not _is_whole(planned, key, there.key(parse_cell(found["last"])[:2])):
                message = f"the language has no words for '{text}', which is not all of a row"
                raise NotReadable(message)
            return whole(name, other.over)
        if not other.over:
            return Name(name)
        is_alike = across and planned.across(other) == across
        if moves is not None and is_alike and (len(other.over) == 1 or (other.over == row.over and line == own[1])):
            return cell_beside(Name(name), moves)
        if len(other.over) == 1 and first.is_column_fixed and right >= 0:
            member = planned.model.dimension[other.over[0]].members[right]
            return Pick(name, (Member(member, right, quoted=not planned.model.dimension[other.over[0]].numbers),))
        message = f"the language has no words for '{text}', another member of '{name}'"
        raise NotReadable(message)

    found = without_steps(planned, tree(formula, lambda text: known.get(text) or leaf(text)))
    return with_shifts(planned, across, _with_numbers(planned, found))


def _is_whole(planned: Plan, first: Key, last: Key | None) -> bool:
    """Return whether a range between two cells is all of a row over one dimension."""
    name, line, right = first
    over = planned.row(name).over
    size = len(planned.model.dimension[over[0]].members) if len(over) == 1 else 0
    return not line and not right and last == (name, 0, size - 1)


def _with_numbers(planned: Plan, node: Node) -> Node:
    """Return a tree with bare numbers for the constants that they were lifted to."""
    if isinstance(node, Name) and node.id in planned.index:
        row = planned.row(node.id)
        if row.kind == "constant" and row.note != _CONVERSION and isinstance(row.value, float):
            return Number(row.value, in_full(row.value))
        return node
    return rebuilt(node, lambda below: _with_numbers(planned, below))


def _without_conversions(planned: Plan, node: Node) -> Node:
    """Return a tree as an author writes it: units are converted by themselves."""

    def converts(one: Node) -> bool:
        return isinstance(one, Name) and planned.row(one.id).note == _CONVERSION

    if isinstance(node, Call) and node.function in {"mul", "div"}:
        left, right = node.arguments
        if converts(right):
            return _without_conversions(planned, left)
        if converts(left) and node.function == "mul":
            return _without_conversions(planned, right)
    if isinstance(node, Aggregate):
        return node
    return rebuilt(node, lambda below: _without_conversions(planned, below))


def _is_of_now(name: str, ours: Lines, theirs: Lines) -> bool:
    """Return whether the text still has the formula that the workbook was exported with."""
    now = next((read.words.get(name) for read in ours.results if name in read.words), "")
    then = next((read.words.get(name) for read in theirs.results if name in read.words), None)
    return then == now
