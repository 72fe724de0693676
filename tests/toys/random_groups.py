"""Random models over calendars and groups: what is taken together by them, chosen, looked up, and discounted."""

from __future__ import annotations

import random
import re
from functools import cache
from itertools import product

from engine.model.load import loads
from engine.model.model import Model
from engine.plan.plan import Plan
from engine.planning.planner import plan
from tests.oracles.naive import Naive, NoValueError

SIZES = {"box": 1, "kbox": 1000, "box/day": 1, "1": 1, "percent": 0.01}
VALUES = ["0", "1", "2", "-3", "0.5", "2.5", "-0.25", "7.25", "12", "3.7", "40"]
COUNTRIES = ["DE", "<5 MW", ">=10", "TRUE", "1e3", "Äpfel und"]
REGIONS = ["=b", "Europe", "12"]
VENDORS = ["X", "Y 2", "7"]
TIER = ["1", "2", "3"]
GROUPS = {"region": "country", "zone": "region", "mid": "fine", "year": "fine"}
CALENDARS = [
    # the finest periods, the two coarser calendars, and what the coarsest is of
    ("2026-{:02}", "quarter", "year", "mid"),
    ("2026-{:02}", "quarter", "year", "fine"),
    ("2026-02-{:02}", "month", "year", "mid"),
    ("2026-03-{:02}", "quarter", "year", "fine"),
]
DEPTH = 2
HEAD = """[model]
title = "Random"
[units]
box = "[box]"
"""


class Author:
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
            f"value = {{ from = 1, list = [{r.choice(['-4, 0, 2.5', '0, 1, 12', '0.5, 3.7, 40'])}] }}\nnote = \"x\"\n"
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
        self.blocks[id_] = (
            f"[s.{id_}]\nlabel = \"{id_}\"\nunit = \"{unit}\"\n{_over(over)}formula = '{text}'\n"
        )
        self.over[id_] = over

    # Expressions, all in boxes

    def leaf(self, over: tuple[str, ...]) -> str:
        return self.random.choice([id_ for id_, own in self.over.items() if set(own) <= set(over)])

    def expression(self, over: tuple[str, ...], depth: int) -> str:
        r = self.random
        if depth == 0:
            return self.leaf(over)
        makers = [self.group, self.by, self.by, self.by, self.choice, self.condition, self.over_all, self.count]
        makers += [self.along, self.curve, self.plain, self.by_two]
        for maker in r.sample(makers, len(makers)):
            found = maker(over, depth)
            if found:
                return found
        return self.leaf(over)

    def plain(self, over: tuple[str, ...], depth: int) -> str:
        a, b = (self.expression(over, depth - 1) for _ in range(2))
        return self.random.choice([f"({a} + {b})", f"({a} - {b} / 2)", f"max({a}, {b})", f"{a} * share"])

    def group(self, over: tuple[str, ...], depth: int) -> str:
        """Read the member of a group that this one belongs to."""
        fits = []
        for id_, own in self.over.items():
            coarse = [name for name in own if name in GROUPS and name not in over and set(self.finer(name)) & set(over)]
            if len(coarse) == 1 and set(own) - set(coarse) <= set(over):
                fits.append((id_, [name if name in coarse else ":" for name in own]))
        if not fits or not depth:
            return ""
        id_, selectors = self.random.choice(fits)
        return f"{id_}[{', '.join(selectors)}]"

    def finer(self, name: str) -> list[str]:
        return [GROUPS[name], *self.finer(GROUPS[name])] if name in GROUPS else []

    def source(self, wanted: set[str], optional: set[str], refused: set[str]) -> str:
        """Return an expression that is over all that is wanted, and none that is refused."""
        r = self.random
        fits = [
            id_
            for id_, own in self.over.items()
            if wanted <= set(own) <= wanted | optional and not set(own) & refused and id_ not in self.stocks
        ]
        if not fits:
            return ""
        id_ = r.choice(fits)
        return f"{id_} * 2 + {r.choice(fits)}" if r.random() < 0.3 else id_

    def by(self, over: tuple[str, ...], depth: int) -> str:
        r = self.random
        coarse = [name for name in over if name in GROUPS]
        if not coarse:
            return self.by_choice(over)
        name = r.choice(coarse)
        fine = r.choice(self.finer(name))
        rest = set(over) - {name}
        if fine in rest or not depth:
            return ""
        extra = r.choice(["", "country", "fine"])
        beside = {extra} - {""} if extra not in {*over, fine, *self.finer(fine)} else set()
        if beside and any(extra in self.finer(one) for one in over):
            beside = set()
        source = self.source({fine} | beside, rest, {name})
        if not source:
            return ""
        if not beside and r.random() < 0.2 and [id_ for id_ in self.stocks if self.over[id_] == ("fine",)]:
            stock = r.choice([id_ for id_ in self.stocks if self.over[id_] == ("fine",)])
            if fine == "fine":
                return f"rollup({stock}, by={name})"
        functions = ["sum", "mean", "min", "max"]
        functions += ["first", "last"] if self.is_ordered.get(fine) and not beside else []
        where = f", where={self.test((fine,))}" if r.random() < 0.4 else ""
        also = f", over={extra}" if beside else ""
        return f"{r.choice(functions)}({source}, by={name}{also}{where})"

    def by_two(self, over: tuple[str, ...], depth: int) -> str:
        r = self.random
        if set(over) - {"region", "zone", "year", "mid"} or len(over) != 2 or not depth:
            return ""
        source = self.source({"country", "fine"}, set(), set())
        where = f", where={self.test(('country', 'fine'))}" if r.random() < 0.5 else ""
        return f"{r.choice(['sum', 'mean', 'min', 'max'])}({source}, by=[{', '.join(over)}]{where})"

    def by_choice(self, over: tuple[str, ...]) -> str:
        if "vendor" not in over:
            return ""
        source = self.source({"country"}, set(over) - {"vendor"}, {"vendor"})
        if not source:
            return ""
        return f"{self.random.choice(['sum', 'sum', 'mean', 'min', 'max'])}({source}, by=sup)"

    def choice(self, over: tuple[str, ...], depth: int) -> str:
        r = self.random
        fits = []
        for id_, own in self.over.items():
            if "vendor" in own and set(own) <= {*over, "vendor"}:
                selector = r.choice(["sup", "pick"]) if "country" in over else "pick"
                fits.append((id_, [selector if name == "vendor" else ":" for name in own]))
            if "fine" in own and set(own) <= {*over, "fine"}:
                since = r.choice(["since", f'"{r.choice(self.members["fine"])}"'])
                fits.append((id_, [since if name == "fine" else ":" for name in own]))
        if not fits or not depth:
            return ""
        id_, selectors = r.choice(fits)
        return f"{id_}[{', '.join(selectors)}]"

    def test(self, over: tuple[str, ...]) -> str:
        """Return a condition over some of these dimensions."""
        r = self.random
        tests = [f"{self.leaf(over)} > 0", f"{self.leaf(over)} <= {self.leaf(over)}"]
        if "country" in over:
            vendor, country = r.choice(VENDORS), r.choice(self.members["country"])
            region = r.choice(self.members["region"])
            tests += [f'sup == "{vendor}"', f'country != "{country}"', f'region == "{region}"', "sup == pick"] * 2
            tests += [f'zone != "{self.members["zone"][0]}"']
        if "fine" in over:
            month, year = r.choice(self.members["fine"]), r.choice(self.members["year"])
            sign = r.choice(["<", "<=", ">", ">="])
            tests += [f'fine {sign} "{month}"', "fine >= since", f'year == "{year}"', "fine - 2 > 0"] * 2
        return r.choice(tests)

    def condition(self, over: tuple[str, ...], depth: int) -> str:
        a, b = (self.expression(over, depth - 1) for _ in range(2))
        test = self.test(over)
        other = f" and {self.test(over)}" if self.random.random() < 0.3 else ""
        return f"({a} if {test}{other} else {b})"

    def over_all(self, over: tuple[str, ...], depth: int) -> str:
        r = self.random
        name = r.choice(["country", "fine", "vendor", "tier"])
        if name in over or not depth or any(name in self.finer(one) for one in over):
            return ""
        source = self.source({name}, set(over), set())
        if not source:
            return ""
        where = f", where={self.test((name,))}" if r.random() < 0.5 and name in {"country", "fine"} else ""
        functions = ["sum", "mean", "min", "max", *(["first", "last"] if self.is_ordered.get(name) else [])]
        return f"{r.choice(functions)}({source}, over={name}{where})"

    def count(self, over: tuple[str, ...], depth: int) -> str:
        r = self.random
        a = self.leaf(())
        fits = [f"count(over={r.choice(list(self.members))})", f"count(where={self.test(('fine',))}, over=fine)"]
        if over == ("region", "year"):
            fits += ["count(by=[region, year])", f"count(by=[region, year], where={self.test(('country', 'fine'))})"] * 9
        for name in over:
            if name in GROUPS:
                fine = self.finer(name)[-1]
                fits += [f"count(by={name})", f"count(by={name}, where={self.test((fine,))})"] * 3
            if name == "vendor":
                fits += ["count(by=sup)"] * 4
        found = r.choice(fits)
        if found == "count(where=" or not depth or ("over=fine" in found and "year" in over):
            return ""
        return f"{a} * {found}"

    def along(self, over: tuple[str, ...], depth: int) -> str:
        r = self.random
        if not depth:
            return ""
        if "fine" in over:
            edge = self.leaf(tuple([name for name in over if name != "fine"]))
            a, b = self.expression(over, depth - 1), self.leaf(over)
            fits = [f"cumsum({a}, over=fine)"] if a not in self.stocks and "fine" in self.shape(a) else []
            fits += [f"{r.choice(['prev', 'next'])}({b}, {edge}, over=fine)", f"{r.choice(self.rates)} * days(fine)"]
            return r.choice(fits)
        if "country" in over or not over:
            source = self.source({"fine"}, set(over), set())
            return source and f"{r.choice(['npv', 'xnpv'])}(share, {source}, over=fine)"
        return ""

    def shape(self, id_: str) -> tuple[str, ...]:
        return self.over.get(id_, ())

    def curve(self, over: tuple[str, ...], depth: int) -> str:
        r = self.random
        values = [id_ for id_, own in self.over.items() if own == ("tier",)]
        if "tier" in over or not depth:
            return ""
        x = self.expression(over, depth - 1)
        # A choice does not keep a curve from being looked at, so that none there is left without ends.
        ends = r.choice([', ends="flat"'] * 4 + [""]) if depth == DEPTH else ', ends="flat"'
        return f"{r.choice(['lookup', 'step'])}({x}, at, {r.choice(values)}{ends})"

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


def _next_month(form: str) -> str:
    return form.replace("-03-", "-04-") if "-03-" in form else form.replace("-02-", "-03-")
