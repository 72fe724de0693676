"""A page as a reader without JavaScript has it: elements with their attributes and texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "br", "path", "rect", "input"})


@dataclass
class Element:
    """An element: its text is that up to the next element."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class Reader(HTMLParser):
    """Reads a page into a list of its elements."""

    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:  # noqa: D105  # the name is Python's
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements:
            self.elements[-1].text += data


def read(html: str) -> list[Element]:
    """Return the elements of a page, in order."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.elements
