"""Random models over calendars and groups: what is taken together by them, chosen, looked up, and discounted."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from itertools import product

import numpy as np

from engine.language.tree import Aggregate, nodes
from engine.model.load import loads
from engine.model.model import Model
from engine.plan.evaluate import Results, evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from tests.oracles.naive import Naive, NoValueError
from tests.toys.random_dimensions import is_calm
from tests.toys.random_expressions import DEPTH, VENDORS, Expressions

SIZES = {"box": 1, "kbox": 1000, "box/day": 1, "1": 1, "percent": 0.01}
VALUES = ["0", "1", "2", "-3", "0.5", "2.5", "-0.25", "7.25", "12", "3.7", "40"]
COUNTRIES = ["DE", "<5 MW", ">=10", "TRUE", "1e3", "Äpfel und"]
REGIONS = ["=b", "Europe", "12"]
TIER = ["1", "2", "3"]
CALENDARS = [
    # the finest periods, the two coarser calendars, and what the coarsest is of
    ("2026-{:02}", "quarter", "year", "mid"),
    ("2026-{:02}", "quarter", "year", "fine"),
    ("2026-02-{:02}", "month", "year", "mid"),
    ("2026-03-{:02}", "quarter", "year", "fine"),
]
HEAD = """[model]
title = "Random"
[units]
box = "[box]"
"""


class Author(Expressions):
    """Writes a random model in which shapes and units agree; each quantity is a block of its own."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # a model, and no secret
        self.over: dict[str, tuple[str, ...]] = {}
        self.blocks: dict[str, str] = {}
        self.rates: list[str] = []
        self.stocks: list[str] = []
        self.head = HEAD
        self.dimensions()
        loaded = loads(self.head + '[s.one]\nlabel = "x"\nunit = "1"\nvalue = 1\nnote = "x"\n')
        self.members = {name: list(one.members) for name, one in loaded.dimension.items()}

    def dimensions(self) -> None:
        r = self.random
        first, mid, year, of = r.choice(CALENDARS)
        self.is_daily = first.count("-") > 1
        begin, count = r.randint(1, 4), r.randint(5, 8)
        starts = r.choice([1, 2, 4, 7, 12])
        last = first.format(begin + count)
        if self.is_daily:
            # From the end of a month into the next.
            begin, last = begin + 24, _next_month(first).format(count // 2)
        more = f"starts = {starts}\n" if mid == "quarter" else ""
        self.head += f'[dimensions.fine]\nfrom = "{first.format(begin)}"\nto = "{last}"\n'
        self.head += f'[dimensions.mid]\nof = "fine"\nperiod = "{mid}"\n{more}'
        self.head += f'[dimensions.year]\nof = "{of}"\nperiod = "{year}"\nstarts = {starts}\n'
        countries = r.sample(COUNTRIES, r.randint(3, 4))
        pairs = [(name, r.choice(REGIONS)) for name in countries]
        r.shuffle(pairs)
        regions = list(dict.fromkeys([region for _, region in sorted(pairs, key=lambda p: countries.index(p[0]))]))
        zones = {region: r.choice(["North", "S & T"]) for region in regions}
        ordered = r.choice(["", "ordered = true\n"])
        self.head += f"[dimensions.country]\nmembers = {_list(countries)}\n{ordered}"
        self.head += f'[dimensions.region]\nof = "country"\nmap = {_map(dict(pairs))}\n'
        self.head += f'[dimensions.zone]\nof = "region"\nmap = {_map(zones)}\n'
        self.head += f"[dimensions.vendor]\nmembers = {_list(VENDORS)}\n[dimensions.tier]\nfrom = 1\nto = 3\n"
        self.head += '[scenarios.one]\nlabel = "One"\n'
        self.is_ordered = {"country": bool(ordered), "fine": True, "mid": True, "year": True, "tier": True}

    # What a model is made of

    def write(self) -> None:
        """Write the inputs, and a dozen formulas over them and each other."""
        r = self.random
        self.blocks["share"] = '[s.share]\nlabel = "share"\nunit = "percent"\nvalue = 30\nnote = "x"\n'
        self.choose("pick", (), "vendor", VENDORS)
        self.choose("sup", ("country",), "vendor", VENDORS)
        self.choose("since", (), "fine", self.members["fine"])
        self.blocks["at"] = (
            '[s.at]\nlabel = "at"\nover = "tier"\nunit = "box"\n'
            f'value = {{ from = 1, list = [{r.choice(["-4, 0, 2.5", "0, 1, 12", "0.5, 3.7, 40"])}] }}\nnote = "x"\n'
        )
        self.input(("tier",))
        self.input(())
        for over in r.sample([("fine",), ("country", "fine"), ("fine", "country")], 2):
            self.input(over)
        for over in r.sample([("country",), ("region",), ("vendor",), ("year",), ("region", "year"), ("mid",)], 4):
            self.input(over)
        self.stock()
        self.flows()
        self.input(("fine",), unit="box/day")
        for _ in range(14):
            self.formula()
        changed = r.choice([id_ for id_ in self.over if id_.startswith("in_") and self.over[id_]])
        members = [r.choice(self.members[name]) for name in self.over[changed]]
        keys = ".".join([f'"{member}"' for member in members[: r.randint(1, len(members))]])
        country = r.choice(self.members["country"])
        self.scenario = (
            f'[scenarios.two]\nlabel = "Two"\nset.{changed}.{keys} = {r.choice(VALUES)}\nset.share = 40\n'
            f'set.pick = "{r.choice(VENDORS)}"\nset.sup."{country}" = "{r.choice(VENDORS)}"\n'
        )

    def choose(self, id_: str, over: tuple[str, ...], of: str, members: list[str]) -> None:
        r = self.random
        items = _list([r.choice(members) for _ in self.members[over[0]]])[1:-1] if over else ""
        value = self.line(over[0], items) if over else f'"{r.choice(members)}"'
        self.blocks[id_] = f'[s.{id_}]\nlabel = "{id_}"\n{_over(over)}choice = "{of}"\nvalue = {value}\nnote = "x"\n'

    def input(self, over: tuple[str, ...], unit: str = "", more: str = "", start: str = "in_") -> str:
        id_ = f"{start}{len(self.over)}"
        unit = unit or self.random.choice(["box", "box", "kbox"])
        head = f'[s.{id_}]\nlabel = "{id_}"\nunit = "{unit}"\n{_over(over)}{more}'
        self.blocks[id_] = f'{head}{self.values(over)}note = "x"\n'
        if unit == "box/day":
            self.rates.append(id_)
        else:
            self.over[id_] = over
        return id_

    def values(self, over: tuple[str, ...]) -> str:
        r = self.random
        if not over:
            return f"value = {r.choice(VALUES)}\n"
        *down, last = over
        lines = []
        for members in product(*[self.members[name] for name in down]):
            path = ".".join(["value", *[f'"{member}"' for member in members]])
            items = ", ".join([r.choice(VALUES) for _ in self.members[last]])
            lines.append(f"{path} = {self.line(last, items)}\n")
        return "".join(lines)

    def line(self, name: str, items: str) -> str:
        first = self.members[name][0]
        if name == "tier":
            return f"{{ from = {first}, list = [{items}] }}"
        return f'{{ from = "{first}", list = [{items}] }}' if self.is_ordered.get(name) else f"[{items}]"

    def stock(self) -> None:
        for kind in self.random.sample(["last", "mean", "sum", "first"], 2):
            over = self.random.choice([("fine",), ("country", "fine")])
            id_ = self.input(over, more=f'rollup = "{kind}"\n', start="stock_")
            self.stocks.append(id_)

    def flows(self) -> None:
        """Write flows that change sign once, now and then behind periods without any."""
        r = self.random
        count = len(self.members["fine"])
        lead = r.choice([0, 0, 1])
        items = ["0"] * lead + ["-20"] + [r.choice(["1", "12", "3.7", "7.25"]) for _ in range(count - lead - 1)]
        head = '[s.flows]\nlabel = "flows"\nunit = "box"\nover = "fine"\nnote = "x"\n'
        self.blocks["flows"] = f"{head}value = {self.line('fine', ', '.join(items))}\n"

    def formula(self) -> None:
        r = self.random
        id_ = f"q_{len(self.over)}"
        if r.random() < 0.15:
            # What pays back within days grows without bound in a year.
            function = r.choice(["irr(flows)", *([] if self.is_daily else ["xirr(flows)", "xirr(2 * flows)"])])
            self.blocks[id_] = f'[s.{id_}]\nlabel = "{id_}"\nunit = "percent"\nformula = "{function}"\n'
            return
        over = r.choice(
            [(), ("fine",), ("country", "fine"), ("country",), ("region",), ("year",), ("region", "year"), ("mid",),
             ("vendor",), ("vendor", "year"), ("zone", "mid"), ("year", "country")]
        )  # fmt: skip
        text = self.expression(over, DEPTH)
        unit = r.choice(["box", "box", "kbox"])
        self.blocks[id_] = f'[s.{id_}]\nlabel = "{id_}"\nunit = "{unit}"\n{_over(over)}formula = \'{text}\'\n'
        self.over[id_] = over

    def text(self, *, without: frozenset[str] = frozenset()) -> str:
        kept = [block for id_, block in self.blocks.items() if id_ not in without]
        return "".join([self.head, *kept, self.scenario])


def _over(over: tuple[str, ...]) -> str:
    return f"over = {_list(list(over))}\n" if over else ""


def _list(names: list[str]) -> str:
    return f"[{', '.join([_quoted(name) for name in names])}]"


def _map(pairs: dict[str, str]) -> str:
    return f"{{ {', '.join([f'{_quoted(one)} = {_quoted(other)}' for one, other in pairs.items()])} }}"


def _quoted(text: str) -> str:
    return f'"{text}"'


def without_value(model: Model) -> frozenset[str]:
    """Return the ids of the quantities that have no value by definition, in some scenario and at some member."""
    found = set()
    for scenario in model.scenarios:
        naive = Naive(model, SIZES, scenario.id)
        for quantity in model.quantities:
            try:
                for places in product(*[range(len(model.dimension[name].members)) for name in quantity.over]):
                    naive.cell(quantity.id, places)
            except NoValueError:
                found.add(quantity.id)
    return frozenset(found)


def written(seed: int) -> tuple[str, str, frozenset[str]]:
    """Return a model whose every quantity has a value, the same with those that have none, and which these are."""
    author = Author(seed)
    author.write()
    whole = author.text()
    none = without_value(loads(whole))
    for id_, block in author.blocks.items():
        # What needs one that has none goes too, needed or not.
        none |= {id_} if none & set(re.findall(r"\w+", block)) else set()
    return author.text(without=none), whole, none


@cache
def made(seed: int) -> Plan:
    return plan(loads(written(seed)[0]))


def is_found(results: Results) -> bool:
    """Return whether no sum cancels, and no rate is so far below 0 that LibreOffice, which begins at 10 %, finds none."""
    rates = [
        results.values[index]
        for index, row in enumerate(results.plan.rows)
        if row.expression is not None
        and any(isinstance(node, Aggregate) and node.function in {"irr", "xirr"} for node in nodes(row.expression))
    ]
    return is_calm(results) and all(np.all(np.asarray(rate) > -0.25) for rate in rates)


def calm(seeds: range) -> Iterator[Plan]:
    """Yield the models of seeds that spreadsheets agree on in every scenario."""
    drawn = map(made, seeds)
    return (one for one in drawn if all(is_found(evaluate(one, case.id)) for case in one.cases))


def _next_month(form: str) -> str:
    return form.replace("-03-", "-04-") if "-03-" in form else form.replace("-02-", "-03-")
