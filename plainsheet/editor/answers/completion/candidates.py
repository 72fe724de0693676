"""What may be offered: names of a model with what is known of them, and the words of the language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lsprotocol.types import CompletionItemKind as Kind

from engine.language.functions import KNOWN
from engine.model.dimensions import Dimension
from engine.model.model import Model, Quantity
from engine.plan.evaluate import Results
from engine.problems import printable, shortened
from exports.style.words import counted
from plainsheet.editor.answers.completion.functions import SIGNATURES
from plainsheet.editor.answers.values import value_in_line

MOST: Final = 1_000
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be written: its name, what it is, and more about it.

    `text` is what is written where that is not the name; `snippet` has places to fill in, for editors that can.
    """

    name: str
    kind: Kind
    detail: str = ""
    documentation: str = ""
    text: str = ""
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be written in place of the word that begins somewhere; `is_part` tells that there is more."""

    start: int
    candidates: Sequence[Candidate]
    is_part: bool = False


def rank(name: str, word: str) -> int:
    """Return how far a name is from what was typed: 0 where it begins so, then in any letters, within it, elsewhere."""
    if name.startswith(word):
        return 0
    small, typed = name.lower(), word.lower()
    if small.startswith(typed):
        return 1
    if typed in small:
        return 2 if f"_{typed}" in small else 3
    return 4


def likeliest(names: Iterable[str], word: str, most: int = MOST) -> tuple[list[str], bool]:
    """Return the names nearest to what was typed, in their order where alike, and whether there are more."""
    if not word:
        given = list(names)
        return given[:most], len(given) > most
    ranked = sorted([(rank(name, word), number, name) for number, name in enumerate(names)])
    return [name for *_, name in ranked[:most]], len(ranked) > most


def quantities(model: Model, ids: Iterable[str], results: Results | None) -> list[Candidate]:
    """Return quantities by their ids, each with its label, its unit and what it comes to."""
    return [_quantity(model.by_id[id_], results) for id_ in ids]


def _quantity(quantity: Quantity, results: Results | None) -> Candidate:
    told = [quantity.label, f"over {', '.join(quantity.over)}" if quantity.over else _value(quantity, results)]
    written = quantity.formula.text if quantity.formula is not None else ""
    said = quantity.note if isinstance(quantity.note, str) else ""
    more = [printable(shortened(" ".join(text.split()), _LONGEST)) for text in (written, said) if text]
    kind = Kind.Constant if quantity.is_input else Kind.Variable
    return Candidate(quantity.id, kind, ", ".join(filter(None, told)), "\n\n".join(more))


def _value(quantity: Quantity, results: Results | None) -> str:
    if results is not None and quantity.id in results.plan.index:
        row = results.plan.row(quantity.id)
        if not row.over:
            return value_in_line(results, row)
    return quantity.choice or quantity.unit


def dimensions(found: Iterable[Dimension]) -> list[Candidate]:
    """Return dimensions by name."""
    return [Candidate(one.id, Kind.Enum, f"{one.label}, {counted(len(one.members), 'member')}", one.note)
            for one in found]  # fmt: skip


def members(dimension: Dimension | None, word: str) -> list[Candidate]:
    """Return the members of a dimension, those first that begin as a word does."""
    if dimension is None:
        return []
    names, _ = likeliest(dimension.members, word)
    return [Candidate(name, Kind.EnumMember, dimension.label) for name in names]


def named(model: Model, table: str) -> list[Candidate]:
    """Return what a model declares in the table of a name: scenarios, sources, files of data."""
    match table:
        case "scenarios":
            return [Candidate(one.id, Kind.Reference, one.label, one.note) for one in model.scenarios]
        case "sources":
            return [Candidate(one.id, Kind.Reference, one.title, one.note) for one in model.sources]
        case "data":
            return [Candidate(one.id, Kind.File, one.file) for one in model.data]
    return []


def functions() -> Iterator[Candidate]:
    """Yield every function with how it is called."""
    for name in KNOWN:
        calls = SIGNATURES[name]
        told = "\n\n".join([one.text for one in calls])
        yield Candidate(name, Kind.Function, calls[0].label, told, snippet=f"{name}($1)")


def words(names: Iterable[str], kind: Kind = Kind.Keyword, detail: str = "") -> list[Candidate]:
    """Return plain words."""
    return [Candidate(name, kind, detail) for name in names]
