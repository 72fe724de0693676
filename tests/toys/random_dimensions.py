"""Random models over members and periods: broadcasting, aggregates, recurrences, picks and runs."""

from __future__ import annotations

import random
from itertools import product

import numpy as np

from engine.model.load import loads
from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from engine.planning.planner import plan

YEARS = [2026, 2027, 2028, 2029]
PRODUCTS = ["red wine", "Äpfel", "C"]
SITES = ["north", "south"]
MEMBERS = {"year": [str(year) for year in YEARS], "product": PRODUCTS, "site": SITES, "age": ["1", "2", "3"]}
HEAD = """[model]
title = "Random"
[units]
box = "[box]"
[dimensions.year]
from = 2026
to = 2029
[dimensions.product]
members = ["red wine", "Äpfel", "C"]
[dimensions.site]
members = ["north", "south"]
[dimensions.age]
from = 1
to = 3
[scenarios.one]
label = "One"
"""
OVERS = [(), ("year",), ("product",), ("product", "year"), ("year", "site"), ("site", "product", "year"), ("age",),
         ("product", "site"), ("age", "year"), ("year", "age"), ("site",)]  # fmt: skip
VALUES = ["0", "1", "2", "-3", "0.5", "2.5", "-0.25", "7.25", "12", "3.7"]


class Author:
    """Writes a random model in which shapes and units agree: everything is in boxes, but for shares and lags."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # a model, and no secret
        self.over: dict[str, tuple[str, ...]] = {}
        self.shares: list[str] = []
        self.inputs: list[str] = []
        self.lines = [HEAD]

    def model(self) -> str:
        r = self.random
        self.lines.append('[s.lag]\nlabel = "lag"\nunit = "1"\nvalue = 2\nmin = 1\nwhole = true\nnote = "x"\n')
        self.lines.append('[s.share]\nlabel = "share"\nunit = "percent"\nvalue = 30\nnote = "x"\n')
        for over in [(), *r.sample(OVERS[1:], 7)]:
            self.input(over)
        for _ in range(12):
            r.choice((self.formula, self.formula, self.recurrence, self.parted, self.actuals))()
        changed = r.choice([id_ for id_ in self.inputs if self.over[id_]])
        members = [r.choice(MEMBERS[name]) for name in self.over[changed]]
        keys = ".".join(f'"{member}"' for member in members[: r.randint(1, len(members))])
        self.lines.append(
            f'[scenarios.two]\nlabel = "Two"\nset.{changed}.{keys} = {r.choice(VALUES)}\nset.share = 40\n'
        )
        scaled = max([id_ for id_ in self.inputs if id_ != changed], key=lambda id_: len(self.over[id_]))
        self.lines.append(f'[scenarios.three]\nlabel = "Three"\nscale.{scaled} = 1.5\nscale.share = 0.5\n')
        return "".join(self.lines)

    def new(self, over: tuple[str, ...]) -> tuple[str, str]:
        id_ = f"q_{len(self.over)}"
        self.over[id_] = over
        unit = self.random.choice(["box", "kbox"])
        named = ", ".join([f'"{name}"' for name in over])
        dimensions = f"over = [{named}]\n" if over else ""
        return id_, f'[s.{id_}]\nlabel = "{id_}"\nunit = "{unit}"\n{dimensions}'

    def input(self, over: tuple[str, ...]) -> None:
        id_, head = self.new(over)
        self.lines.append(f'{head}{self.values("value", over)}note = "x"\n')
        self.inputs.append(id_)

    def values(self, key: str, over: tuple[str, ...]) -> str:
        r = self.random
        if not over or r.random() < 0.15:
            return f"{key} = {r.choice(VALUES)}\n"
        *down, last = over
        lines = []
        for members in product(*[MEMBERS[name] for name in down]):
            path = ".".join([key, *[f'"{member}"' for member in members]])
            items = ", ".join(r.choice(VALUES) for _ in MEMBERS[last])
            start = f"{{ from = {MEMBERS[last][0]}, list = [{items}] }}" if last in {"year", "age"} else f"[{items}]"
            lines.append(f"{path} = {start}\n")
        return "".join(lines)

    def formula(self) -> None:
        over = self.random.choice(OVERS)
        text = self.expression(over, 3)
        id_, head = self.new(over)
        self.lines.append(f"{head}formula = '{text}'\n")
        assert id_

    def recurrence(self) -> None:
        """Two rows that feed each other through what was before, or through what comes after."""
        r = self.random
        over = r.choice([("year",), ("product", "year"), ("age", "year"), ("year", "site")])
        start, a, b = (self.expression(tuple(n for n in over if n != "year"), 1), self.leaf(over), self.leaf(over))
        first, head = self.new(over)
        second = f"q_{len(self.over)}"
        lag = r.choice(["", "", ", 2", ", lag"])
        shift = r.choice(["prev", "prev", "next"])
        argument = first if lag == ", lag" else r.choice([first, f"{first} * (1 - share)", f"{first} + {second}"])
        if len(over) > 1 and lag != ", lag" and r.random() < 0.3 and "product" in over:
            argument = f"sum({first}, over=product) / 10"
        self.lines.append(f"{head}formula = '{shift}({argument}, {start}{lag}, over=year) + {a}'\n")
        _, head = self.new(over)
        self.lines.append(f"{head}formula = '{shift}({second}, {start}, over=year) / 2 + {first} / 10 - {b}'\n")

    def parted(self) -> None:
        """Write a quantity with a formula a member, one of which may use another's."""
        over = self.random.choice([("site",), ("site", "year"), ("year", "site")])
        rest = tuple(name for name in over if name != "site")
        id_, head = self.new(over)
        del self.over[id_]
        south = self.expression(rest, 2)
        picked = ", ".join('"south"' if name == "site" else ":" for name in over)
        north = f"{id_}[{picked}] * 2" if self.random.random() < 0.5 else self.expression(rest, 2)
        self.over[id_] = over
        self.lines.append(f"{head}formula.north = '{north}'\nformula.south = '{south}'\n")

    def actuals(self) -> None:
        over = self.random.choice([("year",), ("product", "year")])
        id_, head = self.new(over)
        count = self.random.randint(1, 3)
        lines = []
        for members in product(*[MEMBERS[name] for name in over[:-1]]):
            path = ".".join(["value", *[f'"{member}"' for member in members]])
            items = ", ".join(self.random.choice(VALUES) for _ in range(count))
            lines.append(f"{path} = {{ from = 2026, list = [{items}] }}\n")
        own = self.over.pop(id_)
        shift = self.random.choice(["prev", "prev", "next"])
        text = f"{shift}({id_} * (1 + share), {self.leaf(())}) + {self.expression(over, 1)}"
        self.over[id_] = own
        self.lines.append(f"{head}{''.join(lines)}formula = '{text}'\nnote = \"x\"\n")

    def leaf(self, over: tuple[str, ...]) -> str:
        fits = [id_ for id_, own in self.over.items() if set(own) <= set(over)]
        return self.random.choice(fits)

    def expression(self, over: tuple[str, ...], depth: int) -> str:
        r = self.random
        if depth == 0 or r.random() < 0.15:
            return self.leaf(over)
        a, b = (self.expression(over, depth - 1) for _ in range(2))
        choices = [
            f"({a} + {b})",
            f"({a} - {b} / 2)",
            f"max({a}, {b})",
            f"{a} * share",
            f"abs({a})",
            f"({a} if {b} > 0 else 0)",
        ]
        choices += [f"{a} / (1 + share)", self.aggregate(over, depth)] * 2
        choices += [self.pick(over)] * 3
        if "year" in over:
            edge = self.leaf(tuple(n for n in over if n != "year"))
            choices += [f"prev({a}, {edge}, over=year)", f"next({a}, {edge}, over=year)"]
            choices += [f"{r.choice(['prev', 'next'])}({self.leaf(over)}, 0, lag, over=year)"]
            choices += [f"{a} * (year - 2025)", self.run(over)]
        return r.choice(choices)

    def aggregate(self, over: tuple[str, ...], depth: int) -> str:
        r = self.random
        extra = r.choice([name for name in MEMBERS if name not in over] or ["age"])
        if extra in over:
            return self.leaf(over)
        wide = (*over, extra)
        fits = [id_ for id_, own in self.over.items() if extra in own and set(own) <= set(wide)]
        if not fits:
            return self.leaf(over)
        function = r.choice(["sum", "mean", "min", "max", *(["first", "last"] if extra in {"year", "age"} else [])])
        inner = r.choice(fits)
        if r.random() < 0.4:
            inner = f"{inner} + {self.expression(over, depth - 1)}"
        return f"{function}({inner}, over={extra})"

    def pick(self, over: tuple[str, ...]) -> str:
        r = self.random
        fits = [id_ for id_, own in self.over.items() if own]
        if not fits:
            return self.leaf(())
        id_ = r.choice(fits)
        selectors = []
        for name in self.over[id_]:
            if name in over and r.random() < 0.6:
                selectors.append(":")
            elif name == "year" and "year" in over and r.random() < 0.5:
                selectors.append(
                    r.choice(["max(year - 1, first(year))", "min(year + 2 / 2, last(year))", "2026 + lag / 2"])
                )
            elif name == "age" and r.random() < 0.5:
                selectors.append("lag")
            else:
                member = r.choice(MEMBERS[name])
                selectors.append(member if name in {"year", "age"} else f'"{member}"')
        return f"{id_}[{', '.join(selectors)}]"

    def run(self, over: tuple[str, ...]) -> str:
        r = self.random
        fits = [id_ for id_, own in self.over.items() if "year" in own and set(own) <= {*over, "age", "site"}]
        if not fits:
            return self.leaf(())
        id_ = r.choice(fits)
        others = {"age": ["lag", "2"], "site": ['"north"', '"south"'], "product": ['"C"']}
        span = r.choice(["2027:2028", ":year", "year:", "max(year - 1, first(year)):year", ":2028"])
        selectors = [
            span if name == "year" else ":" if name in over and r.random() < 0.6 else r.choice(others[name])
            for name in self.over[id_]
        ]
        return f"{r.choice(['sum', 'mean', 'min', 'max', 'last', 'first'])}({id_}[{', '.join(selectors)}], over=year)"


def made(seed: int) -> Plan:
    return plan(loads(Author(seed).model()))


def is_calm(results: Results) -> bool:
    """Return whether no sum of a cell cancels to less than 1e-9 of its terms, and no number is out of the ordinary."""
    sizes = [abs(float(cell)) for value in results.values for cell in np.ravel(value) if cell]
    return bool(sizes) and max(sizes) < 1e60 and min(sizes) > 1e-9
