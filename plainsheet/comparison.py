"""Two versions of a model: what changed, what that does to the outputs, and which change does how much."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.model.load import load
from engine.plan.outputs import numbers_of
from engine.problems import ModelError, Problem, error
from engine.versions.attribution import Attribution
from engine.versions.attribution import attribute as attribute_changes
from engine.versions.effects import Effect
from engine.versions.pair import Difference, Pair
from exports.review import markdown, report
from exports.review.review import Review, Why, review_versions
from exports.review.versions import Version, versions
from plainsheet.arguments.names import named
from plainsheet.failures import as_model_error
from plainsheet.model import Model
from plainsheet.results import Results


@dataclass(frozen=True)
class Diff:
    """What changed between two versions of a model; printed, what `diff` prints. `review` is all of it."""

    review: Review = field(repr=False)

    @property
    def scenario(self) -> str:
        """Return the scenario in which the outputs are split."""
        return self.review.scenario

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return what changed: each of a `kind`, with `id`, `label`, and `before` and `after` in words."""
        return self.review.differences

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Return each output in each scenario, `before` and `after` in its declared unit, None where it is not."""
        return self.review.effects

    @property
    def whys(self) -> tuple[Why, ...]:
        """Return for each output that changed in the scenario its `parts`: what each change adds, by Shapley values.

        Shares are in the output's unit, rounded so that they add up; the largest come first.
        """
        return self.review.whys

    @property
    def broken(self) -> tuple[Problem, ...]:
        """Return what held before and does not now: figures, checks, scenarios without results."""
        return self.review.broken

    def markdown(self) -> str:
        """Return it as Markdown, for a comment on a pull request."""
        return markdown.as_markdown(self.review)

    def record(self) -> dict[str, Any]:
        """Return plain values, as `diff --json` prints them."""
        return report.record(self.review)

    def __str__(self) -> str:
        """Return it for a terminal."""
        return report.as_text(self.review, every=False)

    def _repr_markdown_(self) -> str:
        """Return it for a notebook."""
        return self.markdown()


def diff(
    old: Model | str | os.PathLike[str],
    new: Model | str | os.PathLike[str],
    scenario: str | None = None,
    *,
    model: str | os.PathLike[str] | None = None,
) -> Diff:
    """Return what changed between two versions: models, .toml files, exported .xlsx workbooks, or git revisions.

    A workbook or a revision is of the model in the file `model`, without it of the one that the other side is. Outputs
    are split in `scenario`, without one in the first in which any changes. Raises ModelError where a side is no model,
    or not there.
    """
    with as_model_error():
        sides = [_version(one, model or other) for one, other in ((old, new), (new, old))]
        return Diff(review_versions(sides[0], sides[1], scenario))


def attribute(old: Results, new: Results, *outputs: str) -> Attribution:
    """Return what each change between two results adds to outputs: Shapley values, in the new declared units.

    `shares` is an array of shape (changes, outputs), whose columns sum to `after` - `before`; `players` are the
    changes, `outputs` the cells, of an output over dimensions all members; without names, the new model's outputs that
    are numbers. Raises ModelError for a choice, and for an output that the old version has not, or has in a unit of
    another kind.
    """
    pair = Pair.of(old.plan, new.plan, {old.scenario: old.solved}, {new.scenario: new.solved})
    for name in outputs:
        named(new.plan, name)
    cells = numbers_of(new.plan, outputs, "shares of a change")
    strange = [cell.id for cell in cells if not pair.is_comparable(cell)]
    if strange:
        message = f"'{strange[0]}' is not in both versions, in units of one kind"
        raise ModelError([error("unknown-name", message, new.plan.model.at(), "name outputs that both versions have")])
    return attribute_changes(pair, old.solved, new.solved, cells)


def _version(one: Model | str | os.PathLike[str], other: Model | str | os.PathLike[str]) -> Version:
    if isinstance(one, Model):
        return Version(one.written.document.name, one.written)
    source = other.path if isinstance(other, Model) else Path(other)
    name = os.fspath(one)
    if Path(name).suffix == ".toml" and Path(name).is_file():
        return Version(name, load(Path(name)))
    if source is None or source.suffix != ".toml":
        message = f"'{name}' is a version of a model whose file is not known"
        raise ModelError([error("file", message, None, 'say whose: model="prices.toml"')])
    return versions((name, str(source)), source)[0]
