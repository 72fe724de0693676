"""What git is told about models and workbooks: how to show their differences, and how to merge them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from engine.problems import Mistake
from exports.files import replace_file
from exports.review.versions import git

# By key; the commands are of the program that is installed.
_CONFIG: Final = {
    "diff.plainsheet.xfuncname": r"^\[.*\]$",
    "diff.plainsheet-workbook.textconv": "plainsheet textconv",
    "diff.plainsheet-workbook.cachetextconv": "false",
    "merge.plainsheet.name": "Plainsheet: a merge by quantity",
    "merge.plainsheet.driver": "plainsheet merge-driver %O %A %B %P",
}
_WORKBOOKS: Final = "*.xlsx diff=plainsheet-workbook"


def set_up(models: Sequence[Path]) -> list[str]:
    """Tell the repository of the working directory how models and workbooks are compared; return what was written."""
    top = git(Path.cwd(), "rev-parse", "--show-toplevel")
    if top is None:
        message = "this directory is in no git repository"
        raise Mistake(message, "run it where the models are kept, after  git init")
    root = Path(top.decode().strip())
    told = []
    for key, value in _CONFIG.items():
        if git(root, "config", "--local", key, value) is None:
            message = f"git did not take the setting {key}"
            raise Mistake(message, "look at .git/config")
        told.append(f"{key} = {value}")
    wanted = [_WORKBOOKS, *[f"{_pattern(root, model)} diff=plainsheet merge=plainsheet" for model in models]]
    attributes = root / ".gitattributes"
    before = attributes.read_text(encoding="utf-8") if attributes.exists() else ""
    missing = [line for line in wanted if line not in before.splitlines()]
    if missing:
        joint = "" if not before or before.endswith("\n") else "\n"
        replace_file(attributes, (before + joint + "".join(f"{line}\n" for line in missing)).encode())
    return [*told, *[f".gitattributes: {line}" for line in missing]]


def _pattern(root: Path, model: Path) -> str:
    path = model.resolve()
    if not path.is_relative_to(root.resolve()):
        message = f"'{model}' is outside of the repository"
        raise Mistake(message, "name models that it keeps")
    name = path.relative_to(root.resolve()).as_posix()
    # A space ends a pattern, and some characters stand for others.
    special = any(char in name for char in '*?[]! "\\#')
    return f'"/{name}"'.replace("\\", "\\\\") if special else f"/{name}"
