"""A page as a reader without JavaScript has it: elements with their attributes and texts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Element:
    """An element: its text is that up to the next tag."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class Reader(HTMLParser):
    """Reads a page into a list of its elements."""

    elements: list[Element] = field(default_factory=list)
    is_open: bool = False

    def __post_init__(self) -> None:  # noqa: D105  # the name is Python's
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))
        self.is_open = True

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  # as Python calls it
        self.is_open = False

    def handle_data(self, data: str) -> None:
        if self.is_open:
            self.elements[-1].text += data


def read(html: str) -> list[Element]:
    """Return the elements of a page, in order, scripts empty."""
    reader = Reader()
    reader.feed(re.sub("(<script[^>]*>).*?</script>", r"\1</script>", html, flags=re.DOTALL))
    reader.close()
    return reader.elements
