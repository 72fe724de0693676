"""Formulas as the language has them: words and signs of other languages, and parts that a hint writes anew."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from engine.language.parse import parse
from engine.problems import Mistake
from plainsheet.editor.answers.fixes.names import words
from plainsheet.editor.answers.fixes.removals import replaced_by
from plainsheet.editor.answers.fixes.site import Candidate, Site
from plainsheet.editor.lines import Span

_TOKEN: Final = re.compile(
    r"\"[^\"]*\"|'[^']*'|\d[\d_.]*(?:e[+-]?\d+)?|[^\W\d][\w.]*|\*\*|//|&&|\|\||[<>=!]=+|=<|\S", re.IGNORECASE
)
_NAME: Final = re.compile(r"[^\W\d][\w.]*")
_LANGUAGE: Final = frozenset({"if", "else", "and", "or", "not", "over", "by", "where", "x"})
_JOINTS: Final = frozenset({"if", "else", "and", "or", "not"})
_LONGEST: Final = 60
_MOST_PARTS: Final = 4
_LOOSER: Final = frozenset({"+", "-", ",", "<", ">", "<=", ">=", "==", "!=", "if", "else", "and", "or"})


def rewritten(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that write a formula, or a part of one, as the hint spells it."""
    written = site.written(site.path)
    if written is None:
        return
    for new in _spelled(found["formula"]):
        for span in _parts(written.text, new, site.quoted):
            yield from site.in_text(site.path, [span], new)


def _spelled(told: str) -> Iterator[str]:
    """Yield the formulas that a hint spells: apart by `or`, each up to the words behind it."""
    choices = re.split(r", or (?:aggregate it: |ask first: )?", told.partition("; ")[0])
    for part in [part for choice in choices for part in _apart(choice)]:
        ends = [
            len(part),
            *[one.start() for one in re.finditer(r" (?:for|over|in place of|if that|with) | alone$|, with ", part)],
        ]
        for end in sorted(ends, reverse=True):
            text = part[:end].strip()
            if _is_formula(text):
                yield text
                break


def _apart(part: str) -> list[str]:
    """Return the calls that are told apart by `or`, else the formula that may have it within."""
    pieces = part.split(" or ")
    return pieces if all(re.match(r"[a-z]+\([^()]*\)$", piece) for piece in pieces) else [part]


def _is_formula(text: str) -> bool:
    try:
        parse(text)
    except (Mistake, ValueError):
        return False
    return "..." not in text


def _parts(text: str, new: str, quoted: list[str]) -> Iterator[Span]:
    """Yield the parts of a formula that another may stand for: they have its names and numbers, the shortest first.

    A part that has them as often, and what the message quotes in it, is likelier.
    """
    tokens = [one.span() for one in _TOKEN.finditer(text)][:_LONGEST]
    wanted = _words(new)
    if all(word[0].isdigit() for word in wanted):
        return
    named = [word for word in quoted if word in text]
    called = re.match(r"\w+\(", new)
    found = []
    for first, (start, _) in enumerate(tokens):
        for _, end in tokens[first:]:
            part = text[start:end]
            has = _words(part)
            names = {word for word in has if not word[0].isdigit()}
            if _is_balanced(part) and names == {word for word in wanted if not word[0].isdigit()}:
                is_exact = has == wanted
                if (is_exact or {*has} <= {*wanted}) and _joints(part) <= _joints(new):
                    is_quoted = not named or any(word in part for word in named)
                    rank = 0 if called is None or part.startswith(called.group()) else 2 - _is_call(part)
                    found.append((not is_quoted, not is_exact, rank, end - start, (start, end)))
    exact = [one for one in found if not one[1]]
    yield from [span for *_, span in sorted(exact or found)[:_MOST_PARTS]]


def _is_call(text: str) -> bool:
    return re.fullmatch(r"[\w.]+\(.*\)", text) is not None


def _joints(text: str) -> frozenset[str]:
    """Return the words of the language that join parts of a formula."""
    return _JOINTS.intersection(re.findall(r"\w+", text))


def _words(text: str) -> Counter[str]:
    """Return the names, numbers and texts of a part of a formula, but for those of functions and the language."""
    found: list[str] = []
    text = re.sub(r",?\s*\b(?:over|by)=(?:\[[^\]]*\]|\w+)", "", text)
    for one in _TOKEN.finditer(text):
        word = one.group()
        is_called = text[one.end() :].lstrip().startswith("(")
        if word[0].isdigit():
            found.append(word.replace("_", ""))
        elif word[0] in "\"'":
            found.append(word[1:-1] or word)
        elif _NAME.fullmatch(word) and word.lower() not in _LANGUAGE:
            # price.max( is the function max of price
            owner = word.rpartition(".")[0] if is_called or "." in word else word
            if owner and owner.lower() not in {"math", "np", "npf", "numpy", "pd"}:
                found.append(owner)
    return Counter(found)


def _is_balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char in "([{") - (char in ")]}")
        if depth < 0:
            return False
    return depth == 0


def factor(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that multiplies a formula by a quantity, or divides it."""
    written = site.written(site.path)
    if written is None or words(written.text, found["name"]):
        # What a formula has already would only be taken away.
        return
    by = {"multiply": "*", "divide": "/"}[found["verb"]]
    spans = [(0, len(written.text))]
    # Where two sides clash, one of them lacks the factor.
    for side in re.findall(r"^(.+?)  +is  ", site.message, re.MULTILINE):
        at = written.text.find(side)
        if at >= 0 and (at, at + len(side)) not in spans:
            spans.append((at, at + len(side)))
    for start, end in spans:
        inside = written.text[start:end].strip()
        yield from site.in_text(site.path, [(start, end)], f"{bracketed(inside)} {by} {found['name']}")


def bracketed(text: str) -> str:
    """Return a part of a formula in brackets, where it is more than a product."""
    outside = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", text)
    return f"({text})" if re.search(r"[-+<>=]| (?:if|and|or) ", outside) else text


def over_called(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that say which dimensions an aggregate or a lag runs along."""
    written = site.written(site.path)
    if written is None:
        return
    for over in re.findall(r"over=(?:\[[^\]]*\]|\w+)", site.hint):
        for call in re.finditer(r"\b[a-z]+\(", written.text):
            inside = re.search(r"over=(?:\[[^\]]*\]|\w+)", written.text[call.end() :])
            end = _closing(written.text, call.end())
            if end is None:
                continue
            if inside and call.end() + inside.start() < end:
                span = (call.end() + inside.start(), call.end() + inside.end())
                yield from site.in_text(site.path, [span], over)
            else:
                yield from site.in_text(site.path, [(end, end)], f", {over}", f"Add {over}")


def _closing(text: str, at: int) -> int | None:
    """Return where the bracket stands that closes a call whose arguments begin at a place."""
    depth = 1
    for place in range(at, len(text)):
        depth += (text[place] in "([") - (text[place] in ")]")
        if depth == 0:
            return place
    return None


def summed(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that takes the sum of a formula."""
    written = site.written(site.path)
    if written is not None:
        whole = written.text.strip()
        yield from site.in_text(site.path, [(0, len(written.text))], f"sum({whole}, over={found['over']})")


def over_in_place_of_by(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that aggregates over a dimension in place of by a group."""
    written = site.written(site.path)
    if written is not None:
        spans = [one.span() for one in re.finditer(r"\bby=\w+", written.text)]
        yield from site.in_text(site.path, spans, f"over={found['over']}")


def solved(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes an equation in the place of a formula."""
    quote = "'" if '"' in found["equation"] else '"'
    yield from replaced_by(site, "solve", f"{quote}{found['equation']}{quote}")


def valued(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that writes a value in the place of a formula."""
    yield from replaced_by(site, "value", found["value"])


def days(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that ask for the days of a calendar."""
    if (written := site.written(site.path)) is not None:
        for one in re.finditer(r"\bdays\([^()]*\)", written.text):
            yield from site.in_text(site.path, [one.span()], found["new"])


def guarded(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edits that ask first whether something can be divided by."""
    if (written := site.written(site.path)) is None:
        return
    for one in re.finditer(r"(?<!/)/(?!/)", written.text):
        start, end = _term_before(written.text, one.start()), _factor_behind(written.text, one.end())
        term, below = written.text[start:end], written.text[one.end() : end].strip()
        yield from site.in_text(site.path, [(start, end)], f"({term} if {below} != 0 else 0)")


def _term_before(text: str, at: int) -> int:
    """Return where the product begins that ends at a place."""
    depth, start = 0, at
    for one in reversed(list(_TOKEN.finditer(text, 0, at))):
        word = one.group()
        depth += (word in ")]") - (word in "([")
        if depth < 0 or (depth == 0 and word in _LOOSER):
            break
        start = one.start()
    return start


def _factor_behind(text: str, at: int) -> int:
    """Return where the factor ends that begins at a place."""
    depth, end = 0, at
    for one in _TOKEN.finditer(text, at):
        word = one.group()
        if end > at and word not in "([" and depth == 0:
            break
        depth += (word in "([") - (word in ")]")
        if depth < 0:
            break
        end = one.end()
    return end


def last_member(site: Site, found: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that names the last member as the language does."""
    if (written := site.written(site.path)) is not None:
        spans = [one.span() for one in re.finditer(rf"\b{found['name']}\[-1\]", written.text)]
        yield from site.in_text(site.path, spans, found["new"])


def bracket_added(site: Site, _: re.Match[str]) -> Iterator[Candidate]:
    """Yield the edit that adds the brackets which are missing, at the end or at the beginning."""
    told = re.search(r"(\d+) open, (\d+) close", site.message)
    written = site.written(site.path)
    if told is not None and written is not None:
        missing = int(told[1]) - int(told[2])
        at, bracket = (len(written.text.rstrip()), ")") if missing > 0 else (0, "(")
        yield from site.in_text(site.path, [(at, at)], bracket * abs(missing), f"Add {bracket * abs(missing)}")
