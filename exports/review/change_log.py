"""A review as the lines of a change log: what changed since a version, by whom, and what it does to the outputs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from engine.model.load import load
from engine.problems import printable, shortened
from engine.versions.pair import Difference
from exports.files.locate import WrongUsage
from exports.files.stamp import ChangeLog, LogLine
from exports.review.history import list_commits
from exports.review.lines import MOST, MOST_CELLS, describe_change, group_by_heading
from exports.review.report import describe_part, headline, list_broken, list_repaired, list_spreads
from exports.review.review import Review, Why, review_versions
from exports.review.revisions import SHORT
from exports.review.versions import versions
from exports.style.effects import from_to

_MOST_COMMITS: Final = 50
_LONGEST: Final = 1_000


def change_log(source: Path, since: str, scenario: str | None) -> ChangeLog:
    """Return what changed in a model's file since a revision of its repository, or since another file of it.

    Raises WrongUsage for a span of two versions, ModelError where the older version is no model or is not there.
    """
    if not since.strip():
        message = "--since names no version: write a revision such as HEAD~3 or main, or a file"
        raise WrongUsage(message)
    old, new = versions((since,), source)
    if new.name != str(source):
        message = f"--since takes one version, and '{shortened(since)}' names two"
        raise WrongUsage(message)
    review = review_versions(old, new, scenario)
    # A workbook says nothing of where on a machine its model is kept.
    folders = [f"{Path(name).parent}{os.sep}" for name in (old.name, new.name) if Path(name).is_file()]
    found = [(name, tuple(_clean(lines, folders))) for name, lines in (*_sections(review), _commits(source, since))]
    return ChangeLog(_one_line(old.name, folders), _one_line(headline(review), folders),
                     tuple([one for one in found if one[1]]))  # fmt: skip


def _sections(review: Review) -> Iterator[tuple[str, list[LogLine]]]:
    yield "To be seen to", [LogLine(line) for line in (*review.notes, *list_broken(review), *list_repaired(review))]
    for name, found in group_by_heading(review.differences):
        yield name, list(_differences(found))
    moved = [effect for effect in review.effects if not effect.is_none]
    lines = [LogLine(one.label, one.name, one.unit, "", f"{one.case}: {from_to(one)}") for one in moved[:MOST]]
    yield "Outputs, in every scenario", [*lines, *_rest(len(moved) - MOST)]
    yield "How far outputs spread", [LogLine(line) for line in list_spreads(review)]
    for why in review.whys:
        yield f"Why {why.effect.label} changes, in the scenario {review.scenario}", list(_waterfall(why, review))


def _commits(source: Path, since: str) -> tuple[str, list[LogLine]]:
    """Return the commits to the model's file since a revision; none since another file."""
    found = (
        []
        if Path(since).is_file()
        else list_commits(source, _MOST_COMMITS + 1, since.partition(":")[0], [file.file for file in load(source).data])
    )
    lines = [LogLine(one.subject, one.hash[:SHORT], "", one.date, one.author) for one in found[:_MOST_COMMITS]]
    return "Commits to the model's file", lines if len(found) <= _MOST_COMMITS else [*lines, LogLine("... and earlier")]


def _differences(found: list[Difference]) -> Iterator[LogLine]:
    """Yield a line a difference; of many members of one quantity the first few."""
    cells: dict[tuple[str, str], int] = {}
    for one in found[:MOST]:
        id_ = one.id.partition("[")[0]
        cells[id_, one.scenario] = count = cells.get((id_, one.scenario), 0) + 1 + one.more
        if count - one.more <= MOST_CELLS:
            where = f"Scenario {one.scenario}: " if one.scenario else ""
            yield LogLine(one.label, one.id, words=f"{where}{describe_change(one)}")
    more = sum(max(0, count - MOST_CELLS) for count in cells.values()) + max(0, len(found) - MOST)
    yield from _rest(more)


def _waterfall(why: Why, review: Review) -> Iterator[LogLine]:
    unit = why.effect.unit
    yield LogLine(f"Before: {review.old}", why.effect.name, unit, why.before)
    for part in why.parts:
        yield LogLine(part.label, ", ".join(part.ids[:MOST_CELLS]), unit, part.share, describe_part(part).strip(" ()"))
        for cell in part.cells:
            yield LogLine(f"of it {cell.label}", ", ".join(cell.ids), unit, words=f"{cell.share:+.5g} {unit}".strip())
    yield LogLine(f"Now: {review.new}", why.effect.name, unit, why.after, "What is above adds up to it")


def _rest(more: int) -> list[LogLine]:
    return [LogLine(f"... and {more:,} more", words="plainsheet diff --json  lists all")] if more > 0 else []


def _clean(lines: list[LogLine], folders: Sequence[str]) -> Iterator[LogLine]:
    for line in lines:
        label, id_, unit, words = (_one_line(text, folders) for text in (line.label, line.id, line.unit, line.words))
        yield LogLine(label, id_, unit, line.amount, words)


def _one_line(text: str, folders: Sequence[str]) -> str:
    """Return a text on one line, of a length that a cell holds, with files by their names alone."""
    for folder in folders:
        text = text.replace(folder, "")
    return shortened(printable(" ".join(text.split())), _LONGEST)
