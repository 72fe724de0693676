"""Spreadsheets find the rates of flows: each begins to look near it, whatever the flows, and after every edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice

import pytest

from engine.model.load import loads
from engine.planning.planner import plan
from exports.workbook.xlsx import workbook
from tests.oracles.contents import Cells, formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys.flows import Flows, conventional, with_several_rates

HEAD = """[model]
title = "Rates"
outputs = ["rate_0"]
[units]
USD = "[money]"
"""


def written(drawn: Sequence[Flows], function: str = "irr") -> str:
    """Return a model of flows, all of as many periods, each with its rate."""
    count = len(drawn[0].flows)
    lines = [f'{HEAD}[dimensions.year]\nfrom = "2026"\nto = "{2025 + count}"\n']
    for number, (flows, _, bounds) in enumerate(drawn):
        lines.append(
            f'[s.flows_{number}]\nlabel = "Flows {number}"\nunit = "USD"\nover = "year"\nnote = "x"\n'
            f'value = {{ from = "2026", list = {flows} }}\n'
            f'[s.rate_{number}]\nlabel = "Rate {number}"\nunit = "1"\nformula = "{function}(flows_{number})"\n'
        )
        lines.append("" if bounds is None else f"min = {bounds[0]}\nmax = {bounds[1]}\n")
    return "".join(lines)


def books(drawn: Iterator[Flows], count: int, function: str = "irr") -> list[tuple[list[Flows], bytes]]:
    """Return workbooks of so many flows, by their number of periods."""
    ordered = sorted(islice(drawn, count), key=lambda one: len(one.flows))
    groups = [list(group) for _, group in groupby(ordered, key=lambda one: len(one.flows))]
    return [(group, workbook(plan(loads(written(group, function))))) for group in groups]


def missed(drawn: Sequence[Flows], content: bytes, values: Cells, function: str = "IRR") -> list[object]:
    """Return the flows whose rate a spreadsheet did not find."""
    places = [place for place, text in formulas(content).items() if place[0] == "Model" and f"={function}(" in text]
    assert len(places) == len(drawn)
    return [
        (one, values.get(place))
        for one, place in zip(drawn, places, strict=True)
        if not isinstance(found := values.get(place), float) or found != pytest.approx(one.rate, rel=1e-6, abs=1e-6)
    ]


def missed_by_ironcalc(drawn: Iterator[Flows], count: int) -> list[object]:
    found = []
    for flows, content in books(drawn, count):
        found += missed(flows, content, IronCalc(content).values(formulas(content)))
    return found


def missed_by_libreoffice(drawn: Iterator[Flows], count: int) -> list[object]:
    made = books(drawn, count)
    values = libreoffice([content for _, content in made])
    return [one for (flows, content), found in zip(made, values, strict=True) for one in missed(flows, content, found)]


@pytest.mark.parametrize("drawn", [conventional, with_several_rates])
def test_ironcalc_finds_the_rates_of_random_flows(drawn: Callable[[int], Iterator[Flows]]) -> None:
    assert missed_by_ironcalc(drawn(1), 24) == []


@pytest.mark.slow
@pytest.mark.parametrize("drawn", [conventional, with_several_rates])
def test_ironcalc_finds_the_rates_of_many_random_flows(drawn: Callable[[int], Iterator[Flows]]) -> None:
    assert len(missed_by_ironcalc(drawn(2), 400)) <= 1


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize(("drawn", "most"), [(conventional, 8), (with_several_rates, 1)])
def test_libreoffice_finds_the_rates_of_many_random_flows(drawn: Callable[[int], Iterator[Flows]], most: int) -> None:
    # It misses where next to nothing comes back, such as a millionth after some periods.
    assert len(missed_by_libreoffice(drawn(3), 400)) <= most


def test_a_guess_follows_what_is_typed() -> None:
    content = workbook(plan(loads(written([Flows([-100.0, 60, 60], 0.13)]))))
    book = IronCalc(content)
    place = next(place for place, text in formulas(content).items() if place[0] == "Model" and "=IRR(" in text)
    flows = next(place for place, text in formulas(content).items() if place[0] == "Inputs" and place[1][0] == "G")
    line = int("".join(filter(str.isdigit, flows[1]))) + 1
    for column, flow in zip("GHI", (-100.0, 1, 0.5), strict=True):
        book.type("Inputs", f"{column}{line}", flow)
    assert book.values([place])[place] == pytest.approx(-0.9242, abs=1e-4)
