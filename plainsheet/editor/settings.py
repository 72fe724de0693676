"""What a person sets in an editor, and what the editor can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

SECTION: Final = "plainsheet"
_FIELDS: Final = {"values": "values_in_text", "changes": "changes_in_text"}


@dataclass(frozen=True)
class Settings:
    """What is shown within a text: values behind formulas, and changes against what git keeps.

    `has_snippets` tells whether the editor fills in places of what it completes.
    """

    values_in_text: bool = True
    changes_in_text: bool = True
    has_snippets: bool = False

    def changed_by(self, given: object) -> Settings:
        """Return these settings with what an editor says, below `plainsheet` or by itself, in their place.

        What is no truth value changes nothing.
        """
        if isinstance(given, Mapping) and isinstance(given.get(SECTION), Mapping):
            given = given[SECTION]
        if not isinstance(given, Mapping):
            return self
        said = {field: given[key] for key, field in _FIELDS.items() if isinstance(given.get(key), bool)}
        return replace(self, **said)
