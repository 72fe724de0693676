"""A command whose model may stand anywhere among its arguments: whatever ends in .toml is the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

_SUFFIX: Final = ".toml"


class ModelCommand(click.Command):
    """A command about one model, which is its option -m, or the argument that ends in .toml."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments, with the model among them as if it had been given with -m."""
        models: list[str] = []
        rest: list[str] = []
        for word, is_argument in self._read(args):
            (models if is_argument and word.lower().endswith(_SUFFIX) else rest).append(word)
        named = {name for parameter in self.params if parameter.name == "model" for name in parameter.opts}
        if len(models) > 1 or (models and any(word.split("=")[0] in named for word in rest)):
            others = f": {' and '.join(models)}" if len(models) > 1 else f", as {models[0]} and with --model"
            message = f"the model is given twice{others}"
            raise click.UsageError(message, ctx)
        return super().parse_args(ctx, [*[f"--model={model}" for model in models], *rest])

    def _read(self, args: list[str]) -> Iterator[tuple[str, bool]]:
        """Yield each word, and whether it is an argument: neither an option nor the value of one."""
        takes_value = False
        is_after_dashes = False
        for word in args:
            if is_after_dashes or (not takes_value and not word.startswith("-")):
                yield word, True
                continue
            # An option whose value may be left out takes what follows, unless that is an option itself.
            takes_value, was_value = False, takes_value and not (word.startswith("-") and len(word) > 1)
            is_after_dashes = word == "--"
            if not was_value:
                takes_value = self._takes_value(word)
            yield word, False

    def _takes_value(self, word: str) -> bool:
        name = word if word.startswith("--") else word[:2]
        if "=" in word or (name != word):
            return False
        return any(
            name in parameter.opts and not (isinstance(parameter, click.Option) and parameter.is_flag)
            for parameter in self.params
            if isinstance(parameter, click.Option)
        )
