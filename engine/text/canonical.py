"""The canonical form of a model's text: keys aligned, one blank line between tables; no spelling of a value changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.text.blocks import Blocks
from engine.text.positions import tokens

SCHEMA_COMMENT: Final = "#:schema "


@dataclass(frozen=True, slots=True)
class _Statement:
    """A line of the text, or several where a value goes on: a key's, a header, a comment of its own, or nothing.

    `head` is the key or the header, `value` stands behind the equals sign, `comment` at the end of the line.
    """

    kind: Literal["pair", "header", "comment", "blank"]
    head: str = ""
    value: str = ""
    comment: str = ""


def canonical(text: str) -> str:
    """Return the canonical form of a text that the TOML parser has accepted: the same tables, comments and spellings.

    The form of a canonical text is the text itself. Lines end as the first one does.
    """
    return _with_ends(_form(text), text)


class Forms:
    """The canonical forms of a text after each edit: what stayed the same since the last one is not formed again."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, text: str, blocks: Blocks) -> str:
        """Return the canonical form of a text with these blocks."""
        pieces = list(_pieces(text, blocks))
        self._known = {one: self._known[one] if one in self._known else _form(one) for one in pieces}
        return _with_ends("\n".join([form for one in pieces if (form := self._known[one])]), text)


def _pieces(text: str, blocks: Blocks) -> Iterator[str]:
    """Yield the parts of a text that have a form each: a header begins one below a blank line."""
    start = 0
    for block in blocks.all:
        if text.endswith(("\n", "\n\r"), 0, block.start):
            yield text[start : block.start]
            start = block.start
    yield text[start:]


def _form(text: str) -> str:
    """Return the canonical form of a text or a piece, with plain newlines."""
    lines: list[str] = []
    for block in _blocks(list(_statements(text))):
        # One blank line between blocks; what was apart stays apart.
        lines += ["", *_rendered(block)] if lines else _rendered(block)
    return "".join(f"{line}\n" for line in lines).replace("\r\n", "\n")


def _with_ends(form: str, text: str) -> str:
    """Return a form with the ends of lines that a text has."""
    return form.replace("\n", "\r\n") if "\r\n" in text.partition("\n")[0] + "\n" else form


def changed(before: str, after: str) -> str:
    """Return how many lines of a text and of its canonical form differ, in words."""
    old, new = Counter(before.splitlines()), Counter(after.splitlines())
    count = max(sum((old - new).values()), sum((new - old).values()))
    return "1 line" if count == 1 else f"{count:,} lines"


def _statements(text: str) -> Iterator[_Statement]:
    """Yield the statements: newlines within brackets and texts do not end one."""
    pieces: list[tuple[str, str]] = []
    depth = 0
    for match in tokens(text):
        kind, piece = str(match.lastgroup), match.group()
        depth += (piece in "[{") - (piece in "]}") if kind == "mark" else 0
        if kind == "newline" and depth == 0:
            yield _statement(pieces)
            pieces = []
        else:
            pieces.append((kind, piece))
    if pieces:
        yield _statement(pieces)


def _statement(pieces: Sequence[tuple[str, str]]) -> _Statement:
    written = [(kind, piece) for kind, piece in pieces if not _is_space(kind, piece)]
    if not written:
        return _Statement("blank")
    comment = written[-1][1].rstrip() if _is_comment(*written[-1]) else ""
    if len(written) == 1 and comment:
        return _Statement("comment", comment=comment)
    if written[0][1] == "[":
        return _Statement(
            "header", "".join(piece for kind, piece in written if not _is_comment(kind, piece)), "", comment
        )
    marks = [index for index, (kind, piece) in enumerate(pieces) if kind == "mark" and piece == "="]
    head = "".join(piece for kind, piece in pieces[: marks[0]] if not _is_space(kind, piece))
    behind = list(pieces[marks[0] + 1 :])
    while behind and (_is_space(*behind[-1]) or (comment and _is_comment(*behind[-1]))):
        behind.pop()
    return _Statement("pair", head, _value(behind), comment)


def _value(pieces: Sequence[tuple[str, str]]) -> str:
    """Return a value as it was written, but for spaces around it and at the ends of its lines."""
    kept: list[str] = []
    for index, (kind, piece) in enumerate(pieces):
        ends_line = index + 1 < len(pieces) and pieces[index + 1][0] == "newline"
        if kind == "space" and ends_line:
            kept.append(piece.rstrip())
        else:
            kept.append(piece)
    return "".join(kept).strip()


def _blocks(statements: Sequence[_Statement]) -> Iterator[list[_Statement]]:
    """Yield what stands together: a blank line ends a block, and a header begins one with the comments right above."""
    block: list[_Statement] = []
    for index, statement in enumerate(statements):
        # Below the line that names the schema some editors need a blank one.
        is_below_schema = index == 1 and statements[0].comment.startswith(SCHEMA_COMMENT)
        is_apart = any(one.kind != "comment" for one in block) and _begins(statements, index)
        if block and (statement.kind == "blank" or is_apart or is_below_schema):
            yield block
            block = []
        if statement.kind != "blank":
            block.append(statement)
    if block:
        yield block


def _begins(statements: Sequence[_Statement], index: int) -> bool:
    """Return whether a header stands here, or comments that stand right above one."""
    while index < len(statements) and statements[index].kind == "comment":
        index += 1
    return index < len(statements) and statements[index].kind == "header"


def _rendered(block: Sequence[_Statement]) -> list[str]:
    """Return the lines of a block: equals signs below each other, and comments at the ends of lines too."""
    wide = max([len(one.head) for one in block if one.kind == "pair"], default=0)
    lines = [_line(one, wide) for one in block]
    commented = [line for line, one in zip(lines, block, strict=True) if one.comment and one.kind == "pair"]
    longest = max([len(line) for line in commented if "\n" not in line], default=0)
    found = []
    for line, one in zip(lines, block, strict=True):
        if one.kind == "comment" or not one.comment:
            found.append(line)
        elif one.kind == "header" or "\n" in line:
            found.append(f"{line}  {one.comment}")
        else:
            found.append(f"{line.ljust(longest)}  {one.comment}")
    return found


def _line(statement: _Statement, wide: int) -> str:
    match statement.kind:
        case "pair":
            return f"{statement.head.ljust(wide)} = {statement.value}"
        case "header":
            return statement.head
    return statement.comment


def _is_space(kind: str, piece: str) -> bool:
    return kind == "newline" or (kind == "space" and not piece.startswith("#"))


def _is_comment(kind: str, piece: str) -> bool:
    return kind == "space" and piece.startswith("#")
