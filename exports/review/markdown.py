"""A review as Markdown, for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from engine.problems import printable
from exports.effects import Effect, counted, number, ratio
from exports.review.reviewed import Review, Why
from exports.review.told import HEADLINE, MOST, broken, grouped, headline, lines_of, steps, unit_of

# What stands for nothing where spaces might be lost.
_EMPTY: Final = "░"
_MARKS: Final = frozenset("\\`*_[]#~")


def as_markdown(review: Review) -> str:
    """Return the review as a comment: the headline first, three lines where little changed, details folded."""
    moved = [effect for effect in review.effects if not effect.is_none]
    lines = [f"**{_marked(review.title)}**: {_marked(headline(review))}"]
    if review.broken:
        lines += ["", *[f"- ✗ {_marked(line)}" for line in broken(review)]]
    here = [effect for effect in moved if effect.case == review.scenario]
    if here:
        lines += ["", "| Output | before | after | |", "|---|---:|---:|---:|"]
        lines += [f"| {_marked(effect.label)} | {_moved(effect)}" for effect in here[:MOST]]
    lines += _folded_differences(review)
    for why in review.whys:
        lines += ["", *_folded(f"Why: {why.effect.label}", _why_table(why, review))]
    others = [effect for effect in moved if effect.case != review.scenario]
    if others:
        rows = [f"| {_marked(one.label)} | {_marked(one.case)} | {_moved(one)}" for one in others[: MOST * 4]]
        told = counted(len(others), "change in another scenario", "changes in other scenarios")
        lines += ["", *_folded(told, ["| Output | Scenario | before | after | |", "|---|---|---:|---:|---:|", *rows])]
    return "\n".join(lines) + "\n"


def _moved(effect: Effect) -> str:
    """Return the last cells of an output's line in a table."""
    told = ratio(effect.ratio).strip(" ()")
    return f"{number(effect.before)} | {number(effect.after)} {_marked(unit_of(effect))} | {told} |"


def _folded_differences(review: Review) -> list[str]:
    if not review.differences:
        return []
    few = [one for one in review.differences if one.kind in HEADLINE]
    if len(review.differences) <= 3 and len(few) == len(review.differences):  # noqa: PLR2004  # a few lines need no fold
        return ["", *[f"- {_marked(line)}" for line in lines_of(review.differences)]]
    lines: list[str] = []
    for heading, found in grouped(review.differences):
        lines += ["", *_folded(f"{heading}: {len(found):,}", [f"- {_marked(line)}" for line in lines_of(found)])]
    return lines


def _folded(heading: str, lines: Iterable[str]) -> list[str]:
    # In a tag there is no Markdown to hold back, but there is HTML.
    told = escape(printable(heading)).replace("@", "@\u200b")
    return [f"<details><summary>{told}</summary>", "", *lines, "", "</details>"]


def _why_table(why: Why, review: Review) -> list[str]:
    told = f"In the scenario {_marked(review.scenario)}; Shapley values, which add up."
    rows = [
        f"| {_marked(label)}{_marked(remark)} | {_marked(number_)} | `{bar.replace(' ', _EMPTY)}` |"
        for label, number_, bar, remark in steps(why, review)
    ]
    return [told, "", f"| Change | {_marked(why.effect.label)} | |", "|---|---:|:---|", *rows]


def _marked(text: str) -> str:
    """Return a text that Markdown shows as it is: nothing of a model's becomes a link, a tag or a table."""
    plain = printable(" ".join(text.split()))
    marked = "".join(f"&#{ord(char)};" if char in "<|" else f"\\{char}" if char in _MARKS else char for char in plain)
    # Nobody is to be notified by a name in a model.
    return marked.replace("@", "@\u200b")
