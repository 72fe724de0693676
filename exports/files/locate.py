"""Which file is meant: the model to read, and the file to write."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.files import read_file
from engine.problems import ModelError
from engine.text.toml import most_bytes, read_toml

if TYPE_CHECKING:
    from engine.model.model import Model

FLAGSHIP: Final = Path("models/sora.toml")
# What an option without its path stands for: a file named like the model, in the working directory.
HERE: Final = Path()


class WrongUsage(ValueError):  # noqa: N818  # reads as what it is
    """What was asked for cannot be meant: no model, several, or a path that does not fit."""


def find_model(argument: Path | None, option: Path | None) -> Path:
    """Return the model's path, or raise with a list of what was found."""
    if argument is not None and option is not None:
        message = "the model is given twice, as an argument and with --model"
        raise WrongUsage(message)
    given = argument or option
    if given is not None:
        if given.suffix != ".toml":
            meant = meant_file(str(given))
            hint = f": did you mean '{meant}'?" if meant else ""
            if given.suffix.lower() in {".xlsx", ".xlsm"}:
                hint = ", but a workbook: import, lint and diff read workbooks"
            message = f"'{given}' is no .toml file{hint}"
            raise WrongUsage(message)
        return given
    if FLAGSHIP.is_file():
        return FLAGSHIP
    # A directory that cannot be looked into is no empty one, as glob would have it.
    folders = [folder for folder in (Path(), Path("models")) if _is_folder(folder)]
    paths = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix == ".toml"]
    found = [path for path in paths if _is_model(path)]
    if len(found) != 1:
        listing = "".join(f"\n  {path}" for path in found[:20])
        message = (
            f"which model? Found here and in models/:{listing}" if found else "there is no model here, nor in models/"
        )
        message += "\nName one: plainsheet COMMAND -m MODEL"
        raise WrongUsage(message)
    return found[0]


def meant_file(word: str) -> str:
    """Return the model that is called by its name without its ending, here or in models/; '' where there is none."""
    found = [Path(f"{word}.toml"), Path("models", f"{word}.toml")] if word and word.isprintable() else []
    try:
        return next((str(path) for path in found if path.is_file()), "")
    except OSError:  # a word that is too long for a name
        return ""


def model_beside(workbook: Path) -> Path | None:
    """Return the model that stands beside a workbook under its name; None where there is none."""
    path = workbook.with_suffix(".toml")
    return path if _is_model(path) else None


def _is_model(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        return "model" in read_toml(path)[1]
    except ModelError:
        # A model with a slip of the pen is still the model that was meant.
        return b"\n[model]" in b"\n" + read_file(path, most_bytes())


def _is_folder(path: Path) -> bool:
    """Return whether a directory is there; raise OSError where nobody can tell, which some versions of Python hide."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def target_path(path: Path, source: Path | None, suffix: str) -> Path:
    """Return where to write; refuse a suffix that does not fit, and the model itself."""
    if path == HERE and source is not None:
        return Path(source.with_suffix(suffix).name)
    if path.suffix.lower() != suffix:
        message = f"'{path}' does not end in {suffix}"
        raise WrongUsage(message)
    if source is not None and path.exists() and path.samefile(source):
        message = f"'{path}' is the model itself"
        raise WrongUsage(message)
    if _is_folder(path):
        message = f"'{path}' is a directory"
        raise WrongUsage(message)
    if not _is_folder(path.parent):
        message = f"there is no directory '{path.parent}'"
        raise WrongUsage(message)
    return path


def refuse_data(target: Path, model: Model) -> None:
    """Raise WrongUsage where what is written would take the place of a file whose data the model reads."""
    for file in model.data if target.exists() else ():
        read = Path(model.document.name).parent / file.file
        if read.exists() and target.samefile(read):
            message = f"'{target}' is a data file of the model: write to another path"
            raise WrongUsage(message)


def target_folder(path: Path) -> Path:
    """Return the directory to write into, which may be a new one; refuse what is a file, or stands nowhere."""
    if path.exists() and not _is_folder(path):
        message = f"'{path}' is a file, and charts are written into a directory"
        raise WrongUsage(message)
    if not _is_folder(path.resolve().parent):
        message = f"there is no directory '{path.parent}'"
        raise WrongUsage(message)
    return path
