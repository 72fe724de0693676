"""The words of a formula's text, whether or not it can be read yet, and the brackets that are open at its end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

WordKind = Literal["name", "number", "text", "sign"]
_WORD: Final = re.compile(
    r"""
      \s+
    | (?P<text> " [^"]*+ "? | ' [^']*+ '? )
    | (?P<number> (?:\d[\d_]*+ \.? [\d_]*+ | \.\d[\d_]*+) (?:[eE][-+]?\d+)? )
    | (?P<name> [^\W\d]\w*+ )
    | (?P<sign> \*\* | [<>=!]= | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSING: Final = {")": "(", "]": "["}


class Word(NamedTuple):
    """A word of a formula: what it is, as it is written, and where in the text it stands."""

    kind: WordKind
    text: str
    start: int
    end: int

    @property
    def is_open(self) -> bool:
        """Return whether it is a text whose quotes are not closed."""
        return self.kind == "text" and (len(self.text) == 1 or self.text[-1] != self.text[0])


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket that is open: its sign, the name right before it, and which of the things in it is under way.

    `keyword` is the name behind which that stands, as in ``over=``; `has_begun` tells whether any word of it is there.
    """

    sign: str
    owner: str
    place: int = 0
    keyword: str = ""
    has_begun: bool = False


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a formula in order."""
    for one in _WORD.finditer(text):
        if one.lastgroup is not None:
            yield Word(one.lastgroup, one.group(), *one.span())  # type: ignore[arg-type]  # a group for each kind


def open_brackets(words: Sequence[Word]) -> list[Bracket]:
    """Return the brackets that are open behind words, the innermost last."""
    found: list[Bracket] = []
    for number, word in enumerate(words):
        before = words[number - 1] if number else None
        if word.text in {"(", "["}:
            if found:
                found[-1] = replace(found[-1], has_begun=True)
            found.append(Bracket(word.text, before.text if before is not None and before.kind == "name" else ""))
        elif not found:
            continue
        elif word.text in _CLOSING:
            if found[-1].sign == _CLOSING[word.text]:
                found.pop()
        elif word.text == ",":
            found[-1] = Bracket(found[-1].sign, found[-1].owner, found[-1].place + 1)
        elif word.text == "=" and before is not None and before.kind == "name":
            found[-1] = replace(found[-1], keyword=before.text, has_begun=False)
        else:
            found[-1] = replace(found[-1], has_begun=True)
    return found
