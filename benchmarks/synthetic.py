"""Synthetic models of any size, always the same: a fifth inputs, formulas of two or three operands, units."""

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
