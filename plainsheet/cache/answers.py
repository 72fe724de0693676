"""The answer to a command line, kept with all that it was made from, and told again while that is as it was.

An answer is kept and not a plan: to read a plan back, numpy and half of the engine would have to be imported first,
which takes longer than most models take to be planned.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from engine.files import read_file
from engine.record import Record, hash_of, recording
from plainsheet.cache.capture import Told, captured
from plainsheet.cache.store import own_store

# Those that only read, and print the same for the same texts.
_KEPT: Final = frozenset({"check", "diff", "explain", "goal", "graph", "sensitivity", "simulate", "solve"})
# What else tells how an answer looks.
_VARIABLES: Final = (
    "COLORTERM", "COLUMNS", "FORCE_COLOR", "LANG", "LC_ALL", "LC_CTYPE", "LINES", "NO_COLOR", "PYTHONIOENCODING",
    "PYTHONUTF8", "TERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE",
)  # fmt: skip
_FOLDERS: Final = ("", "models")
_MOST_READ: Final = 300_000_000


def answer(words: list[str], run: Callable[[], object]) -> object:
    """Tell what a command line was answered before, if that still holds; run it otherwise, and keep what it tells."""
    store = own_store() if words and words[0] in _KEPT else None
    if store is None:
        return run()
    key = _key(words)
    if _tell_again(store.get(key)):
        sys.exit(0)
    with recording() as record:
        try:
            with captured() as told:
                return run()
        except SystemExit as end:
            if end.code in {0, None} and told.is_whole and record.is_whole:
                store.put(key, _written(record, told))
            raise


def _key(words: list[str]) -> str:
    """Return a name for everything but files and revisions that an answer follows from."""
    known: list[Any] = [words, str(Path.cwd()), list(_program()), [os.environ.get(name) for name in _VARIABLES]]
    known += [_terminal(stream) for stream in (sys.stdout, sys.stderr)]
    # A word may be a file or a revision, and who names no model means the only one there is.
    known += [[_is_file(word) for word in words], [_models(Path(folder)) for folder in _FOLDERS]]
    return blake2b(json.dumps(known).encode(), digest_size=24).hexdigest()


def _program() -> Iterator[object]:
    """Yield what tells this program from another version of it, and its libraries from others."""
    yield sys.version
    for path in sys.path:
        if path.endswith("-packages"):
            with suppress(OSError):
                yield path, Path(path).stat().st_mtime_ns
    root = Path(__file__).parents[2]
    waiting = [str(root / package) for package in ("engine", "exports", "plainsheet")]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            for entry in found:
                if entry.name.endswith((".py", ".json")):
                    status = entry.stat()
                    yield entry.path, status.st_mtime_ns, status.st_size
                elif entry.name != "__pycache__" and entry.is_dir():
                    waiting.append(entry.path)


def _terminal(stream: Any) -> object:  # noqa: ANN401  # what stands for a stream
    if not stream.isatty():
        return stream.encoding
    with suppress(OSError):
        return stream.encoding, *os.get_terminal_size(stream.fileno())
    return stream.encoding, None


def _is_file(word: str) -> bool:
    with suppress(OSError):  # a word may be too long for a name
        return Path(word).is_file()
    return False


def _models(folder: Path) -> list[str]:
    with suppress(OSError):
        return sorted(path.name for path in folder.iterdir() if path.suffix == ".toml")
    return []


def _written(record: Record, told: Told) -> bytes:
    revisions = [[folder, revision, commit] for (folder, revision), commit in record.revisions.items()]
    return json.dumps({"files": record.files, "revisions": revisions, "told": told.pieces}).encode()


def _tell_again(kept: bytes | None) -> bool:
    """Print what was kept, and return whether it was: not where a file or a revision is another by now."""
    try:
        entry = json.loads(kept or b"null")
        if not entry or not _holds(entry):
            return False
        for number, text in entry["told"]:
            stream = sys.stdout if number == 1 else sys.stderr
            stream.write(text)
            stream.flush()
    except (OSError, ValueError, TypeError, KeyError):
        return False  # what cannot be told again is worked out again, and that says what is wrong
    return True


def _holds(entry: dict[str, Any]) -> bool:
    if any(hash_of(read_file(Path(path), _MOST_READ)) != known for path, known in entry["files"].items()):
        return False
    if not entry["revisions"]:
        return True
    from exports.files.git import commit  # noqa: PLC0415  # most answers ask git nothing

    return all(commit(Path(folder), revision) == known for folder, revision, known in entry["revisions"])
