"""The models that are open, and the folders that may be read for them: nothing outside of these is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import url2pathname

from engine.data.folder import Files, Folder
from engine.problems import Mistake
from plainsheet.editor.document import Document
from plainsheet.editor.lines import UTF_16


@dataclass(frozen=True)
class _Nowhere:
    """Stands for the folder of a model that has none, or none that may be read."""

    reason: str
    hint: str

    def read(self, name: str) -> bytes:
        """Raise Mistake: nothing is read."""
        message = f"'{name}' is not read: {self.reason}"
        raise Mistake(message, self.hint)


# How some editors write the letter of a drive.
_DRIVE: Final = re.compile(r"^/([A-Za-z])%3A", re.IGNORECASE)
_OUTSIDE: Final = _Nowhere("the model is outside the folders that are open", "open the folder of the model")
_NOT_SAVED: Final = _Nowhere("the model is in no file yet", "save it beside its data")


class Workspace:
    """The documents that are open, by their addresses, and the folders."""

    def __init__(self) -> None:
        self.folders: list[Path] = []
        self.encoding: str = UTF_16
        self._documents: dict[str, Document] = {}

    def open(self, uri: str, text: str, version: int | None = None) -> Document:
        """Return a document that is open from now on."""
        made = Document(uri, path_of(uri), text, self._files(uri), self.encoding, version=version)
        self._documents[uri] = made
        return made

    def type(self, uri: str, text: str, version: int | None = None) -> None:
        """Take another text of a document."""
        if uri in self._documents:
            self._documents[uri].type(text, version)

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._documents.pop(uri, None)

    def get(self, uri: str) -> Document | None:
        """Return an open document that is meant as a model; None for any other."""
        document = self._documents.get(uri)
        return document if document is not None and document.is_model else None

    def __iter__(self) -> Iterator[Document]:
        """Yield the models that are open."""
        return iter([one for one in self._documents.values() if one.is_model])

    def set_folders(self, uris: Iterable[str]) -> None:
        """Take the folders that are open."""
        self.folders = [_real(path_of(uri)) for uri in uris if _is_file(uri)]
        for document in self._documents.values():
            document.files = self._files(document.uri)
            document.look_again()

    def _files(self, uri: str) -> Files:
        """Return where the data of a model is read from; a single file that is open may read its own folder."""
        if not _is_file(uri):
            return _NOT_SAVED
        folder = path_of(uri).parent
        # No link that is within a folder leads out of it, and no dots.
        is_open = not self.folders or any(_real(folder).is_relative_to(one) for one in self.folders)
        return Folder(folder) if is_open else _OUTSIDE


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _is_file(uri: str) -> bool:
    path = path_of(uri)
    try:
        name = os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return _split(uri).scheme == "file" and path.is_absolute() and b"\0" not in name


def path_of(uri: str) -> Path:
    """Return the path that an address is of; of a text that is no file yet, its name in the folder that is."""
    parts = _split(uri)
    if parts.scheme != "file":
        return Path(unquote(parts.path).rpartition("/")[2] or "model.toml")
    host = f"//{parts.netloc}" if parts.netloc else ""
    return Path(url2pathname(host + _DRIVE.sub(r"/\1:", parts.path)))


def _split(uri: str) -> SplitResult:
    """Return the parts of an address; none of one that cannot be any."""
    try:
        return urlsplit(uri)
    except ValueError:
        return urlsplit("")
