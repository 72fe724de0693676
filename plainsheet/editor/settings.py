"""What a person sets in an editor, and what the editor can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SECTION: Final = "plainsheet"


class Settings:
    """What is shown within a text: values behind formulas, and changes against what git keeps.

    `has_snippets` tells whether the editor fills in places of what it completes.
    """

    def __init__(self) -> None:
        self.values_in_text = True
        self.changes_in_text = True
        self.has_snippets = False

    def take(self, given: object) -> None:
        """Take what an editor says, below `plainsheet` or by itself; what is no truth value changes nothing."""
        if isinstance(given, Mapping) and isinstance(given.get(_SECTION), Mapping):
            given = given[_SECTION]
        if not isinstance(given, Mapping):
            return
        values, changes = given.get("values"), given.get("changes")
        self.values_in_text = values if isinstance(values, bool) else self.values_in_text
        self.changes_in_text = changes if isinstance(changes, bool) else self.changes_in_text
