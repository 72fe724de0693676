"""Which lines and columns of a sheet are which of another, where some were inserted, deleted or moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from exports.reading.records import Held, Opened

# Of what is told apart pair by pair. Beyond, lines are known by names that stand once, and columns by their place.
_MOST_PAIRS: Final = 250_000
_MOST_COLUMNS: Final = 60
# So many texts name a line: label, name and unit.
_NAMING: Final = 3
# How much a cell says of which column it stands in: what was typed, that there is a formula, and how that is spelled.
_SAME_VALUE, _BOTH_FORMULAS, _SAME_FORMULA = 3.0, 1.0, 0.5

Features = dict[int, tuple[bool, object]]


@dataclass(frozen=True)
class Alignment:
    """The lines, or the columns, of a sheet by those of another; `moved` are those that stand in another order."""

    there: Mapping[int, int]
    gone: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()


def align_rows(before: Opened, after: Opened) -> Alignment:
    """Return where the lines of a sheet are in another, by the texts that name them."""
    olds, news = _row_keys(before), _row_keys(after)
    return _aligned(olds, news, _pairs(olds, news))


def align_columns(before: Opened, after: Opened, rows: Mapping[int, int]) -> Alignment:
    """Return where the columns of a sheet are in another, by what stands in lines that are known."""
    olds = _columns(before, {row: row for row in rows})
    news = _columns(after, {now: then for then, now in rows.items()})
    size = max([*olds, *news], default=0)
    old, new = ([found.get(column, {}) for column in range(1, size + 1)] for found in (olds, news))
    last_old, last_new = max(olds, default=0), max(news, default=0)
    old, new = old[:last_old], new[:last_new]
    start, end = _trimmed(old, new)
    if max(len(old), len(new)) - start - end > _MOST_COLUMNS:
        start, end = _trimmed([_form(features) for features in old], [_form(features) for features in new])
    pairs = {index: index for index in range(start)}
    pairs |= {last_old - 1 - index: last_new - 1 - index for index in range(end)}
    left, right = old[start : last_old - end], new[start : last_new - end]
    if max(len(left), len(right)) > _MOST_COLUMNS:
        pairs |= {start + index: start + index for index in range(min(len(left), len(right)))}
    else:
        pairs |= {start + a: start + b for a, b in _most_alike(left, right)}
    keys_old, keys_new = ([_key(features) for features in found] for found in (old, new))
    return _aligned(keys_old, keys_new, pairs)


def _aligned(olds: Sequence[Hashable], news: Sequence[Hashable], pairs: Mapping[int, int]) -> Alignment:
    """Return an alignment of pairs from 0, with what is left on both sides and named alike as moved."""
    gone = [index for index in range(len(olds)) if index not in pairs]
    taken = set(pairs.values())
    new = [index for index in range(len(news)) if index not in taken]
    left = {news[index]: index for index in reversed(new) if news[index]}
    moved = {index: left.pop(olds[index]) for index in gone if olds[index] in left}
    there = {a + 1: b + 1 for a, b in {**pairs, **moved}.items()}
    lost = tuple([index + 1 for index in gone if index not in moved and olds[index]])
    added = tuple([index + 1 for index in new if index not in moved.values()])
    return Alignment(there, lost, added, tuple([index + 1 for index in moved]))


def _row_keys(sheet: Opened) -> list[Hashable]:
    texts: dict[int, list[str]] = {}
    formulas: set[int] = set()
    for (row, _), cell in sheet.cells.items():
        if cell.is_formula:
            formulas.add(row)
        elif isinstance(cell.value, str) and len(found := texts.setdefault(row, [])) < _NAMING:
            found.append(cell.value.strip())
    last = max([*texts, *formulas], default=0)
    return [tuple(texts.get(row, ("=",) if row in formulas else ())) for row in range(1, last + 1)]


def _trimmed(olds: Sequence[object], news: Sequence[object]) -> tuple[int, int]:
    """Return how many are the same at the start, and then at the end."""
    shorter = min(len(olds), len(news))
    start = 0
    while start < shorter and olds[start] == news[start]:
        start += 1
    end = 0
    while end < shorter - start and olds[len(olds) - 1 - end] == news[len(news) - 1 - end]:
        end += 1
    return start, end


def _form(features: Features) -> object:
    """Return where a column holds something, and whether that is a formula."""
    return {row: is_formula for row, (is_formula, _) in features.items()}


def _pairs(olds: Sequence[Hashable], news: Sequence[Hashable]) -> dict[int, int]:
    start, end = _trimmed(olds, news)
    pairs = {index: index for index in range(start)}
    pairs |= {len(olds) - 1 - index: len(news) - 1 - index for index in range(end)}
    left, right = olds[start : len(olds) - end], news[start : len(news) - end]
    if len(left) * len(right) > _MOST_PAIRS:
        olds_once, news_once = (_once(keys) for keys in (left, right))
        return pairs | {start + at: start + news_once[key] for key, at in olds_once.items() if key in news_once}
    known = (set(left) & set(right)) - {()}
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs |= {start + a + step: start + c + step for step in range(b - a)}
        elif tag == "replace":
            pairs |= {start + a + i: start + c + j for i, j in _replaced(left[a:b], right[c:d], known).items()}
    return pairs


def _once(keys: Sequence[Hashable]) -> dict[Hashable, int]:
    """Return where each key stands that is there once."""
    counts = Counter(keys)
    return {key: at for at, key in enumerate(keys) if key and counts[key] == 1}


def _replaced(olds: Sequence[Hashable], news: Sequence[Hashable], known: AbstractSet[Hashable]) -> dict[int, int]:
    """Return which of some lines are which, though none is named quite as it was: those that share a text, in order.

    Those that are `known` stand elsewhere.
    """
    found: dict[int, int] = {}
    at = 0
    for index, one in enumerate(olds):
        if one in known:
            continue
        free = [place for place in range(at, len(news)) if news[place] not in known]
        if len(olds) == len(news):
            alike = (place for place in free if place == index and bool(news[place]) == bool(one))
        else:
            alike = (place for place in free if set(_texts(one)) & set(_texts(news[place])))
        if (place := next(alike, None)) is not None:
            found[index] = place
            at = place + 1
    return found


def _texts(key: Hashable) -> tuple[str, ...]:
    # A unit is shared by many.
    return key[:2] if isinstance(key, tuple) else ()


def _columns(sheet: Opened, rows: Mapping[int, int]) -> dict[int, Features]:
    """Return what each column holds, by the lines as the other sheet counts them."""
    found: dict[int, Features] = {}
    for (row, column), cell in sheet.cells.items():
        if row in rows:
            found.setdefault(column, {})[rows[row]] = cell.is_formula, _said(cell)
    return found


def _said(cell: Held) -> object:
    return cell.value.replace(" ", "") if isinstance(cell.value, str) else cell.value


def _key(features: Features) -> Hashable:
    """Return the texts that stand in a column, which name it; () for none."""
    return tuple([said for is_formula, said in features.values() if not is_formula and isinstance(said, str)])


def _most_alike(olds: Sequence[Features], news: Sequence[Features]) -> list[tuple[int, int]]:
    """Return the pairs of columns, in the order of both, that have most in common; those that are empty pair up too."""
    best = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]
    alike = [[_alike(one, other) for other in news] for one in olds]
    for a in reversed(range(len(olds))):
        for b in reversed(range(len(news))):
            paired = alike[a][b] + best[a + 1][b + 1] if alike[a][b] else 0.0
            best[a][b] = max(best[a + 1][b], best[a][b + 1], paired)
    pairs, a, b = [], 0, 0
    while a < len(olds) and b < len(news):
        if alike[a][b] and best[a][b] == alike[a][b] + best[a + 1][b + 1]:
            pairs.append((a, b))
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            a += 1
        else:
            b += 1
    return pairs


def _alike(one: Features, other: Features) -> float:
    if not one or not other:
        return 0.01 if not one and not other else 0.0
    score = 0.0
    for row, (is_formula, said) in one.items():
        if row not in other or other[row][0] != is_formula:
            continue
        is_same = other[row][1] == said
        if is_formula:
            score += _BOTH_FORMULAS + _SAME_FORMULA * is_same
        else:
            score += _SAME_VALUE * is_same
    return score
