"""A command whose model may stand anywhere among its arguments: whatever ends in .toml is the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from engine.problems import ModelError
from exports.files.locate import WrongUsage, meant_file

_SUFFIX: Final = ".toml"
_WORDS: Final = "plainsheet.words"
_WRITTEN: Final = {".xlsx": "xlsx", ".json": "json", ".csv": "csv", ".md": "markdown"}


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
        words = [word for word, is_argument in self._read(rest) if is_argument]
        if not ctx.resilient_parsing and (message := self._refused(words)):
            raise click.UsageError(message, ctx)
        ctx.meta[_WORDS] = words
        try:
            return super().parse_args(ctx, [*[f"--model={model}" for model in models], *rest])
        except click.NoSuchOption as wrong:
            if wrong.option_name in {"-o", "--out", "--output"} and (options := self._writing()):
                message = f"there is no option {wrong.option_name}: say what to write, as in {options[0]} PATH"
                raise click.UsageError(message, ctx) from None
            begun = [name for name in self._options() if name.startswith(wrong.option_name)]
            if wrong.option_name.startswith("--") and begun:
                message = f"there is no option {wrong.option_name}: did you mean {' or '.join(begun)}?"
                raise click.UsageError(message, ctx) from None
            raise

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; where no model or no quantity is found, say of a word that a model is called so."""
        files = {word: file for word in ctx.meta.get(_WORDS, ()) if (file := meant_file(word))}
        try:
            return super().invoke(ctx)
        except WrongUsage as wrong:
            message = str(wrong)
            if "did you mean" not in message:
                message += "".join(f"\n'{word}' is no model: did you mean '{file}'?" for word, file in files.items())
            raise WrongUsage(message) from None
        except ModelError as wrong:
            unknown = {f"there is no quantity '{word}'": file for word, file in files.items()}
            problems = [
                replace(one, hint=f"the model is written with its ending: {unknown[one.message]}")
                if one.message in unknown
                else one
                for one in wrong.problems
            ]
            raise ModelError(problems) from None

    def _options(self) -> list[str]:
        return [name for parameter in self.params if isinstance(parameter, click.Option) for name in parameter.opts]

    def _writing(self) -> list[str]:
        """Return the options that write a file at a path."""
        return [name for name in self._options() if name == "--xlsx"]

    def _refused(self, words: list[str]) -> str:
        """Return what to say of words that stand where an option is meant; '' for none."""
        options, arguments = self._options(), [one.name for one in self.params if isinstance(one, click.Argument)]
        for word in words:
            kind = _WRITTEN.get(Path(word).suffix.lower(), "")
            if kind and "--xlsx" in options:
                return f"'{word}' is no model; to write it, say --{kind} {word}"
            if kind == "xlsx" and "workbook" not in arguments:
                return f"'{word}' is a workbook, and no model: import, lint and diff read workbooks"
        if "--upstream" in options and words and not meant_file(words[0]):
            return f"a quantity is named by an option: --upstream {words[0]}, or --downstream {words[0]}"
        if "wanted" in arguments:
            return _goal_refused(words)
        for word in words if "--set" in options else ():
            if "=" in word:
                return f"inputs are changed by an option: --set {_quoted(word)}"
        return ""

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


def _goal_refused(words: list[str]) -> str:
    """Return what to say of the words of a goal that are more than one; '' for one that has its value."""
    match words:
        case [name, value] if "=" not in name + value:
            return f"a goal is one word: write {_quoted(f'{name}={value}')}"
        case [_, other, *_] if "=" in other:
            return f"one goal is sought at a time; inputs are changed by an option: --set {_quoted(other)}"
    return ""


def _quoted(word: str) -> str:
    """Return a word as a shell takes it for one."""
    return f'"{word}"' if any(char in word for char in " []()*") else word
