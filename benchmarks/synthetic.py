"""Synthetic models of any size, always the same: single numbers with units, and rows over periods."""

from __future__ import annotations

import random

HEAD = '[model]\ntitle = "Synthetic"\n\n[units]\nUSD = "[money]"\n'
_UNITS = {"money": ("USD", "kUSD"), "time": ("hour", "day"), "price": ("USD/hour",)}
_SECTION = 500
_FIRST = 12


def synthetic(count: int) -> str:
    """Return a model of so many quantities: label, unit, and value or formula each; all values stay positive."""
    chance = random.Random(count)  # noqa: S311  # the same model every time
    known: dict[str, list[str]] = {kind: [] for kind in _UNITS}
    lines = [HEAD]
    for number in range(count):
        kind = ("money", "time", "price")[number % 3]
        is_input = number < _FIRST or chance.random() < 0.2
        what = f"value = {chance.uniform(1, 9):.4f}" if is_input else f'formula = "{_formula(chance, kind, known)}"'
        unit = chance.choice(_UNITS[kind])
        lines.append(
            f'\n[section_{number // _SECTION}.q{number}x]\nlabel = "Quantity {number}"\n{what}\nunit = "{unit}"\n'
        )
        known[kind].append(f"q{number}x")
    return "".join(lines)


def _formula(chance: random.Random, kind: str, known: dict[str, list[str]]) -> str:
    a, b, c = (chance.choice(known[kind]) for _ in range(3))
    money, time, price = (chance.choice(known[other]) for other in ("money", "time", "price"))
    across = {"money": f"{price} * {time}", "time": f"{money} / {price}", "price": f"{money} / {time}"}[kind]
    return chance.choice(
        (
            f"({a} + {b}) / 2",
            f"max({a}, {b}) / 2 + {c} / 2",
            f"min({a}, {b}, {c})",
            f"sqrt({a} * {b})",
            f"{a} if {b} > {c} else {b}",
            f"abs({a} - {b}) / 2 + {c} / 2",
            across,
        )
    )


def wide(rows: int, periods: int) -> str:
    """Return a model of so many rows over so many periods: a fifth inputs, a tenth recurrences."""
    chance = random.Random(rows)  # noqa: S311  # the same model every time
    lines = [HEAD, f"\n[dimensions.period]\nfrom = 1\nto = {periods}\n"]
    lines.append('\n[section_0.rate]\nlabel = "Rate"\nvalue = 0.5\nunit = "percent"\n')
    known: list[str] = []
    for number in range(rows):
        a, b, c = (chance.choice(known or ["rate"]) for _ in range(3))
        if number % 5 == 0:
            values = ", ".join(f"{chance.uniform(1, 9):.4f}" for _ in range(periods))
            what = f"value = {{ from = 1, list = [{values}] }}"
        elif number % 10 == 3:  # a tenth
            what = f'formula = "prev(q{number}x * (1 - rate), 0) + {a} / 2 + min({b}, {c})"'
        else:
            shapes = (f"({a} + {b}) / 2", f"max({a}, {b}) - {c} / 2", f"{a} if {b} > {c} else {b}")
            what = f'formula = "{chance.choice(shapes)}"'
        unit = chance.choice(_UNITS["money"])
        lines.append(
            f'\n[section_{number // 50}.q{number}x]\nlabel = "Row {number}"\nover = "period"\n{what}\nunit = "{unit}"\n'
        )
        known.append(f"q{number}x")
    return "".join(lines)


def grouped(rows: int, years: int) -> str:
    """Return a model of so many rows, by months of so many years, by quarter and by fiscal year."""
    lines = [
        HEAD,
        f'\n[dimensions.month]\nfrom = "2000-01"\nto = "{1999 + years}-12"\n',
        '\n[dimensions.quarter]\nof = "month"\nperiod = "quarter"\n',
        '\n[dimensions.year]\nof = "quarter"\nperiod = "year"\nstarts = 4\n',
        '\n[section_0.start]\nlabel = "First"\nover = "month"\nvalue = 2\nunit = "USD"\n',
    ]
    for number in range(rows):
        over, formula = (
            ("month", "start * (1 + month)"),
            ("quarter", f"sum(q{number - 1}x, by=quarter)"),
            ("year", f"sum(q{number - 1}x, by=year)"),
            ("year", f"last(q{number - 3}x, by=year)"),
        )[number % 4]
        lines.append(
            f'\n[section_{number // 50}.q{number}x]\nlabel = "Row {number}"\nover = "{over}"\n'
            f'formula = "{formula}"\nunit = "USD"\n'
        )
    return "".join(lines)
