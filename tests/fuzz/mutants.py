"""Inputs that nobody wrote: real ones, changed at places that a seed chooses."""

from __future__ import annotations

import io
import re
import zipfile
from random import Random
from typing import Final

_TOKEN: Final = re.compile(r"[\w.]+|\s+|[^\w\s]")
# What has been trouble in one reader or another.
_ODD: Final = (
    "", "0", "-1", "1e308", "1e-320", "nan", "-inf", "9" * 400, "0.1" * 9, "true", "[", "]" * 9, "[" * 300, "(" * 200, ")", "{", "'", '"',
    '"""', "\\", "\x00", "\ufeff", "\u202e", "\ud7ff", "é" * 50, "**", "** 99999", "% 0", "/ 0", "prev(", "sum(", "sum(x, over=", "if ",
    "else", " == ", "max()", "[units]\n", "[dimensions.d]\nmembers = []\n", "from = 1\nto = 999999999\n", "percent", "month", "__import__",
    "a.b", "solve = ", "=" * 20, "\n" * 50, "#", "1979-05-27", "0x", "1_0", "&lt;", "&x;", "<", ">", "</c>", '<c r="XFD1048576"><v>1</v></c>',
    "<f>1+1</f>", "<f>cmd|' /C calc'!A0</f>", "<![CDATA[", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "A1:XFD1048576", "$A$0", "#REF!", "1048577",
    "-2147483649", "4294967296", "../../../etc/passwd", "file:///etc/passwd", "xml:space", 't="s"', 'r="A1"', "=1+1", "＝1+1",
)  # fmt: skip
_MOST: Final = 6


def mutate_text(random: Random, text: str, other: str) -> str:
    """Return a text with a few tokens taken out, doubled, moved, exchanged, or replaced by odd ones."""
    tokens = _TOKEN.findall(text)
    donor = _TOKEN.findall(other) or [""]
    for _ in range(random.randint(1, _MOST)):
        if not tokens:
            break
        place, length = random.randrange(len(tokens)), random.choice((1, 1, 1, 2, 5, 40))
        end = place + length
        match random.randrange(7):
            case 0:
                del tokens[place:end]
            case 1:
                tokens[place:place] = tokens[place:end]
            case 2:
                where = random.randrange(len(tokens))
                tokens[where:where] = tokens[place:end]
            case 3:
                start = random.randrange(len(donor))
                tokens[place:end] = donor[start : start + length]
            case 4:
                tokens[place] = random.choice(_ODD)
            case 5:
                tokens.insert(place, random.choice(_ODD))
            case _:
                tokens[place:end] = tokens[place:end] * random.choice((2, 3, 50))
    return "".join(tokens)


def mutate_workbook(random: Random, content: bytes) -> bytes:
    """Return a workbook with one or two of its parts changed, left out, doubled, exchanged or cut."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    for _ in range(random.randint(1, 2)):
        name, other = random.choice(sorted(parts)), random.choice(sorted(parts))
        match random.randrange(12):
            case 0:
                parts[name] = parts[other]
            case 1 if len(parts) > 1:
                del parts[name]
            case 2:
                parts[name] = parts[name][: random.randrange(len(parts[name]) + 1)]
            case 3:
                raw = bytearray(parts[name])
                for _ in range(min(len(raw), 8)):
                    raw[random.randrange(len(raw))] = random.randrange(256)
                parts[name] = bytes(raw)
            case 4:
                parts[f"{name}.more"] = parts[name]
            case _:
                text, more = (parts[one].decode("utf-8", "replace") for one in (name, other))
                parts[name] = mutate_text(random, text, more).encode("utf-8", "replace")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", random.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    packed = file.getvalue()
    if random.randrange(12) == 0:
        place = random.randrange(len(packed))
        packed = packed[:place] + bytes([random.randrange(256)]) + packed[place + 1 :]
    return packed


def edit_workbook(random: Random, content: bytes) -> bytes:
    """Return a workbook as somebody would return it, who typed other things into some of its cells."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheets = [name for name in sorted(parts) if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
    for _ in range(random.randint(1, _MOST)):
        name = random.choice(sheets)
        text = parts[name].decode()
        cells = list(re.finditer(r"<(v|f|t)( [^>]*)?>([^<]*)</\1>", text))
        if cells:
            found = random.choice(cells)
            start, end = found.span(3)
            parts[name] = (text[:start] + _typed(random, found[3]) + text[end:]).encode("utf-8", "replace")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return file.getvalue()


def _typed(random: Random, before: str) -> str:
    """Return what is typed in place of a cell's content."""
    match random.randrange(4):
        case 0:
            return f"{random.uniform(-10, 10) * 10.0 ** random.randint(-12, 12):.6g}"
        case 1:
            typed = random.choice(_ODD)
        case 2:
            typed = mutate_text(random, before, "IF(A1=0,SUM(B1:B9),Inputs!$G$9*2)")
        case _:
            return before + random.choice(("*2", "+1", "%", "0"))
    return typed.replace("&", "&amp;").replace("<", "&lt;").replace("\x00", "")


def odd_text(random: Random) -> str:
    """Return something that a person may have typed."""
    return "".join(random.choices(_ODD, k=random.randint(1, 3)))
