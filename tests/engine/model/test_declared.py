"""Groups, choices and rollups as they are read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.dimensions import Grid
from engine.model.load import loads
from engine.model.model import Model

_HEAD = '[model]\ntitle = "x"\n'
_GPU = '[dimensions.gpu_type]\nmembers = ["H100", "B200", "L4"]\n'
_MONTH = '[dimensions.month]\nfrom = "2026-01"\nto = "2026-06"\n'
_YEAR = "[dimensions.year]\nfrom = 2026\nto = 2028\n"


def _read(text: str) -> Model:
    model = loads(_HEAD + text)
    assert not model.problems, model.problems
    return model


def _choice(dimension: str, value: str, more: str = "") -> str:
    return f'[a.x]\nlabel = "x"\nchoice = "{dimension}"\n{more}value = {value}\n'


@given(
    pairs=st.dictionaries(
        st.sampled_from(["DE", "FR", "US", "JP", "CN", "BR"]),
        st.sampled_from(["Europe", "Asia", "Americas"]),
        min_size=1,
    ),
    shuffled=st.randoms(use_true_random=False),
)
def test_a_group_has_its_members_in_the_order_of_the_finer_dimension(pairs: dict[str, str], shuffled: object) -> None:
    keys = list(pairs)
    shuffled.shuffle(keys)  # type: ignore[attr-defined]
    mapped = ", ".join([f'{key} = "{pairs[key]}"' for key in keys])
    members = ", ".join([f'"{key}"' for key in pairs])
    model = _read(
        f'[dimensions.region]\nof = "country"\nmap = {{ {mapped} }}\n[dimensions.country]\nmembers = [{members}]\n'
    )
    region = model.dimension["region"]
    assert region.members == tuple(dict.fromkeys(pairs.values()))
    assert [region.members[place] for place in region.places] == list(pairs.values())
    assert [one.id for one in model.dimensions] == ["region", "country"]


def test_members_that_are_listed_give_the_order_and_may_be_empty() -> None:
    group = 'of = "gpu_type"\nmembers = ["small", "none", "large"]\nordered = true\nsource = "s"\nnote = "n"\n'
    mapped = 'map = { H100 = "large", B200 = "large", L4 = "small" }\n'
    read = _read(f'[dimensions.size]\n{group}{mapped}{_GPU}[sources.s]\ntitle = "s"\n').dimension["size"]
    assert read.members == ("small", "none", "large")
    assert read.places == (2, 2, 0)
    assert (read.ordered, read.sources, read.note, read.of) == (True, ("s",), "n", "gpu_type")


def test_groups_of_groups_and_of_what_counts_or_is_a_calendar() -> None:
    model = _read(
        '[dimensions.world]\nof = "age"\nmap = { early = "all", late = "all" }\n'
        '[dimensions.age]\nof = "year"\nmap = { 2026 = "early", 2027 = "early", 2028 = "late" }\n'
        '[dimensions.season]\nof = "month"\nmap = { 2026-01 = "a", 2026-02 = "a", 2026-03 = "b", 2026-04 = "b", '
        '2026-05 = "b", 2026-06 = "c" }\n' + _YEAR + _MONTH
    )
    assert model.dimension["world"].places == (0, 0)
    assert model.dimension["age"].places == (0, 0, 1)
    assert model.dimension["season"].places == (0, 0, 1, 1, 1, 2)
    assert model.dimension["season"].ordered is False


@pytest.mark.parametrize(
    ("dimension", "value", "code", "member"),
    [
        ("gpu_type", '"B200"', 1, "B200"),
        ("year", "2027", 2027, "2027"),
        ("year", "2027.0", 2027, "2027"),
        ("month", '"2026-03"', 2, "2026-03"),
        ("month", "2026-03-31", 2, "2026-03"),
    ],
)
def test_the_value_of_a_choice_is_the_code_of_its_member(dimension: str, value: str, code: int, member: str) -> None:
    model = _read(_GPU + _YEAR + _MONTH + _choice(dimension, value))
    read = model.by_id["x"]
    assert isinstance(read.value, Decimal)
    assert (read.value, read.unit, read.choice) == (Decimal(code), "1", dimension)
    assert model.dimension[dimension].member_at(read.value) == member


def test_choices_by_member_in_values_and_scenarios() -> None:
    over = '[dimensions.site]\nmembers = ["A", "B"]\n'
    scenarios = '[scenarios.one]\nset.x.B = "L4"\n[scenarios.all]\nset.x = "B200"\n'
    model = _read(_GPU + over + scenarios + _choice("gpu_type", '["H100", "B200"]', 'over = "site"\n'))
    value = model.by_id["x"].value
    assert isinstance(value, Grid)
    assert value.cells == (Decimal(0), Decimal(1))
    one, everywhere = [dict(scenario.set)["x"] for scenario in model.scenarios]
    assert isinstance(one, Grid)
    assert one.cells == (None, Decimal(2))
    assert everywhere == 1


@pytest.mark.parametrize(
    ("rollup", "read"),
    [
        ('rollup = "last"', (("", "last"),)),
        ('rollup.month = "sum"', (("month", "sum"),)),
        ('rollup = { year = "none", month = "mean" }', (("year", "none"), ("month", "mean"))),
    ],
)
@pytest.mark.parametrize("value", ["value = 1", 'formula = "1"'])
def test_rollups_of_inputs_and_results(rollup: str, read: tuple[tuple[str, str], ...], value: str) -> None:
    over = 'over = ["gpu_type", "month", "year"]'
    model = _read(f'{_GPU}{_MONTH}{_YEAR}[a.x]\nlabel = "x"\nunit = "1"\n{over}\n{value}\n{rollup}\n')
    assert model.by_id["x"].rollup == read


@pytest.mark.parametrize("name", ["choice", "rollup", "period", "map", "starts", "of"])
def test_new_keys_are_names_as_ever(name: str) -> None:
    quantity = f'[a.{name}]\nlabel = "x"\nunit = "1"\nvalue = 2\n'
    assert _read(quantity).by_id[name].value == 2
    assert _read(f'[dimensions.{name}]\nmembers = ["A"]\n').dimension[name].members == ("A",)


def test_a_scenario_may_be_called_set_and_a_wrong_member_is_told_of_its_quantity() -> None:
    model = loads(_HEAD + _GPU + _choice("gpu_type", '"H100"') + '[scenarios.set]\nset.x = "Z9"\n')
    (problem,) = model.problems
    assert problem.message == "'x' chooses 'Z9', which is no member of 'gpu_type'"


def test_a_code_that_no_member_has_is_an_error() -> None:
    year = _read(_YEAR).dimension["year"]
    with pytest.raises(ValueError, match="no member of 'year' has the code 2029"):
        year.member_at(2029)
