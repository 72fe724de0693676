"""How a function goes to another process: pickled once, made again there once, and by none but the same programs."""

from __future__ import annotations

import pickle
import platform
from collections.abc import Callable
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

_HOME: Final = Path(__file__).parent.parent


class UnlikeError(Exception):
    """A worker has other programs than whoever asks it: `args` are its own."""


@cache
def programs() -> str:
    """Return what the last digit of an answer depends on: the version and the source of the engine, and its libraries.

    A processor of another kind may differ in the last digit of a power or a logarithm too.
    """
    source = sha256()
    for file in sorted(_HOME.rglob("*.py")):
        source.update(file.relative_to(_HOME).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    found = [f"{name} {version_of(name)}" for name in ("plainsheet", "numpy", "scipy")]
    return ", ".join(
        [f"{found[0]} (source {source.hexdigest()[:12]})", f"Python {platform.python_version()}", *found[1:]]
    )


def version_of(name: str) -> str:
    """Return the version of a package that is installed, or that it is used from a folder."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  # it reads mail and zips

    try:
        return version(name)
    except PackageNotFoundError:
        return "from a folder"


def sent(function: Callable[[Any], Any]) -> bytes:
    """Return a function as it is sent, once for all of its tasks."""
    return pickle.dumps(function)


def answer(function: bytes, task: Any, asking: str) -> Any:  # noqa: ANN401  # whatever the function takes and gives
    """Return what a function that was sent has for a task; UnlikeError where `asking` are not the programs here."""
    if asking != programs():
        raise UnlikeError(programs())
    return _received(function)(task)


@lru_cache(maxsize=2)
def _received(function: bytes) -> Callable[[Any], Any]:
    """Return a function that was sent, made again once for all of its tasks."""
    made: Callable[[Any], Any] = pickle.loads(function)  # noqa: S301  # from whoever started this process, or may run code
    return made
