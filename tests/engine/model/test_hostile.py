"""Models that mean harm, or were made by a machine: a clear problem or a correct workbook, bounded, and no traceback."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.load import loads
from engine.planning.planner import plan
from engine.problems import ModelError, render
from tests.command_line import bounded
from tests.toys.lemonade import TOY

HEAD = '[model]\ntitle = "Hostile"\n'
INPUT = '[a.x]\nlabel = "x"\nvalue = 2\nunit = "1"\nnote = "x"\n'


def refused(path: Path) -> str:
    """Return the problems of a model that must be refused, without a traceback."""
    done = bounded("check", str(path))
    assert done.returncode == 1, done.stderr[-500:]
    assert "Traceback" not in done.stderr
    assert "internal" not in done.stderr
    assert len(done.stderr) < 20_000
    return done.stderr


def with_formula(formula: str) -> str:
    """Return a model with one formula over x."""
    return f'{HEAD}{INPUT}[a.y]\nlabel = "y"\nformula = {json.dumps(formula)}\nunit = "1"\n'


LARGE: dict[str, Iterable[str]] = {
    "a file of 50 MB": ["#" * 50_000_000],
    "a million quantities": (f"[s.q{i}]\nvalue=1\n" for i in range(1_000_000)),
    "a million whole quantities": (f'[q{i}x]\nlabel="x"\nvalue=1\nunit="1"\n' for i in range(700_000)),
    "nested arrays": [HEAD, "x = ", "[" * 1_000_000],
    "nested closed arrays": [HEAD, "x = ", "[" * 390 + "]" * 390],
    "nested inline tables": [HEAD, "x = ", "{ a = " * 100_000],
    "a long dotted key": [HEAD, ".".join(["a"] * 100_000), " = 1"],
    "a long table name": ["[", ".".join(["a"] * 900), "]\nvalue = 1"],
    "100,000 names in one formula": [with_formula("+".join(f"n{i}" for i in range(100_000)))],
    "100,000 minus signs": [with_formula("-" * 100_000 + "x")],
    "100,000 powers": [with_formula("x" + "**x" * 100_000)],
    "100,000 conditionals": [with_formula("x if x else " * 100_000 + "x")],
    "100,000 brackets": [with_formula("(" * 100_000 + "x" + ")" * 100_000)],
    "an integer of a million digits": [HEAD, INPUT.replace("2", "9" * 1_000_000)],
    "an exponent of twenty digits": [HEAD, INPUT.replace("2", "1e999999999999999999999")],
    "an exponent of seven digits": [HEAD, INPUT.replace("2", "1e9992029")],
    "an exponent of seven digits in a dimension": [HEAD, INPUT, "[dimensions.year]\nfrom = 1\nto = 1e9992029\n"],
    "a label of a million characters": [HEAD, INPUT.replace('"x"', '"' + "x" * 1_000_000 + '"')],
    "a name of a million characters": [HEAD, INPUT.replace("a.x", "a." + "x" * 1_000_000)],
    "100,000 unknown keys": [HEAD, INPUT, *(f"k{i} = 1\n" for i in range(100_000))],
    "100,000 unknown names": [HEAD, *(f'[s.q{i}x]\nlabel="x"\nformula="nothing_{i}"\nunit="1"\n' for i in range(50_000))],
    "a cycle of 50,000": [HEAD, *(f'[s.q{i}x]\nlabel="x"\nformula="q{(i + 1) % 50_000}x"\nunit="1"\n' for i in range(50_000))],
    "20,000 scenarios that extend one another": [HEAD, INPUT, *(f'[scenarios.s{i}]\nextends="s{(i + 1) % 20_000}"\n' for i in range(20_000))],
    "20,000 units": [HEAD, INPUT, "[units]\n", *(f'u{i}x = "2 u{i + 1}x"\n' for i in range(20_000))],
    "a tower in a unit": [HEAD, INPUT.replace('unit = "1"', 'unit = "m**9**9**9**9"')],
    "a number in a unit": [HEAD, INPUT, '[units]\nbig = "1e999999999 s"\n'],
    "a text of 28 MB": [HEAD, '[a]\nnote = """', "line of text\n" * 2_200_000, '"""\n', INPUT],
    "a unit of a unit of a unit": [HEAD, INPUT, "[units]\n", 'a = "b"\nb = "a"\n'],
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.slow
def test_a_model_that_is_too_much_is_refused_within_bounds(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.toml"
    with path.open("w") as file:
        file.writelines(LARGE[name])
    assert refused(path)


@pytest.mark.slow
def test_a_long_chain_is_a_correct_model(tmp_path: Path) -> None:
    path = tmp_path / "chain.toml"
    rows = [f'[s.q{i}x]\nlabel="x"\nformula="{f"q{i - 1}x" if i else "x"} + x"\nunit="1"\n' for i in range(20_000)]
    path.write_text(HEAD + INPUT + "".join(rows))
    done = bounded("solve", str(path), "--json")
    assert json.loads(done.stdout)["quantities"]["q19999x"]["value"] == 40_002
    assert bounded("explain", "q3000x", "-m", str(path)).returncode == 0


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os').system('touch pwned')", "().__class__.__bases__", "open('x')", "x.__class__", "exec('x')", "lambda: x",
        "[x for x in (1,)]", "{**x}", "f'{x}'", "x := 3", "print(x)", "breakpoint()", "globals()", "x()", "(x)(x)", "1 if (yield) else 2",
        "abs.__self__", "max.__class__", "v[0]", "power(x, x)", "HELPERS", "v", "__builtins__", "least(x, x)", "finite(x)", "inf", "nan",
    ],
)  # fmt: skip
def test_nothing_in_a_formula_is_run(formula: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError):
        plan(loads(with_formula(formula)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "formula", ["9**9**9**9", "10**308*10", "exp(exp(exp(10)))", "2**1024", "cosh(x**10)", "1/(x-x)", "0**(x-x)"]
)
def test_what_grows_beyond_numbers_is_a_problem_and_takes_no_time(formula: str, tmp_path: Path) -> None:
    path = tmp_path / "tower.toml"
    path.write_text(with_formula(formula))
    assert "has no finite value" in refused(path)


@pytest.mark.parametrize(
    "text", ["\\u0000", "\\u0007", "\\u001b[31m", "\\u200b", "\\u202e", "\\uffff", "\\u0085", "\\ufeff"]
)
def test_characters_that_do_not_print_are_refused_everywhere(text: str) -> None:
    for old in ("Lemonade", "Our stand", "Usual", "Stand", "Glasses sold", "Lemons cost"):
        assert old in TOY
        with pytest.raises(ModelError) as caught:
            plan(loads(TOY.replace(old, f"{old}{text}", 1)))
        assert "cannot be printed" in str(caught.value)


def test_a_problem_shows_escapes_instead_of_obeying_them() -> None:
    with pytest.raises(ModelError) as caught:
        plan(loads(f'{HEAD}["a\\u001b[2J"."\\u001b]0;x\\u0007"]\nvalue = 1\n'))
    assert "\x1b" not in render(caught.value.problems)


def test_units_that_differ_by_case_keep_constants_of_their_own() -> None:
    text = f'{HEAD}[units]\nZQ = "[thing]"\nzq = "100 ZQ"\n[a.x]\nlabel = "x"\nvalue = 2\nunit = "zq"\nnote = "x"\n'
    text += '[a.w]\nlabel = "w"\nvalue = 3\nunit = "MW"\nnote = "x"\n[a.v]\nlabel = "v"\nformula = "w"\nunit = "mW"\n'
    made = plan(loads(text + '[a.y]\nlabel = "y"\nformula = "x"\nunit = "ZQ"\n'))
    constants = {row.label: (row.id, row.value) for row in made.rows if row.kind == "constant"}
    assert constants["ZQ per zq"][1] == 100
    assert constants["mW per MW"][1] == 1e9
    assert len({id_.lower() for id_, _ in constants.values()}) == 2


tokens = st.sampled_from(
    ["[", "]", "[[", "]]", "{", "}", "=", ".", ",", '"', "'", '"""', "\n", "\r\n", "#", "\t", " ", "\x00", "\ufeff", "é", "-", "+", "**", "//", "^",
     "value", "formula", "unit", "published", "set", "extends", "range", "min", "whole", "units", "scenarios", "checks", "test", "source", "model",
     "1e400", "1e9992029", "nan", "inf", "-0", "0x1F", "1979-05-27", "true", "[]", "{}", "over", "solve", "percent", "degC", "FLOPS", "__class__", "9" * 30]
)  # fmt: skip
edits = st.lists(st.tuples(st.integers(0, len(TOY)), st.integers(0, 12), tokens), min_size=1, max_size=4)


@settings(max_examples=400)
@given(edits)
def test_any_damage_to_a_model_gives_problems_and_never_a_traceback(damage: list[tuple[int, int, str]]) -> None:
    text = TOY
    for place, length, token in damage:
        text = text[:place] + token + text[place + length :]
    with suppress(ModelError):
        plan(loads(text))


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "x", "1", "=1", "day", "price", "price + 1"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["value", "source", "unit", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)
KEYS = [
    "label",
    "unit",
    "value",
    "formula",
    "range",
    "distribution",
    "min",
    "max",
    "whole",
    "source",
    "note",
    "published",
    "set",
    "extends",
    "test",
    "tolerance",
    "title",
    "date",
    "url",
    "outputs",
    "scenario",
    "purpose",
]


def toml(value: object) -> str:
    """Return a value as TOML writes it."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{ " + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items()) + " }"
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case str():
            return json.dumps(value)
        case None:
            return "1979-05-27"
    return repr(value)


@settings(max_examples=400)
@given(
    st.sampled_from(
        ["model", "sources.stand", "scenarios.hot", "stand.price", "result.sales", "checks.share", "stand"]
    ),
    st.sampled_from(KEYS),
    values,
)
def test_any_value_at_any_key_gives_problems_and_never_a_traceback(table: str, key: str, value: object) -> None:
    lines = TOY.split(f"[{table}]\n")
    text = f"{lines[0]}[{table}]\n{key} = {toml(value)}\n" + "\n".join(
        line for line in lines[1].split("\n") if not line.startswith((f"{key} ", f"{key}."))
    )
    with suppress(ModelError):
        plan(loads(text))
