"""What people write out of habit from other languages, and how it is written here."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from engine.language.functions import GROUPED

# An '=' behind one of these gives a call what it is named for.
_NOT_NAMED: Final = "".join([rf"(?<!\b{word})(?<!\b{word} )" for word in sorted(GROUPED)])
# Small words behind a number that are likelier a unit than a quantity.
_UNITS: Final = "percent|(?:second|minute|hour|day|week|month|quarter|year)s?|kg|km|kw|kwh|mwh|usd|eur|gbp"
CHOICE: Final = "write a if test else b"
# What Python cannot read, by what stands there; the first that is found is told, with a hint that may be made of it.
HABITS: Final[tuple[tuple[str, str, str | Callable[[re.Match[str]], str]], ...]] = (
    (r"<>", "'<>' is not in the language", "write != for unequal"),
    (r"&&", "'&&' is not in the language", "write 'and' between two conditions"),
    (r"\|\|", "'||' is not in the language", "write 'or' between two conditions"),
    (r"(=|!)==", "'{0}' is not in the language", lambda found: f"write {found[1]}= to compare"),
    (r"\b\w+!\$?[A-Z]{1,3}\$?\d+|[A-Z]{1,3}\d+:[A-Z]{1,3}\d+", "'{0}' is an address of cells",
     "formulas name quantities by their ids"),
    (r"\b(\w+)\[([^\]:]+)\] ?: ?\w+\[([^\]:]+)\]", "'{0}' is not a run of members",
     lambda found: f"a run stands in one pair of brackets: {found[1]}[{found[2]}:{found[3]}]"),
    (r"\^\^", "'^^' is not in the language", "write ** for a power"),
    (r"[\w)]!(?!=)", "'!' is not in the language", "there is no factorial: multiply the numbers, as in 2 * 3 * 4"),
    (r"!(?!=)", "'!' is not in the language", "write 'not' before a condition"),
    (r"/\*|//.*//", "'{0}' is not in the language", "say it in 'note'"),
    (r"\b(AND|OR|NOT)\b", "'{0}' is not in the language", lambda found: f"words are in lower case: {found[0].lower()}"),
    (r"(?<![\w.])(\d+(?:\.\d+)?) ?%", "'%' is not in the language",
     lambda found: f'write {float(found[1]) / 100:.15g}, or make it a quantity with the unit "percent"'),
    (r"^=", "the formula begins with '='", "leave the first '=' out: this is not a cell"),
    (r"=([<>])", "'{0}' is not in the language", lambda found: f"write {found[1]}="),
    (r"\bif ?=(?!=)", "'if=' is not in the language", "write where="),
    (r"\[ ?\w+ ?=(?!=) ?(\w+) ?\]", "'{0}' picks no member",
     'a member is picked by its name alone, as in price["H100"]'),
    (r"[,(] ?where (?!=)(\w+)", "'where' has no '='", lambda found: f"write where={found[1]}"),
    (r"\b(over|by) ?= ?\[ ?(\w+) (\w+)", "a comma is missing in '{0}'",
     lambda found: f"write {found[1]}=[{found[2]}, {found[3]}]"),
    (r"\b(over|by)(?: ?: ?| )(?!=)(\w+)", "'{0}' names no dimension", lambda found: f"write {found[1]}={found[2]}"),
    (r"\b(over|by) ?= ?(?=[,)]|$)", "'{0}' names no dimension", lambda found: f"write {found[1]}=year"),
    (r"(\w+|[)\]]) (over|by|where) ?= ?(\w+|\[[^\]]*\])", "a comma is missing in '{0}'",
     lambda found: f"write {found[1]}, {found[2]}={found[3]}"),
    (r"\((over|by|where) ?= ?(\w+|\[[^\]]*\]), ?(?!(?:over|by|where)\b)([^()=,]+)\)",
     "'{0}' begins with what stands last", lambda found: f"write ({found[3]}, {found[1]}={found[2]})"),
    (r"^if\b(.+?)(?:\bthen\b|:)(.+)\belse ?:?(.+)$", "'if' stands between what it chooses from",
     lambda found: f"write {found[2].strip()} if {found[1].strip()} else {found[3].strip()}"),
    (r"\bthen\b", "'then' is not in the language", CHOICE),
    (r"^if\b.* else ", "'if' stands between what it chooses from", CHOICE),
    (r"\bif\b(?!.*\belse\b\s*\S)", "'if' has no 'else'", CHOICE),
    (rf"(?<![<>=!]){_NOT_NAMED}=(?!=)", "'=' does not compare", "write == to compare two values"),
    (r"(?<![\w.])\d{1,3}(?:\.\d{3}){2,}\b", "the number '{0}' has points between its thousands",
     lambda found: f"write {found[0].replace('.', '')}, or {found[0].replace('.', '_')}"),
    (r"(?<![\w.])(\d[\d_.]*(?:e\d+)?) ?(?!X\b)(k?[A-Z]\w*)",
     "'{0}' has a unit, and numbers in formulas have none",
     lambda found: f'make it a quantity of its own: value = {found[1]}, unit = "{found[2]}"'),
    (r"\b(\w+)\.(\d+)\b", "'{0}' is not a name", lambda found: f"members stand in brackets: {found[1]}[{found[2]}]"),
    (r"\b\w+\.([a-z]\w*)", "'{0}' is not a name",
     lambda found: f"ids have no dots: write {found[1]}; a section is a place, not a namespace"),
    (r"\[ ?(\d+(?:-\d+)+) ?\]", "'{0}' picks no member",
     lambda found: f'members that are texts stand in quotes: ["{found[1]}"]'),
    (r"(?<![\w.])\d{1,3}(?: \d{3})+\b", "the number '{0}' has spaces in it",
     lambda found: f"write {found[0].replace(' ', '')}, or {found[0].replace(' ', '_')}"),
    (r"(?<![\w.])0+(\d+)\b(?!\.)", "the number '{0}' begins with 0", lambda found: f"write {found[1]}"),
    (r"\b(\w+) [xX] (\w+)", "'x' does not multiply", lambda found: f"write {found[1]} * {found[2]}"),
    (rf"(?<![\w.])(\d[\d_.]*(?:e\d+)?) ?({_UNITS})\b", "an operator is missing in '{0}'",
     lambda found: f"a number with a unit is a quantity of its own; a product is written {found[1]} * {found[2]}"),
    (r"(?<![\w.])(\d[\d_.]*(?:e\d+)?) ?(?!(?:and|or|not|if|else|in|is)\b)([a-z]\w*)", "an operator is missing in '{0}'",
     lambda found: f"a product is written {found[1]} * {found[2]}"),
    (r"\b(?!(?:and|or|not|if|else)\b)([a-z]\w*) (?!(?:and|or|not|if|else|in|is)\b)([a-z]\w*|\d[\d.]*)",
     "an operator is missing in '{0}'", lambda found: f"a product is written {found[1]} * {found[2]}"),
    (r"([-+*/<>=]|\b(?:and|or|not))$", "the formula ends with '{0}'", "a name or a number is missing after it"),
    (r"^([*/<>=]+|\b(?:and|or)\b)", "the formula begins with '{0}'", "a name or a number is missing before it"),
)  # fmt: skip
