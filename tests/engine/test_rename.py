"""Another name for anything in a model: `diff` says nothing but the name, and the way back gives the same bytes."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.data.folder import Kept
from engine.model.load import load, loads
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.problems import Mistake, ModelError
from engine.references.find import find_references
from engine.references.symbols import TABLES, Symbol
from engine.rename import rename
from engine.versions.differences import differences
from engine.versions.pair import Pair
from tests.places import ROOT
from tests.toys import random_dimensions, random_draws, random_groups, random_models

MODELS = sorted((ROOT / "models").glob("*.toml"))
KINDS = ["quantity", "member", "scenario", "unit", "source", "check", "chart", "dimension"]


def symbols(made: Plan) -> Iterator[Symbol]:
    """Yield what has a name that its author chose."""
    for symbol in dict.fromkeys([one.symbol for one in find_references(made.model) if one.is_declaration]):
        if symbol.kind != "member" or not made.model.dimension[symbol.dimension].is_time:
            yield symbol


def way(made: Plan, symbol: Symbol) -> str:
    """Return how a symbol is named where nothing else may be meant."""
    if symbol.kind == "quantity":
        return ".".join(map(str, [*made.model.by_id[symbol.name].path[:-1], symbol.name]))
    tables = {kind: table for table, kind in TABLES.items()}
    return str(symbol) if symbol.kind == "member" else f"{tables[symbol.kind]}.{symbol.name}"


def told(old: Plan, new: Plan, before: str, after: str) -> list[tuple[str, ...]]:
    """Return what `diff` says beside the name: what is left when the new one is read as the old one.

    What goes under one name and comes under the other with the same words is the name alone.
    """

    def read(text: str) -> str:
        return re.sub(rf"(?<![A-Za-z0-9_]){re.escape(after)}(?![A-Za-z0-9_])", before, text)

    found = [tuple(map(read, (one.kind, one.id, one.before, one.after))) for one in differences(Pair.of(old, new))]
    left = Counter([one for one in found if one[2] != one[3]])
    left.subtract([(kind, id_, now, then) for kind, id_, then, now in [*left.elements()]])
    return [*left.elements()]


def prove(made: Plan, symbol: Symbol, new: str, *, is_alone: bool = True) -> None:
    """Rename there and back: nothing but the name is told, in one line, and the bytes come back.

    Where others are declared in the same words, `diff` cannot know which got another name, and tells both.
    """
    found = rename(made, way(made, symbol), new)
    after = plan(loads(found.text, made.model.document.name))
    if is_alone:
        said = [one for one in differences(Pair.of(made, after)) if one.what not in {"label", "title"}]
        assert [(one.before, one.after) for one in said] == [(symbol.name, new)]
    assert told(made, after, symbol.name, new) == []
    assert len(found.references) == sum(one.symbol == symbol for one in find_references(made.model))
    renamed = replace(symbol, name=new)
    if symbol.kind == "quantity":
        assert new in after.model.by_id
    back = way(after, renamed)
    assert rename(after, back, symbol.name).text == made.model.document.text


def new_name(symbol: Symbol) -> str:
    return f"{symbol.name}Q" if symbol.kind == "unit" else f"{symbol.name}_qq"


@pytest.mark.parametrize("kind", KINDS)
def test_one_of_each_kind_gets_another_name(kind: str) -> None:
    made = plan(load(ROOT / "models" / "gpu_cluster.toml"))
    several = [one for one in symbols(made) if one.kind == kind]
    # What stands in most places.
    uses = Counter([one.symbol for one in find_references(made.model)])
    most = max(several, key=lambda one: uses[one])
    prove(made, most, new_name(most))


@pytest.mark.slow
@pytest.mark.parametrize("path", MODELS)
def test_much_gets_another_name(path: Path) -> None:
    made = plan(load(path))
    for symbol in [*symbols(made)][::15]:
        prove(made, symbol, new_name(symbol))


def randoms() -> Iterator[str]:
    """Yield texts of models that nobody wrote."""
    for seed in range(400, 1000):
        yield random_dimensions.made(seed).model.document.text
        yield random_groups.made(seed).model.document.text
        yield random_draws.text(seed)
        if (plain := random_models.written(seed)) is not None:
            yield plain[0].model.document.text


def prove_randoms(count: int, each: int) -> None:
    proven = 0
    for text in randoms():
        try:
            made = plan(loads(text, "random.toml"))
        except ModelError:
            continue
        chance = random.Random(text)  # noqa: S311  # a test's
        several = [*symbols(made)]
        for symbol in chance.sample(several, min(each, len(several))):
            prove(made, symbol, new_name(symbol), is_alone=False)
        proven += 1
        if proven == count:
            return
    raise AssertionError


def test_names_of_random_models_get_others() -> None:
    prove_randoms(8, 2)


@pytest.mark.slow
def test_names_of_many_random_models_get_others() -> None:
    prove_randoms(30, 6)


TOLD = """
[model]
title    = "Kites"
scenario = "windy"

[units]
EUR  = "[eur]"
kite = "[kite]"

[dimensions.colour]
members = ["Red", "Blue", "2026"]

[dimensions.year]
from = 2026
to   = 2027

[scenarios.windy]
label = "Windy"

[sources.price]
title = "A list of prices"

[made.kites]
label = "Kites"
over  = "colour"
unit  = "kite"
value.Red  = 1
value.Blue = 2
value.default = 3
source = "price"

[made.price]
label  = "Price of a kite"
value  = 5
unit   = "kEUR/kite"
source = "price"

[made.red]
label   = "What red kites bring"
unit    = "EUR"
formula = "kites['Red'] * price + kites[2026] * price"

[made.all_kites]
label   = "All kites"
unit    = "kite"
formula = "sum(kites, over=colour)"

[charts.sold]
kind = "bar"
x    = "scenario"
y    = "red"
"""


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("price", "cost", "'price' is a source and a quantity", "say which: 'sources.price' or 'made.price'"),
        ("kits", "x", "nothing is called 'kits'", "did you mean 'kites'"),
        ("kites", "red", "there is a quantity 'red' already", ""),
        ("kites", "colour", "there is a dimension 'colour' already", ""),
        ("kites", "if", "'if' cannot be an id: it is a word of the formula language", "if_total"),
        ("kites", "sum", "'sum' cannot be an id: it is the name of a function", "sum_total"),
        ("kites", "label", "'label' cannot be an id: it is a key of quantities", "label_total"),
        ("kites", "Kites", "'Kites' cannot be an id", "'kites' would do"),
        ("kites", "kites_", "'kites_' cannot be an id", "ids do not end in _"),
        ("kites", "kites", "'kites' is called so already", ""),
        ("kites", "x\n[y]", "cannot be an id", ""),
        ("Red", "Green", "nothing is called 'Red'", r"a member is named with its dimension: 'colour\[Red\]'"),
        ("kites[Red]", "Green", "there is no dimension 'kites'", "one of a dimension"),
        ("colour[Rad]", "Green", "'Rad' is no member of 'colour'", "the members are 'Red'"),
        ("colour[Red]", "blue", "'colour' has a member 'Blue' already", "capitals"),
        ("colour[Red]", 'R"d', "cannot be a member", "a member has none of"),
        ("colour[Red]", "", "cannot be", ""),
        ("colour[Red]", "default", r"in line \d+, would mean something else|cannot be called", ""),
        ("year[2026]", "then", "the members of 'year' are counted", "in from and to"),
        ("EUR", "kite", "there is a unit 'kite' already", ""),
        ("EUR", "m", "'m' is already a unit: meter", ""),
        ("EUR", "9", "'9' cannot be the name of a unit", ""),
        ("kite", "kEUR", "'kite' cannot be called 'kEUR'", ""),
    ],
)
def test_a_name_that_cannot_be_is_refused(old: str, new: str, message: str, hint: str) -> None:
    made = plan(loads(TOLD, "kites.toml"))
    with pytest.raises(Mistake, match=message) as caught:
        rename(made, old, new)
    assert re.search(hint, caught.value.hint)


def test_what_runs_along_a_chart_is_not_captured_by_a_quantity_of_that_name() -> None:
    made = plan(loads(TOLD, "kites.toml"))
    assert 'x    = "scenario"' in rename(made, "red", "scenario").text
    swept = TOLD.replace('kind = "bar"\nx    = "scenario"', 'kind = "line"\nfrom = 1\nto = 9\nx    = "made_of"')
    swept = swept.replace("[made.price]", "[made.made_of]").replace("* price", "* made_of")
    with pytest.raises(Mistake, match=r"'made_of' cannot be called 'scenario'"):
        rename(plan(loads(swept, "kites.toml")), "made_of", "scenario")


def test_a_member_that_is_picked_without_quotes_gets_some_where_it_is_no_number_any_more() -> None:
    text = rename(plan(loads(TOLD, "kites.toml")), "colour[2026]", "New Year").text
    assert "kites['Red'] * price + kites['New Year'] * price" in text
    assert 'members = ["Red", "Blue", "New Year"]' in text


def test_a_key_gets_quotes_where_it_needs_them_and_keeps_those_that_it_has() -> None:
    made = plan(loads(TOLD.replace("value.Blue", "value.'Blue'"), "kites.toml"))
    assert 'value."Light red"  = 1' in rename(made, "colour[Red]", "Light red").text
    assert "value.'Green' = 2" in rename(made, "colour[Blue]", "Green").text


def test_a_member_that_stands_in_a_file_of_data_is_changed_there(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text("site,price\nNorth,1\nSouth,2\n")
    path = tmp_path / "sites.toml"
    path.write_text(
        '[model]\ntitle = "Sites"\n[data.sites]\nfile = "sites.csv"\n[dimensions.site]\n'
        'members = { data = "sites", column = "site" }\n[a.price]\nlabel = "Price"\nover = "site"\nunit = "1"\n'
        'value = { data = "sites", column = "price" }\nnote = "n"\n[a.north]\nlabel = "North"\nunit = "1"\n'
        "formula = \"price['North']\"\n"
    )
    made = plan(load(path))
    with pytest.raises(Mistake, match=r"'site\[North\]' has its name from a file of data"):
        rename(made, "site[North]", "Nord")
    assert rename(made, "data.sites", "places").text.count('data = "places"') == 2
    assert 'columns = "spot"' not in rename(made, "price", "cost").text
    with pytest.raises(Mistake, match="'site' cannot be called 'spot': no column of"):
        rename(made, "dimensions.site", "spot")


def test_members_of_a_group_may_stand_in_a_file_and_its_map_in_the_text() -> None:
    text = (
        '[model]\ntitle = "Sites"\n[data.regions]\nfile = "r.csv"\n[dimensions.site]\nmembers = ["A", "B"]\n'
        '[dimensions.region]\nof = "site"\nmap = { A = "North", B = "South" }\n'
        'members = { data = "regions", column = "name" }\n[a.use]\nlabel = "Use"\nover = "site"\nunit = "1"\n'
        'value = 1\nnote = "n"\n[a.total]\nlabel = "Total"\nover = "region"\nunit = "1"\nformula = "sum(use, by=region)"\n'
    )
    made = plan(loads(text, files=Kept({"r.csv": b"name\nNorth\nSouth\n"})))
    assert "unused" not in [problem.code for problem in made.warnings]
    assert rename(made, "data.regions", "places").text == text.replace("data.regions", "data.places").replace(
        'data = "regions"', 'data = "places"'
    )
