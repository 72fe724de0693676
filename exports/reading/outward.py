"""Ways out of a workbook: formulas that ask other files, other programs or the network."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
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
_PREFIXES: Final = re.compile(r"^(?:_XLFN\.|_XLWS\.|_XLETA\.|_XLUDF\.|__XLUDF\.|COM\.MICROSOFT\.|ORG\.LIBREOFFICE\.)+")
# A function that is called, or handed to another one by its name. Each word is looked at once, however long.
_CALL: Final = re.compile(r"(?<![\w.])(?:((?:_xlfn\.)?_xleta\.[\w.]++)|([\w.]++)\s*+\()", re.IGNORECASE)
# What hides the rest of a formula's marks: a text, the quoted name of a sheet, or the column of a table or a file in
# brackets, in which a quote escapes what follows it. Whichever begins first counts.
_HIDING: Final = re.compile(
    r"""(?P<text>"(?:[^"]|"")*+")
    |'(?P<name>(?:[^']|'')*+)'
    |(?P<bracket>\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*+\])*+\])
    |(?P<open>["'\[])""",
    re.VERBOSE | re.DOTALL,
)
_SHORT: Final = {"text": '""', "name": "''", "bracket": "[]"}
_FILE: Final = re.compile(r"\[[^\[\]]*\][^\[\]\s()+*/^&=<>,;{}-]*!")
_PATH: Final = re.compile(r"[\\/\[]")
# A formula without any of these names no file and no program.
_HINT: Final = re.compile(r"[\[|']")
# No function that reaches out has a digit in its name: formulas that differ in digits alone call the same ones.
_DIGITS_ALIKE: Final = bytes.maketrans(b"123456789", b"000000000")
_MOST_KNOWN: Final = 100_000


class Judge:
    """Tells what a formula reaches beyond the workbook with these sheets; the names of functions are kept."""

    def __init__(self, sheets: Collection[str]) -> None:
        self._sheets = {name.casefold() for name in sheets}
        self._functions: dict[str, str] = {}
        # Formulas that stay in the workbook, with all digits alike.
        self._harmless: set[bytes] = set()

    def all_stay(self, formulas: Iterable[str]) -> bool:
        """Return whether formulas can be told at once to stay in the workbook, all of them; none has a character 0."""
        return all(map(self._is_harmless, {*_alike("\0".join(formulas)).split(b"\0")}))

    def reach(self, formula: str) -> str:
        """Return what a formula does to reach out of the workbook; '' where it stays in it."""
        if self._is_harmless(_alike(formula)):
            return ""
        bare, names = _lay_bare(formula)
        if function := self._find_function(bare):
            return f"reaches {REACHING[function]} by {function}: {formula}"
        others = [name for name in names if name.casefold() not in self._sheets]
        if "|" in bare or any("|" in name for name in others):
            return f"asks another program: {formula}"
        if _FILE.search(bare) or any(_PATH.search(name) for name in others):
            return f"reads another file: {formula}"
        return ""

    def _is_harmless(self, alike: bytes) -> bool:
        """Return whether formulas that differ in digits alone have nothing in them that might lead out."""
        if alike in self._harmless:
            return True
        text = alike.decode("utf-8", "surrogatepass")
        if self._find_function(text) or _HINT.search(text) is not None:
            return False
        if len(self._harmless) >= _MOST_KNOWN:
            self._harmless.clear()
        self._harmless.add(alike)
        return True

    def _find_function(self, formula: str) -> str:
        for given, called in _CALL.findall(formula):
            name = given or called
            known = self._functions.get(name)
            if known is None:
                plain = _PREFIXES.sub("", name.upper())
                known = self._functions[name] = plain if plain in REACHING else ""
            if known:
                return known
        return ""


def _alike(formula: str) -> bytes:
    return formula.encode("utf-8", "surrogatepass").translate(_DIGITS_ALIKE)


def _lay_bare(formula: str) -> tuple[str, list[str]]:
    """Return a formula without what stands in texts, quotes and brackets, and the names in quotes.

    Where one of these has no end, nobody knows what it hides: all of it counts.
    """
    pieces, names, at = [], [], 0
    for found in _HIDING.finditer(formula):
        kind = str(found.lastgroup)
        if kind == "open":
            return formula, []
        if kind == "name":
            names.append(found["name"].replace("''", "'"))
        pieces += [formula[at : found.start()], _SHORT[kind]]
        at = found.end()
    return "".join([*pieces, formula[at:]]), names
