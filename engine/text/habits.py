"""What a person most likely meant by a line that is no TOML: the fix for each habit of other formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from engine.problems import shortened
from engine.text.changes import DIFFERENCE, ENDS
from engine.text.numerals import read_amount

_LONGEST: Final = 100
# The patterns look back and forth, and a hostile line is long.
_MOST_READ: Final = 2000
_KEY: Final = r"(?P<key>(?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\.(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)"
_NUMBER: Final = r"[-+]?(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?"
_NUMBERS_ARE: Final = "a number is written 3, 0.5, 6_000 or 1.2e6"
# Words that are values elsewhere.
_NO_NAME: Final = r"(?i:yes|no|on|off|true|false|null|none|nil|nan|inf)|[A-Z]{3} ?\d+"
_ENDED: Final = 'a text on one line ends with a quote: "..."; one over several lines begins and ends with """'


def explain(lines: Sequence[str], at: int, reason: str) -> tuple[int, str, str]:
    """Return the index of a line that is no TOML, what is wrong with it, and the mend; `reason` is the parser's own."""
    # What is not closed is noticed at the end of the file, where no line stands.
    at = min(at, len(lines) - 1)
    line = lines[at].strip()[:_MOST_READ] if lines else ""
    told = _twice(lines, at, line, reason) or _unended(lines, at, reason) or _unit(lines, at, line)
    told = told or _bare_value(lines, at, line)
    if (begun := _text_begun(lines, at, reason)) is not None:
        at, line = begun, lines[begun].strip()[:_MOST_READ]
    if told is None and (number := _number(line)):
        told = number
    for pattern, message, hint in _LINES if told is None else ():
        if found := re.search(pattern, line):
            shown = hint if isinstance(hint, str) else hint(found)
            named = found.groupdict().get("shown") or found.group()
            told = message.format(shortened(named.strip(), 40)), shown if len(shown) <= _LONGEST else ""
            break
    message, hint = told or ("this line cannot be read", "a line is [the.name] of a table, or a key = and its value")
    return at, f"{message}\n{line[:_LONGEST]}" if line else message, hint


def _twice(lines: Sequence[str], at: int, line: str, reason: str) -> tuple[str, str] | None:
    """Return what to say of a table or a key that stands twice, and where it stood first."""
    if not re.match(r"Cannot|Duplicate", reason):
        return None
    if found := re.match(r"\[+ ?([^\]]*?) ?\]+", line):
        return _table_twice(lines, at, line, found[1])
    key = line.partition("=")[0].strip()
    if reason.startswith("Duplicate"):
        return "a key stands twice in braces", "leave one of the two out"
    head = max((n for n, text in enumerate(lines[:at]) if text.lstrip().startswith("[")), default=-1)
    same = rf"\s*{re.escape(key)}\s*="
    before = next((n for n, text in enumerate(lines[head + 1 : at], head + 1) if re.match(same, text)), None)
    hint = "a key stands once in a table; a scenario sets a whole row or its members, not both"
    if before is not None:
        return f"'{key}' stands on line {before + 1} already", hint
    return f"'{key}' clashes with another key of its table", hint


def _table_twice(lines: Sequence[str], at: int, line: str, name: str) -> tuple[str, str]:
    before = next((n for n, text in enumerate(lines[:at]) if re.match(rf"\s*\[+\s*{re.escape(name)}\s*\]", text)), None)
    if before is not None:
        brackets = "" if line.count("[") == lines[before].count("[") else "; write both with single brackets"
        return f"[{name}] stands on line {before + 1} already", f"put the keys of both together{brackets}"
    if line.startswith("[["):
        return f"[{name}] is a table, and no list of tables", "write its name with single brackets"
    last = name.rpartition(".")[2]
    return f"[{name}] is a table, and '{last}' is a value already", "give one of the two another name"


def _unended(lines: Sequence[str], at: int, reason: str) -> tuple[str, str] | None:
    """Return what to say of a text, list or table that is not closed, and where it begins."""
    line = lines[at] if lines else ""
    if re.match(r"Illegal|Found invalid|Unterminated|Expected \W+$", reason):
        begun = _last(lines, at, r"^[^\"']*(?:\"\"\"|''')")
        if begun is not None and not re.match(r"Illegal|Found", reason):
            return f"the text that begins on line {begun + 1} does not end", 'it ends with the same quotes: """'
        if re.search(r"\\n|\\r|Unterminated|Expected", reason):
            return "a text has no closing quote on its line", _ENDED
    begun = _last(lines, at, r"=\s*\[[^\]]*$")
    if (
        reason.startswith(("Unclosed array", "Invalid value"))
        and begun is not None
        and not any("]" in text for text in lines[begun + 1 : at])
    ):
        return f"the list that begins on line {begun + 1} is not closed", "a list is [1, 2, 3]"
    begun = _last(lines[max(at - 3, 0) : at + 1], 3, r"\{[^}]*$")
    if begun is not None or re.search(r"\{.*,\s*\}", line):
        message = "an inline table stands on one line, without a comma at its end"
        return message, "prefer dotted keys, or [[...published]]"
    return None


def _text_begun(lines: Sequence[str], at: int, reason: str) -> int | None:
    """Return the line on which a text on one line begins and does not end; None where nothing says so."""
    if not re.match(r"Illegal|Found invalid|Unterminated|Expected \W+$", reason):
        return None
    begins = r"^[^\"'#]*=\s*(?:'[^']*|\"[^\"]*)$"
    if reason.startswith("Expected"):  # the parser read on to the end of the file
        return next((n for n, text in enumerate(lines[: at + 1]) if re.search(begins, text)), None)
    return _last(lines, at, begins)


def _unit(lines: Sequence[str], at: int, line: str) -> tuple[str, str] | None:
    """Return what to say of a dimension that is declared without quotes under [units]."""
    head = _last(lines, at, r"^\s*\[")
    found = re.fullmatch(rf"{_KEY}\s*=\s*\[?(?P<value>[a-z_][a-z_ ]*)\]?\s*(?:#.*)?", line)
    if head is None or found is None or not re.match(r"\s*\[\s*units\s*\]", lines[head]):
        return None
    return "a unit is declared by a text in quotes", f'write {found["key"]} = "[{found["value"].strip()}]"'


def _bare_value(lines: Sequence[str], at: int, line: str) -> tuple[str, str] | None:
    """Return what to say of a word or a month without quotes at `value`: of a choice it is a member, else a name."""
    found = re.fullmatch(r"value\s*=\s*(?P<value>[A-Za-z_][\w -]*|\d{4}-(?:\d{1,2}|[qQ][1-4]))\s*(?:#.*)?", line)
    if found is None or re.fullmatch(_NO_NAME, found["value"].strip()):
        return None
    value = found["value"].strip()
    head = _last(lines, at, r"^\s*\[")
    end = next((n for n in range(at + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    is_choice = any(re.match(r"\s*choice\s*=", text) for text in lines[head or 0 : end])
    if value[0].isdigit():
        hint = "a value is a number; what happens when is said in note, or by a dimension"
        return None if is_choice else ("a month is no number", hint)
    if is_choice:
        return "this value is no number, and a member stands in quotes", f'write value = "{value}"'
    names = {name.lower(): name for text in lines for name in re.findall(r"^\s*\[(?:\w+\.)+(\w+)\s*\]", text)}
    if name := names.get(value.lower()):
        return "this value is no number, and a name stands in a formula", f'write formula = "{name}"'
    hint = f'{_NUMBERS_ARE}; a quantity is named in formula = "..."'
    return None if "-" in value else ("this value is no number", hint)


def _last(lines: Sequence[str], at: int, pattern: str) -> int | None:
    """Return the last line, up to an index, in which a pattern is found."""
    return next((n for n in range(min(at, len(lines) - 1), -1, -1) if re.search(pattern, lines[n])), None)


def _number(line: str) -> tuple[str, str] | None:
    """Return what to say of a value that is meant to be a number, and is spelled as elsewhere."""
    found = re.match(rf"{_KEY}\s*=\s*(?P<value>[^\"'#\[{{\s][^\"#\[{{]*?)\s*(?:#.*)?$", line)
    if found is None:
        return None
    if found["key"] == "tolerance" and found["value"].endswith("%"):
        return "a number has no percent sign", DIFFERENCE
    return mended_number(found["key"], found["value"])


def mended_number(key: str, value: str) -> tuple[str, str] | None:
    """Return what is wrong with a number that is spelled as elsewhere, and its assignment to a key; None for others."""
    if amount := read_amount(value):
        return "a number stands without its unit", f'write {key} = {amount[0]}, and unit = "{amount[1]}"'
    for pattern, message, mended in _NUMBERS:
        if number := re.fullmatch(pattern, value):
            return message, f"write {mended(key, number)}"
    return None


def _grouped(value: str, mark: str = "") -> str:
    return re.sub(r"[,.' ]", mark, value)


def _in_unit(key: str, found: re.Match[str]) -> str:
    return f'{key} = {found["number"]}, and unit = "{found["unit"]}"'


_SCALES: Final = {"k": "e3", "K": "e3", "m": "e6", "M": "e6", "mn": "e6", "mln": "e6", "bn": "e9", "B": "e9", "G": "e9"}
# How numbers are spelled elsewhere: the pattern of a value, what is wrong with it, and the line that is meant.
_NUMBERS: Final[tuple[tuple[str, str, Callable[[str, re.Match[str]], str]], ...]] = (
    (r"[-+]?\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?", "a number has no commas",
     lambda key, found: f"{key} = {found[0].replace(',', '')}, or {found[0].replace(',', '_')}"),
    (r"[-+]?[1-9]\d{0,2},\d{3}", "a number has no comma",
     lambda key, found:
     f"{key} = {found[0].replace(',', '')}, or {found[0].replace(',', '.')} where it was a decimal comma"),
    (r"[-+]?\d{1,3}(?:,\d{3})+\.\d+", "a number has no commas",
     lambda key, found: f"{key} = {found[0].replace(',', '')}"),
    (r"[-+]?\d+,\d+", "a decimal number has a point", lambda key, found: f"{key} = {found[0].replace(',', '.')}"),
    (r"([-+]?\d{1,3}(?:[.' ]\d{3})+),(\d+)", "a number has a point, and nothing between thousands",
     lambda key, found: f"{key} = {_grouped(found[1])}.{found[2]}"),
    (r"[-+]?\d{1,3}(?:[.' ]\d{3}){2,}|[-+]?\d{1,3}(?:[' ]\d{3})+", "a number has nothing but _ between thousands",
     lambda key, found: f"{key} = {_grouped(found[0])}, or {_grouped(found[0], '_')}"),
    (r"([-+]?)\.(\d+(?:[eE][-+]?\d+)?)", "a number has digits before its point",
     lambda key, found: f"{key} = {found[1]}0.{found[2]}"),
    (r"([-+]?\d[\d_]*)\.(|[eE][-+]?\d+)", "a number has digits after its point",
     lambda key, found: f"{key} = {found[1]}.0{found[2]}"),
    (r"([-+]?)0+(\d[\d.]*)", "a number does not begin with 0", lambda key, found: f"{key} = {found[1]}{found[2]}"),
    (rf"({_NUMBER}) ?%", "a number has no percent sign",
     lambda key, found: f'{key} = {found[1]}, and unit = "percent"'),
    (rf"({_NUMBER}) ?(k|K|m|M|mn|mln|bn|B|G)", "a number has no letters behind it",
     lambda key, found: f"{key} = {found[1]}{_SCALES[found[2]]}"),
    (rf"(?P<unit>[$€£¥]|[A-Z]{{3}}) ?(?P<number>{_NUMBER})", "a number stands without its unit", _in_unit),
    (rf"(?P<number>{_NUMBER}) ?(?P<unit>(?![eExX]$)[a-zA-Z][\w/*]*)", "a number stands without its unit", _in_unit),
    (r"(?i:yes|no|on|off)", "a switch is true or false",
     lambda key, found: f"{key} = {'true' if found[0].lower() in {'yes', 'on'} else 'false'}"),
    (r"(?i:true|false)", "true and false are in lower case", lambda key, found: f"{key} = {found[0].lower()}"),
    (r"(\d{1,2})[./](\d{1,2})[./](\d{4})", "a date is year, month and day",
     lambda key, found: f"{key} = {found[3]}-{int(found[2]):02}-{int(found[1]):02}"),
    (r"(\d{4})-?((?i:Q)[1-4])|(\d{4})-(\d{1,2})", "a month or a quarter stands in quotes",
     lambda key, found:
     f'{key} = "{found[1]}-{found[2].upper()}"' if found[1] else f'{key} = "{found[3]}-{int(found[4]):02}"'),
    (r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", "a date is year, month and day",
     lambda key, found: f"{key} = {found[1]}-{int(found[2]):02}-{int(found[3]):02}"),
)  # fmt: skip


def _quoted(value: str) -> str:
    """Return a value of another format as TOML has it: numbers, lists and texts stay, bare words are quoted."""
    value = value.strip().rstrip(",;")
    if re.fullmatch(rf"{_NUMBER}|true|false|\[.*\]|\".*\"|'.*'", value):
        return value
    bare = value.strip("\"'")
    return f'"{bare}"' if bare else "..."


def _as_line(found: re.Match[str]) -> str:
    if found["value"].startswith("{"):
        return f"a table begins with its name in brackets: [{found['key']}]"
    return f"write {found['key'].strip(chr(34))} = {_quoted(found['value'])}"


# Lines of other formats: a pattern, what is wrong with what it finds, and how it is written here.
_LINES: Final[tuple[tuple[str, str, str | Callable[[re.Match[str]], str]], ...]] = (
    (r"^(<{7}|={7}|>{7})", "the file has an unfinished merge in it",
     "keep one of the two sides, and delete the three marks"),
    (r"[\u201c\u201d\u2018\u2019]", "quotes are straight", 'write "..."'),
    (r"^(//|/\*|;|--|\*|%)", "'{0}' begins no comment", "a comment begins with #"),
    (r"(?:[\d\]\"'}]|true|false)\s*(//|/\*|--).*$", "a comment begins with #",
     "write # in place of the sign before it"),
    (r"[;,]$", "a line ends without '{0}'", "leave it out"),
    (rf"^-\s+{_KEY}?", "a list stands in brackets", 'write ["a", "b"]'),
    (r"^[{}\]]", "'{0}' begins no line", "a table begins with its name in brackets: [section.price]"),
    (rf"^(?:const|let|var|set)\s+{_KEY}\s*=\s*(?P<value>.*)$", "a key stands alone before '='", _as_line),
    (rf"^{_KEY}\s*(?::=|=>|==|:)\s*(?P<value>\S.*)$", "a key and its value are joined by '='", _as_line),
    (rf"^{_KEY}\s*:$", "a table begins with its name in brackets", lambda found: f"write [{found['key']}]"),
    (r"^\[(?P<shown>[^\]\"]*[^\x00-\x7f][^\]\"]*)\]", "the name '{0}' has letters that are not in a-z",
     "names are a-z, 0-9 and _"),
    (r"^\[+(?P<shown>[\w.-]*[\w-](?: [\w-]+)+)\]", "the name '{0}' has spaces",
     lambda found: f"write [{found[1].replace(' ', '_')}]"),
    (r"^\[+[^\]]*$", "the name of a table has no closing bracket",
     "a table begins with its name in brackets: [section.price]"),
    (r"^\[+[^\]]*\]+\s*[^#\s]", "the name of a table stands alone on its line", "write its keys on the lines below"),
    (r"^\[", "'{0}' begins no table", "a table begins with its name in brackets: [section.price]"),
    (r"^([\w.]+)\[\"?([\w-]+)\"?\]\s*=", "members follow a point", lambda found: f"write {found[1]}.{found[2]} ="),
    (r"^([\w.]+)\[\"?([^\]\"]+)\"?\]\s*=", "members follow a point", lambda found: f'write {found[1]}."{found[2]}" ='),
    (r"^(?P<shown>\w+(?: \w+)+)\s*=", "the key '{0}' has spaces",
     lambda found: f"write {found[1].replace(' ', '_')} ="),
    (r"^(?P<shown>[^=\"']*[^\x00-\x7f][^=]*)=", "'{0}' has letters that are not in a-z", "keys are a-z, 0-9 and _"),
    (rf"^{_KEY}\s*=\s*(?:#.*)?$", "a key has no value", 'write it behind the "="'),
    (rf"^{_KEY}\s*=\s*(?:null|None|nil|NULL|NaN)\b", "there is no such value", "leave the line out"),
    (rf"^range\s*=\s*({_NUMBER})\s*(?:,|-|\.\.|:|to)\s*({_NUMBER})$", "a range is a list of two numbers",
     lambda found: f"write range = [{found[1]}, {found[2]}]"),
    (r"^(?P<key>label|unit|title|source|note|over|purpose|version|limitations|distribution|url|author|choice|rollup|of|period)\s*=\s*(?P<value>[^\"'#\[{\s].*)$",
     "text stands in quotes", _as_line),
    (r"(?P<shown>from)\s*=\s*(\d{4}-(?:\d{2}|Q[1-4]))\b(?!-)", "a month or a quarter stands in quotes",
     lambda found: f'write from = "{found[2]}"'),
    (r"^(?:formula|solve|test)\s*=\s*(?P<value>[^\"'#]+)", "a formula stands in quotes",
     lambda found: f"write {found[0].partition('=')[0].strip()} = {_quoted(found['value'])}"),
    (r"^value\s*=\s*=?\s*(?P<value>[^\"'#]*[-+*/^(][^\"'#]*)$", "a calculation is a formula",
     lambda found: f"write formula = {_quoted(found['value'])}"),
    (rf"^{_KEY}\s*=\s*\(.*\)$", "a list stands in square brackets", "write [1, 2]"),
    (r"^range\b[^=]*=\s*\[.*%.*\]", "numbers in a list have no percent sign", ENDS),
    (rf"^{_KEY}\s*=\s*\[.*%.*\]", "numbers in a list have no percent sign", 'write them alone, and unit = "percent"'),
    (rf"^{_KEY}\s*=\s*\[(?:.*(?<!\d)\.\d|.*\d\.(?!\d)).*\]", "a number has digits on both sides of its point",
     "write 0.5 and 5.0"),
    (rf"^{_KEY}\s*=\s*\[(?P<items>\s*[^\W\d]\w*\s*(?:,\s*[^\W\d]\w*\s*)*),?\]", "texts in a list stand in quotes",
     lambda found: f"write [{', '.join([_quoted(item) for item in found['items'].split(',')])}]"),
    (rf"^{_KEY}\s*=\s*\[.*\]", "a list is not well formed", "its items stand with commas between them: [1, 2]"),
    (rf"^{_KEY}\s*=\s*\".*\\[^\"\\]",
     'a backslash begins an escape in "..."', "write two of them, or the text between '...'"),
    (rf"^{_KEY}\s*=\s*\"[^\"]*\".*\"$",
     "a text has a quote in it", 'write \\" for it, or put the text between \'...\''),
    (r"^(?P<key>value\.[^=\s]*)\s*=\s*(?P<value>[A-Za-z][\w -]*)$",
     "this value is no number, and a member stands in quotes", _as_line),
    (r"^(?:value|min|max|tolerance|from|to|step|digits)\b[^=]*=\s*[^\"'\[{]", "this value is no number",
     _NUMBERS_ARE),
    (r"\d ?%", "a number has no percent sign", 'write it alone, and unit = "percent"'),
    (r"[\[{,=]\s*[-+]?\.\d|\d\.(?!\d)", "a number has digits on both sides of its point", "write 0.5 and 5.0"),
    (rf"^{_KEY}\s*=\s*(?P<value>[^\W\d\"'\[{{][^\"']*)$", "text stands in quotes", _as_line),
    (rf"^{_KEY}\s*=\s*[\"'].*$", "a line goes on behind its value",
     "a line is a key, = and one value; a comment begins with #"),
    (rf"^{_KEY}\s*=\s*(?P<value>[^\"'\[{{].*)$",
     "this value is no number, text, date or list", 'a text stands in quotes: "..."'),
    (rf"^{_KEY}\s+(?P<value>[^=]+)$", "a key and its value are joined by '='", _as_line),
    (rf"^{_KEY}$", "a key has no value", "a line is a key, = and a value"),
)  # fmt: skip
