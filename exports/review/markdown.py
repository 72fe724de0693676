"""A review as Markdown, for a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from engine.problems import printable
from engine.versions.effects import Effect
from engine.versions.pair import Difference
from exports.review.lines import MOST, group_by_heading, list_differences
from exports.review.report import HEADLINE, headline, list_broken, list_repaired, list_spreads, waterfall
from exports.review.review import Review, Why
from exports.style.effects import numbers, ratio
from exports.style.words import counted, unit_suffix

# What stands for nothing where spaces might be lost.
_EMPTY: Final = "░"
_LITTLE: Final = 3
_SHOWN: Final = 6
_MARKS: Final = frozenset("\\`*_[]#~")
_HTML: Final = frozenset("&<|$")
# What GitHub begins a link with, where letters follow: behind each a space of no width is put, which stops it.
_LIVE: Final = re.compile(
    r"""
      (?: https? | ftp | mailto ) :     (?=\S)
    | www                              (?=\.\w)
    | @                                (?=\w)
    | [#]                              (?=\d)
    | \bGH-                            (?=\d)
    | :                                (?=(?:[\w+-]*[a-z_][\w+-]*|[+-]1|100|1234):)
    | \b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{6} (?=[0-9a-f]{1,34}\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What makes a list, a quotation or a line across of the line that it begins.
_BEGINNING: Final = re.compile(r"^>|^[-+](?=[-+\s]|$)|(?<=^\d)[.)]|(?<=^\d\d)[.)]")


def as_markdown(review: Review) -> str:
    """Return the review as a comment: the headline first, three lines where little changed, details folded."""
    moved = [effect for effect in review.effects if not effect.is_none]
    lines = [f"**{_escape(review.title)}**: {_escape(headline(review))}"]
    if review.notes:
        lines += ["", *[f"- Note: {_escape(note)}" for note in review.notes]]
    broke = [f"- ✗ {_escape(line)}" for line in list_broken(review)]
    if broke:
        lines += ["", *broke[:_SHOWN]]
    if broke[_SHOWN:]:
        lines += ["", *_fold(f"and {len(broke) - _SHOWN:,} more", broke[_SHOWN:])]
    lines += [line for mended in list_repaired(review) for line in ("", f"- ✓ {mended}")]
    here = [effect for effect in moved if effect.case == review.scenario]
    if here:
        lines += ["", "| Output | before | after | |", "|---|---:|---:|---:|"]
        lines += [f"| {_escape(effect.label)} | {_effect_cells(effect)}" for effect in here[:MOST]]
    lines += _fold_differences(review)
    for why in review.whys:
        lines += ["", *_fold(f"Why: {why.effect.label}", _why_table(why, review))]
    if review.spreads:
        caption = (
            f"In the scenario {_escape(review.scenario)}; drawn alike, and only what moves by more than its error."
        )
        rows = [f"- {_escape(line)}" for line in list_spreads(review)]
        lines += [
            "",
            *_fold(f"Spreads: {counted(len(review.spreads), 'figure moves', 'figures move')}", [caption, "", *rows]),
        ]
    others = [effect for effect in moved if effect.case != review.scenario]
    if others:
        rows = [f"| {_escape(one.label)} | {_escape(one.case)} | {_effect_cells(one)}" for one in others[: MOST * 4]]
        line = counted(len(others), "change in another scenario", "changes in other scenarios")
        lines += ["", *_fold(line, ["| Output | Scenario | before | after | |", "|---|---|---:|---:|---:|", *rows])]
    return "\n".join(lines) + "\n"


def _effect_cells(effect: Effect) -> str:
    """Return the last cells of an output's line in a table."""
    change = ratio(effect.ratio).strip(" ()")
    before, after = numbers(effect)
    return f"{before} | {after} {_escape(unit_suffix(effect.unit))} | {change} |"


def _fold_differences(review: Review) -> list[str]:
    """Return what changed: all where it is little, else what counts, and the rest folded."""
    main = [one for one in review.differences if one.kind in HEADLINE]
    rest = [one for one in review.differences if one.kind not in HEADLINE]
    if len(review.differences) <= _LITTLE:
        main, rest = list(review.differences), []
    lines: list[str] = []
    if len(main) <= _SHOWN:
        lines += ["", *_list(main)] if main else []
    else:
        for heading, found in group_by_heading(main):
            lines += ["", *_fold(f"{heading}: {len(found):,}", _list(found))]
    if rest:
        text = [line for heading, found in group_by_heading(rest) for line in (f"**{heading}**", "", *_list(found), "")]
        lines += ["", *_fold(counted(len(rest), "other change"), text[:-1])]
    return lines


def _list(found: list[Difference]) -> list[str]:
    return [f"- {_escape(line)}" for line in list_differences(found)]


def _fold(heading: str, lines: Iterable[str]) -> list[str]:
    # In a tag there is no Markdown to hold back, but there is HTML.
    summary = "".join([_entity(char) for char in _break_links(printable(heading))])
    return [f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"]


def _why_table(why: Why, review: Review) -> list[str]:
    caption = f"In the scenario {_escape(review.scenario)}; Shapley values, which add up."
    rows = [
        f"| {_escape(label)}{_escape(remark)} | {_escape(number_)} | `{bar.replace(' ', _EMPTY)}` |"
        for label, number_, bar, remark in waterfall(why, review)
    ]
    return [caption, "", f"| Change | {_escape(why.effect.label)} | |", "|---|---:|:---|", *rows]


def _escape(text: str) -> str:
    """Return a text that Markdown shows as it is: nothing of a model's becomes a link, a tag, a formula or a table."""
    plain = _break_links(printable(" ".join(text.split())))
    marked = "".join([_character(char) for char in plain])
    return _BEGINNING.sub(lambda found: f"&#x{ord(found[0]):x};", marked)


def _character(char: str) -> str:
    return f"\\{char}" if char in _MARKS else _entity(char)


def _entity(char: str) -> str:
    return f"&#x{ord(char):x};" if char in _HTML else char


def _break_links(text: str) -> str:
    """Return a text in which GitHub finds no address, name, reference, commit or emoji: they stay in words."""
    return _LIVE.sub(lambda found: f"{found[0]}\u200b", text)
