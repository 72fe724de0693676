"""The proof of an edit: the text that it makes is checked, and must have lost a problem and have no other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from engine.problems import KeyPath, Problem
from engine.text.edits import Edit, applied
from engine.text.positions import Places
from plainsheet.editor.document import Document, Reading

# What a check tells only once there is a plan, and no edit of a hint brings: what is lacking, and not wrong.
_LACKING: Final = frozenset({"unused", "no-source", "bare-number"})
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_WORD: Final = re.compile(r"\w+")


def is_mended(document: Document, problem: Problem, edits: Sequence[Edit]) -> bool:
    """Return whether edits of a text remove a problem, and bring none that was not there before."""
    before, after = document.now, document.read(applied(document.text, edits))
    if before.model is None:
        return after.model is not None or _goes_on(problem, after.checked.problems[0])
    then, now = _counted(before), _counted(after)
    if now[_told(problem)] >= then[_told(problem)]:
        return False
    new = now - then
    return all(_was_hidden(before, after, one, edits) for one in after.checked.problems if _told(one) in new)


def _goes_on(problem: Problem, other: Problem) -> bool:
    """Return whether a text that is no TOML has the same mistake again, further down: the reader stops at the first."""
    lines = [one.location.line if one.location else None for one in (problem, other)]
    kinds = {one.message.partition("\n")[0] for one in (problem, other)}
    return len(kinds) == 1 and lines[0] is not None and lines[1] is not None and lines[0] < lines[1]


def _counted(reading: Reading) -> Counter[tuple[str, str]]:
    return Counter(map(_told, reading.checked.problems))


def _told(problem: Problem) -> tuple[str, str]:
    """Return what a problem says, whichever its numbers: a bare number that is written otherwise is one still."""
    return problem.code, _NUMBER.sub("0", problem.message)


def _was_hidden(before: Reading, after: Reading, problem: Problem, edits: Sequence[Edit]) -> bool:
    """Return whether a problem was there before, and could not be seen since others stopped the check.

    Where there was no plan, a problem is of the edit where it stands
    in the table that the edit changes, and where it names what the edit wrote.
    """
    return before.plan is None and (problem.code in _LACKING or not _is_near(after, problem, edits))


def _is_near(after: Reading, problem: Problem, edits: Sequence[Edit]) -> bool:
    """Return whether a problem is in a table that edits change, or names such a table or what they write."""
    model, places = after.model, after.places
    if model is None or places is None or problem.location is None:
        return True
    tables = {path[:2] for path in _edited(after.text, places, edits)}
    path = problem.location.path
    if path[:2] in tables:
        return True
    start, end = next((after.spans[path[:n]] for n in range(len(path), 0, -1) if path[:n] in after.spans), (0, 0))
    written = {word for edit in edits for word in _WORD.findall(edit.text) if word in model.by_id}
    names = written | {str(table[-1]) for table in tables if table}
    return not names.isdisjoint(_WORD.findall(f"{problem.message}\n{after.text[start:end]}"))


def _edited(text: str, places: Places, edits: Sequence[Edit]) -> Iterator[KeyPath]:
    """Yield the paths of the statements that edits leave, those of all lines that they add included."""
    moved = 0
    for edit in edits:
        start = edit.start + moved
        end = start + len(edit.text)
        moved += len(edit.text) - (edit.end - edit.start)
        before = [one for one in places.statements if one.start <= start]
        yield from [one.path or one.table for one in before[-1:]]
        # A header is known by its closing bracket.
        line = text.find("\n", end)
        yield from [
            one.path or one.table for one in places.statements if start < one.start < (line if not one.path else end)
        ]
