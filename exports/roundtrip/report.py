"""What an import finds, as a review reads: cell, label, old, new, ratio, and what it does to the outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

from engine.model.names import is_made
from engine.problems import printable
from engine.text.numerals import readable
from engine.versions.effects import Effect
from exports.roundtrip.apply import Taken
from exports.roundtrip.cells import Refused
from exports.roundtrip.formulas.changed import Edited
from exports.roundtrip.merge import Change, Merged
from exports.style.effects import list_effects, ratio
from exports.style.words import and_more, counted, unit_suffix

_MOST: Final = 60


def changes(merged: Merged) -> str:
    """Return the lines of the changes, of the conflicts, of what is refused, and of the notes."""
    lines: list[str] = []
    if merged.refused:
        word = counted(len(merged.refused), "cell is refused", "cells are refused")
        lines.append(f"{word}, and nothing is taken")
        for one in merged.refused[:_MOST]:
            name = f" ({one.name})" if one.name else ""
            lines += [f"  {one.spot}{name}: {one.message}", f"    hint: {one.hint}"]
    if merged.conflicts:
        word = counted(len(merged.conflicts), "value was", "values were")
        lines.append(f"{word} changed both in the workbook and in the text")
        for change in merged.conflicts[:_MOST]:
            lines.append(f"  {_where(change)}")
            lines.append(
                f"    when exported {_value(change.base, change, change.factors[0])}, "
                f"in the workbook {_value(change.theirs, change)}, "
                f"in the text {_value(change.ours, change, change.factors[1])}"
            )
        lines.append("  hint: --theirs takes the workbook's, --ours keeps the text's")
    if merged.changes:
        lines.append(counted(len(merged.changes), "value changed", "values changed"))
        for change in merged.changes[:_MOST]:
            file = f", {change.stands_in}" if change.stands_in else ""
            lines.append(f"  {_where(change)}: {_describe(change)}{file}")
        if len(merged.changes) > _MOST:
            lines.append(f"  {and_more(len(merged.changes) - _MOST)}")
    lines += [f"note: {note}" for note in merged.notes]
    return "\n".join(printable(line) for line in lines)


def others(found: Taken) -> str:
    """Return the lines of what differs and is not taken, and of what people say in comments."""
    lines: list[str] = []
    if found.told:
        word = counted(len(found.told), "other change is", "other changes are")
        lines.append(f"{word} not taken")
        lines += [f"  {one.spot}: {one.message}" for one in found.told[:_MOST]]
        if len(found.told) > _MOST:
            lines.append(f"  {and_more(len(found.told) - _MOST)}")
    if found.remarks:
        lines.append(counted(len(found.remarks), "comment"))
        for one in found.remarks[:_MOST]:
            about = f"  {one.about}" if one.about else ""
            author = f"{one.author}: " if one.author else ""
            lines.append(f"  {one.spot}{about}  {author}{one.text}")
        if len(found.remarks) > _MOST:
            lines.append(f"  {and_more(len(found.remarks) - _MOST)}")
    return "\n".join(printable(line) for line in lines)


def nothing(merged: Merged) -> str:
    """Return what is said where the workbook changed no value."""
    if merged.newer:
        count = counted(merged.newer, "value")
        return f"nothing was changed in the workbook; the text has changed {count} since the export"
    return f"the workbook's {merged.read:,} cells say what the text says"


def formulas(found: Sequence[Edited], moved: Sequence[Effect], *, are_taken: bool) -> str:
    """Return the lines of the formulas that were changed, before and after, and what they do."""
    if not found:
        return ""
    lines = [counted(len(found), "formula was changed", "formulas were changed")]
    for one in found[:_MOST]:
        same = {True: "algebraically the same", False: "algebraically another", None: "whether it is the same is open"}
        name = "" if is_made(one.id) else f" ({one.id})"
        lines += [f"  {one.spot}  {one.label}{name}", f"    before: {one.before}", f"    after:  {one.after}"]
        if one.formula:
            lines.append(f"    in the language: {one.formula}  ({same[one.is_same]})")
        else:
            lines.append(f"    cannot be taken: {one.reason}")
    if not are_taken:
        if any(one.formula for one in found) and any(not effect.is_none for effect in moved):
            lines += ["  with the changed formulas,", *[f"  {line}" for line in list_effects(moved).split("\n")]]
        lines.append("  the formulas are not taken; --formulas takes them, where the language has words for all")
    elif any(not one.formula for one in found):
        lines.append("  nothing is taken, since --formulas is for all of them or none")
    return "\n".join(printable(line) for line in lines)


def record(found: Taken, *, written: bool) -> dict[str, Any]:
    """Return plain values: what was taken, what was not and why, and the outputs that change."""
    merged = found.merged
    return {
        "written": written,
        "read": merged.read,
        "changes": [_record(change) for change in merged.changes],
        "conflicts": [_record(change) for change in merged.conflicts],
        "refused": [_refused(one) for one in merged.refused],
        "notes": list(merged.notes),
        "not_taken": [{"cell": one.spot, "message": one.message} for one in found.told],
        "comments": [
            {"cell": one.spot, "about": one.about, "author": one.author, "text": one.text} for one in found.remarks
        ],
        "formulas": [asdict(one) for one in found.formulas],
        "effects": [effect.record() for effect in found.effects if not effect.is_none],
        "formula_effects": [effect.record() for effect in found.formula_effects if not effect.is_none],
    }


def _where(change: Change) -> str:
    scenario = f", scenario {change.case}" if change.case else ""
    return f"{change.spot}  {change.label} ({change.name}){scenario}"


def _describe(change: Change) -> str:
    if change.theirs is None:
        return f"{_value(change.ours, change)} -> inherited"
    old = change.shown
    if change.chosen_from is not None:
        inherited = " (inherited)" if change.ours is None else ""
        return f"{change.member(old)}{inherited} -> {change.member(change.theirs)}"
    change_in_words = ratio(float(change.theirs / old)) if old and old * change.theirs > 0 else ""
    inherited = f" ({_value(None, change, change.factors[1])})" if change.ours is None else ""
    return f"{readable(old)}{inherited} -> {readable(change.theirs)}{unit_suffix(change.unit)}{change_in_words}"


def _value(value: Decimal | None, change: Change, factor: Decimal | None = None) -> str:
    """Return a value in words; None is inherited, or not scaled."""
    if value is not None and change.chosen_from is not None:
        return change.member(value)
    if value is not None:
        return f"{readable(value)}{unit_suffix(change.unit)}"
    if change.target.is_factor:
        return "not scaled"
    return "inherited" if factor is None else f"scaled by {readable(factor)}"


def _record(change: Change) -> dict[str, Any]:
    def of(value: Decimal | None) -> float | str | None:
        if value is None:
            return None
        return float(value) if change.chosen_from is None else change.member(value)

    return {
        "cell": change.spot, "input": change.name, "label": change.label, "unit": change.unit,
        "scenario": change.case, "exported": of(change.base), "workbook": of(change.theirs), "text": of(change.ours),
        "stands_in": change.stands_in,
    }  # fmt: skip


def _refused(one: Refused) -> dict[str, str]:
    return {"cell": one.spot, "input": one.name, "message": one.message, "hint": one.hint}
