"""Random models whose split over changes is compared with a text of its own for every subset of the changes."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, permutations

import pytest

from engine.model.load import loads
from engine.plan.cells import Cell
from engine.plan.evaluate import Results, evaluate
from engine.planning.planner import plan
from engine.problems import ModelError
from engine.versions.attribution import Attribution, attribute
from engine.versions.pair import Pair

HEAD = """\
[model]
title   = "Toy"
outputs = ["out"]

[units]
EUR = "[money]"

[dimensions.year]
from = 1
to   = 4

[dimensions.region]
members = ["North", "South"]

[scenarios.plan]
label = "Plan"

[scenarios.other]
label = "Other"
"""
# A quantity is what stands in its table; `set` is its value in the scenario, and no key of its own.
Quantity = Mapping[str, str]
Toy = Mapping[str, Quantity]


def text(toy: Toy) -> str:
    settings = [f"set.{id_} = {keys['set']}" for id_, keys in toy.items() if "set" in keys]
    tables = []
    for id_, keys in toy.items():
        own = {"label": f'"The {id_}"', "unit": '"1"', **{key: told for key, told in keys.items() if key != "set"}}
        tables.append("\n".join([f"[a.{id_}]", *[f"{key} = {told}" for key, told in own.items()]]))
    return "\n".join([HEAD, *settings, "", "\n\n".join(tables)]) + "\n"


def results(toy: Toy, case: str) -> Results:
    return evaluate(plan(loads(text(toy))), case)


def value_in_root(found: Results, output: str) -> float:
    """Return an output as it is stored, in root units, whichever unit a version declares."""
    unit = found.plan.row(output).unit
    return found.at(Cell(output, 0)) * float(found.plan.units.factor(unit.atoms))


def mixed(old: Toy, new: Toy, changes: Iterable[str]) -> Toy:
    """Return the old version with some changes of the new one; an id in neither version is left out."""
    taken = set(changes)
    ids = dict.fromkeys([*old, *new])
    made = {id_: (new if id_ in taken else old).get(id_, {}) for id_ in ids}
    return {id_: keys for id_, keys in made.items() if keys}


def by_definition(  # noqa: PLR0917  # what a coalition is made of
    old: Toy, new: Toy, players: Sequence[Sequence[str]], always: Sequence[str], case: str, output: str
) -> list[float]:
    """Return what each player adds, as the mean over all orders, from a model of its own for each coalition."""
    values: dict[frozenset[int], float] = {}
    for count in range(len(players) + 1):
        for some in combinations(range(len(players)), count):
            ids = [*always, *[id_ for player in some for id_ in players[player]]]
            values[frozenset(some)] = value_in_root(results(mixed(old, new, ids), case), output)
    orders = list(permutations(range(len(players))))
    total = [0.0] * len(players)
    for order in orders:
        for place, player in enumerate(order):
            total[player] += values[frozenset(order[: place + 1])] - values[frozenset(order[:place])]
    return [one / len(orders) for one in total]


def split_of(old: Toy, new: Toy, case: str = "plan", output: str = "out") -> Attribution:
    before, after = results(old, case), results(new, case)
    return attribute(Pair.of(before.plan, after.plan), before, after, [Cell(output, 0)])


def changed(old: Toy, new: Toy) -> list[str]:
    return [id_ for id_ in dict.fromkeys([*old, *new]) if old.get(id_) != new.get(id_)]


def is_any_mixture_broken(old: Toy, new: Toy, ids: Sequence[str], case: str) -> bool:
    for count in range(len(ids) + 1):
        for some in combinations(ids, count):
            try:
                results(mixed(old, new, some), case)
            except ModelError:
                return True
    return False


def compare(old: Toy, new: Toy, case: str, output: str = "out", always: Sequence[str] = ()) -> Attribution:
    """Compare a split to the definition, over the players that the project tells."""
    found = split_of(old, new, case, output)
    ids = [id_ for id_ in changed(old, new) if id_ not in always]
    known = {id_ for player in found.players for id_ in player.ids}
    # What moves nothing need not be a player, but has to be one of nothing.
    players = [[id_ for id_ in player.ids if id_ in ids] for player in found.players]
    players += [[id_] for id_ in ids if id_ not in known]
    expected = by_definition(old, new, players, always, case, output)
    after = plan(loads(text(new)))
    unit = after.row(output).unit
    factor = float(after.units.factor(unit.atoms)) / unit.scale
    shares = [float(share) * factor for share in found.shares[:, 0]] + [0.0] * (len(players) - len(found.players))
    scale = max(abs(found.before[0]), abs(found.after[0])) * factor + sum(map(abs, expected))
    assert shares == pytest.approx(expected, abs=1e-9 * scale), (players, text(old), text(new))
    return found


# ---------------------------------------------------------------- random models


def drawn(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # the same models every run


def expression(chance: random.Random, names: Sequence[str], depth: int = 2) -> str:
    if depth == 0 or chance.random() < 0.2:
        return chance.choice([*names, *names, *names, "2", "3", "0.25"])
    a, b, c = (expression(chance, names, depth - 1) for _ in range(3))
    return chance.choice(
        [f"({a} + {b})", f"({a} - {b})", f"({a} * {b})", f"max({a}, {b})", f"{a} / (1 + abs({b}))",
         f"({a} if {b} > {c} else {c})", f"round({a}, 1)"]
    )  # fmt: skip


def quoted(formula: str) -> str:
    return f'"{formula}"'


def scalars(chance: random.Random) -> tuple[Toy, Toy]:
    """Return two versions of a model of single numbers, in which up to six quantities changed."""
    inputs, rows = ["a", "b", "c", "d"], ["p", "q", "r", "out"]

    def one(id_: str) -> Quantity:
        if id_ in inputs:
            own = {"value": str(chance.randint(-4, 9))}
            return {**own, "set": str(chance.randint(-4, 9))} if chance.random() < 0.4 else own
        return {"formula": quoted(expression(chance, [*inputs, *rows[: rows.index(id_)]]))}

    old = {id_: one(id_) for id_ in [*inputs, *rows]}
    touched = set(chance.sample(list(old), chance.randint(1, 6)))
    return old, {id_: one(id_) if id_ in touched else keys for id_, keys in old.items()}


@pytest.mark.parametrize("seed", range(40))
def test_a_split_of_numbers_is_the_definition(seed: int) -> None:
    old, new = scalars(drawn(seed))
    found = compare(old, new, "other" if seed % 2 else "plan")
    assert all(len(player.ids) == 1 for player in found.players if found.before[0] != found.after[0])


def reordered(chance: random.Random) -> tuple[Toy, Toy]:
    """Return two versions whose rows stand in two orders, so that a mixture may be a cycle or divide by nothing."""
    rows = ["p", "q", "r", "s"]

    def version() -> dict[str, Quantity]:
        order = chance.sample(rows, len(rows))
        made: dict[str, Quantity] = {"a": {"value": str(chance.randint(1, 9))}}
        for place, id_ in enumerate(order):
            names = ["a", *order[max(0, place - 1) : place]]
            made[id_] = {"formula": quoted(f"{chance.choice(names)} {chance.choice('+-*')} {chance.choice(names)} + {chance.choice('127')}")}  # fmt: skip
        return made

    old, new = version(), version()
    keep = set(chance.sample(rows, 1))
    new = {id_: old[id_] if id_ in keep else keys for id_, keys in new.items()}
    divided = {"out": {"formula": '"1 + p + q + r / s"'}}
    return {**old, **divided}, {**{id_: new[id_] for id_ in old}, **divided}


@pytest.mark.parametrize("seed", range(30))
def test_mixtures_without_a_value_are_merged_and_the_rest_is_the_definition(seed: int) -> None:
    old, new = reordered(drawn(seed))
    try:
        results(old, "plan"), results(new, "plan")
    except ModelError:
        return  # the draw is no model
    found = compare(old, new, "plan")
    is_merged = any(len(player.ids) > 1 for player in found.players)
    assert all(player.reason for player in found.players if len(player.ids) > 1)
    if is_merged:
        assert is_any_mixture_broken(old, new, changed(old, new), "plan"), "merged without need"


OVER = '["region", "year"]'
POOL: dict[str, list[Quantity]] = {
    "n": [{"over": OVER, "value": told, **more} for told, more in [
        ("[{ from = 1, list = [1, 2, 3, 4] }, { from = 1, list = [5, 6, 7, 8] }]", {}),
        ("[{ from = 1, list = [1, 2, 9, 4] }, { from = 1, list = [5, 0, 7, 8] }]", {}),
        ("7", {"set": "6"}), ("{ North = 3, South = 2 }", {})]],
    "rate": [{"unit": '"percent"', "value": "5"}, {"value": "0.08"}, {"unit": '"percent"', "value": "5", "set": "9"}],
    "price": [{"unit": '"EUR"', "value": "30"}, {"unit": '"kEUR"', "value": "0.02"}, {"unit": '"EUR"', "value": "30", "set": "31"}],
    "start": [{"unit": '"EUR"', "value": "100"}, {"unit": '"EUR"', "formula": '"price * 4"'}, {"unit": '"kEUR"', "value": "0.1"}],
    "sales": [{"unit": f'"{unit}"', "over": OVER, "formula": quoted(told)} for unit, told in [
        ("EUR", "n * price"), ("EUR", "n * price * (1 - rate) ** 2"), ("kEUR", "n * price"), ("kEUR", "max(n - 3, 0) * price * 1.7")]],
    "grown": [{"unit": '"EUR"', "over": '"year"', "formula": quoted(told)} for told in [
        "prev(grown, start) * (1 + rate)", "prev(grown * (1 + rate), start) - sum(sales, over=region) / 9", "prev(grown, start, 2) + cost[2]"]],
    "cost": [{"unit": '"EUR"', "over": '"year"', "formula": quoted(told)} for told in [
        "sum(sales, over=region) * rate", "max(sales, over=region) / 3", "price * year"]],
    "kind": [{"over": '"region"', "formula": told} for told in [
        '{ North = "rate * 2", South = "kind[\'North\'] + 1" }', '{ North = "rate * 3.5", South = "kind[\'North\'] + 1" }', '"rate + 1"']],
    "known": [{"unit": '"EUR"', "over": '"year"', "value": told, "formula": quoted(formula)} for told, formula in [
        ("{ from = 1, list = [10, 20] }", "prev(known, 0) * 2"), ("{ from = 1, list = [10, 25] }", "prev(known, 0) * 2"),
        ("{ from = 1, list = [10, 20] }", "prev(known, 0) * (1 + rate)"), ("{ from = 1, list = [10, 20, 50] }", "prev(known, 0) * 2")]],
    "out": [{"unit": f'"{unit}"', "formula": quoted(told)} for unit, told in [
        ("EUR", "last(grown) - sum(cost) + sum(kind) * price + sum(known)"), ("kEUR", "last(grown) - sum(cost) + sum(kind) * price + sum(known)"),
        ("EUR", "last(grown) + sum(known) * kind['South'] - 12.5 * price")]],
}  # fmt: skip


def grown(chance: random.Random) -> tuple[Toy, Toy]:
    old = {id_: chance.choice(some) for id_, some in POOL.items()}
    touched = chance.sample(list(POOL), chance.randint(1, 5))
    return old, {**old, **{id_: chance.choice(POOL[id_]) for id_ in touched}}


@pytest.mark.parametrize("seed", range(40))
def test_a_split_over_dimensions_is_the_definition(seed: int) -> None:
    old, new = grown(drawn(seed))
    found = compare(old, new, "other" if seed % 2 else "plan")
    assert all(len(player.ids) == 1 for player in found.players)


@pytest.mark.parametrize("seed", range(20))
def test_another_name_changes_no_split(seed: int) -> None:
    chance = drawn(seed)
    old, new = grown(chance)
    # With another unit it is another quantity, and no other name.
    name = chance.choice([id_ for id_ in POOL if id_ != "out" and old[id_].get("unit") == new[id_].get("unit")])
    expected = split_of(old, new)
    before = results(old, "plan")
    told = re.sub(rf"(?<!The )\b{name}\b", f"{name}_too", text(new))
    after = evaluate(plan(loads(told)), "plan")
    found = attribute(Pair.of(before.plan, after.plan), before, after, [Cell("out", 0)])
    shares = [
        {tuple(id_.removesuffix("_too") for id_ in player.ids): pytest.approx(float(share), abs=1e-7)
         for player, share in zip(one.players, one.shares[:, 0], strict=True)} for one in (expected, found)
    ]  # fmt: skip
    assert shares[0] == shares[1]


# ---------------------------------------------------------------- special cases

LOAN: Toy = {
    "rate": {"unit": '"percent"', "value": "10"},
    "begin": {"unit": '"EUR"', "value": "100"},
    "pay": {"unit": '"EUR"', "value": "30"},
    "opening": {"unit": '"EUR"', "over": '"year"', "formula": '"prev(debt, begin)"'},
    "interest": {"unit": '"EUR"', "over": '"year"', "formula": '"rate * (opening + debt) / 2"'},
    "debt": {"unit": '"EUR"', "over": '"year"', "solve": '"debt == opening + interest - pay"'},
    "out": {"unit": '"EUR"', "formula": '"last(debt)"'},
}
EQUATIONS: dict[str, Toy] = {
    "an input": {"rate": {"unit": '"percent"', "value": "12"}, "pay": {"unit": '"EUR"', "value": "20"}},
    "the equation": {"debt": {**LOAN["debt"], "solve": '"debt + pay / 2 == opening + interest"'}, "rate": {"unit": '"percent"', "value": "12"}},
    "what is written out in it": {"interest": {**LOAN["interest"], "formula": '"rate * opening"'}, "pay": {"unit": '"EUR"', "value": "20"}},
    "both": {"interest": {**LOAN["interest"], "formula": '"rate * debt"'}, "debt": {**LOAN["debt"], "solve": '"debt + pay / 2 == opening + interest"'}},
    "to a formula": {"debt": {"unit": '"EUR"', "over": '"year"', "formula": '"opening * (1 + rate) - pay"'}, "rate": {"unit": '"percent"', "value": "12"}},
    "a unit": {"begin": {"unit": '"kEUR"', "value": "0.2"}, "pay": {"unit": '"kEUR"', "value": "0.03"}},
}  # fmt: skip


def moving(found: Attribution) -> set[str]:
    """Return what is said to move something."""
    told = zip(found.players, found.shares[:, 0], strict=True)
    return {id_ for player, share in told if abs(share) > 1e-9 for id_ in player.ids}


@pytest.mark.parametrize("name", EQUATIONS)
def test_equations_are_split_by_the_definition(name: str) -> None:
    found = compare(LOAN, {**LOAN, **EQUATIONS[name]}, "plan")
    assert moving(found) <= set(EQUATIONS[name])


def test_swapped_formulas_are_one_player_and_a_division_by_zero_too() -> None:
    old = {"x": {"value": "4"}, "a": {"formula": '"b + 1"'}, "b": {"formula": '"x"'}, "out": {"formula": '"a * b * x"'}}
    new = {**old, "a": {"formula": '"x"'}, "b": {"formula": '"a + 1"'}, "x": {"value": "5"}}
    ids = {player.ids: bool(player.reason) for player in compare(old, new, "plan").players}
    assert {tuple(sorted(one)): told for one, told in ids.items()} == {("a", "b"): True, ("x",): False}
    zero = {"a": {"value": "4"}, "b": {"value": "2"}, "c": {"value": "1"}, "out": {"formula": '"c / (a - b)"'}}
    found = compare(zero, {**zero, "a": {"value": "2"}, "b": {"value": "1"}, "c": {"value": "3"}}, "plan")
    assert sorted(tuple(sorted(player.ids)) for player in found.players) == [("a", "b"), ("c",)]
