"""XML told as it streams by, element by element: nothing is built of it, and no document type is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final
from xml.parsers import expat

from engine.data.package import AGAIN, NOBODY, PIECE, Package
from engine.problems import Mistake, shortened

# More than the longest text of a cell, and than anything that a spreadsheet puts into one attribute.
_LONGEST: Final = 2 * PIECE
_SPREADSHEET: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
)

Attributes = dict[str, str]


def local(name: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return name.rpartition(" ")[2]


def of_spreadsheet(name: str) -> str:
    """Return the name of an element that spreadsheets have a meaning for, '' for one of another namespace."""
    return local(name) if name.startswith(_SPREADSHEET) else ""


def tell(
    package: Package,
    part: str,
    start: Callable[[str, Attributes], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
    *,
    cut: Callable[[Iterable[bytes]], Iterable[bytes]] = iter,
    take: Callable[[bytes], bool] | None = None,
) -> None:
    """Tell what a part holds, with the names of elements as their namespace, a space, and their name.

    `take` is asked of each piece, as `cut` makes them, whether it is known untold; it must be XML all the same.

    Raises Mistake where it is no XML, declares a document type, or has a piece that is longer than any is.
    """

    def refuse_doctype(*_: object) -> None:
        message = f"the part '{shortened(part)}' declares a document type, where entities may be hidden"
        raise Mistake(message, NOBODY)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_doctype
    fed = 0
    try:
        for piece in cut(package.pieces(part)):
            is_taken = take is not None and take(piece)
            parser.StartElementHandler = None if is_taken else start
            parser.EndElementHandler = None if is_taken else end
            parser.CharacterDataHandler = None if is_taken else text
            parser.Parse(piece, False)  # noqa: FBT003  # expat's own way to say that more follows
            fed += len(piece)
            # What is not done with is a tag or a comment that goes on, and is looked through again with each piece.
            if fed - parser.CurrentByteIndex > _LONGEST or (len(piece) == PIECE and b"<" not in piece):
                message = f"the part '{shortened(part)}' has a text or a tag of more than {PIECE:,} letters"
                raise Mistake(message, NOBODY)
        parser.Parse(b"", True)  # noqa: FBT003  # and that this is all
    except expat.ExpatError as problem:
        message = f"the part '{shortened(part)}' is damaged: {problem}"
        raise Mistake(message, AGAIN) from None
