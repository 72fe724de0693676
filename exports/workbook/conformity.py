"""What openpyxl's XML lacks for readers stricter than Excel: an order, prefixes, and targets that can be followed."""

from __future__ import annotations

import re
from posixpath import dirname, relpath
from typing import Final

_FONT: Final = re.compile(rb"(?<=<font>).*?(?=</font>)")
_CHILD: Final = re.compile(rb"<(\w+)[^>]*?/>")
# As the schema has them, ECMA-376 part 1, 18.8.22.
_IN_A_FONT: Final = (
    b"b", b"i", b"strike", b"condense", b"extend", b"outline", b"shadow", b"u", b"vertAlign", b"sz", b"color", b"name",
    b"family", b"charset", b"scheme",
)  # fmt: skip
_BARE: Final = re.compile(rb"<(/?)(?=\w+[\s/>])")
_ROOT: Final = re.compile(rb"<[\w:]+")
_NAMESPACE: Final = re.compile(rb' xmlns:\w+="[^"]*"')
_TARGET: Final = re.compile(rb'(?<=Target=")/([^"]+)')


def conform(name: str, content: bytes) -> bytes:
    """Return a part of a package as strict readers take it, by its name."""
    if name == "xl/styles.xml":
        return _FONT.sub(_ordered, content)
    if name.startswith("xl/drawings/drawing"):
        # exceljs knows the elements by the prefix that Excel gives them.
        return _with_names_on_top(_BARE.sub(rb"<\1xdr:", content.replace(b" xmlns=", b" xmlns:xdr=")))
    if name.startswith("xl/charts/"):
        return _with_names_on_top(content)
    if name.startswith("xl/") and name.endswith(".rels"):
        # And it follows a target only from where it is named.
        here = dirname(dirname(name))
        return _TARGET.sub(lambda found: relpath(found[1].decode(), here).encode(), content)
    return content


def _with_names_on_top(content: bytes) -> bytes:
    """Return XML whose root declares every namespace: Gnumeric drops charts where lxml declares them further below."""
    names = b"".join(sorted({found[0] for found in _NAMESPACE.finditer(content)}))
    return _ROOT.sub(lambda found: found[0] + names, _NAMESPACE.sub(b"", content), count=1)


def _ordered(font: re.Match[bytes]) -> bytes:
    children = sorted(_CHILD.finditer(font[0]), key=lambda child: _IN_A_FONT.index(child[1]))
    return b"".join(child[0] for child in children)
