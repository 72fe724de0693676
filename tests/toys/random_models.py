"""Random models of single numbers over the whole table of functions."""

from __future__ import annotations

import random

from engine.language.tree import Call, Name, Node
from engine.model.load import loads
from engine.plan.evaluate import Results, evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError

HEAD = '[model]\ntitle = "Random"\n[units]\nEUR = "[money]"\nbox = "[box]"\n[scenarios.one]\nlabel = "One"\n'
UNITS = {
    "": ["1", "percent"],
    "t": ["s", "minute", "hour", "day"],
    "m": ["EUR", "kEUR"],
    "b": ["box"],
    "m/b": ["EUR/box", "kEUR/box"],
}
INPUTS = ["0", "1", "2", "-3", "0.5", "2.5", "-0.25", "7.25", "12", "100", "1e-3", "-40", "3.7"]


class Author:
    """Writes a random model in which units agree."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # a model, and no secret
        self.ids: dict[str, list[str]] = {kind: [] for kind in UNITS}
        self.inputs: list[str] = []
        self.terms: list[str] = []
        self.formulas: set[str] = set()
        self.lines = [HEAD]

    def model(self) -> str:
        for kind in [*UNITS] * 2:
            self.quantity(kind, f'value = {self.random.choice(INPUTS)}\nnote = "x"')
            self.inputs.append(self.ids[kind][-1])
        self.terms = self.terms_of_loans()
        for _ in range(12):
            kind = self.random.choice(list(UNITS))
            self.quantity(kind, f'formula = "{self.formula(kind)}"')
        other = self.random.choice(self.inputs)
        self.lines.append(f'[scenarios.two]\nlabel = "Two"\nset.{other} = {self.random.choice(INPUTS)}\n')
        return "".join(self.lines)

    def quantity(self, kind: str, what: str) -> None:
        id_ = f"q_{sum(map(len, self.ids.values()))}"
        unit = self.random.choice(UNITS[kind])
        self.lines.append(f'[s.{id_}]\nlabel = "{id_}"\nunit = "{unit}"\n{what}\n')
        self.ids[kind].append(id_)

    def formula(self, kind: str) -> str:
        """Return a formula that stands nowhere else: two quantities that are the same are a fault of a model."""
        while (text := self.expression(kind, 3)) in self.formulas:
            pass
        self.formulas.add(text)
        return text

    def expression(self, kind: str, depth: int) -> str:
        r = self.random
        if depth == 0 or r.random() < 0.15:
            return r.choice(self.ids[kind])
        a, b = (self.expression(kind, depth - 1) for _ in range(2))
        pure = self.expression("", depth - 1)
        choices = [
            f"({a} + {b})", f"({a} - {b})", f"-{a}", f"abs({a})", f"min({a}, {b})", f"max({a}, {b}, {b})", f"({a}) * ({pure})",
            f"({a}) / (1 + abs({pure}))", f"(({a}) if {self.condition(depth - 1)} else ({b}))", f"max({a}, 0)", f"sqrt(abs({a}) * abs({b}))",
        ]  # fmt: skip
        if kind == "m":
            choices += self.loans()
        if kind == "m/b":
            choices.append(f"({self.expression('m', depth - 1)}) / ({r.choice(self.ids['b'])})")
        if kind == "m":
            choices.append(f"({self.expression('m/b', depth - 1)}) * ({r.choice(self.ids['b'])})")
        if kind == "":
            same = r.choice(list(UNITS))
            leaf = r.choice(self.inputs_of(""))
            choices += [
                f"({self.expression(same, depth - 1)}) / ({r.choice(self.ids[same])})", f"exp(-abs({pure}))", f"log(1 + abs({pure}))",
                f"log10(2 + abs({pure}))", f"log2(1 + abs({pure}))", f"sin(atan({pure}))", f"cos(tanh({pure}))", f"tan(atan({pure}) / 2)",
                f"asin(tanh({pure}) / 2)", f"acos(tanh({pure}) / 2)", f"sinh(tanh({pure}))", f"cosh(tanh({pure}))", f"asinh({pure})",
                f"acosh(2 + abs({pure}))", f"atanh(tanh({pure}) / 2)", f"(1 + abs({pure})) ** 2", f"(1 + abs({pure})) ** tanh({leaf})",
                f"(1 + abs({pure})) ** -1", f"round({leaf} / 2)", f"round({leaf}, 1)", f"round({leaf}, -1)", f"floor({leaf} / 2)", f"ceil({leaf})",
            ]  # fmt: skip
        return r.choice(choices)

    def terms_of_loans(self) -> list[str]:
        """Write a rate that is no nearer to 0 than spreadsheets agree on, and a number of periods; return their ids."""
        for formula in ("0.02 + abs(tanh({0})) / 4", "6 + 9 * abs(tanh({0}))"):
            self.quantity("", f'formula = "{formula.format(self.random.choice(self.inputs_of("")))}"')
        return self.ids[""][-2:]

    def loans(self) -> list[str]:
        """Return payments and depreciation."""
        (rate, periods), (a, b) = self.terms, (self.random.choice(self.ids["m"]) for _ in range(2))
        period = self.random.randint(1, 6)
        return [
            f"pmt({rate}, {periods}, {a})", f"ipmt({rate}, {period}, {periods}, {a})", f"ppmt({rate}, {period}, {periods}, {b})",
            f"sln({a}, {b}, {periods})", f"ddb(abs({a}) + abs({b}), abs({b}), {periods}, {2 * period})", f"pmt(0, {periods}, {a})",
            f"{b} * nper({rate}, abs({a}) / 2, {a})",
        ]  # fmt: skip

    def inputs_of(self, kind: str) -> list[str]:
        return [id_ for id_ in self.ids[kind] if id_ in self.inputs] or [self.ids[kind][0]]

    def condition(self, depth: int) -> str:
        r = self.random
        kind = r.choice(list(UNITS))
        a, b = (r.choice(self.inputs_of(kind)) for _ in range(2))
        test = f"{a} {r.choice(['<', '<=', '>', '>=', '==', '!='])} {b}"
        if depth > 0 and r.random() < 0.4:
            test = f"({test}) {r.choice(['and', 'or'])} {r.choice(['', 'not '])}({self.condition(0)})"
        return test


def written(seed: int) -> tuple[Plan, list[str]] | None:
    """Return a random plan and its inputs; None where some scenario has no value or cancels too far."""
    author = Author(seed)
    made = plan(loads(author.model()))
    try:
        results = [evaluate(made, case.id) for case in made.cases]
    except ModelError:
        return None
    return (made, author.inputs) if all(map(is_calm, results)) else None


def is_calm(results: Results) -> bool:
    """Return whether no sum in a model cancels to almost nothing, and nothing is beyond what spreadsheets agree on."""

    def calm(node: Node) -> bool:
        if not isinstance(node, Call):
            return True
        if node.function == "if":
            test, then, otherwise = node.arguments
            return calm(test) and calm(then if results.evaluate(test) else otherwise)
        if node.function in {"add", "sub"}:
            total = abs(float(results.evaluate(node)))
            plain = all(isinstance(side, Name) and results.plan.row(side.id).kind == "input" for side in node.arguments)
            if not plain and total < 1e-9 * max(abs(float(results.evaluate(side))) for side in node.arguments):
                return False
        return all(map(calm, node.arguments))

    sizes = [abs(float(value)) for value in results.values if value]
    return (
        max(sizes) < 1e100
        and min(sizes) > 1e-100
        and all(calm(row.expression) for row in results.plan.rows if row.expression)
    )
