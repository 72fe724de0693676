"""What a person most likely meant where a formula cannot be read: the fix for each habit of other languages."""

from __future__ import annotations

import re
from typing import Final

from engine.language.functions import GROUPED, KNOWN, SHIFTS, UNLIKE
from engine.language.hints.finance import LIBRARIES, call_hint
from engine.language.hints.habits import CHOICE, HABITS
from engine.problems import Mistake, did_you_mean, shortened

DEEPEST: Final = 100
MOST_TERMS: Final = 1000
_QUOTED: Final = re.compile(r"\"[^\"\\]*\"|'[^'\\]*'")
_LONGEST_HINT: Final = 100
_ORDINARY: Final = "formulas are made of names, numbers, operators and functions"
_PICK: Final = 'members are picked in brackets, as in price["H100"] or x[2026]'
_MEAN: Final = "write (a + b) / 2, or mean(a, over=year)"
_SWITCH: Final = "a switch is 0 or 1"
_MODULES: Final = frozenset({"math", "np", "numpy", "pd", "pandas", "statistics", "scipy", "cmath"}) | LIBRARIES


class FormulaError(Mistake):
    """A formula cannot be read: the message says what stands there, the hint what to write."""


class UnknownFunctionError(FormulaError):
    """What is called is no function: `name` may be that of a quantity, and `arguments` are as written."""

    def __init__(self, name: str, arguments: str) -> None:
        super().__init__(f"there is no function '{shortened(name)}'", function_hint(name, arguments))
        self.name, self.arguments = name, arguments


_NAMED: Final = re.compile(rf"(?:{'|'.join(GROUPED)}) ?=(?!=)")
# Of two arguments, the second says to how many digits, or to a multiple of what.
_DIGITS: Final = {
    "roundup": "write ceil({a} * 10 ** {b}) / 10 ** {b}",
    "rounddown": "write floor({a} * 10 ** {b}) / 10 ** {b}",
    "trunc": "write floor({a} * 10 ** {b}) / 10 ** {b}",
    "ceiling": "write ceil({a} / {b}) * {b}",
}
_ELSEWHERE: Final = {
    **dict.fromkeys(("iif", "iff", "ifs", "cond", "where", "switch", "case", "choose"), CHOICE),
    **dict.fromkeys(("average", "avg"), _MEAN),
    **dict.fromkeys(("lag", "previous", "offset", "shift"), "write prev({a}, start)"),
    **dict.fromkeys(("lead", "following", "succ"), "write next({a}, end)"),
    **dict.fromkeys(("cumulative", "running_sum", "running_total"), "write cumsum({a})"),
    **dict.fromkeys(
        ("len", "counta", "countif", "countifs"), "count members where something holds: count(where=sales > 0)"
    ),
    "fv": "write {c} * ((1 + {a}) ** {b} - 1) / {a}, with the rate of one period",
    "pv": "write {c} * (1 - (1 + {a}) ** -{b}) / {a}, with the rate of one period",
    **dict.fromkeys(("vlookup", "hlookup", "xlookup", "index", "match"), _PICK),
    **dict.fromkeys(("sumif", "sumifs"), "write sum(a, over=year, where=test)"),
    **dict.fromkeys(("iferror", "ifna", "iserror"), "ask first, as in a / b if b != 0 else 0"),
    **dict.fromkeys(("true", "false"), _SWITCH),
    **dict.fromkeys(("pow", "power"), "write {a} ** {b}"),
    **dict.fromkeys(("roundup", "ceiling"), "write ceil({a})"),
    **dict.fromkeys(("rounddown", "int", "trunc"), "write floor({a})"),
    "median": "there is none of members; of what is drawn, simulate tells it as P50",
    "ln": "log is the natural logarithm: log({a})",
    "mod": "write {a} - {b} * floor({a} / {b})",
    "sumproduct": "write sum({a} * {b}, over=year)",
    "pi": "give it a quantity of its own: value = 3.14159265358979",
}


def function_hint(name: str, arguments: str = "a, b") -> str:
    """Return which function was most likely meant by a call."""
    lower = name.lower()
    if lower in KNOWN:
        told = f"functions are in lower case: {call_hint(lower)}"
        return f"{told}; {UNLIKE[lower]}" if lower in UNLIKE else told
    if lower in {"if", "and", "or", "not"}:
        return _call_of_word(lower, _parts(arguments), is_whole=True)
    if lower in {"average", "avg"} and (parts := _parts(arguments)) != [""]:
        return f"write mean({arguments})" if any(map(_NAMED.match, parts)) else _mean(parts)
    if lower in _DIGITS and len(_parts(arguments)) > 1:
        return _filled(_DIGITS[lower], _parts(arguments))
    if (known := _ELSEWHERE.get(lower)) and "{" in known:
        return _filled(known, _parts(arguments))
    return known or did_you_mean(name, KNOWN) or f"the functions are {', '.join(KNOWN)}"


def method_hint(owner: str, name: str, arguments: str) -> str:
    """Return how a call of a method, as in ``cost.sum()`` or ``Math.max(a, b)``, is written as that of a function."""
    if owner.lower() not in _MODULES:
        arguments = f"{owner}, {arguments}" if arguments else owner
    if name in SHIFTS and "," not in arguments:
        arguments += ", end" if name == "next" else ", start"
    if name in KNOWN:
        return f"functions are called by their names alone: {name}({arguments})"
    return function_hint(name, arguments)


def no_list(written: str) -> FormulaError:
    """Return what to say of terms with commas between them where one number stands."""
    if number := re.search(r"(?<![\w.,])[1-9]\d{0,2}(?:,\d{3})+(?![\w.,])", written):
        plain = number[0].replace(",", "")
        return FormulaError(f"the number '{number[0]}' has commas between its thousands", f"write {plain}")
    return FormulaError(f"'{written}' is a list, not a number", "a decimal point is written 0.5, not 0,5")


def bracketed(text: str) -> str:
    """Return a term in brackets, where it is more than a name, a number or a call."""
    return text if re.fullmatch(r"[\w.]+(?:\([^()]*\)|\[[^\[\]]*\])?", text) else f"({text})"


def _filled(hint: str, parts: list[str]) -> str:
    """Return a hint with the author's own terms in their places."""
    terms = [bracketed(part) if part else name for part, name in zip([*parts, "", "", ""][:3], "abc", strict=True)]
    told = hint.format(**dict(zip("abc", terms, strict=True)))
    return told if len(told) <= _LONGEST_HINT else hint.format(a="a", b="b", c="c")


def _mean(parts: list[str]) -> str:
    """Return how a mean of terms, or of the members of one, is written."""
    told = f"write ({' + '.join(parts)}) / {len(parts)}" if len(parts) > 1 else f"write mean({parts[0]})"
    return told if len(told) <= _LONGEST_HINT else _MEAN


def refuse_text(line: str) -> None:
    """Raise FormulaError for a character that is not in the language, and for brackets nested too deep."""
    plain = _QUOTED.sub("_", line)
    odd = next((char for char in plain if not char.isascii()), "")
    if odd:
        meant = {"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "≠": "!=", "²": "**2"}.get(odd)
        message = f"the character {odd!r} is not in the language"
        raise FormulaError(message, f"write {meant}" if meant else "names are made of a-z, 0-9 and _")
    odd = next((char for char in plain if char in "\"'`#$;?\\{}" or not char.isprintable()), "")
    if odd:
        if odd == ";" and (called := _called_word(line, plain)):
            raise called
        message = f"the character {odd!r} is not in the language"
        raise FormulaError(message, _character_hint(odd, line))
    if plain.count("(") + plain.count("[") > DEEPEST and _bracket_depth(plain) > DEEPEST:
        raise too_deep()


def _character_hint(odd: str, line: str) -> str:
    if odd == "'" and (number := re.search(r"\d+('\d+)+", line)):
        return f"write {number.group().replace(chr(39), '')}, or {number.group().replace(chr(39), '_')}"
    if odd == ";":
        return _semicolon_hint(line)
    if picked := re.search(r"\b(\w+) ?\{ ?([\w\"]+) ?\}", line):
        return f"members stand in brackets: {picked[1]}[{picked[2]}]"
    if odd == "?" and (chosen := re.fullmatch(r"([^?:]+)\?([^?:]+):([^?:]+)", line)):
        test, one, other = [part.strip() for part in chosen.groups()]
        told = f"write {one} if {test} else {other}"
        return told if len(told) <= _LONGEST_HINT and test.count("(") == test.count(")") else "write b if a else c"
    if named := re.search(r"\$?\{+ ?(\w+) ?\}+|`(\w+)`", line):
        return f"names stand as they are: {named[1] or named[2]}"
    hints = {
        "?": "write b if a else c",
        "#": "say it in 'note'",
        "$": "units stand in 'unit', and addresses of cells nowhere",
    }
    return hints.get(odd, _ORDINARY)


def _semicolon_hint(line: str) -> str:
    """Return the formula of a spreadsheet that separates arguments by semicolons, with commas."""
    if "(" not in line[: line.index(";")]:
        return "a formula is one expression, and ends without a sign"
    written = re.sub(r" *; *", ", ", re.sub(r"(?<=\d),(?=\d)", ".", line))
    return f"arguments stand with commas between them: {written if len(written) <= _LONGEST_HINT else 'max(a, b)'}"


def _bracket_depth(line: str) -> int:
    depth = deepest = 0
    for char in line:
        if char in "([":
            depth += 1
            deepest = max(deepest, depth)
        elif char in ")]":
            depth -= 1
    return deepest


# Within a call a word behind a bracket or a comma; over=, by= and where= are told of by themselves.
_NAMING: Final = re.compile(rf"(?:(?<=\w\()|(?<=,)|(?<=, ))(?!(?:{'|'.join(GROUPED)}|if)\b)[a-z][\w.]* ?=(?!=)")
_ASIDE: Final = "\u2261"
_WORD_CALLED: Final = re.compile(r"(?:^|[^\w\s)\]]\s*|\b(?:if|else|and|or|not)\s+)(if|and|or)\s*\(", re.IGNORECASE)


def unreadable(line: str, problem: Exception) -> FormulaError:
    """Return what to say of a formula that Python's parser cannot read."""
    if not isinstance(problem, SyntaxError):
        count = len(re.findall(r"[\w)\]] ?(?:[-+/<>=]|\*(?!\*)|\b(?:and|or)\b)", line)) + 1
        return too_many_terms(count) if count > MOST_TERMS else too_deep()
    plain = _QUOTED.sub(lambda quoted: "_" * len(quoted.group()), line)
    if called := _called_word(line, plain):
        return called
    # An '=' that names an argument, as in ends="flat", is none that compares.
    plain = _NAMING.sub(lambda named: named[0].replace("=", _ASIDE), plain)
    for pattern, message, hint in HABITS:
        if found := re.search(pattern, plain):
            told = (hint if isinstance(hint, str) else hint(found)).replace(_ASIDE, "=")
            shown = message.format(shortened(found.group().strip().replace(_ASIDE, "="), 40))
            return FormulaError(shown, told if len(told) <= _LONGEST_HINT else _ORDINARY)
    if "follows keyword" in str(problem):
        both = "two dimensions are over=[a, b], and two conditions are joined by 'and'"
        return FormulaError("an argument stands behind one with a name", f"what is named stands last; {both}")
    if line.count("(") != line.count(")"):
        opened, closed = line.count("("), line.count(")")
        message = f"brackets do not pair: {opened} open, {closed} close"
        return FormulaError(message, "add what is missing" if opened > closed else "take out what is too many")
    at = max((problem.offset or 1) - 1, 0)
    return FormulaError(f"the formula cannot be read at '{line[at : at + 20]}'", "an operator or a name may be missing")


def _called_word(line: str, plain: str) -> FormulaError | None:
    """Return what to say of ``if(a > 0, b, c)`` and the like, with the same as it is written here; None for no such."""
    for found in _WORD_CALLED.finditer(plain):
        end = _closing(plain, found.end())
        parts = _parts(line[found.end() : end])
        if len(parts) > 1:
            is_whole = not (line[: found.start(1)].strip() or line[end + 1 :].strip())
            message = f"'{found[1]}' is a word between two sides, and not a function"
            return FormulaError(message, _call_of_word(found[1].lower(), parts, is_whole=is_whole))
    return None


def _call_of_word(word: str, parts: list[str], *, is_whole: bool) -> str:
    """Return a call of Excel's IF, AND, OR or NOT as the language says it."""
    generic = {"if": "a if test else b", "not": "not a"}.get(word, f"a {word} b")
    match word, parts:
        case "if", [test, chosen, *others]:
            written = f"{chosen} if {test} else {', '.join(others) or 0}"
        case "not", [one] if one:
            written = f"not {one}"
        case "and" | "or", [_, _, *_]:
            written = f" {word} ".join(parts)
        case _:
            written = generic
    shown = written if len(written) <= _LONGEST_HINT else generic
    return f"write {shown if is_whole else f'({shown})'}"


def _closing(line: str, start: int) -> int:
    """Return where the bracket before `start` closes, or the end of the line."""
    depth = 1
    for at in range(start, len(line)):
        depth += (line[at] in "([") - (line[at] in ")]")
        if not depth:
            return at
    return len(line)


def _parts(arguments: str) -> list[str]:
    """Return the arguments of a call as written, split where no bracket is open."""
    parts, depth = [""], 0
    for char in arguments:
        depth += (char in "([") - (char in ")]")
        if char in ",;" and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


def too_deep() -> FormulaError:
    """Return what to say of a formula with too many levels."""
    hint = "split it into quantities with names of their own"
    return FormulaError(f"the formula is nested more than {DEEPEST} deep", hint)


def refuse_many(count: int) -> None:
    """Raise FormulaError for a chain of more terms than are worked with."""
    if count > MOST_TERMS:
        raise too_many_terms(count)


def too_many_terms(count: int) -> FormulaError:
    """Return what to say of a chain of one operator that is too long."""
    hint = "give its parts names of their own, or sum a row over a dimension: sum(cost, over=item)"
    return FormulaError(f"the formula is a chain of {count:,} terms, and {MOST_TERMS:,} are the most", hint)
