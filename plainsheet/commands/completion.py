"""What a shell offers to complete: ids of quantities and scenarios of the model that a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from engine.problems import Mistake, ModelError
from exports.files.locate import WrongUsage, find_model

if TYPE_CHECKING:
    from engine.model.model import Model

_SHOWN_LABEL = 60


def quantities(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the quantities whose id begins with what was typed, with their labels; and models."""
    model = _model(ctx)
    found = [] if model is None else [(one.id, one.label) for one in model.quantities if one.id.startswith(incomplete)]
    items = [CompletionItem(id_, help=label[:_SHOWN_LABEL]) for id_, label in found]
    return items or [CompletionItem(incomplete, type="file")]


def inputs(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the inputs whose id begins with what was typed."""
    model = _model(ctx)
    found = [] if model is None else [one for one in model.quantities if one.value is not None]
    return [CompletionItem(one.id, help=one.label[:_SHOWN_LABEL]) for one in found if one.id.startswith(incomplete)]


def settings(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return `input=` for each input, to go on typing."""
    if "=" in incomplete:
        return []
    return [CompletionItem(f"{one.value}=", help=one.help) for one in inputs(ctx, parameter, incomplete)]


def scenarios(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the scenarios whose id begins with what was typed; after a + those to compose it with."""
    model = _model(ctx)
    before, plus, last = incomplete.rpartition("+")
    found = [] if model is None else [one for one in model.scenarios if one.id.startswith(last)]
    return [CompletionItem(f"{before}{plus}{one.id}", help=one.label[:_SHOWN_LABEL]) for one in found]


def _model(ctx: click.Context) -> Model | None:
    """Return the model that the words so far name, or the one that is found; None where it cannot be read."""
    from engine.model.load import load  # noqa: PLC0415  # only where a shell asks

    named = ctx.params.get("model") or ctx.params.get("model_argument")
    try:
        return load(find_model(Path(named) if named else None, None))
    except (ModelError, Mistake, WrongUsage, OSError):
        return None
