"""The cells of scenarios that extend several others, in spreadsheets: as exported, and as numbers are typed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.model.load import loads
from engine.planning.planner import plan
from exports.workbook.xlsx import workbook
from tests.oracles.agreement import differences
from tests.oracles.contents import formulas
from tests.oracles.iron_calc import IronCalc
from tests.oracles.libreoffice import libreoffice
from tests.toys.scenario_graphs import Graph, graphs
from tests.toys.stall import places

Key = tuple[str, str]


def is_possible(graph: Graph) -> bool:
    try:
        return all(graph.lineage(case) for case in graph.parents)
    except TypeError:
        return False


def cells(content: bytes) -> dict[Key, tuple[str, str]]:
    """Return where each input stands in each scenario."""
    return {key: ("Inputs", at) for key, at in places(content).items() if not key[0].startswith("factor")}


@pytest.mark.slow
@settings(max_examples=15)
@given(graphs(5), st.data())
def test_what_is_typed_into_any_scenario_flows_to_those_that_extend_it(graph: Graph, data: st.DataObject) -> None:
    assume(is_possible(graph))
    content = workbook(plan(loads(graph.text)))
    where, book = cells(content), IronCalc(content)
    agree(book, graph, where)
    for _ in range(3):
        typed_into(book, graph, where, data.draw(st.sampled_from(sorted(where))), data.draw(st.integers(200, 999)))


def test_the_nearer_of_two_counts_as_soon_as_it_has_a_number_of_its_own() -> None:
    graph = Graph({"high": [], "slow": [], "both": ["high", "slow"], "late": ["both"]})
    graph.factors = {
        ("price", "high"): Decimal(2),
        ("price", "both"): Decimal("1.1"),
        ("sold[south]", "slow"): Decimal(3),
    }
    content = workbook(plan(loads(graph.text)))
    where, book = cells(content), IronCalc(content)
    agree(book, graph, where)
    for key, number in ((("price", "slow"), 30), (("sold[south]", "high"), 40), (("price", "high"), 50),
                        (("price", "base"), 60), (("price", "both"), 70), (("sold[south]", "slow"), 80)):  # fmt: skip
        typed_into(book, graph, where, key, number)


def typed_into(book: IronCalc, graph: Graph, where: dict[Key, tuple[str, str]], key: Key, number: int) -> None:
    """Type a number, and hold all scenarios against what a text comes to that sets it."""
    book.type(*where[key], number)
    graph.sets[key] = Decimal(number)
    graph.factors.pop(key, None)
    agree(book, graph, where)


def agree(book: IronCalc, graph: Graph, where: dict[Key, tuple[str, str]]) -> None:
    found = book.values(where.values())
    for (id_, case), at in where.items():
        assert found[at] == pytest.approx(float(graph.value(id_, case)), rel=1e-12), (id_, case)


def test_a_formula_that_would_be_too_long_takes_the_value_from_where_it_is_set() -> None:
    graph = Graph({f"s{number}": [] for number in range(30)})
    graph.factors = {("price", case): Decimal("1.1") for case in graph.parents}
    graph.parents["all"] = list(graph.parents)
    content = workbook(plan(loads(graph.text)))
    written = formulas(content)
    assert max(len(text) for (sheet, _), text in written.items() if sheet == "Inputs") < 1_010
    agree(IronCalc(content), graph, cells(content))


@pytest.mark.slow
@settings(max_examples=1)
@given(st.lists(graphs(), min_size=4, max_size=4))
def test_libreoffice_agrees_in_every_scenario(drawn: list[Graph]) -> None:
    possible = [graph for graph in drawn if is_possible(graph)]
    assume(possible)
    contents = []
    for graph in possible:
        made = plan(loads(graph.text))
        contents += [workbook(made, case.id) for case in made.cases]
    for content, found in zip(contents, libreoffice(contents), strict=True):
        assert differences(content, found) == []
