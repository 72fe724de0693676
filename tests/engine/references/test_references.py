"""Where the names of a model stand in its text."""

from __future__ import annotations

import pytest

from engine.model.load import loads
from engine.references.find import find_references
from engine.references.symbols import Reference, Symbol

# Each name once between guillemets, by which the test knows where it is; they are taken out before it is read.
MARKED = '''
[model]
title    = "Ferries"
scenario = "«scenario:calm»"
outputs  = ["«quantity:crossings»", "«quantity:takings»"]

[units]
«unit:EUR»  = "[eur]"
«unit:ride» = "[ride]"
«unit:pass» = "10 «unit:ride»"

[sources.«source:log»]
title = "The log"

[dimensions.«dimension:pier»]
members = ["«member:pier:East Pier»", '«member:pier:West»']

[dimensions.«dimension:side»]
of  = "«dimension:pier»"
map = { "«member:pier:East Pier»" = "«member:side:Far»", «member:pier:West» = "«member:side:Near»" }
source = "«source:log»"

[dimensions.«dimension:day»]
from = 1
to   = 3

[scenarios.«scenario:calm»]

[scenarios.«scenario:storm»]
extends = ["«scenario:calm»"]
set."«quantity:rides»".«member:pier:West» = 5
scale = { «quantity:fare» = 2 }
set.«quantity:home» = "«member:pier:West»"

[boats.«quantity:rides»]
label = "Rides from a pier"
over  = ["«dimension:pier»", "«dimension:day»"]
unit  = "«unit:ride»"
value."«member:pier:East Pier»".«member:day:1» = 10
value."«member:pier:East Pier»".default = 12
value.default = { from = 1, list = [7, 8, 9] }
note.«member:pier:West» = "East Pier"
note.default = "n"
source = { «member:pier:West» = ["«source:log»"], default = "«source:log»" }

[boats.«quantity:fare»]
label  = "Fare"
value  = 4
unit   = "k«unit:EUR»/«unit:ride»"
range  = [3, 5]
source = "«source:log»"
distribution = "uniform"

[boats.«quantity:home»]
label  = "Home"
choice = "«dimension:pier»"
value  = "«member:pier:East Pier»"
note   = "home"
weights."«member:pier:East Pier»" = 0.5
weights.«member:pier:West» = 0.5

[boats.«quantity:crossings»]
label   = "Crossings"
over    = "«dimension:pier»"
unit    = "«unit:ride»"
formula.«member:pier:West»        = "sum(«quantity:rides»['«member:pier:West»', :])"
formula."«member:pier:East Pier»" = """
    «quantity:crossings»["«member:pier:West»"] \\
  + sum(«quantity:rides»[«quantity:home», «member:day:1»:«member:day:2»],  over=«dimension:day») / 1
"""

[[boats.«quantity:crossings».published]]
value    = 18
at       = "«member:pier:West»"
source   = "«source:log»"
scenario = "«scenario:calm»"
disputed = "A miscount."

[boats.«quantity:takings»]
label   = "Takings"
unit    = "«unit:EUR»"
formula = '''

MARKED += """'max(sum(«quantity:crossings», over=«dimension:pier», where=«dimension:side» == "«member:side:Near»"), 0) * «quantity:fare»'

[checks.«check:takings»]
test = "«quantity:takings» >= 0 and '«member:pier:West»' != «quantity:home»"

[charts.«chart:takings»]
kind      = "bar"
x         = "scenario"
y         = ["«quantity:crossings»[ «member:pier:East Pier» ]", "«quantity:crossings»['«member:pier:West»']"]
scenarios = ["«scenario:storm»"]

[[correlations]]
between = ["«quantity:fare»", "«quantity:home»"]
rank    = 0.1
source  = "«source:log»"

[decisions.«decision:berth»]
choice  = "«quantity:home»"
options = ["«member:pier:East Pier»", "«member:pier:West»"]
value   = "«quantity:takings»"
goal    = "max"
"""


def marked(text: str) -> tuple[str, list[tuple[int, str, str]]]:
    """Return a text without its marks, and where each name begins, of what kind it is and what it is."""
    plain, *pieces = text.split("«")
    found = []
    for piece in pieces:
        inside, _, rest = piece.partition("»")
        *kinds, name = inside.split(":")
        found.append((len(plain), ":".join(kinds), name))
        plain += name + rest
    return plain, found


def written(one: Reference, text: str) -> tuple[int, str, str]:
    """Return a reference as the marks have it: inside quotes, where a key stands in some."""
    quotes = text[one.start] in "\"'"
    kind = f"member:{one.symbol.dimension}" if one.symbol.dimension else one.symbol.kind
    return one.start + quotes, kind, text[one.start + quotes : one.end - quotes]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_name_is_found_where_it_stands_and_nothing_else(ending: str) -> None:
    text, expected = marked(MARKED.replace("\n", ending))
    model = loads(text)
    assert not model.problems
    assert [written(one, text) for one in find_references(model)] == expected


def test_each_thing_is_declared_once_but_for_a_group_whose_map_names_its_members() -> None:
    text, _ = marked(MARKED)
    declared = [one.symbol for one in find_references(loads(text)) if one.is_declaration]
    assert Symbol("member", "Far", "side") in declared
    assert Symbol("unit", "pass") in declared
    # The second place is the header of its published figure.
    assert {one for one in declared if declared.count(one) > 1} <= {Symbol("quantity", "crossings")}


def test_a_name_within_an_escape_is_found_in_the_text_as_it_is_written() -> None:
    text = '[model]\ntitle = "T"\n[a.b]\nlabel = "B"\nvalue = 1\nunit = "1"\nnote = "n"\n'
    text += '[a.c]\nlabel = "C"\nunit = "1"\nformula = "\\u0062 +\\tb"\n'
    found = [one for one in find_references(loads(text)) if one.symbol.name == "b"]
    assert [text[one.start : one.end] for one in found] == ["b", "\\u0062", "b"]
