"""Random expressions over calendars and groups, all in boxes, as `random_groups` puts them into models."""

from __future__ import annotations

import random

DEPTH = 2
VENDORS = ["X", "Y 2", "7"]
GROUPS = {"region": "country", "zone": "region", "mid": "fine", "year": "fine"}


class Expressions:
    """Writes expressions over the quantities that there are so far."""

    random: random.Random
    over: dict[str, tuple[str, ...]]
    members: dict[str, list[str]]
    stocks: list[str]
    rates: list[str]
    is_ordered: dict[str, bool]

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
            fits += [
                "count(by=[region, year])",
                f"count(by=[region, year], where={self.test(('country', 'fine'))})",
            ] * 9
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
