"""A debt whose interest is on its average balance, and quantities in a line each."""

from __future__ import annotations

from engine.model.load import loads
from engine.plan.plan import Plan
from engine.planning.planner import plan

HEAD = '[model]\ntitle = "Bakery"\n[units]\nEUR = "[money]"\n'
DEBT = (
    HEAD
    + """
[dimensions.year]
from = 1
to   = 10
[debt]
loan = { label = "Loan", value = 100, unit = "EUR", min = 0, note = "x" }
rate = { label = "Rate", value = 8, unit = "percent", note = "x" }
opening  = { label = "Opening balance", over = "year", unit = "EUR", formula = "prev(closing, loan)" }
interest = { label = "Interest", over = "year", unit = "EUR", solve = "interest == rate * (opening + closing) / 2" }
sweep    = { label = "Repaid", over = "year", unit = "EUR", formula = "max(0, min(opening, cash - interest))" }
closing  = { label = "Closing balance", over = "year", unit = "EUR", formula = "opening - sweep" }
[debt.cash]
label = "Cash"
over  = "year"
unit  = "EUR"
value = { from = 1, list = [5, 20, 0, 30, 25, 40, 40, 40, 40, 40] }
note  = "x"
"""
)


def quantity(id_: str, what: str, unit: str = "1", more: str = "") -> str:
    key = "solve" if "==" in what else "formula" if any(sign in what for sign in "+*/(") else "value"
    text = what if key == "value" else f'"{what}"'
    return f'[s.{id_}]\nlabel = "{id_}"\n{key} = {text}\nunit = "{unit}"\nnote = "x"\n{more}\n'


_debts: list[Plan] = []


def debt() -> Plan:
    """Return the debt model, solved once."""
    if not _debts:
        _debts.append(plan(loads(DEBT)))
    return _debts[0]


def chain(count: int) -> str:
    inputs = "".join(quantity(f"a_{n}", str(n + 1)) for n in range(count))
    return HEAD + inputs + "".join(
        quantity(f"q_{n}", f"q_{n - 1} + a_{n} * {n % 2 + 1}" if n else "a_0 * (2)") for n in range(count)
    )  # fmt: skip
