"""Merges by quantity: two branches that changed different assumptions agree, however close their lines stand."""

from __future__ import annotations

import difflib
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.differences import differences
from engine.load import loads
from engine.pair import Pair
from engine.plan import plan
from engine.problems import Mistake, ModelError
from engine.respelled import plain
from engine.rewriting import Target, rewritten, said

_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged text; `conflicts` tell by quantity what both sides changed, and the text has marks where they do."""

    text: str
    conflicts: tuple[str, ...] = ()


def three_way(base: str, ours: str, theirs: str) -> Merge:
    """Return the merge of two texts that come from a third: by lines where that works, else by the values in them."""
    by_lines, is_clean = _by_lines(base, ours, theirs)
    if is_clean and _is_model(by_lines):
        return Merge(by_lines)
    try:
        return _by_value(base, ours, theirs)
    except (ModelError, Mistake, _OtherThanValues):
        # What else was changed is for a person to decide, who knows the marks of git.
        return Merge(by_lines, ("lines that both sides changed",))


class _OtherThanValues(Exception):  # noqa: N818  # reads as what it is
    """A side changed more than values."""


def _by_value(base: str, ours: str, theirs: str) -> Merge:
    models = [loads(text) for text in (base, ours, theirs)]
    then, own, other = (said(model) for model in models)
    changed = {target: other.get(target) for target in {*then, *other} if then.get(target) != other.get(target)}
    _refuse_others(base, theirs, changed)
    mine = {target for target in {*then, *own} if then.get(target) != own.get(target)}
    clean = {target: value for target, value in changed.items() if target not in mine}
    both = {target: value for target, value in changed.items() if target in mine and own.get(target) != value}
    text = rewritten(ours, models[1], clean)
    conflicts = []
    for target in sorted(both, key=str):
        text = _marked(text, target, both[target])
        where = f" in the scenario '{target.case}'" if target.case else ""
        values = [_told(one.get(target)) for one in (then, own, other)]
        conflicts.append(f"'{target.id}'{where}: before {values[0]}, here {values[1]}, there {values[2]}")
    return Merge(text, tuple(conflicts))


def _refuse_others(base: str, theirs: str, changed: Mapping[Target, Decimal | None]) -> None:
    """Raise _OtherThanValues where their text differs from the base by more than values."""
    new = loads(theirs)
    valued = loads(rewritten(base, loads(base), changed))
    if differences(Pair.of(plan(valued), plan(new))):
        raise _OtherThanValues


def _marked(text: str, target: Target, value: Decimal | None) -> str:
    """Return a text with both lines for a value, between the marks that git uses."""
    if "<<<<<<< " in text:
        # One conflict at a time has marks: between marks there is no model to write into.
        return text
    other = rewritten(text, loads(text), {target: value})
    here, there = text.splitlines(keepends=True), other.splitlines(keepends=True)
    lines: list[str] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(a=here, b=there, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += here[a:b]
        else:
            lines += ["<<<<<<< here\n", *here[a:b], "=======\n", *there[c:d], ">>>>>>> there\n"]
    return "".join(lines)


def _told(value: Decimal | None) -> str:
    return "inherited" if value is None else plain(value)


def _is_model(text: str) -> bool:
    try:
        plan(loads(text))
    except ModelError:
        return False
    return True


def _by_lines(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    with TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("here", "base", "there")]
        for path, text in zip(paths, (ours, base, theirs), strict=True):
            path.write_bytes(text.encode())
        command = ["git", "merge-file", "-p", "-L", "here", "-L", "base", "-L", "there", *map(str, paths)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            message = "git did not answer"
            raise Mistake(message, "install git") from None
    return done.stdout.decode(), done.returncode == 0
