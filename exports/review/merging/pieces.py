"""Three texts of a model merged piece by piece: table by table, statement by statement, and value by value in one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.problems import KeyPath, ModelError, shortened
from engine.text.positions import compose, find_places, tokens
from engine.text.toml import parse_toml
from exports.review.merging.entries import keep_order, read_entries
from exports.review.merging.names import HEADER, describe_conflict

_END: Final[KeyPath] = ("the end",)
_LONGEST: Final = 60
# What one name may stand for as well as a list of it.
_NAMES: Final = frozenset({"extends", "over", "source", "y", "scenarios", "outputs"})
_Texts = Mapping[KeyPath, str]
# What is to be done with a piece that both sides changed: its path, and its text before, here and there.
_Both = Callable[[KeyPath, str | None, str | None, str | None], str]


@dataclass
class Pieces:
    """A merge: its text, and the conflicts in it, where both sides changed one piece to something else."""

    text: str = ""
    conflicts: list[str] = field(default_factory=list)


def merge_pieces(base: str, ours: str, theirs: str, clashing: Collection[KeyPath] = ()) -> Pieces:
    """Return the merge of three texts that are TOML and end with a line; untouched pieces stand as ours has them.

    What stands at the paths `clashing` is not to be merged, whatever its pieces are.
    """
    found = Pieces()

    def both(path: KeyPath, before: str | None, here: str | None, there: str | None) -> str:
        if path in clashing:
            return _mark_conflict(here or "", there or "")
        return _values(found, path, before, here, there)

    def table(path: KeyPath, before: str | None, here: str | None, there: str | None) -> str:
        if path in clashing:
            return _mark_conflict(here or "", there or "")
        if any(isinstance(key, int) for key in path):
            return _rows(found, path, before or "", here or "", there or "")
        if here is None or there is None:
            side = "here" if here is None else "there"
            found.conflicts.append(f"[{'.'.join(map(str, path))}] was taken away {side}, and changed on the other side")
            return _mark_conflict(here or "", there or "")
        sides = [_statements(text) for text in (before or "", here, there)]
        if (whole := one_layout(before or "", here, there)) is not None:
            return whole
        return _by_key(sides[0], sides[1], sides[2], both)

    found.text = _by_key(_tables(base), _tables(ours), _tables(theirs), table)
    return found


def one_layout(base: str, ours: str, theirs: str) -> str | None:
    """Return the text that holds where two of three say the same, and the sides are laid out in other statements."""
    if _statements(ours).keys() == _statements(theirs).keys():
        return None
    then, here, there = map(says, (base, ours, theirs))
    if here in (then, there):
        return theirs if here == then else ours
    return ours if there == then else None


def exchange(text: str, path: KeyPath, other: str) -> str:
    """Return a text whose statements below a path are those of another; as it is where these stand in other tables."""
    here, there = [[one for one in _pieces(side) if one[1][: len(path)] == path] for side in (text, other)]
    if not here or not there or len({table for table, _, _ in (*here, *there)}) > 1:
        return text
    new = "".join([piece if piece.endswith("\n") else f"{piece}\n" for _, _, piece in there])
    pieces = [piece if one not in here else new * (one == here[0]) for one in _pieces(text) for piece in one[2:]]
    return "".join(pieces)


def says(text: str) -> object:
    """Return what a text says as TOML; None where it is none."""
    try:
        return parse_toml(text, "a side")[1]
    except ModelError:
        return None


def _by_key(base: _Texts, ours: _Texts, theirs: _Texts, both: _Both) -> str:
    """Return the pieces of three texts as one: in our order, theirs behind what they stand behind."""
    return "".join(merge_by_key(base, ours, theirs, both).values())


def merge_by_key(base: _Texts, ours: _Texts, theirs: _Texts, both: _Both) -> dict[KeyPath, str]:
    """Return the pieces of three texts by their keys: in our order, theirs behind what they stand behind."""
    pieces: dict[KeyPath, str] = {}
    for path in _order(ours, theirs):
        before, here, there = base.get(path), ours.get(path), theirs.get(path)
        # The same letters with their accents composed in another way are no change.
        then, own, other = [text and compose(text) for text in (before, here, there)]
        if other in {own, then}:
            text = here
        elif own == then:
            text = there
        else:
            text = both(path, before, here, there)
        pieces[path] = text or ""
    return pieces


def _order(ours: _Texts, theirs: _Texts) -> list[KeyPath]:
    """Return the paths in our order, with what only theirs has behind what it stands behind there."""
    behind: dict[KeyPath | None, list[KeyPath]] = {}
    last: KeyPath | None = None
    for path in theirs:
        if path in ours:
            last = path
        else:
            behind.setdefault(last, []).append(path)
    return [*behind.get(None, ()), *[one for path in ours for one in (path, *behind.get(path, ()))]]


def _tables(text: str) -> dict[KeyPath, str]:
    """Return the tables of a text by path, with what stands above each header; what ends the text has a path too."""
    found: dict[KeyPath, str] = {}
    for path, _, piece in _pieces(text):
        first = next((place for place, key in enumerate(path) if isinstance(key, int)), None)
        # A list of tables is one piece, since its members have no names to tell them by.
        key = path if first is None else (*path[:first], 0)
        found[key] = found.get(key, "") + piece
    return found


def _statements(text: str) -> dict[KeyPath, str]:
    return {path: piece for _, path, piece in _pieces(text)}


def _pieces(text: str) -> list[tuple[KeyPath, KeyPath, str]]:
    """Return the statements and headers of a text: the table, the path, and all letters behind the one before."""
    found: list[tuple[KeyPath, KeyPath, str]] = []
    at = 0
    for one in find_places(text).statements:
        end = text.find("\n", one.end)
        end = len(text) if end < 0 else end + 1
        found.append((one.table, one.path or (*one.table, HEADER), text[at:end]))
        at = end
    if text[at:]:
        found.append((_END, _END, text[at:]))
    return found


def _rows(found: Pieces, path: KeyPath, before: str, here: str, there: str) -> str:
    """Return a list of tables to which each side added some; anything else that both did to it is a conflict."""
    if here.startswith(before) and there.startswith(before):
        return here + there[len(before) :]
    found.conflicts.append(f"[[{'.'.join(map(str, path[:-1]))}]] was changed on both sides")
    return _mark_conflict(here, there)


def _values(found: Pieces, path: KeyPath, before: str | None, here: str | None, there: str | None) -> str:
    """Return a statement with the values of both sides, or with both sides' lines where these are others."""
    if before and here and there:
        if (alike := _said_once(before, here, there)) is not None:
            return alike
        spans = [_spans(text) for text in (before, here, there)]
        frames = [_frame(text, span) for text, span in zip((before, here, there), spans, strict=True)]
        then, own, other = ({key: text[slice(*at)] for key, at in span.items()}
                            for text, span in zip((before, here, there), spans, strict=True))  # fmt: skip
        if then.keys() == own.keys() == other.keys() and frames[0] in frames[1:]:
            # The side that changed more than values gives the rest of the statement.
            text, span = (here, spans[1]) if frames[2] == frames[0] else (there, spans[2])
            clean = {key: own[key] if other[key] == then[key] else other[key] for key in then}
            clashing = [key for key in then if then[key] not in {own[key], other[key]} and own[key] != other[key]]
            table = path[: len(path) - len(_own(here))]
            found.conflicts += [describe_conflict((*table, *key), then[key], own[key], other[key]) for key in clashing]
            mine = splice(text, span, {**clean, **{key: own[key] for key in clashing}})
            return _mark_conflict(mine, splice(text, span, clean)) if clashing else mine
        if (whole := _entries(found, path, before, here, there)) is not None:
            return whole
    found.conflicts.append(describe_conflict(path, *[text and _write_value(text) for text in (before, here, there)]))
    return _mark_conflict(here or "", there or "")


def _entries(found: Pieces, path: KeyPath, before: str, here: str, there: str) -> str | None:
    """Return a table or a list on one statement with the entries of both sides; None where they are not told apart."""
    then, own, other = (read_entries(text) for text in (before, here, there))
    if then is None or own is None or other is None:
        return None
    if not keep_order(then.entries, own.entries) or not keep_order(then.entries, other.entries):
        return None
    clashing: dict[KeyPath, str] = {}
    is_table = own.head.rstrip().endswith("{")

    def both(key: KeyPath, old: str | None, mine: str | None, theirs: str | None) -> str:
        inside = Pieces()
        whole = _entries(inside, (*path, *key), old, mine, theirs) if is_table and old and mine and theirs else None
        if whole is not None and not inside.conflicts:
            return whole
        sides = [text and (text.partition("=")[2].strip() if is_table else text) for text in (old, mine, theirs)]
        found.conflicts += inside.conflicts or [describe_conflict((*path, *key), *sides)]
        clashing[key] = theirs or ""
        return mine or ""

    merged = merge_by_key(then.entries, own.entries, other.entries, both)
    mine = own.write({key: text for key, text in merged.items() if text})
    return _mark_conflict(mine, own.write({k: t for k, t in {**merged, **clashing}.items() if t})) if clashing else mine


def _said_once(before: str, here: str, there: str) -> str | None:
    """Return the side that holds where two of three say the same, as a name and a list of it alone do; else None."""
    then, own, other = map(_says, (before, here, there))
    if own is None or other is None:
        return None
    return here if other in (own, then) else there if own == then else None


def _says(text: str) -> object:
    """Return what a statement says of names, of one as a list of it; None for what is no list of names."""
    path = _own(text)
    if not path or path[-1] not in _NAMES:
        return None
    found: Any = says(text)
    for key in path:
        found = found[key]
    return [found] if isinstance(found, str) else found


def _spans(text: str) -> dict[KeyPath, tuple[int, int]]:
    return find_places(text).values


def _own(text: str) -> KeyPath:
    """Return the path of a statement as it is written, without that of its table."""
    return next((one.path for one in find_places(text).statements if one.path), ())


def _frame(text: str, spans: Mapping[KeyPath, tuple[int, int]]) -> str:
    return splice(text, spans, dict.fromkeys(spans, ""))


def splice(text: str, spans: Mapping[KeyPath, tuple[int, int]], values: Mapping[KeyPath, str]) -> str:
    """Return a text with values in the places of those that stand at their paths."""
    for key, (start, end) in sorted(spans.items(), key=lambda one: -one[1][0]):
        text = text[:start] + values[key] + text[end:]
    return text


def _mark_conflict(here: str, there: str) -> str:
    """Return both sides between the marks that git uses."""
    return f"<<<<<<< here\n{here}=======\n{there}>>>>>>> there\n"


def _write_value(text: str) -> str:
    """Return what a statement says, without comments and spaces around it."""
    plain = "".join([found.group() for found in tokens(text) if not found.group().startswith("#")])
    return shortened(re.sub(r"\s+", " ", plain.partition("=")[2]).strip(), _LONGEST)
