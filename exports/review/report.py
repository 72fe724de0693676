"""A review in words: for a terminal, and as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from math import ceil, log10
from typing import Any, Final

from engine.problems import Problem, as_json, printable, render_one
from engine.versions.effects import Effect
from engine.versions.pair import Difference
from engine.versions.spreads.shifts import CHANCE
from exports.review.lines import MOST, group_by_heading, is_of_members, list_differences
from exports.review.review import Part, Review, Spread, Why
from exports.style.effects import from_to, numbers
from exports.style.words import and_more, counted, in_sum, unit_suffix

_STEP_WIDTH: Final = 24
_NO_ERROR: Final = 1e-9
_FEW: Final = 4
# Of a figure with next to no error, so many digits.
_SURE: Final = 6
HEADLINE: Final = frozenset({"assumption", "formula", "added", "removed"})


def as_text(review: Review, *, every: bool) -> str:
    """Return the review for a terminal; `every` lists all quantities that changed."""
    lines = [f"{review.title}: {review.old} -> {review.new}", headline(review)]
    lines += [f"note: {note}" for note in review.notes]
    lines += [*list_broken(review), *list_repaired(review)]
    if not review.differences:
        return "\n".join(map(printable, lines))
    for heading, found in group_by_heading(review.differences):
        lines += ["", heading, *[f"  {line}" for line in list_differences(found)]]
    lines += ["", *_effects(review)]
    for why in review.whys:
        lines += ["", *_why(why, review)]
    if review.spreads:
        lines += ["", f"Spreads, in the scenario {review.scenario} (both versions drawn alike)"]
        lines += [f"  {line}" for line in list_spreads(review)]
    lines += ["", *_reach(review, every=every)]
    return "\n".join(printable(line) for line in lines).rstrip()


def record(review: Review) -> dict[str, Any]:
    """Return plain values: everything, whatever its number."""
    return {
        "old": review.old,
        "new": review.new,
        "scenario": review.scenario,
        "headline": headline(review),
        "broken": as_json(review.broken),
        "mended": review.repaired,
        "differences": [asdict(one) for one in review.differences],
        "effects": [effect.record() for effect in review.effects if not effect.is_none],
        "why": [
            {
                "output": why.effect.name,
                "scenario": why.effect.case,
                "before": why.before,
                "after": why.after,
                "parts": [asdict(part) for part in why.parts],
            }
            for why in review.whys
        ],
        "spreads": [
            {
                **{key: value for key, value in one.effect.record().items() if key != "ratio"},
                "figure": one.figure,
                "error": one.error,
                "parts": [asdict(part) for part in one.parts],
            }
            for one in review.spreads
        ],
        "direct": list(review.direct),
        "indirect": list(review.indirect),
        "notes": list(review.notes),
    }


def headline(review: Review) -> str:
    """Return what changed and what it does, in a sentence."""
    if not review.differences:
        return "nothing changed that has a meaning"
    counts = [
        counted(len(_ids(review, kind)), one, several)
        for kind, one, several in (
            ("assumption", "assumption", ""),
            ("formula", "formula", ""),
            ("added", "quantity added", "quantities added"),
            ("removed", "quantity removed", "quantities removed"),
        )
        if _ids(review, kind)
    ]
    changed = {id_ for kind in HEADLINE for id_ in _ids(review, kind)}
    moved_on = {_base(one) for one in review.differences if is_of_members(one)} - changed
    if moved_on:
        counts.append(counted(len(moved_on), "quantity with other members", "quantities with other members"))
    other = len([one for one in review.differences if one.kind not in HEADLINE])
    if other:
        counts.append(counted(other, "other change"))
    moved = [effect for effect in review.effects if not effect.is_none]
    here = [effect for effect in moved if effect.case == review.scenario]
    if not moved:
        return f"{', '.join(counts)}; {'no output changes' if review.effects else 'there are no results to compare'}"
    largest = max(here or moved, key=_size)
    change = f"{largest.label} {from_to(largest)}"
    more = len(here or moved) - 1
    where = "" if here else f" in the scenario {largest.case}"
    return f"{', '.join(counts)}; {change}{where}" + (f" and {counted(more, 'other output')}" if more else "")


def _ids(review: Review, kind: str) -> set[str]:
    return {_base(one) for one in review.differences if one.kind == kind and not is_of_members(one)}


def _base(one: Difference) -> str:
    return one.id.partition("[")[0]


def _size(effect: Effect) -> float:
    if effect.is_choice or not isinstance(effect.before, float) or not isinstance(effect.after, float):
        return 0.0
    # Those that change alike are told in the order of the outputs, whatever the last digits are.
    return round(abs(effect.after - effect.before) / max(abs(effect.before), abs(effect.after)), 9)


def list_broken(review: Review) -> list[str]:
    """Return what held before and does not now, a line each."""
    return [line for problem in review.broken[:MOST] for line in _problem(problem)]


def list_repaired(review: Review) -> list[str]:
    """Return how much holds that did not, in a line where there is anything."""
    line = counted(review.repaired, "statement holds that did not", "statements hold that did not")
    return [line] if review.repaired else []


def _problem(problem: Problem) -> list[str]:
    # Both sides, but not what to do about it, which the check says.
    first, *rest = [" ".join(line.split()) for line in render_one(replace(problem, hint="")).split("\n")]
    return [f"{first}: {', '.join(rest)}" if rest else first]


def _effects(review: Review) -> list[str]:
    moved = [effect for effect in review.effects if not effect.is_none]
    if not moved:
        return ["No output changes."] if review.effects else ["There are no results to compare."]
    # An output's scenarios stand below each other.
    lines = ["Outputs, in every scenario"]
    shown = sorted(moved, key=lambda one: [e.name for e in moved].index(one.name))[: MOST * 2]
    lines += [f"  {effect.label}, {effect.case}: {from_to(effect)}" for effect in shown]
    if len(moved) > MOST * 2:
        lines.append(f"  {and_more(len(moved) - MOST * 2)}")
    return lines


def waterfall(why: Why, review: Review) -> Iterator[tuple[str, str, str, str]]:
    """Yield the lines of a waterfall: its label, its number, its bar, and what is to be said of it."""
    unit = unit_suffix(why.effect.unit)
    low, high = _span(why)
    yield review.old, f"{in_sum(why.before)}{unit}", _step_bar(0.0, why.before, low, high), ""
    at = why.before
    for part in why.parts:
        number = f"{'+' if part.share >= 0 else ''}{in_sum(part.share)}{' ' * len(unit)}"
        yield part.label, number, _step_bar(at, at + part.share, low, high), describe_part(part)
        at += part.share
        for cell in part.cells:
            number = f"{'+' if cell.share >= 0 else ''}{in_sum(cell.share)}{' ' * len(unit)}"
            yield f"  of it {cell.label}", number, "", describe_part(cell)
    yield review.new, f"{in_sum(why.after)}{unit}", _step_bar(0.0, why.after, low, high), ""


def _why(why: Why, review: Review) -> list[str]:
    found = list(waterfall(why, review))
    wide, far = (max(len(step[place]) for step in found) for place in (0, 1))
    lines = [f"Why {why.effect.label} changes, in the scenario {review.scenario} (Shapley values)"]
    for label, number, bar, remark in found:
        lines.append(f"  {label.ljust(wide)}  {number.rjust(far)}  {bar}{remark}".rstrip())
    return lines


def list_spreads(review: Review) -> list[str]:
    """Return a line for each figure of a spread that moves: before, after, and what each change adds."""
    lines = []
    for one in review.spreads[:MOST]:
        change = _rounded(one)
        if one.figure == CHANCE:
            before, after = numbers(change)
            lines.append(f"{change.label}, chance that it holds: {before} -> {after} percent{_added(one)}")
        else:
            lines.append(f"{change.label}, {one.figure}: {from_to(change)}{_added(one)}")
    return lines if len(review.spreads) <= MOST else [*lines, and_more(len(review.spreads) - MOST)]


def _rounded(spread: Spread) -> Effect:
    """Return a figure before and after with the digits that its error leaves sure."""
    effect = spread.effect
    values = [value for value in (effect.before, effect.after) if isinstance(value, float)]
    size = max(map(abs, values), default=0.0)
    digits = _SURE if not spread.error or not size else min(_SURE, max(2, ceil(log10(size / spread.error)) + 1))
    rounded = [float(f"{value:.{digits}g}") if isinstance(value, float) else value
               for value in (effect.before, effect.after)]  # fmt: skip
    return replace(effect, before=rounded[0], after=rounded[1])


def _added(spread: Spread) -> str:
    parts = [f"{part.label} {'+' if part.share >= 0 else ''}{part.share:.3g}" for part in spread.parts[:_FEW]]
    more = f" and {len(spread.parts) - _FEW} more" if len(spread.parts) > _FEW else ""
    return f"  by {', '.join(parts)}{more}" if parts else ""


def _span(why: Why) -> tuple[float, float]:
    ends, at = [0.0, why.before, why.after], why.before
    for part in why.parts:
        at += part.share
        ends.append(at)
    return min(ends), max(ends)


def _step_bar(start: float, end: float, low: float, high: float) -> str:
    """Return a waterfall's bar: from one edge to the other, a letter wide at least."""
    if high <= low:
        return ""
    first, last = sorted(round((at - low) / (high - low) * _STEP_WIDTH) for at in (start, end))
    return " " * first + "█" * max(last - first, 1)


def describe_part(part: Part) -> str:
    """Return what is to be said of a part beside its number: what was one change, and how sure a sampled one is."""
    remarks = [f"one change, since {part.reason}"] if part.reason else []
    if part.error is not None:
        is_exact = part.error <= _NO_ERROR * abs(part.share)
        remarks.append("sampled, all orders alike" if is_exact else f"sampled, standard error {part.error:.2g}")
    return f"  ({'; '.join(remarks)})" if remarks else ""


def _reach(review: Review, *, every: bool) -> list[str]:
    direct, indirect = len(review.direct), len(review.indirect)
    lines = [f"{counted(direct, 'quantity', 'quantities')} changed directly, {indirect:,} indirectly"]
    if every:
        lines += [
            f"  directly: {', '.join(review.direct) or 'none'}",
            f"  indirectly: {', '.join(review.indirect) or 'none'}",
        ]
    elif indirect:
        lines[0] += " (--all lists them)"
    return lines
