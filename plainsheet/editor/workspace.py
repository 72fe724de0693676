"""The models that are open, and the folders that may be read for them: nothing outside of these is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from engine.data.folder import Files, Folder
from engine.problems import Mistake
from plainsheet.editor.document import Document
from plainsheet.editor.lines import UTF_16


class _Nowhere:
    """Stands for the folder of a model that is in none of those that are open."""

    def read(self, name: str) -> bytes:
        """Raise Mistake: nothing is read."""
        message = f"'{name}' is not read: the model is outside the folders that are open"
        raise Mistake(message, "open the folder of the model")


_NOWHERE: Final = _Nowhere()


class Workspace:
    """The documents that are open, by their addresses, and the folders."""

    def __init__(self) -> None:
        self.folders: list[Path] = []
        self.encoding: str = UTF_16
        self._documents: dict[str, Document] = {}

    def open(self, uri: str, text: str) -> Document:
        """Return a document that is open from now on."""
        path = path_of(uri)
        is_file = urlsplit(uri).scheme == "file" and path.is_absolute()
        made = Document(uri, path, text, self._files(path, is_file=is_file), self.encoding, is_file=is_file)
        self._documents[uri] = made
        return made

    def type(self, uri: str, text: str) -> None:
        """Take another text of a document."""
        if uri in self._documents:
            self._documents[uri].type(text)

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

    def set_folders(self, uris: Sequence[str]) -> None:
        """Take the folders that are open."""
        self.folders = [path_of(uri) for uri in uris]
        for document in self._documents.values():
            document.files = self._files(document.path, is_file=document.is_file)
            document.look_again()

    def _files(self, path: Path, *, is_file: bool) -> Files:
        """Return where the data of a model is read from; a single file that is open may read its own folder."""
        if not is_file or (self.folders and not any(path.is_relative_to(folder) for folder in self.folders)):
            return _NOWHERE
        return Folder(path.parent)


def path_of(uri: str) -> Path:
    """Return the path that an address is of; of a text that is no file yet, its name in the folder that is."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return Path(unquote(parts.path).rpartition("/")[2] or "model.toml")
    host = f"//{parts.netloc}" if parts.netloc else ""
    return Path(url2pathname(host + parts.path))


def uri_of(name: str) -> str:
    """Return the address of a file by its path."""
    return Path(name).absolute().as_uri()
