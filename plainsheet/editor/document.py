"""A model that is open in an editor: its text at this moment, what is wrong with it, and the last plan that it had."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar, cast

from engine.data.folder import Files
from engine.model.load import loads
from engine.model.model import Model
from engine.plan.evaluate import Results
from engine.plan.plan import Plan
from engine.problems import KeyPath, Location, ModelError, error
from engine.references.find import find_references
from engine.references.symbols import Reference
from engine.solve import Scenarios
from engine.text.positions import Places, find_places
from engine.text.toml import TomlText, megabytes, most_bytes
from exports.results.checked import Checked, check_model
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

    @cached_property
    def places(self) -> Places | None:
        """Return where the parts of the text stand; None where it is no TOML."""
        return None if self.model is None else find_places(self.text)

    @cached_property
    def references(self) -> list[Reference]:
        """Return every place at which a name stands, in the order of the text; none where the model has an error."""
        return find_references(self.model) if self.model is not None and self.plan is not None else []

    @cached_property
    def spans(self) -> dict[KeyPath, Span]:
        """Return where each key path of the text stands: its value, else its statement, else its key."""
        if self.places is None:
            return {}
        found = dict(self.places.keys)
        found |= {one.path: (one.start, one.end) for one in self.places.statements if one.path}
        return found | self.places.tables | self.places.values


class Document:
    """A text that is open, and is read when somebody asks for what it says."""

    def __init__(
        self, uri: str, path: Path, text: str, files: Files, encoding: str = UTF_16, *, is_file: bool = True
    ) -> None:
        self.uri = uri
        self.encoding = encoding
        self.path = path
        self.files = files
        self.is_file = is_file
        self._kept: dict[Callable[[Document], object], object] = {}
        self._last: Reading | None = None
        self._recent: Model | None = None
        self._now: Reading | None = None
        self.type(text)

    def type(self, text: str) -> None:
        """Take another text."""
        self.text = text
        self.lines = Lines(text, self.encoding)
        self._now = None

    def look_again(self) -> None:
        """Read the text anew when somebody asks: the files of its data, and what git keeps of it, may be others."""
        self._now = None
        self._kept.clear()

    def kept(self, look: Callable[[Document], T]) -> T:
        """Return what was found out of the file, which stays so whatever is typed until somebody is to look again."""
        if look not in self._kept:
            self._kept[look] = look(self)
        return cast("T", self._kept[look])

    @property
    def is_model(self) -> bool:
        """Return whether the text is meant as a model."""
        return _MODEL.search(self.text) is not None

    @property
    def now(self) -> Reading:
        """Return what the text says at this moment."""
        if self._now is None:
            self._now = _read(self.text, str(self.path), self.files, self._last)
            if self._now.plan is not None:
                self._last = self._now
            self._recent = self._now.model or self._recent
        return self._now

    @property
    def last(self) -> Reading | None:
        """Return the latest reading that had a plan, of this text or of one before it; None where none had."""
        return self.now if self.now.plan is not None else self._last

    @property
    def recent(self) -> Model:
        """Return the latest model that was read, empty where the text was no TOML yet: what is typed waits for none."""
        found = self._recent or self.now.model
        return Model(TomlText(str(self.path), ""), "") if found is None else found

    @property
    def computed(self) -> Results | None:
        """Return the latest results of the scenario shown first, None where none are: what is typed does not wait."""
        found = None if self._last is None else self._last.results
        return None if found is None else next(iter(found.values()), None)


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
