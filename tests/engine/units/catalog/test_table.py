"""The table against pint itself: every name, with every prefix, in every plain product."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pint.util import ParserHelper

from engine.units.catalog.generate import generate
from engine.units.catalog.names import Names
from engine.units.catalog.registry import Registry, asked_measure, pint_registry
from engine.units.catalog.table import FILE, table
from engine.units.catalog.terms import read_terms
from engine.units.grammar import UnitError
from engine.units.registry import Units
from tests.places import ROOT

PINT = pint_registry()
ALIASES = [alias for alias in table().units if alias.isidentifier()]
PREFIXES = list(table().prefixes)
OWN = [
    ("GPU", "[gpu]"),
    ("USD", "[money]"),
    ("kit", "2.5 USD / GPU"),
    ("ton", "1e3 kg"),
    ("dozen", "12"),
    ("lot", "kit * h**-2"),
]


def pints_name(text: str) -> str:
    """Return pint's own name for a name, '' where it has none."""
    try:
        return str(PINT.parse_units(text))
    except Exception:  # noqa: BLE001  # pint raises many kinds
        return ""


class ByPint(Registry):
    """A registry that asks pint for everything."""

    def _name(self, written: str) -> str | None:  # noqa: ARG002  # it knows none
        return None

    def _known(self, name: str, within: frozenset[str]) -> None:  # noqa: ARG002  # it knows none
        return None


def test_the_table_is_what_is_generated() -> None:
    assert (ROOT / "engine" / "units" / "catalog" / FILE).read_text(encoding="utf-8") == generate()


@pytest.mark.slow
def test_every_name_with_every_prefix_is_read_as_pint_reads_it() -> None:
    names = Names(table().units, table().prefixes)
    tried = 0
    for written, alias, ending in product(PREFIXES, ALIASES, ("", "s")):
        name = f"{written}{alias}{ending}"
        reading = names.read(name)
        is_plain = reading is not None and (not reading.prefix or table().measure(reading.unit) is not None)
        if is_plain:
            assert reading is not None
            assert reading.name == pints_name(name), name
            tried += 1
    assert tried > 100_000


def test_every_unit_is_as_large_as_pint_has_it() -> None:
    registry = Registry()
    for name in set(table().units.values()):
        for prefix in ("", "kilo", "micro", "kibi"):
            known = registry._known(f"{prefix}{name}", frozenset())
            if known is not None:
                asked = asked_measure(PINT, f"{prefix}{name}")
                assert asked is not None
                assert asked.dimension == known.dimension, name
                # A root of a float is a float in pint; all others are exact.
                assert float(asked.size) == pytest.approx(float(known.size), rel=1e-14), name
                assert prefix or asked.size == known.size, name


@given(
    st.lists(
        st.tuples(
            st.sampled_from(PREFIXES), st.sampled_from([*ALIASES, "GPU", "USD", "kit", "dozen"]), st.integers(-3, 3)
        ),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.sampled_from(["*", "/", " * ", " / ", "·"]), min_size=4, max_size=4),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_a_text_means_what_pint_says(parts: list[tuple[str, str, int]], signs: list[str], bracketed: bool) -> None:
    factors = [f"{prefix}{alias}{'' if power == 1 else f'**{power}'}" for prefix, alias, power in parts]
    text = factors[0] + "".join(f"{sign}{factor}" for sign, factor in zip(signs, factors[1:], strict=False))
    text = f"1/({text})" if bracketed else text
    ours, theirs = meaning(OURS, text), meaning(THEIRS, text)
    assert ours[:2] == theirs[:2]
    # A root, as oersted has one, is a float in pint.
    assert ours[2:] == pytest.approx(theirs[2:], rel=1e-14)


@given(st.text(alphabet="0123456789.eE*/^()- msUSDkg", min_size=1, max_size=14))
@settings(max_examples=300, deadline=None)
def test_a_definition_is_read_as_pint_reads_it_or_not_at_all(text: str) -> None:
    terms = read_terms(text.strip())
    if terms is None:
        return
    read = ParserHelper.from_string(text.strip(), Fraction)
    assert (Fraction(str(read.scale)), dict(read)) == (terms.number, {name: n for name, n in terms.powers.items() if n})


def meaning(units: Units, text: str) -> tuple[object, ...]:
    """Return all that a unit's text means, with its size last, or why it means nothing."""
    try:
        unit = units.parse(text)
        return unit, units.dimension(unit.atoms), float(units.factor(unit.atoms))
    except UnitError as problem:
        return problem.message, problem.hint


def made(kind: type[Registry]) -> Units:
    """Return units that ask one kind of registry."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.units.registry.Registry", kind)
        return Units(OWN)


OURS, THEIRS = made(Registry), made(ByPint)
