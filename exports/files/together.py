"""Several files written together: all of them, or none; what is cut off between two is finished by the next run.

A journal beside the last file holds what all of them will have. It is whole before the first file is replaced, and goes
after the last. It names the folder that it was made in by what only this disk knows, so that none comes with a clone.
Whoever writes it or follows it has locked the last file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from codecs import BOM_UTF8
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from engine.data.folder import MOST_BYTES, Folder
from engine.files import read_file
from engine.problems import Mistake
from exports.files.atomic import replace_file, replace_text
from exports.files.locks import locked

_LIST: Final = "list.json"
_DONE: Final = "done"
_CHANGED: Final = "'{file}' was changed by another program while this one worked, and nothing was written"
_AGAIN: Final = "run the command again: it starts from what the files hold now"
_MOST_LIST: Final = 1_000_000


def replace_together(last: Path, contents: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Replace files by their names below the folder of the last one, which is among them and written last.

    `contents` have what was read of each, and what it is to hold. Raises Mistake where one holds something else by now,
    before any is written; OSError where the system refuses.
    """
    if set(contents) == {last.name}:
        finish(last)
        replace_file(last, contents[last.name][1], contents[last.name][0])
        return
    with locked(last):
        _finish(last)
        ordered = [*[name for name in contents if name != last.name], last.name]
        for name in ordered:
            if _content(last, name) != contents[name][0]:
                raise Mistake(_CHANGED.format(file=last.parent / name), _AGAIN)
        _replay(last, _made(last, {name: contents[name] for name in ordered}))


def replace_model(path: Path, text: tuple[str, str], contents: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Replace the text of a model, and its data files by name, each by what it was and what it is to be."""
    if not contents:
        replace_text(path, *text)
        return
    mark = BOM_UTF8 if read_file(path, len(BOM_UTF8)) == BOM_UTF8 else b""
    before, after = (mark + one.encode() for one in text)
    replace_together(path, {**contents, path.name: (before, after)})


def finish(last: Path) -> list[str]:
    """Finish what was cut off while files were written together; return the names that it wrote, none for nothing.

    Raises Mistake where one of the files holds neither what it held before nor what it was to hold.
    """
    if is_cut_off(last):
        with locked(last):
            return _finish(last)
    return []


def is_cut_off(last: Path) -> bool:
    """Return whether files are to be finished that were written together with a last one."""
    journal = _journal(last)
    return journal.is_dir() and not journal.is_symlink()


def _made(last: Path, contents: Mapping[str, tuple[bytes, bytes]]) -> list[dict[str, str]]:
    """Write the journal, whole or not at all; return its entries, in order."""
    made = _beside(last)
    try:
        entries = []
        for number, (name, (before, after)) in enumerate(contents.items()):
            _write(made / str(number), after)
            entries.append({"name": name, "before": _hash(before), "after": _hash(after)})
        _write(made / _LIST, json.dumps({"folder": _mark(last.parent), "files": entries}).encode())
        made.rename(_journal(last))
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    _sync(last.parent)
    return entries


def _finish(last: Path) -> list[str]:
    """Follow the journal of a run that was cut off, and remove what others left that were cut off before or after."""
    journal = _journal(last)
    part = re.compile(rf"{re.escape(journal.name)}\.[a-z0-9_]{{8}}\.part")
    for left in [one for one in last.parent.iterdir() if part.fullmatch(one.name) and not one.is_symlink()]:
        shutil.rmtree(left, ignore_errors=True)
    if not is_cut_off(last):
        return []
    try:
        found = json.loads(read_file(journal / _LIST, _MOST_LIST))
        is_ours = found["folder"] == _mark(last.parent)
        entries = [{key: str(one[key]) for key in ("name", "before", "after")} for one in found["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        is_ours, entries = False, []
    if not is_ours:
        message = f"'{journal}' looks like an import that was cut off, and was not made here"
        raise Mistake(message, "look into it, and delete it")
    return _replay(last, entries)


def _replay(last: Path, entries: list[dict[str, str]]) -> list[str]:
    """Replace each file that is not there yet, and take the journal away."""
    journal = _journal(last)
    written = []
    states = [_hash(_content(last, one["name"])) for one in entries]
    for one, state in zip(entries, states, strict=True):
        if state not in {one["before"], one["after"]}:
            message = f"'{last.parent / one['name']}' was changed after an import was cut off that was to write it"
            raise Mistake(message, f"put back what it held, or delete {journal} and look at what changed: git diff")
    for number, (one, state) in enumerate(zip(entries, states, strict=True)):
        if state != one["after"]:
            content = read_file(journal / str(number), MOST_BYTES + 1)
            if _hash(content) != one["after"]:
                message = f"'{journal}' is damaged"
                raise Mistake(message, "delete it, and look at what changed: git diff")
            replace_file(last.parent / one["name"], content)
            written.append(one["name"])
    # Half a journal would be none: it gets another name at once, and is taken apart then.
    shutil.rmtree(journal.rename(_beside(last) / _DONE).parent, ignore_errors=True)
    return written


def _beside(last: Path) -> Path:
    """Return a new folder beside a journal's place, which the next run removes should this one not come to it."""
    return Path(mkdtemp(dir=last.parent, prefix=f"{_journal(last).name}.", suffix=".part"))


def _content(last: Path, name: str) -> bytes:
    """Return what a file holds: the last one by its path, whatever link that is, and data only below its folder."""
    return read_file(last, MOST_BYTES + 1) if name == last.name else Folder(last.parent).read(name)


def _journal(last: Path) -> Path:
    return last.parent / f".{last.name}.import"


def _mark(folder: Path) -> list[int]:
    """Return what a folder is called by this disk alone."""
    found = folder.stat()
    return [found.st_dev, found.st_ino]


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Let the disk know of a new name in a folder, where the system has a way to."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
