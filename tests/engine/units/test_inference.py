"""Units through formulas: what agrees, what is converted by a visible constant, and what is said where it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import ModelError, render

UNITS = """
[model]
title = "Units"
[units]
USD = "[money]"
box = "[box]"
[in]
"""
INPUTS = {
    "day": ("length", 3, "day"), "hour": ("wait", 12, "hour"), "usd": ("price", 5, "USD/box"), "boxes": ("boxes", 4, "box"),
    "share": ("share", 25, "percent"), "growth": ("growth", 2, "percent/year"), "angle": ("angle", 30, "degree"),
    "side": ("side", 3, "m"), "pure": ("factor", 7, "1"), "ppm": ("traces", 500, "ppm"), "years": ("years", 2, "year"),
}  # fmt: skip


def model(formula: str, unit: str) -> str:
    """Return a model with one result over the inputs above."""
    rows = [
        f'[in.{id_}]\nlabel = "{id_}"\nvalue = {value}\nunit = "{u}"\nnote = "x"\n' for id_, value, u in INPUTS.values()
    ]
    return UNITS + "".join(rows) + f'[out.result]\nlabel = "r"\nunit = "{unit}"\nformula = "{formula}"\n'


def planned(formula: str, unit: str) -> Plan:
    """Return the plan of a model with one result."""
    return plan(loads(model(formula, unit)))


@pytest.mark.parametrize(
    ("formula", "unit", "value", "constants"),
    [
        ("length + wait", "day", 3.5, ["hour per day"]),
        ("wait + length", "day", 3.5, ["hour per day"]),
        ("length + wait", "hour", 84, ["hour per day"]),
        ("length + wait", "minute", 5040, ["hour per day", "minute per day"]),
        ("max(length, wait)", "hour", 72, ["hour per day"]),
        ("length if wait < length else wait", "hour", 72, ["hour per day"]),
        ("boxes * price", "USD", 20, []),
        ("boxes * price * share", "USD", 5, []),
        ("1 - share", "percent", 75, []),
        ("share + factor", "1", 7.25, []),
        ("side ** 2", "m**2", 9, []),
        ("sqrt(side ** 2)", "m", 3, []),
        ("side ** -1", "1/m", 1 / 3, []),
        ("(side * side) ** (1 / 2)", "m", 3, []),
        ("sin(angle)", "1", 0.5, ["degree per radian"]),
        ("exp(traces * 2000)", "1", 2.718281828459045, ["ppm per 1"]),
        ("max(price - price, 0)", "USD/box", 0, []),
        ("price if price > 0 else 0", "USD/box", 5, []),
        ("0", "USD", 0, []),
        ("growth * years", "percent", 4, []),
        ("(1 + growth * years) ** factor", "1", 1.04**7, []),
        ("round(length / wait)", "1", 6, ["hour per day"]),
        ("log10(length / wait * 10 / 6)", "1", 1, ["hour per day"]),
        ("price * boxes / side", "USD/km", 20000 / 3, ["m per km"]),
    ],
)
def test_units_that_agree_are_converted_by_constants(
    formula: str, unit: str, value: float, constants: list[str]
) -> None:
    made = planned(formula, unit)
    labels = sorted(row.label for row in made.rows if row.kind == "constant" and " in the formula of " not in row.label)
    assert evaluate(made)["result"] == pytest.approx(value, rel=1e-12)
    assert labels == constants


@pytest.mark.parametrize(
    ("formula", "unit", "says"),
    [
        ("length + price", "day", "the sides of '+'"),
        ("length + 1", "day", "a number in a formula has no unit"),
        ("max(length, boxes)", "day", "the sides of 'max'"),
        ("length if price > 1 else wait", "day", "the sides of '>'"),
        ("length if share > 0 else price", "day", "the sides of 'if'"),
        ("boxes * price", "box", "but the quantity is declared as"),
        ("boxes", "USD", "such as 'price'"),
        ("boxes ** share", "box", "must be a plain number"),
        ("factor ** length", "1", "an exponent must be a pure number"),
        ("(1 + growth) ** years", "1", "the sides of '+'"),
        ("(1 + share) ** years", "1", "divide it by the length of one period"),
        ("exp(length)", "1", "the argument of exp must be a pure number"),
        ("round(boxes)", "box", "the argument of round must be a pure number"),
        ("sin(length)", "1", "the argument of sin must be a pure number"),
        ("length > wait", "1", "write 1 if length > wait else 0"),
        ("boxes * (length > wait)", "box", "is a comparison and not a number"),
        ("boxes if boxes else 0", "box", "a condition must be a pure number"),
        ("boxes if length > wait else length > wait", "box", "is a comparison and not a number"),
    ],
)
def test_units_that_do_not_agree_are_shown_on_both_sides(formula: str, unit: str, says: str) -> None:
    with pytest.raises(ModelError) as caught:
        planned(formula, unit)
    assert says in str(caught.value)


def test_the_message_shows_units_and_dimensions_in_columns() -> None:
    with pytest.raises(ModelError) as caught:
        planned("boxes * price / length", "USD")
    problem = next(problem for problem in caught.value.problems if problem.severity == "error")
    assert render([problem]).split("\n")[1:] == [
        "    boxes * price / length           is  USD/day  [money / time]",
        "    but the quantity is declared as      USD      [money]",
        "  hint: multiply by a quantity in hour, such as 'wait'",
    ]


@given(
    st.sampled_from(["day", "hour", "minute", "week"]), st.sampled_from(["s", "year", "day"]), st.floats(0.001, 1000)
)
def test_a_value_is_the_same_amount_in_any_unit(source: str, target: str, value: float) -> None:
    text = f'{UNITS}[in.x]\nlabel = "x"\nvalue = {value!r}\nunit = "{source}"\nnote = "x"\n'
    text += f'[out.y]\nlabel = "y"\nformula = "x"\nunit = "{target}"\n'
    results = evaluate(plan(loads(text)))
    assert results.quantity("y").to(source).magnitude == pytest.approx(value, rel=1e-12)
