"""What may be written in a formula: quantities, functions, dimensions, and members where one is compared or picked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from lsprotocol.types import CompletionItemKind as Kind

from engine.language.row_calls import ENDS
from engine.model.dimensions import Dimension
from engine.model.model import Model
from engine.plan.evaluate import Results
from engine.text.strings import read_written
from plainsheet.editor.answers.completion import candidates
from plainsheet.editor.answers.completion.candidates import Candidate, Offer, likeliest
from plainsheet.editor.answers.completion.functions import SIGNATURES
from plainsheet.editor.answers.completion.tables import Around
from plainsheet.editor.words import Bracket, Word, open_brackets, words_of

_WORDS: Final = ("if", "else", "and", "or", "not")
_NO_BRACKET: Final = Bracket("", "")


def is_formula(around: Around) -> bool:
    """Return whether a cursor in a value is in a formula."""
    match around.table.kind, around.table.rest:
        case ("quantity", ("formula" | "solve", *_)) | ("check", ("test",)):
            return True
    return False


def read_begun(text: str, start: int, place: int, quote: str) -> str:
    """Return what a text in quotes says that is written up to a place."""
    try:
        return read_written(f"{quote}{text[start:place]}{quote}", start).text
    except ValueError:
        # Something that is escaped is not finished, or nothing that can be.
        return text[start:place]


def offer_in_formula(around: Around, results: Results | None, text: str, place: int) -> Offer:
    """Return what may be written in a formula, up to a place of which it is begun."""
    cursor = around.cursor
    words = list(words_of(read_begun(text, cursor.start, place, cursor.quote)))
    last = words[-1] if words and text[:place].endswith(words[-1].text) else None
    if last is None or last.kind == "sign":
        return _Writing(around, results, words, "").offer(place, "")
    if last.is_open:
        return _Writing(around, results, words[:-1], last.text[1:]).offer_member(place)
    return _Writing(around, results, words[:-1], last.text).offer(place, last.kind)


class _Writing:
    """A formula that is written: the words before the one that is begun, and that."""

    def __init__(self, around: Around, results: Results | None, before: Sequence[Word], word: str) -> None:
        self.around = around
        self.model: Model = around.model
        self.results = results
        self.before = before
        self.word = word
        self.brackets = open_brackets(before)
        self.bracket = self.brackets[-1] if self.brackets else _NO_BRACKET

    def offer_member(self, place: int) -> Offer:
        """Return what may stand between quotes."""
        if self.keyword == "ends":
            return Offer(place - len(self.word), candidates.words(ENDS, Kind.EnumMember))
        dimension = self.dimension
        if dimension is not None:
            return Offer(place - len(self.word), candidates.members(dimension, self.word))
        every = dict.fromkeys(chain.from_iterable([one.members for one in self.model.dimensions if not one.is_time]))
        names, is_part = likeliest(every, self.word)
        return Offer(place - len(self.word), candidates.words(names, Kind.EnumMember), is_part)

    def offer(self, place: int, kind: str) -> Offer:
        """Return what may stand without quotes, or with quotes of its own."""
        start = place - len(self.word)
        members = list(self._members())
        if kind in {"number", "text"}:
            return Offer(start, members if kind == "number" else [])
        match self.keyword:
            case "over" | "by":
                return Offer(start, candidates.dimensions(self.model.dimensions))
            case "ends":
                return Offer(start, [replace(one, text=self._quoted(one.name)) for one in candidates.words(ENDS)])
        ids, is_part = likeliest(self._ids(), self.word, candidates.MOST - len(SIGNATURES) - len(members) - 100)
        found = [*members, *self._keywords(), *candidates.quantities(self.model, ids, self.results)]
        found += [*candidates.dimensions(self.model.dimensions), *candidates.functions(), *candidates.words(_WORDS)]
        return Offer(start, found, is_part)

    def _ids(self) -> list[str]:
        """Return all quantities, those of the section first."""
        section = self.around.table.path[:-1]
        own = [one.id for one in self.model.quantities if one.path[:-1] == section]
        return list(dict.fromkeys([*own, *self.model.by_id]))

    def _members(self) -> Iterator[Candidate]:
        """Yield the members that may stand here, in quotes where they have any."""
        dimension = self.dimension
        for one in candidates.members(dimension, self.word):
            written = one.name if dimension is not None and dimension.numbers else self._quoted(one.name)
            if written:
                yield replace(one, text=written)

    def _keywords(self) -> list[Candidate]:
        """Return what may be given by name to the function whose arguments stand here."""
        if self.bracket.sign != "(" or self.bracket.has_begun or self.bracket.keyword:
            return []
        found = {name: one for one in SIGNATURES.get(self.bracket.owner, ()) for name in one.keywords
                 if self.bracket.place >= len(one.arguments)}  # fmt: skip
        return [Candidate(f"{name}=", Kind.Property, one.label) for name, one in found.items()]

    def _quoted(self, name: str) -> str:
        """Return a member in quotes that the quotes around the formula can hold; '' where there are none."""
        outer = self.around.cursor.quote
        able = "\"'" if outer == "'''" else '"' if outer == "'" else "'\"" if outer == '"""' else "'"
        return next((f"{quote}{name}{quote}" for quote in able if quote not in name and "\\" not in name), "")

    @property
    def keyword(self) -> str:
        """Return the keyword of a call behind which the word stands, alone or in a list."""
        if self.bracket.sign == "[" and not self.bracket.owner and len(self.brackets) > 1:
            return self.brackets[-2].keyword
        return "" if self.bracket.has_begun else self.bracket.keyword

    @property
    def dimension(self) -> Dimension | None:
        """Return the dimension of which a member may stand here: the one that is picked by, or compared with."""
        if self.bracket.sign == "[" and self.bracket.owner in self.model.by_id:
            over = self.model.by_id[self.bracket.owner].over
            return self.model.dimension.get(over[self.bracket.place]) if self.bracket.place < len(over) else None
        if not self.before or self.before[-1].text not in {"==", "!="}:
            return None
        left = _owner(self.before[:-1])
        choice = self.model.by_id[left].choice if left in self.model.by_id else left
        return self.model.dimension.get(choice)


def _owner(words: Sequence[Word]) -> str:
    """Return the name that ends words, before what is picked of it in brackets."""
    depth = 0
    for word in reversed(words):
        depth += (word.text == "]") - (word.text == "[")
        if not depth and word.text != "[":
            return word.text if word.kind == "name" else ""
    return ""
