"""Ways out of a workbook: formulas that ask other files, other programs or the network."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

# What a function reaches. HYPERLINK is none of them: it waits for a reader who clicks.
REACHING: Final[Mapping[str, str]] = {
    **dict.fromkeys(("WEBSERVICE", "IMAGE", "IMPORTDATA", "IMPORTFEED", "IMPORTHTML", "IMPORTXML"), "an address"),
    **dict.fromkeys(("STOCKHISTORY", "TRANSLATE", "DETECTLANGUAGE", "COPILOT", "PY"), "a service"),
    **dict.fromkeys(("GOOGLEFINANCE", "GOOGLETRANSLATE"), "a service"),
    **dict.fromkeys(("RTD", "DDE", "EXEC", "INITIATE", "REQUEST", "POKE", "EXECUTE"), "another program"),
    **dict.fromkeys(("CALL", "REGISTER", "REGISTER.ID"), "a library of code"),
    **dict.fromkeys(("CUBEKPIMEMBER", "CUBEMEMBER", "CUBEMEMBERPROPERTY", "CUBERANKEDMEMBER"), "a database"),
    **dict.fromkeys(("CUBESET", "CUBESETCOUNT", "CUBEVALUE", "SQL.REQUEST"), "a database"),
    "IMPORTRANGE": "another file",
}
_PREFIXES: Final = re.compile(r"^(?:_XLFN\.|_XLWS\.|_XLUDF\.|__XLUDF\.|COM\.MICROSOFT\.|ORG\.LIBREOFFICE\.)+")
_CALL: Final = re.compile(r"([A-Za-z_][\w.]*)\s*\(")
_TEXT: Final = re.compile(r'"(?:[^"]|"")*"')
_QUOTED: Final = re.compile(r"'((?:[^']|'')*)'(?=!)")
_COLUMN: Final = re.compile(r"\[[^\[\]]*\]")
_FILE: Final = re.compile(r"\[[^\[\]]+\][^\[\]\s()+*/^&=<>,;{}]*!")
_PATH: Final = re.compile(r"[\\/\[]")
# A formula without any of these names no file and no program.
_HINT: Final = re.compile(r"[\[|']")


class Judge:
    """Tells what a formula reaches beyond the workbook with these sheets; the names of functions are kept."""

    def __init__(self, sheets: Collection[str]) -> None:
        self._sheets = {name.casefold() for name in sheets}
        self._functions: dict[str, str] = {}

    def reach(self, formula: str) -> str:
        """Return what a formula does to reach out of the workbook; '' where it stays in it."""
        if not self._find_function(formula) and _HINT.search(formula) is None:
            return ""
        bare = _TEXT.sub('""', formula)
        if function := self._find_function(bare):
            return f"reaches {REACHING[function]} by {function}: {formula}"
        names = [one.replace("''", "'") for one in _QUOTED.findall(bare)]
        others = [name for name in names if name.casefold() not in self._sheets]
        unquoted = _QUOTED.sub("''", bare)
        if "|" in _COLUMN.sub("", unquoted) or any("|" in name for name in others):
            return f"asks another program: {formula}"
        if _FILE.search(unquoted) or any(_PATH.search(name) for name in others):
            return f"reads another file: {formula}"
        return ""

    def _find_function(self, formula: str) -> str:
        for name in _CALL.findall(formula):
            known = self._functions.get(name)
            if known is None:
                plain = _PREFIXES.sub("", name.upper())
                known = self._functions[name] = plain if plain in REACHING else ""
            if known:
                return known
        return ""
