"""What the words of formulas, units and headers are, for an editor to colour, whether or not the text is TOML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import takewhile
from typing import Final, NamedTuple

from lsprotocol.types import Range, SemanticTokens, SemanticTokensLegend

from engine.language.functions import KNOWN
from engine.model.model import Model
from engine.references.symbols import TABLES
from engine.text.positions import tokens
from engine.text.strings import read_written
from engine.units.grammar import DIMENSION, NAME
from plainsheet.editor.document import Document
from plainsheet.editor.lines import Span
from plainsheet.editor.statements import KEY, KEYS
from plainsheet.editor.words import Word, words_of


class Kind(IntEnum):
    """What a word is, by the place in the legend that an editor is given."""

    VARIABLE = 0
    DIMENSION = 1
    MEMBER = 2
    FUNCTION = 3
    NUMBER = 4
    KEYWORD = 5
    PARAMETER = 6
    UNIT = 7
    TABLE = 8


# In the words that editors have colours for.
LEGEND: Final = SemanticTokensLegend(
    ["variable", "enum", "enumMember", "function", "number", "keyword", "parameter", "type", "struct"],
    ["declaration", "readonly"],
)
_DECLARATION, _READONLY = 1, 2
_LONGEST: Final = 200_000
# So far above a part of a long table its beginning is not looked for.
_FAR: Final = 20_000
_FORMULAS: Final = frozenset({"formula", "solve", "test"})
_UNIT, _UNITS = "unit", "units"
_WORDS: Final = frozenset({"if", "else", "and", "or", "not"})
_KEYWORDS: Final = frozenset({"over", "by", "where", "ends"})
_FUNCTIONS: Final = frozenset(KNOWN)
_LINE: Final = re.compile(r"[^\r\n]+")
_PART: Final = re.compile(KEY)
# Headers, and keys with what stands in quotes or braces. A text in quotes that are not closed ends with its line.
_PIECE: Final = re.compile(
    rf"""
      ^[ \t]*+ \[ (?P<list>\[?) [ \t]*+ (?P<header>{KEYS}) [ \t]*+ \]
    | ^[ \t]*+ (?P<keys>{KEYS}) [ \t]*+ = [ \t]*+
      (?P<value> "{{3}} (?:[^"\\]++|\\.|"{{1,2}}(?!"))*+ "{{3}} | '{{3}} (?:[^']++|'{{1,2}}(?!'))*+ '{{3}}
        | " (?:[^"\\\r\n]++|\\[^\r\n])*+ "? | ' [^'\r\n]*+ '? | \{{ [^\r\n]*+ )
    """,
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A word in a text: from its first character to the one behind it, and what it is."""

    start: int
    end: int
    kind: Kind
    modifiers: int = 0


def semantic_tokens(document: Document, where: Range | None = None) -> SemanticTokens | None:
    """Return the words of a text, or of a part of it, each with what it is.

    None for the whole of a long text: an editor asks for the part that it shows.
    """
    text = document.text
    start, end = 0, len(text)
    if where is not None:
        start, end = document.lines.place(where.start), document.lines.place(where.end)
    elif end > _LONGEST:
        return None
    found = (one for one in find_tokens(text, start, end, document.recent) if start <= one.start < end)
    return SemanticTokens(list(_encode(document, found)))


def find_tokens(text: str, start: int, end: int, model: Model) -> Iterator[Token]:
    """Yield the words of formulas, units and headers from the table on that a part of a text begins in."""
    is_units = False
    begin = max(text.rfind("\n[", 0, start), text.rfind("\n", 0, max(start - _FAR, 0))) + 1
    for piece in takewhile(lambda one: one.start() < end, _PIECE.finditer(text, begin)):
        if piece["header"] is not None:
            keys = _parts(piece["header"])
            is_units = keys == [_UNITS]
            if not piece["list"]:
                yield from _header(model, keys, piece.end("header") - (piece["header"][-1] in "\"'"))
        elif is_units or not _FORMULAS.isdisjoint(keys := _parts(piece["keys"])) or keys[-1] == _UNIT:
            yield from _value(piece["value"], piece.start("value"), model, _UNIT if is_units else keys[-1])
        elif piece["value"][0] == "{":
            yield from _table(piece["value"], piece.start("value"), model)


def _parts(keys: str) -> list[str]:
    return [one.strip("\"'") for one in _PART.findall(keys)]


def _header(model: Model, keys: list[str], end: int) -> Iterator[Token]:
    """Yield the name that a header declares, which ends where its keys do."""
    name = keys[-1]
    known = model.by_id.get(name)
    start = end - len(name)
    match keys:
        case ["dimensions", _]:
            yield Token(start, end, Kind.DIMENSION, _DECLARATION)
        case [table, _] if table in TABLES:
            yield Token(start, end, Kind.TABLE, _DECLARATION)
        case _ if known is not None and known.path == tuple(keys):
            yield Token(start, end, Kind.VARIABLE, _DECLARATION | (_READONLY if known.is_input else 0))


def _value(written: str, start: int, model: Model, key: str) -> Iterator[Token]:
    """Yield the words of a formula or a unit in quotes; where formulas stand in a table by member, of each of them."""
    if written[0] == "{":
        yield from _table(written, start, model, is_formula=True)
        return
    quote = written[:3] if written[:3] in {'"""', "'''"} else written[0]
    closed = written if len(written) > len(quote) and written.endswith(quote) else written + quote
    try:
        text, offsets = (read := read_written(closed, start)).text, read.offsets
    except ValueError:
        # What is escaped in it is nothing that can be.
        return
    for one in _unit(text) if key == _UNIT else _formula(list(words_of(text)), model):
        yield one._replace(start=offsets[one.start], end=offsets[one.end])


def _table(written: str, start: int, model: Model, *, is_formula: bool = False) -> Iterator[Token]:
    """Yield the words of formulas and units in a table on one line."""
    keys: set[str] = set()
    within = [is_formula]
    for one in tokens(written):
        match one.group():
            case "{":
                within.append(within[-1] or not keys.isdisjoint(_FORMULAS))
                keys = set()
            case "}" | "," as mark:
                keys = set()
                if mark == "}" and len(within) > 1:
                    within.pop()
            case piece if one.lastgroup == "string" and "=" in keys:
                if within[-1] or not keys.isdisjoint({*_FORMULAS, _UNIT}):
                    yield from _value(piece, start + one.start(), model, _UNIT if _UNIT in keys else "")
            case piece:
                keys.add(piece)


def _unit(text: str) -> Iterator[Token]:
    if not DIMENSION.fullmatch(text.strip()):
        for one in NAME.finditer(text):
            yield Token(*one.span(), Kind.UNIT)


def _formula(words: Sequence[Word], model: Model) -> Iterator[Token]:
    """Yield what the words of a formula are; what is not known, and signs, are left out."""
    # Of each bracket that is open, whether members are picked in it.
    picking: list[bool] = []
    for number, word in enumerate(words):
        before = words[number - 1].text if number else ""
        after = words[number + 1].text if number + 1 < len(words) else ""
        match word.kind:
            case "sign" if word.text in {"(", "["}:
                is_name = number > 0 and words[number - 1].kind == "name"
                picking.append(word.text == "[" and is_name)
            case "sign" if word.text in {")", "]"} and picking:
                picking.pop()
            case "text" if before != "=":
                yield Token(word.start + 1, word.end - (not word.is_open), Kind.MEMBER)
            case "number":
                is_member = picking[-1:] == [True] and before in {"[", ",", ":"} and after in {"]", ",", ":"}
                yield Token(word.start, word.end, Kind.MEMBER if is_member else Kind.NUMBER)
            case "name":
                yield from _name(word, after, model)


def _name(word: Word, after: str, model: Model) -> Iterator[Token]:
    known = model.by_id.get(word.text)
    if word.text in _WORDS:
        yield Token(word.start, word.end, Kind.KEYWORD)
    elif after == "(" and word.text in _FUNCTIONS:
        yield Token(word.start, word.end, Kind.FUNCTION)
    elif after == "=" and word.text in _KEYWORDS:
        yield Token(word.start, word.end, Kind.PARAMETER)
    elif known is not None:
        yield Token(word.start, word.end, Kind.VARIABLE, _READONLY if known.is_input else 0)
    elif word.text in model.dimension:
        yield Token(word.start, word.end, Kind.DIMENSION)


def _encode(document: Document, found: Iterable[Token]) -> Iterator[int]:
    """Yield what an editor reads: each token by how far it stands behind the one before, and how long it is."""
    line = character = 0
    for token in found:
        for start, end in _on_lines(document.text, token):
            begin = document.lines.position(start)
            yield begin.line - line
            yield begin.character - (character if begin.line == line else 0)
            yield document.lines.width(start, end)
            yield token.kind
            yield token.modifiers
            line, character = begin.line, begin.character


def _on_lines(text: str, token: Token) -> Iterable[Span]:
    """Return the parts of a token that stand on a line each: an editor knows none on several."""
    if token.kind is not Kind.MEMBER:
        return [(token.start, token.end)]
    return [one.span() for one in _LINE.finditer(text, token.start, token.end)]
