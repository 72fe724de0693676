"""The comments on a sheet's cells: who said what, as notes of old and as threads with answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from engine.data.package import AGAIN, Package
from engine.problems import Mistake
from exports.reading.parts.cells import place_of
from exports.reading.parts.contents import Contents, Relation
from exports.reading.parts.markup import Attributes, local, tell
from exports.reading.records import Remark

_MOST: Final = 50_000
# Of what one comment says, and of who said it; what is longer is cut where it is read.
_LONGEST: Final = 2_000
# What stands in place of the author where a thread is; the note beside it is for programs that know no threads.
_THREAD: Final = "tc="


def read_people(package: Package, contents: Contents) -> dict[str, str]:
    """Return those who take part in threads, by their ids."""
    part = contents.find_part("/person")
    found: dict[str, str] = {}

    def start(element: str, attributes: Attributes) -> None:
        if local(element) == "person":
            found[attributes.get("id", "")] = attributes.get("displayName", "")[:_LONGEST]

    if part is not None and part in package:
        package.weigh([part])
        tell(package, part, start)
    return found


def read_comments(package: Package, relations: Mapping[str, Relation], people: Mapping[str, str]) -> tuple[Remark, ...]:
    """Return the comments on a sheet, cell by cell; raises Mistake where there are more than anybody reads."""
    reader = _CommentsReader(people)
    for relation in relations.values():
        is_there = relation.is_part and relation.target in package
        if is_there and relation.kind.endswith(("/comments", "/threadedComment")):
            package.weigh([relation.target])
            tell(package, relation.target, reader.start, reader.end, reader.text)
    return tuple(sorted(reader.remarks(), key=lambda one: one.place))


class _CommentsReader:
    def __init__(self, people: Mapping[str, str]) -> None:
        self.people = people
        self.notes: list[Remark] = []
        self.threads: list[Remark] = []
        self.authors: list[str] = []
        self.attributes: Attributes = {}
        self.pieces: list[str] = []
        self.length = 0

    def start(self, element: str, attributes: Attributes) -> None:
        kind = local(element)
        if kind == "comments":
            self.authors = []
        if kind in {"comment", "threadedComment"}:
            self.attributes = attributes
        if kind in {"author", "comment", "threadedComment"}:
            self.pieces, self.length = [], 0

    def text(self, text: str) -> None:
        if self.length < _LONGEST:
            self.pieces.append(text)
            self.length += len(text)

    def end(self, element: str) -> None:
        kind, said = local(element), "".join(self.pieces)[:_LONGEST]
        if kind == "author":
            self.authors.append(said)
        elif kind == "comment":
            number = self.attributes.get("authorId", "")
            known = number.isdecimal() and len(number) < len(str(_MOST)) and int(number) < len(self.authors)
            self.add(self.notes, self.authors[int(number)] if known else "", said)
        elif kind == "threadedComment":
            self.add(self.threads, self.people.get(self.attributes.get("personId", ""), ""), said)

    def add(self, found: list[Remark], author: str, said: str) -> None:
        if len(found) >= _MOST:
            message = f"a sheet has more than {_MOST:,} comments"
            raise Mistake(message, AGAIN)
        with suppress(Mistake):
            # What is said of no cell is told nowhere.
            found.append(Remark(place_of(self.attributes.get("ref", "")), author, said))

    def remarks(self) -> Iterator[Remark]:
        """Yield what was said; the note of a thread is told by the thread itself."""
        threaded = {one.place for one in self.threads}
        yield from self.threads
        yield from [one for one in self.notes if not (one.author.startswith(_THREAD) and one.place in threaded)]
