"""What git is told about models and workbooks: how to show their differences, and how to merge them."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from engine.files import read_file
from engine.problems import Mistake, ModelError
from exports.files.atomic import refuse_unnamed_link, replace_file
from exports.files.git import git

# More than this git itself does not read.
_MOST_BYTES: Final = 100_000_000
_WORKBOOKS: Final = "*.xlsx diff=plainsheet-workbook"


def set_up(models: Sequence[Path]) -> list[str]:
    """Tell the repository of the working directory how models and workbooks are compared; return what was written.

    Raises Mistake where there is none, or a link stands in the place of its .gitattributes; OSError for what is no
    regular file there.
    """
    top = git(Path.cwd(), "rev-parse", "--show-toplevel")
    if top is None:
        message = "this directory is in no git repository"
        raise Mistake(message, "run it where the models are kept, after  git init")
    root = Path(os.fsdecode(top).removesuffix("\n"))
    attributes = root / ".gitattributes"
    # git does not follow such a link either.
    refuse_unnamed_link(attributes)
    # Whatever else stands there, in whatever letters, stays as it is.
    kept = read_file(attributes, _MOST_BYTES) if attributes.exists() else b""
    patterns = [_pattern(root, model) for model in models]
    settings = []
    for key, value in _settings(_command()).items():
        if git(root, "config", "--local", key, value) is None:
            message = f"git did not take the setting {key}"
            raise Mistake(message, "look at .git/config")
        settings.append(f"{key} = {value}")
    # Other ends of lines would be other bytes than those whose hash a model has.
    data = [f"{_pattern(root, file)} -text" for model in models for file in _data_files(model)]
    wanted = [
        _WORKBOOKS,
        *dict.fromkeys(data),
        *dict.fromkeys([f"{pattern} diff=plainsheet merge=plainsheet" for pattern in patterns]),
    ]
    before = kept.decode("utf-8", "surrogateescape")
    there = {line.removesuffix("\r") for line in before.split("\n")}
    missing = [line for line in wanted if line not in there]
    if missing:
        newline = "\r\n" if "\r\n" in before else "\n"
        joint = "" if not before or before.endswith("\n") else newline
        after = before + joint + "".join(f"{line}{newline}" for line in missing)
        replace_file(attributes, after.encode("utf-8", "surrogateescape"), kept)
    return [*settings, *[f".gitattributes: {line}" for line in missing]]


def _data_files(model: Path) -> list[Path]:
    """Return the files of data that a model names and that are there; none of one that is no TOML."""
    from engine.model.load import load  # noqa: PLC0415  # numpy takes longer than this

    try:
        named = [file.file for file in load(model).data if file.hash]
    except ModelError:
        return []
    return [model.parent / name for name in named]


def _command() -> str:
    """Return the program for a shell: that beside the interpreter, since git may be called without its PATH."""
    program = Path(sys.executable).with_name("plainsheet")
    return shlex.quote(str(program)) if program.exists() else "plainsheet"


def _settings(command: str) -> dict[str, str]:
    """Return git's settings by key; where the program is gone or fails, git goes on by lines."""
    lines = "git merge-file -L here -L before -L there %A %O %B"
    or_lines = f"|| {{ test $? = 1 && exit 1; {lines}; }}"
    or_said = '|| echo "no workbook to be read"'
    return {
        "diff.plainsheet.xfuncname": r"^\[.*\]$",
        "diff.plainsheet-workbook.textconv": f'f() {{ {command} textconv "$1" {or_said}; }}; f',
        "diff.plainsheet-workbook.cachetextconv": "false",
        "merge.plainsheet.name": "Plainsheet: a merge by quantity",
        "merge.plainsheet.driver": f"{command} merge-driver %O %A %B %P {or_lines}",
    }


def _pattern(root: Path, model: Path) -> str:
    if not model.is_file():
        message = f"there is no file '{model}'"
        raise Mistake(message, "name models that the repository keeps")
    path = model.resolve()
    if not path.is_relative_to(root.resolve()):
        message = f"'{model}' is outside of the repository"
        raise Mistake(message, "name models that it keeps")
    name = path.relative_to(root.resolve()).as_posix()
    # Some characters stand for others; a space ends a pattern that has no quotes.
    plain = re.sub(r"[*?\[\]\\]", r"\\\g<0>", name)
    if plain == name and name.isprintable() and not set(name) & set('! "#'):
        return f"/{name}"
    return f'"/{"".join(map(_in_quotes, plain))}"'


def _in_quotes(char: str) -> str:
    """Return a character as git reads it between quotes: what does not print, as a line end, by its bytes."""
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else "".join([f"\\{byte:03o}" for byte in os.fsencode(char)])
