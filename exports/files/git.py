"""The one door to git: revisions, what stands in them, and merges by lines.

A repository may hold what somebody else sent. So no name is read as an option or a pattern, and no folder that looks
like a bare repository is taken for one, since its settings would name programs to run. What it says that it left
elsewhere is not fetched either, for the same reason.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from engine.data.folder import MOST_BYTES, refuse_outside
from engine.problems import Mistake, printable, shortened
from engine.record import note_revision, note_unknown
from engine.text.toml import megabytes
from exports.files.stamp import Stamp

_PATIENCE: Final = 60
# A cover without its revision is worth no long wait.
_PATIENCE_FOR_STAMP: Final = 10
# git sets these for its hooks, as seen from another directory.
_OF_HOOKS: Final = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})
# Names of files are no patterns, whatever letters they have.
_LITERALLY: Final = {"GIT_LITERAL_PATHSPECS": "1"}
# By no protocol is anything fetched.
_NOWHERE: Final = {"GIT_ALLOW_PROTOCOL": ""}
# A watcher and hooks are programs that the repository's settings name.
_SETTINGS: Final = (
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "color.ui=false",
)
_GIT: Final = ("git", *[word for setting in _SETTINGS for word in ("-c", setting)])
# Whose settings a repository brings along.
_BROUGHT: Final = frozenset({"local", "worktree"})
_SHORT: Final = 10
_SAME_OR_NOT: Final = (0, 1)
_REGULAR: Final = frozenset({"100644", "100755"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as a commit keeps it: the hash of its content, and what kind it is of."""

    blob: str
    mode: str

    @property
    def is_regular(self) -> bool:
        """Return whether it is a file with a content of its own, and no link and no submodule."""
        return self.mode in _REGULAR


def git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git prints; None where it fails. Nothing of a model's is handed to it but names of files."""
    try:
        done = _ask(["-C", str(folder), *arguments], _PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        message = "git did not answer"
        raise Mistake(message, "install git, or compare files") from None
    return done.stdout if done.returncode == 0 else None


def commit(folder: Path, revision: str) -> str | None:
    """Return the hash of a revision's commit; None where there is none."""
    known = git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    found = None if known is None else known.decode().strip()
    note_revision(str(folder), revision, found)
    return found


def content(folder: Path, place: str, most: int) -> bytes | None:
    """Return a file of a commit, as COMMIT:PATH or by its own hash; None where there is none.

    Raises Mistake where it has more bytes than that.
    """
    size = git(folder, "cat-file", "-s", place)
    if size is None:
        return None
    if int(size) > most:
        message = f"'{shortened(place)}' is larger than {megabytes(most)}"
        raise Mistake(message)
    return git(folder, "cat-file", "blob", place)


def prefix(folder: Path) -> str:
    """Return where a folder is in its repository, from the top: '' there, ``models/`` below; Mistake in none."""
    found = git(folder, "rev-parse", "--show-prefix")
    if found is None:
        message = f"'{folder}' is in no repository"
        raise Mistake(message, "compare files")
    return found.decode(errors="surrogateescape").removesuffix("\n")


@dataclass(frozen=True)
class RevisionFiles:
    """The data files of a model as a commit keeps them, below the folder that the model has there, from the top."""

    folder: Path
    commit: str
    below: str

    def read(self, name: str) -> bytes:
        """Return all bytes of a file; raise Mistake where it cannot be had, or is larger than data may be."""
        refuse_outside(name)
        place = str(PurePosixPath(self.below, name))
        kept = [
            line.split("\t", 1)
            for line in _records(git(self.folder, "ls-tree", "-z", "--full-tree", self.commit, "--", place))
        ]
        known = [head.split(" ") for head, found in kept if found == place]
        if not known or known[0][0] not in _REGULAR:
            what = "is no file" if known else "is not"
            message = f"'{place}' {what} in {self.commit[:_SHORT]}"
            raise Mistake(message, "a model and its data are committed together")
        found = content(self.folder, known[0][2], MOST_BYTES)
        return found or b""


def list_files(folder: Path) -> list[str]:
    """Return the names of all files below a folder of a repository, those that git does not keep among them."""
    note_unknown()
    names = _records(git(folder, "ls-files", "-z", "--cached", "--others"))
    return sorted({name for name in names if (folder / name).is_file() or (folder / name).is_symlink()})


def list_kept(folder: Path, revision: str) -> dict[str, Kept]:
    """Return what a commit keeps below a folder, by the name from there."""
    found = {}
    for line in _records(git(folder, "ls-tree", "-r", "-z", revision)):
        head, _, name = line.partition("\t")
        mode, _, blob = head.split(" ")
        found[name] = Kept(blob, mode)
    return found


def list_moves(folder: Path, old: str, new: str) -> dict[str, str]:
    """Return the names below a folder that a commit has for files of another one, by their new names."""
    told = iter(_records(git(folder, "diff-tree", "-r", "-z", "-M", "--relative", "--name-status", old, new)))
    found = {}
    for kind in told:
        before = next(told)
        if kind.startswith(("R", "C")):
            found[next(told)] = before
    return found


def _records(printed: bytes | None) -> list[str]:
    """Return what git ended with a zero each; raise Mistake where it failed, since nothing is not the same as none."""
    if printed is None:
        message = "git could not list the files of this repository"
        raise Mistake(message, "git status  says what is wrong")
    return [os.fsdecode(one) for one in printed.split(b"\0")[:-1]]


def stamp(path: Path) -> Stamp:
    """Return the revision of the repository that a file is kept in, with a word where it was changed since.

    Who committed the file last, and when, goes with it. Raises Mistake where there is no git, or no repository with a
    commit.
    """
    file = path.resolve()
    folder = ["-C", str(file.parent)]
    try:
        known = _ask([*folder, "describe", "--always", "--abbrev=12"])
        # A repository may ask for signatures to be checked, by a program that it names.
        last = _ask(["-c", "log.showSignature=false", *folder, "log", "-1", "--date=short", "--format=%an%x00%ad", "--",
                     file.name])  # fmt: skip
        # What is within a submodule is not asked for: its own settings would name programs.
        differs = _ask([*folder, *_without_filters(folder), "diff", "--quiet", "--no-ext-diff", "--no-textconv",
                        "--ignore-submodules=dirty", "HEAD", "--"])  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        message = "--stamp asks git for the revision, and git did not answer"
        raise Mistake(message, "leave --stamp out, or install git") from None
    revision = known.stdout.decode(errors="replace").strip()
    if known.returncode != 0 or not revision:
        message = f"--stamp asks git for the revision, and '{file.parent}' is in no repository with a commit"
        raise Mistake(message, "commit the model first, or leave --stamp out")
    if differs.returncode not in _SAME_OR_NOT:
        message = "--stamp asks git whether the model was changed since, and git could not tell"
        raise Mistake(message, "git status  says what is wrong; or leave --stamp out")
    revision += ", changed since" if differs.returncode else ""
    author, _, date = last.stdout.decode(errors="replace").strip().partition("\0")
    return Stamp(printable(revision), printable(author), printable(date))


def _without_filters(folder: list[str]) -> list[str]:
    """Return options by which no filter runs that a repository's own settings name: those of the user are as before."""
    settings = _ask([*folder, "config", "--null", "--show-scope", "--get-regexp", r"^filter\."])
    if settings.returncode not in _SAME_OR_NOT:
        message = "--stamp asks git for its filters, and git could not tell"
        raise Mistake(message, "install git 2.26 or newer, or leave --stamp out")
    told = iter(os.fsdecode(settings.stdout).split("\0")[:-1])
    own: dict[str, str] = {}
    brought: set[str] = set()
    for scope, setting in zip(told, told, strict=True):
        key, _, value = setting.partition("\n")
        if scope in _BROUGHT:
            brought.add(key)
        else:
            own[key] = value
    if any("=" in key for key in brought):
        message = "this repository names a filter with '=' in its name, which git cannot be told not to run"
        raise Mistake(message, "leave --stamp out")
    return [word for key in sorted(brought) for word in ("-c", f"{key}={own.get(key, '')}")]


def _ask(arguments: list[str], patience: int = _PATIENCE_FOR_STAMP) -> subprocess.CompletedProcess[bytes]:
    environment = {key: value for key, value in os.environ.items() if key not in _OF_HOOKS} | _LITERALLY
    return _run(arguments, patience, environment)


def merge_lines(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    """Return the merge of three texts by lines, and whether it is without conflicts; raise Mistake without git."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("here", "base", "there")]
        for path, text in zip(paths, (ours, base, theirs), strict=True):
            path.write_bytes(text.encode())
        names = ["-L", "here", "-L", "base", "-L", "there"]
        try:
            done = _run(["merge-file", "-p", *names, *map(str, paths)], _PATIENCE)
        except (OSError, subprocess.TimeoutExpired):
            message = "git did not answer"
            raise Mistake(message, "install git") from None
    return done.stdout.decode(), done.returncode == 0


def _run(
    arguments: list[str], patience: int, environment: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[bytes]:
    command = [*_GIT, *arguments]  # whichever git is there
    return subprocess.run(command, capture_output=True, timeout=patience, check=False, env={**environment, **_NOWHERE})  # noqa: S603  # arguments of our own
