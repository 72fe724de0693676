"""A model that is open in an editor: its text at this moment, what is wrong with it, and the last plan that it had."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar, cast

from engine.data.folder import Files, Folder
from engine.model.load import loads
from engine.model.model import Model
from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from engine.problems import KeyPath, Location, ModelError, error
from engine.references.find import find_references
from engine.references.symbols import Reference
from engine.solve import Scenarios
from engine.text.blocks import Blocks
from engine.text.canonical import Forms
from engine.text.toml import TomlText, megabytes, most_bytes
from exports.results.checked import Checked, check_model
from plainsheet.editor.additions import with_additions
from plainsheet.editor.lines import UTF_16, Lines, Span

# Of the files of TOML in a folder these are models; others, of which there are many kinds, are let be.
_MODEL: Final = re.compile(r"^[ \t]*\[[ \t]*(?:model|scenarios\.[^\]\n]*)[ \t]*\]", re.MULTILINE)
_MARK: Final = "\ufeff"
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Reading:
    """A text that was read as a model: the model where the text is TOML, and what a check finds."""

    text: str
    model: Model | None
    checked: Checked

    @property
    def plan(self) -> Plan | None:
        """Return the plan; None where the model has an error."""
        return self.checked.plan

    @property
    def results(self) -> Scenarios | None:
        """Return the results of the scenarios that have any; None where the model has an error."""
        return self.checked.results

    @property
    def first(self) -> Results | None:
        """Return the results of the scenario that is shown first; None where there are none."""
        return None if self.results is None else next(iter(self.results.values()), None)

    @property
    def blocks(self) -> Blocks | None:
        """Return where the parts of the text stand; None where it is no TOML."""
        return self.model.document.blocks if self.model and isinstance(self.model.document, TomlText) else None

    def span(self, path: KeyPath) -> Span | None:
        """Return where a key path stands, else the nearest part of it that the text has; None where it has none."""
        parts = [path[:end] for end in range(len(path), 0, -1)]
        return None if self.blocks is None else next(filter(None, map(self.blocks.span, parts)), None)

    @cached_property
    def references(self) -> list[Reference]:
        """Return every place at which a name stands, in the order of the text; none where the model has an error."""
        return find_references(self.model) if self.model is not None and self.plan is not None else []

    def references_near(self, places: Iterable[int]) -> list[Reference]:
        """Return those of `references` that stand in the tables that places of the text are in."""
        if self.model is None or self.plan is None or self.blocks is None:
            return []
        near = {id(block): block for block in map(self.blocks.at, places)}
        return [one for block in near.values() for one in find_references(self.model, block)]


class Document:
    """A text that is open, and is read when somebody asks for what it says."""

    def __init__(
        self, uri: str, path: Path, text: str, files: Files, encoding: str = UTF_16, *, version: int | None = None
    ) -> None:
        self.uri = uri
        self.encoding = encoding
        self.path = path
        self.files = files
        self.forms = Forms()
        # How often somebody was to look again.
        self.looks = 0
        self._kept: dict[Callable[..., object], tuple[tuple[object, ...], object]] = {}
        self._last: Reading | None = None
        self._recent: Model | None = None
        self._added: Model | None = None
        self._now: Reading | None = None
        self.type(text, version)

    def type(self, text: str, version: int | None = None) -> None:
        """Take another text, with the number that an editor gives to it."""
        self.text = text
        self.version = version
        self.lines = Lines(text, self.encoding)
        self._now = self._added = None

    def look_again(self) -> None:
        """Read the text anew when somebody asks: the files of its data, and what git keeps of it, may be others."""
        self._now = None
        self.looks += 1

    def kept(self, look: Callable[..., T], *of: object) -> T:
        """Return what a look at the file finds, which is kept whatever is typed as long as it is a look at the same."""
        if look not in self._kept or self._kept[look][0] != of:
            self._kept[look] = of, look(self, *of)
        return cast("T", self._kept[look][1])

    @property
    def is_in_folder(self) -> bool:
        """Return whether the text is a file's, and what stands beside it may be read."""
        return isinstance(self.files, Folder)

    @property
    def is_model(self) -> bool:
        """Return whether the text is meant as a model."""
        return _MODEL.search(self.text) is not None

    @property
    def now(self) -> Reading:
        """Return what the text says at this moment."""
        if self._now is None:
            self._now = self.read(self.text)
            if self._now.plan is not None:
                self._last = self._now
            self._recent, self._added = self._now.model or self._recent, None
        return self._now

    def read(self, text: str) -> Reading:
        """Return what another text would say in the place of this one."""
        return _read(text, str(self.path), self.files, self._last)

    @property
    def last(self) -> Reading | None:
        """Return the latest reading that had a plan, of this text or of one before it; None where none had."""
        return self.now if self.now.plan is not None else self._last

    @property
    def recent(self) -> Model:
        """Return the latest model that was read, with what the text of this moment declares beside it.

        What is typed waits for none; it is empty where the text was no TOML yet.
        """
        if self._added is None:
            found = self._recent or self.now.model or Model(TomlText(str(self.path), ""), "")
            self._added = with_additions(found, self.text)
        return self._added

    @property
    def computed(self) -> Results | None:
        """Return the latest results of the scenario shown first, None where none are: what is typed does not wait."""
        return None if self._last is None else self._last.first


def _read(text: str, name: str, files: Files, last: Reading | None) -> Reading:
    # A mark at the beginning, which a file may have, takes the place of a space.
    text = f" {text[1:]}" if text.startswith(_MARK) else text
    if len(text.encode("utf-8", "surrogatepass")) > most_bytes():
        message = f"the file is larger than {megabytes(most_bytes())}"
        return Reading(text, None, Checked((error("file", message, Location(TomlText(name, ""))),)))
    try:
        model = loads(text, name, None if last is None else last.model, files)
    except ModelError as wrong:
        return Reading(text, None, Checked(wrong.problems))
    return Reading(text, model, check_model(model, None if last is None else last.plan))
